// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"strings"

	"allmende/internal/engine/obligation"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// LicencePanel is what a licence obliges to, whatever is done with it.
type LicencePanel struct {
	ID    string
	Held  bool   // the catalogue holds the licence; else its class stands in
	Class string // that stands in
	Rows  []LicenceDuty
}

// A LicenceDuty is a duty with the clause that says so.
type LicenceDuty struct {
	obligation.Duty
	Text, Clause string
	Uses         string // in which it arises
}

func (s *Service) licencePanel(ctx context.Context, id string) (p LicencePanel, err error) {
	e, ok := spdx.Find(id)
	if !ok {
		return p, nil // an exception, or an own licence: nothing is known of its duties
	}
	present, _ := spdx.Licence{ID: e.ID}.Present()
	p = LicencePanel{ID: e.ID, Held: obligation.Holds(e.ID)}
	seen := map[string]bool{}
	for _, due := range obligation.Arising(spdx.Expr{Licence: present}, ospo.Contexts, obligation.Unstated).Dues {
		if seen[due.Duty.ID] {
			continue
		}
		seen[due.Duty.ID] = true
		var uses []string
		for _, c := range due.Contexts {
			uses = append(uses, say(ctx, "duty.context."+string(c)))
		}
		p.Rows = append(p.Rows, LicenceDuty{due.Duty, due.Duty.In(tongue(ctx)), due.Clause, strings.Join(uses, ", ")})
		if due.Standing {
			p.Class = say(ctx, "duty.class."+classWord(due.Class))
		}
	}
	return p, nil
}

// classWord is the word of a class in text keys.
func classWord(c spdx.Class) string {
	if c == spdx.Unknown {
		return "unknown"
	}
	return string(c)
}
