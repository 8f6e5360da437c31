// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/market"
)

// A Surveyed is what a frozen market survey of a case found. Open, Closed and Unclear are the
// solutions that come into question, by whether they are open source.
type Surveyed struct {
	Paper                      Paper
	Edition                    int
	Open, Closed, Unclear, Out []string
	Way                        string // the chosen one
}

// Surveyed reads the last frozen edition of each market survey of a case, as far as the viewer
// may see papers. One whose text was altered found nothing.
func (s *Service) Surveyed(ctx context.Context, id string) (out []Surveyed, err error) {
	papers, err := s.OfCase(ctx, id)
	for _, p := range papers {
		if p.Kind != Survey {
			continue
		}
		_, all, err := s.Show(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(e Edition) bool { return !e.Draft() })
		if i < 0 || all[i].Sound() != nil {
			continue
		}
		k, err := s.survey(ctx, all[i])
		if err != nil {
			return nil, err
		}
		f := Surveyed{Paper: p, Edition: all[i].N, Way: say(ctx, "procurement.unset")}
		if way, ok := k.choice(k.Content.Chosen); ok {
			f.Way = way.Name.In(tongue(ctx))
		}
		for _, c := range k.Content.Candidates {
			to := map[string]*[]string{market.Yes: &f.Open, market.No: &f.Closed}[c.Open]
			switch {
			case c.Out:
				to = &f.Out
			case to == nil:
				to = &f.Unclear
			}
			*to = append(*to, c.Name)
		}
		out = append(out, f)
	}
	return out, err
}

// Said is what was found in one sentence of the reader's language.
func (f Surveyed) Said(ctx context.Context) string {
	some := func(names []string) string {
		if len(names) == 0 {
			return say(ctx, "procurement.surveyed.none")
		}
		return strings.Join(names, ", ")
	}
	return say(ctx, "procurement.surveyed", f.Paper.Title, f.Edition, some(f.Open), some(f.Closed), some(f.Unclear), some(f.Out), f.Way)
}

// Against names the contradiction between a survey that found open source which comes into
// question and the answer that there is none; empty where there is no contradiction.
func (f Surveyed) Against(ctx context.Context, denied bool) string {
	if !denied || len(f.Open) == 0 {
		return ""
	}
	return say(ctx, "procurement.surveyed.against", f.Paper.Title, f.Edition, strings.Join(f.Open, ", "))
}
