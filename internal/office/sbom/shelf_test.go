// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"testing"

	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A document that goes and comes back before anything was shelved stands where it stood.
func TestADocumentThatGoesAndComesBack(t *testing.T) {
	each(t, func(s *stage) {
		old, new := portal("1.0", "2.14.1"), portal("1.0", "2.17.1")
		for _, shelved := range []bool{false, true} {
			for _, data := range [][]byte{old, new, old, new, old} {
				s.take(provider, sbom.Upload{Data: data})
				if shelved {
					s.ok(s.sbom.Shelve(s.Context()))
				}
			}
			if n := s.items(); n != 5 {
				t.Errorf("%d items, want 5", n)
			}
		}
	})
}

// A process that was killed leaves documents in the inbox; the next one finds them there
// and shelves them.
func TestTheInboxSurvives(t *testing.T) {
	each(t, func(s *stage) {
		s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		s.sbom.Wait() // from here on, nothing is shelved by itself
		s.take(provider, sbom.Upload{Data: portal("2.0", "2.17.1")})
		next := sbom.New(s.db, s.blobs, s.queue)
		s.sbom = next
		if n := s.items(); n != 10 {
			t.Errorf("%d items, want 10", n)
		}
	})
}

// Rows of an earlier version become inventories, once, and lose nothing.
func TestRowsArePacked(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		s.ok(s.sbom.Shelve(s.Context()))
		before := s.listed()
		s.ok(s.db.Write(s.Context(), db.System("sbom.repack", ""), func(tx *db.Tx) error {
			for id, v := range before {
				for i, p := range v.Packages {
					if _, err := tx.ExecContext(s.Context(), `
						INSERT INTO sbom_item (document, package, parent, declared, concluded, supplier) VALUES ($1, $2, $3, $4, $5, $6)`,
						id, p, v.Parents[i], v.Declared[i], v.Concluded[i], v.Supplier[i]); err != nil {
						return err
					}
				}
			}
			for _, q := range []string{`DELETE FROM sbom_inventory`, `DELETE FROM sbom_holder`} {
				if _, err := tx.ExecContext(s.Context(), q); err != nil {
					return err
				}
			}
			return nil
		}))
		s.sbom = sbom.New(s.db, s.blobs, s.queue)
		for range 2 {
			s.ok(s.sbom.Resume(s.Context()))
		}
		after := s.listed()
		for id, v := range before {
			if number(r.Document) != id || after[id].Len() != v.Len() || after[id].Parents[0] != v.Parents[0] || after[id].Declared[4] != v.Declared[4] {
				t.Errorf("document %d was %v, is %v", id, v, after[id])
			}
		}
		if n, rows := s.items(), s.count(`SELECT count(*) FROM sbom_item`); n != 5 || rows != 0 || len(before) != 1 {
			t.Errorf("%d items, want 5; %d rows are left", n, rows)
		}
	})
}

func number(document string) (id ospo.DocumentID) {
	for _, c := range document {
		id = 10*id + ospo.DocumentID(c-'0')
	}
	return id
}
