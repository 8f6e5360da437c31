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

// An Exhibit is a paper that lay with a case when it was decided, as a record names it. SHA256 is
// empty where the paper could still change; Since is from when it was as it is.
type Exhibit struct {
	Kind   process.Text `json:"kind"`
	Title  string       `json:"title"`
	State  process.Text `json:"state"` // its edition, and whether that is frozen
	Link   string       `json:"link"`
	SHA256 string       `json:"sha256"`
	Since  string       `json:"since"`
}

// enclosed is what an exhibit says in a language.
func (e Exhibit) enclosed(tongue string) Enclosure {
	return Enclosure{Kind: e.Kind.In(tongue), Title: e.Title, State: e.State.In(tongue), Sum: e.SHA256, Link: e.Link, At: e.Since}
}

// evidence lists the papers that lie with a case, in both languages. They are those that its house
// has, whoever decides: which evidence there was does not hang on what one person may look at.
func (s *Service) evidence(ctx context.Context, q db.Querier, c Case) ([]Exhibit, error) {
	out := []Exhibit{}
	if s.Enclosures == nil {
		return out, nil
	}
	house, err := s.store.house(ctx, q, c.Org)
	if err != nil {
		return nil, err
	}
	in := map[string][]Enclosure{}
	for _, tongue := range []string{"de", "en"} {
		all, err := s.Enclosures(door.With(ctx, door.Viewer{Org: house, Person: system, Grants: []string{"*.read"}, Lang: tongue}), c.ID)
		if err != nil {
			return nil, err
		}
		in[tongue] = all
	}
	for i, e := range in["de"] {
		if e.Gone {
			continue // what was taken away, or kept back by the scanner, is no evidence
		}
		english := e
		if len(in["en"]) > i && in["en"][i].Link == e.Link {
			english = in["en"][i]
		}
		out = append(out, Exhibit{process.Text{DE: e.Kind, EN: english.Kind}, e.Title, process.Text{DE: e.State, EN: english.State}, e.Link, e.Sum, e.At})
	}
	return out, nil
}

// veiled are the links of evidence that is there and that the viewer may not see: now is what
// they see.
func (s *Service) veiled(ctx context.Context, c Case, j Justification, now []Enclosure) (map[string]bool, error) {
	out := map[string]bool{}
	seen := func(link string) bool {
		return slices.ContainsFunc(now, func(e Enclosure) bool { return e.Link == link })
	}
	if !slices.ContainsFunc(j.Evidence, func(e Exhibit) bool { return !seen(e.Link) }) {
		return out, nil
	}
	all, err := s.evidence(ctx, s.store.db.Read(), c)
	for _, e := range all {
		out[e.Link] = !seen(e.Link)
	}
	return out, err
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
	veiled, err := s.veiled(ctx, c, j, now)
	for _, e := range j.Evidence {
		if err == nil && veiled[e.Link] {
			err = fault.New(fault.Forbidden, "casework.record_veiled")
		}
	}
	return err
}

// beside tells what lay with a case from what came later: in a record that names its evidence what
// it names, in an older one what is not younger than it.
func (j Justification) beside(ctx context.Context, frozen string, now []Enclosure, veiled map[string]bool) (lay, beside, after []Enclosure) {
	for _, e := range j.Evidence {
		one := e.enclosed(tongue(ctx))
		if veiled[e.Link] {
			one.Title, one.Link = say(ctx, "casework.paper.veiled"), ""
		}
		lay = append(lay, one)
	}
	for _, e := range now {
		switch {
		case slices.ContainsFunc(j.Evidence, func(x Exhibit) bool { return x.Link == e.Link && x.Since == e.At }):
		case j.Evidence != nil || e.At > frozen:
			after = append(after, e)
		default:
			beside = append(beside, e)
		}
	}
	return lay, beside, after
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
