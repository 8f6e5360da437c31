// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
)

// ask sends a request in one of the languages.
func (c caller) ask(tongue, method, path, kind string, body io.Reader) (status int, answer string) {
	c.t.Helper()
	r := httptest.NewRequest(method, "/", body)
	u, err := r.URL.Parse(path)
	if err != nil {
		c.t.Fatal(err)
	}
	r.URL, r.RequestURI = u, path
	r.Header.Set("Accept-Language", tongue)
	r.Header.Set("Authorization", "Bearer "+c.token)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	c.app.Handler.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); to != "" {
		return w.Code, to
	}
	return w.Code, w.Body.String()
}

// form packs a file into a multipart form, as a browser sends it.
func form(file string, data []byte, fields ...string) (kind string, body io.Reader) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		w.WriteField(fields[i], fields[i+1])
	}
	p, err := w.CreateFormFile("file", file)
	if err != nil {
		panic(err)
	}
	p.Write(data)
	w.Close()
	return w.FormDataContentType(), &b
}

// everything counts the rows of each table and the documents kept.
func everything(t testing.TB, a *App) map[string]int {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if !a.DB.Lite() {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
	}
	tables, err := db.Texts(t.Context(), a.DB.Read(), query)
	if err != nil || len(tables) < 20 {
		t.Fatalf("tables %q: %v", tables, err)
	}
	rows := map[string]int{}
	for _, name := range tables {
		if rows[name], err = db.Count(t.Context(), a.DB.Read(), "SELECT count(*) FROM "+name); err != nil {
			t.Fatal(err)
		}
	}
	filepath.WalkDir(string(a.Blobs), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rows["documents kept"]++
		}
		return nil
	})
	return rows
}

// unchanged says which table has more or fewer rows than before.
func unchanged(t testing.TB, a *App, what string, before map[string]int) {
	t.Helper()
	for name, n := range everything(t, a) {
		if n != before[name] {
			t.Errorf("%s: %s has %d rows, had %d", what, name, n, before[name])
		}
	}
}

// cdx is a CycloneDX document with the given rest.
func cdx(rest string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"p","name":"Werk","version":"1"}},` + rest + `}`
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// A member is one file of an archive: its text, and after it so many megabytes of blanks.
type member struct {
	name, text string
	mib        int
}

func zipped(members ...member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			panic(err)
		}
		io.WriteString(w, m.text)
		for range m.mib {
			w.Write(bytes.Repeat([]byte(" "), 1<<20))
		}
	}
	z.Close()
	return b.Bytes()
}

// Limits so small that documents over them are small, too.
var small = Limits{Bytes: 1 << 20, Components: 2000, Depth: 100, Files: 20, Archive: 4 << 20}

// badDocuments are no bills of materials that can be taken in: why, and where.
func badDocuments() []badDocument {
	var many, deep strings.Builder
	for i := range 2001 {
		fmt.Fprintf(&many, `,{"type":"library","name":"n%d"}`, i)
	}
	deep.WriteString(strings.Repeat(`{"type":"library","name":"a","components":[`, 10_000) + strings.Repeat("]}", 10_000))
	whole := log4j("Werk", "1", "2.14.1")
	return []badDocument{
		{"empty", "", "leer", "empty"},
		{"no JSON", "{\n \"bomFormat\": oops\n}", "Zeile 2, Spalte 15", "line 2, column 15"},
		{"no XML", "<bom xmlns='http://cyclonedx.org/schema/bom/1.5'>\n<components></bom>", "Zeile 2", "line 2"},
		{"wrong format", `{"name":"package","lockfileVersion":3}`, "weder CycloneDX noch SPDX", "neither CycloneDX nor SPDX"},
		{"a list", `[1,2,3]`, "weder CycloneDX noch SPDX", "neither CycloneDX nor SPDX"},
		{"unknown version", `{"bomFormat":"CycloneDX","specVersion":"9.9"}`, "9.9", "9.9"},
		{"unknown version of SPDX", `{"spdxVersion":"SPDX-7.0","SPDXID":"SPDXRef-DOCUMENT"}`, "7.0", "7.0"},
		{"truncated", whole[:len(whole)/2], "Zeile", "line"},
		{"truncated XML", `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>a`, "Zeile 1", "line 1"},
		{"over the bytes", strings.Repeat(" ", 1<<20+1), "1.048.576", "1,048,576"},
		{"over the components", cdx(`"components":[{"type":"library","name":"x"}` + many.String() + `]`), "2.000", "2,000"},
		{"nested 10,000 deep", cdx(`"components":[` + deep.String() + `]`), "als 100 Ebenen", "than 100 levels"},
		{"arrays 10,000 deep", cdx(`"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), "als 100 Ebenen", "than 100 levels"},
		{"XML 10,000 deep", `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>` + strings.Repeat(`<component type="library"><name>a</name><components>`, 10_000), "als 100 Ebenen", "than 100 levels"},
		{"a gzip bomb", string(gz(bytes.Repeat([]byte(" "), 8<<20))), "1.048.576", "1,048,576"},
		{"gzip cut short", string(gz([]byte(whole))[:100]), "gzip", "gzip"},
		{"billion laughs", `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><serialNumber>&b;</serialNumber></bom>`, "Dokumenttyp", "document type"},
		{"an entity of a file", `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>&a;</name></component></components></bom>`, "Dokumenttyp", "document type"},
		{"an undeclared entity", `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>&a;</name></component></components></bom>`, "Zeile 1", "line 1"},
		{"no product", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x"}]}`, "kein Produkt", "no product"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "kein Text", "not text"},
		{"half a surrogate", cdx(`"components":[{"type":"library","name":"ei\ud800ns"}]`), "/components/0/name", "/components/0/name"},
		{"invalid UTF-8", cdx("\"components\":[{\"type\":\"library\",\"name\":\"\xff\xfe\"}]"), "UTF-8", "UTF-8"},
	}
}

type badDocument struct{ name, body, de, en string }

// Each bad document is sent through each door, and in each language.
func TestBadDocumentsAreRefusedAtEveryDoor(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		a.SBOM.Limits = small.Or(a.SBOM.Limits)
		_, city := join(t, a, "", "Musterstadt")
		before := everything(t, a)
		for _, tt := range badDocuments() {
			for _, tongue := range lang.Tongues {
				want := map[string]string{"de": tt.de, "en": tt.en}[tongue]
				for _, door := range []struct {
					path, kind string
					statuses   []int
				}{
					{"/api/v1/sbom/documents", "application/octet-stream", []int{413, 422}},
					{"/api/v1/sbom/documents", "", []int{413, 422}},
					{"/sbom/upload", "", []int{422}},
				} {
					kind, body := door.kind, io.Reader(strings.NewReader(tt.body))
					if kind == "" {
						kind, body = form("bom.json", []byte(tt.body))
					}
					status, answer := city.ask(tongue, "POST", door.path, kind, body)
					if tt.name == "empty" && door.kind == "" {
						continue // a field that was left empty has a sentence of its own
					}
					if !slices.Contains(door.statuses, status) || !strings.Contains(answer, want) {
						t.Errorf("%s at %s (%s): %d, want one of %d and %q in\n%.1500s", tt.name, door.path, door.kind, status, door.statuses, want, answer)
					}
				}
			}
		}
		unchanged(t, a, "bad documents", before)
		if status := city.status("/readyz"); status != 200 {
			t.Errorf("after all that readyz answers %d", status)
		}
		if status, answer := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Werk", "1", "2.14.1"))); status != 201 {
			t.Errorf("after all that a good document is answered %d %s", status, answer)
		}
	})
}

// Documents that can be read are taken in, and what is wrong with them is said, with its
// place, in both languages.
func TestFlawedDocumentsAreTakenIn(t *testing.T) {
	chain := strings.Builder{}
	for i := range 5000 {
		fmt.Fprintf(&chain, `,{"ref":"c%d","dependsOn":["c%d"]}`, i, (i+1)%5000)
	}
	parts := `{"type":"library","bom-ref":"c0","name":"eins","version":"1"}`
	for i := 1; i < 5000; i++ {
		parts += fmt.Sprintf(`,{"type":"library","bom-ref":"c%d","name":"teil%d","version":"1"}`, i, i)
	}
	type flawed struct {
		name, body string
		components int
		code       string // of a warning; empty where nothing is wrong
	}
	cases := []flawed{
		{"duplicate refs", cdx(`"components":[{"type":"library","bom-ref":"a","name":"eins"},{"type":"library","bom-ref":"a","name":"zwei"}]`), 2, "duplicate_ref"},
		{"an invalid purl", cdx(`"components":[{"type":"library","name":"eins","purl":"pkg:"},{"type":"library","name":"zwei","purl":"npm/zwei@1"}]`), 2, "purl_invalid"},
		{"a NUL", cdx(`"components":[{"type":"library","name":"ei\u0000ns","version":"\u0000","purl":"pkg:npm/ei%00ns@1"}]`), 1, "nul"},
		{"a ref to nowhere", cdx(`"components":[{"type":"library","bom-ref":"a","name":"eins"}],"dependencies":[{"ref":"a","dependsOn":["b"]}]`), 1, "dangling_ref"},
		{"a cycle of 5,000", cdx(`"components":[` + parts + `],"dependencies":[{"ref":"p","dependsOn":["c0"]}` + chain.String() + `]`), 5000, ""},
		{"its own dependency", cdx(`"components":[{"type":"library","bom-ref":"a","name":"eins"}],"dependencies":[{"ref":"p","dependsOn":["p","a"]},{"ref":"a","dependsOn":["a","p"]}]`), 1, ""},
	}
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		for _, tt := range cases {
			said := map[string]string{}
			for _, tongue := range lang.Tongues {
				said[tongue] = city.takenIn(tongue, tt.name, tt.body, tt.components, "bom."+tt.code)
			}
			if tt.code != "" && (said["de"] == "" || said["en"] == "" || said["de"] == said["en"]) {
				t.Errorf("%s: the warning %s says %q", tt.name, tt.code, said)
			}
		}
	})
}

// takenIn uploads a document, looks at its page, and returns what the warning of a code says.
func (c caller) takenIn(tongue, name, body string, components int, code string) (said string) {
	c.t.Helper()
	status, answer := c.ask(tongue, "POST", "/api/v1/sbom/documents?software="+url.QueryEscape(name), "application/json", strings.NewReader(body))
	var r struct {
		Document   string
		Components int
		Warnings   []struct{ Code, Path, Text string }
	}
	if err := json.Unmarshal([]byte(answer), &r); err != nil || status != 201 || r.Components != components {
		c.t.Errorf("%s: %d, %d components, want 201 and %d: %.500s", name, status, r.Components, components, answer)
	}
	if status, page := c.get("/sbom/" + r.Document); status != 200 {
		c.t.Errorf("%s: its page is answered %d %.300s", name, status, page)
	}
	for _, w := range r.Warnings {
		if w.Code == code && w.Path != "" {
			said = w.Text
		}
	}
	return said
}

// An archive is looked through to its end, whatever its files are and however they are
// called; each of them has its line.
func TestAnArchiveTellsOfEachFile(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		a.SBOM.Limits = small.Or(a.SBOM.Limits)
		_, city := join(t, a, "", "Musterstadt")
		good := func(n int) string { return log4j(fmt.Sprint("Werk ", n), "1", "2.14.1") }
		archive := zipped(member{name: "stra\xdfe.json", text: good(1)}, member{name: "null\x00.json", text: good(2)}, member{name: "bombe.json", text: good(3), mib: 8},
			member{name: strings.Repeat("lang", 5000) + ".json", text: good(4)}, member{name: "../../oben.json", text: good(5)}, member{name: "leer.json"},
			member{name: "innen.zip", text: string(zipped(member{name: "x.json", text: good(6)}))}, member{name: "gepackt.json.gz", text: string(gz([]byte(good(7))))})
		for _, data := range [][]byte{archive, archive[:len(archive)-100], []byte("PK\x03\x04 and so on")} {
			kind, body := form("alle\xdf.zip", data)
			status, to := city.ask("de", "POST", "/sbom/upload", kind, body)
			if status != 303 || !strings.HasPrefix(to, "/job/") {
				t.Fatalf("the archive is answered %d %.500s", status, to)
			}
			if err := a.Jobs.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, tongue := range lang.Tongues {
				if status, page := city.ask(tongue, "GET", to, "", nil); status != 200 || strings.Contains(page, "[sbom.") || strings.Contains(page, "map[") || strings.Contains(page, "%!") {
					t.Errorf("the page of the task: %d %.2000s", status, page)
				}
			}
		}
		lines, err := db.Texts(t.Context(), a.DB.Read(), `SELECT l.level || ' ' || l.place || ' ' || l.key FROM job_line AS l JOIN job_task AS t ON t.id = l.task WHERE t.state = 'done' ORDER BY t.id, l.n`)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"ok alle\uFFFD.zip/stra\uFFFDe.json sbom.line.created",
			"ok alle\uFFFD.zip/null\uFFFD.json sbom.line.created",
			"error alle\uFFFD.zip/bombe.json sbom.unpacked_too_large",
			"ok alle\uFFFD.zip/" + strings.Repeat("lang", 25) + " … sbom.line.created",
			"ok alle\uFFFD.zip/../../oben.json sbom.line.created",
			"error alle\uFFFD.zip/leer.json sbom.problem.empty",
			"error alle\uFFFD.zip/innen.zip sbom.problem.zip",
			"ok alle\uFFFD.zip/gepackt.json.gz sbom.line.created",
			"error alle\uFFFD.zip sbom.zip_broken",
			"error alle\uFFFD.zip sbom.zip_broken",
		}
		for i := range max(len(lines), len(want)) {
			if i >= len(lines) || i >= len(want) || lines[i] != want[i] {
				t.Fatalf("line %d differs; got\n%s\nwant\n%s", i, strings.Join(lines, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// No text holds a NUL or bytes that are not UTF-8. Both databases say so, wherever they
// stand in a request.
func TestBytesThatNoTextHolds(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		before := everything(t, a)
		plain, typed := "application/json", "application/x-www-form-urlencoded"
		form1, body1 := form("bom.json", []byte(log4j("Werk", "1", "2.14.1")), "software", "a\x00b")
		form2, body2 := form("bom.json", []byte(log4j("Werk", "1", "2.14.1")), "version", "a\xff\xfeb")
		for _, tt := range []struct {
			method, path, kind string
			body               io.Reader
		}{
			{"GET", "/api/v1/where?q=a%00b", "", nil},
			{"GET", "/api/v1/where?q=a%ff%fe", "", nil},
			{"GET", "/where?q=a%00b", "", nil},
			{"GET", "/estate?q=%00", "", nil},
			{"GET", "/sbom/%00", "", nil},
			{"GET", "/estate/release/a%ffb", "", nil},
			{"GET", "/nowhere?%00=1", "", nil},
			{"POST", "/api/v1/sbom/documents?software=a%00b", plain, strings.NewReader(log4j("Werk", "1", "2.14.1"))},
			{"POST", "/api/v1/estate/software", plain, strings.NewReader(`{"name":"a\u0000b"}`)},
			{"POST", "/api/v1/estate/software", plain, strings.NewReader(`{"name":"ab","releases":[{"version":"\u0000"}]}`)},
			{"POST", "/estate/new", typed, strings.NewReader("name=a%00b&kind=open")},
			{"POST", "/estate/supplier/new", typed, strings.NewReader("name=a%00b")},
			{"POST", "/estate/supplier/new", typed, strings.NewReader("name=a%ffb")},
			{"POST", "/governance/add", typed, strings.NewReader("name=a%00b&kind=city&parent=musterstadt")},
			{"POST", "/sbom/upload", form1, body1},
			{"POST", "/sbom/upload", form2, body2},
		} {
			status, body := city.ask("de", tt.method, tt.path, tt.kind, tt.body)
			if status < 400 || status >= 500 || !strings.Contains(body, "Zeichen") {
				t.Errorf("%s %s: %d %.1500s", tt.method, tt.path, status, body)
			}
		}
		unchanged(t, a, "bytes that no text holds", before)
	})
}
