// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// A Connection is how an organisation uses a system, for its own cases and those below it.
type Connection struct {
	Org      ospo.OrgID
	System   string
	State    string            // "on" or "off"
	Types    []string          // ids of procedures; none for all
	Place    string            // the group in which tickets are made
	Customer string            // whose tickets they are: a mail address
	Push     map[string]string // by "open", "done", "refused", "withdrawn": the state a ticket gets
	Ended    []string          // states beyond the known ones that mean that it has ended
	Opened   []string          // and that it has not
	Tongue   string            // in which tickets are written
}

// ends are how a case can stand.
var ends = []string{"open", "done", "refused", "withdrawn"}

// blank is a connection as a form begins.
func blank(org ospo.OrgID, system string) Connection {
	c := Connection{Org: org, System: system, State: "off", Push: map[string]string{}, Tongue: lang.Tongues[0]}
	for _, e := range ends {
		c.Push[e] = shipped.Push[e]
	}
	return c
}

// means says what a state of a ticket says of its case: "open", "ended", "either" or "unknown".
func (c Connection) means(state string) string {
	switch has := func(list []string) bool { return slices.Contains(list, strings.ToLower(state)) }; {
	case has(c.Ended):
		return "ended"
	case has(c.Opened):
		return "open"
	case has(shipped.Open):
		return "open"
	case has(shipped.Ended):
		return "ended"
	case has(shipped.Either):
		return "either"
	}
	return "unknown"
}

// connected are the connections that count for a case: of each system the nearest at or above
// its organisation, where that is on and takes the type.
func (s *Service) connected(ctx context.Context, q db.Querier, m Matter) (out []Connection, err error) {
	all, err := s.nearest(ctx, q, m.Org)
	for _, c := range all {
		if _, there := s.system(c.System); there && c.State == "on" && (len(c.Types) == 0 || slices.Contains(c.Types, m.Type)) {
			out = append(out, c)
		}
	}
	return out, err
}

func (s *Service) nearest(ctx context.Context, q db.Querier, org ospo.OrgID) (out []Connection, err error) {
	if len(s.systems) == 0 {
		return nil, nil
	}
	all, err := s.store.connections(ctx, q, org)
	for _, c := range all {
		if !slices.ContainsFunc(out, func(o Connection) bool { return o.System == c.System }) {
			out = append(out, c)
		}
	}
	return out, err
}

// connection is the one that counts for an organisation; where there is none a blank one.
func (s *Service) connection(ctx context.Context, org ospo.OrgID, system string) (Connection, bool, error) {
	all, err := s.nearest(ctx, s.store.db.Read(), org)
	i := slices.IndexFunc(all, func(c Connection) bool { return c.System == system })
	if err != nil || i < 0 {
		return blank(org, system), false, err
	}
	return all[i], true, nil
}

// Connect says how the viewer's organisation uses a system.
func (s *Service) Connect(ctx context.Context, c Connection) (err error) {
	defer fault.Wrap(&err, "connect with system %s", c.System)
	v := door.From(ctx)
	if err := v.Check(mayAdmin); err != nil {
		return err
	}
	sys, err := s.offer(ctx, c.System)
	if err != nil || sys.Kind == "mail" { // a mailbox is there or not
		return errorOr(err, notFound())
	}
	c.Org = v.Org
	if err := s.sound(ctx, sys, &c); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("ticket.connect", c.System), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"state": c.State, "types": c.Types, "place": c.Place, "customer": c.Customer, "push": c.Push, "ended": c.Ended, "opened": c.Opened, "tongue": c.Tongue})
		return s.store.setConnection(ctx, tx, c)
	})
}

const (
	longestLine = 200
	mostStates  = 50
)

// sound says what is wrong with a connection.
func (s *Service) sound(ctx context.Context, sys System, c *Connection) error {
	known, err := s.Types(ctx)
	if err != nil {
		return err
	}
	for _, id := range c.Types {
		if !slices.ContainsFunc(known, func(k Kind) bool { return k.ID == id }) {
			return fault.At("types", "ticket.type_unknown", id)
		}
	}
	if !slices.Contains(lang.Tongues, c.Tongue) || c.State != "on" && c.State != "off" {
		return fault.New(fault.Invalid, "ticket.choice_bad")
	}
	if sys.Kind != "zammad" {
		return nil
	}
	lines := map[string]*string{"place": &c.Place, "customer": &c.Customer}
	for _, field := range []string{"place", "customer"} {
		if err := line(field, lines[field]); err != nil {
			return err
		}
	}
	if !mail.IsAddress(c.Customer) {
		return fault.At("customer", "ticket.customer_bad", c.Customer)
	}
	for _, e := range ends {
		text := c.Push[e]
		if err := line("push-"+e, &text); err != nil {
			return err
		}
		c.Push[e] = text
	}
	if len(c.Ended)+len(c.Opened) > mostStates {
		return fault.At("ended", "ticket.states_many", len(c.Ended)+len(c.Opened), mostStates)
	}
	for _, state := range c.Ended {
		if slices.Contains(c.Opened, state) {
			return fault.At("opened", "ticket.states_both", state)
		}
	}
	for _, state := range slices.Concat(c.Ended, c.Opened) {
		if err := line("ended", &state); err != nil {
			return err
		}
	}
	return nil
}

// line makes one line of what was written; it must be there.
func line(field string, text *string) error {
	*text = strings.Join(strings.Fields(*text), " ")
	switch n := utf8.RuneCountInString(*text); {
	case n == 0:
		return fault.At(field, "ticket.missing")
	case n > longestLine:
		return fault.At(field, "ticket.long", n, longestLine)
	case !utf8.ValidString(*text) || strings.ContainsRune(*text, 0):
		return fault.At(field, "fault.bytes")
	}
	return nil
}

// listed reads states as somebody wrote them, one a line, in small letters.
func listed(text string) (out []string) {
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.ToLower(strings.Join(strings.Fields(l), " ")); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}
