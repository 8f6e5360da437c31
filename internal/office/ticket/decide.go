// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"slices"
	"strconv"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Standing is how a case and its ticket in one system stand to each other.
type Standing struct {
	Link
	Label   string `json:"label"`
	Href    string `json:"href"`
	Means   string `json:"means" enum:"open,ended,either,unknown" doc:"What the state there says of the case."`
	Clash   bool   `json:"clash" doc:"The states contradict each other, and nobody has taken note of it."`
	Known   bool   `json:"known" doc:"They do, and somebody has."`
	Waiting int    `json:"waiting" doc:"Messages on their way."`
	Failed  int    `json:"failed" doc:"Messages that were refused."`
	Ours    string `json:"ours" doc:"The state that the ticket should have by the case."`
}

// Standings are those of a case that the viewer sees; without lists systems that it could have a
// ticket in and has none.
func (s *Service) Standings(ctx context.Context, id string) (m Matter, all []Standing, without []System, err error) {
	if m, err = s.Matter(ctx, id); err != nil || len(s.systems) == 0 {
		return m, nil, nil, err
	}
	q := s.store.db.Read()
	links, err := s.store.links(ctx, q, m.Org, m.ID)
	if err != nil {
		return m, nil, nil, err
	}
	for _, l := range links {
		st, err := s.standing(ctx, m, l)
		if err != nil {
			return m, nil, nil, err
		}
		all = append(all, st)
	}
	connected, err := s.connected(ctx, q, m)
	for _, c := range connected {
		sys, _ := s.system(c.System)
		if sys.Kind != "zammad" || slices.ContainsFunc(links, func(l Link) bool { return l.System == c.System }) {
			continue
		}
		on, failed := s.store.begun(ctx, q, m.Org, m.ID, c.System)
		if err = errorOr(err, failed); !on {
			without = append(without, sys)
			continue
		}
		coming := Standing{Link: Link{Org: m.Org, Matter: m.ID, System: sys.ID}, Label: sys.Label, Means: "unknown"}
		if coming.Waiting, coming.Failed, failed = s.store.open(ctx, q, m.Org, m.ID, sys.ID); failed != nil {
			err = failed
		}
		all = append(all, coming)
	}
	return m, all, without, err
}

func (s *Service) standing(ctx context.Context, m Matter, l Link) (st Standing, err error) {
	c, _, err := s.connection(ctx, m.Org, l.System)
	if err != nil {
		return st, err
	}
	sys, there := s.system(l.System)
	st = Standing{Link: l, Label: l.System, Means: c.means(l.State), Ours: c.Push[m.End()]}
	if there {
		st.Label, st.Href = sys.Label, sys.URL+"/#ticket/zoom/"+strconv.FormatInt(l.Ticket, 10)
	}
	if st.Waiting, st.Failed, err = s.store.open(ctx, s.store.db.Read(), m.Org, m.ID, l.System); err != nil {
		return st, err
	}
	apart := st.Means == "ended" && m.Outcome == "" || st.Means == "open" && m.Outcome != ""
	st.Known = apart && l.Noted == contradiction(m, l)
	st.Clash = apart && !st.Known && st.Waiting == 0 // what is on its way may settle it
	return st, nil
}

// contradiction names one, so that another one is a new one.
func contradiction(m Matter, l Link) string { return m.End() + " / " + l.State }

// Push gives the ticket the state that the case has.
func (s *Service) Push(ctx context.Context, id, system string) error {
	m, c, err := s.decides(ctx, id, system)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "ticket.push", m.ID), func(tx *db.Tx) error {
		l, err := s.store.link(ctx, tx, m.ID, system)
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(map[string]string{"state": l.State}, map[string]string{"state": c.Push[m.End()]})
		return s.queue(ctx, tx, m, system, "state", content{State: c.Push[m.End()]})
	})
}

// Heed says that the states may contradict each other: somebody has taken note of it.
func (s *Service) Heed(ctx context.Context, id, system string) error {
	m, _, err := s.decides(ctx, id, system)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "ticket.note", m.ID), func(tx *db.Tx) error {
		l, err := s.store.link(ctx, tx, m.ID, system)
		if err != nil {
			return err
		}
		l.Noted = contradiction(m, l)
		tx.Act.Diff = change.Added(map[string]string{"case": m.End(), "ticket": l.State})
		return s.store.setLink(ctx, tx, l)
	})
}

// decides returns a case that the viewer sees, where they may decide about its ticket.
func (s *Service) decides(ctx context.Context, id, system string) (m Matter, c Connection, err error) {
	if m, err = s.Matter(ctx, id); err != nil {
		return m, c, err
	}
	if err := door.From(ctx).Check(mayWrite); err != nil {
		return m, c, err
	}
	c, there, err := s.connection(ctx, m.Org, system)
	if err == nil && !there {
		err = notFound()
	}
	return m, c, err
}

// CatchUp makes a ticket for a case that has none, such as one from before the connection.
func (s *Service) CatchUp(ctx context.Context, id, system string) error {
	m, _, without, err := s.Standings(ctx, id)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	if !slices.ContainsFunc(without, func(y System) bool { return y.ID == system }) {
		return notFound()
	}
	return s.store.db.Write(ctx, v.ActFor(m.Org, "ticket.open", m.ID), func(tx *db.Tx) error {
		on, err := s.store.begun(ctx, tx, m.Org, m.ID, system)
		if err != nil || on {
			return err
		}
		connected, err := s.connected(ctx, tx, m)
		for _, c := range connected {
			if c.System == system {
				e := Event{What: "opened", Says: func(tongue string) []string {
					return []string{texts().T(tongue, "ticket.says.late", m.Number, m.Title)}
				}}
				return s.open(ctx, tx, c, m, e)
			}
		}
		return errorOr(err, notFound())
	})
}

// Again has what was refused tried once more: one message, or all that the viewer sees.
func (s *Service) Again(ctx context.Context, id string) error {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("ticket.again", id), func(tx *db.Tx) error {
		all, err := s.store.failed(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		if len(all) == 0 && id != "" {
			return notFound()
		}
		for _, m := range all {
			if err := s.store.again(ctx, tx, m); err != nil {
				return err
			}
			if err := s.post(ctx, tx, m.Org, m.Matter, m.System); err != nil {
				return err
			}
		}
		return nil
	})
}

// Discard takes a message that is not there yet out of the outbox. Where the ticket itself was not
// made, what was to be said in it goes, too.
func (s *Service) Discard(ctx context.Context, id string) error {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("ticket.discard", id), func(tx *db.Tx) error {
		m, err := s.store.message(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		if m.State == "sent" {
			return fault.New(fault.Conflict, "ticket.sent_already")
		}
		tx.Act.Org = m.Org
		tx.Act.Diff = change.Added(map[string]string{"case": m.Number, "kind": m.Kind, "system": m.System})
		return s.store.discard(ctx, tx, m)
	})
}

// Probe asks a system who we are there: the sentence says what came of it.
func (s *Service) Probe(ctx context.Context, system string) (login string, err error) {
	if err := door.From(ctx).Check(mayAdmin); err != nil {
		return "", err
	}
	sys, err := s.offer(ctx, system)
	if err != nil || sys.Kind != "zammad" {
		return "", errorOr(err, notFound())
	}
	a, err := zammad{out: s.out, System: sys}.who(ctx)
	if err != nil {
		key, _ := why(err)
		return "", fault.Because(err, fault.Invalid, "ticket.probe.failed", texts().T(tongue(ctx), key), detail(err))
	}
	return a.Login, nil
}

func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "de"
}
