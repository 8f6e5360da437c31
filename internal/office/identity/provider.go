// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/outgoing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A Provider is one identity provider of one organisation, as the operator has set it up.
type Provider struct {
	ID     string     `json:"id"` // short name, in addresses
	Org    ospo.OrgID `json:"org"`
	Label  string     `json:"label"` // on the button
	Issuer string     `json:"issuer"`
	Client string     `json:"client"`
	Secret string     `json:"-"`
	Scopes []string   `json:"scopes"` // beside "openid"; empty: profile, email
	Groups string     `json:"groups"` // claim with the groups, with dots into it: "realm_access.roles"
	Level  string     `json:"level"`  // of people to whom no group gives one; empty: they stay outside
	Join   bool       `json:"join"`   // makes an account for who comes for the first time
	Match  []string   `json:"match"`  // "mail", "external": how people who are here already are recognised
	Hosts  []string   `json:"hosts"`  // that may be asked beside the issuer's own
}

const (
	byMail     = "mail"     // by the e-mail address that the provider has verified
	byExternal = "external" // by the id that the directory has given (SCIM externalId)
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// check says what is wrong with a provider's settings, for the operator.
func (p Provider) check(levels []string) error {
	u, err := url.Parse(p.Issuer)
	local := err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	switch {
	case !idForm.MatchString(p.ID):
		return fmt.Errorf("provider id %q: want a short name of a-z, 0-9 and -", p.ID)
	case err != nil || u.Host == "" || u.Fragment != "" || u.RawQuery != "":
		return fmt.Errorf("provider %s: issuer %q is no address", p.ID, p.Issuer)
	case u.Scheme != "https" && !(u.Scheme == "http" && local):
		return fmt.Errorf("provider %s: issuer %q: want https, for tokens and secrets go there", p.ID, p.Issuer)
	case p.Client == "":
		return fmt.Errorf("provider %s: the client id is missing", p.ID)
	case p.Level != "" && !slices.Contains(levels, p.Level):
		return fmt.Errorf("provider %s: level %q: want one of %s, or none", p.ID, p.Level, strings.Join(levels, ", "))
	}
	for _, m := range p.Match {
		if m != byMail && m != byExternal {
			return fmt.Errorf("provider %s: match %q: want %s or %s", p.ID, m, byMail, byExternal)
		}
	}
	return nil
}

// A desk is where people of one provider are received. What the provider says of itself is
// asked for when first needed, so that the house opens while a provider is down.
type desk struct {
	Provider
	back string // the address at which people come back

	mu    sync.Mutex
	known *known
	until time.Time
	away  error // why the provider could not be met, believed until rests
	rests time.Time
}

// known is what a provider has said of itself.
type known struct {
	*oidc.Provider
	oauth oauth2.Config
	end   string // address of the page for signing out there; may be empty
}

const (
	memory  = time.Hour        // how long what a provider says of itself is believed
	patient = 10 * time.Second // how long one answer may take
	rest    = 5 * time.Second  // how long a provider that was away is not asked again
	longest = 1 << 20          // bytes of one answer
)

// Use sets the providers up. address is that of this instance as browsers see it, with
// scheme: the only one to which people come back.
func (s *Service) Use(address string, providers []Provider) error {
	if len(providers) == 0 {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("with an identity provider the public address is needed, for example https://allmende.example.org; got %q", address)
	}
	s.address = u.Scheme + "://" + u.Host
	for _, p := range providers {
		if err := p.check(s.Levels); err != nil {
			return err
		}
		if s.desk(p.ID) != nil {
			return fmt.Errorf("two providers are called %q", p.ID)
		}
		if p.Label == "" {
			p.Label = p.ID
		}
		s.desks = append(s.desks, &desk{Provider: p, back: s.address + "/identity/callback/" + p.ID})
	}
	return nil
}

func (s *Service) desk(id string) *desk {
	if i := slices.IndexFunc(s.desks, func(d *desk) bool { return d.ID == id }); i >= 0 {
		return s.desks[i]
	}
	return nil
}

// asking returns a context in which the provider, and nobody else, can be asked.
func (d *desk) asking(ctx context.Context) context.Context {
	u, _ := url.Parse(d.Issuer)
	return oidc.ClientContext(ctx, outgoing.Small(patient, longest, append([]string{u.Host}, d.Hosts...)...))
}

// meet asks the provider about itself (OpenID Connect Discovery 1.0), or remembers.
func (d *desk) meet(ctx context.Context, now time.Time) (*known, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known != nil && now.Before(d.until) {
		return d.known, nil
	}
	if now.Before(d.rests) {
		return nil, d.away
	}
	k, err := d.ask(ctx)
	if err != nil {
		d.away, d.rests = refused("away", err), now.Add(rest)
		return nil, d.away
	}
	d.known, d.until = k, now.Add(memory)
	return k, nil
}

// Probe asks a provider about itself, for whoever looks at the settings.
func (s *Service) Probe(ctx context.Context, id string) error {
	d := s.desk(id)
	if d == nil {
		return fmt.Errorf("there is no provider %q", id)
	}
	_, err := d.ask(ctx)
	return err
}

func (d *desk) ask(ctx context.Context) (*known, error) {
	p, err := oidc.NewProvider(d.asking(context.WithoutCancel(ctx)), d.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		End     string   `json:"end_session_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&says); err != nil {
		return nil, err
	}
	scopes := d.Scopes
	if len(scopes) == 0 {
		scopes = []string{"profile", "email"}
	}
	k := &known{Provider: p, end: says.End, oauth: oauth2.Config{ClientID: d.Client, ClientSecret: d.Secret,
		Endpoint: p.Endpoint(), RedirectURL: d.back, Scopes: append([]string{oidc.ScopeOpenID}, scopes...)}}
	k.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if d.Secret == "" || len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") {
		k.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return k, nil
}

// verifier checks signature, issuer, audience and time of what the provider signs. Only
// signatures with the provider's own keys count: neither "none" nor one with a shared secret.
func (d *desk) verifier(k *known, now func() time.Time) *oidc.IDTokenVerifier {
	return k.Verifier(&oidc.Config{ClientID: d.Client, Now: now})
}
