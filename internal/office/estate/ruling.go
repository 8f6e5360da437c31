// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"net/url"
	"slices"

	"allmende/internal/ospo"
)

// rulings are the verdicts on licences, the strictest last; none is known before the first.
var rulings = []string{"", "allow", "review", "unknown", "deny"}

// A Ruling is a verdict on licences, with the page of its reasons.
type Ruling struct{ Verdict, Href string }

// Kind is the kind of its badge.
func (r Ruling) Kind() string {
	switch r.Verdict {
	case "allow":
		return "ok"
	case "deny":
		return "no"
	}
	return r.Verdict
}

func ruled(release ospo.ReleaseID, verdict string) Ruling {
	return Ruling{verdict, "/policy/release/" + url.PathEscape(string(release))}
}

// addRulings asks for the verdicts on all releases of all rows, once. A product has the
// strictest of its releases.
func (s *Service) addRulings(ctx context.Context, rows []SoftwareRow) error {
	if s.Rulings == nil {
		return nil
	}
	var ids []ospo.ReleaseID
	for _, row := range rows {
		for _, r := range row.Releases {
			ids = append(ids, r.ID)
		}
	}
	found, err := s.Rulings(ctx, ids)
	for i, row := range rows {
		for _, r := range row.Releases {
			if slices.Index(rulings, found[r.ID]) > slices.Index(rulings, rows[i].Ruling.Verdict) {
				rows[i].Ruling = ruled(r.ID, found[r.ID])
			}
		}
	}
	return err
}
