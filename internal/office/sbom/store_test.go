// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

func TestMigrates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), "sbom", files); err != nil {
			t.Fatal(err)
		}
	})
}
