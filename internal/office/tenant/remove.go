// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Documents is where the raw documents lie.
type Documents interface {
	blob.Store
	Drop(sum string, since time.Time) (bool, error)
}

// A Removal says what removing an organisation takes away.
type Removal struct {
	Org       ospo.OrgID `json:"org"`
	Name      string     `json:"name"`
	Exported  time.Time  `json:"exported"` // when the folder was made that stands for it
	Tables    []Gone     `json:"tables"`
	Rows      int        `json:"rows"`
	Documents int        `json:"documents"` // raw documents that nobody else points to
	Kept      int        `json:"kept"`      // raw documents that stay, since others point to them
}

// Gone is how many rows of a table go.
type Gone struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
}

// Plan says what Remove would do, and refuses what it would refuse.
func (s *Service) Plan(ctx context.Context, name, folder string) (r Removal, err error) {
	defer fault.Wrap(&err, "plan to remove %s", name)
	f, err := s.Open(folder)
	if err != nil {
		return r, err
	}
	defer f.Close()
	err = s.store.db.AtOneMoment(ctx, func(q db.Querier) error {
		r, _, err = s.plan(ctx, q, name, f)
		return err
	})
	return r, err
}

// Remove removes an organisation and all below it, once a folder holds exactly what is here
// now. What it did stays in the log; there and elsewhere people are left as ids alone. Raw
// documents go when nobody points to them any more.
func (s *Service) Remove(ctx context.Context, name, folder string) (r Removal, err error) {
	defer fault.Wrap(&err, "remove %s", name)
	f, err := s.Open(folder)
	if err != nil {
		return r, err
	}
	defer f.Close()
	var sums []string
	act := door.From(ctx).Act("tenant.remove", name)
	if err := s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if r, sums, err = s.plan(ctx, tx, name, f); err != nil {
			return err
		}
		tx.Act.Org, tx.Act.On = r.Org, string(r.Org)
		for _, leave := range s.Leave {
			if err := leave(ctx, tx, r.Org); err != nil {
				return err
			}
		}
		for _, t := range slices.Backward(s.Tables) {
			if _, err := t.Delete(ctx, tx, r.Org); err != nil {
				return err
			}
		}
		return s.Left(ctx, tx)
	}); err != nil {
		return r, err
	}
	r.Documents, r.Kept = 0, 0
	return r, s.sweep(ctx, sums, &r)
}

// plan returns what would go and the documents that its rows point to.
func (s *Service) plan(ctx context.Context, q db.Querier, name string, f *Folder) (r Removal, sums []string, err error) {
	o, err := s.top(ctx, q, name)
	if err != nil {
		return r, nil, err
	}
	r = Removal{Org: o.ID, Name: o.Name, Exported: f.Made}
	if f.Org != o.ID {
		return r, nil, fault.New(fault.Invalid, "tenant.folder_other", f.Name, o.Name)
	}
	now, c, err := s.present(ctx, q, o.ID)
	if err == nil && now != f.State {
		err = fault.New(fault.Conflict, "tenant.folder_old", f.Made.Format(time.DateTime))
	}
	if err == nil {
		err = s.shared(ctx, q, o.ID)
	}
	if err != nil {
		return r, nil, err
	}
	if err := s.countRows(ctx, q, &r); err != nil {
		return r, nil, err
	}
	if sums, err = s.ordered(ctx, q, o.ID, c.sums()); err != nil {
		return r, nil, err
	}
	r.Documents = len(sums)
	return r, sums, nil
}

var sumIn = regexp.MustCompile(`[0-9a-f]{64}`)

// ordered returns sums and those of documents that the organisation's tasks were told of.
func (s *Service) ordered(ctx context.Context, q db.Querier, root ospo.OrgID, sums []string) ([]string, error) {
	all, err := s.queue.ArgsWithin(ctx, q, root)
	for _, args := range all {
		sums = append(sums, sumIn.FindAllString(args, -1)...)
	}
	slices.Sort(sums)
	return slices.Compact(sums), err
}

// count says how many rows an organisation has now, for whoever decides.
func (s *Service) count(ctx context.Context, r *Removal) error {
	return s.countRows(ctx, s.store.db.Read(), r)
}

func (s *Service) countRows(ctx context.Context, q db.Querier, r *Removal) error {
	for _, t := range s.Tables {
		n, err := t.Count(ctx, q, r.Org)
		if err != nil {
			return err
		}
		if n > 0 {
			r.Tables, r.Rows = append(r.Tables, Gone{t.Name, n}), r.Rows+n
		}
	}
	return nil
}

// present sums up what is here now, as an export would.
func (s *Service) present(ctx context.Context, q db.Querier, root ospo.OrgID) (string, *check, error) {
	c, files := newCheck(root), []Kind(nil)
	for _, t := range s.Tables {
		if t.Columns == "" {
			continue
		}
		k, _, err := s.pack(ctx, q, t, root, c)
		if err != nil {
			return "", nil, err
		}
		if k.Rows > 0 {
			files = append(files, k)
		}
	}
	return state(files), c, nil
}

// shared refuses while organisations elsewhere use what would go.
func (s *Service) shared(ctx context.Context, q db.Querier, root ospo.OrgID) error {
	var faults []error
	for _, t := range s.Tables {
		for _, column := range slices.Sorted(maps.Keys(t.Refs)) {
			to, ok := s.table(t.Refs[column])
			if !ok {
				continue
			}
			n, err := t.Strangers(ctx, q, column, to, root)
			if err != nil {
				return err
			}
			if n > 0 {
				faults = append(faults, fault.New(fault.Conflict, "tenant.shared", n, t.Name, to.Name))
			}
		}
	}
	return errors.Join(faults...)
}

// sweep removes raw documents that nobody points to any more.
func (s *Service) sweep(ctx context.Context, sums []string, r *Removal) error {
	held := map[string]bool{}
	for _, t := range s.Tables {
		if t.Blob == "" {
			continue
		}
		have, err := t.Have(ctx, s.store.db.Read(), t.Blob, sums)
		if err != nil {
			return err
		}
		maps.Copy(held, have)
	}
	since := time.Now().Add(-s.Rest)
	for _, sum := range sums {
		waits, err := s.queue.Mentioned(ctx, sum)
		if err != nil {
			return err
		}
		if held[sum] || waits {
			r.Kept++
			continue
		}
		gone, err := s.blobs.Drop(sum, since)
		if err != nil {
			return err
		}
		if gone {
			r.Documents++
		} else {
			r.Kept++
		}
	}
	return nil
}
