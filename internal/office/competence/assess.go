// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// An Assessment is one value: the own one, or one that somebody else confirmed.
type Assessment struct {
	Competence string        `json:"competence"`
	Kind       string        `json:"kind" enum:"self,confirmed"`
	Level      int           `json:"level" doc:"0 to 4."`
	Note       string        `json:"note,omitempty"`
	Until      string        `json:"until,omitempty" doc:"Last day on which a confirmation holds, YYYY-MM-DD."`
	Maker      ospo.PersonID `json:"maker"`
	MakerName  string        `json:"makerName,omitempty"`
	Created    string        `json:"created"`

	person ospo.PersonID
}

// The states of a standing.
const (
	Met     = "met"     // confirmed, and enough
	Claimed = "claimed" // enough by the own assessment
	Short   = "short"   // known, and less than needed
	Unknown = "unknown" // nobody assessed it, or only a confirmation that no longer holds
)

// A Standing is what a person has of a competence, against what is needed. Level is absent
// where it is unknown.
type Standing struct {
	Competence string      `json:"competence"`
	Name       Text        `json:"name"`
	Needed     int         `json:"needed" doc:"Level that the person's role needs; 0 where none does."`
	Self       *Assessment `json:"self,omitempty"`
	Confirmed  *Assessment `json:"confirmed,omitempty"`
	Expired    bool        `json:"expired,omitempty" doc:"The confirmation no longer holds."`
	Level      *int        `json:"level,omitempty" doc:"Confirmed where that holds, else self-assessed; absent where unknown."`
	State      string      `json:"state" enum:"met,claimed,short,unknown"`
}

// A pair is the latest own and the latest confirmed value.
type pair struct{ self, confirmed *Assessment }

// pairs sorts assessments, which come in the order of time, by person and competence.
func pairs(all []Assessment) map[ospo.PersonID]map[string]pair {
	out := map[ospo.PersonID]map[string]pair{}
	for i := range all {
		a := &all[i]
		if out[a.person] == nil {
			out[a.person] = map[string]pair{}
		}
		p := out[a.person][a.Competence]
		if a.Kind == "self" {
			p.self = a
		} else {
			p.confirmed = a
		}
		out[a.person][a.Competence] = p
	}
	return out
}

// stand compares what somebody has with what is needed on a day.
func stand(c Competence, needed int, p pair, today string) Standing {
	st := Standing{Competence: c.Key, Name: c.Name, Needed: needed, Self: p.self, Confirmed: p.confirmed, State: Unknown}
	st.Expired = p.confirmed != nil && p.confirmed.Until < today
	holds := p.confirmed != nil && !st.Expired
	switch {
	case holds:
		st.Level = &p.confirmed.Level
	case p.self != nil:
		st.Level = &p.self.Level
	default:
		return st
	}
	switch {
	case *st.Level < needed:
		st.State = Short
	case holds:
		st.State = Met
	default:
		st.State = Claimed
	}
	return st
}

// Assess notes what the viewer says of themselves, by competence. It says how many there were.
func (s *Service) Assess(ctx context.Context, levels map[string]int, note string) (n int, err error) {
	defer fault.Wrap(&err, "assess oneself")
	v := door.From(ctx)
	p, err := s.store.person(ctx, s.store.db.Read(), v.Human())
	if err != nil {
		return 0, err
	}
	return s.note(ctx, p, "self", levels, note)
}

// Confirm notes what the viewer says of somebody else of the organisations in view. Where
// it is another level than that person's own it wants a note.
func (s *Service) Confirm(ctx context.Context, person ospo.PersonID, levels map[string]int, note string) (n int, err error) {
	defer fault.Wrap(&err, "confirm competences")
	v := door.From(ctx)
	p, err := s.inView(ctx, person)
	if err != nil {
		return 0, err
	}
	if p.ID == v.Human() {
		return 0, fault.New(fault.Forbidden, "competence.own_confirm")
	}
	own, err := s.standings(ctx, p)
	if err != nil {
		return 0, err
	}
	for _, st := range own {
		level, named := levels[st.Competence]
		if named && note == "" && (st.Self == nil || st.Self.Level != level) {
			return 0, fault.At("note", "competence.note_needed", st.Name.In(v.Lang))
		}
	}
	return s.note(ctx, p, "confirmed", levels, note)
}

// note keeps values. The log says who assessed whom, and no value: it is read by more people
// than may see one.
func (s *Service) note(ctx context.Context, p Person, kind string, levels map[string]int, note string) (int, error) {
	note, err := fault.Text("note", note, longestText)
	if err != nil {
		return 0, err
	}
	if len(levels) == 0 {
		return 0, fault.New(fault.Invalid, "competence.nothing")
	}
	b, err := s.book(ctx, s.store.db.Read(), p.Org)
	if err != nil {
		return 0, err
	}
	act := door.From(ctx).ActFor(p.Org, "competence.assess", string(p.ID))
	if kind == "confirmed" {
		act.What = "competence.confirm"
	}
	return len(levels), s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		for _, key := range slices.Sorted(maps.Keys(levels)) {
			c, ok := b.Find(key)
			if !ok || c.Retired {
				return fault.At("competence", "competence.unknown_key", key)
			}
			if err := inLevels("c-"+key, levels[key], 0); err != nil {
				return err
			}
			a := Assessment{Competence: key, Kind: kind, Level: levels[key], Note: note, person: p.ID}
			if kind == "confirmed" {
				a.Until = lang.Day(s.store.db.Now().AddDate(c.Years, 0, 0))
			}
			if err := s.store.addAssessment(ctx, tx, p, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// A Person is somebody with an account.
type Person struct {
	ID    ospo.PersonID `json:"id"`
	Org   ospo.OrgID    `json:"org"`
	Name  string        `json:"name"`
	House string        `json:"house" doc:"Name of the person's own organisation."`
}

// inView returns a person of an organisation in the viewer's sight.
func (s *Service) inView(ctx context.Context, id ospo.PersonID) (Person, error) {
	p, err := s.store.person(ctx, s.store.db.Read(), id)
	if err != nil {
		return p, err
	}
	if ok, err := s.store.sees(ctx, s.store.db.Read(), door.From(ctx).Org, p.Org); err != nil || !ok {
		return Person{}, errorOr(err, notFound())
	}
	return p, nil
}

// A Profile is what there is about one person: against the roles that they hold or deputise.
type Profile struct {
	Person    Person     `json:"person"`
	Roles     []Role     `json:"roles" doc:"That the person holds or deputises today, as far as the caller's organisation knows."`
	Standings []Standing `json:"standings"`
	Proposals []Proposal `json:"proposals" doc:"Own assessments that trainings attended suggest."`
	Seats     []Seat     `json:"seats"`
}

// A Proposal is an own assessment that a training suggests; nothing sets it but the person.
type Proposal struct {
	Training   string `json:"training"`
	Title      string `json:"title"`
	Competence string `json:"competence"`
	Name       Text   `json:"name"`
	Level      int    `json:"level"`
}

// Mine is the viewer's own profile.
func (s *Service) Mine(ctx context.Context) (Profile, error) {
	p, err := s.store.person(ctx, s.store.db.Read(), door.From(ctx).Human())
	if err != nil {
		return Profile{}, err
	}
	return s.profile(ctx, p)
}

// Profile is that of somebody of the organisations in view.
func (s *Service) Profile(ctx context.Context, id ospo.PersonID) (Profile, error) {
	p, err := s.inView(ctx, id)
	if err != nil {
		return Profile{}, err
	}
	return s.profile(ctx, p)
}

func (s *Service) profile(ctx context.Context, p Person) (out Profile, err error) {
	out.Person = p
	if out.Roles, err = s.rolesOf(ctx, p.ID); err != nil {
		return out, err
	}
	if out.Standings, err = s.standings(ctx, p); err != nil {
		return out, err
	}
	if out.Seats, err = s.store.seats(ctx, s.store.db.Read(), door.From(ctx), seatSieve{person: p.ID}); err != nil {
		return out, err
	}
	out.Proposals, err = s.proposals(ctx, out)
	return out, err
}

// rolesOf lists the roles that somebody holds or deputises.
func (s *Service) rolesOf(ctx context.Context, person ospo.PersonID) (out []Role, err error) {
	keys, err := s.Held(ctx, person)
	if err != nil {
		return nil, err
	}
	held, err := s.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		if h.Person == person || h.Deputy == person {
			keys = append(keys, h.Role)
		}
	}
	all, err := s.Roles(ctx)
	for _, r := range all {
		if slices.Contains(keys, r.Key) {
			out = append(out, r)
		}
	}
	return out, err
}

// standings compares a person with their roles: first what those need, then all else.
func (s *Service) standings(ctx context.Context, p Person) ([]Standing, error) {
	b, err := s.Book(ctx)
	if err != nil {
		return nil, err
	}
	roles, err := s.rolesOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.store.assessmentsOf(ctx, s.store.db.Read(), p.ID, door.From(ctx))
	if err != nil {
		return nil, err
	}
	has := pairs(all)[p.ID]
	var out []Standing
	for _, c := range b.All {
		needed := 0
		for _, r := range roles {
			needed = max(needed, b.level(r.Key, c.Key).Level)
		}
		if mine := has[c.Key]; !c.Retired || mine != (pair{}) {
			out = append(out, stand(c, needed, mine, s.today()))
		}
	}
	slices.SortStableFunc(out, func(a, b Standing) int { return cmp.Compare(min(b.Needed, 1), min(a.Needed, 1)) })
	return out, nil
}

// proposals are the levels that trainings raise to, where the own assessment is lower and
// older than the training.
func (s *Service) proposals(ctx context.Context, p Profile) (out []Proposal, err error) {
	best := map[string]Proposal{}
	for _, seat := range p.Seats {
		if seat.State != "attended" && seat.State != "certified" {
			continue
		}
		aims, err := s.store.aims(ctx, s.store.db.Read(), door.From(ctx).Org, seat.Training)
		if err != nil {
			return nil, err
		}
		for _, a := range aims {
			i := slices.IndexFunc(p.Standings, func(st Standing) bool { return st.Competence == a.Competence })
			if i < 0 {
				continue
			}
			st := p.Standings[i]
			if fresh := st.Self != nil && (st.Self.Level >= a.Level || st.Self.Created >= seat.Attended); !fresh && a.Level > best[a.Competence].Level {
				best[a.Competence] = Proposal{seat.Training, seat.Title, a.Competence, st.Name, a.Level}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(best)) {
		out = append(out, best[key])
	}
	return out, nil
}

// At is when a value came about.
func (a Assessment) At() time.Time { return db.Time(a.Created) }

// Last is the last day on which a confirmation holds.
func (a Assessment) Last() time.Time { return db.Time(a.Until) }
