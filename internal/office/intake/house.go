// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A House is how an organisation lets people ask without an account.
type House struct {
	Org     ospo.OrgID
	Name    string   // of the organisation
	Open    bool     // guests may ask
	Slug    string   // public name, the last part of the address
	Domains []string // of the mail addresses that are taken; none: any
}

// Path is where guests ask.
func (h House) Path() string { return "/intake/at/" + h.Slug }

// Bounds of a setting.
const (
	mostDomains   = 50
	longestDomain = 253 // RFC 1035, 2.3.4
)

var (
	slugs   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	domains = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)
)

// House returns the setting of the viewer's organisation; none is a closed one.
func (s *Service) House(ctx context.Context) (House, error) {
	v := door.From(ctx)
	h, err := s.store.house(ctx, s.store.db.Read(), v.Org)
	if fault.Of(err) == fault.NotFound {
		return House{Org: v.Org, Name: v.OrgName, Slug: suggested(v.Org)}, nil
	}
	return h, err
}

// suggested is a public name made of an id that people can read.
func suggested(org ospo.OrgID) string {
	if slug := strings.ToLower(string(org)); len(slug) <= 40 && slugs.MatchString(slug) && !strings.Contains(slug, "0000-") {
		return slug
	}
	return ""
}

// SetHouse lets guests ask in the viewer's organisation, or no more.
func (s *Service) SetHouse(ctx context.Context, h House) (err error) {
	defer fault.Wrap(&err, "set how guests ask")
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	h.Org, h.Slug = v.Org, strings.ToLower(strings.TrimSpace(h.Slug))
	if len(h.Slug) < 3 || len(h.Slug) > 40 || !slugs.MatchString(h.Slug) {
		return fault.At("slug", "intake.slug_form", h.Slug)
	}
	if h.Domains, err = readDomains(h.Domains); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("intake.house", string(v.Org)), func(tx *db.Tx) error {
		was, err := s.store.house(ctx, tx, v.Org)
		if err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
		if taken, err := s.store.taken(ctx, tx, h); err != nil || taken {
			return errorOr(err, fault.At("slug", "intake.slug_taken", h.Slug))
		}
		tx.Act.Diff = change.Between(was.told(), h.told())
		return s.store.setHouse(ctx, tx, h)
	})
}

func (h House) told() map[string]any {
	return map[string]any{"open": h.Open, "slug": h.Slug, "domains": strings.Join(h.Domains, " ")}
}

// readDomains reads domains of mail addresses as people write them.
func readDomains(written []string) (out []string, err error) {
	for _, d := range written {
		d = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(d)), "@")
		if d == "" || slices.Contains(out, d) {
			continue
		}
		if len(d) > longestDomain || !domains.MatchString(d) {
			return nil, fault.At("domains", "intake.domain_form", d[:min(len(d), 80)])
		}
		out = append(out, d)
	}
	if len(out) > mostDomains {
		return nil, fault.At("domains", "intake.domains_many", len(out), mostDomains)
	}
	return out, nil
}

// takes reports whether a mail address is of a domain that counts: of it, or below it.
func (h House) takes(mail string) bool {
	_, domain, _ := strings.Cut(strings.ToLower(mail), "@")
	return len(h.Domains) == 0 || slices.ContainsFunc(h.Domains, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
}

// Lets reports whether an organisation lets somebody ask without an account who has a mail address.
func (s *Service) Lets(ctx context.Context, org ospo.OrgID, address string) (bool, error) {
	h, err := s.store.house(ctx, s.store.db.Read(), org)
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && h.Open && h.takes(address), err
}

// Public returns the house behind a public name. One that lets nobody ask is not found, like
// one that there is not.
func (s *Service) Public(ctx context.Context, slug string) (House, error) {
	if len(slug) > 40 || !slugs.MatchString(slug) {
		return House{}, notFound()
	}
	return s.store.public(ctx, s.store.db.Read(), slug)
}
