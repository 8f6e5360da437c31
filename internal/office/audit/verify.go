// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/merkle"
)

// A Trust is what a verification may rely on besides the log itself: public keys, and
// checkpoints that were kept elsewhere. Without keys those in the log's own database have
// to do, which proves nothing against somebody who could replace them.
type Trust struct {
	Keys        []string
	Checkpoints []Kept
}

// A Kept checkpoint is the text of one, and where it was kept.
type Kept struct{ Text, Where string }

// A Report is what a verification found.
type Report struct {
	Origin      string        `json:"origin" doc:"Name of the log."`
	Size        int64         `json:"size" doc:"Entries that the log counts."`
	Root        string        `json:"root" doc:"Hash of the whole tree."`
	Withheld    int64         `json:"withheld,omitempty" doc:"Entries of which the file has the leaf alone."`
	Checkpoints int           `json:"checkpoints" doc:"Checkpoints that the log was held against."`
	Held        int64         `json:"held" doc:"Entries counted by the last checkpoint that fits."`
	OwnKeys     bool          `json:"own_keys,omitempty" doc:"The public keys came from the log's own database or file."`
	Keys        []string      `json:"keys,omitempty" doc:"Public keys that the checkpoints were held against."`
	All         int           `json:"flaws_total" doc:"How many flaws there are; at most 100 are listed."`
	Flaws       []merkle.Flaw `json:"flaws"`
	At          time.Time     `json:"at"`
	Took        time.Duration `json:"took_ns"`
}

// Good reports whether nothing is wrong.
func (r Report) Good() bool { return r.All == 0 }

// marks opens checkpoints; one that no trusted key has signed is a flaw.
func marks(origin string, keys []string, texts []Kept) (good []merkle.Mark, forged []merkle.Flaw, err error) {
	for _, k := range keys {
		if _, err := merkle.Open("", k); err != nil && strings.Contains(err.Error(), "public key") {
			return nil, nil, fault.At("key", "audit.key_bad", shorten(k))
		}
	}
	for _, t := range texts {
		c, err := merkle.Open(t.Text, keys...)
		if err == nil && origin != "" && c.Origin != origin {
			err = &merkle.Reason{Word: "origin", Err: fmt.Errorf("it is of the log %s, this is %s", c.Origin, origin)}
		}
		if err != nil {
			f := merkle.Flaw{Kind: merkle.Forged, What: t.Where, Got: err.Error(), Why: merkle.Why(err), Evidence: t.Where}
			if p, perr := merkle.Peek(t.Text); perr == nil {
				f.To = p.Size
			}
			forged = append(forged, f)
			continue
		}
		good = append(good, merkle.Mark{Checkpoint: c, Kept: t.Where})
	}
	return good, forged, nil
}

func shorten(text string) string { return text[:min(len(text), 80)] }

// Verify reads the whole log and holds it against its tree, against the checkpoints in the
// database, and against what is trusted besides. It only reads.
func (s *Service) Verify(ctx context.Context, trust Trust) (r Report, err error) {
	defer fault.Wrap(&err, "verify the log")
	start := time.Now()
	keys, texts, err := s.evidence(ctx, trust) // before the head, so that none counts more than it
	if err != nil {
		return r, err
	}
	h, said, err := s.wholeHead(ctx)
	if err != nil {
		return r, err
	}
	good, forged, err := marks(h.origin, keys, texts)
	if err != nil {
		return r, err
	}
	nodes, err := s.store.nodes(ctx, s.store.db.Read())
	if err != nil {
		return r, err
	}
	c := merkle.NewChecker(good)
	c.Node = func(level int, n int64) (merkle.Hash, bool) { hash, ok := nodes[nodeAt{level, n}]; return hash, ok }
	for _, f := range append(said, forged...) {
		c.Find(f)
	}
	last, err := s.store.last(ctx)
	if err != nil {
		return r, err
	}
	own, size := &h.tree, h.tree.Size
	if len(said) > 0 { // what the log says of itself is worth nothing
		own, size = nil, last
	}
	points, err := s.read(ctx, c, size)
	if err != nil {
		return r, err
	}
	if err := s.unkept(ctx, c, points); err != nil {
		return r, err
	}
	if own != nil {
		if err := s.strays(ctx, c, last); err != nil {
			return r, err
		}
	}
	c.Finish(own)
	tree := c.Tree()
	return Report{Origin: h.origin, Size: size, Root: tree.Root().String(), Checkpoints: len(texts), Held: c.Held(), OwnKeys: len(trust.Keys) == 0, Keys: keys,
		All: c.All, Flaws: append([]merkle.Flaw{}, c.Flaws...), At: s.store.db.Now().UTC(), Took: time.Since(start)}, nil
}

// wholeHead returns what the log says of itself, and the flaw where that is gone or broken.
func (s *Service) wholeHead(ctx context.Context) (h head, said []merkle.Flaw, err error) {
	h, err = s.store.head(ctx, s.store.db.Read())
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Key == headGone {
		return h, []merkle.Flaw{{Kind: merkle.Headless}}, nil
	} else if ok && f.Key == headBroken {
		return h, []merkle.Flaw{{Kind: merkle.Head, To: h.tree.Size, Got: f.Err.Error()}}, nil
	}
	return h, nil, err
}

// unkept notes checkpoints that the log says were made, and that nobody keeps any more. The
// entry of a checkpoint is the first that it does not count.
func (s *Service) unkept(ctx context.Context, c *merkle.Checker, made []int64) error {
	kept, err := s.store.checkpointSizes(ctx) // after the entries: whoever made one meanwhile is not missed
	if err != nil {
		return err
	}
	has := map[int64]bool{}
	for _, size := range kept {
		has[size] = true
	}
	made = slices.DeleteFunc(made, func(n int64) bool { return has[n-1] })
	if len(made) > 0 {
		c.Find(merkle.Flaw{Kind: merkle.Unkept, From: made[0], To: made[len(made)-1], Got: strconv.Itoa(len(made))})
	}
	return nil
}

// evidence gathers public keys and checkpoints.
func (s *Service) evidence(ctx context.Context, trust Trust) (keys []string, texts []Kept, err error) {
	if keys = trust.Keys; len(keys) == 0 {
		if keys, err = s.store.keys(ctx); err != nil {
			return nil, nil, err
		}
	}
	own, err := s.store.checkpoints(ctx, 0)
	for _, k := range own {
		texts = append(texts, Kept{k.Note, "audit_checkpoint " + k.ID})
	}
	return keys, append(texts, trust.Checkpoints...), err
}

// strays notes entries that no tree counts: without a number, or behind its end.
func (s *Service) strays(ctx context.Context, c *merkle.Checker, last int64) error {
	out, err := s.store.outside(ctx)
	if err != nil {
		return err
	}
	for _, e := range out {
		c.Find(merkle.Flaw{Kind: merkle.Outside, ID: e.ID, What: e.What})
	}
	now, err := s.store.head(ctx, s.store.db.Read()) // others go on writing
	if err == nil && last > now.tree.Size {
		c.Find(merkle.Flaw{Kind: merkle.Beyond, From: now.tree.Size + 1, To: last})
	}
	return err
}

// chunk is how many entries are read and hashed at a time.
const chunk = 4096

// read hands the entries up to size to c, in order. Several chunks are read and hashed at
// the same time; the checker takes them one after the other. It returns the numbers of the
// entries by which checkpoints were made.
func (s *Service) read(ctx context.Context, c *merkle.Checker, size int64) (points []int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := min(max(runtime.GOMAXPROCS(0), 2), 4)
	queue := make(chan chan hashed, workers)
	go func() {
		defer close(queue)
		for from := int64(0); from < size; from += chunk {
			one := make(chan hashed, 1)
			select {
			case queue <- one:
			case <-ctx.Done():
				return
			}
			go func() { one <- s.hash(ctx, from, min(from+chunk, size)) }()
		}
	}()
	for one := range queue {
		h := <-one
		if h.err != nil {
			return nil, h.err
		}
		for i, e := range h.entries {
			if e.What == "audit.checkpoint" {
				points = append(points, e.N)
			}
			c.Add(e, h.leaves[i])
		}
	}
	return points, ctx.Err()
}

type hashed struct {
	entries []merkle.Entry
	leaves  []merkle.Hash
	err     error
}

func (s *Service) hash(ctx context.Context, after, to int64) (h hashed) {
	h.entries, h.leaves = make([]merkle.Entry, 0, to-after), make([]merkle.Hash, 0, to-after)
	for e, err := range s.store.stretch(ctx, s.store.db.Read(), after, to) {
		if err != nil {
			return hashed{err: err}
		}
		h.entries, h.leaves = append(h.entries, e), append(h.leaves, e.Hash())
	}
	return h
}

// VerifyDatabase is Verify for a database that nobody serves: it is opened for reading, and
// its tables are left as they are.
func VerifyDatabase(ctx context.Context, where string, trust Trust) (Report, error) {
	if !strings.HasPrefix(where, "postgres") {
		if _, err := os.Stat(where); err != nil { // opening would make the file
			return Report{}, fault.Because(err, fault.NotFound, "audit.no_database", where)
		}
	}
	defer generously()()
	d, err := db.OpenToRead(where)
	if err != nil {
		return Report{}, err
	}
	defer d.Close()
	has, err := d.Migrated(ctx)
	if err == nil && !slices.ContainsFunc(has, func(m string) bool { return strings.HasPrefix(m, "audit/") }) {
		return Report{}, fault.New(fault.Unreadable, "audit.database_foreign", where)
	}
	var r Report
	if err == nil {
		r, err = New(d, nil).Verify(ctx, trust)
	}
	if err != nil && ctx.Err() == nil && fault.Of(err) == fault.Internal && !strings.HasPrefix(where, "postgres") {
		err = fault.Because(err, fault.Unreadable, "audit.database_broken", where)
	}
	return r, err
}

// generously lets the process that only verifies use more memory before it collects what is
// no longer needed: that costs a fifth of the time otherwise. It returns the way back.
func generously() func() {
	was := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(was) }
}

// ReadTrust reads what a verification may rely on: a key, or the file of one; checkpoints
// as files, or folders of them.
func ReadTrust(key string, checkpoints []string) (t Trust, err error) {
	if key != "" {
		if text, err := os.ReadFile(key); err == nil {
			key = string(text)
		}
		t.Keys = strings.Fields(key)
	}
	for _, path := range checkpoints {
		files := []string{path}
		if st, err := os.Stat(path); err == nil && st.IsDir() {
			if files, err = filepath.Glob(filepath.Join(path, "*.checkpoint")); err != nil {
				return t, err
			}
			slices.Sort(files)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return t, fault.Because(err, fault.NotFound, "audit.no_file", f)
			}
			t.Checkpoints = append(t.Checkpoints, Kept{string(text), f})
		}
	}
	return t, nil
}
