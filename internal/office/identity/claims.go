// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// claims is what a provider says about a person, as far as it matters here.
type claims struct {
	issuer, subject string
	sid             string // the session there, for the logout it may tell us of
	name            string
	mail            string // only where the provider has verified it
	groups          []string
}

// Bounds of what is taken from a provider, whatever it sends.
const (
	longestName = 200
	mostGroups  = 1000
)

// read reads the claims of an ID token that holds. Where it lacks a name, or the groups that
// are wanted, the provider is asked for the rest (OpenID Connect Core 1.0, section 5.3).
func (d *desk) read(ctx context.Context, k *known, id *oidc.IDToken, t *oauth2.Token) (c claims, err error) {
	all := map[string]any{}
	if err := id.Claims(&all); err != nil {
		return c, refused("token", err)
	}
	if k.UserInfoEndpoint() != "" && (title(all) == "" || d.Groups != "" && into(all, d.Groups) == nil) {
		info, err := k.UserInfo(ctx, oauth2.StaticTokenSource(t))
		switch {
		case err != nil:
			return c, refused("away", err)
		case info.Subject != id.Subject: // section 5.3.2: must not be used then
			return c, refused("token", errors.New("the provider tells about somebody else"))
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return c, refused("token", err)
		}
		for name, v := range more {
			if _, there := all[name]; !there {
				all[name] = v
			}
		}
	}
	c = claims{issuer: id.Issuer, subject: id.Subject, sid: word(all["sid"]), name: title(all)}
	if verified := all["email_verified"]; verified == true || verified == "true" {
		c.mail = strings.ToLower(word(all["email"]))
	}
	if d.Groups != "" {
		c.groups = list(into(all, d.Groups))
	}
	return c, nil
}

// title is how a person is called: by name, else by what the provider has.
func title(all map[string]any) string {
	both := strings.TrimSpace(word(all["given_name"]) + " " + word(all["family_name"]))
	for _, s := range []string{word(all["name"]), both, word(all["preferred_username"])} {
		if s != "" {
			return s
		}
	}
	return ""
}

// word returns a text as it can be kept: of one line, not too long; all else is empty.
func word(v any) string {
	s, _ := v.(string)
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
	if utf8.RuneCountInString(s) > longestName {
		return string([]rune(s)[:longestName])
	}
	return s
}

// into follows a path with dots into claims: "realm_access.roles". A claim whose own name
// has dots wins.
func into(all map[string]any, path string) any {
	if v, ok := all[path]; ok {
		return v
	}
	head, rest, _ := strings.Cut(path, ".")
	below, ok := all[head].(map[string]any)
	if !ok || rest == "" {
		return nil
	}
	return into(below, rest)
}

// list returns the groups of a claim: a list of texts, or one text.
func list(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		out = []string{word(v)}
	case []any:
		for _, one := range v[:min(len(v), mostGroups)] {
			if g := word(one); g != "" {
				out = append(out, g)
			}
		}
	}
	return out
}
