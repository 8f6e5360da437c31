// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// Rhythms are how often somebody can be written to.
var Rhythms = []string{"never", "daily", "weekly"}

// A Source is a room that says what waits for somebody.
type Source struct {
	Key  string // "approval"; its words are digest.source.approval
	Once bool   // each matter is told once; all others as long as they wait
	Page string // on which all of them stand

	// Ask lists what waits for the viewer in the organisation that they act for.
	Ask func(ctx context.Context) ([]ospo.Matter, error)
}

// Service writes to people what waits for them.
type Service struct {
	store store
	mail  *mail.Outbox

	Texts   lang.Catalogue
	Sources []Source

	// Holds reports whether a person holds a role, and so is written to unless they say no.
	Holds func(ctx context.Context, person ospo.PersonID) (bool, error)

	// Places are who a person is in each organisation that they can act for, with what they may
	// there: the own one, and those where they hold a role.
	Places func(ctx context.Context, person ospo.PersonID) ([]door.Viewer, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "digest", Files: files, Rows: rows, Stocks: stocks, Pages: s.pages(), Ops: s.ops()}
}

// A Reader is a person who gets mail.
type Reader struct {
	Person ospo.PersonID
	Org    ospo.OrgID
	Name   string
	Mail   string
	Lang   string // empty where nobody knows
}

// A Choice is how often somebody wants to be written to, and what about.
type Choice struct {
	Rhythm  string   `json:"rhythm" enum:"never,daily,weekly"`
	Without []string `json:"without,omitempty" doc:"Keys of what is left out."`
	Own     bool     `json:"own" doc:"The person chose it; else it follows from holding a role or not."`
}

// Choice returns that of a person.
func (s *Service) Choice(ctx context.Context, person ospo.PersonID) (Choice, error) {
	c, err := s.store.choice(ctx, person)
	if err == nil || fault.Of(err) != fault.NotFound {
		return c, err
	}
	holds, err := s.Holds(ctx, person)
	if holds {
		return Choice{Rhythm: "weekly"}, err
	}
	return Choice{Rhythm: "never"}, err
}

// Choose keeps how often the viewer wants to be written to.
func (s *Service) Choose(ctx context.Context, c Choice) (err error) {
	defer fault.Wrap(&err, "choose letters")
	v := door.From(ctx)
	if !slices.Contains(Rhythms, c.Rhythm) {
		return fault.At("rhythm", "digest.rhythm_form", c.Rhythm)
	}
	c.Without = slices.DeleteFunc(slices.Clone(c.Without), func(k string) bool { return !s.knows(k) })
	return s.store.db.Write(ctx, v.Act("digest.choose", string(v.Human())), func(tx *db.Tx) error {
		return s.store.setChoice(ctx, tx, v.Human(), c)
	})
}

func (s *Service) knows(key string) bool {
	return slices.ContainsFunc(s.Sources, func(o Source) bool { return o.Key == key })
}

// A Group is what one source has to say.
type Group struct {
	Key     string
	Matters []ospo.Matter
	More    int    // that are left out
	Page    string // on which they stand

	once bool
	all  []string // links of all, for those that are told once
}

// most is how many matters of one source stand in a letter.
const most = 15

// Waiting lists what waits for a person, by source. What is told once and has been is left
// out unless again.
func (s *Service) Waiting(ctx context.Context, person ospo.PersonID, without []string, again bool) (out []Group, err error) {
	places, err := s.Places(ctx, person)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	if !again {
		if told, err = s.store.told(ctx, person); err != nil {
			return nil, err
		}
	}
	for _, source := range s.Sources {
		if slices.Contains(without, source.Key) {
			continue
		}
		g := Group{Key: source.Key, Page: source.Page, once: source.Once}
		seen := map[string]bool{}
		for _, v := range places {
			all, err := source.Ask(door.With(ctx, v))
			if err != nil {
				return nil, err
			}
			for _, m := range all {
				if seen[m.Link+m.Key] || source.Once && told[m.Link] {
					continue
				}
				seen[m.Link+m.Key] = true
				g.Matters, g.all = append(g.Matters, m), append(g.all, m.Link)
			}
		}
		if len(g.Matters) == 0 {
			continue
		}
		slices.SortStableFunc(g.Matters, func(a, b ospo.Matter) int { return strings.Compare(dueOf(a), dueOf(b)) })
		g.More = max(0, len(g.Matters)-most)
		g.Matters = g.Matters[:min(len(g.Matters), most)]
		out = append(out, g)
	}
	return out, nil
}

// dueOf sorts what has a day before what has none.
func dueOf(m ospo.Matter) string {
	if m.Due == "" {
		return "9999"
	}
	return m.Due
}

// period names the day or week for which a letter is due at a moment, on the readers' clocks:
// from six in the morning on, weeks from Monday.
func period(rhythm string, now time.Time) string {
	then := now.Add(-6 * time.Hour)
	if rhythm == "daily" {
		return lang.Day(then)
	}
	day, _ := time.Parse(time.DateOnly, lang.Day(then))
	year, week := day.ISOWeek()
	return weekOf(year, week)
}
