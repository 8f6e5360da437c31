// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package feed_test

import (
	"archive/zip"
	"encoding/json"
	"path/filepath"
	"testing"

	"allmende/bench/feed"
	"allmende/bench/town"
	"allmende/internal/engine/match"
	"allmende/internal/engine/osv"
	"allmende/internal/engine/purl"
)

// The answer has to be what matching each record with each package, one by one, comes to.
func TestTheAnswerIsTrue(t *testing.T) {
	tn := town.New(town.Plan{Products: 40, Components: 200, Seed: 1})
	census := tn.Census()
	f := feed.New(tn, census, feed.Plan{Records: 600, Findings: 500, Seed: 1})
	type subject struct{ eco, version string }
	subjects := map[string]map[subject]int{}
	for part, n := range census {
		p, err := purl.Parse(part.PURL())
		if err != nil {
			t.Fatal(err)
		}
		eco, name, _ := match.Ecosystem(p)
		key := match.Index(eco, name)
		if subjects[key] == nil {
			subjects[key] = map[subject]int{}
		}
		subjects[key][subject{eco, match.Version(p)}] = n
	}
	matches, findings := map[string]bool{}, 0
	err := f.Each(func(_ string, r feed.Record) error {
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		rec, err := osv.Read(data)
		if err != nil || len(rec.Problems) > 0 {
			t.Fatalf("%s: %v %v", r.ID, err, rec.Problems)
		}
		for _, a := range rec.Affected {
			for s, n := range subjects[match.Index(a.Ecosystem, a.Name)] {
				at := match.Key(rec.ID, match.Aliases(rec)) + a.Name + s.version
				if match.Check(rec, s.eco, a.Name, s.version).Verdict == match.Affected && !matches[at] {
					matches[at] = true
					findings += n
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := f.Answer
	if got.Records != 600 || got.Matches != len(matches) || got.Findings != findings {
		t.Errorf("the answer says %d records, %d matches, %d findings; matching comes to %d matches, %d findings", got.Records, got.Matches, got.Findings, len(matches), findings)
	}
	if got.Findings < 400 || got.Findings > 700 {
		t.Errorf("%d findings, planned about 500", got.Findings)
	}
}

func TestWritesOneArchiveAnEcosystem(t *testing.T) {
	tn := town.New(town.Plan{Products: 10, Components: 50, Seed: 1})
	f := feed.New(tn, tn.Census(), feed.Plan{Records: 100, Seed: 1})
	dir := t.TempDir()
	if err := f.Write(dir); err != nil {
		t.Fatal(err)
	}
	total := 0
	for eco, n := range f.Answer.Files {
		z, err := zip.OpenReader(filepath.Join(dir, eco, "all.zip"))
		if err != nil {
			t.Fatal(err)
		}
		if len(z.File) != n {
			t.Errorf("%s: %d records in the archive, want %d", eco, len(z.File), n)
		}
		total += len(z.File)
		z.Close()
	}
	if total != 100 {
		t.Errorf("%d records written, want 100", total)
	}
}
