// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// Fewest is how many people must stand behind a figure that is shown to who may not see
// single assessments: with fewer, a count would tell of somebody.
const Fewest = 5

// A Line is a person in a role, with what the role needs against what they have.
type Line struct {
	Person    ospo.PersonID `json:"person"`
	Name      string        `json:"name"`
	House     string        `json:"house"`
	OrgName   string        `json:"orgName" doc:"Where the role is held."`
	For       string        `json:"for,omitempty" doc:"Whom a deputy stands in for."`
	Outside   bool          `json:"outside,omitempty" doc:"Belongs to another organisation, whose assessments are not seen here."`
	Standings []Standing    `json:"standings,omitempty"`
}

// A Tally counts standings.
type Tally struct {
	People  int  `json:"people" doc:"People behind the figures."`
	All     int  `json:"all" doc:"People times competences needed."`
	Met     int  `json:"met"`
	Claimed int  `json:"claimed"`
	Short   int  `json:"short"`
	Unknown int  `json:"unknown"`
	Few     bool `json:"few,omitempty" doc:"Withheld: fewer than five people stand behind it."`
}

func (t *Tally) add(lines []Line) {
	for _, l := range lines {
		if l.Outside {
			continue
		}
		t.People++
		for _, st := range l.Standings {
			t.All++
			switch st.State {
			case Met:
				t.Met++
			case Claimed:
				t.Claimed++
			case Short:
				t.Short++
			default:
				t.Unknown++
			}
		}
	}
}

// shown is a tally for who may not see single assessments.
func (t Tally) shown() Tally {
	if t.People > 0 && t.People < Fewest {
		return Tally{People: t.People, Few: true}
	}
	return t
}

// A Gap is a role with who holds it and what they lack. Lines are empty, and Nobody too, for
// who may not see single assessments.
type Gap struct {
	Role     Role     `json:"role"`
	Needs    []Need   `json:"needs"`
	Holders  int      `json:"holders" doc:"People holding the role, those of other organisations included."`
	Tally    Tally    `json:"tally" doc:"Of holders."`
	Deputies Tally    `json:"deputies" doc:"Of deputies, counted apart."`
	Lines    []Line   `json:"lines,omitempty"`
	Standins []Line   `json:"standins,omitempty" doc:"Deputies."`
	Nobody   []string `json:"nobody,omitempty" doc:"Competences needed that nobody in view has at the level, whoever holds what."`
	Unlisted []Text   `json:"unlisted,omitempty" doc:"What the role names and the catalogue does not have: no level, no comparison."`
}

// An Overview is all roles of an organisation with their gaps.
type Overview struct {
	Org   ospo.OrgID `json:"org"`
	Gaps  []Gap      `json:"gaps"`
	Total Tally      `json:"total" doc:"All roles together; a person with two roles stands in it twice, but is counted once in people."`
}

// Overview compares all roles in use with who holds them in an organisation or below it; an
// empty one is the viewer's.
func (s *Service) Overview(ctx context.Context, org ospo.OrgID) (o Overview, err error) {
	v := door.From(ctx)
	if o.Org = org; org == "" {
		o.Org = v.Org
	}
	if ok, err := s.store.sees(ctx, s.store.db.Read(), v.Org, o.Org); err != nil || !ok {
		return o, errorOr(err, notFound())
	}
	l, err := s.look(ctx, o.Org)
	if err != nil {
		return o, err
	}
	people := map[ospo.PersonID]bool{}
	for _, r := range l.roles {
		g := l.gap(r)
		o.Total.add(g.Lines)
		for _, line := range g.Lines {
			if !line.Outside {
				people[line.Person] = true
			}
		}
		o.Gaps = append(o.Gaps, g.seenBy(v))
	}
	if o.Total.People = len(people); !v.May("competence.read") {
		o.Total = o.Total.shown()
	}
	return o, nil
}

// Gap compares one role.
func (s *Service) Gap(ctx context.Context, role string) (Gap, error) {
	r, err := s.role(ctx, role)
	if err != nil {
		return Gap{}, err
	}
	v := door.From(ctx)
	l, err := s.look(ctx, v.Org)
	if err != nil {
		return Gap{}, err
	}
	return l.gap(r).seenBy(v), nil
}

// seenBy takes away what a viewer may not see.
func (g Gap) seenBy(v door.Viewer) Gap {
	if !v.May("competence.read") {
		g.Lines, g.Standins, g.Nobody = nil, nil, nil
		g.Tally, g.Deputies = g.Tally.shown(), g.Deputies.shown()
	}
	return g
}

// A look is everything that gaps follow from, read once.
type look struct {
	book   Book
	roles  []Role
	held   []Holding
	people map[ospo.PersonID]Person // of the organisations in view
	has    map[ospo.PersonID]map[string]pair
	today  string
}

func (s *Service) look(ctx context.Context, org ospo.OrgID) (l look, err error) {
	q, root := s.store.db.Read(), door.From(ctx).Org
	l.people, l.today = map[ospo.PersonID]Person{}, s.today()
	if l.book, err = s.Book(ctx); err != nil {
		return l, err
	}
	if l.roles, err = s.Roles(ctx); err != nil {
		return l, err
	}
	if l.held, err = s.Holdings(ctx); err != nil {
		return l, err
	}
	if org != root {
		part, err := s.store.scope(ctx, q, org)
		if err != nil {
			return l, err
		}
		l.held = slices.DeleteFunc(l.held, func(h Holding) bool { return !slices.Contains(part, string(h.Org)) })
	}
	people, err := s.store.people(ctx, q, root)
	if err != nil {
		return l, err
	}
	for _, p := range people {
		l.people[p.ID] = p
	}
	all, err := s.store.assessments(ctx, q, root)
	l.has = pairs(all)
	return l, err
}

func (l look) gap(r Role) Gap {
	g := Gap{Role: r, Needs: l.book.Needs(r.Key), Unlisted: l.book.Unlisted(r)}
	for _, h := range l.held {
		if h.Role != r.Key {
			continue
		}
		g.Holders++
		g.Lines = append(g.Lines, l.line(g.Needs, Line{Person: h.Person, Name: h.Name, House: h.House, OrgName: h.OrgName}))
		if h.Deputy != "" {
			g.Standins = append(g.Standins, l.line(g.Needs, Line{Person: h.Deputy, Name: h.DeputyName, OrgName: h.OrgName, For: h.Name}))
		}
	}
	g.Tally.add(g.Lines)
	g.Deputies.add(g.Standins)
	for _, n := range g.Needs {
		if !l.somebody(n) {
			g.Nobody = append(g.Nobody, n.Competence)
		}
	}
	return g
}

func (l look) line(needs []Need, line Line) Line {
	p, ok := l.people[line.Person]
	if line.Outside = !ok; line.Outside {
		return line
	}
	line.Name, line.House = p.Name, p.House
	for _, n := range needs {
		c, _ := l.book.Find(n.Competence)
		line.Standings = append(line.Standings, stand(c, n.Level, l.has[line.Person][n.Competence], l.today))
	}
	return line
}

// somebody reports whether anybody in view has what is needed, by whatever assessment.
func (l look) somebody(n Need) bool {
	for id := range l.people {
		st := stand(Competence{Key: n.Competence}, n.Level, l.has[id][n.Competence], l.today)
		if st.State == Met || st.State == Claimed {
			return true
		}
	}
	return false
}

// A Spread is how many people have a competence at which level.
type Spread struct {
	People int    `json:"people" doc:"Who is assessed."`
	Few    bool   `json:"few,omitempty" doc:"Withheld: fewer than five people stand behind it."`
	Levels []Rung `json:"levels,omitempty"`
}

// A Rung is the people at one level; names are for who may see single assessments.
type Rung struct {
	Level  int      `json:"level"`
	Count  int      `json:"count"`
	People []Person `json:"people,omitempty"`
}

// Spread says who in view has a competence at which level.
func (s *Service) Spread(ctx context.Context, key string) (sp Spread, err error) {
	l, err := s.look(ctx, door.From(ctx).Org)
	if err != nil {
		return sp, err
	}
	for level := range Levels {
		sp.Levels = append(sp.Levels, Rung{Level: level})
	}
	for id, p := range l.people {
		if st := stand(Competence{Key: key}, 0, l.has[id][key], l.today); st.Level != nil {
			r := &sp.Levels[*st.Level]
			r.Count, r.People, sp.People = r.Count+1, append(r.People, p), sp.People+1
		}
	}
	read := door.From(ctx).May("competence.read")
	if sp.Few = !read && sp.People > 0 && sp.People < Fewest; sp.Few {
		sp.Levels = nil
	}
	for i := range sp.Levels {
		slices.SortFunc(sp.Levels[i].People, byName)
		if !read {
			sp.Levels[i].People = nil
		}
	}
	return sp, nil
}
