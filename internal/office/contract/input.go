// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/clause"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// checked returns the input as it is kept, with the id of the product; all that is wrong is
// told at once.
func (s *Service) checked(ctx context.Context, in Input) (_ Input, software string, err error) {
	var bad []error
	note := func(err error) {
		if err != nil {
			bad = append(bad, err)
		}
	}
	for _, f := range []struct {
		field string
		text  *string
		most  int
		must  bool
	}{{"title", &in.Title, longestLine, true}, {"supplier", &in.Supplier, longestLine, true}, {"number", &in.Number, longestLine, false}, {"software", &in.Software, longestLine, false},
		{"reason", &in.Reason, longestText, false}, {"case", &in.Case, longestLine, false}, {"note", &in.Note, longestText, false}} {
		note(fault.Tidy(f.field, f.text, f.most, f.must))
	}
	note(oneOf("kind", &in.Kind, "", Kinds))
	note(oneOf("per", &in.Per, "once", Rhythms))
	note(oneOf("proprietary", &in.Proprietary, "unknown", Proprietary))
	note(oneOf("notice_unit", &in.NoticeUnit, "months", clause.Units))
	if _, ok := s.Set.Type(in.Type); in.Type != "" && !ok {
		note(fault.At("type", "contract.type_bad", in.Type))
	}
	note(errors.Join(s.isDay(ctx, "since", in.Since), s.isDay(ctx, "until", in.Until), checkAmount("amount", &in.Amount), in.Terms.check()))
	if in.Until != "" && in.Until < in.Since {
		note(fault.At("until", "contract.until_first", shownDay(ctx, in.Until), shownDay(ctx, in.Since)))
	}
	if x, ok := in.Terms.product(); ok && in.Amount == "" {
		in.Amount = x.String()
	}
	if in.Notice < 0 || in.Notice > mostNotice {
		note(fault.At("notice", "contract.range", in.Notice, 0, mostNotice))
	}
	if in.Renews < 0 || in.Renews > mostRenews {
		note(fault.At("renews", "contract.range", in.Renews, 0, mostRenews))
	}
	if in.Software != "" && len(bad) == 0 {
		software, err = s.store.software(ctx, door.From(ctx).Org, in.Software)
		if fault.Of(err) == fault.NotFound {
			err = fault.At("software", "contract.software_unknown", in.Software)
		}
		note(err)
	}
	return in, software, errors.Join(bad...)
}

func oneOf(field string, value *string, otherwise string, list []string) error {
	if *value == "" {
		*value = otherwise
	}
	if !slices.Contains(list, *value) {
		return fault.At(field, "contract.choice_bad", *value)
	}
	return nil
}

// How many years before and after today a day may lie: what is farther off was mistyped.
const (
	yearsBack  = 80
	yearsAhead = 50
)

// isDay refuses what is no day, and what is too far off, with a sentence that names the field.
func (s *Service) isDay(ctx context.Context, field, day string) error {
	if day == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.At(field, "contract.day_bad", say(ctx, "contract."+field), day)
	}
	today := db.Time(s.today())
	first, last := today.AddDate(-yearsBack, 0, 0).Format(time.DateOnly), today.AddDate(yearsAhead, 0, 0).Format(time.DateOnly)
	if day < first || day > last {
		return fault.At(field, "contract.day_far", say(ctx, "contract."+field), shownDay(ctx, day), shownDay(ctx, first), shownDay(ctx, last))
	}
	return nil
}

func shownDay(ctx context.Context, day string) string { return lang.Date(tongue(ctx), db.Time(day)) }

// checkAmount takes what a program writes; see readAmount for what people type.
func checkAmount(field string, text *string) error {
	if *text = strings.TrimSpace(*text); *text == "" {
		return nil
	}
	x, err := number.Parse(*text)
	switch {
	case err != nil:
		return fault.At(field, "contract.amount.plain", *text)
	case x.Sign() < 0:
		return fault.At(field, "contract.amount.negative", *text)
	case x.Round(2).Cmp(x) != 0 || x.Bits() > mostBits:
		return fault.At(field, "contract.amount.cents", *text)
	}
	*text = x.String()
	return nil
}

// readAmount takes an amount as somebody types it, with a comma in German and a point in
// English; nothing typed is unknown.
func readAmount(ctx context.Context, field, text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	x, err := number.Read(text, tongue(ctx))
	if f, ok := errors.AsType[*number.Fault](err); ok {
		return "", fault.At(field, "contract.amount."+f.Kind, f.Got)
	}
	return x.String(), err
}

func isLink(field, link string) error {
	if u, err := url.Parse(link); link != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(link) > 2000) {
		return fault.At(field, "contract.link_bad", link)
	}
	return nil
}
