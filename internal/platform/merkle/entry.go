// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package merkle says how the log can be proved: how an entry becomes a leaf, how leaves
// become a tree (RFC 6962, as golang.org/x/mod/sumdb/tlog computes it), what a checkpoint
// is and who signed it, and what is wrong with a log that somebody has touched. It knows
// no database; docs/audit.md has the same for whoever wants to compute it without us.
package merkle

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Form is the version of the leaf's encoding. It is the leaf's first line, so that a
// second form can stand beside the first in one tree.
const Form = "allmende.entry.v1"

// An Entry is one line of the log with all that its leaf is made from. N counts from 1
// without gaps.
type Entry struct {
	N       int64  `json:"n"`
	ID      string `json:"id"`
	At      string `json:"at"`
	Org     string `json:"org"`
	Person  string `json:"person"`
	Role    string `json:"role"`
	What    string `json:"what"`
	Thing   string `json:"thing"`
	Door    string `json:"door"`
	Request string `json:"request"`
	Diff    string `json:"diff,omitempty"` // JSON of what changed; may name people
	Salt    string `json:"salt,omitempty"` // hides Diff in the leaf; empty without one
	Sum     string `json:"sum,omitempty"`  // stands in for Diff and Salt once they were erased
	Leaf    string `json:"leaf"`           // hash of the leaf as it was when the entry was written, base64
}

// Salt returns a new secret of 130 bits. Who erases it together with the difference has
// made the difference unguessable, also where there are few that it could have been.
func Salt() string { return rand.Text() }

// Erased reports whether the difference was taken out of the entry.
func (e Entry) Erased() bool { return e.Sum != "" }

// sum is what stands in the leaf for the difference: SHA-256, in hex, over the fields salt
// and diff. Nothing where nothing changed.
func (e Entry) sum() string {
	switch {
	case e.Sum != "":
		return e.Sum
	case e.Diff == "" && e.Salt == "":
		return ""
	}
	b := make([]byte, 0, 64+len(e.Diff))
	b = field(field(b, "salt", e.Salt), "diff", e.Diff)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Erase returns the entry without its difference. Its leaf stays what it was.
func (e Entry) Erase() Entry {
	e.Sum = e.sum()
	e.Diff, e.Salt = "", ""
	return e
}

// Bytes returns the leaf: the form, then a line for each field with its name, its length
// in bytes, a colon, and the bytes themselves.
func (e Entry) Bytes() []byte {
	b := make([]byte, 0, 512)
	b = append(append(b, Form...), '\n')
	b = field(b, "n", strconv.FormatInt(e.N, 10))
	b = field(b, "at", e.At)
	b = field(b, "id", e.ID)
	b = field(b, "org", e.Org)
	b = field(b, "person", e.Person)
	b = field(b, "role", e.Role)
	b = field(b, "what", e.What)
	b = field(b, "thing", e.Thing)
	b = field(b, "door", e.Door)
	b = field(b, "request", e.Request)
	return field(b, "diff", e.sum())
}

func field(b []byte, name, value string) []byte {
	b = append(append(b, name...), ' ')
	b = append(strconv.AppendInt(b, int64(len(value)), 10), ':')
	return append(append(b, value...), '\n')
}

// Hash is that of the leaf: SHA-256 over a zero byte and the leaf.
func (e Entry) Hash() tlog.Hash { return tlog.RecordHash(e.Bytes()) }
