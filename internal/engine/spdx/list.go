// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// ListVersion is the edition of the SPDX License List that is built in.
const ListVersion = "6.12.0 (npm spdx-license-list)"

//go:embed spdx-license-list-6.12.0/spdx.json.zst
var listJSON []byte

//go:embed spdx-license-list-6.12.0/spdx-full.json.zst
var fullJSON []byte

//go:embed spdx-exceptions-2.5.0/index.json
var exceptionsJSON []byte

// An Entry is a licence of the SPDX License List.
type Entry struct {
	ID   string
	Name string `json:"name"`
	URL  string `json:"url"`
	OSI  bool   `json:"osiApproved"` // approved by the Open Source Initiative
	FSF  Mark   // whether the Free Software Foundation calls it free
}

// A Mark is what somebody says of a licence; the zero Mark is that they say nothing.
type Mark string

// What marks say.
const (
	Unmarked Mark = ""
	Yes      Mark = "yes"
	No       Mark = "no"
)

//go:embed marks.json
var marksJSON []byte

// marks is marks.json: what the list of ids and texts does not have.
var marks = func() (m struct {
	Checked, Source string
	Free            []string          `json:"fsf_free"`
	NotFree         []string          `json:"fsf_not_free"`
	Exceptions      map[string]string // names
}) {
	if err := json.Unmarshal(marksJSON, &m); err != nil {
		panic("spdx: the marks that are built in: " + err.Error())
	}
	return m
}()

// MarksSource says where the marks of the FSF and the names of exceptions are from, and when
// that was read.
func MarksSource() (source, checked string) { return marks.Source, marks.Checked }

var entries, listed = readList()
var exceptions = readExceptions()

// readList reads the list, and each id by itself and in small letters.
func readList() (map[string]Entry, map[string]string) {
	var all map[string]Entry
	if err := unpack(listJSON, &all); err != nil {
		panic("spdx: the list that is built in: " + err.Error())
	}
	ids := make(map[string]string, 2*len(all))
	for id, e := range all {
		e.ID = id
		all[id] = e
		ids[id], ids[strings.ToLower(id)] = id, id
	}
	for mark, of := range map[Mark][]string{Yes: marks.Free, No: marks.NotFree} {
		for _, id := range of {
			e := all[id]
			e.FSF = mark
			all[id] = e
		}
	}
	return all, ids
}

// unpack reads JSON that is packed.
func unpack(packed []byte, into any) error {
	r, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer r.Close()
	return json.NewDecoder(r).Decode(into)
}

func readExceptions() map[string]string {
	var all []string
	if err := json.Unmarshal(exceptionsJSON, &all); err != nil {
		panic("spdx: the exceptions that are built in: " + err.Error())
	}
	ids := make(map[string]string, len(all))
	for _, id := range all {
		ids[strings.ToLower(id)] = id
	}
	return ids
}

// List gives all licences of the list, by id.
func List() []Entry {
	return slices.SortedFunc(maps.Values(entries), func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
}

// Find returns the licence with an id, in any case.
func Find(id string) (Entry, bool) {
	id, _, _ = licenceID(id)
	e, ok := entries[id]
	return e, ok
}

// Exceptions gives the ids of all exceptions, in order.
func Exceptions() []string { return slices.Sorted(maps.Values(exceptions)) }

// ExceptionName is what an exception of the list is called; empty for any other.
func ExceptionName(id string) string { return marks.Exceptions[id] }

var fullTexts = sync.OnceValue(func() map[string]string {
	var all map[string]struct {
		Text string `json:"licenseText"`
	}
	if err := unpack(fullJSON, &all); err != nil {
		panic("spdx: the texts that are built in: " + err.Error())
	}
	texts := make(map[string]string, len(all))
	for id, e := range all {
		texts[id] = e.Text
	}
	return texts
})

// Text returns the text of a licence of the list, as the list gives it; empty for any other.
func Text(id string) string { return fullTexts()[id] }
