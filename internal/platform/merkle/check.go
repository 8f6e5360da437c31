// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package merkle

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
)

// Kinds of flaw, each with what Want and Got then are.
const (
	Missing  = "missing"  // entries From to To are not there
	Changed  = "changed"  // the fields of an entry give another leaf: Want is the leaf kept, Got that of the fields
	Order    = "order"    // an entry stands where the one of number Want belongs
	Subtree  = "subtree"  // leaves From to To give another node than the one kept
	Root     = "root"     // the whole gives another tree than the one kept beside it
	Beyond   = "beyond"   // an entry after the last one that the tree counts
	Outside  = "outside"  // an entry without a number
	Point    = "point"    // entries From to To do not give the hash of a checkpoint; those before do
	Short    = "short"    // a checkpoint counts entries From to To, which the log does not have
	Forged   = "forged"   // a checkpoint without a valid signature; Got says why
	Unproved = "unproved" // the difference of an entry is gone, and no entry says who erased it
	Unkept   = "unkept"   // entries From to To made checkpoints that are no longer kept: Got of them
	Unsigned = "unsigned" // a file ends without the checkpoint of its entries
	Headless = "headless" // the log does not say of itself how large it is
	Head     = "head"     // what the log says of itself does not fit together: it says To entries
)

// A Flaw is one thing that is wrong with a log.
type Flaw struct {
	Kind     string `json:"kind"`
	From     int64  `json:"from,omitempty"` // numbers of entries
	To       int64  `json:"to,omitempty"`
	ID       string `json:"id,omitempty"`   // of the entry
	What     string `json:"what,omitempty"` // act of the entry, or the name of a checkpoint
	Want     string `json:"want,omitempty"`
	Got      string `json:"got,omitempty"`
	Why      string `json:"why,omitempty"`      // word for the reason in Got, see [Why]
	Evidence string `json:"evidence,omitempty"` // where the checkpoint was kept
}

// Most is how many flaws a checker lists; beyond, it only counts.
const Most = 100

// EraseAct is the act that takes differences out of entries; its own difference lists
// their numbers under "erased".
const EraseAct = "audit.erase"

// A Mark is a checkpoint to hold the log against, and where it was kept.
type Mark struct {
	Checkpoint
	Kept string
}

// A Checker reads a log from its first entry to its last and notes what is wrong.
type Checker struct {
	Node  func(level int, n int64) (Hash, bool) // nodes kept; nil where none are
	Flaws []Flaw
	All   int // how many there are

	tree   Tree
	at     int64 // entries seen
	broken bool  // leaves are missing, so that nodes say nothing any more
	marks  []Mark
	held   int64 // entries that the last fitting checkpoint counts
	erased map[int64]string
	said   map[int64]bool
}

// NewChecker returns a checker that holds the log against checkpoints.
func NewChecker(marks []Mark) *Checker {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.Size, b.Size) })
	c := &Checker{marks: marks, erased: map[int64]string{}, said: map[int64]bool{}}
	c.hold() // a checkpoint of the empty log
	return c
}

// Find adds a flaw.
func (c *Checker) Find(f Flaw) {
	if c.All++; len(c.Flaws) < Most {
		c.Flaws = append(c.Flaws, f)
	}
}

// Size is how many entries were read in order.
func (c *Checker) Size() int64 { return c.at }

// Tree returns the tree of what was read.
func (c *Checker) Tree() Tree { return c.tree }

// Add takes the next entry. own is the hash of the leaf that its fields give, computed by
// whoever can do so beside others.
func (c *Checker) Add(e Entry, own Hash) {
	if !c.turn(e) {
		return
	}
	kept, err := ParseHash(e.Leaf)
	if err != nil || kept != own {
		c.Find(Flaw{Kind: Changed, From: e.N, ID: e.ID, What: e.What, Want: e.Leaf, Got: own.String()})
		if err != nil {
			kept = own
		}
	}
	c.erasure(e)
	c.grow(kept)
}

// Leaf takes the next entry of which only the hash of its leaf is known.
func (c *Checker) Leaf(n int64, h Hash) {
	if c.turn(Entry{N: n}) {
		c.grow(h)
	}
}

// turn reports whether it is the turn of an entry.
func (c *Checker) turn(e Entry) bool {
	want := c.at + 1
	if e.N > want {
		c.Find(Flaw{Kind: Missing, From: want, To: e.N - 1})
		c.at, c.broken = e.N-1, true
	}
	if e.N < want {
		c.Find(Flaw{Kind: Order, From: e.N, ID: e.ID, What: e.What, Want: strconv.FormatInt(want, 10), Got: strconv.FormatInt(e.N, 10)})
		c.broken = true
		return false
	}
	c.at = e.N
	return true
}

func (c *Checker) erasure(e Entry) {
	if e.Erased() {
		c.erased[e.N] = e.ID
	}
	if e.What == EraseAct && e.Diff != "" {
		var d struct {
			Erased []int64 `json:"erased"`
		}
		if json.Unmarshal([]byte(e.Diff), &d) == nil {
			for _, n := range d.Erased {
				c.said[n] = true
			}
		}
	}
}

func (c *Checker) grow(h Hash) {
	if c.broken {
		return
	}
	for _, n := range c.tree.Append(h) {
		if c.Node == nil {
			continue
		}
		if kept, ok := c.Node(n.Level, n.N); !ok || kept != n.Hash {
			f := Flaw{Kind: Subtree, From: n.N<<n.Level + 1, To: (n.N + 1) << n.Level, Got: n.Hash.String()}
			if ok {
				f.Want = kept.String()
			}
			c.Find(f)
		}
	}
	c.hold()
}

// hold compares the tree with the checkpoints of its size.
func (c *Checker) hold() {
	for ; len(c.marks) > 0 && c.marks[0].Size <= c.tree.Size; c.marks = c.marks[1:] {
		m := c.marks[0]
		switch {
		case m.Size < c.tree.Size: // a negative size cannot be read
		case m.Root == c.tree.Root():
			c.held = m.Size
		default:
			c.Find(Flaw{Kind: Point, From: c.held + 1, To: m.Size, What: m.Kept, Want: m.Root.String(), Got: c.tree.Root().String(), Evidence: m.Kept})
		}
	}
}

// Finish takes the log's own word for how large it is, if there is one, and says what is
// left: what is missing at the end, checkpoints of more than there is, silent erasures.
func (c *Checker) Finish(head *Tree) {
	if head != nil {
		switch {
		case head.Size > c.at:
			c.Find(Flaw{Kind: Missing, From: c.at + 1, To: head.Size})
			c.broken = true
		case head.Size < c.at:
			c.Find(Flaw{Kind: Beyond, From: head.Size + 1, To: c.at})
		case !c.broken && head.Root() != c.tree.Root():
			own := c.tree.Root()
			c.Find(Flaw{Kind: Root, From: 1, To: c.at, Want: head.Root().String(), Got: own.String()})
		}
	}
	for _, m := range c.marks {
		if m.Size > c.at {
			c.Find(Flaw{Kind: Short, From: c.at + 1, To: m.Size, What: m.Kept, Want: m.Root.String(), Evidence: m.Kept})
		}
	}
	for n, id := range c.erased {
		if !c.said[n] {
			c.Find(Flaw{Kind: Unproved, From: n, ID: id})
		}
	}
}

// Held is how many entries the last checkpoint that fits counts: what is proved to
// whoever trusts its key.
func (c *Checker) Held() int64 { return c.held }
