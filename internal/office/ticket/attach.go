// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A File goes with an article.
type File struct {
	Name string `json:"filename"`
	Type string `json:"mime-type"`
	Data []byte `json:"data"` // base64 in JSON, as the API wants it
}

// A Kept is one of the files of a case.
type Kept struct {
	ID, Name string
	Size     int64
	Ready    bool // it is handed out
}

// KB is the size in thousands of bytes, rounded up.
func (k Kept) KB() int64 { return (k.Size + 999) / 1000 }

// Bounds of what one article may bring along.
const (
	mostFiles = 20
	mostBytes = 10 << 20
)

// Attach gives files of a case, which somebody has chosen, to its tickets, with an article.
func (s *Service) Attach(ctx context.Context, id, text string, chosen []string) (err error) {
	defer fault.Wrap(&err, "give files of case %s to its tickets", id)
	m, err := s.Matter(ctx, id)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	names, err := s.chosen(ctx, id, chosen)
	if err != nil {
		return err
	}
	if text = tidy(text); text == "" {
		text = texts().T(tongue(ctx), "ticket.says.attached", m.Number)
	}
	if _, cut := short(text, longestSaid); cut {
		return fault.At("text", "ticket.long", len([]rune(text)), longestSaid)
	}
	err = s.store.db.Write(ctx, v.ActFor(m.Org, "ticket.attach", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"files": names})
		return s.give(ctx, tx, m, content{Text: text, Files: chosen})
	})
	if err == nil {
		s.jobs.Wake()
	}
	return err
}

// chosen are the names of files that somebody has chosen, if they can go.
func (s *Service) chosen(ctx context.Context, id string, chosen []string) (names []string, err error) {
	all, err := s.Files.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	size := int64(0)
	for _, one := range chosen {
		i := slices.IndexFunc(all, func(k Kept) bool { return k.ID == one && k.Ready })
		if i < 0 {
			return nil, fault.At("file", "ticket.files.none_such")
		}
		names, size = append(names, all[i].Name), size+all[i].Size
	}
	switch {
	case len(chosen) == 0:
		return nil, fault.At("file", "ticket.files.none")
	case len(chosen) > mostFiles || size > mostBytes:
		return nil, fault.At("file", "ticket.files_too_large", len(chosen), megabytes(size), mostFiles, megabytes(mostBytes))
	}
	return names, nil
}

// megabytes is a size as people say it, rounded up to tenths.
func megabytes(n int64) float64 { return float64((n*10+(1<<20)-1)>>20) / 10 }

// give tells each ticket that there is, or that is being made.
func (s *Service) give(ctx context.Context, tx *db.Tx, m Matter, c content) error {
	connected, err := s.connected(ctx, tx, m)
	if err != nil {
		return err
	}
	told := false
	for _, one := range connected {
		on, err := s.store.begun(ctx, tx, m.Org, m.ID, one.System)
		if err != nil {
			return err
		}
		if sys, _ := s.system(one.System); !on || sys.Kind != "zammad" {
			continue
		}
		told = true
		if err := s.queue(ctx, tx, m, one.System, "article", c); err != nil {
			return err
		}
	}
	if !told {
		return fault.New(fault.Conflict, "ticket.files.no_ticket")
	}
	return nil
}

// loaded reads the files that go with an article, as they are now: one that was removed meanwhile, or in which
// the scanner has found something, does not go.
func (s *Service) loaded(ctx context.Context, org ospo.OrgID, matter string, ids []string) (out []File, err error) {
	for _, id := range ids {
		f, err := s.Files.Content(ctx, org, matter, id)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}
