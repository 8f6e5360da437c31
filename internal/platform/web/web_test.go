// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web_test

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
	"allmende/internal/platform/web/webtest"
)

var room = fstest.MapFS{
	"lang/de.json":         {Data: []byte(`{"thing.title":"Dinge","thing.name_missing":"Bitte nennen Sie einen Namen."}`)},
	"lang/en.json":         {Data: []byte(`{"thing.title":"Things","thing.name_missing":"Please give a name."}`)},
	"templates/thing.html": {Data: []byte(`{{define "title"}}{{t "thing.title"}}{{end}}{{define "main"}}<p>{{.Name}}</p>{{end}}`)},
}

type page struct{ Name string }

func site(t *testing.T) *webtest.Site {
	return webtest.New(t, []fs.FS{room}, room, []web.Page{
		web.Show("GET /thing", "thing.read", "thing.html", func(r *http.Request) (page, error) {
			switch r.URL.Query().Get("fail") {
			case "ours":
				return page{}, errors.New("password=geheim")
			case "gone":
				return page{}, fault.New(fault.NotFound, "fault.not_found")
			}
			return page{"<b>Ohm</b>"}, nil
		}),
		web.Form("POST /thing", "thing.write", "thing.html", func(r *http.Request) (page, string, error) {
			if r.FormValue("name") == "" {
				return page{r.FormValue("other")}, "", fault.At("name", "thing.name_missing")
			}
			return page{}, "/thing?name=" + url.QueryEscape(r.FormValue("name")), nil
		}),
	}, nil)
}

var reader = door.Viewer{Org: "o", Person: "p", Grants: []string{"thing.read"}}

func TestPageEscapesSpeaksBothLanguagesAndIsGuarded(t *testing.T) {
	s := site(t)
	status, body := s.As(reader).Get("/thing")
	if status != 200 || !strings.Contains(body, "<h1>Dinge</h1>") || !strings.Contains(body, "&lt;b&gt;Ohm") {
		t.Errorf("%d\n%s", status, body)
	}
	english := reader
	english.Lang = "en"
	if _, body := s.As(english).Get("/thing"); !strings.Contains(body, `<html lang="en"`) || !strings.Contains(body, "Things") {
		t.Errorf("in English:\n%s", body)
	}
	if status, to := s.As(door.Viewer{}).Get("/thing?x=1"); status != 303 || to != "/sign-in?back=%2Fthing%3Fx%3D1" {
		t.Errorf("nobody was answered %d %s", status, to)
	}
	if status, _ := s.As(reader).Post("/thing", url.Values{"name": {"x"}}); status != 403 {
		t.Errorf("a reader wrote: %d, want 403", status)
	}
}

func TestAFormLosesNothing(t *testing.T) {
	writer := reader
	writer.Grants = []string{"thing.*"}
	status, body := site(t).As(writer).Post("/thing", url.Values{"other": {"bleibt"}})
	if status != 422 || !strings.Contains(body, `href="#f-name"`) || !strings.Contains(body, "Bitte nennen Sie einen Namen.") || !strings.Contains(body, "<p>bleibt</p>") {
		t.Errorf("%d\n%s", status, body)
	}
	if status, to := site(t).As(writer).Post("/thing", url.Values{"name": {"Öffi"}}); status != 303 || to != "/thing?name=%C3%96ffi" {
		t.Errorf("%d %s", status, to)
	}
}

func TestFaultsTellThePersonNotTheCause(t *testing.T) {
	s := site(t).As(reader)
	if status, body := s.Get("/thing?fail=ours"); status != 500 || strings.Contains(body, "geheim") || !strings.Contains(body, "Das hat leider nicht geklappt") {
		t.Errorf("%d\n%s", status, body)
	}
	if status, body := s.Get("/thing?fail=gone"); status != 404 || !strings.Contains(body, `role="alert"`) {
		t.Errorf("%d\n%s", status, body)
	}
}

func TestListingStandsInTheAddress(t *testing.T) {
	l := web.ReadListing(httptest.NewRequest("GET", "/estate?kind=open&q=a+b&sort=-name&after=x&size=9999", nil), "name", "kind")
	if l.Sort != "name" || !l.Desc || l.Size != 200 || l.After != "x" || l.Get("q") != "a b" {
		t.Errorf("%+v", l)
	}
	for _, tt := range []struct{ got, want string }{
		{l.With("kind", ""), "/estate?q=a+b&size=9999&sort=-name"},
		{l.Head("k", "name").Href, "/estate?kind=open&q=a+b&size=9999&sort=name"},
		{l.Head("k", "name").Aria, "descending"},
		{l.Export("csv"), "/estate.csv?kind=open&q=a+b&size=9999&sort=-name"},
		{l.Chips("kind", "estate.kind")[0].Without, "/estate?q=a+b&size=9999&sort=-name"},
		{l.Pager(false).First, "/estate?kind=open&q=a+b&size=9999&sort=-name"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
	if bad := web.ReadListing(httptest.NewRequest("GET", "/estate?sort=password", nil), "name"); bad.Sort != "name" {
		t.Errorf("sorted by %s, which the page does not offer", bad.Sort)
	}
}

func TestStyleIsOneFileOfItsOwn(t *testing.T) {
	mux := http.NewServeMux()
	if err := web.Static(mux); err != nil {
		t.Fatal(err)
	}
	_, body := site(t).As(reader).Get("/thing")
	_, rest, _ := strings.Cut(body, `rel="stylesheet" href="`)
	href, _, _ := strings.Cut(rest, `"`)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", href, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	mux.ServeHTTP(w, r)
	if w.Code != 200 || w.Body.Len() > 100_000 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d, %d bytes, %s", href, w.Code, w.Body.Len(), w.Header().Get("Cache-Control"))
	}
	if strings.Count(body, "<link rel=\"stylesheet\"") != 1 || strings.Contains(body, "style=\"") {
		t.Error("more than one style sheet, or a style that the policy forbids")
	}
}

// Who is not even signed in must not fill the disk: net/http keeps what a form brings in
// temporary files.
func TestAFormIsWordsUnlessItAsksForFiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	took := 0
	form := web.Form("POST /open", web.Anyone, "thing.html", func(r *http.Request) (page, string, error) {
		r.FormValue("name")
		_, h, err := r.FormFile("file")
		if err == nil {
			took = int(h.Size)
		}
		return page{}, "/", nil
	})
	send := func(p web.Page, length int64) (status int) {
		body, head := strings.Repeat("x", 40<<20), "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
		r := httptest.NewRequest("POST", "/open", strings.NewReader(head+body+"\r\n--b--\r\n"))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.ContentLength = length
		took = 0
		status, _ = webtest.New(t, []fs.FS{room}, room, []web.Page{p}, nil).As(door.Viewer{}).Do(r)
		return status
	}
	if status := send(form, 40<<20); status != 413 || took != 0 {
		t.Errorf("40 MB in a form of words: %d, %d bytes were taken", status, took)
	}
	if send(form, -1); took != 0 { // not announced
		t.Errorf("%d bytes were taken", took)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("files are left behind: %v %v", left, err)
	}
	if send(form.WithFiles(), 40<<20); took != 40<<20 {
		t.Errorf("a form that asks for files got %d bytes", took)
	}
}

func TestAnswersAreNotKeptAndFilesAreNamedSafely(t *testing.T) {
	h := http.NewServeMux()
	c, err := lang.Load(web.Files, room)
	if err != nil {
		t.Fatal(err)
	}
	(&web.Site{Texts: c}).Mount(h, room, []web.Page{
		web.Show("GET /welcome", web.Anyone, "thing.html", func(*http.Request) (page, error) { return page{}, nil }),
		web.File("GET /file", web.Anyone, func(*http.Request) (web.Download, error) {
			return web.Download{Name: "a\\\"; x=\"b\r\nSet-Cookie: c", Type: "text/csv", Write: func(io.Writer) error { return nil }}, nil
		}),
	})
	get := func(path string) http.Header {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Header()
	}
	if got := get("/welcome").Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page for everybody may be kept: %q", got)
	}
	kind, params, err := mime.ParseMediaType(get("/file").Get("Content-Disposition"))
	if err != nil || kind != "attachment" || len(params) != 1 || !strings.HasPrefix(params["filename"], "a\\\"; x=") {
		t.Errorf("%q, %v, %v", kind, params, err)
	}
}

func TestAnAddressIsEscapedOnce(t *testing.T) {
	files := fstest.MapFS{
		"lang/de.json": room["lang/de.json"], "lang/en.json": room["lang/en.json"],
		"templates/link.html": {Data: []byte(`{{define "title"}}{{t "thing.title"}}{{end}}{{define "main"}}<a href="/where?q={{query .Name}}">x</a>{{end}}`)},
	}
	s := webtest.New(t, []fs.FS{files}, files, []web.Page{
		web.Show("GET /link", "thing.read", "link.html", func(*http.Request) (page, error) { return page{"pkg:npm/%40a/b@1.0&c"}, nil }),
	}, nil)
	_, body := s.As(reader).Get("/link")
	if want := `href="/where?q=pkg%3Anpm%2F%2540a%2Fb%401.0%26c"`; !strings.Contains(body, want) {
		t.Errorf("the page lacks %s:\n%s", want, body)
	}
}
