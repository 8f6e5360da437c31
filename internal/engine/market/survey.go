// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"strings"
)

// Whether something is open source, or whether a way fits.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown" // the zero value is read so, too
)

// A Survey is what somebody learned about the market, and what follows. Days are 2026-11-28.
type Survey struct {
	Title      string      `json:"title"`
	Need       string      `json:"need"`           // what has to be done, not with what
	Kind       string      `json:"kind,omitempty"` // id of a kind of need
	Sources    []Source    `json:"sources"`        // in the order in which they were looked at
	Candidates []Candidate `json:"candidates"`
	Ways       []Way       `json:"ways"`
	Chosen     string      `json:"chosen,omitempty"` // id of a way
	Procedure  string      `json:"procedure,omitempty"`
	Because    string      `json:"because,omitempty"` // why this procedure
	Result     string      `json:"result"`
	Library    *Pin        `json:"library,omitempty"` // edition of the catalogue that it was written with
}

// Written names the edition of the catalogue that a survey was written with; nil for those
// that are older than editions.
func (s Survey) Written() *Pin { return s.Library }

// Used are the choices of a catalogue that a survey names.
func (s Survey) Used(c Catalogue) []Choice {
	ids := []string{s.Kind, s.Procedure}
	for _, w := range s.Ways {
		ids = append(ids, w.ID)
	}
	return c.Pick(ids...)
}

// A Source is where somebody looked.
type Source struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Day     string `json:"day"`
	Query   string `json:"query"`
	Hits    *int   `json:"hits,omitempty"` // nil where nobody counted
}

// A Candidate is a solution that was found.
type Candidate struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Licence string `json:"licence,omitempty"`
	Open    string `json:"open"` // Yes, No or Unknown
	Out     bool   `json:"out"`  // left out
	Reason  string `json:"reason"`
}

// A Way is one of make, buy, use and compose with what speaks for and against it.
type Way struct {
	ID     string `json:"id"`
	Fits   string `json:"fits"`
	Reason string `json:"reason"`
}

// Lint says what a survey lacks, by the ways of a catalogue. today is a day; what lies after it
// cannot have been looked at.
func (s Survey) Lint(c Catalogue, today string) []Finding {
	var all findings
	if strings.TrimSpace(s.Need) == "" {
		all.add("need", "", 0, "")
	}
	s.lintSources(today, &all)
	s.lintCandidates(&all)
	s.lintWays(c, &all)
	if s.Procedure != "" && strings.TrimSpace(s.Because) == "" {
		all.add("procedure_unreasoned", "", 0, "")
	}
	if strings.TrimSpace(s.Result) == "" {
		all.add("result", "", 0, "")
	}
	return all.sorted()
}

// lintSources: openCode comes first, and a search that nobody can repeat is none.
func (s Survey) lintSources(today string, all *findings) {
	openCode := 0
	for i, at := range s.Sources {
		if openCode == 0 && isOpenCode(at) {
			openCode = i + 1
		}
		if at.Day == "" || strings.TrimSpace(at.Query) == "" {
			all.add("source_unrepeatable", "source", i+1, at.Name)
		}
		if at.Day > today {
			all.add("source_later", "source", i+1, at.Day)
		}
	}
	switch {
	case len(s.Sources) == 0:
		all.add("sources", "", 0, "")
	case openCode == 0:
		all.add("opencode", "", 0, "")
	case openCode > 1:
		all.add("opencode_late", "source", openCode, s.Sources[openCode-1].Name)
	}
}

// isOpenCode recognises the platform by name or address, which was opencode.de and is
// open-code.de in some texts.
func isOpenCode(s Source) bool {
	text := strings.ToLower(s.Name + " " + s.Address)
	return strings.Contains(strings.NewReplacer("-", "", " ", "").Replace(text), "opencode")
}

func (s Survey) lintCandidates(all *findings) {
	open, left := 0, 0
	for i, c := range s.Candidates {
		if c.Out && strings.TrimSpace(c.Reason) == "" {
			all.add("out_unreasoned", "candidate", i+1, c.Name)
		}
		switch c.Open {
		case Yes:
			open++
		case No:
		default:
			all.add("openness_unknown", "candidate", i+1, c.Name)
		}
		if !c.Out {
			left++
		}
	}
	switch {
	case len(s.Candidates) == 0:
		all.add("candidates", "", 0, "")
	case open == 0:
		all.add("no_open", "", 0, "")
	}
	if len(s.Candidates) > 0 && left == 0 && s.Chosen != "make" {
		all.add("all_out", "", 0, s.Chosen)
	}
}

// lintWays: each way is weighed, and the chosen one is not one that does not fit.
func (s Survey) lintWays(c Catalogue, all *findings) {
	fits := map[string]string{}
	for i, w := range s.Ways {
		fits[w.ID] = w.Fits
		if strings.TrimSpace(w.Reason) == "" {
			all.add("way_unreasoned", "way", i+1, w.ID)
		}
	}
	for _, w := range c.Ways {
		if _, ok := fits[w.ID]; !ok {
			all.add("way_missing", "", 0, w.ID)
		}
	}
	switch {
	case s.Chosen == "":
		all.add("chosen", "", 0, "")
	case fits[s.Chosen] == No:
		all.add("chosen_unfit", "", 0, s.Chosen)
	}
}
