// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"fmt"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// stated is what the register says of a product itself.
type stated struct{ licence, kind string }

// A ProductLicence is the licence of a product itself, as the register has it, with what the
// profile says of it in the context in which it fares worst.
type ProductLicence struct {
	Licence string         `json:"licence"`
	Context ospo.Context   `json:"context"`
	Finding engine.Finding `json:"finding"`
	Counts  bool           `json:"counts" doc:"It counts for the verdict. What is bought under a contract, and names no licence that can be read, is no matter of a licence profile."`
}

// product judges the licence of a product itself; nil where the register says nothing.
func (b book) product(software ospo.SoftwareID, s stated, contexts []ospo.Context) *ProductLicence {
	if s.licence == "" {
		return nil
	}
	l := b.line(software, contexts, engine.Case{Licence: s.licence})
	return &ProductLicence{Licence: s.licence, Context: l.Context, Finding: l.Finding, Counts: s.kind != "proprietary" || spdx.Normalise(s.licence).Definite()}
}

// with is a verdict on components together with the one on the product itself.
func (p *ProductLicence) with(v engine.Verdict) engine.Verdict {
	if p == nil || !p.Counts {
		return v
	}
	return v.Worse(p.Finding.Verdict)
}

// products judges each row's own licence, each distinct one once.
func (b book) products(all []Row) {
	known := map[string]*ProductLicence{}
	for i := range all {
		r := &all[i]
		key := fmt.Sprint(r.stated, r.Contexts, "\x00", r.Software)
		if len(b.exceptions) == 0 {
			key = fmt.Sprint(r.stated, r.Contexts)
		}
		p, there := known[key]
		if !there {
			p = b.product(r.Software, r.stated, r.Contexts)
			known[key] = p
		}
		r.product = p
	}
}

// reason says of the product's own licence what makes the verdict worse; empty where it does not.
func (p *ProductLicence) reason(ctx context.Context) string {
	if p == nil || !p.Counts || p.Finding.Verdict == engine.Allow {
		return ""
	}
	return " " + say(ctx, "policy.sign.product", shorten(p.Licence), say(ctx, "policy.verdict."+string(p.Finding.Verdict)))
}
