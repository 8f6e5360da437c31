// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package merkle

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is one of a leaf or of a node of the tree.
type Hash = tlog.Hash

// ParseHash reads a hash in base64.
func ParseHash(text string) (Hash, error) { return tlog.ParseHash(text) }

// Stride is how many levels lie between the nodes that are kept: the leaves, each 256 of
// them, each 65,536 … What lies between is computed from these.
const Stride = 8

// A Node is the root of a complete part of the tree: level 0 are the leaves, N counts
// from 0 within its level.
type Node struct {
	Level int
	N     int64
	Hash  Hash
}

// A Tree is a log's size and the roots of its complete parts, the largest first: all that
// is needed to append to it. The zero Tree is empty.
type Tree struct {
	Size  int64
	peaks []Hash
}

// Append adds a leaf and returns the nodes worth keeping that it completed.
func (t *Tree) Append(h Hash) (done []Node) {
	level := 0
	n := t.Size
	for ; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
		if level++; level%Stride == 0 {
			done = append(done, Node{level, n >> 1, h})
		}
	}
	t.peaks = append(t.peaks, h)
	t.Size++
	return done
}

// Root is the hash of the whole tree; of an empty one that of no bytes.
func (t *Tree) Root() Hash {
	if len(t.peaks) == 0 {
		return sha256.Sum256(nil)
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}

// Peaks writes the roots of the complete parts, with blanks between.
func (t *Tree) Peaks() string {
	all := make([]string, len(t.peaks))
	for i, p := range t.peaks {
		all[i] = p.String()
	}
	return strings.Join(all, " ")
}

// ParseTree reads a tree from its size and its peaks.
func ParseTree(size int64, peaks string) (t Tree, err error) {
	t.Size = size
	words := strings.Fields(peaks)
	if size < 0 || len(words) != bits.OnesCount64(uint64(size)) {
		return t, fmt.Errorf("a tree of %d leaves has %d complete parts, got %d", size, bits.OnesCount64(uint64(max(size, 0))), len(words))
	}
	for i, w := range words {
		h, err := tlog.ParseHash(w)
		if err != nil {
			return t, fmt.Errorf("part %d of the tree: %q is no hash", i+1, w)
		}
		t.peaks = append(t.peaks, h)
	}
	return t, nil
}

// Levels returns the nodes from one number up to before another, of a level that is kept.
type Levels func(level int, from, to int64) ([]Hash, error)

// ReadHashes computes the nodes that a proof is made of; see [tlog.HashReader].
func (l Levels) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		up := level % Stride
		all, err := l(level-up, n<<up, (n+1)<<up)
		if err != nil {
			return nil, err
		}
		if len(all) != 1<<up {
			return nil, fmt.Errorf("the tree has %d of the %d hashes from %d on at level %d", len(all), 1<<up, n<<up, level-up)
		}
		for ; len(all) > 1; all = all[:len(all)/2] {
			for k := range len(all) / 2 {
				all[k] = tlog.NodeHash(all[2*k], all[2*k+1])
			}
		}
		out[i] = all[0]
	}
	return out, nil
}

// Inclusion proves that entry n is in the tree of the given size.
func (l Levels) Inclusion(size, n int64) ([]string, error) {
	if n < 1 || n > size {
		return nil, fmt.Errorf("a log of %d entries has no entry %d", size, n)
	}
	p, err := tlog.ProveRecord(size, n-1, l)
	return texts(p), err
}

// Consistency proves that the tree of size from is the beginning of the tree of size to.
func (l Levels) Consistency(from, to int64) ([]string, error) {
	if from < 1 || from > to {
		return nil, fmt.Errorf("%d entries are no beginning of %d", from, to)
	}
	p, err := tlog.ProveTree(to, from, l)
	return texts(p), err
}

func texts(hashes []Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}

// Longest is how many hashes a proof can have.
const Longest = 2 * 64

func hashes(all []string) ([]Hash, error) {
	if len(all) > Longest {
		return nil, errors.New("a proof has at most " + strconv.Itoa(Longest) + " hashes, got " + strconv.Itoa(len(all)))
	}
	out := make([]Hash, len(all))
	for i, s := range all {
		h, err := tlog.ParseHash(s)
		if err != nil {
			return nil, fmt.Errorf("hash %d of the proof: %q is none", i+1, s)
		}
		out[i] = h
	}
	return out, nil
}

// Included reports by an error whether leaf is not entry n of the tree of a checkpoint.
func Included(proof []string, c Checkpoint, n int64, leaf Hash) error {
	p, err := hashes(proof)
	if err != nil {
		return err
	}
	if n < 1 || n > c.Size {
		return fmt.Errorf("the checkpoint is of %d entries, entry %d is not among them", c.Size, n)
	}
	return tlog.CheckRecord(p, c.Size, c.Root, n-1, leaf)
}

// Continues reports by an error whether the log of checkpoint c does not begin as it was
// at checkpoint was.
func Continues(proof []string, was, c Checkpoint) error {
	p, err := hashes(proof)
	if err != nil {
		return err
	}
	if was.Size < 1 || was.Size > c.Size {
		return fmt.Errorf("%d entries are no beginning of %d", was.Size, c.Size)
	}
	return tlog.CheckTree(p, c.Size, c.Root, was.Size, was.Root)
}
