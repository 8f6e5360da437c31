// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"allmende/internal/engine/number"
	"allmende/internal/fault"
)

// Terms are what a subscription or support consists of. A contract can be both; what nobody
// knows is absent.
type Terms struct {
	Units     int    `json:"units,omitempty" doc:"Subscription: how many; absent where unknown."`
	UnitName  string `json:"unitName,omitempty" doc:"Subscription: of what, such as seats."`
	UnitPrice string `json:"unitPrice,omitempty" doc:"Subscription: euros for one, in the rhythm of per. Where amount is absent it is units times this."`
	Reaction  string `json:"reaction,omitempty" doc:"Support: hours until somebody reacts."`
	Restore   string `json:"restore,omitempty" doc:"Support: hours until it works again."`
	Service   string `json:"service,omitempty" doc:"Support: when, in words. Times count within it."`
	Channel   string `json:"channel,omitempty" doc:"Support: by which way one asks."`
	Upstream  string `json:"upstream,omitempty" enum:"unknown,no,yes" doc:"Are those paid who maintain the software? unknown where absent."`
	Paid      string `json:"upstreamNote,omitempty" doc:"Who of them, and how one knows."`
}

// Upstreams are what can be said of money for those who maintain the software.
var Upstreams = []string{"unknown", "no", "yes"}

// mostUnits bounds how many one subscribes to.
const mostUnits = 100_000_000

func (t *Terms) check() error {
	bad := errors.Join(fault.Tidy("unit_name", &t.UnitName, longestLine, false), fault.Tidy("service", &t.Service, longestLine, false), fault.Tidy("channel", &t.Channel, longestText, false),
		fault.Tidy("paid", &t.Paid, longestText, false), oneOf("upstream", &t.Upstream, "unknown", Upstreams), checkAmount("unit_price", &t.UnitPrice), checkHours("reaction", &t.Reaction), checkHours("restore", &t.Restore))
	if t.Units < 0 || t.Units > mostUnits {
		bad = errors.Join(bad, fault.At("units", "contract.range", t.Units, 0, mostUnits))
	}
	return bad
}

// checkHours takes hours from 0, with quarters and the like.
func checkHours(field string, text *string) error {
	if *text = strings.TrimSpace(*text); *text == "" {
		return nil
	}
	x, err := number.Parse(*text)
	if err != nil || x.Sign() < 0 || x.Round(2).Cmp(x) != 0 || x.Cmp(number.Int(mostHours)) > 0 {
		return fault.At(field, "contract.hours_bad", *text, mostHours)
	}
	*text = x.String()
	return nil
}

const mostHours = 100_000

// product is units times the price of one; false where either is unknown.
func (t Terms) product() (number.Exact, bool) {
	x, err := number.Parse(t.UnitPrice)
	return x.Mul(number.Int(int64(t.Units))), err == nil && t.Units > 0
}

// TermsRow is terms in the reader's language; what is unknown is empty.
type TermsRow struct {
	Subscribed, Supported              bool // there is something to show
	Count, UnitName, UnitPrice         string
	Product                            string // units times price, where the amount says something else
	Reaction, Restore, Service         string
	Channel, Upstream, Paid, Per, Kind string
}

func termsRow(ctx context.Context, c Contract) TermsRow {
	t := c.Terms
	r := TermsRow{UnitName: t.UnitName, UnitPrice: figured(ctx, t.UnitPrice, 2), Reaction: hours(ctx, t.Reaction), Restore: hours(ctx, t.Restore), Service: t.Service, Channel: t.Channel,
		Upstream: t.Upstream, Paid: t.Paid, Per: c.Per, Kind: c.Kind}
	if t.Units > 0 {
		r.Count = strconv.Itoa(t.Units)
	}
	r.Subscribed = c.Kind == "subscription" || r.Count+t.UnitName+t.UnitPrice != ""
	r.Supported = c.Kind == "support" || t.Reaction+t.Restore+t.Service+t.Channel+t.Paid != "" || t.Upstream != "unknown" && t.Upstream != ""
	x, known := t.product()
	if amount, ok := c.Price(); known && ok && x.Cmp(amount) != 0 {
		r.Product = x.Text(tongue(ctx), 2)
	}
	return r
}

// figured is a kept number as the reader writes it; empty where it is unknown.
func figured(ctx context.Context, text string, places int) string {
	x, err := number.Parse(text)
	if err != nil {
		return ""
	}
	return x.Text(tongue(ctx), places)
}

func hours(ctx context.Context, text string) string {
	x, err := number.Parse(text)
	if err != nil {
		return ""
	}
	places := 0
	for places < 2 && x.Round(places).Cmp(x) != 0 {
		places++
	}
	return x.Text(tongue(ctx), places)
}

// Lines are terms as facts, for what is drawn; units say that they are unknown.
func (w voice) terms(c Input) (out []Fact) {
	r := termsRow(w.ctx, Contract{Input: c})
	or := func(text string) string {
		if text == "" {
			return w.say("unknown")
		}
		return text
	}
	if r.Subscribed {
		price := or("")
		if r.UnitPrice != "" {
			price = r.UnitPrice + " € " + w.say("per."+r.Per)
		}
		out = append(out, Fact{w.say("units"), strings.TrimSpace(or(r.Count) + " " + r.UnitName)}, Fact{w.say("unit_price"), price})
	}
	if r.Supported {
		out = append(out, Fact{w.say("reaction"), or(r.Reaction)}, Fact{w.say("restore"), or(r.Restore)}, Fact{w.say("service"), or(r.Service)}, Fact{w.say("channel"), or(r.Channel)},
			Fact{w.say("upstream"), strings.TrimRight(w.say("upstream."+orUnknown(r.Upstream))+"\n"+r.Paid, "\n")})
	}
	return out
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

// text is how terms are kept.
func (t Terms) text() string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic("contract: " + err.Error()) // texts and a number can be written
	}
	return string(raw)
}
