// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
)

// moved refuses to write over what somebody has changed since the caller saw it, and says of
// each member what stands there and what the caller sent. seen is empty where the caller does
// not mind; who sends the same as stands there changes nothing.
func moved(ctx context.Context, seen, changed string, now, mine any) error {
	if seen == "" || seen == changed {
		return nil
	}
	var told []string
	change.Each(now, mine, func(member string, is, sent any) {
		name := map[string]string{"title": "measure"}[member]
		if name == "" {
			name = member
		}
		value := func(v any) string {
			if text, ok := v.(string); ok && member == "kind" {
				return say(ctx, "budget.kind."+text)
			}
			return change.Told(v)
		}
		told = append(told, say(ctx, "budget.moved.one", say(ctx, "budget."+name), value(is), value(sent)))
	})
	if told == nil {
		return nil
	}
	return fault.New(fault.Conflict, "budget.moved", strings.Join(told, "; "))
}

// clash is the sentence of a write that others were faster than; empty for any other fault.
func clash(ctx context.Context, err error) string {
	if err != nil && fault.Of(err) == fault.Conflict && fault.Say(err)[0].Key == "budget.moved" {
		return texts().Say(tongue(ctx), err)
	}
	return ""
}

// A calendar knows which days are not too far off.
type calendar struct {
	ctx   context.Context
	today time.Time
}

func (s *Service) calendar(ctx context.Context) calendar { return calendar{ctx, db.Time(s.today())} }

// How many years before and after today a day may lie: what is farther off was mistyped.
const (
	yearsBack  = 80
	yearsAhead = 50
)

// is refuses what is no day, and what is too far off, with a sentence that names the field.
func (c calendar) is(field, day string) error {
	if day == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.At(field, "budget.day_bad", say(c.ctx, "budget."+field), day)
	}
	first, last := c.today.AddDate(-yearsBack, 0, 0).Format(time.DateOnly), c.today.AddDate(yearsAhead, 0, 0).Format(time.DateOnly)
	if day < first || day > last {
		return fault.At(field, "budget.day_far", say(c.ctx, "budget."+field), c.show(day), c.show(first), c.show(last))
	}
	return nil
}

// span refuses an end before its start.
func (c calendar) span(since, until string) error {
	if until != "" && until < since {
		return fault.At("until", "budget.until_first", c.show(until), c.show(since))
	}
	return nil
}

func (c calendar) show(day string) string { return lang.Date(tongue(c.ctx), db.Time(day)) }
