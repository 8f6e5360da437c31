// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"encoding/json"
	"time"

	"allmende/internal/engine/access"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Directory is the permission of a token that tells who works here: it makes, renames and
// closes accounts.
const Directory = "identity.scim"

// Rearrange is ChangeOrg for whoever comes by a door: another place in the tree waits for a
// second person, for what a role means and how far it reaches depend on what is above.
func (s *Service) Rearrange(ctx context.Context, o Org) (proposal string, err error) {
	act := door.From(ctx).Act("governance.org.change", string(o.ID))
	was, err := s.Org(ctx, o.ID)
	if err != nil {
		return "", err
	}
	waits, _, err := s.waits(ctx, act.Org, func() (bool, error) { return was.Parent != o.Parent, nil })
	if err != nil {
		return "", err
	}
	if !waits || o.ID == act.Org || s.store.reach(ctx, s.store.db.Read(), act.Org, o.Parent) != nil {
		return "", s.ChangeOrg(ctx, act, o) // which says what is wrong
	}
	if o.Name, err = checkName("name", o.Name); err != nil {
		return "", err
	}
	if err := checkKind(o.Kind); err != nil {
		return "", err
	}
	to, err := s.Org(ctx, o.Parent)
	if err != nil {
		return "", err
	}
	return s.desk.Propose(ctx, act.Org, "governance.org.change", string(o.ID), shift{was.Parent, o}, "",
		approval.Fact{Key: "governance.org", Value: o.Name}, approval.Fact{Key: "governance.parent", Value: to.Name})
}

// A shift is an organisation as it should be, and where it was when that was proposed.
type shift struct {
	From ospo.OrgID
	Org  Org
}

func (s *Service) moveApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var m shift
	if err := json.Unmarshal(p.Body, &m); err != nil {
		return err
	}
	now, err := s.store.org(ctx, tx, m.Org.ID)
	if err != nil {
		return err
	}
	if now.Parent != m.From {
		return fault.New(fault.Conflict, "governance.second.overtaken", now.Name)
	}
	return s.changeOrgIn(ctx, tx, p.Org, m.Org)
}

// Issue is CreateToken for whoever comes by a door: a token for a directory works once a
// second person agreed. The proposal keeps the hash of the token alone.
func (s *Service) Issue(ctx context.Context, org ospo.OrgID, name string, scopes []string, expires time.Time) (token, proposal string, err error) {
	act := door.From(ctx).Act("governance.token.add", "")
	t, err := s.checkToken(Token{Org: org, Person: act.Person, Name: name, Scopes: scopes, Expires: expires})
	if err != nil {
		return "", "", err
	}
	waits, _, err := s.waits(ctx, org, func() (bool, error) { return covers(scopes, Directory), nil })
	if err != nil {
		return "", "", err
	}
	if !waits {
		token, err = s.CreateToken(ctx, act, org, name, scopes, expires)
		return token, "", err
	}
	o, err := s.Org(ctx, org)
	if err != nil {
		return "", "", err
	}
	token = TokenPrefix + secret()
	until := "–"
	if !expires.IsZero() {
		until = expires.UTC().Format(time.DateOnly)
	}
	proposal, err = s.desk.Propose(ctx, org, "governance.token.add", string(byToken)+t.ID, paper{t, digest(token)}, "",
		approval.Fact{Key: "governance.name", Value: t.Name}, approval.Fact{Key: "governance.org", Value: o.Name}, approval.Fact{Key: "governance.token.expires", Value: until})
	return token, proposal, err
}

func covers(scopes []string, permission string) bool {
	for _, sc := range scopes {
		if access.Covers(sc, permission) {
			return true
		}
	}
	return false
}

// A paper is a token that waits: all of it but its secret.
type paper struct {
	Token Token
	Sum   string
}

func (s *Service) tokenApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var w paper
	if err := json.Unmarshal(p.Body, &w); err != nil {
		return err
	}
	w.Token.Org, w.Token.Person = p.Org, p.Proposer
	if w.Token.Over(s.store.db.Now()) {
		return fault.New(fault.Conflict, "governance.second.overtaken", w.Token.Name)
	}
	tx.Act.Diff = w.Token.told()
	return s.store.addToken(ctx, tx, w.Token, w.Sum)
}
