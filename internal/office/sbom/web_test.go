// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"allmende/internal/office/sbom"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

var (
	nextLink = regexp.MustCompile(`href="([^"]*)" rel="next"`)
	rowLinks = regexp.MustCompile(`role="rowheader" class="kern-table__header"><a class="kern-link" href="(/sbom/\d+)"`)
)

// walk follows a list from page to page and returns the rows in their order.
func (s *stage) walk(path string) []string {
	s.Helper()
	var all []string
	for pages := 0; path != ""; pages++ {
		status, body := s.site.As(viewer(provider)).Get(path)
		if status != 200 || pages > 20 {
			s.Fatalf("%d from page %d, %s", status, pages, path)
		}
		for _, m := range rowLinks.FindAllStringSubmatch(body, -1) {
			all = append(all, m[1])
		}
		path = ""
		if m := nextLink.FindStringSubmatch(body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	return all
}

func TestTheListPagesAndSorts(t *testing.T) {
	each(t, func(s *stage) {
		e := invent(5, 300)
		for i := range 7 {
			s.take(provider, sbom.Upload{Data: e.document(i, 10+i/2)})
		}
		for _, sort := range []string{"", "name", "-name", "components", "-components", "warnings", "uploaded"} {
			got := s.walk("/sbom?size=3&sort=" + sort)
			seen := map[string]bool{}
			for _, href := range got {
				seen[href] = true
			}
			if len(got) != 7 || len(seen) != 7 {
				t.Errorf("sorted by %q the pages list %d documents, %d of them once; want 7", sort, len(got), len(seen))
			}
		}
		for query, want := range map[string]int{"q=p00003": 1, "q=P0000": 7, "q=%25": 0, "format=SPDX": 0, "format=CycloneDX": 7, "problem=warnings": 0,
			"problem=not_complete": 7, "org=musterau": 0, "org=kommunal-it": 7} {
			if got := s.walk("/sbom?" + query); len(got) != want {
				t.Errorf("%s: %d documents, want %d", query, len(got), want)
			}
		}
		if status, _ := s.site.As(viewer(provider)).Get("/sbom?after=nonsense"); status != 422 {
			t.Errorf("a broken cursor gets %d, want 422", status)
		}
		_, csv := s.site.As(viewer(provider)).Get("/sbom.csv?q=p00003")
		if strings.Count(strings.TrimSpace(csv), "\n") != 1 || !strings.Contains(csv, "Fachverfahren p00003") {
			t.Errorf("csv:\n%s", csv)
		}
	})
}

func TestTheAPIPages(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: invent(6, 300).document(1, 23)})
		seen, after := map[string]bool{}, ""
		for range 6 {
			status, body := s.site.As(viewer(provider)).Get("/api/v1/sbom/documents/" + r.Document + "/components?size=5&after=" + after)
			var page struct {
				Items []sbom.Component
				Next  string
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil || status != 200 {
				t.Fatal(status, err)
			}
			for _, c := range page.Items {
				seen[c.Package] = true
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if len(seen) != 23 || after != "" {
			t.Errorf("%d packages on five pages, want 23", len(seen))
		}
	})
}

func TestTheDocumentsPageSaysWhatIsIn(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		english := viewer(provider)
		english.Lang = "en"
		for query, want := range map[string][]string{
			"":              {"5 components", "log4j-core", "spring-core", "The package URL is not valid", "line 8", "Apache-2.0", "For 3 of 5 components"},
			"?q=LOG4J":      {"1 component<", "log4j-core"},
			"?lacks=purl":   {"2 components", "handmade", "broken"},
			"?direct=1":     {"2 components", "Relation: direct"},
			"?licence=MIT":  {"1 component<", "commons-text"},
			"?q=nothing":    {"No component fits"},
			"?sort=licence": {"5 components", `aria-sort="ascending"`},
		} {
			status, body := s.site.As(english).Get(r.Href + query)
			for _, w := range want {
				if status != 200 || !strings.Contains(body, w) {
					t.Errorf("%s: %d, the page lacks %q", query, status, w)
				}
			}
			if strings.Contains(body, "[sbom.") || strings.Contains(body, "%!") {
				t.Errorf("%s: a text is missing", query)
			}
		}
		_, csv := s.site.As(english).Get(r.Href + "/components.csv?lacks=licence")
		if strings.Count(strings.TrimSpace(csv), "\n") != 2 {
			t.Errorf("csv:\n%s", csv)
		}
	})
}

func TestEmptyListsSayWhatToDo(t *testing.T) {
	each(t, func(s *stage) {
		if _, body := s.site.As(viewer(provider)).Get("/sbom"); !strings.Contains(body, "Noch keine Stückliste") || !strings.Contains(body, `href="/sbom/upload"`) {
			t.Error("the empty list does not say how to fill it")
		}
		fields, err := s.sbom.Room().Fields(s.as(provider))
		s.ok(err)
		if fields[0].Badge.Kind != "unknown" || fields[0].Figure != "0" {
			t.Errorf("the card of an empty register: %+v", fields[0])
		}
	})
}

func TestSignsGiveReasons(t *testing.T) {
	each(t, func(s *stage) {
		take := func(doc string) web.Sign {
			r := s.take(provider, sbom.Upload{Data: []byte(doc), Software: "Ding", Version: fmt.Sprint(len(doc))})
			sign, err := s.sbom.Room().Sign(s.as(provider), r.Release)
			s.ok(err)
			return sign
		}
		const head = `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":%q,"component":{"bom-ref":"r","type":"application","name":"x"}},"components":[%s],"dependencies":[{"ref":"r","dependsOn":["a"]}]%s}`
		one := `{"type":"library","bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/a@1"}`
		now := s.db.Stamp()
		for _, tt := range []struct {
			doc     string
			verdict web.Verdict
			say     string
		}{
			{fmt.Sprintf(head, now, one, ""), web.OK, "Ob sie vollständig ist, sagt sie nicht"},
			{fmt.Sprintf(head, now, one, `,"compositions":[{"aggregate":"complete","assemblies":["r"]}]`), web.OK, "CycloneDX 1.6, 1 Bestandteile."},
			{fmt.Sprintf(head, now, one, `,"compositions":[{"aggregate":"incomplete"}]`), web.Review, "selbst unvollständig"},
			{fmt.Sprintf(head, "2019-01-02T00:00:00Z", one, ""), web.Review, "Vom 02.01.2019, also älter als ein Jahr"},
			{fmt.Sprintf(head, now, one+`,{"type":"library","name":"b"}`, ""), web.Review, "1 von 2 Bestandteilen haben keine purl"},
			{fmt.Sprintf(head, now, one+`,{"type":"library","name":"b","purl":"pkg:npm/b@1"},{"type":"library","name":"c","purl":"pkg:npm/c@1"}`, ""), web.Review, "Bei 2 von 3 Bestandteilen ist unbekannt"},
			{fmt.Sprintf(head, now, "", ""), web.Unknown, "nennt keine Bestandteile"},
		} {
			if got := take(tt.doc); got.Verdict != tt.verdict || !strings.Contains(got.Text, tt.say) {
				t.Errorf("sign %s %q, want %s with %q", got.Verdict, got.Text, tt.verdict, tt.say)
			}
		}
		none, err := s.sbom.Room().Sign(s.as(provider), "nothing")
		if err != nil || none.Verdict != web.Unknown || !strings.Contains(none.Href, "/sbom/upload") {
			t.Errorf("without a document: %+v %v", none, err)
		}
	})
}

func TestThePanelOfARelease(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		texts, err := lang.Load(web.Files, sbom.Files)
		s.ok(err)
		site := &web.Site{Texts: texts}
		draw, err := site.Panels(sbom.Files, s.sbom.Room().Release...)
		s.ok(err)
		html, err := draw(s.as(provider), string(r.Release))
		s.ok(err)
		for _, want := range []string{"CycloneDX 1.6", "Apache-2.0 (2)", r.Href} {
			if !strings.Contains(string(html), want) {
				t.Errorf("the panel lacks %q:\n%s", want, html)
			}
		}
		html, err = draw(door.With(s.Context(), viewer(foreign)), string(r.Release))
		s.ok(err)
		if !strings.Contains(string(html), "noch keine Stückliste") {
			t.Errorf("a stranger's panel:\n%s", html)
		}
	})
}

func TestInspectNeedsNoDatabase(t *testing.T) {
	i, err := sbom.Inspect(zipped(portal("1.0", "2.14.1")), sbom.Limits{}, "en")
	if err != nil {
		t.Fatal(err)
	}
	if i.Format != "CycloneDX" || i.Components != 5 || i.Software != "Bürgerportal" || len(i.Warnings) != 1 || !i.Checked || len(i.Sum) != 64 {
		t.Errorf("%+v", i)
	}
	if _, err := sbom.Inspect(portal("1.0", "2"), sbom.Limits{Components: 3}, "en"); err == nil {
		t.Error("a document beyond the limit was inspected")
	}
}
