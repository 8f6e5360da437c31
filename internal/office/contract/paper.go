// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/transfer"
)

// Kinds of papers.
const (
	PaperPlan   = "plan"       // of a contract
	PaperReport = "exceptions" // "proprietary, because", for the council
)

// A Paper is a plan or a report as it was drawn on a day. It is never changed; who wants
// another one draws it.
type Paper struct {
	ID       string        `json:"id"`
	Org      ospo.OrgID    `json:"org"`
	OrgName  string        `json:"orgName"`
	Kind     string        `json:"kind" enum:"plan,exceptions"`
	Contract string        `json:"contract,omitempty" doc:"Id of the contract, for a plan."`
	Person   ospo.PersonID `json:"person"`
	Name     string        `json:"name" doc:"Who drew it."`
	Created  string        `json:"created"`
	Sum      string        `json:"sum" doc:"SHA-256 of its content, in hexadecimal."`
	Body     string        `json:"body,omitempty" doc:"Its content, as JSON; left out in lists."`
	Proven   bool          `json:"proven,omitempty" doc:"The log knows it by this sum; left out in lists, and in what came from another instance."`

	cases string
}

// At is when it was drawn.
func (p Paper) At() time.Time { return db.Time(p.Created) }

// Short is the beginning of its sum, by which lists tell papers apart.
func (p Paper) Short() string { return p.Sum[:min(12, len(p.Sum))] }

// Drawn is the content of a paper: all that its page, its print and its text document say.
type Drawn struct {
	Kind    string     `json:"kind"`
	Org     ospo.OrgID `json:"org"`
	OrgName string     `json:"orgName"`
	Name    string     `json:"name"`
	Created string     `json:"created"`
	Plan    *PlanBody  `json:"plan,omitempty"`
	Report  *Report    `json:"report,omitempty"`
}

// DrawPlan fixes the plan of a contract as it is now.
func (s *Service) DrawPlan(ctx context.Context, id string) (paper string, err error) {
	defer fault.Wrap(&err, "draw the plan of contract %s", id)
	p, err := s.Plan(ctx, id)
	if err != nil {
		return "", err
	}
	body, err := s.planBody(ctx, p)
	if err != nil {
		return "", err
	}
	return s.draw(ctx, Paper{Org: p.Org, Kind: PaperPlan, Contract: p.ID}, Drawn{Plan: &body})
}

// DrawReport fixes the report for the council as it is now.
func (s *Service) DrawReport(ctx context.Context) (paper string, err error) {
	defer fault.Wrap(&err, "draw the report on proprietary software")
	r, err := s.Report(ctx)
	if err != nil {
		return "", err
	}
	p := Paper{Org: door.From(ctx).Org, Kind: PaperReport, cases: "seen"}
	if r.Blind {
		p.cases = ""
	}
	return s.draw(ctx, p, Drawn{Report: reportBody(r)})
}

// draw keeps a paper with its sum, which the log gets to know as well.
func (s *Service) draw(ctx context.Context, p Paper, d Drawn) (id string, err error) {
	v := door.From(ctx)
	p.ID, p.Person = db.NewID(), v.Human()
	if p.OrgName, p.Name, err = s.store.drawer(ctx, v.Org, p); err != nil {
		return "", err
	}
	return p.ID, s.store.db.Write(ctx, v.ActFor(p.Org, "contract.draw", p.ID), func(tx *db.Tx) error {
		d.Kind, d.Org, d.OrgName, d.Name, d.Created = p.Kind, p.Org, p.OrgName, p.Name, tx.Now
		if p.Body, p.Sum, err = canonical(d); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]string{"kind": p.Kind, "contract": p.Contract, "sum": p.Sum})
		return s.store.addPaper(ctx, tx, p)
	})
}

// Papers lists what was drawn, the latest first: plans of a contract, or reports where none is
// named. Reports that may tell of cases are found by who may see cases.
func (s *Service) Papers(ctx context.Context, contract string) ([]Paper, error) {
	return s.store.papers(ctx, door.From(ctx).Org, contract, s.mayCases(ctx))
}

// mayCases is "seen" where the viewer may see cases.
func (s *Service) mayCases(ctx context.Context) string {
	if s.SeesCases(ctx) {
		return "seen"
	}
	return ""
}

// Paper returns one that the viewer sees, with its content. One whose text or sum somebody has
// altered is refused.
func (s *Service) Paper(ctx context.Context, id string) (p Paper, d Drawn, err error) {
	if p, err = s.store.paper(ctx, s.store.db.Read(), door.From(ctx).Org, id, s.mayCases(ctx)); err != nil {
		return p, d, err
	}
	if sum(p.Body) != p.Sum {
		return p, d, fault.New(fault.Conflict, "contract.paper.altered")
	}
	known, err := s.logged(ctx, p)
	if err == nil && known != "" && known != p.Sum {
		err = fault.New(fault.Conflict, "contract.paper.not_drawn")
	}
	if err != nil {
		return p, d, err
	}
	p.Proven = known != ""
	return p, d, json.Unmarshal([]byte(p.Body), &d)
}

// logged is the sum that the log holds of a paper; empty where it holds none, as after a move
// from another instance. That the log is whole its own proof says.
func (s *Service) logged(ctx context.Context, p Paper) (known string, err error) {
	diffs, err := s.store.logged(ctx, s.store.db.Read(), p)
	for _, diff := range diffs {
		var d struct{ Sum [2]string }
		if json.Unmarshal([]byte(diff), &d) == nil && d.Sum[0] == known { // "" when it was drawn, else sealed anew
			known = d.Sum[1]
		}
	}
	return known, err
}

// Naming looks for words that name somebody in papers, before a pseudonym takes their place.
// What somebody has altered is not taken along: it must not get a sum that fits.
func (s *Service) Naming(ctx context.Context, tx *db.Tx, words []string) (out []Paper, err error) {
	for _, w := range transfer.Spellings(words) {
		all, err := s.store.naming(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if sum(p.Body) == p.Sum && !slices.ContainsFunc(out, func(o Paper) bool { return o.ID == p.ID }) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// Reseal is called once the pseudonym stands there. The log keeps the sum that was, and beside
// it which one took its place.
func (s *Service) Reseal(ctx context.Context, tx *db.Tx, all []Paper) error {
	for _, old := range all {
		p, err := s.store.paper(ctx, tx, old.Org, old.ID, "seen")
		if err != nil {
			return err
		}
		if p.Sum = sum(p.Body); p.Sum == old.Sum {
			continue
		}
		note := ospo.Act{Org: p.Org, Person: tx.Act.Person, What: "contract.reseal", On: p.ID, Door: tx.Act.Door, Request: tx.Act.Request,
			Diff: change.Between(map[string]string{"sum": old.Sum}, map[string]string{"sum": p.Sum})}
		if err := errors.Join(s.store.reseal(ctx, tx, p), tx.Note(ctx, note)); err != nil {
			return err
		}
	}
	return nil
}

// canonical writes a value as JSON without blanks, its members by name, and sums it up.
func canonical(v any) (body, sha string, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var ordered any
	if err := d.Decode(&ordered); err != nil {
		return "", "", err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(ordered); err != nil {
		return "", "", err
	}
	body = strings.TrimSuffix(out.String(), "\n")
	return body, sum(body), nil
}

func sum(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}
