// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
)

// moved refuses to write over what somebody has changed since the caller saw it, and says of
// each member what stands there and what the caller sent. seen is empty where the caller does
// not mind; who sends the same as stands there changes nothing.
func moved(ctx context.Context, seen, changed string, now, mine any, name func(member string) string, value func(member string, v any) string) error {
	if seen == "" || seen == changed {
		return nil
	}
	var told []string
	change.Each(now, mine, func(member string, is, sent any) {
		told = append(told, say(ctx, "contract.moved.one", name(member), value(member, is), value(member, sent)))
	})
	if told == nil {
		return nil
	}
	return fault.New(fault.Conflict, "contract.moved", strings.Join(told, "; "))
}

// clash is the sentence of a write that others were faster than; empty for any other fault.
func clash(ctx context.Context, err error) string {
	if err != nil && fault.Of(err) == fault.Conflict && fault.Say(err)[0].Key == "contract.moved" {
		return texts().Say(tongue(ctx), err)
	}
	return ""
}

// memberNames are the words for members of an input that do not have them by their own name.
var memberNames = map[string]string{"title": "title_label", "noticeUnit": "notice_unit", "unitName": "unit_name", "unitPrice": "unit_price", "upstreamNote": "paid", "proprietary": "proprietary_q"}

// memberName is what the form calls a member of an input.
func memberName(ctx context.Context) func(string) string {
	return func(member string) string {
		if other, ok := memberNames[member]; ok {
			member = other
		}
		return say(ctx, "contract."+member)
	}
}

// memberValue is a member's value in words.
func memberValue(ctx context.Context) func(string, any) string {
	return func(member string, v any) string {
		text, _ := v.(string)
		switch {
		case text == "": // nothing, or a figure
		case slices.Contains([]string{"kind", "per", "proprietary", "upstream"}, member):
			return say(ctx, "contract."+member+"."+text)
		case member == "noticeUnit":
			return say(ctx, "contract.unit."+text)
		}
		return change.Told(v)
	}
}
