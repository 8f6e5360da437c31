// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"allmende/bench/town"
)

// largeDocument is how many components the large document has, and largeDocuments how
// many of them there are; each is another one, for the same twice is recognised.
const largeDocument, largeDocuments = 5915, 7

func measureUpload(ctx context.Context, b *bench) error {
	if err := b.advise(ctx); err != nil {
		return err
	}
	if err := b.serve(ctx); err != nil {
		return err
	}
	large := town.New(town.Plan{Products: largeDocuments, Components: largeDocument, Seed: 7})
	var all times
	size := 0
	for n := range largeDocuments {
		data := large.Document(n)
		size += len(data) / largeDocuments
		file := filepath.Join(b.dir, fmt.Sprintf("large-%d.json", n))
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
		q := fmt.Sprintf("?software=Large-%d&release=1", n)
		r, err := b.uploadAs(ctx, q, file)
		if err != nil {
			return err
		}
		if r.Components < largeDocument {
			return fmt.Errorf("the answer says %d components, want %d", r.Components, largeDocument)
		}
		all = append(all, r.took)
	}
	state := "empty database"
	if b.loaded {
		state = "filled database"
	}
	f := all.median(fmt.Sprintf("upload of %d components (%s)", largeDocument, state))
	f.Note += fmt.Sprintf("; %.1f MB each", float64(size)/1e6)
	b.figure(f.under(2))
	return nil
}
