// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"encoding/json"
	"strconv"
)

// Among is a condition that column is one of values, and the argument that carries them all
// as parameter n. A list of parameters would do the same, but SQLite looks each up among all
// others, and a statement of another length is another statement, to be planned again: a
// thousand numbers cost two and a half times as much.
//
//	in, ids := db.Among(s.db, "package", 2, packages)
//	db.All(ctx, q, bind, `SELECT … WHERE key = $1 AND `+in, key, ids)
func Among[T ~int64 | ~string](d *DB, column string, n int, values []T) (condition string, argument any) {
	if !d.lite {
		return column + " = ANY($" + strconv.Itoa(n) + ")", values
	}
	list, err := json.Marshal(values)
	if err != nil {
		panic("numbers and texts that are no JSON: " + err.Error())
	}
	return column + " IN (SELECT value FROM json_each($" + strconv.Itoa(n) + "))", string(list)
}
