// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"slices"
	"strings"
	"unicode"

	"allmende/internal/engine/number"
)

// Severities of findings. A setup with a blocking one must not be frozen.
const (
	Block = "block"
	Warn  = "warn"
)

// A Rule of the linter, with the decision or text it rests on.
type Rule struct {
	ID        string `json:"id"`
	Severity  string `json:"severity"`
	Ref       string `json:"ref"` // the decision or clause; empty for our own rules
	Certainty string `json:"certainty"`
	Source    string `json:"source"`
	SourceDE  string `json:"source_de,omitempty"` // where it differs
	DE        string `json:"de"`
	EN        string `json:"en"`
}

// In says in German or English what the rule found.
func (r Rule) In(tongue string) string {
	if tongue == "de" {
		return r.DE
	}
	return r.EN
}

// SourceIn says in German or English what the rule rests on.
func (r Rule) SourceIn(tongue string) string { return sourceIn(tongue, r.Source, r.SourceDE) }

// Rules lists what the linter looks for.
func Rules() []Rule { return slices.Clone(rules.Rules) }

// A Finding is a rule that a setup breaks, and where.
type Finding struct {
	Rule
	Criterion string
	Field     string
	Got       string
}

// Lint looks a setup over before publication. Products are the names that criteria must not
// hold, as the register of software knows them.
func (s Setup) Lint(products []string) (out []Finding) {
	find := func(rule, criterion, field, got string) {
		i := slices.IndexFunc(rules.Rules, func(r Rule) bool { return r.ID == rule })
		out = append(out, Finding{rules.Rules[i], criterion, field, got})
	}
	for _, f := range s.faults() {
		find(ruleOf(f), f.Criterion, f.Field, f.Got)
	}
	m, ok := Find(s.Formula.Method)
	if ok {
		s.lintMethod(m, find)
	}
	s.lintTies(m, find)
	s.lintCriteria(m, products, find)
	slices.SortStableFunc(out, func(a, b Finding) int { return strings.Compare(a.Severity, b.Severity) })
	return out
}

// Blocked reports whether a finding keeps a setup from being frozen.
func Blocked(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Block })
}

func ruleOf(f Fault) string {
	switch f.Kind {
	case NoMethod:
		return "method"
	case WeightsSum, WeightOutside:
		return "weights"
	case TieUnknown:
		return "ties"
	case Parameter:
		return "parameter"
	case MinimumOutside:
		return "minimum"
	}
	return "criteria"
}

type finder func(rule, criterion, field, got string)

func (s Setup) lintMethod(m Method, find finder) {
	f := s.Formula
	if m.ID == "interp_span" {
		find("span", "", "method", m.ID)
	}
	if m.Kind != "price" && (s.Minimum == nil || m.Kind == "ratio" && s.Minimum.Sign() == 0) {
		find("minimum", "", "minimum", "")
	}
	if m.Certainty == Unverified {
		find("unchecked", "", "method", m.ID)
	}
	if m.Kind == "ratio" {
		find("implicit", "", "method", m.ID)
	}
	if m.ID == "extended_ratio" && f.Band != nil && f.Band.Cmp(number.Int(10)) > 0 {
		find("band_wide", "", "band", f.Band.String())
	}
	if m.Depends {
		find("depends", "", "method", m.ID)
	}
	if m.Kind == "price" && len(s.Criteria) > 0 {
		find("idle_quality", "", "criteria", "")
	}
}

// lintTies: a setup without rules for equal bids may end without a winner.
func (s Setup) lintTies(m Method, find finder) {
	if len(s.Ties) == 0 {
		find("ties", "", "ties", "")
		return
	}
	for i, rule := range s.Ties {
		idle := slices.Contains(s.Ties[:i], rule) || slices.Contains(s.Ties[:i], ByLot) ||
			m.Kind == "price" && rule == ByPrice ||
			m.ID == "extended_ratio" && rule == s.Formula.Decision ||
			m.ID != "extended_ratio" && rule == ByScore
		if idle {
			find("ties_idle", "", "ties", rule)
		}
	}
	if !slices.Contains(s.Ties, ByLot) {
		find("ties_open", "", "ties", s.Ties[len(s.Ties)-1])
	}
}

func (s Setup) lintCriteria(m Method, products []string, find finder) {
	open := s.OpenSource
	for _, c := range s.Criteria {
		text := c.Title + " " + c.Text
		for _, a := range c.Anchors {
			text += " ; " + a.Text
		}
		for _, p := range Named(text, products) {
			find("product", c.ID, "text", p)
		}
		open = open || WantsOpenSource(text)
		if len(c.Anchors) == 0 && m.Kind != "price" {
			find("anchors", c.ID, "anchors", "")
		}
	}
	if open && strings.TrimSpace(s.OpenSourceReason) == "" {
		find("unreasoned", "", "open_source_reason", "")
	}
}

// openSource are words by which criteria demand open source, as [words] writes them; "quelloffen"
// and "freie software" have endings in German.
var openSource = []string{" open source", " opensource", " quelloffen", " freie software ", " freier software ", " freien software ", " free software "}

// Named lists the products whose names stand in a text as whole words, in small letters and each
// once.
func Named(text string, products []string) (out []string) {
	text = words(text)
	for _, p := range products {
		if p := strings.TrimSpace(words(p)); p != "" && strings.Contains(text, " "+p+" ") && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// WantsOpenSource reports whether a text demands open source.
func WantsOpenSource(text string) bool { return Holds(text, openSource) }

// Holds reports whether one of some beginnings of words, written as [words] writes them, stands
// in a text.
func Holds(text string, beginnings []string) bool {
	text = words(text)
	return slices.ContainsFunc(beginnings, func(w string) bool { return strings.Contains(text, w) })
}

// words writes a text in small letters with one blank before, between and after its words, so
// that names are found as whole words whatever signs are around them.
func words(text string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#'
	}), " ") + " "
}
