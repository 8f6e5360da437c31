// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/workdays"
	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// Figures are how the office serves: what was answered since a day and how long that took,
// what is open and for how long, what came and went in each month.
type Figures struct {
	Since  string  `json:"since" doc:"Day, YYYY-MM-DD, from which answers and months count."`
	Day    string  `json:"day" doc:"On which they were reckoned."`
	Land   string  `json:"land" doc:"Whose holidays count; empty where nobody has set one: no time is reckoned then."`
	All    Kind    `json:"all"`
	Types  []Kind  `json:"types"`
	Months []Month `json:"months"`
}

// A Kind is what the figures say of one type of request, or of all.
type Kind struct {
	Type     string `json:"type,omitempty" doc:"Id of the procedure; absent for all."`
	Name     string `json:"name,omitempty"`
	Answered int    `json:"answered" doc:"Answered since the day."`
	Reckoned bool   `json:"reckoned" doc:"Whether the two times are known."`
	Median   int    `json:"median" doc:"Half of the answers took no more working days than this."`
	P90      int    `json:"p90" doc:"Nine of ten answers took no more working days than this."`
	Open     int    `json:"open"`
	Ages     [4]int `json:"ages" doc:"Open ones by age: up to 7 days, up to 28, up to 91, older."`
}

// A Month is what came and went in it.
type Month struct {
	Month  string `json:"month" doc:"YYYY-MM"`
	Opened int    `json:"opened"`
	Closed int    `json:"closed"`
}

// First is its first day.
func (m Month) First() time.Time {
	t, _ := time.Parse("2006-01", m.Month) // written by reckon
	return t
}

// ages are the bounds of the age of what is open, in days: a week, four, a quarter.
var ages = [3]int{7, 28, 91}

// months are how many the figures go back, the present one included.
const months = 12

// Figures reckons for the organisations that the viewer sees.
func (s *Service) Figures(ctx context.Context) (f Figures, err error) {
	defer fault.Wrap(&err, "reckon the figures of the service")
	if err := door.From(ctx).Check(mayRead); err != nil {
		return f, err
	}
	now := s.store.db.Now()
	today := date(lang.Day(now))
	since := time.Date(today.Year(), today.Month()-months+1, 1, 0, 0, 0, 0, time.UTC)
	all, err := s.Desk.Served(ctx, since)
	if err != nil {
		return f, err
	}
	if f.Land, err = s.Desk.Land(ctx); err != nil {
		return f, err
	}
	f = reckon(all, f.Land, since, today)
	for i, k := range f.Types {
		if d, err := s.Desk.Kind(ctx, door.From(ctx).Org, k.Type); err == nil {
			f.Types[i].Name = d.Name.In(tongue(ctx))
		} else {
			f.Types[i].Name = k.Type
		}
	}
	return f, nil
}

func date(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text) // ours
	return t
}

// reckon makes the figures of requests as they are on a day.
func reckon(all []Served, land string, since, today time.Time) Figures {
	f := Figures{Since: since.Format(time.DateOnly), Day: today.Format(time.DateOnly), Land: land, Types: []Kind{}}
	kinds, took := map[string]*Kind{}, map[string][]int{}
	first := since
	for _, one := range all {
		if at := day(one.Created); at.Before(first) {
			first = at
		}
	}
	r := newRuler(land, first, today)
	count := map[string]*Month{}
	for i := range months {
		m := since.AddDate(0, i, 0).Format("2006-01")
		f.Months = append(f.Months, Month{Month: m})
	}
	for i := range f.Months {
		count[f.Months[i].Month] = &f.Months[i]
	}
	for _, one := range all {
		k := kinds[one.Type]
		if k == nil {
			k = &Kind{Type: one.Type}
			kinds[one.Type] = k
		}
		if m := count[day(one.Created).Format("2006-01")]; m != nil {
			m.Opened++
		}
		if m := count[day(one.Closed).Format("2006-01")]; m != nil && one.Outcome != "" {
			m.Closed++
		}
		if one.Outcome == "" {
			age := int(today.Sub(day(one.Created)).Hours()) / 24
			k.Open++
			k.Ages[slices.IndexFunc(append(ages[:], age), func(most int) bool { return age <= most })]++
		}
		if at := one.answer(); !at.IsZero() && !day(at).Before(since) {
			k.Answered++
			if days, ok := r.between(day(one.Created), day(at)); ok {
				took[one.Type] = append(took[one.Type], days)
			}
		}
	}
	var every []int
	for id, k := range kinds {
		k.time(took[id])
		every = append(every, took[id]...)
		f.All.Answered += k.Answered
		f.All.Open += k.Open
		for i, n := range k.Ages {
			f.All.Ages[i] += n
		}
		f.Types = append(f.Types, *k)
	}
	f.All.time(every)
	slices.SortFunc(f.Types, func(a, b Kind) int {
		return cmp.Or(b.Open+b.Answered-a.Open-a.Answered, strings.Compare(a.Type, b.Type))
	})
	return f
}

// answer is when a request was answered: it reached the state of that name, or else it ended
// otherwise than by being withdrawn.
func (s Served) answer() time.Time {
	if !s.Answered.IsZero() || s.Outcome != "done" && s.Outcome != "refused" {
		return s.Answered
	}
	return s.Closed
}

// time reckons median and ninth decile as values that occurred (nearest rank). Where the time
// of one answer is not known neither is.
func (k *Kind) time(took []int) {
	if len(took) == 0 || len(took) < k.Answered {
		return
	}
	slices.Sort(took)
	k.Reckoned = true
	k.Median, k.P90 = took[(len(took)+1)/2-1], took[(9*len(took)+9)/10-1]
}

// A ruler counts working days: sum[i] are those from the first day to the i-th after it.
type ruler struct {
	first time.Time
	sum   []int
}

// newRuler has no days where the Land or the holidays of a year are not known.
func newRuler(land string, first, last time.Time) (r ruler) {
	c, err := workdays.For(land)
	if err != nil {
		return r
	}
	r.first = first
	n := 0
	for at := first; !at.After(last); at = at.AddDate(0, 0, 1) {
		works, err := c.Working(at)
		if err != nil {
			return ruler{}
		}
		if works {
			n++
		}
		r.sum = append(r.sum, n)
	}
	return r
}

// between are the working days after one day up to another: the same day is none.
func (r ruler) between(from, to time.Time) (int, bool) {
	i, j := int(from.Sub(r.first).Hours())/24, int(to.Sub(r.first).Hours())/24
	if i < 0 || j < i || j >= len(r.sum) {
		return 0, false
	}
	return r.sum[j] - r.sum[i], true
}

// day is the day of a time by the readers' clocks.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return date(lang.Day(t))
}
