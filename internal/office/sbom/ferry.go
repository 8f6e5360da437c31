// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"sync"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A ferry carries documents into SQLite, which has one writer: those that arrive while
// it is away go together the next time. Each document touches about as many pages as it
// has components, and most of them are touched by the next one too, so that eight
// together cost half of eight one by one (measured, with an index of 600,000 rows).
type ferry struct {
	mu      sync.Mutex
	waiting []*passage
	away    bool
}

// A passage is one document on its way.
type passage struct {
	ctx     context.Context
	to      target
	content *content
	done    chan struct{}

	receipt Receipt
	present candidates // packages that are in the database after it
	err     error
}

// What goes together at most: a failure costs the way back for all.
const (
	ferryDocuments  = 32
	ferryComponents = 64_000
)

// keep writes all that the document means, or nothing. Once it is on its way it arrives,
// whether its sender still waits or not.
func (s *Service) keep(ctx context.Context, to target, c *content) (Receipt, error) {
	var err error
	if c.id, err = s.number(ctx); err != nil {
		return Receipt{}, err
	}
	p := &passage{ctx: context.WithoutCancel(ctx), to: to, content: c, done: make(chan struct{})}
	if s.store.db.Kind() != "SQLite" {
		s.cross(p)
		return p.receipt, p.err
	}
	s.ferry.mu.Lock()
	s.ferry.waiting = append(s.ferry.waiting, p)
	if !s.ferry.away {
		s.ferry.away = true
		go s.sail()
	}
	s.ferry.mu.Unlock()
	<-p.done
	return p.receipt, p.err
}

// sail carries until nobody waits.
func (s *Service) sail() {
	for group := s.ferry.board(); len(group) > 0; group = s.ferry.board() {
		if len(group) == 1 || s.carry(group) != nil {
			for _, p := range group { // one of them fails: each for itself, and only that one does
				s.cross(p)
			}
		}
		for _, p := range group {
			close(p.done)
		}
	}
}

// board takes those who wait, in their order, as many as go together.
func (f *ferry) board() []*passage {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, components := 0, 0
	for n < len(f.waiting) && n < ferryDocuments {
		components += f.waiting[n].content.items.Len()
		if n > 0 && components > ferryComponents {
			break
		}
		n++
	}
	group := f.waiting[:n:n]
	f.waiting = f.waiting[n:]
	f.away = n > 0
	return group
}

// tries is how often a document sets out that others get in the way of.
const tries = 4

// cross takes one document in, in a transaction of its own.
func (s *Service) cross(p *passage) {
	for range tries {
		if p.err = s.carry([]*passage{p}); !db.Again(p.err) {
			return
		}
	}
}

// carry takes all of a group in, or none.
func (s *Service) carry(group []*passage) error {
	last := len(group) - 1
	act := door.From(group[last].ctx).ActFor(group[last].to.org, "sbom.take", "")
	err := s.store.db.Write(group[last].ctx, act, func(tx *db.Tx) error {
		for i, p := range group {
			tx.Act = p.act()
			if err := s.land(p, tx); err != nil {
				return err
			}
			tx.Act.On = string(p.receipt.Release)
			if i == last {
				break // its act is noted by Write
			}
			if err := tx.Note(p.ctx, tx.Act); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range group {
		s.known.add(p.present)
		s.knownTerms.add(p.content.terms)
	}
	s.received(group[last].ctx, group)
	return nil
}

func (p *passage) act() ospo.Act {
	return door.From(p.ctx).ActFor(p.to.org, "sbom.take", p.to.software)
}

// land finds or registers the release and makes the document its present one.
func (s *Service) land(p *passage, tx *db.Tx) error {
	to := p.to
	if err := s.settle(p.ctx, tx, &to); err != nil {
		return err
	}
	var err error
	p.receipt, p.present, err = s.admit(p.ctx, tx, to, p.content)
	return err
}
