// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"os"
)

const starts = 7

// measureStart stops the program and starts it again on the filled database.
func measureStart(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	var all times
	for range starts {
		if err := b.halt(); err != nil {
			return err
		}
		if err := b.serve(ctx); err != nil {
			return err
		}
		all = append(all, b.server.ready)
	}
	b.figure(all.median("start to ready").under(1))
	return nil
}

func measureSize(ctx context.Context, b *bench) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	info, err := os.Stat(b.program)
	if err != nil {
		return err
	}
	b.figure(figure{Name: "program", Value: float64(info.Size()) / 1e6, Unit: "MB", Note: "CGO_ENABLED=0, -trimpath, -s -w"}.under(60))
	return nil
}
