// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"slices"
	"strconv"
	"time"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/spdx"
	"allmende/internal/engine/version"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Conclusion is what licence a package version has, as an organisation found out. It counts
// for that organisation and all below, in place of what bills of materials say.
type Conclusion struct {
	ID      string        `json:"id"`
	Package string        `json:"package" doc:"Number of the package, the same on every instance."`
	Title   string        `json:"title" doc:"Package and version."`
	PURL    string        `json:"purl,omitempty"`
	Version int           `json:"version" doc:"Of the conclusion: how often it was made."`
	State   string        `json:"state" enum:"active,replaced,withdrawn"`
	Origin  string        `json:"origin,omitempty" doc:"Conclusion of an earlier version of the package that this one was taken over from."`
	Org     ospo.OrgID    `json:"org,omitempty" doc:"Absent: one above the viewer's."`
	OrgName string        `json:"orgName,omitempty"`
	Person  ospo.PersonID `json:"person,omitempty" doc:"Who concluded it; absent: somebody of another organisation."`
	Maker   string        `json:"personName,omitempty"`
	Created string        `json:"created"`
	ConclusionInput

	OriginTitle string `json:"originTitle,omitempty" doc:"Package and version of that conclusion; the person is who concluded it there."`

	pack       ospo.PackageID
	originPack ospo.PackageID
	said       map[int64]bool // what bills of materials said of the package; nil where that was not kept
}

// ConclusionInput is what somebody concludes.
type ConclusionInput struct {
	Expression string `json:"expression" doc:"SPDX expression of ids of the list or own licences."`
	Reason     string `json:"reason"`
	Source     string `json:"source,omitempty" doc:"What was looked at: a file, an address, a letter."`
	Reuse      bool   `json:"reuse,omitempty" doc:"Later versions of the package take it over."`
}

// concludedTo lists what was concluded in view to be under a licence, or with an exception.
func (s *Service) concludedTo(ctx context.Context, id string) ([]Conclusion, error) {
	all, err := s.Conclusions(ctx, "")
	return slices.DeleteFunc(all, func(c Conclusion) bool { return holds(spdx.Normalise(c.Expression), exact(id)) < maybe }), err
}

// At is when it was concluded.
func (c Conclusion) At() time.Time { return db.Time(c.Created) }

func (s *Service) checked(ctx context.Context, in ConclusionInput) (_ ConclusionInput, err error) {
	text, err := fault.Words("expression", in.Expression, longestLine)
	if err != nil {
		return in, err
	}
	r := spdx.Normalise(text)
	if r.Certainty != spdx.Exact {
		return in, fault.At("expression", "licence.conclusion.inexact", text)
	}
	own, err := s.ownIDs(ctx)
	if err != nil {
		return in, err
	}
	for l := range r.Expr.Licences {
		if _, known := own[l.ID]; l.Own() && !known {
			return in, fault.At("expression", "licence.conclusion.own_unknown", l.ID)
		}
	}
	in.Expression = r.Expr.String()
	if in.Reason, err = fault.Words("reason", in.Reason, longestNote); err != nil {
		return in, err
	}
	in.Source, err = fault.Text("source", in.Source, longestLine)
	return in, err
}

// packageID reads the number of a package.
func packageID(text string) (ospo.PackageID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, notFound()
	}
	return ospo.PackageID(n), nil
}

// Conclude records the licence of a package that some bill of materials in view lists. It
// takes the place of what the organisation concluded before. Where something ceases to be
// denied by it, it waits for a second person.
func (s *Service) Conclude(ctx context.Context, number string, in ConclusionInput) (o Outcome, err error) {
	defer fault.Wrap(&err, "conclude the licence of package %s", number)
	p, err := s.inView(ctx, number)
	if err != nil {
		return o, err
	}
	if in, err = s.checked(ctx, in); err != nil {
		return o, err
	}
	v := door.From(ctx)
	d, err := s.draft(ctx, v.Org, p, in)
	if err != nil {
		return o, err
	}
	softer, err := s.softens(ctx, d.effect())
	if err != nil {
		return o, err
	}
	if len(softer) > 0 {
		o.Proposal, err = s.proposeConclusion(ctx, d, softer)
		return o, err
	}
	err = s.store.db.Write(ctx, v.Act("licence.conclude", p.Title()), func(tx *db.Tx) error {
		o.ID, err = s.enact(ctx, tx, v.Org, d)
		return err
	})
	return o, err
}

// A draft is a conclusion with what it does to other versions of the package.
type draft struct {
	pack   Package
	in     ConclusionInput
	before Conclusion       // the latest there was; the zero one for none
	taken  []ospo.PackageID // versions that took that one over
	said   map[int64]bool   // what bills of materials in view say of the package
	later  []taking         // versions in view that take this one over
}

// draft works out what a conclusion of an organisation does.
func (s *Service) draft(ctx context.Context, org ospo.OrgID, p Package, in ConclusionInput) (d draft, err error) {
	d = draft{pack: p, in: in}
	q := s.store.db.Read()
	if d.before, err = s.store.latest(ctx, q, org, p.ID); err != nil {
		return d, err
	}
	if d.taken, err = s.store.takenFrom(ctx, q, org, d.before.ID); err != nil {
		return d, err
	}
	family, err := s.store.siblings(ctx, q, p)
	if err != nil {
		return d, err
	}
	family = slices.DeleteFunc(family, func(o Package) bool { return !in.Reuse || !follows(o, p) })
	said, err := s.saidOf(ctx, org, append(family, p))
	if err != nil {
		return d, err
	}
	d.said = said[p.ID]
	standing, err := s.store.standing(ctx, q, org, numbers(family))
	for _, o := range family {
		at, there := standing[o.ID]
		if here := said[o.ID]; len(here) > 0 && covered(here, d.said) && (!there || at.yields(kept{of: p})) {
			d.later = append(d.later, taking{to: o})
		}
	}
	return d, err
}

func numbers(all []Package) []ospo.PackageID {
	out := make([]ospo.PackageID, len(all))
	for i, p := range all {
		out[i] = p.ID
	}
	return out
}

// saidOf is what the bills of materials in an organisation's view say of packages, as numbers
// of licence terms; a package that none of them lists is not in the answer.
func (s *Service) saidOf(ctx context.Context, org ospo.OrgID, all []Package) (map[ospo.PackageID]map[int64]bool, error) {
	q, out := s.store.db.Read(), map[ospo.PackageID]map[int64]bool{}
	places, err := s.Shelf.Holders(ctx, q, numbers(all))
	if err != nil {
		return nil, err
	}
	held, err := s.store.holdings(ctx, org)
	if err != nil {
		return nil, err
	}
	seen := make(map[ospo.DocumentID]bool, len(held))
	for _, h := range held {
		seen[h.Document] = true
	}
	places = slices.DeleteFunc(places, func(p inventory.Place) bool { return !seen[p.Document] })
	for part := range slices.Chunk(places, 100) {
		var documents []ospo.DocumentID
		for _, p := range part {
			documents = append(documents, p.Document)
		}
		slices.Sort(documents)
		lists, err := s.Shelf.Inventories(ctx, q, slices.Compact(documents))
		if err != nil {
			return nil, err
		}
		for _, p := range part {
			list := lists[p.Document]
			if at, ok := list.Find(p.Package); ok {
				if out[p.Package] == nil {
					out[p.Package] = map[int64]bool{}
				}
				out[p.Package][pair{list.Declared[at], list.Concluded[at]}.counts()] = true
			}
		}
	}
	return out, nil
}

// covered reports whether all that is said here was said there, too. That a bill of materials
// says nothing is no contradiction to what others say.
func covered(here, there map[int64]bool) bool {
	for term := range here {
		if !there[term] && (term != 0 || len(here) == 1) {
			return false
		}
	}
	return true
}

// effect is what would count for packages: an expression, or empty for what bills of
// materials say.
func (d draft) effect() map[ospo.PackageID]string {
	out := map[ospo.PackageID]string{}
	for _, id := range d.taken {
		out[id] = ""
	}
	for _, t := range d.later {
		out[t.to.ID] = d.in.Expression
	}
	out[d.pack.ID] = d.in.Expression
	return out
}

// enact writes a conclusion down: it takes the place of the former one, and of what was taken
// over from that.
func (s *Service) enact(ctx context.Context, tx *db.Tx, org ospo.OrgID, d draft) (string, error) {
	now, err := s.store.latest(ctx, tx, org, d.pack.ID)
	if err != nil {
		return "", err
	}
	if now.ID != d.before.ID || now.State != d.before.State {
		return "", fault.New(fault.Conflict, "licence.conclusion.changed_since", d.pack.Title())
	}
	tx.Act.Diff = change.Between(d.before.ConclusionInput, d.in)
	if d.before.ID == "" {
		tx.Act.Diff = change.Added(d.in)
	}
	if err := s.store.end(ctx, tx, org, "replaced", append(d.taken, d.pack.ID)); err != nil {
		return "", err
	}
	c := Conclusion{ID: db.NewID(), ConclusionInput: d.in, Version: d.before.Version + 1, Person: tx.Act.Person, pack: d.pack.ID, said: d.said}
	if err := s.store.addConclusions(ctx, tx, org, []Conclusion{c}); err != nil {
		return "", err
	}
	for i := range d.later {
		d.later[i].from = kept{Conclusion: c, org: org, of: d.pack}
	}
	return c.ID, s.takeOver(ctx, tx, org, d.later)
}

// follows reports whether a package is a later version of another. Versions that cannot be
// compared do not follow each other.
func follows(later, earlier Package) bool {
	d, err := version.Compare(later.ecosystem(), later.Version, earlier.Version)
	return err == nil && d > 0
}

// Withdraw takes a conclusion of the viewer's organisation back, and what later versions took
// over from it: what bills of materials say counts again. Where something ceases to be denied
// by that, it waits for a second person.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (o Outcome, err error) {
	defer fault.Wrap(&err, "withdraw conclusion %s", id)
	if reason, err = fault.Words("reason", reason, longestNote); err != nil {
		return o, err
	}
	v := door.From(ctx)
	c, err := s.store.conclusion(ctx, v.Org, v.Org, id)
	if err != nil {
		return o, err
	}
	if c.State != "active" {
		return o, fault.New(fault.Conflict, "licence.conclusion.past")
	}
	taken, err := s.store.takenFrom(ctx, s.store.db.Read(), v.Org, id)
	if err != nil {
		return o, err
	}
	all := append(taken, c.pack)
	effect, err := s.store.above(ctx, v.Org, all)
	if err != nil {
		return o, err
	}
	softer, err := s.softens(ctx, effect)
	if err != nil {
		return o, err
	}
	if len(softer) > 0 {
		o.Proposal, err = s.proposeWithdrawal(ctx, c, reason, softer)
		return o, err
	}
	o.ID = id
	return o, s.store.db.Write(ctx, v.Act("licence.withdraw", c.Title), func(tx *db.Tx) error {
		return s.withdraw(ctx, tx, v.Org, c, reason)
	})
}

func (s *Service) withdraw(ctx context.Context, tx *db.Tx, org ospo.OrgID, c Conclusion, reason string) error {
	tx.Act.Diff = change.Between(map[string]string{"expression": c.Expression}, map[string]string{"reason": reason})
	if err := s.store.withdraw(ctx, tx, org, c.ID); err != nil {
		return err
	}
	taken, err := s.store.takenFrom(ctx, tx, org, c.ID)
	if err != nil {
		return err
	}
	return s.store.end(ctx, tx, org, "withdrawn", taken)
}

// Conclusions lists what the viewer's organisation and those below concluded, the latest
// first; with number only of one package, past ones too.
func (s *Service) Conclusions(ctx context.Context, number string) ([]Conclusion, error) {
	pack := ospo.PackageID(0)
	if number != "" {
		var err error
		if pack, err = packageID(number); err != nil {
			return nil, err
		}
	}
	return s.store.conclusions(ctx, door.From(ctx).Org, pack)
}

// counting gives the conclusions that count for the viewer's organisation, by package.
func (s *Service) counting(ctx context.Context) (map[ospo.PackageID]*Conclusion, error) {
	all, err := s.store.counting(ctx, door.From(ctx).Org)
	out := make(map[ospo.PackageID]*Conclusion, len(all))
	for i := range all {
		out[all[i].pack] = &all[i]
	}
	return out, err
}
