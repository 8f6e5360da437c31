// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/casework"
	"allmende/internal/platform/door"
)

// openAnswer is the fact of a case by which somebody says that there is usable open source.
const openAnswer = "open_candidate"

// denied reports whether a case says that no usable open source was found.
func denied(c casework.Case) bool { open, said := c.Facts[openAnswer].(bool); return said && !open }

// deniesOpen is the same for a case by its id, as far as the viewer may see it.
func (a *App) deniesOpen(ctx context.Context, id string) (bool, error) {
	if !door.From(ctx).May("casework.read") {
		return false, nil
	}
	c, err := a.Casework.Case(ctx, id)
	return denied(c), err
}

// surveyedOf tells a case what frozen market surveys of it found.
func (a *App) surveyedOf(ctx context.Context, c casework.Case) (out []casework.Hint, err error) {
	all, err := a.Procurement.Surveyed(ctx, c.ID)
	for _, f := range all {
		out = append(out, casework.Hint{Said: f.Said(ctx), Link: "/procurement/survey/" + f.Paper.ID, Against: f.Against(ctx, denied(c))})
	}
	return out, err
}
