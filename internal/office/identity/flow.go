// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// journey is how long somebody may take from the button to coming back.
const journey = 10 * time.Minute

// A Departure is the way to a provider.
type Departure struct {
	To     string // the provider's address
	Secret string // for the browser's cookie; what comes back without it is refused
}

// All that is to be secret or only once in a journey is derived from one secret, which only
// the browser has. Of it the database keeps the SHA-256: whoever reads the database cannot
// finish what another browser has begun.
func derived(secret, what string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// SetOut sends a browser to a provider: authorization code with PKCE (RFC 7636, S256), nonce
// and a state that only this browser can bring back, once.
func (s *Service) SetOut(ctx context.Context, provider, back string, from Origin) (b Departure, err error) {
	d := s.desk(provider)
	if d == nil {
		return b, fault.New(fault.NotFound, "fault.not_found")
	}
	if err := s.slow(from.Address); err != nil {
		return b, err
	}
	k, err := d.meet(ctx, s.store.db.Now())
	if err != nil {
		return b, s.note(ctx, d, err)
	}
	b.Secret = newSecret()
	f := flow{sum: digest(b.Secret), org: d.Org, provider: d.ID, back: back, expires: s.store.db.Now().Add(journey)}
	if err := s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.addFlow(ctx, tx, f) }); err != nil {
		return b, err
	}
	b.To = k.oauth.AuthCodeURL(derived(b.Secret, "state"), oidc.Nonce(derived(b.Secret, "nonce")),
		oauth2.S256ChallengeOption(derived(b.Secret, "verifier")))
	return b, nil
}

// slow makes who asks too often wait.
func (s *Service) slow(address string) error {
	if wait := s.pace.Take(address, s.store.db.Now()); wait > 0 {
		return fault.New(fault.TooMany, "identity.wait", int(wait/time.Second)+1)
	}
	return nil
}

// A Return is what a browser brings back from a provider.
type Return struct {
	Secret             string // of the cookie
	State, Code        string
	Issuer             string // RFC 9207; empty where the provider does not say
	Error, Description string
}

// An Entry is a session that was opened.
type Entry struct {
	Cookie string
	Back   string
}

// Finish lets in who comes back from a provider, or says in words of the person why not. A
// refusal is noted in the log of the provider's organisation.
func (s *Service) Finish(ctx context.Context, provider string, r Return, from Origin) (e Entry, err error) {
	d := s.desk(provider)
	if d == nil {
		return e, fault.New(fault.NotFound, "fault.not_found")
	}
	if err := s.slow(from.Address); err != nil {
		return e, err
	}
	e, err = s.finish(ctx, d, r, from)
	if err != nil {
		err = s.note(ctx, d, err)
	}
	return e, err
}

func (s *Service) finish(ctx context.Context, d *desk, r Return, from Origin) (e Entry, err error) {
	if r.Secret == "" || !same(r.State, derived(r.Secret, "state")) {
		return e, refused("state", errors.New("no cookie, or a state that is not this browser's"))
	}
	f, err := s.take(ctx, d, r.Secret)
	switch {
	case err != nil:
		return e, err
	case r.Issuer != "" && r.Issuer != d.Issuer:
		return e, refused("issuer", fmt.Errorf("the answer is of %q", r.Issuer))
	case r.Error == "access_denied":
		return e, refused("denied", errors.New(r.Description))
	case r.Error != "" || r.Code == "":
		return e, refused("provider", fmt.Errorf("%.200q: %.500q", r.Error, r.Description))
	}
	k, err := d.meet(ctx, s.store.db.Now())
	if err != nil {
		return e, err
	}
	c, err := s.redeem(ctx, d, k, r)
	if err != nil {
		return e, err
	}
	e.Back = f.back
	e.Cookie, err = s.admit(ctx, d, c, from)
	return e, err
}

// take returns what a browser had begun, for the first who asks.
func (s *Service) take(ctx context.Context, d *desk, secret string) (f flow, err error) {
	err = s.store.db.Keep(ctx, func(tx *db.Tx) error {
		f, err = s.store.takeFlow(ctx, tx, digest(secret), d.ID, s.store.db.Now())
		return err
	})
	if fault.Of(err) == fault.NotFound {
		err = refused("state", errors.New("unknown, used or over"))
	}
	return f, err
}

// redeem turns the code into claims that hold.
func (s *Service) redeem(ctx context.Context, d *desk, k *known, r Return) (c claims, err error) {
	asking := d.asking(ctx)
	t, err := k.oauth.Exchange(asking, r.Code, oauth2.VerifierOption(derived(r.Secret, "verifier")))
	if _, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return c, refused("code", err)
	} else if err != nil {
		return c, refused("away", err)
	}
	raw, ok := t.Extra("id_token").(string)
	if !ok {
		return c, refused("token", errors.New("the answer has no id_token"))
	}
	id, err := d.verifier(k, s.store.db.Now).Verify(asking, raw)
	if err != nil {
		return c, refused(flaw(err), err)
	}
	if err := s.hold(d, id, derived(r.Secret, "nonce"), t.AccessToken); err != nil {
		return c, err
	}
	return d.read(asking, k, id, t)
}

// flaw is what go-oidc's error means for the person: it has a type for one case only.
func flaw(err error) string {
	if _, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return "time"
	}
	for part, why := range map[string]string{"different provider": "issuer", "audience": "audience", "nbf": "time", "fetching keys": "away"} {
		if strings.Contains(err.Error(), part) {
			return why
		}
	}
	return "signature"
}

// skew is how far clocks may be apart.
const skew = 2 * time.Minute

// hold checks what the verifier leaves to us (OpenID Connect Core 1.0, section 3.1.3.7):
// nonce, authorized party, time of issue, hash of the access token.
func (s *Service) hold(d *desk, id *oidc.IDToken, nonce, access string) error {
	var more struct {
		Party string `json:"azp"`
	}
	if err := id.Claims(&more); err != nil {
		return refused("token", err)
	}
	now := s.store.db.Now()
	switch {
	case !same(id.Nonce, nonce):
		return refused("nonce", errors.New("a token of another sign-in"))
	case more.Party != "" && more.Party != d.Client, len(id.Audience) > 1 && more.Party == "":
		return refused("audience", fmt.Errorf("authorized party %q of %q", more.Party, id.Audience))
	case id.IssuedAt.After(now.Add(skew)), id.IssuedAt.Before(now.Add(-journey)):
		return refused("time", fmt.Errorf("issued at %s, now %s", id.IssuedAt, now))
	case id.Subject == "" || len(id.Subject) > 255:
		return refused("token", fmt.Errorf("a subject of %d bytes", len(id.Subject)))
	case id.AccessTokenHash != "" && id.VerifyAccessToken(access) != nil:
		return refused("signature", errors.New("the access token is another one"))
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// note writes a refusal into the log of the provider's organisation; other errors pass.
func (s *Service) note(ctx context.Context, d *desk, err error) error {
	reason := why(err)
	if reason == "" {
		return err
	}
	slog.WarnContext(ctx, "sign-in by a provider was refused", "provider", d.ID, "reason", reason, "request", door.From(ctx).Request, "err", err)
	act := door.From(ctx).ActFor(d.Org, "identity.sign_in.refused", d.ID+": "+reason)
	act.Person = "unknown"
	if e := s.store.db.Write(ctx, act, func(*db.Tx) error { return nil }); e != nil {
		return errors.Join(e, err)
	}
	return err
}

// Ways lists the buttons for signing in, by provider.
func (s *Service) Ways() []Provider {
	var out []Provider
	for _, d := range s.desks {
		out = append(out, d.Provider)
	}
	slices.SortStableFunc(out, func(a, b Provider) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// Comes names the providers by which a person has come.
func (s *Service) Comes(ctx context.Context, person ospo.PersonID) ([]string, error) {
	ids, err := s.store.bonds(ctx, person)
	for i, id := range ids {
		if d := s.desk(id); d != nil {
			ids[i] = d.Label
		}
	}
	return ids, err
}

// flow is a journey that somebody has begun.
type flow struct {
	sum, provider, back string
	org                 ospo.OrgID
	expires             time.Time
}
