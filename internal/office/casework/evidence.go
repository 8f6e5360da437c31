// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Exhibit is a paper that lies with a case, as another room tells of it, and as a record names
// it. SHA256 is empty where the paper can still change; Since is from when it is as it is.
type Exhibit struct {
	Kind   process.Text `json:"kind"`
	Title  string       `json:"title"`
	State  process.Text `json:"state"` // its edition, and whether that is frozen
	Link   string       `json:"link"`
	SHA256 string       `json:"sha256"`
	Since  string       `json:"since"`
	Gone   bool         `json:"-"` // it was taken away, or kept back: it is told of, and no evidence
}

// enclosed is what an exhibit says in a language.
func (e Exhibit) enclosed(tongue string) Enclosure {
	return Enclosure{Kind: e.Kind.In(tongue), Title: e.Title, State: e.State.In(tongue), Sum: e.SHA256, Link: e.Link}
}

// linked finds an exhibit by its link; nil where there is none.
func linked(all []Exhibit, link string) *Exhibit {
	for i := range all {
		if all[i].Link == link {
			return &all[i]
		}
	}
	return nil
}

// ofHouse lists the papers that lie with a case as its house has them, whoever looks or decides:
// which evidence there was does not hang on what one person may look at.
func (s *Service) ofHouse(ctx context.Context, c Case) ([]Exhibit, error) {
	if s.Enclosures == nil {
		return nil, nil
	}
	house, err := s.House(ctx, c.Org)
	if err != nil {
		return nil, err
	}
	return s.Enclosures(door.With(ctx, door.Viewer{Org: house, Person: system, Grants: []string{"*.read"}}), c.ID)
}

// gathering is in a context the evidence of a case that was read before the transaction of a step.
type gathering struct{}

type gathered struct {
	matter string
	all    []Exhibit
}

// gather reads what lies with a case before the transaction of a step that freezes it, so that
// nobody waits while other rooms are asked.
func (s *Service) gather(ctx context.Context, c Case) (context.Context, error) {
	all, err := s.ofHouse(ctx, c)
	return context.WithValue(ctx, gathering{}, gathered{c.ID, all}), err
}

// evidence lists the papers that a record names: what was taken away, or kept back by the scanner,
// is none.
func (s *Service) evidence(ctx context.Context, c Case) ([]Exhibit, error) {
	read, ok := ctx.Value(gathering{}).(gathered)
	if !ok || read.matter != c.ID {
		all, err := s.ofHouse(ctx, c)
		if err != nil {
			return nil, err
		}
		read.all = all
	}
	out := []Exhibit{}
	for _, e := range read.all {
		if !e.Gone {
			out = append(out, e)
		}
	}
	return out, nil
}

// behind lists the papers of the house of a case where a record names one that the viewer does not
// see: now is what they see.
func (s *Service) behind(ctx context.Context, c Case, j Justification, now []Exhibit) ([]Exhibit, error) {
	for _, e := range j.Evidence {
		if linked(now, e.Link) == nil {
			return s.ofHouse(ctx, c)
		}
	}
	return nil, nil
}

// unveiled returns a fault where a record names evidence that the viewer may not see: the text of
// a record cannot leave it out without another sum.
func (s *Service) unveiled(ctx context.Context, c Case, j Justification) error {
	if s.Enclosures == nil || len(j.Evidence) == 0 {
		return nil
	}
	now, err := s.Enclosures(ctx, c.ID)
	if err != nil {
		return err
	}
	house, err := s.behind(ctx, c, j, now)
	for _, e := range j.Evidence {
		if err == nil && linked(now, e.Link) == nil && linked(house, e.Link) != nil {
			err = fault.New(fault.Forbidden, "casework.record_veiled")
		}
	}
	return err
}

// papers tells what lay with a case when it was decided from what came later: in a record that names
// its evidence what it names, in an older one what is not younger than it.
func (s *Service) papers(ctx context.Context, c Case, r Record, j Justification) (lay, beside, after []Enclosure, err error) {
	if s.Enclosures == nil {
		for _, e := range j.Evidence {
			lay = append(lay, e.enclosed(tongue(ctx)))
		}
		return lay, nil, nil, nil
	}
	now, err := s.Enclosures(ctx, c.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	house, err := s.behind(ctx, c, j, now)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, e := range j.Evidence {
		one := e.enclosed(tongue(ctx))
		today := linked(now, e.Link)
		if today == nil {
			one.Link = ""
			if today = linked(house, e.Link); today != nil {
				one.Title = say(ctx, "casework.paper.veiled")
			}
		}
		switch {
		case today == nil || today.Gone:
			one.Note = say(ctx, "casework.paper.removed")
		case e.SHA256 != "" && today.Since == e.Since && today.SHA256 != e.SHA256: // a new edition has a new day
			one.Note = say(ctx, "casework.paper.altered")
		}
		lay = append(lay, one)
	}
	for _, e := range now {
		switch one := e.enclosed(tongue(ctx)); {
		case slices.ContainsFunc(j.Evidence, func(x Exhibit) bool { return x.Link == e.Link && x.Since == e.Since }):
		case j.Evidence != nil || e.Since > r.Created:
			after = append(after, one)
		default:
			beside = append(beside, one)
		}
	}
	return lay, beside, after, nil
}

// calledThen is what a record calls somebody: an actor without an account as in German, which is
// the language of the office, for the bytes of a record cannot hang on who decides.
func calledThen(id ospo.PersonID, name string) string { return cmp.Or(actor("de", id), name) }

func (s *Service) nameThen(ctx context.Context, id ospo.PersonID) (string, error) {
	name, err := s.store.person(ctx, id)
	return calledThen(id, name), err
}

// names are the people of a justification with what they were called, the zero pair for none.
func (j Justification) names() map[ospo.PersonID]string {
	out := map[ospo.PersonID]string{j.Asker: j.AskerName}
	for _, t := range j.Tasks {
		out[t.Doer] = t.Name
	}
	out[j.Decision.Decider], out[j.Decision.Second] = j.Decision.DecidedBy, j.Decision.SecondName
	delete(out, "")
	return out
}

// Former lists what somebody was called in records: they may have had another name then, which
// has to go as well when they are to be erased.
func (s *Service) Former(ctx context.Context, tx *db.Tx, id ospo.PersonID) (out []string, err error) {
	all, err := s.store.naming(ctx, tx, string(id))
	for _, r := range all {
		var j Justification
		if json.Unmarshal([]byte(r.Body), &j) != nil {
			continue // nobody can read it, and no name either
		}
		if name := j.names()[id]; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, err
}
