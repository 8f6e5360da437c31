// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"context"
	"slices"

	"allmende/internal/platform/door"
)

// Waiting counts the proposals that the viewer could decide, for the navigation.
func (d *Desk) Waiting(ctx context.Context) (int, error) {
	all, err := d.Decidable(ctx)
	return len(all), err
}

// Decidable lists the proposals that the viewer could decide, the newest first: of some acts, or
// of any where none is named.
func (d *Desk) Decidable(ctx context.Context, acts ...string) (out []Proposal, err error) {
	v := door.From(ctx)
	if !v.May("approval.read") || !slices.ContainsFunc(d.Permits(), v.May) {
		return nil, nil
	}
	all, err := d.store.waiting(ctx, v.Org, d.store.db.Now().Add(-Life))
	judge := d.Judge(ctx)
	for _, p := range all {
		p = d.aged(p)
		if (len(acts) == 0 || slices.Contains(acts, p.What)) && d.check(ctx, p, judge) == nil {
			out = append(out, p)
		}
	}
	return out, err
}

// A Sieve says which proposals are wanted.
type Sieve struct {
	State string // one of the states; empty: all
	After string // id of the proposal before the first one
	Size  int
}

// Page lists proposals of the organisations that the viewer sees, the newest first, with how
// many there are and whether more follow.
func (d *Desk) Page(ctx context.Context, f Sieve) (page []Proposal, count int, more bool, err error) {
	root, since := door.From(ctx).Org, d.store.db.Now().Add(-Life)
	if page, err = d.store.page(ctx, root, f, since); err != nil {
		return nil, 0, false, err
	}
	if more = len(page) > f.Size; more {
		page = page[:f.Size]
	}
	for i := range page {
		page[i] = d.aged(page[i])
	}
	count, err = d.store.count(ctx, root, f, since)
	return page, count, more, err
}
