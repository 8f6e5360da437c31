// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Where the contexts of a release come from.
const (
	FromSet     = "set"     // somebody said so, with a reason
	FromUses    = "uses"    // they follow from the roles in which it is used
	FromNothing = "nothing" // nobody in view uses it: taken as internal
)

// Usage is how a release is used, as far as licences make a difference of it.
type Usage struct {
	Contexts []ospo.Context `json:"contexts"`
	From     string         `json:"from" enum:"set,uses,nothing" doc:"Set by somebody, from the uses in the register, or assumed because there is none."`
	Reason   string         `json:"reason,omitempty"`
	Maker    string         `json:"personName,omitempty"`
	Created  string         `json:"created,omitempty"`
}

// ofRole says in which context software is used by whoever has a role in the register: a
// provider offers it to others, a developer builds it into own work.
var ofRole = map[string]ospo.Context{"user": ospo.Internal, "operator": ospo.Internal, "provider": ospo.Hosted, "developer": ospo.Linked}

// Usage returns how a release in view is used.
func (s *Service) Usage(ctx context.Context, release ospo.ReleaseID) (Usage, error) {
	if _, err := s.store.release(ctx, door.From(ctx).Org, release); err != nil {
		return Usage{}, err
	}
	all, err := s.usages(ctx, release)
	return all.of(release), err
}

// Contexts is Usage for rooms that need no more.
func (s *Service) Contexts(ctx context.Context, release ospo.ReleaseID) ([]ospo.Context, error) {
	u, err := s.Usage(ctx, release)
	return u.Contexts, err
}

type usages map[ospo.ReleaseID]Usage

func (u usages) of(release ospo.ReleaseID) Usage {
	if one, ok := u[release]; ok {
		return one
	}
	return Usage{Contexts: []ospo.Context{ospo.Internal}, From: FromNothing}
}

// usages returns how releases are used in the viewer's organisation and below; without any
// named, all of them. What the nearest organisation at or above set counts first; else what
// those below set; else the roles in the register.
func (s *Service) usages(ctx context.Context, releases ...ospo.ReleaseID) (usages, error) {
	used, set, err := s.said(ctx, door.From(ctx).Org, releases)
	return settle(used, set), err
}

// said is what the register and the organisations at, above and below one say of the use of
// releases, the nearest organisation first.
func (s *Service) said(ctx context.Context, root ospo.OrgID, releases []ospo.ReleaseID) (used, set []usedRow, err error) {
	if used, err = s.store.roles(ctx, s.store.db.Read(), root, releases); err != nil {
		return nil, nil, err
	}
	set, err = s.store.contexts(ctx, s.store.db.Read(), root, releases)
	return used, set, err
}

// settle puts together what is said of the use of releases.
func settle(used, set []usedRow) usages {
	out, place := usages{}, map[ospo.ReleaseID]int{}
	for _, r := range used {
		if c, ok := ofRole[r.context]; ok {
			out.add(r.release, c, Usage{From: FromUses})
		}
	}
	for _, r := range set { // the nearest first
		at, known := place[r.release]
		switch {
		case !known:
			place[r.release] = r.place
			out[r.release] = Usage{}
		case at != r.place && at < below: // somebody nearer has spoken
			continue
		}
		out.add(r.release, ospo.Context(r.context), Usage{From: FromSet, Reason: r.reason, Maker: r.maker, Created: r.created})
	}
	return out
}

func (u usages) add(release ospo.ReleaseID, c ospo.Context, with Usage) {
	was := u[release]
	with.Contexts = was.Contexts
	if !slices.Contains(with.Contexts, c) {
		with.Contexts = append(slices.Clone(with.Contexts), c)
		slices.SortFunc(with.Contexts, func(a, b ospo.Context) int {
			return slices.Index(ospo.Contexts, a) - slices.Index(ospo.Contexts, b)
		})
	}
	u[release] = with
}

// SetContext says how a release is used in the viewer's organisation; no contexts takes that
// back. Where a component ceases to be denied by it, it waits for a second person.
func (s *Service) SetContext(ctx context.Context, release ospo.ReleaseID, contexts []ospo.Context, reason string) (o Outcome, err error) {
	defer fault.Wrap(&err, "set the contexts of %s", release)
	v := door.From(ctx)
	r, err := s.store.release(ctx, v.Org, release)
	if err != nil {
		return o, err
	}
	contexts = slices.Compact(slices.Sorted(slices.Values(contexts)))
	if err := checkContexts(contexts); err != nil {
		return o, err
	}
	if len(contexts) > 0 || strings.TrimSpace(reason) != "" {
		if reason, err = fault.Words("reason", reason, longestText); err != nil {
			return o, err
		}
	}
	was, now, err := s.uses(ctx, v.Org, release, contexts)
	if err != nil {
		return o, err
	}
	if s.asks(ctx) {
		softer, err := s.softerUse(ctx, r, was, now)
		if err != nil {
			return o, err
		}
		if len(softer) > 0 {
			o.Proposal, err = s.proposeContext(ctx, r, savedContext{release, contexts, was, reason}, softer)
			return o, err
		}
	}
	o.ID = string(release)
	return o, s.store.db.Write(ctx, v.Act("policy.context", string(release)), func(tx *db.Tx) error {
		return s.setContexts(ctx, tx, savedContext{release, contexts, was, reason})
	})
}

func (s *Service) setContexts(ctx context.Context, tx *db.Tx, c savedContext) error {
	tx.Act.Diff = change.Between(map[string]any{"contexts": c.Was}, map[string]any{"contexts": c.Contexts, "reason": c.Reason})
	return s.store.setContexts(ctx, tx, c.Release, c.Contexts, c.Reason)
}

// uses are the contexts of a release for an organisation: as they are, and as they would be if
// it set these.
func (s *Service) uses(ctx context.Context, org ospo.OrgID, release ospo.ReleaseID, contexts []ospo.Context) (was, now []ospo.Context, err error) {
	used, set, err := s.said(ctx, org, []ospo.ReleaseID{release})
	if err != nil {
		return nil, nil, err
	}
	var others []usedRow
	for _, c := range contexts {
		others = append(others, usedRow{release: release, context: string(c)})
	}
	for _, r := range set {
		if r.org != org {
			others = append(others, r)
		}
	}
	return settle(used, set).of(release).Contexts, settle(used, others).of(release).Contexts, nil
}

func checkContexts(all []ospo.Context) error {
	for _, c := range all {
		if !slices.Contains(ospo.Contexts, c) {
			return fault.At("contexts", "policy.context_bad", string(c))
		}
	}
	return nil
}

// contextWords names contexts in the reader's language; none is all.
func contextWords(ctx context.Context, all []ospo.Context) string {
	if len(all) == 0 {
		return say(ctx, "policy.context.all")
	}
	var out []string
	for _, c := range all {
		out = append(out, say(ctx, "policy.context."+string(c)))
	}
	return strings.Join(out, ", ")
}

// ContextsOf are the contexts in which releases are used in the viewer's organisation and
// below, also of one that nobody uses.
func (s *Service) ContextsOf(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID][]ospo.Context, error) {
	all, err := s.usages(ctx, releases...)
	out := make(map[ospo.ReleaseID][]ospo.Context, len(releases))
	for _, r := range releases {
		out[r] = all.of(r).Contexts
	}
	return out, err
}
