// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"context"

	"allmende/internal/platform/door"
)

// A Place is an organisation for which the viewer has to act to see something, with the page that
// shows it; What it is, where several buttons stand on one page.
type Place struct{ At, AtName, Back, What string }

// Elsewhere finds those of the viewer's places other than the one that they act for now where they
// may look and something is: an empty list is not to read as if there were nothing. back is the
// page that shows it.
func Elsewhere(ctx context.Context, places []door.Viewer, permit, back string, has func(context.Context) (bool, error)) (out []Place, err error) {
	v := door.From(ctx)
	for _, p := range places {
		if p.Org == v.Org || !p.May(permit) {
			continue
		}
		some, err := has(door.With(ctx, p))
		if err != nil {
			return nil, err
		}
		if some {
			out = append(out, Place{At: string(p.Org), AtName: p.OrgName, Back: back})
		}
	}
	return out, nil
}
