// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"errors"
	"slices"
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
)

// refused puts what an engine finds wrong with a setup or with bids into sentences at the
// fields of the form.
func refused(ctx context.Context, s award.Setup, bids []award.Bid, all []award.Fault) error {
	var out []error
	for _, f := range all {
		out = append(out, fault.At(faultField(bids, f), "procurement.fault."+f.Kind, faultPlace(ctx, s, f), f.Got))
	}
	return errors.Join(out...)
}

// faultField is the field of the form for bids in which a fault stands; empty where it is the
// setup's.
func faultField(bids []award.Bid, f award.Fault) string {
	i := slices.IndexFunc(bids, func(b award.Bid) bool { return b.ID == f.Bid })
	switch {
	case f.Bid == "" && f.Kind != award.Unnamed || i < 0:
		return ""
	case f.Kind == award.PriceMissing || f.Kind == award.PriceNotPositive || f.Kind == award.TooLong && f.Criterion == "":
		return name("price", i+1)
	case f.Criterion != "":
		return name("points", i+1, f.Criterion)
	}
	return name("bid", i+1)
}

// faultPlace says where a fault is: bid and criterion, or the value that is announced.
func faultPlace(ctx context.Context, s award.Setup, f award.Fault) string {
	var parts []string
	if f.Bid != "" {
		parts = append(parts, say(ctx, "procurement.place.bid", f.Bid))
	}
	if f.Criterion != "" {
		parts = append(parts, say(ctx, "procurement.place.criterion", criterionTitle(s, f.Criterion)))
	}
	if f.Field != "" {
		parts = append(parts, say(ctx, "procurement.field."+f.Field))
	}
	if len(parts) == 0 {
		return say(ctx, "procurement.place.setup")
	}
	return strings.Join(parts, ", ")
}

func criterionTitle(s award.Setup, id string) string {
	for _, c := range s.Criteria {
		if c.ID == id && c.Title != "" {
			return c.Title
		}
	}
	return id
}

// faultWords are the sentences of faults with which a formula has no result.
func faultWords(ctx context.Context, s award.Setup, all []award.Fault) (out []string) {
	for _, f := range all {
		out = append(out, say(ctx, "procurement.fault."+f.Kind, faultPlace(ctx, s, f), f.Got))
	}
	return out
}

// FaultWords and NoteWords put what the engine says into sentences for other rooms, too.
func (s *Service) FaultWords(ctx context.Context, setup award.Setup, all []award.Fault) []string {
	return faultWords(ctx, setup, all)
}

// NoteWords are the sentences of a result's notes.
func (s *Service) NoteWords(ctx context.Context, setup award.Setup, all []award.Note) []string {
	return noteWords(ctx, setup, all)
}

// noteWords are the sentences of what whoever reads a result has to know.
func noteWords(ctx context.Context, s award.Setup, all []award.Note) (out []string) {
	for _, n := range all {
		if len(n.Bids) == 0 && n.Rule == "" {
			out = append(out, say(ctx, "procurement.note."+n.Kind))
			continue
		}
		out = append(out, say(ctx, "procurement.note."+n.Kind, strings.Join(n.Bids, ", "), tieName(ctx, s, n.Rule)))
	}
	return out
}

// tieName is a rule for equal bids in words; nothing for none.
func tieName(ctx context.Context, s award.Setup, rule string) string {
	if rule == "" {
		return ""
	}
	if id, ok := strings.CutPrefix(rule, "criterion:"); ok {
		return say(ctx, "procurement.tie.criterion", criterionTitle(s, id))
	}
	if !slices.Contains(tieRules, rule) {
		return rule
	}
	return say(ctx, "procurement.tie."+rule)
}

// tieRules are those without a criterion.
var tieRules = []string{award.ByPrice, award.ByQuality, award.ByScore, award.ByLot}

// methodName is a method with the values that tell one use of it from another.
func methodName(ctx context.Context, f award.Formula) string {
	m, ok := award.Find(f.Method)
	if !ok {
		return f.Method
	}
	var values []string
	add := func(field string, x *number.Exact) {
		if x != nil && slices.Contains(m.Needs, field) {
			values = append(values, say(ctx, "procurement.value."+field, typed(tongue(ctx), *x)))
		}
	}
	add("price_weight", f.PriceWeight)
	add("band", f.Band)
	if len(values) == 0 {
		return m.In(tongue(ctx))
	}
	return m.In(tongue(ctx)) + " (" + strings.Join(values, ", ") + ")"
}
