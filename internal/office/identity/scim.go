// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// What a directory calls what it sends (RFC 7643, section 8.7).
const (
	userSchema  = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// A User is a person as a directory knows them.
type User struct {
	Member
	External, Given, Family, Mail string
	Created, Changed              time.Time
}

// A Ref names a group, or who is in it.
type Ref struct{ ID, Name string }

// A Group is a group of a directory.
type Group struct {
	ID, External, Name string
	Org                ospo.OrgID
	Created, Changed   time.Time
}

const (
	mostMembers = 20000 // of a group
	mostGroupsD = 5000  // of a directory
)

// resource is a user as it is sent.
func (u User) resource(groups []Ref) map[string]any {
	m := map[string]any{"schemas": []any{userSchema}, "id": string(u.ID), "userName": u.Login, "displayName": u.Name, "active": !u.Closed}
	name := map[string]any{"formatted": u.Name}
	put(name, "givenName", u.Given)
	put(name, "familyName", u.Family)
	m["name"] = name
	put(m, "externalId", u.External)
	if u.Mail != "" {
		m["emails"] = []any{map[string]any{"value": u.Mail, "type": "work", "primary": true}}
	}
	if len(groups) > 0 {
		m["groups"] = refs(groups)
	}
	m["meta"] = meta("User", u.Created, u.Changed)
	return m
}

func (g Group) resource(members []Ref) map[string]any {
	m := map[string]any{"schemas": []any{groupSchema}, "id": g.ID, "displayName": g.Name, "meta": meta("Group", g.Created, g.Changed)}
	put(m, "externalId", g.External)
	if len(members) > 0 {
		m["members"] = refs(members)
	}
	return m
}

func put(m map[string]any, name, v string) {
	if v != "" {
		m[name] = v
	}
}

func refs(all []Ref) []any {
	out := make([]any, 0, len(all))
	for _, r := range all {
		out = append(out, map[string]any{"value": r.ID, "display": r.Name})
	}
	return out
}

func meta(kind string, created, changed time.Time) map[string]any {
	return map[string]any{"resourceType": kind, "created": created.UTC().Format(db.Clock), "lastModified": changed.UTC().Format(db.Clock)}
}

// text returns an attribute that must be one line of text; absent is empty.
func text(m map[string]any, name string) (string, error) {
	switch v := scim.Of(m, name).(type) {
	case nil:
		return "", nil
	case string:
		if len([]rune(v)) > longestName || word(v) != strings.TrimSpace(v) {
			return "", fault.At(name, "identity.scim.text", name, longestName)
		}
		return strings.TrimSpace(v), nil
	}
	return "", fault.At(name, "identity.scim.text", name, longestName)
}

// readUser reads a user that a directory sends; ID and organisation stay as they are. What
// we have no place for is left out, as RFC 7644, section 3.3, allows.
func readUser(m map[string]any, u User) (User, error) {
	name, _ := scim.Of(m, "name").(map[string]any)
	var errs []error
	take := func(from map[string]any, key string) string {
		s, err := text(from, key)
		errs = append(errs, err)
		return s
	}
	u.Login, u.External = strings.ToLower(take(m, "userName")), take(m, "externalId")
	u.Given, u.Family = take(name, "givenName"), take(name, "familyName")
	// What is meant to be shown wins (RFC 7643, section 4.1.1).
	u.Name = cmp.Or(take(m, "displayName"), take(name, "formatted"), strings.TrimSpace(u.Given+" "+u.Family), u.Login)
	u.Mail = mailOf(m)
	active, err := flag(scim.Of(m, "active"))
	u.Closed = !active
	if errs = append(errs, err); u.Login == "" && errors.Join(errs...) == nil {
		errs = append(errs, fault.At("userName", "identity.scim.missing", "userName"))
	}
	return u, errors.Join(errs...)
}

// flag reads "active": true where absent; some directories write it as a text.
func flag(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return true, nil
	case bool:
		return v, nil
	case string:
		if strings.EqualFold(v, "true") || strings.EqualFold(v, "false") {
			return strings.EqualFold(v, "true"), nil
		}
	}
	return false, fault.At("active", "identity.scim.flag", "active")
}

// mailOf returns the primary address, else the first.
func mailOf(m map[string]any) (mail string) {
	all, _ := scim.Of(m, "emails").([]any)
	for _, one := range all {
		part, _ := one.(map[string]any)
		v := word(scim.Of(part, "value"))
		if primary, _ := scim.Of(part, "primary").(bool); v != "" && (mail == "" || primary) {
			mail = v
		}
	}
	return mail
}

// readGroup reads a group and the ids of who is in it; said reports whether it says so at all.
func readGroup(m map[string]any, g Group) (_ Group, members []ospo.PersonID, err error) {
	if g.Name, err = text(m, "displayName"); err != nil {
		return g, nil, err
	}
	if g.Name == "" {
		return g, nil, fault.At("displayName", "identity.scim.missing", "displayName")
	}
	if g.External, err = text(m, "externalId"); err != nil {
		return g, nil, err
	}
	all, ok := scim.Of(m, "members").([]any)
	if v := scim.Of(m, "members"); v != nil && !ok {
		return g, nil, fault.At("members", "identity.scim.members")
	}
	if len(all) > mostMembers {
		return g, nil, fault.New(fault.TooLarge, "identity.scim.many", mostMembers)
	}
	for _, one := range all {
		part, _ := one.(map[string]any)
		id, _ := scim.Of(part, "value").(string)
		if id == "" {
			return g, nil, fault.At("members", "identity.scim.members")
		}
		members = append(members, ospo.PersonID(id))
	}
	return g, members, nil
}

// whose is the organisation whose directory asks: that of the token.
func whose(ctx context.Context) ospo.OrgID { return door.From(ctx).Org }
