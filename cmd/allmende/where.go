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
	n := a.Counts
	fmt.Fprintf(c.out, "%s\n", c.say(
		fmt.Sprintf("%d affected, %d contain it, %d cannot be ruled out (no SBOM), %d do not contain it; %d releases in all", n.Affected, n.Contained, n.Unknown, n.Absent, n.Total),
		fmt.Sprintf("%d betroffen, %d enthalten es, %d nicht auszuschließen (keine Stückliste), %d enthalten es nicht; %d Programmversionen insgesamt", n.Affected, n.Contained, n.Unknown, n.Absent, n.Total)))
	if n.Doubtful > 0 {
		fmt.Fprintf(c.out, c.say("%d contain it in a version that cannot be judged\n", "%d enthalten es in einer Version, die sich nicht prüfen ließ\n"), n.Doubtful)
	}
	if a.Cut {
		fmt.Fprintln(c.out, c.say("So many versions fit that not all were looked at; these figures are minima.", "Es passen so viele Versionen, dass nicht alle angesehen wurden; diese Zahlen sind Mindestwerte."))
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, p := range a.Products {
		var who []string
		for _, u := range p.Uses {
			who = append(who, u.Name)
		}
		fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t%s\t%s\n", p.State, p.Software, p.Release, p.Component, p.Severity, p.Fixed, strings.Join(who, ", "))
	}
	return w.Flush()
}
