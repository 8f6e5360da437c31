// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of one document. Real records have at most some 2 MB and 20,000 objects.
const (
	MaxBytes   = 10 << 20
	MaxObjects = 200_000 // objects in JSON; lines, entries and pairs in YAML
)

// Read reads one record from JSON. It fails, with a Problem, only if the document is
// no JSON, is too large, or lacks a usable id or time of change; every other flaw is
// listed in Problems.
func Read(data []byte) (Record, error) {
	if err := bounded(data, "{"); err != nil {
		return Record{}, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var w wire
	err := json.Unmarshal(data, &w)
	b := builder{id: w.ID, at: top}
	if misfit, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		b.problems = misfits(data, w.ID)
		if len(b.problems) == 0 { // a field the walk does not know, or knows otherwise
			b.note("osv.kind", misfit.Field, misfit.Value, misfit.Type.String())
		}
	} else if err != nil {
		return Record{}, syntax(data, err)
	}
	return b.record(w)
}

// ReadYAML reads one record from YAML, with the same errors as Read.
func ReadYAML(data []byte) (r Record, err error) {
	if err := bounded(data, "\n", ",", ":", "[", "{", "- "); err != nil {
		return Record{}, err
	}
	var w wire
	err = decodeYAML(data, &w)
	b := builder{id: w.ID, at: top}
	if misfit, ok := errors.AsType[*yaml.TypeError](err); ok {
		for _, line := range misfit.Errors {
			b.noteLine(line)
		}
	} else if err != nil {
		return Record{}, Problem{Code: "osv.syntax", Got: short(err.Error(), 200)}
	}
	return b.record(w)
}

// bounded counts what costs memory before anything is allocated for it.
func bounded(data []byte, marks ...string) error {
	if len(data) > MaxBytes {
		return Problem{Code: "osv.too_large", Got: fmt.Sprintf("%d bytes", len(data)), Want: fmt.Sprintf("%d bytes", MaxBytes)}
	}
	n := 0
	for _, m := range marks {
		n += bytes.Count(data, []byte(m))
	}
	if n > MaxObjects {
		return Problem{Code: "osv.too_large", Got: fmt.Sprintf("%d entries", n), Want: fmt.Sprintf("%d entries", MaxObjects)}
	}
	return nil
}

// syntax turns a JSON error into a problem with line and column.
func syntax(data []byte, err error) Problem {
	p := Problem{Code: "osv.syntax", Got: err.Error()}
	if len(bytes.TrimSpace(data)) == 0 {
		p.Got = "it is empty"
		return p
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := data[:min(max(int(e.Offset)-1, 0), len(data))]
		p.Line = bytes.Count(before, []byte("\n")) + 1
		p.Column = len(before) - bytes.LastIndexByte(before, '\n')
	}
	return p
}

// decodeYAML reads the first document; the library panics on some broken ones.
func decodeYAML(data []byte, w *wire) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the library failed: %v", r)
		}
	}()
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty")
	}
	return yaml.Unmarshal(data, w)
}

// noteLine lists what the YAML library says of a value of the wrong kind:
// "line 5: cannot unmarshal !!seq into string".
func (b *builder) noteLine(message string) {
	line := 0
	if _, err := fmt.Sscanf(message, "line %d: ", &line); err == nil {
		_, message, _ = strings.Cut(message, "cannot unmarshal ")
	}
	got, want, _ := strings.Cut(message, " into ")
	b.note("osv.kind", "a value", got, strings.TrimPrefix(want, "osv."))
	if n := len(b.problems); b.hidden == 0 {
		b.problems[n-1].Line = line
	}
}
