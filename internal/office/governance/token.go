// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// TokenPrefix begins every token, so that scanners for leaked secrets know it.
const TokenPrefix = "allm_"

// byToken begins the id under which a token acts.
const byToken ospo.PersonID = "token:"

// A Token lets a program act for an organisation, as far as its scopes go.
type Token struct {
	ID      string
	Org     ospo.OrgID
	OrgName string
	Person  ospo.PersonID // who made it
	Maker   string
	Name    string
	Scopes  []string // permissions, for example "sbom.write"
	Created time.Time
	Expires time.Time // zero: never
	Used    time.Time // zero: never; else to the minute
	Revoked time.Time // zero: not
	Rests   bool      // whoever made it has no account any more, or no right in the organisation

	maker  bool   // a person made it, not the command line
	closed bool   // whoever made it has no account any more
	level  string // of the person who made it
	atHome bool   // it acts for that person's organisation or one below

	suspended bool // its organisation, or one above it
}

// Over reports whether the token has expired by now.
func (t Token) Over(now time.Time) bool { return !t.Expires.IsZero() && !now.Before(t.Expires) }

// may returns what a token may at present: its scopes, as far as the one who made it
// still goes; and whether it rests, because that is nowhere.
func (s *Service) may(ctx context.Context, t Token) (grants []string, rests bool, err error) {
	if !t.maker {
		return t.Scopes, false, nil
	}
	if t.closed {
		return nil, true, nil
	}
	own, _, err := s.rights(ctx, t.Person, t.level, t.atHome, t.Org)
	return door.Meet(t.Scopes, own), len(own) == 0, err
}

var scopeForm = regexp.MustCompile(`^(\*|([a-z]+|\*)\.(\*|[a-z_]+))$`)

// CreateToken makes a token for an organisation that the act's organisation sees and
// returns its secret, which nobody can read again. Whether the scopes may be given away is
// for the door to ask. The zero time never expires.
func (s *Service) CreateToken(ctx context.Context, act ospo.Act, org ospo.OrgID, name string, scopes []string, expires time.Time) (token string, err error) {
	defer fault.Wrap(&err, "create token for %s", org)
	t, err := s.checkToken(Token{Org: org, Person: act.Person, Name: name, Scopes: scopes, Expires: expires})
	if err != nil {
		return "", err
	}
	token = TokenPrefix + secret()
	act.What, act.On = "governance.token.add", "token:"+t.ID
	return token, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.reach(ctx, tx, act.Org, org); err != nil {
			return err
		}
		tx.Act.Diff = t.told()
		return s.store.addToken(ctx, tx, t, digest(token))
	})
}

// told is what the log says of a token that is made: what it may, and until when.
func (t Token) told() string {
	made := map[string]any{"name": t.Name, "scopes": t.Scopes}
	if !t.Expires.IsZero() {
		made["expires"] = t.Expires.UTC().Format(time.DateOnly)
	}
	return change.Added(made)
}

// checkToken returns a token as it can be made, with an id.
func (s *Service) checkToken(t Token) (_ Token, err error) {
	if t.Name, err = checkName("name", t.Name); err != nil {
		return t, err
	}
	if err := s.checkScopes(t.Scopes); err != nil {
		return t, err
	}
	if now := s.store.db.Now(); !t.Expires.IsZero() && !t.Expires.After(now) {
		return t, fault.At("expires", "governance.token.past")
	}
	t.ID = db.NewID()
	return t, nil
}

func (s *Service) checkScopes(scopes []string) error {
	if len(scopes) == 0 {
		return fault.At("scopes", "governance.token.no_scope")
	}
	if i := slices.IndexFunc(scopes, func(p string) bool { return !scopeForm.MatchString(p) || len(p) > 100 }); i >= 0 || len(scopes) > 50 {
		return fault.At("scopes", "governance.token.scope_form", scopes[max(i, 0)])
	}
	for _, scope := range scopes {
		if len(s.Permissions) > 0 && !slices.ContainsFunc(s.Permissions, door.Viewer{Grants: []string{scope}}.May) {
			return fault.At("scopes", "governance.token.scope_unknown", scope, strings.Join(s.like(scope), ", "))
		}
	}
	return nil
}

// like lists the permissions of the same room, or all where there is no such room.
func (s *Service) like(scope string) []string {
	room, _, _ := strings.Cut(scope, ".")
	of := slices.DeleteFunc(slices.Clone(s.Permissions), func(p string) bool { return !strings.HasPrefix(p, room+".") })
	if len(of) == 0 {
		return s.Permissions
	}
	return of
}

// Tokens lists the tokens within view, without their secrets: what programs may is as open
// as what people may.
func (s *Service) Tokens(ctx context.Context) ([]Token, error) {
	v := door.From(ctx)
	all, err := s.store.tokens(ctx, v.Org)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if _, all[i].Rests, err = s.may(ctx, all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Revoke ends a token for good. Whoever made it may, and who administers.
func (s *Service) Revoke(ctx context.Context, id string) error {
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("governance.token.revoke", "token:"+id), func(tx *db.Tx) error {
		return s.store.revokeToken(ctx, tx, v, id)
	})
}

// turnedAway lets the log say that a token was used that rests, because whoever made it is
// gone or suspended or may nothing any more, or whose organisation is suspended: once a minute
// for each, so that no program can fill the log.
func (s *Service) turnedAway(ctx context.Context, t Token, now time.Time) {
	if s.resting.Take(t.ID, now) > 0 {
		return
	}
	act := ospo.Act{Org: t.Org, Person: byToken + ospo.PersonID(t.ID), What: "governance.token.refused", On: "token:" + t.ID, Door: "api"}
	if err := s.store.db.Write(ctx, act, func(*db.Tx) error { return nil }); err != nil {
		slog.ErrorContext(ctx, "a refused token could not be noted in the log", "err", err)
	}
}

// bearer returns who acts by a token; nobody where it is unknown or over.
func (s *Service) bearer(ctx context.Context, token string) door.Viewer {
	if !strings.HasPrefix(token, TokenPrefix) || len(token) > 100 {
		return door.Viewer{Stale: true}
	}
	now := s.store.db.Now()
	t, err := s.store.token(ctx, digest(token), now)
	if err != nil {
		unknown := fault.Of(err) == fault.NotFound
		if !unknown {
			slog.ErrorContext(ctx, "a token could not be read", "err", err)
		}
		return door.Viewer{Stale: unknown}
	}
	may, rests, err := s.may(ctx, t)
	if err != nil {
		slog.ErrorContext(ctx, "what a token may could not be read", "err", err)
	}
	if err == nil && (rests || t.suspended) {
		s.turnedAway(ctx, t, now)
	}
	if err != nil || rests {
		return door.Viewer{Stale: rests}
	}
	if t.suspended {
		return door.Viewer{Org: t.Org, OrgName: t.OrgName, Person: byToken + ospo.PersonID(t.ID), Name: t.Name, Barred: "governance.suspended"}
	}
	if now.Sub(t.Used) > time.Minute {
		s.later(func(ctx context.Context) error {
			return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.usedToken(ctx, tx, t.ID) })
		})
	}
	v := door.Viewer{Org: t.Org, OrgName: t.OrgName, Person: byToken + ospo.PersonID(t.ID), Name: t.Name, Grants: may}
	if t.maker {
		v.Behind = t.Person
	}
	return v
}
