// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/spdx"
)

// Bounds of a matrix file. The largest edition known has 115 licences and 3.3 MB.
const (
	MaxMatrixBytes = 16 << 20
	maxMatrixIDs   = 1000
	maxExplanation = 4000 // bytes
	maxFlaws       = 200
)

// A Matrix is what somebody else says about pairs of licences: for the combination of code of
// both in one work that is passed on (here: Merged, Given). It is OSADL's, CC-BY-4.0.
type Matrix struct {
	Date     string   // day that the file gives itself, YYYY-MM-DD; empty where it gives none
	Licences []string // that occur as a row or within one, sorted
	Flaws    []Flaw   // what is missing or strange; such cells are Unknown
	Cells    int

	rows map[string]map[string]Cell
}

// A Cell is the answer of a matrix for one pair.
type Cell struct {
	Answer      Answer
	Word        string // as the file says it: "Yes", "No", "Same", "Unknown", "Check dependency"
	Explanation string
	Missing     string // "work": the licence of the work has no row; "component": the row lacks it; empty where there is a cell
}

// A Flaw is something wrong in a matrix that can be read all the same.
type Flaw struct {
	Key            string // text key: compat.flaw.<…>
	Out, In, Value string
}

// words are the answers of the file. Whatever else it says is Unknown.
var words = map[string]Answer{"Yes": Yes, "Same": Yes, "No": No, "Unknown": Unknown, "Check dependency": Depends}

// Ask returns the answer for a component in a work; in and out are ids.
func (m Matrix) Ask(out, in string) Cell {
	row, ok := m.rows[canonical(out)]
	if !ok {
		return Cell{Answer: Unknown, Missing: "work"}
	}
	c, ok := row[canonical(in)]
	if !ok {
		return Cell{Answer: Unknown, Missing: "component"}
	}
	return c
}

// Judge answers for an expression as [Judge] does, by the matrix alone. A licence with an
// exception is another licence, of which the matrix knows few.
func (m Matrix) Judge(out string, in spdx.Expr) Cell {
	switch in.Op {
	case spdx.Leaf:
		id := canonical(withPlus(in.Licence))
		if in.Licence.Exception != "" {
			id += " WITH " + in.Licence.Exception
		}
		return m.Ask(out, id)
	}
	var c Cell
	for i, a := range in.Args {
		one := m.Judge(out, a)
		if i == 0 || in.Op == spdx.Or && one.Answer.rank() < c.Answer.rank() || in.Op == spdx.And && one.Answer.rank() > c.Answer.rank() {
			c = one
		}
	}
	return c
}

// ErrMatrix is what is wrong with a file that is no matrix. Its text says where, and what was
// got and wanted.
var ErrMatrix = errors.New("no licence matrix")

func noMatrix(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMatrix, fmt.Sprintf(format, args...))
}

// ReadMatrix reads either edition of the matrix: an object of rows (matrix.json), or a list of
// rows with explanations and the time it was made (matrixseqexpl.json). A row that is missing,
// and a value that nobody knows, are flaws, not errors.
func ReadMatrix(data []byte) (Matrix, error) {
	m := Matrix{rows: map[string]map[string]Cell{}}
	if len(data) > MaxMatrixBytes {
		return m, noMatrix("%d bytes, at most %d", len(data), MaxMatrixBytes)
	}
	if !utf8.Valid(data) {
		return m, noMatrix("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := m.file(d); err != nil {
		return m, err
	}
	if _, err := d.Token(); err != io.EOF {
		return m, noMatrix("something follows the end, at byte %d", d.InputOffset())
	}
	if len(m.rows) == 0 {
		return m, noMatrix("no row")
	}
	m.finish()
	return m, nil
}

func (m *Matrix) file(d *json.Decoder) error {
	if err := open(d, '{', "the file"); err != nil {
		return err
	}
	for d.More() {
		name, err := text(d, "a name")
		if err != nil {
			return err
		}
		switch name {
		case "timeformat":
			_, err = text(d, name)
		case "timestamp":
			err = m.dated(d)
		case "licenses":
			err = m.list(d)
		default:
			err = m.row(d, name)
		}
		if err != nil {
			return err
		}
	}
	return end(d)
}

func (m *Matrix) dated(d *json.Decoder) error {
	at, err := text(d, "timestamp")
	if err != nil {
		return err
	}
	if len(at) >= 10 {
		if day, err := time.Parse(time.DateOnly, at[:10]); err == nil {
			m.Date = day.Format(time.DateOnly)
			return nil
		}
	}
	m.flaw(Flaw{Key: "compat.flaw.date", Value: short(at)})
	return nil
}

// row reads "id": {"id": "Yes", …}.
func (m *Matrix) row(d *json.Decoder, out string) error {
	row, err := m.begin(out)
	if err != nil {
		return err
	}
	if err := open(d, '{', "the row of "+short(out)); err != nil {
		return err
	}
	for d.More() {
		in, err := text(d, "a licence")
		if err != nil {
			return err
		}
		word, err := text(d, "the answer for "+short(in))
		if err != nil {
			return err
		}
		if err := m.cell(row, out, in, word, ""); err != nil {
			return err
		}
	}
	return end(d)
}

// list reads [{"name": id, "compatibilities": [{"name": id, "compatibility": "Yes", "explanation": "…"}, …]}, …].
func (m *Matrix) list(d *json.Decoder) error {
	if err := open(d, '[', "licenses"); err != nil {
		return err
	}
	for d.More() {
		var r struct {
			Name  string `json:"name"`
			Cells []struct {
				Name        string `json:"name"`
				Word        string `json:"compatibility"`
				Explanation string `json:"explanation"`
			} `json:"compatibilities"`
		}
		at := d.InputOffset()
		if err := d.Decode(&r); err != nil {
			return noMatrix("the row at byte %d: %v", at, err)
		}
		row, err := m.begin(r.Name)
		if err != nil {
			return err
		}
		for _, c := range r.Cells {
			if err := m.cell(row, r.Name, c.Name, c.Word, c.Explanation); err != nil {
				return err
			}
		}
	}
	return end(d)
}

// begin adds a row. One that comes twice contradicts itself, so neither is taken for true.
func (m *Matrix) begin(out string) (map[string]Cell, error) {
	if !isID(out) {
		return nil, noMatrix("%q is no id of a licence", short(out))
	}
	id := canonical(out)
	if _, ok := m.rows[id]; ok {
		return nil, noMatrix("two rows for %s", id)
	}
	if len(m.rows) == maxMatrixIDs {
		return nil, noMatrix("more than %d licences", maxMatrixIDs)
	}
	m.rows[id] = map[string]Cell{}
	return m.rows[id], nil
}

func (m *Matrix) cell(row map[string]Cell, out, in, word, why string) error {
	if !isID(in) {
		return noMatrix("%q in the row of %s is no id of a licence", short(in), out)
	}
	if len(why) > maxExplanation {
		return noMatrix("%d bytes of explanation for %s and %s, at most %d", len(why), out, in, maxExplanation)
	}
	id := canonical(in)
	if _, ok := row[id]; ok {
		return noMatrix("two answers for %s in the row of %s", id, out)
	}
	if len(row) == maxMatrixIDs {
		return noMatrix("more than %d licences in the row of %s", maxMatrixIDs, out)
	}
	a, ok := words[word]
	if !ok {
		a = Unknown
		m.flaw(Flaw{"compat.flaw.word", canonical(out), id, short(word)})
	}
	if why == "n.a." {
		why = ""
	}
	row[id] = Cell{Answer: a, Word: short(word), Explanation: strings.TrimSpace(why)}
	m.Cells++
	return nil
}

// finish lists the licences, and what is missing of a full square.
func (m *Matrix) finish() {
	all := map[string]bool{}
	for out, row := range m.rows {
		all[out] = true
		for in := range row {
			all[in] = true
		}
	}
	m.Licences = slices.Sorted(maps.Keys(all))
	for _, out := range m.Licences {
		row, ok := m.rows[out]
		if !ok {
			m.flaw(Flaw{Key: "compat.flaw.row", Out: out})
			continue
		}
		for _, in := range m.Licences {
			if _, ok := row[in]; !ok {
				m.flaw(Flaw{Key: "compat.flaw.cell", Out: out, In: in})
			}
		}
	}
}

func (m *Matrix) flaw(f Flaw) {
	if len(m.Flaws) < maxFlaws {
		m.Flaws = append(m.Flaws, f)
	}
}

func open(d *json.Decoder, want json.Delim, what string) error {
	if t, err := d.Token(); err != nil || t != want {
		return noMatrix("%s begins with %s, want %q", what, got(t, err), want)
	}
	return nil
}

func end(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return noMatrix("at byte %d: %v", d.InputOffset(), err)
	}
	return nil
}

func text(d *json.Decoder, what string) (string, error) {
	t, err := d.Token()
	s, ok := t.(string)
	if err != nil || !ok {
		return "", noMatrix("%s is %s, want a text", what, got(t, err))
	}
	return s, nil
}

func got(t json.Token, err error) string {
	if err != nil {
		return err.Error()
	}
	return short(fmt.Sprintf("%v", t))
}

// short keeps foreign words from filling a sentence.
func short(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

func isID(s string) bool {
	return s != "" && len(s) <= 100 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-+ ", r))
	})
}
