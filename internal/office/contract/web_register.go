// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"io"
	"net/http"

	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// registerFile hands the register out as CSV, narrowed by the same filters as the page.
func (s *Service) registerFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	l := web.ReadListing(r, "title")
	all, _, err := s.Contracts(ctx, Sieve{Text: l.Get("q"), State: l.Get("state"), Proprietary: l.Get("proprietary"), Size: mostRows})
	var t sheet.Table
	for _, key := range []string{"number", "title_label", "supplier", "org", "software", "type", "kind", "since", "until", "leave", "renews", "amount", "per", "units", "unit_name", "unit_price",
		"reaction", "restore", "service", "channel", "upstream", "paid", "proprietary_q", "reason", "case"} {
		t.Head = append(t.Head, say(ctx, "contract."+key))
	}
	unknown := func(text string) string {
		if text == "" {
			return say(ctx, "contract.unknown")
		}
		return text
	}
	for _, c := range all {
		row, terms, kind := s.row(ctx, c), termsRow(ctx, c), ""
		if typed, ok := s.Set.Type(c.Type); ok {
			kind = typed.Name.In(tongue(ctx))
		}
		price, upstream := "", ""
		if row.Known {
			price = row.Price
		}
		subscribed, supported := func(text string) string { return text }, func(text string) string { return text }
		if terms.Subscribed {
			subscribed = unknown
		}
		if terms.Supported {
			supported, upstream = unknown, say(ctx, "contract.upstream."+orUnknown(terms.Upstream))
		}
		t.Rows = append(t.Rows, []string{c.Number, c.Title, c.Supplier, c.OrgName, c.Software, kind, say(ctx, "contract.kind."+c.Kind), unknown(c.Since), unknown(row.End), row.By, figure(c.Renews),
			unknown(price), say(ctx, "contract.per."+c.Per), subscribed(terms.Count), terms.UnitName, subscribed(terms.UnitPrice), supported(terms.Reaction), supported(terms.Restore),
			supported(terms.Service), supported(terms.Channel), upstream, terms.Paid, say(ctx, "contract.proprietary."+c.Proprietary), c.Reason, c.Case})
	}
	return web.Download{Name: say(ctx, "contract.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}
