// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// TokensPage lists the tokens in view.
type TokensPage struct {
	Tokens []TokenRow
}

// A TokenRow is one token with its state: "works", "rests", "revoked" or "over".
type TokenRow struct {
	Token
	State string
	Mine  bool // the viewer may revoke it
}

func (s *Service) tokensPage(r *http.Request) (TokensPage, error) {
	all, err := s.Tokens(r.Context())
	p, admin := TokensPage{}, mayAdmin(r)
	for _, t := range all {
		row := TokenRow{t, "works", admin || t.Person == door.From(r.Context()).Person}
		if t.Rests {
			row.State = "rests"
		}
		if t.Over(s.store.db.Now()) {
			row.State = "over"
		}
		if !t.Revoked.IsZero() {
			row.State = "revoked"
		}
		p.Tokens = append(p.Tokens, row)
	}
	return p, err
}

func (s *Service) revokeToken(r *http.Request) (string, error) {
	return "/governance/tokens", s.Revoke(r.Context(), r.PathValue("token"))
}

// TokenForm makes a token; once made, Secret is shown this one time.
type TokenForm struct {
	Name   string
	Org    ospo.OrgID
	Orgs   []web.Choice
	Scopes []web.Choice // the label is the permission; its words are governance.scope.…
	Days   int          // 0: for ever
	Spans  []int
	Secret string
	Waits  string // where a second person agrees, before it works
}

var spans = []int{30, 90, 365, 0}

func (s *Service) newToken(r *http.Request) (TokenForm, error) {
	f := TokenForm{Org: door.From(r.Context()).Org, Days: 365}
	return f, s.offer(r, &f, []string{"sbom.write", "sbom.read"})
}

// offer fills in what the viewer can give away: nothing that they may not themselves.
func (s *Service) offer(r *http.Request, f *TokenForm, chosen []string) error {
	v := door.From(r.Context())
	if strings.HasPrefix(string(v.Person), string(byToken)) { // it would outlive its own end
		return fault.New(fault.Forbidden, "governance.token.by_token")
	}
	for _, p := range Scopes {
		if v.May(p) {
			f.Scopes = append(f.Scopes, web.Choice{Value: p, Label: p, Chosen: slices.Contains(chosen, p)})
		}
	}
	f.Spans = spans
	units, err := s.store.units(r.Context(), v.Org, parentsAtMost)
	f.Orgs = choices(plant(units), f.Org)
	return err
}

func (s *Service) addToken(r *http.Request) (f TokenForm, next string, err error) {
	v := door.From(r.Context())
	f.Name, f.Org = r.PostFormValue("name"), ospo.OrgID(r.PostFormValue("org"))
	f.Days, _ = strconv.Atoi(r.PostFormValue("days"))
	scopes := r.PostForm["scopes"]
	if err := s.offer(r, &f, scopes); err != nil {
		return f, "", err
	}
	if i := slices.IndexFunc(scopes, func(p string) bool { return !v.May(p) }); i >= 0 {
		return f, "", fault.At("scopes", "governance.token.not_yours", scopes[i])
	}
	var expires time.Time
	if f.Days > 0 {
		expires = s.store.db.Now().AddDate(0, 0, min(f.Days, 3650))
	}
	var proposal string
	if f.Secret, proposal, err = s.Issue(r.Context(), f.Org, f.Name, scopes, expires); proposal != "" {
		f.Waits = "/approval/" + proposal
	}
	return f, "", err
}
