// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"

	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Bearer is a product that is itself under a licence, as the register has it. What is in
// it says nothing of that, and many products have no bill of materials.
type Bearer struct {
	Software   string          `json:"software"`
	SoftwareID ospo.SoftwareID `json:"softwareId"`
	Licence    string          `json:"licence" doc:"As it stands in the register."`
	Choice     bool            `json:"choice,omitempty" doc:"Another licence may be chosen instead."`
	Maybe      bool            `json:"maybe,omitempty" doc:"The text may mean the licence: somebody has to clarify that."`
}

// Bearers lists the products in view whose own licence is the one asked for, or one of that
// family, by name.
func (s *Service) Bearers(ctx context.Context, asked string) (all []Bearer, err error) {
	defer fault.Wrap(&err, "products under %q", asked)
	return s.bearers(ctx, family(asked))
}

func (s *Service) bearers(ctx context.Context, q quest) ([]Bearer, error) {
	stated, err := s.store.stated(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	how, out := map[string]hold{}, []Bearer{}
	for _, b := range stated {
		h, known := how[b.Licence]
		if !known {
			h = holds(spdx.Normalise(b.Licence), q)
			how[b.Licence] = h
		}
		if b.Choice, b.Maybe = h == byChoice, h == maybe; h != no {
			out = append(out, b)
		}
	}
	return out, nil
}
