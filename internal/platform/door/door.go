// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package door says who stands at the door: the person, for which organisation, with
// which permissions, in which language, and through which door. The door puts the
// viewer into the context; whoever reads or writes below takes it from there.
package door

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// A Viewer is who asks. The zero Viewer may nothing.
type Viewer struct {
	Org     ospo.OrgID // sees this organisation and all below it
	OrgName string
	Person  ospo.PersonID
	Name    string        // of the person, or of the token
	Behind  ospo.PersonID // who made the token that acts; empty where the person acts
	Role    string        // in which the person acts, for the log; empty where nobody said
	Posts   []Post        // roles held here; see [Viewer.Under]
	Grants  []string      // "*", "estate.*", "*.read" or "sbom.write"
	Lang    string        // "de" or "en"
	Theme   string        // "light", "dark" or empty for the system's
	Must    string        // path of what has to be done before anything else; empty for nothing
	Stale   bool          // a token was shown that is unknown or over; nobody is known then
	Barred  string        // text key of why everything is refused; empty for nothing
	Door    string        // "web", "api", "cli", "job"
	Request string        // id for the log
}

type key struct{}

// With returns a context that carries v.
func With(ctx context.Context, v Viewer) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the viewer, or the zero Viewer where nobody was let in.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(key{}).(Viewer)
	return v
}

// SignedIn reports whether somebody is known.
func (v Viewer) SignedIn() bool { return v.Person != "" && v.Org != "" }

// May reports whether a grant covers permission, for example "sbom.write".
func (v Viewer) May(permission string) bool {
	room, verb, _ := strings.Cut(permission, ".")
	for _, g := range v.Grants {
		if g == "*" || g == permission {
			return true
		}
		head, tail, ok := strings.Cut(g, ".")
		if ok && (head == "*" || head == room) && (tail == "*" || tail == verb) {
			return true
		}
	}
	return false
}

// Human is the person who answers for what v does: for a token whoever made it.
func (v Viewer) Human() ospo.PersonID {
	if v.Behind != "" {
		return v.Behind
	}
	return v.Person
}

// Meet returns the grants that cover exactly what both lists cover.
func Meet(a, b []string) []string {
	var out []string
	for _, x := range a {
		for _, y := range b {
			if g, ok := meet(x, y); ok && !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	return out
}

func meet(x, y string) (string, bool) {
	if x == "*" {
		return y, true
	}
	if y == "*" {
		return x, true
	}
	xRoom, xVerb, _ := strings.Cut(x, ".")
	yRoom, yVerb, _ := strings.Cut(y, ".")
	room, ok := narrower(xRoom, yRoom)
	verb, too := narrower(xVerb, yVerb)
	return room + "." + verb, ok && too
}

func narrower(x, y string) (string, bool) {
	switch {
	case x == "*":
		return y, true
	case y == "*" || x == y:
		return x, true
	}
	return "", false
}

// Check returns a fault where the viewer may not.
func (v Viewer) Check(permission string) error {
	switch {
	case v.Stale:
		return fault.New(fault.SignIn, "fault.token")
	case !v.SignedIn():
		return fault.New(fault.SignIn, "fault.sign_in")
	case !v.May(permission):
		return fault.New(fault.Forbidden, "fault.forbidden", permission)
	}
	return nil
}

// Act returns what v does, for the log. The organisation is the viewer's own; use
// [Viewer.ActFor] where a row belongs to one below it.
func (v Viewer) Act(what, on string) ospo.Act { return v.ActFor(v.Org, what, on) }

// A Post is a role that the viewer holds where they act, with what it grants.
type Post struct {
	Role   string
	Grants []string
}

// Under is the viewer as they do what needs a permission: in those of their roles that grant
// it. Where none does, no role stands beside what they did: they may it by their account.
func (v Viewer) Under(permission string) Viewer {
	if v.Posts == nil || permission == "" {
		return v
	}
	var roles []string
	for _, p := range v.Posts {
		if (Viewer{Grants: p.Grants}).May(permission) {
			roles = append(roles, p.Role)
		}
	}
	slices.Sort(roles)
	v.Role = strings.Join(slices.Compact(roles), " ")
	return v
}

// ActFor is Act for an organisation that the caller has checked to be in v's view.
func (v Viewer) ActFor(org ospo.OrgID, what, on string) ospo.Act {
	return ospo.Act{Org: org, Person: v.Person, Role: v.Role, What: what, On: on, Door: v.Door, Request: v.Request}
}
