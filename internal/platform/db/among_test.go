// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"fmt"
	"slices"
	"testing"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

func TestAmong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		list := `SELECT id FROM (SELECT CAST(-5 AS BIGINT) AS id, 'a' AS word UNION ALL SELECT 9223372036854775807, 'ä"\u' UNION ALL SELECT 3, '') AS l WHERE id < $1 AND `
		for _, tt := range []struct {
			numbers []ospo.PackageID
			words   []ospo.ReleaseID
			want    []int64
		}{
			{numbers: []ospo.PackageID{3, 9223372036854775807, 4}, want: []int64{3, 9223372036854775807}},
			{numbers: []ospo.PackageID{-5, -5}, want: []int64{-5}},
			{numbers: []ospo.PackageID{}},
			{words: []ospo.ReleaseID{`ä"\u`, "b"}, want: []int64{9223372036854775807}},
			{words: []ospo.ReleaseID{"", "a"}, want: []int64{-5, 3}},
		} {
			in, values := db.Among(d, "id", 2, tt.numbers)
			if tt.words != nil {
				in, values = db.Among(d, "word", 2, tt.words)
			}
			got, err := db.All(t.Context(), d.Read(), func(n *int64) []any { return []any{n} }, `SELECT id FROM (`+list+in+`) AS found ORDER BY id`, int64(9223372036854775807), values)
			if want := slices.DeleteFunc(slices.Clone(tt.want), func(n int64) bool { return n == 9223372036854775807 }); err != nil || !slices.Equal(got, want) {
				t.Errorf("%v: %v, %v; want %v", fmt.Sprint(tt.numbers, tt.words), got, err, want)
			}
		}
	})
}
