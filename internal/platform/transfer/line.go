// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package transfer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Line writes a row as one JSON object, its members in the order of the columns: the same
// row gives the same bytes on every database.
func (t Table) Line(row []any) ([]byte, error) {
	var b bytes.Buffer
	for i, c := range t.Leaving() {
		b.WriteByte(map[bool]byte{true: '{', false: ','}[i == 0])
		b.WriteString(strconv.Quote(c.Name) + ":")
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(row[i]); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the line break
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Row reads a line back. Errors say which member is not as it must be.
func (t Table) Row(line []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("more than one JSON value")
	}
	columns := t.Leaving()
	row := make([]any, len(columns))
	for i, c := range columns {
		v, there := members[c.Name]
		if !there {
			return nil, fmt.Errorf("no member %q", c.Name)
		}
		var err error
		if row[i], err = c.value(v); err != nil {
			return nil, err
		}
		delete(members, c.Name)
	}
	for name := range members {
		return nil, fmt.Errorf("a member %q that is not known", name)
	}
	return row, nil
}

func (c Column) value(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || c.Truth {
			return nil, fmt.Errorf("%q is %s", c.Name, v)
		}
		return n, nil
	case bool:
		if !c.Truth {
			return nil, fmt.Errorf("%q is %v", c.Name, v)
		}
		return v, nil
	case string, nil:
		if c.Truth {
			return nil, fmt.Errorf("%q is %v, want true or false", c.Name, v)
		}
		return v, nil
	}
	return nil, fmt.Errorf("%q is neither text nor number nor truth", c.Name)
}
