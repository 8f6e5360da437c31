// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"errors"
	"strings"
	"time"

	"allmende/internal/engine/filetype"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

// A Link is the ticket of a case in one system.
type Link struct {
	Org    ospo.OrgID `json:"org"`
	Matter string     `json:"case"`
	System string     `json:"system"`
	Ticket int64      `json:"ticket" doc:"Its id there; 0 while it is being made."`
	Number string     `json:"number" doc:"By which people there call it."`
	State  string     `json:"state" doc:"There, when it was last read."`
	Synced string     `json:"synced"`
	Gone   string     `json:"gone,omitempty" doc:"Since when it cannot be found there."`
	Noted  string     `json:"-"` // the contradiction that somebody took note of
}

// Read is when the ticket was last read; Lost since when it is not to be found.
func (l Link) Read() time.Time { return db.Time(l.Synced) }

// Lost is the zero time while it is there.
func (l Link) Lost() time.Time { return db.Time(l.Gone) }

// read reads a ticket by the API: new articles come into the case, and its state is noted. What
// a request of the other side said plays no part.
func (s *Service) read(ctx context.Context, run *job.Run) error {
	var p post
	if err := run.Args(&p); err != nil {
		return err
	}
	sys, ok := s.system(p.System)
	if !ok {
		return fault.New(fault.Invalid, "ticket.system_gone", p.System)
	}
	l, err := s.store.link(ctx, s.store.db.Read(), p.Matter, p.System)
	if err != nil {
		return err
	}
	t, fresh, err := s.look(ctx, sys, l)
	if a, refused := errors.AsType[*answerError](err); refused && (a.status == 404 || a.status == 403) {
		return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.lose(ctx, tx, l) })
	}
	if err != nil {
		key, again := why(err)
		if again {
			return fault.Because(err, fault.Upstream, key)
		}
		return fault.Because(err, fault.Invalid, key)
	}
	if len(fresh) == 0 && t.State == l.State && l.Gone == "" {
		return s.store.db.Keep(ctx, func(tx *db.Tx) error { l.Synced = tx.Now; return s.store.setLink(ctx, tx, l) })
	}
	act := run.Act("ticket.receive", l.Matter)
	act.Org = l.Org
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.receive(ctx, tx, sys, l, t, fresh) })
}

// look asks for a ticket, and which of its articles are not known yet.
func (s *Service) look(ctx context.Context, sys System, l Link) (t ticket, fresh []article, err error) {
	z, err := s.zammad(ctx, sys)
	if err != nil {
		return t, nil, err
	}
	if t, err = z.show(ctx, l.Ticket); err != nil {
		return t, nil, err
	}
	all, err := z.articles(ctx, l.Ticket)
	if err != nil {
		return t, nil, err
	}
	known, err := s.store.known(ctx, l)
	for _, a := range all {
		if !known[a.ID] && !z.ours(a) && a.Sender != "System" { // automatic answers are nobody's words
			fresh = append(fresh, a)
		}
	}
	return t, fresh, err
}

// receive takes what is new into the case; an article that another run has brought is passed over.
func (s *Service) receive(ctx context.Context, tx *db.Tx, sys System, l Link, t ticket, fresh []article) error {
	c, _, err := s.connection(ctx, l.Org, l.System)
	if err != nil {
		return err
	}
	n := 0
	for _, a := range fresh {
		first, err := s.store.know(ctx, tx, l, a.ID)
		if err != nil {
			return err
		}
		if !first {
			continue
		}
		n++
		by := Voice{Source: sys.Label, Name: a.name(), Place: t.Number}
		if err := s.Overhear(ctx, tx, l.Org, l.Matter, by, a.text(c.Tongue)); err != nil {
			return err
		}
		if err := s.expect(ctx, tx, a.parcels(l, sys.Label+", "+a.name())); err != nil {
			return err
		}
	}
	before := map[string]any{"state": l.State}
	if t.State != l.State {
		l.State, l.Noted = t.State, ""
	}
	l.Synced, l.Gone, l.Number = tx.Now, "", t.Number
	tx.Act.Diff = change.Between(before, map[string]any{"state": l.State, "articles": n})
	return s.store.setLink(ctx, tx, l)
}

// name is who wrote an article, without the address that may stand beside it.
func (a article) name() string {
	name, _, _ := strings.Cut(a.From, "<")
	if name = strings.Trim(strings.TrimSpace(name), "\""); name == "" {
		name = a.From
	}
	name, _ = short(tidy(strings.Join(strings.Fields(name), " ")), longestLine)
	return name
}

// text is what an article says, with the names of what came with it.
func (a article) text(tongue string) string {
	out := a.Body
	if strings.Contains(a.Content, "html") {
		out = Plain(out)
	}
	out, cut := short(tidy(out), longestSaid)
	if cut {
		out += "\n" + texts().T(tongue, "ticket.says.cut")
	}
	var names []string
	for _, f := range a.Files {
		if f.Preferences.Original {
			continue
		}
		name, _ := short(filetype.Clean(f.Name), longestLine/10)
		names = append(names, name)
	}
	if len(names) > 0 {
		out += "\n" + texts().T(tongue, "ticket.says.files", listing(tongue, names))
	}
	if a.Internal {
		out = texts().T(tongue, "ticket.says.internal") + "\n" + out
	}
	return out
}

// listing names files; of many the first ones.
func listing(tongue string, names []string) string {
	if more := len(names) - mostFiles; more > 0 {
		return texts().T(tongue, "ticket.says.more", strings.Join(names[:mostFiles], ", "), more)
	}
	return strings.Join(names, ", ")
}
