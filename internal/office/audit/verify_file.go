// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/merkle"
)

// longestLine bounds a line of a bundle: an entry with its difference.
const longestLine = 4 << 20

// A FileReport is what the verification of a file found: of a bundle, of the proof of one
// entry, or of a checkpoint alone.
type FileReport struct {
	Kind string `json:"kind" enum:"log,proof,checkpoint"`
	Report
	Entry *merkle.Entry     `json:"entry,omitempty"` // that was proved
	Names map[string]string `json:"names,omitempty"`
	Time  time.Time         `json:"checkpoint_at,omitzero"`
}

// VerifyFile verifies a file on its own, without a database or a network.
func VerifyFile(path string, trust Trust) (r FileReport, err error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return r, fault.New(fault.Invalid, "audit.file_folder", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return r, fault.Because(err, fault.NotFound, "audit.no_file", path)
	}
	defer f.Close()
	defer generously()()
	return verifyReader(f, trust)
}

func verifyReader(f io.Reader, trust Trust) (r FileReport, err error) {
	start := time.Now()
	in := bufio.NewReaderSize(f, 1<<20)
	begin, err := in.Peek(1)
	if err != nil {
		return r, fault.New(fault.Invalid, "audit.file_empty")
	}
	first, _ := in.Peek(64) // fewer in a short file
	switch {
	case begin[0] != '{':
		r, err = verifyNote(in, trust)
	case strings.Contains(string(first), `"allmende":"log"`):
		r, err = verifyBundle(in, trust)
	default:
		r, err = verifyProof(in, trust)
	}
	r.Took = time.Since(start)
	return r, err
}

// verifyNote verifies the signature of a checkpoint alone.
func verifyNote(in io.Reader, trust Trust) (r FileReport, err error) {
	text, err := io.ReadAll(io.LimitReader(in, longestLine))
	if err != nil {
		return r, err
	}
	c, err := merkle.Peek(string(text))
	if err != nil {
		return r, fault.Because(err, fault.Invalid, "audit.file_unknown")
	}
	if len(trust.Keys) == 0 {
		return r, fault.New(fault.Invalid, "audit.key_missing")
	}
	r = FileReport{Kind: "checkpoint", Time: c.At, Report: Report{Origin: c.Origin, Size: c.Size, Root: c.Root.String(), Keys: trust.Keys, Checkpoints: 1, Held: c.Size}}
	if _, err := merkle.Open(string(text), trust.Keys...); err != nil {
		r.Held = 0
		r.flaw(merkle.Flaw{Kind: merkle.Forged, To: c.Size, Got: err.Error(), Why: merkle.Why(err)})
	}
	return r, nil
}

func (r *Report) flaw(f merkle.Flaw) {
	r.All++
	r.Flaws = append(r.Flaws, f)
}

// verifyProof verifies the proof of one entry, and that later checkpoints do not contradict it.
func verifyProof(in io.Reader, trust Trust) (r FileReport, err error) {
	var p Proof
	d := json.NewDecoder(io.LimitReader(in, longestLine))
	if err := d.Decode(&p); err != nil || p.Allmende != "proof" {
		return r, fault.Because(errors.Join(err, errors.New("no proof")), fault.Invalid, "audit.file_unknown")
	}
	r = FileReport{Kind: "proof", Entry: &p.Entry, Names: p.Names, Report: Report{OwnKeys: len(trust.Keys) == 0, Keys: trust.Keys, Checkpoints: 1}}
	if r.OwnKeys {
		r.Keys = []string{p.Key}
	}
	c, err := p.Check(trust.Keys)
	r.Origin, r.Size, r.Root, r.Time = c.Origin, c.Size, c.Root.String(), c.At
	if err != nil {
		r.flaw(merkle.Flaw{Kind: merkle.Changed, From: p.Entry.N, ID: p.Entry.ID, What: p.Entry.What, Got: err.Error(), Why: merkle.Why(err)})
	} else {
		r.Held = p.Entry.N
	}
	return r, nil
}

// verifyBundle verifies an exported log line by line.
func verifyBundle(in *bufio.Reader, trust Trust) (r FileReport, err error) {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return r, fault.New(fault.Invalid, "audit.line_bad", 1)
	}
	var head Head
	if err := json.Unmarshal(line, &head); err != nil || head.Version != 1 {
		return r, fault.Because(err, fault.Invalid, "audit.line_bad", 1)
	}
	keys := trust.Keys
	if len(keys) == 0 && head.Key != "" {
		keys = []string{head.Key}
	}
	good, forged, err := marks(head.Origin, keys, trust.Checkpoints)
	if err != nil {
		return r, err
	}
	b := &bundleCheck{checker: merkle.NewChecker(good)}
	for _, f := range forged {
		b.checker.Find(f)
	}
	if err := b.lines(in); err != nil {
		return r, err
	}
	b.end(head, keys)
	tree := b.checker.Tree()
	r = FileReport{Kind: "log", Report: Report{Origin: head.Origin, Size: b.checker.Size(), Root: tree.Root().String(), Withheld: b.withheld,
		Checkpoints: len(trust.Checkpoints) + b.notes, Held: max(b.checker.Held(), b.held), OwnKeys: len(trust.Keys) == 0, Keys: keys, All: b.checker.All, Flaws: b.checker.Flaws}}
	return r, nil
}

// A bundleCheck is the state of reading a bundle.
type bundleCheck struct {
	checker  *merkle.Checker
	withheld int64
	note     string
	notes    int
	held     int64
}

// end holds what was read against the checkpoint at the end of the file.
func (b *bundleCheck) end(head Head, keys []string) {
	c := b.checker
	var size *merkle.Tree
	if head.Size > c.Size() {
		size = &merkle.Tree{Size: head.Size} // names what is missing at the end
	}
	if b.note == "" {
		c.Find(merkle.Flaw{Kind: merkle.Unsigned})
	} else if point, err := merkle.Open(b.note, keys...); err != nil {
		c.Find(merkle.Flaw{Kind: merkle.Forged, To: head.Size, Got: err.Error(), Why: merkle.Why(err), What: "checkpoint"})
	} else {
		tree := c.Tree()
		switch {
		case point.Origin != head.Origin || point.Size != head.Size:
			c.Find(merkle.Flaw{Kind: merkle.Forged, To: point.Size, Got: fmt.Sprintf("it is of %s with %d entries, the file says %s with %d", point.Origin, point.Size, head.Origin, head.Size), Why: "size", What: "checkpoint"})
		case tree.Size == point.Size && tree.Root() != point.Root:
			c.Find(merkle.Flaw{Kind: merkle.Point, From: c.Held() + 1, To: point.Size, Want: point.Root.String(), Got: tree.Root().String(), What: "checkpoint"})
		case tree.Size == point.Size:
			b.held = point.Size
		}
		b.notes++
		if c.Size() > point.Size {
			c.Find(merkle.Flaw{Kind: merkle.Beyond, From: point.Size + 1, To: c.Size()})
		}
	}
	c.Finish(size)
}

// A batch is some lines of a bundle, read and hashed beside others.
type batch struct {
	first int // number of its first line
	lines []byte
	items []item
	err   error
}

type item struct {
	entry merkle.Entry
	leaf  merkle.Hash
	bare  bool
	note  string
}

// lines reads the rest of a bundle: several batches at the same time, taken in order.
func (b *bundleCheck) lines(in *bufio.Reader) error {
	queue := make(chan chan *batch, max(runtime.GOMAXPROCS(0), 2))
	go func() {
		defer close(queue)
		for n := 2; ; {
			text, count, err := several(in)
			if count > 0 {
				one, done := &batch{first: n, lines: text}, make(chan *batch, 1)
				queue <- done
				go func() { one.parse(); done <- one }()
				n += count
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					done := make(chan *batch, 1)
					done <- &batch{err: fault.Because(err, fault.Invalid, "audit.line_bad", n)}
					queue <- done
				}
				return
			}
		}
	}()
	var first error
	for done := range queue { // to the end, so that the reader ends, too
		if one := <-done; first == nil {
			first = b.take(one)
		}
	}
	return first
}

// several reads some whole lines; the last one may lack its end.
func several(in *bufio.Reader) (text []byte, count int, err error) {
	const enough = 256 << 10
	for len(text) < enough {
		line, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			text = append(text, line...)
			if len(text) > enough+longestLine {
				return nil, 0, fmt.Errorf("a line of more than %d bytes", longestLine)
			}
			line, err = in.ReadSlice('\n')
		}
		text = append(text, line...)
		if len(line) > 0 {
			count++
		}
		if err != nil {
			return text, count, err
		}
	}
	return text, count, nil
}

func (one *batch) parse() {
	n := one.first
	for line := range bytes.Lines(one.lines) {
		l, err := merkle.ParseLine(line)
		if err != nil {
			one.err = fault.Because(err, fault.Invalid, "audit.line_bad", n)
			return
		}
		it := item{entry: l.Entry, note: l.Checkpoint}
		switch {
		case it.note != "":
		case l.ID == "":
			it.bare = true
			if it.leaf, one.err = merkle.ParseHash(l.Leaf); one.err != nil {
				one.err = fault.Because(one.err, fault.Invalid, "audit.line_bad", n)
				return
			}
		default:
			it.leaf = l.Entry.Hash()
		}
		one.items = append(one.items, it)
		n++
	}
}

func (b *bundleCheck) take(one *batch) error {
	for _, it := range one.items {
		switch {
		case it.note != "":
			b.note = it.note
		case it.bare:
			b.withheld++
			b.checker.Leaf(it.entry.N, it.leaf)
		default:
			b.checker.Add(it.entry, it.leaf)
		}
	}
	return one.err
}
