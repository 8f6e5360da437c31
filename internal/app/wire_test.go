// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A field of a form; one with a file name is a file.
type field struct{ name, file, value string }

func fields(all ...field) (kind string, body io.Reader) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range all {
		create := func() (io.Writer, error) { return w.CreateFormField(f.name) }
		if f.file != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(f.name, f.file) }
		}
		p, err := create()
		if err != nil {
			panic(err)
		}
		io.WriteString(p, f.value)
	}
	w.Close()
	return w.FormDataContentType(), &b
}

// The forms in which clients send documents: curl, the build servers' plugins, scripts.
func TestDocumentsAsClientsSendThem(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		server := httptest.NewServer(a.Handler)
		defer server.Close()
		doc := log4j("Archivsuche", "2.8", "2.14.1")
		form := func(all ...field) func(*http.Request) {
			return func(r *http.Request) {
				kind, body := fields(all...)
				r.Header.Set("Content-Type", kind)
				r.Body = io.NopCloser(body)
			}
		}
		body := func(kind, data string, headers ...string) func(*http.Request) {
			return func(r *http.Request) {
				r.Header.Set("Content-Type", kind)
				for i := 0; i < len(headers); i += 2 {
					r.Header.Set(headers[i], headers[i+1])
				}
				r.Body = io.NopCloser(strings.NewReader(data))
			}
		}
		for _, tt := range []struct {
			name, query string
			send        func(*http.Request)
			want        string // software and version of each file
		}{
			{"curl --data-binary", "", body("application/x-www-form-urlencoded", doc), "Archivsuche 2.8"},
			{"curl -d", "", body("application/x-www-form-urlencoded", strings.ReplaceAll(doc, "\n", "")), "Archivsuche 2.8"},
			{"curl -T", "", body("", doc), "Archivsuche 2.8"},
			{"JSON", "?software=Suche&release=3", body("application/json", doc), "Suche 3"},
			{"CycloneDX's media type", "", body("application/vnd.cyclonedx+json; version=1.5", doc), "Archivsuche 2.8"},
			{"gzip that says so", "", body("application/json", string(gz([]byte(doc))), "Content-Encoding", "gzip"), "Archivsuche 2.8"},
			{"gzip that does not", "", body("application/octet-stream", string(gz([]byte(doc)))), "Archivsuche 2.8"},
			{"with a byte order mark", "", body("application/json", "\ufeff"+doc), "Archivsuche 2.8"},
			{"curl -F file=@a.json", "", form(field{"file", "a.json", doc}), "Archivsuche 2.8"},
			{"curl -F file=<a.json", "", form(field{"file", "", doc}), "Archivsuche 2.8"},
			{"two files, one packed", "", form(field{"file", "a.json", doc}, field{"file", "b.json.gz", string(gz([]byte(log4j("Portal", "7", "2.17.1"))))}), "Archivsuche 2.8, Portal 7"},
			{"our fields", "", form(field{"software", "", "Suche"}, field{"release", "", "4"}, field{"org", "", "musterstadt"}, field{"file", "a.json", doc}), "Suche 4"},
			{"Dependency-Track's fields", "", form(field{"autoCreate", "", "true"}, field{"projectName", "", "Suche"}, field{"projectVersion", "", "5"}, field{"bom", "bom.json", doc}), "Suche 5"},
			{"Dependency-Track's fields, all plain", "", form(field{"projectName", "", "Suche"}, field{"projectVersion", "", "6"}, field{"bom", "", doc}), "Suche 6"},
		} {
			r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/api/v1/sbom/documents"+tt.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+city.token)
			tt.send(r)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if got := products(t, text); err != nil || answer.StatusCode != 201 || got != tt.want {
				t.Errorf("%s: %d %q, want 201 and %q\n%.600s", tt.name, answer.StatusCode, got, tt.want, text)
			}
		}
	})
}

// The page about the API names each operation by its path, and says in the reader's
// language why the rest is English. One database: the page asks none.
func TestThePageOfTheAPIIsReadInGerman(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	_, page := caller{t: t, app: a, lang: "de"}.get("/api")
	for _, want := range []string{"<caption>Angaben zu GET /api/v1/where</caption>", "steht auf Englisch da", `<span lang="en">Software in the register, by page.</span>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "Angaben zu estate-") {
		t.Error("a caption is the name of an operation, which means nothing to people")
	}
}

// products lists software and version of each receipt of an answer.
func products(t *testing.T, answer []byte) string {
	type receipt struct{ Software, Version string }
	var a struct {
		receipt
		Files []struct{ Receipt receipt }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Errorf("%v in %.300s", err, answer)
	}
	if len(a.Files) == 0 {
		return a.Software + " " + a.Version
	}
	var all []string
	for _, f := range a.Files {
		all = append(all, f.Receipt.Software+" "+f.Receipt.Version)
	}
	return strings.Join(all, ", ")
}

// What does not fit the description of the API is told in the reader's language, with its
// place, and is not sent back.
func TestWhatDoesNotFitTheAPI(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	_, city := join(t, a, "", "Musterstadt")
	before := everything(t, a)
	for _, tt := range []struct {
		kind, body string
		status     int
		de, en     string
	}{
		{"application/json", `{"name":"ab"`, 400, "Stelle body: Das ist kein gültiges JSON.", "At body: This is not valid JSON."},
		{"application/json", ``, 400, "Die Anfrage hat keinen Inhalt", "The request has no body"},
		{"application/json", `{"name":7}`, 422, "Stelle body.name: Erwartet wird die Art string.", "At body.name: The type string is expected."},
		{"application/json", `{"name":"x","kind":"y"}`, 422, "Stelle body.kind: Erlaubt sind: open, proprietary, own, unknown.", "At body.kind: Allowed are: open, proprietary, own, unknown."},
		{"application/json", `{"name":"x","colour":"y"}`, 422, "Stelle body.colour: Diese Angabe gibt es hier nicht.", "At body.colour: There is no such property here."},
		{"application/json", `{}`, 422, "Stelle body: Es fehlt: name.", "At body: Missing: name."},
		{"application/json", strings.Repeat("[", 100_000), 400, "Das ist kein gültiges JSON.", "This is not valid JSON."},
		{"application/json", `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "die Grenze ist 1048576 Bytes", "the limit is 1048576 bytes"},
		{"text/plain", `{"name":"ab"}`, 415, "Inhalte der Art „text/plain“", "bodies of type “text/plain”"},
	} {
		for tongue, want := range map[string]string{"de": tt.de, "en": tt.en} {
			status, answer := city.ask(tongue, "POST", "/api/v1/estate/software", tt.kind, strings.NewReader(tt.body))
			if status != tt.status || !strings.Contains(answer, want) || len(answer) > 2000 {
				t.Errorf("%.60s: %d, want %d and %q in\n%.800s", tt.body, status, tt.status, want, answer)
			}
		}
	}
	unchanged(t, a, "what does not fit", before)
}
