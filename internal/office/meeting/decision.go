// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Decision is what a team decided.
type Decision struct {
	ID       string     `json:"id"`
	Org      ospo.OrgID `json:"org"`
	OrgName  string     `json:"orgName"`
	Team     string     `json:"team"`
	TeamName string     `json:"teamName"`
	Session  string     `json:"meeting"`
	Day      string     `json:"day" doc:"Of the meeting."`
	Item     string     `json:"item"`
	Title    string     `json:"title" doc:"Of the item."`
	Number   string     `json:"number" doc:"Year and number within the team: 2026-07."`
	DecisionInput
	Present   []string `json:"present" doc:"Names of who was there."`
	Name      string   `json:"responsibleName,omitempty"`
	Done      string   `json:"done,omitempty"`
	Corrected string   `json:"correctedBy,omitempty" doc:"Id of the decision that takes its place."`
	State     string   `json:"state" enum:"open,final" doc:"open until the minutes are closed."`

	year, n int
	ids     []string // of who was there
}

// DecisionInput is what somebody writes down as decided.
type DecisionInput struct {
	Text        string        `json:"text"`
	Reason      string        `json:"reason"`
	Evidence    string        `json:"evidence,omitempty" doc:"Addresses or file numbers, one a line."`
	Yes         *int          `json:"yes,omitempty" doc:"Votes; absent where nobody counted."`
	No          *int          `json:"no,omitempty"`
	Abstained   *int          `json:"abstained,omitempty"`
	Responsible ospo.PersonID `json:"responsible,omitempty"`
	Due         string        `json:"due,omitempty" doc:"YYYY-MM-DD."`
	Corrects    string        `json:"corrects,omitempty" doc:"Id of a decision of the same team, in closed minutes, that this one takes the place of."`
}

// Held, Until and Finished are days of a decision as times.
func (d Decision) Held() time.Time { return day(d.Day) }

// Until is by when it is to be done.
func (d Decision) Until() time.Time { return day(d.Due) }

// Finished is when it was done.
func (d Decision) Finished() time.Time { return db.Time(d.Done) }

// Voted reports whether votes were counted.
func (d Decision) Voted() bool { return d.Yes != nil }

// Yeas, Nays and Abstentions are the votes; 0 where nobody counted.
func (d Decision) Yeas() int { return max(0, vote(d.Yes)) }

// Nays are the votes against.
func (d Decision) Nays() int { return max(0, vote(d.No)) }

// Abstentions are those who did not vote for or against.
func (d Decision) Abstentions() int { return max(0, vote(d.Abstained)) }

// Lines are the evidence, one a line.
func (d Decision) Lines() []Evidence {
	var out []Evidence
	for line := range strings.SplitSeq(d.Evidence, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, Evidence{line, strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "http://")})
		}
	}
	return out
}

// Evidence is a line of it; Link where it is an address.
type Evidence struct {
	Text string
	Link bool
}

func (d Decision) votes() string {
	if !d.Voted() {
		return ""
	}
	return fmt.Sprint(d.Yeas(), "/", d.Nays(), "/", d.Abstentions())
}

const mostVotes = 10_000

func (in DecisionInput) checked(m Minutes) (_ DecisionInput, err error) {
	if in.Text, err = fault.Words("text", in.Text, longestText); err != nil {
		return in, err
	}
	if in.Reason, err = fault.Words("reason", in.Reason, longestText); err != nil {
		return in, err
	}
	if in.Evidence, err = fault.Text("evidence", in.Evidence, longestText); err != nil {
		return in, err
	}
	if in.Yes != nil || in.No != nil || in.Abstained != nil {
		for field, n := range map[string]**int{"yes": &in.Yes, "no": &in.No, "abstained": &in.Abstained} {
			if *n == nil {
				*n = new(int)
			}
			if **n < 0 || **n > mostVotes {
				return in, fault.At(field, "meeting.votes_bad", **n)
			}
		}
		if there, cast := len(m.present()), *in.Yes+*in.No+*in.Abstained; cast > there {
			return in, fault.At("yes", "meeting.votes_many", cast, there)
		}
	}
	if in.Due != "" && in.Responsible == "" {
		return in, fault.At("responsible", "fault.missing")
	}
	return in, checkTask(in.Responsible, in.Due, m)
}

// Decide records a decision on an item. It gets the next number of its team and year, and
// who was there at this moment.
func (s *Service) Decide(ctx context.Context, item string, in DecisionInput) (id string, err error) {
	defer fault.Wrap(&err, "decide on item %s", item)
	i, m, err := s.writable(ctx, item)
	if err != nil {
		return "", err
	}
	if in, err = in.checked(m); err != nil {
		return "", err
	}
	if len(m.present()) == 0 {
		return "", fault.New(fault.Invalid, "meeting.nobody_present")
	}
	if err := s.corrects(ctx, m.Session, in.Corrects); err != nil {
		return "", err
	}
	d := Decision{ID: db.NewID(), Org: m.Session.Org, Team: m.Session.Team, Session: m.Session.ID, Item: item, DecisionInput: in, ids: m.present(), year: m.Session.Start().Year()}
	return d.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(d.Org, "meeting.decide", d.ID), func(tx *db.Tx) error {
		if d.n, err = s.store.lastNumber(ctx, tx, d); err != nil {
			return err
		}
		d.n++
		tx.Act.Diff = change.Added(map[string]string{"number": number(d.year, d.n), "corrects": in.Corrects})
		i.Result = "decided"
		i.Responsible, i.Due = "", ""
		if err := s.store.setItem(ctx, tx, i); err != nil {
			return err
		}
		return s.store.addDecision(ctx, tx, d)
	})
}

func number(year, n int) string { return fmt.Sprintf("%d-%02d", year, n) }

// corrects looks at the decision that another takes the place of.
func (s *Service) corrects(ctx context.Context, m Session, id string) error {
	if id == "" {
		return nil
	}
	old, err := s.store.decisions(ctx, s.store.db.Read(), decisionSieve{org: m.Org, team: m.Team, id: id})
	switch {
	case err != nil:
		return err
	case len(old) == 0 || old[0].State != "final":
		return fault.At("corrects", "meeting.corrects_bad")
	case old[0].Corrected != "":
		return fault.At("corrects", "meeting.corrected_already")
	}
	return nil
}

// Revise changes a decision as long as the minutes are open.
func (s *Service) Revise(ctx context.Context, id string, in DecisionInput) (err error) {
	defer fault.Wrap(&err, "change decision %s", id)
	d, m, err := s.Decision(ctx, id)
	if err != nil {
		return err
	}
	if _, err := s.open(ctx, m.Session.ID); err != nil {
		return err
	}
	in.Corrects = d.Corrects
	if in, err = in.checked(m); err != nil {
		return err
	}
	d.DecisionInput, d.ids = in, m.present()
	return s.store.db.Write(ctx, door.From(ctx).ActFor(d.Org, "meeting.decision.change", id), func(tx *db.Tx) error {
		return s.store.setDecision(ctx, tx, d)
	})
}

// Decision returns one with its meeting.
func (s *Service) Decision(ctx context.Context, id string) (d Decision, m Minutes, err error) {
	session, err := s.store.sessionOfDecision(ctx, id)
	if err != nil {
		return d, m, err
	}
	if m, err = s.Minutes(ctx, session); err != nil {
		return d, m, err
	}
	i := slices.IndexFunc(m.Decisions, func(d Decision) bool { return d.ID == id })
	if i < 0 {
		return d, m, notFound()
	}
	return m.Decisions[i], m, nil
}

// A DecisionSieve narrows the list of decisions.
type DecisionSieve struct {
	Text string // in text, reason, number or title
	Team string
}

// mostDecisions is how many a list has.
const mostDecisions = 500

// Decisions lists those of all teams that the viewer may look into, the latest first.
func (s *Service) Decisions(ctx context.Context, f DecisionSieve) (out []Decision, err error) {
	text, err := fault.Text("q", f.Text, longestLine)
	if err != nil {
		return nil, err
	}
	teams, err := s.Teams(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		if f.Team != "" && f.Team != t.ID {
			continue
		}
		some, err := s.store.decisions(ctx, s.store.db.Read(), decisionSieve{org: t.Org, team: t.ID, text: strings.ToLower(text)})
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b Decision) int { return strings.Compare(b.Day+b.Number, a.Day+a.Number) })
	return out[:min(len(out), mostDecisions)], nil
}

// Things says which ids in the log stand for meetings, teams and decisions that the viewer may
// look into.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	if len(ids) == 0 {
		return names, hrefs, nil
	}
	v := door.From(ctx)
	if !v.May("meeting.read") {
		return names, hrefs, nil
	}
	all, err := s.store.titles(ctx, v.Org, ids)
	for _, t := range all {
		names[t.id], hrefs[t.id] = t.name, t.path+t.id
	}
	return names, hrefs, err
}

// A Record is what is kept about a person here: where they were invited, what they were to do.
type Record struct {
	Meetings []Attendance `json:"meetings"`
	Tasks    []Task       `json:"tasks"`
}

// An Attendance is a meeting to which somebody was invited.
type Attendance struct {
	Session  string `json:"meeting"`
	Day      string `json:"day"`
	Team     string `json:"team"`
	Role     string `json:"role,omitempty"`
	Presence string `json:"presence"`
}

// Record gathers what is kept about a person in organisations that the viewer sees. Names
// stand nowhere here but where a person wrote one into a text.
func (s *Service) Record(ctx context.Context, id ospo.PersonID) (r Record, err error) {
	v := door.From(ctx)
	if r.Meetings, err = s.store.attendances(ctx, v, id); err != nil {
		return r, err
	}
	r.Tasks, err = s.store.tasksOf(ctx, v, id)
	return r, err
}
