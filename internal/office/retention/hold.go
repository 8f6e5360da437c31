// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// A Hold exempts an organisation with all below it, or one person, from every rule, because
// somebody may need the data: a dispute in court, an audit that runs.
type Hold struct {
	ID         string        `json:"id"`
	Org        ospo.OrgID    `json:"org"`
	OrgName    string        `json:"orgName"`
	Person     ospo.PersonID `json:"person,omitempty" doc:"Absent where all of the organisation is exempt."`
	PersonName string        `json:"personName,omitempty"`
	Reason     string        `json:"reason"`
	Until      string        `json:"until" doc:"Last day, YYYY-MM-DD."`
	Maker      string        `json:"maker" doc:"Name of who set it."`
	Created    time.Time     `json:"created"`
	Ended      time.Time     `json:"ended,omitzero" doc:"When it was ended early."`

	Over bool `json:"over,omitempty" doc:"It no longer holds."`
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Holds lists those in view, the newest first.
func (s *Service) Holds(ctx context.Context) ([]Hold, error) {
	all, err := s.store.holds(ctx, door.From(ctx).Org)
	for i := range all {
		all[i].Over = !all[i].Ended.IsZero() || all[i].Until < s.today()
	}
	return all, err
}

// longestHold is for how many years nobody need look again.
const longestHold = 10

// AddHold exempts the viewer's organisation, or a person in view, until a day.
func (s *Service) AddHold(ctx context.Context, h Hold) (id string, err error) {
	defer fault.Wrap(&err, "hold")
	v := door.From(ctx)
	if h.Org == "" {
		h.Org = v.Org
	}
	if h.Reason, err = because(h.Reason); err != nil {
		return "", err
	}
	until, err := time.Parse(time.DateOnly, h.Until)
	now := s.store.db.Now()
	switch {
	case err != nil:
		return "", fault.At("until", "retention.until_form", h.Until)
	case h.Until < s.today() || until.After(now.AddDate(longestHold, 0, 0)):
		return "", fault.At("until", "retention.until_bounds", h.Until, longestHold)
	}
	h.ID = db.NewID()
	act := v.ActFor(h.Org, "retention.hold.add", h.ID)
	act.Diff = change.Added(map[string]string{"person": string(h.Person), "until": h.Until, "reason": h.Reason})
	return h.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.inView(ctx, tx, v.Org, h.Org); err != nil {
			return err
		}
		if h.Person != "" {
			p, err := s.store.person(ctx, tx, v.Org, h.Person)
			if fault.Of(err) == fault.NotFound && err != nil {
				return fault.At("person", "retention.person_unknown")
			}
			if err != nil {
				return err
			}
			h.Org, tx.Act.Org = p.Org, p.Org
		}
		return s.store.addHold(ctx, tx, h)
	})
}

// EndHold ends one early.
func (s *Service) EndHold(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "end hold %s", id)
	v := door.From(ctx)
	if len(id) != 36 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return s.store.db.Write(ctx, v.Act("retention.hold.end", id), func(tx *db.Tx) error {
		return s.store.endHold(ctx, tx, v.Org, id)
	})
}

func itoa(n int) string { return strconv.Itoa(n) }

// diff is what changed, as the log keeps it.
func diff(member string, was, is any) string {
	text, _ := json.Marshal(map[string][2]any{member: {was, is}}) // numbers and texts
	return string(text)
}
