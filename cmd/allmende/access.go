// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"allmende/internal/app"
	"allmende/internal/platform/door"
)

// runAccess says who may what and why, and gives roles to people.
func runAccess(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("access")
	s.remote(fs)
	var g app.RoleGrant
	fs.StringVar(&g.Person, "person", "", "id, login or name")
	permission := fs.String("permission", "", "for example sbom.write")
	fs.StringVar(&g.Role, "role", "", "key of a role")
	fs.StringVar(&g.Deputy, "deputy", "", "id, login or name")
	fs.StringVar(&g.Since, "since", "", "first day")
	fs.StringVar(&g.Until, "until", "", "last day")
	fs.StringVar(&g.Decision, "decision", "", "on whose decision")
	fs.StringVar(&g.Reason, "reason", "", "why a steering role goes to another house")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	switch what := strings.Join(rest, " "); {
	case what == "explain" && g.Person != "" && *permission != "":
		return c.explain(ctx, s, g.Person, *permission)
	case what == "matrix":
		return c.matrix(ctx, s, *permission, g.Role)
	case what == "grant" && g.Person != "" && g.Role != "" && *s.server == "":
		return c.grant(ctx, s, g)
	}
	fmt.Fprintln(c.err, c.say("usage: allmende access explain --person … --permission … --org …\n       allmende access matrix --org … [--permission …]\n       allmende access grant --role … --person … --org … --decision …",
		"Aufruf: allmende access explain --person … --permission … --org …\n        allmende access matrix --org … [--permission …]\n        allmende access grant --role … --person … --org … --decision …"))
	return errUsage
}

// answer asks the server for an operation's answer, or f with the opened database.
func answer[T any](ctx context.Context, c *console, s *settings, path string, q url.Values, f func(context.Context, *app.App) (T, error)) (out T, err error) {
	cl, err := c.ask(s)
	if err != nil {
		return out, err
	}
	if cl != nil {
		body, err := cl.Get(ctx, path, q)
		if err != nil {
			return out, err
		}
		return out, json.Unmarshal(body, &out)
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return out, err
	}
	defer a.Close()
	return f(ctx, a)
}

func (c *console) explain(ctx context.Context, s *settings, person, permission string) error {
	q := url.Values{"person": {person}, "permission": {permission}, "org": {*s.org}}
	e, err := answer(ctx, c, s, "/role/explain", q, func(ctx context.Context, a *app.App) (app.Explanation, error) {
		above, err := a.FromAbove(ctx)
		if err != nil {
			return app.Explanation{}, err
		}
		return a.Role.Explain(above, person, permission, door.From(ctx).Org)
	})
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(e)
	}
	if !e.Allowed {
		fmt.Fprintf(c.out, c.say("no: %s may not do %s in %s\n", "nein: %s darf %s in %s nicht\n"), e.Name, e.Permission, e.OrgName)
		for _, r := range e.Would {
			fmt.Fprintf(c.out, c.say("  the role %s (%s) would grant it\n", "  die Rolle %s (%s) gäbe es\n"), r.Name.In(c.lang), r.Key)
		}
		return nil
	}
	fmt.Fprintf(c.out, c.say("yes: %s may do %s in %s\n", "ja: %s darf %s in %s\n"), e.Name, e.Permission, e.OrgName)
	for _, r := range e.Reasons {
		fmt.Fprintln(c.out, "  "+c.because(r))
	}
	return nil
}

// because writes one reason for people.
func (c *console) because(r app.Why) string {
	out := ""
	switch r.Way {
	case "level":
		out = fmt.Sprintf(c.say("level of the account: %s", "Berechtigung des Kontos: %s"), r.Level)
	case "deputy":
		out = fmt.Sprintf(c.say("deputising for %s until %s: role %s (%s), version %d", "in Vertretung von %s bis %s: Rolle %s (%s), Fassung %d"), r.ForName, r.Until, r.RoleName.In(c.lang), r.Role, r.Version)
	default:
		out = fmt.Sprintf(c.say("role %s (%s), version %d", "Rolle %s (%s), Fassung %d"), r.RoleName.In(c.lang), r.Role, r.Version)
	}
	place := r.OrgName
	if place == "" {
		place = c.say("an organisation above", "einer übergeordneten Organisation")
	}
	out += c.say(", held in ", ", gehalten in ") + place
	if r.Mandate != "" {
		out += c.say(", mandate ", ", Besetzung ") + r.Mandate
	}
	return out + ": " + r.Grant
}

func (c *console) matrix(ctx context.Context, s *settings, permission, role string) error {
	q := url.Values{"permission": {permission}, "role": {role}, "org": {*s.org}}
	m, err := answer(ctx, c, s, "/role/matrix", q, func(ctx context.Context, a *app.App) (app.AccessMatrix, error) {
		above, err := a.FromAbove(ctx)
		if err != nil {
			return app.AccessMatrix{}, err
		}
		return a.Role.Matrix(above, app.AccessQuestion{Org: door.From(ctx).Org, Permission: permission, Role: role})
	})
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(m)
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, l := range m.People {
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Name, l.House, strings.Join(l.May, " "))
	}
	return w.Flush()
}

// grant gives a role without asking a second person: whoever can open the database can.
func (c *console) grant(ctx context.Context, s *settings, g app.RoleGrant) error {
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	g.Org = door.From(ctx).Org
	o, err := a.Role.Grant(ctx, g)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, o.ID)
	return err
}
