// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"allmende/internal/app"
)

func runWhere(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("where")
	s.remote(fs)
	limit := fs.Int("limit", 500, "products listed at most")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende where QUERY", "Aufruf: allmende where FRAGE"))
		return errUsage
	}
	answer, err := c.where(ctx, s, rest[0], *limit)
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(answer)
	}
	return c.table(answer)
}

func (c *console) where(ctx context.Context, s *settings, query string, limit int) (answer app.Answer, err error) {
	cl, err := c.ask(s)
	if err != nil {
		return answer, err
	}
	if cl != nil {
		body, err := cl.Get(ctx, "/where", url.Values{"q": {query}, "limit": {strconv.Itoa(limit)}})
		if err != nil {
			return answer, err
		}
		return answer, json.Unmarshal(body, &answer)
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return answer, err
	}
	defer a.Close()
	return a.Where.Where(ctx, query, limit, limit)
}

// table writes an answer for people.
func (c *console) table(a app.Answer) error {
	if a.OnlyProducts() {
		fmt.Fprintf(c.out, c.say("products by their own name, licence or supplier: %d; no SBOM lists it as a component\n", "Programme nach Name, Lizenz oder Lieferant: %d; als Bestandteil nennt es keine Stückliste\n"), len(a.Software))
	}
	if a.Unheard {
		fmt.Fprintln(c.out, c.say("nothing of that name is known: no SBOM lists it, in any version; check the spelling", "unter diesem Namen ist nichts bekannt: Keine Stückliste nennt ihn, in keiner Version; bitte Schreibweise prüfen"))
	}
	if a.Withdrawn() {
		fmt.Fprintf(c.out, c.say("%s was withdrawn on %s: nothing is matched with it\n", "%s wurde am %s zurückgezogen: Es wird nichts mit ihr abgeglichen\n"), a.Advisory.Key, a.Advisory.Withdrawn.Format("2006-01-02"))
	}
	if a.Tells() {
		c.figures(a.Counts)
	}
	if a.Cut {
		fmt.Fprintln(c.out, c.say("So many versions fit that not all were looked at; these figures are minima.", "Es passen so viele Versionen, dass nicht alle angesehen wurden; diese Zahlen sind Mindestwerte."))
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, p := range a.Products {
		fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.State, p.Software, p.Release, p.Component, p.Severity, p.Fixed, p.Criticality, c.licensed(p), users(p), strings.Join(p.Path, " > "))
	}
	for _, e := range a.Software {
		for _, p := range e.Releases {
			fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t\t%s\t%s\t%s\n", p.State, p.Software, p.Release, e.Licence, e.Supplier, p.Criticality, c.licensed(p), users(p))
		}
	}
	return w.Flush()
}

func (c *console) figures(n app.Counts) {
	fmt.Fprintf(c.out, c.say("%d affected, %d contain it and cannot be judged, %d contain it, %d cannot be ruled out (no SBOM), %d do not contain it; %d releases in all\n",
		"%d betroffen, %d enthalten es, nicht prüfbar, %d enthalten es, %d nicht auszuschließen (keine Stückliste), %d enthalten es nicht; %d Programmversionen insgesamt\n"),
		n.Affected, n.Doubtful, n.Contained, n.Unknown, n.Absent, n.Total)
}

// licensed is the verdict on the licences of a product.
func (c *console) licensed(p app.Product) string {
	if p.Ruling == nil {
		return ""
	}
	return c.say("licences ", "Lizenzen ") + c.ruling(p.Ruling.Verdict)
}

// users names who runs a product, and as what.
func users(p app.Product) string {
	who := make([]string, len(p.Uses))
	for i, u := range p.Uses {
		who[i] = u.Name + " (" + u.Role + ")"
	}
	return strings.Join(who, ", ")
}
