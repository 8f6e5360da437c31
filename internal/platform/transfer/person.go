// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// Told returns the rows in which a person stands, as they are but for what is secret, in no
// order. Rows of other people in which the person stands come along: that they do is about
// the person, too.
func (t Table) Told(ctx context.Context, q db.Querier, id ospo.PersonID) ([]map[string]any, error) {
	who := List(t.People)
	if len(who) == 0 {
		return nil, nil
	}
	where, args := make([]string, len(who)), make([]any, len(who))
	for i, c := range who {
		where[i], args[i] = fmt.Sprintf("%s = $%d", c, i+1), id
	}
	rows, err := q.QueryContext(ctx, `SELECT * FROM `+t.Name+` WHERE `+strings.Join(where, " OR "), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := map[string]any{}
		for i, name := range names {
			if !slices.Contains(List(t.Hidden), name) {
				row[name] = values[i]
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// Forget takes a person out: rows that are theirs alone go, and in what people have written a
// pseudonym takes the place of the words that name them. Ids stay: they are pseudonyms.
func (t Table) Forget(ctx context.Context, tx *db.Tx, id ospo.PersonID, words []string, pseudonym string) error {
	if t.Own {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t.Name+` WHERE `+List(t.People)[0]+` = $1`, id); err != nil {
			return err
		}
	}
	for _, column := range List(t.Said) {
		for _, pair := range spellings(words, pseudonym) {
			if _, err := tx.ExecContext(ctx, `UPDATE `+t.Name+` SET `+column+` = replace(`+column+`, CAST($1 AS TEXT), CAST($2 AS TEXT)) WHERE replace(`+column+`, CAST($3 AS TEXT), '') <> `+column,
				pair[0], pair[1], pair[0]); err != nil {
				return err
			}
		}
		for _, w := range words {
			if len(w) < shortest {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE `+t.Name+` SET `+column+` = $1 WHERE `+column+` = $2`, pseudonym, w); err != nil {
				return err
			}
		}
	}
	return nil
}

const shortest = 3 // bytes of a word that names somebody

// Spellings are the texts that [Table.Forget] looks for: whoever seals what people have written
// looks for the same before they go. A quotation mark in a name stands as \" within JSON.
func Spellings(words []string) (out []string) {
	for _, w := range words {
		if len(w) < shortest {
			continue
		}
		out = append(out, w)
		for _, quoted := range inJSON(w) {
			out = append(out, inner(quoted))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spellings are how words that name somebody stand within a text, each with what takes its
// place. A single word could be part of others: it counts between quotes alone, as a value in
// JSON. Names of several words and addresses count anywhere.
func spellings(words []string, pseudonym string) (out [][2]string) {
	name, _ := json.Marshal(pseudonym)
	for _, w := range words {
		if len(w) < shortest {
			continue
		}
		for _, quoted := range inJSON(w) {
			out = append(out, [2]string{quoted, string(name)})
			if strings.ContainsAny(w, " @") {
				out = append(out, [2]string{inner(quoted), pseudonym})
			}
		}
		if strings.ContainsAny(w, " @") {
			out = append(out, [2]string{w, pseudonym})
		}
	}
	return out
}

// inJSON are the ways in which JSON holds a text: with <, > and & as they are, and escaped.
func inJSON(w string) []string {
	escaped, _ := json.Marshal(w) // a string always can be
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	_ = e.Encode(w) // so can it here
	out := []string{string(escaped), strings.TrimSuffix(plain.String(), "\n")}
	return slices.Compact(out)
}

// inner is a text in JSON without the quotation marks around it.
func inner(quoted string) string { return quoted[1 : len(quoted)-1] }
