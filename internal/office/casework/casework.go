// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"errors"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// What one must be allowed to.
const (
	mayRead   = "casework.read"
	mayAsk    = "casework.ask"    // open cases, comment, do the asker's own part
	mayWrite  = "casework.write"  // facts, tasks, steps
	mayDecide = "casework.decide" // decide alone where one is enough, be the second person
)

// Service is the cases of the office.
type Service struct {
	store store
	desk  *approval.Desk

	// Definitions are the procedures that cases can follow, all versions of each.
	Definitions []*process.Definition

	// RoleNames are the names of roles by key, in the viewer's language.
	RoleNames func(ctx context.Context) (map[string]string, error)

	// Held are the roles of a person today, those included that they hold for somebody who is
	// away; Filled those that anybody holds in an organisation and below it.
	Held   func(ctx context.Context, person ospo.PersonID) ([]Holding, error)
	Filled func(ctx context.Context, top ospo.OrgID) ([]Holding, error)

	// Enclosures are papers of other rooms that belong to a case, as far as the viewer may see them.
	Enclosures func(ctx context.Context, id string) ([]Exhibit, error)

	// Ties are what else other rooms keep that has to do with a case, as far as the viewer may see it.
	Ties func(ctx context.Context, c Case) ([]Tie, error)

	// Surveyed tells what market surveys of a case found, as far as the viewer may see that.
	Surveyed func(ctx context.Context, c Case) ([]Hint, error)

	// Written returns a version of a procedure that a house has written itself; Adapted lists those
	// that are in force for an organisation.
	Written func(org ospo.OrgID, id string, version int) (*process.Definition, bool)
	Adapted func(ctx context.Context, org ospo.OrgID) ([]*process.Definition, error)

	// Panels are what other rooms show on a case. Commented is told of each comment, in its transaction.
	Panels    func(ctx context.Context, id string) (template.HTML, error)
	Commented []func(ctx context.Context, tx *db.Tx, c Case, n int, text string) error

	// News says of cases which have a message of their asker's that nobody of the office has seen; nil for nothing.
	News func(ctx context.Context, ids []string) (map[string]bool, error)

	// Places are who a person is in each organisation that they can act for; none where they
	// have no account any more. Nil: only the one that the viewer acts for is known.
	Places func(ctx context.Context, person ospo.PersonID) ([]door.Viewer, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "casework", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide, mayWrite}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("casework: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "de"
}

// say is a text of the room in the reader's language.
func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

// definition returns the version of a procedure that a case follows.
func (s *Service) definition(org ospo.OrgID, id string, version int) (*process.Definition, bool) {
	i := slices.IndexFunc(s.Definitions, func(d *process.Definition) bool { return d.ID == id && d.Version == version })
	switch {
	case i >= 0:
		return s.Definitions[i], true
	case s.Written != nil:
		return s.Written(org, id, version)
	}
	return nil, false
}

// Types lists the procedures that new cases of an organisation follow: of each that which the
// house has written itself, else the newest that comes with the program.
func (s *Service) Types(ctx context.Context, org ospo.OrgID) (out []*process.Definition, err error) {
	var own []*process.Definition
	if s.Adapted != nil {
		if own, err = s.Adapted(ctx, org); err != nil {
			return nil, err
		}
	}
	taken := map[string]bool{}
	for _, d := range s.Definitions {
		newest := d
		for _, other := range s.Definitions {
			if other.ID == d.ID && other.Version > newest.Version {
				newest = other
			}
		}
		for _, other := range own {
			if other.ID == d.ID {
				newest = other
			}
		}
		if !taken[d.ID] {
			out, taken[d.ID] = append(out, newest), true
		}
	}
	for _, d := range own {
		if !taken[d.ID] {
			out, taken[d.ID] = append(out, d), true
		}
	}
	return out, nil
}

// Type returns the procedure of that name that new cases of an organisation follow.
func (s *Service) Type(ctx context.Context, org ospo.OrgID, id string) (*process.Definition, error) {
	all, err := s.Types(ctx, org)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.ID == id {
			return d, nil
		}
	}
	return nil, notFound()
}

// pinned is the procedure of a case. Where the program does not know its version, or what is
// kept of the case cannot be read, it says so: then nobody works on it.
func (s *Service) pinned(c Case) (*process.Definition, error) {
	if c.Broken {
		return nil, fault.New(fault.Conflict, "casework.facts_broken", c.Number())
	}
	d, ok := s.definition(c.Org, c.Type, c.Version)
	if !ok {
		return nil, fault.New(fault.Conflict, "casework.version_gone", c.Type, strconv.Itoa(c.Version))
	}
	return d, nil
}

// House is the organisation with which an organisation counts its cases.
func (s *Service) House(ctx context.Context, org ospo.OrgID) (ospo.OrgID, error) {
	return s.store.house(ctx, s.store.db.Read(), org)
}

// Household lists the organisations that count their cases together with one.
func (s *Service) Household(ctx context.Context, org ospo.OrgID) ([]ospo.OrgID, error) {
	house, err := s.House(ctx, org)
	if err != nil {
		return nil, err
	}
	return s.store.household(ctx, house)
}

// Numbered lists the cases of a number that the viewer sees: each house has one at most.
func (s *Service) Numbered(ctx context.Context, text string) ([]Case, error) {
	before, after, _ := strings.Cut(text, "-")
	year, _ := strconv.Atoi(before)
	n, _ := strconv.Atoi(after)
	if number(year, n) != text {
		return nil, nil
	}
	return s.store.numbered(ctx, door.From(ctx).Org, year, n)
}

// Above lists an organisation and all above it, the nearest first.
func (s *Service) Above(ctx context.Context, org ospo.OrgID) ([]ospo.OrgID, error) {
	return s.store.over(ctx, s.store.db.Read(), org)
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestText = 10_000
)

// line is words for one line that names something: signs that break it, hide in it or turn it
// round have no place there, and something of it must be seen.
func line(field, text string, most int) (string, error) {
	text, err := fault.Words(field, text, most)
	if err != nil {
		return "", err
	}
	seen := false
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return "", fault.At(field, "casework.line")
		}
		seen = seen || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Mn, r)
	}
	if !seen {
		return "", fault.At(field, "fault.missing")
	}
	return text, nil
}

// read makes facts of what a person wrote, by id of the field. All that cannot be read is told
// at once.
func read(ctx context.Context, d *process.Definition, fields []process.Field, written map[string]string, facts process.Facts) error {
	var bad []error
	for _, f := range fields {
		text, there := written[f.ID]
		if !there {
			continue
		}
		value, err := d.ReadIn(f, text, tongue(ctx))
		if m, ok := errors.AsType[*process.Misread](err); ok {
			err = fault.At(fieldName(f.ID), "casework.misread."+m.Why, append([]any{f.Name.In(tongue(ctx)), m.Got}, bounds(ctx, m.Want)...)...)
		}
		switch {
		case err != nil:
			bad = append(bad, err)
		case value == nil:
			delete(facts, f.ID)
		default:
			facts[f.ID] = value
		}
	}
	return errors.Join(bad...)
}

// bounds are what was wanted, figures in the reader's form.
func bounds(ctx context.Context, want []any) (out []any) {
	for _, w := range want {
		if v, ok := w.(float64); ok {
			w = figure(ctx, strconv.FormatFloat(v, 'f', -1, 64))
		}
		out = append(out, w)
	}
	return out
}

// fieldName is how a field is called in a form.
func fieldName(id string) string { return "x-" + id }

func fold(text string) string { return strings.ToLower(text) }

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
