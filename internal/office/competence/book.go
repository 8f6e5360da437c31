// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// Bounds of how long a confirmation holds, in years.
const (
	fewestYears = 1
	mostYears   = 10
)

// A Book is the catalogue as it applies in one organisation: as the nearest at or above it
// decided, else as the program ships it.
type Book struct {
	All   []Competence
	needs map[string][]Need // by role, in the order of the catalogue
}

// Find returns a competence by its key.
func (b Book) Find(key string) (Competence, bool) {
	if i := slices.IndexFunc(b.All, func(c Competence) bool { return c.Key == key }); i >= 0 {
		return b.All[i], true
	}
	return Competence{}, false
}

// Needs lists what a role needs, in the order of the catalogue.
func (b Book) Needs(role string) []Need { return b.needs[role] }

// Book reads the catalogue as it applies in the viewer's organisation.
func (s *Service) Book(ctx context.Context) (Book, error) {
	return s.book(ctx, s.store.db.Read(), door.From(ctx).Org)
}

func (s *Service) book(ctx context.Context, q db.Querier, org ospo.OrgID) (b Book, err error) {
	b = Book{All: slices.Clone(Shipped.Competences), needs: map[string][]Need{}}
	decided, err := s.store.versions(ctx, q, org, "")
	if err != nil {
		return b, err
	}
	own := len(b.All)
	for _, c := range decided { // the one that applies comes last
		if i := slices.IndexFunc(b.All, func(o Competence) bool { return o.Key == c.Key }); i >= 0 {
			b.All[i] = c
		} else {
			b.All = append(b.All, c)
		}
	}
	slices.SortFunc(b.All[own:], func(a, c Competence) int { return strings.Compare(a.Name.DE, c.Name.DE) })
	needs, err := s.store.needs(ctx, q, org)
	if err != nil {
		return b, err
	}
	b.fill(needs)
	return b, nil
}

// fill puts the needs in: those decided before those of the program.
func (b Book) fill(decided []Need) {
	by := map[[2]string]Need{}
	for role, list := range Shipped.Needs {
		for key, level := range list {
			by[[2]string{role, key}] = Need{Role: role, Competence: key, Level: level, Version: Shipped.Version, Proposal: true}
		}
	}
	for _, n := range decided {
		by[[2]string{n.Role, n.Competence}] = n
	}
	roles := map[string]bool{}
	for at := range by {
		roles[at[0]] = true
	}
	for _, c := range b.All {
		for role := range roles {
			if n, ok := by[[2]string{role, c.Key}]; ok && n.Level > 0 && !c.Retired {
				b.needs[role] = append(b.needs[role], n)
			}
		}
	}
}

// Versions lists what a competence has been for the viewer's organisation, the present one
// first, what the program ships last.
func (s *Service) Versions(ctx context.Context, key string) ([]Competence, error) {
	if !keyForm.MatchString(key) {
		return nil, notFound()
	}
	all, err := s.store.versions(ctx, s.store.db.Read(), door.From(ctx).Org, key)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	if i := slices.IndexFunc(Shipped.Competences, func(c Competence) bool { return c.Key == key }); i >= 0 {
		all = append(all, Shipped.Competences[i])
	}
	if len(all) == 0 {
		return nil, notFound()
	}
	for i, c := range all {
		if c.Org == "" {
			continue
		}
		if ok, err := s.store.sees(ctx, s.store.db.Read(), door.From(ctx).Org, c.Org); err != nil {
			return nil, err
		} else if !ok { // what is decided above holds, but who stands above is not shown
			all[i].Org, all[i].OrgName, all[i].Person, all[i].Maker = "above", "", "", ""
		}
	}
	return all, nil
}

// An Edit is what somebody says of a competence.
type Edit struct {
	Key     string `json:"key" doc:"Small letters, digits and underscores."`
	Name    Text   `json:"name"`
	About   Text   `json:"about,omitempty"`
	Years   int    `json:"years,omitempty" doc:"For how many years a confirmation holds; 3 where absent."`
	Retired bool   `json:"retired,omitempty" doc:"Out of use: no role needs it any more."`
	Reason  string `json:"reason"`
}

func (e Edit) checked() (_ Edit, err error) {
	if !keyForm.MatchString(e.Key) {
		return e, fault.At("key", "competence.key_form", e.Key)
	}
	if e.Name.DE, err = fault.Words("name_de", e.Name.DE, longestName); err != nil {
		return e, err
	}
	for field, t := range map[string]*string{"name_en": &e.Name.EN, "about_de": &e.About.DE, "about_en": &e.About.EN} {
		if *t, err = fault.Text(field, *t, longestText); err != nil {
			return e, err
		}
	}
	if e.Years == 0 {
		e.Years = Shipped.Years
	}
	if e.Years < fewestYears || e.Years > mostYears {
		return e, fault.At("years", "competence.years_bad", e.Years, fewestYears, mostYears)
	}
	e.Reason, err = fault.Words("reason", e.Reason, longestText)
	return e, err
}

// Change makes a new version of a competence for the viewer's organisation and all below. A
// key that does not exist yet adds one; fresh wants that.
func (s *Service) Change(ctx context.Context, e Edit, fresh bool) (err error) {
	defer fault.Wrap(&err, "change competence %s", e.Key)
	if e, err = e.checked(); err != nil {
		return err
	}
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("competence.change", e.Key), func(tx *db.Tx) error {
		b, err := s.book(ctx, tx, v.Org)
		if err != nil {
			return err
		}
		old, there := b.Find(e.Key)
		if there && fresh {
			return fault.At("key", "competence.taken", e.Key)
		}
		if !there && !fresh {
			return notFound()
		}
		now := Competence{Key: e.Key, Name: e.Name, About: e.About, Years: e.Years, Retired: e.Retired, Reason: e.Reason, Version: old.Version + 1}
		tx.Act.Diff = change.Between(Edit{Key: old.Key, Name: old.Name, About: old.About, Years: old.Years, Retired: old.Retired}, e)
		return s.store.addVersion(ctx, tx, v.Org, now)
	})
}

// Require sets at which levels a role needs competences, for the viewer's organisation and all
// below; what is not named, or as it was, stays. It says how many changed.
func (s *Service) Require(ctx context.Context, role string, levels map[string]int, reason string) (n int, err error) {
	defer fault.Wrap(&err, "what role %s needs", role)
	if reason, err = fault.Words("reason", reason, longestText); err != nil {
		return 0, err
	}
	if _, err := s.role(ctx, role); err != nil {
		return 0, err
	}
	v := door.From(ctx)
	return n, s.store.db.Write(ctx, v.Act("competence.need", role), func(tx *db.Tx) error {
		b, err := s.book(ctx, tx, v.Org)
		if err != nil {
			return err
		}
		for key := range levels {
			if _, ok := b.Find(key); !ok {
				return fault.At("competence", "competence.unknown_key", key)
			}
		}
		was, is := map[string]int{}, map[string]int{}
		for _, c := range b.All {
			level, named := levels[c.Key]
			if old := b.level(role, c.Key); !named || old.Level == level {
				continue
			} else if err := inLevels("c-"+c.Key, level, 0); err != nil {
				return err
			} else if err := s.store.addNeed(ctx, tx, v.Org, Need{Role: role, Competence: c.Key, Level: level, Reason: reason}); err != nil {
				return err
			} else {
				was[c.Key], is[c.Key] = old.Level, level
			}
		}
		if n = len(is); n == 0 {
			return fault.New(fault.Invalid, "competence.nothing")
		}
		tx.Act.Diff = change.Between(was, is)
		return nil
	})
}

// level is what a role needs of a competence today.
func (b Book) level(role, key string) Need {
	for _, n := range b.needs[role] {
		if n.Competence == key {
			return n
		}
	}
	return Need{Role: role, Competence: key}
}

// role returns a role in use by its key.
func (s *Service) role(ctx context.Context, key string) (Role, error) {
	all, err := s.Roles(ctx)
	if err != nil {
		return Role{}, err
	}
	if i := slices.IndexFunc(all, func(r Role) bool { return r.Key == key }); i >= 0 {
		return all[i], nil
	}
	return Role{}, notFound()
}

// Unlisted returns what a role names as a competence and the catalogue does not have.
func (b Book) Unlisted(r Role) (out []Text) {
	for _, t := range r.Competences {
		if !slices.ContainsFunc(b.All, func(c Competence) bool { return strings.EqualFold(c.Name.DE, t.DE) }) {
			out = append(out, t)
		}
	}
	return out
}
