// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/fault"
	"allmende/internal/office/sbom"
	"allmende/internal/platform/db"
)

// portal is the bill of materials of an invented product: it asks for spring and log4j
// itself, commons comes in twice on different ways, one component nobody asks for.
func portal(version, log4j string) []byte {
	return []byte(fmt.Sprintf(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
 "metadata":{"timestamp":"2026-03-01T10:00:00Z","component":{"type":"application","bom-ref":"root","name":"Bürgerportal","version":%q,"purl":"pkg:generic/portal@%s"}},
 "components":[
  {"type":"library","bom-ref":"a","group":"org.springframework","name":"spring-core","version":"6.1.0","purl":"pkg:maven/org.springframework/spring-core@6.1.0","licenses":[{"license":{"id":"Apache-2.0"}}]},
  {"type":"library","bom-ref":"b","group":"org.apache.logging.log4j","name":"log4j-core","version":%q,"purl":"pkg:maven/org.apache.logging.log4j/log4j-core@%s","licenses":[{"license":{"id":"Apache-2.0"}}]},
  {"type":"library","bom-ref":"c","name":"commons-text","version":"1.9","purl":"pkg:maven/org.apache.commons/commons-text@1.9","licenses":[{"license":{"id":"MIT"}}]},
  {"type":"library","bom-ref":"d","name":"handmade","version":"0.1"},
  {"type":"library","bom-ref":"e","name":"broken","version":"1","purl":"maven:nonsense"}
 ],
 "dependencies":[{"ref":"root","dependsOn":["a","b"]},{"ref":"a","dependsOn":["c"]},{"ref":"b","dependsOn":["d"]},{"ref":"d","dependsOn":["c"]}]}`, version, version, log4j, log4j))
}

func TestADocumentIsTakenIn(t *testing.T) {
	each(t, func(s *stage) {
		status, a, text := s.post(provider, "/sbom/documents", "application/json", portal("1.0", "2.14.1"))
		if status != 201 {
			t.Fatalf("%d %s", status, text)
		}
		r := a.Receipt
		want := sbom.Figures{Format: "CycloneDX", FormatVersion: "1.6", Encoding: "json", Name: "Bürgerportal", Size: len(portal("1.0", "2.14.1")), Components: 5,
			Packages: 5, Direct: 2, Unplaced: 1, WithoutPURL: 2, WithoutLicence: 2, WarningCount: 1, Complete: "unknown", Made: r.Made}
		if r.Figures != want || r.State != sbom.Created || r.Software != "Bürgerportal" || r.Version != "1.0" || !r.NewEntry {
			t.Errorf("receipt %+v,\nwant %+v", r, want)
		}
		if len(r.Warnings) != 1 || r.Warnings[0].Path == "" || r.Warnings[0].Line == 0 || !strings.Contains(r.Warnings[0].Text, "purl gilt nicht") {
			t.Errorf("warnings %+v, want the broken purl with its place, in German", r.Warnings)
		}
		if n := s.items(); n != 5 {
			t.Errorf("%d items, want 5", n)
		}
		if n := s.count(`SELECT count(*) FROM log_entry WHERE what = 'sbom.take' AND thing = $1`, r.Release); n != 1 {
			t.Errorf("%d entries in the log, want 1", n)
		}
	})
}

func TestTheSameDocumentIsRecognised(t *testing.T) {
	each(t, func(s *stage) {
		first := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		again := s.take(provider, sbom.Upload{Data: zipped(portal("1.0", "2.14.1"))})
		if again.State != sbom.Recognised || again.Document != first.Document || again.Figures != first.Figures || len(again.Warnings) != 1 {
			t.Errorf("the second time: %+v,\nthe first time: %+v", again, first)
		}
		if n := s.count(`SELECT count(*) FROM sbom_document`); n != 1 {
			t.Errorf("%d documents, want 1", n)
		}
	})
}

func TestANewDocumentReplacesTheFormer(t *testing.T) {
	each(t, func(s *stage) {
		old, new := portal("1.0", "2.14.1"), portal("1.0", "2.17.1")
		first := s.take(provider, sbom.Upload{Data: old})
		second := s.take(provider, sbom.Upload{Data: new})
		if second.Replaces != first.Document || second.Release != first.Release || second.NewEntry {
			t.Errorf("%+v", second)
		}
		if n := s.items(); n != 5 {
			t.Errorf("%d items after the former document was replaced, want 5", n)
		}
		if n := s.count(`SELECT count(*) FROM sbom_inventory WHERE document = $1`, first.Document); n != 0 {
			t.Error("what the former document lists is still kept")
		}
		if _, body := s.site.As(viewer(provider)).Get(first.Href); !strings.Contains(body, "abgelöst") {
			t.Error("the former document's page does not say that it was replaced")
		}
		if _, body := s.site.As(viewer(provider)).Get(first.Href + "/raw"); body != string(old) {
			t.Error("the former document is not kept as it came")
		}
		third := s.take(provider, sbom.Upload{Data: old})
		if third.State != sbom.Restored || third.Document != first.Document || third.Replaces != second.Document {
			t.Errorf("the first one again: %+v", third)
		}
		if n := s.count(`SELECT count(*) FROM sbom_document WHERE current`); n != 1 {
			t.Errorf("%d present documents, want 1", n)
		}
		if n := s.items(); n != 5 {
			t.Errorf("the restored document has %d items, want 5", n)
		}
	})
}

func TestWhatAnUploadIsFor(t *testing.T) {
	each(t, func(s *stage) {
		byName := s.take(provider, sbom.Upload{Data: portal("1.0", "1"), Software: "Anderes Programm", Version: "7"})
		if byName.Software != "Anderes Programm" || byName.Version != "7" {
			t.Errorf("%+v", byName)
		}
		byID := s.take(provider, sbom.Upload{Data: portal("1.0", "2"), Release: byName.Release})
		if byID.Release != byName.Release || byID.Replaces != byName.Document {
			t.Errorf("%+v", byID)
		}
		below := s.take(provider, sbom.Upload{Data: portal("1.0", "2"), Org: musterau})
		if n := s.count(`SELECT count(*) FROM sbom_document WHERE id = $1 AND org = $2`, below.Document, musterau); n != 1 {
			t.Error("the document does not belong to the organisation it was uploaded for")
		}
		_, err := s.sbom.Take(s.as(musterau), sbom.Upload{Data: portal("1.0", "2"), Org: provider})
		if fault.Of(err) != fault.NotFound {
			t.Errorf("for an organisation above: %v, want not found", err)
		}
		_, err = s.sbom.Take(s.as(foreign), sbom.Upload{Data: portal("1.0", "2"), Release: byName.Release})
		if fault.Of(err) != fault.NotFound {
			t.Errorf("for a release of somebody else: %v, want not found", err)
		}
		_, err = s.sbom.Take(s.as(provider), sbom.Upload{Data: []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}`)})
		if e := fault.Say(err); fault.Of(err) != fault.Unreadable || e[0].Key != "sbom.product_missing" {
			t.Errorf("without any product: %v", err)
		}
	})
}

func TestWhyAPackageIsIn(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		why, err := s.sbom.WhyIn(s.as(provider), r.Release, "pkg:maven/org.apache.commons/commons-text@1.9")
		s.ok(err)
		if got := titles(why.Shortest); got != "org.springframework:spring-core 6.1.0 > org.apache.commons:commons-text 1.9" {
			t.Errorf("shortest path %s", got)
		}
		if len(why.Others) != 1 || titles(why.Others[0]) != "org.apache.logging.log4j:log4j-core 2.14.1 > handmade 0.1 > org.apache.commons:commons-text 1.9" || why.More {
			t.Errorf("other paths %v", why.Others)
		}
		_, body := s.site.As(viewer(provider)).Get(r.Href + "/why/" + why.Component.Package)
		if !strings.Contains(body, "<svg") || !strings.Contains(body, "handmade 0.1") || !strings.Contains(body, "Weg 1") {
			t.Errorf("the page lacks the picture or the other path:\n%s", body)
		}
	})
}

func titles(steps []sbom.Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.Title)
	}
	return strings.Join(all, " > ")
}

func TestWhatChanged(t *testing.T) {
	each(t, func(s *stage) {
		from := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		changed := bytes.Replace(portal("2.0", "2.17.1"), []byte(`"MIT"`), []byte(`"Apache-2.0"`), 1)
		changed = bytes.Replace(changed, []byte(`"name":"handmade","version":"0.1"`), []byte(`"name":"bought","version":"9"`), 1)
		to := s.take(provider, sbom.Upload{Data: changed})
		d, err := s.sbom.Diff(s.as(provider), from.Release, to.Release)
		s.ok(err)
		want := []sbom.Change{
			{Kind: "added", Name: "bought", To: "9"},
			{Kind: "removed", Name: "handmade", From: "0.1"},
			{Kind: "licence", Type: "maven", Name: "org.apache.commons:commons-text", From: "1.9", To: "1.9", LicenceFrom: "MIT", LicenceTo: "Apache-2.0"},
			{Kind: "version", Type: "maven", Name: "org.apache.logging.log4j:log4j-core", From: "2.14.1", To: "2.17.1", LicenceFrom: "Apache-2.0", LicenceTo: "Apache-2.0"},
		}
		if fmt.Sprint(d.Changes) != fmt.Sprint(want) || d.Same != 2 {
			t.Errorf("%d the same, changes\n%+v\nwant\n%+v", d.Same, d.Changes, want)
		}
		status, body := s.site.As(viewer(provider)).Get("/sbom/diff?from=" + string(from.Release) + "&to=" + string(to.Release))
		if status != 200 || !strings.Contains(body, "Andere Lizenz: 1") {
			t.Errorf("%d %s", status, body)
		}
		_, csv := s.site.As(viewer(provider)).Get("/sbom/diff.csv?from=" + string(from.Release) + "&to=" + string(to.Release))
		if strings.Count(csv, "\n") != 5 || !strings.Contains(csv, "2.17.1") {
			t.Errorf("csv:\n%s", csv)
		}
	})
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// A deadlock is what PostgreSQL calls one.
type deadlock struct{ error }

func (deadlock) SQLState() string { return "40P01" }

// Two uploads that get into each other's way end both, one after the other.
func TestAnUploadSetsOutAgainAfterADeadlock(t *testing.T) {
	each(t, func(s *stage) {
		left := 2
		s.sbom.Arrived = append(s.sbom.Arrived, func(context.Context, *db.Tx, bom.Arrival) error {
			if left--; left >= 0 {
				return fmt.Errorf("tell the neighbours: %w", deadlock{errors.New("deadlock detected")})
			}
			return nil
		})
		if r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")}); r.State != sbom.Created || !r.NewEntry {
			t.Errorf("%+v", r)
		}
		if n := s.count(`SELECT count(*) FROM sbom_document`); n != 1 {
			t.Errorf("%d documents, want 1", n)
		}
		left = 100
		if _, err := s.sbom.Take(s.as(provider), sbom.Upload{Data: portal("2.0", "2.14.1")}); err == nil || left < 90 {
			t.Errorf("%v after %d tries", err, 100-left)
		}
	})
}
