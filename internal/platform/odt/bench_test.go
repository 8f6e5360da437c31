// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package odt

import (
	"io"
	"strings"
	"testing"
)

// BenchmarkSixtyPages writes a dossier of 60 pages: some 3,000 letters each, a third of them in
// tables, as a page of A4 at 10.5 points takes.
func BenchmarkSixtyPages(b *testing.B) {
	para := strings.Repeat("Die Anforderung ist geprüft & begründet. ", 12)
	for b.Loop() {
		d := Document{Title: "Beschaffungsakte", Lang: "de"}
		for range 60 {
			d.Heading(2, "Abschnitt")
			for range 4 {
				d.Para(para)
			}
			rows := make([][]string, 12)
			for i := range rows {
				rows[i] = []string{"Kriterium", "62,5 %", "10", "ohne Schulung bedienbar, auch mit Tastatur und Sprachausgabe"}
			}
			d.Table([]string{"Name", "Gewicht", "Punkte", "Maßstab"}, rows)
		}
		if err := d.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
