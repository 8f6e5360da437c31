// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"sync"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

var sumForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// A Report says what an import took in.
type Report struct {
	Org       ospo.OrgID `json:"org"`
	Name      string     `json:"name"`
	State     string     `json:"state"`
	Continued bool       `json:"continued,omitempty"` // an earlier run had taken the rows in
	Files     []Kind     `json:"files"`
	Documents int        `json:"documents"` // bills of materials taken in
	Refused   []Refused  `json:"refused,omitempty"`
}

// A Refused document is one that this program does not read.
type Refused struct {
	Sum     string `json:"sha256"`
	Release string `json:"release"`
	Why     error  `json:"-"`
	Problem string `json:"problem"`
}

// Import takes an organisation in from a folder: all rows, or none; then the documents,
// from which packages, findings and exposure arise anew. Cut short, it goes on where it was.
func (s *Service) Import(ctx context.Context, path string, watch Watch) (r Report, err error) {
	defer fault.Wrap(&err, "import %s", path)
	f, err := s.Open(path)
	if err != nil {
		return r, err
	}
	defer f.Close()
	r = Report{Org: f.Org, Name: f.Name, State: f.State, Files: f.Files}
	id, err := s.begun(ctx, f)
	if err != nil {
		return r, err
	}
	if r.Continued = id != ""; !r.Continued {
		id = db.NewID()
		if err := s.takeRows(ctx, f, id); err != nil {
			return r, err
		}
	}
	if err := s.takeDocuments(ctx, f, &r, watch); err != nil {
		return r, err
	}
	return r, s.store.db.Write(ctx, door.From(ctx).ActFor(f.Org, "tenant.imported", string(f.Org)), func(tx *db.Tx) error {
		return s.store.endArrival(ctx, tx, f.Org, id)
	})
}

// begun returns the import that was cut short, if there is one.
func (s *Service) begun(ctx context.Context, f *Folder) (string, error) {
	all, err := s.store.arrivals(ctx, f.State)
	if err != nil || len(all) == 0 || all[0].org != f.Org {
		return "", err
	}
	if all[0].ended != "" {
		return "", fault.New(fault.Conflict, "tenant.import_done", f.Name)
	}
	return all[0].id, nil
}

func (s *Service) takeRows(ctx context.Context, f *Folder, id string) error {
	if err := s.free(ctx, f); err != nil {
		return err
	}
	for _, sum := range append(f.check.sums(), "") {
		name := documents + "/" + sum
		if sum == "" {
			name = logFile
		}
		raw, err := f.slurp(name, mostFile)
		if err != nil {
			return err
		}
		if _, err := s.blobs.Put(raw); err != nil {
			return err
		}
	}
	act := door.From(ctx).ActFor(f.Org, "tenant.import", string(f.Org))
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.insert(ctx, tx, f); err != nil {
			return err
		}
		if err := s.Settle(ctx, tx, f.check.tree()); err != nil {
			return err
		}
		return s.store.addArrival(ctx, tx, id, f.Org, f.Manifest)
	})
}

// free returns faults where something is on this instance already.
func (s *Service) free(ctx context.Context, f *Folder) error {
	for _, t := range s.Tables {
		for _, c := range t.Leaving() {
			values := f.check.keys[t.Name+"."+c.Name]
			have, err := t.Have(ctx, s.store.db.Read(), c.Name, slices.Sorted(maps.Keys(values)))
			if err != nil {
				return err
			}
			for _, v := range slices.Sorted(maps.Keys(have)) {
				f.check.say("tenant.line_taken", values[v], c.Name, v)
			}
		}
	}
	return f.check.loose()
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, f *Folder) error {
	for _, t := range s.Tables {
		if t.Taken {
			continue
		}
		for _, l := range f.rows[t.Name] {
			if err := t.Insert(ctx, tx, l.row); err != nil {
				return fault.Because(err, fault.Unreadable, "tenant.line_refused", t.Name+".jsonl", l.n)
			}
		}
	}
	return nil
}

// A paper is a document to be taken in again.
type paper struct {
	Row
	sum string
}

// side is how many releases' documents are taken in at a time.
const side = 4

// takeDocuments takes documents in, those of a release one after the other, the present one last.
func (s *Service) takeDocuments(ctx context.Context, f *Folder, r *Report, watch Watch) error {
	all, total := map[string][]paper{}, 0
	for _, t := range s.Tables {
		if !t.Taken {
			continue
		}
		if err := f.each(t, func(_ int, row Row) error {
			total++
			key := row.Text("release")
			all[key] = append(all[key], paper{row, row.Text(t.Blob)})
			return nil
		}); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var wg sync.WaitGroup
	releases := make(chan []paper)
	done := func(p paper, err error) {
		mu.Lock()
		defer mu.Unlock()
		switch k := fault.Of(err); {
		case err != nil && (k == fault.Unreadable || k == fault.TooLarge):
			r.Refused = append(r.Refused, Refused{Sum: p.sum, Release: p.Text("release"), Why: err})
		case err != nil:
			cancel(err)
			return
		default:
			r.Documents++
		}
		if err := watch(ctx, r.Documents+len(r.Refused), total, p.sum); err != nil {
			cancel(err)
		}
	}
	for range side {
		wg.Go(func() {
			for some := range releases {
				for _, p := range some {
					if ctx.Err() == nil {
						done(p, s.takeDocument(ctx, f, p))
					}
				}
			}
		})
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		slices.SortFunc(all[id], earlier)
		releases <- all[id]
	}
	close(releases)
	wg.Wait()
	return context.Cause(ctx)
}

// earlier orders documents by when they were taken in, the present one last.
func earlier(a, b paper) int {
	if a.Row["current"] != b.Row["current"] {
		return map[bool]int{true: 1, false: -1}[a.Row["current"] == true]
	}
	return cmp.Or(cmp.Compare(a.Text("uploaded"), b.Text("uploaded")), cmp.Compare(a.sum, b.sum))
}

func (s *Service) takeDocument(ctx context.Context, f *Folder, p paper) error {
	raw, err := f.document(p.sum)
	if err != nil {
		return err
	}
	return s.Return(ctx, p.Row, raw)
}
