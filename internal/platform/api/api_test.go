// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
	"allmende/internal/platform/web/webtest"
)

type in struct {
	api.Paging
	Name string `query:"name" required:"true"`
}

var ops = []api.Op{
	api.Get("things", "/thing/things", "thing.read", "Things", func(ctx context.Context, in in) (api.List[string], error) {
		if in.Name == "gone" {
			return api.List[string]{}, fault.New(fault.NotFound, "fault.not_found")
		}
		return api.List[string]{Items: []string{in.Name}, Next: "abc"}, nil
	}),
	api.Upload("take", "/thing/take", "thing.write", "Take one", []string{"application/json"}, []api.Param{{Name: "org"}}, func(r *http.Request) (map[string]string, error) {
		return map[string]string{"org": r.URL.Query().Get("org")}, nil
	}),
}

type keep struct {
	Thing string   `path:"thing" maxLength:"5"`
	Many  []string `query:"one,explode"`
	Body  struct {
		Name string `json:"name" maxLength:"5"`
		N    int    `json:"n,omitempty"`
	}
}

var writes = []api.Op{api.Post("keep", "/thing/{thing}/keep", "thing.write", "Keep one", func(ctx context.Context, in keep) (string, error) {
	return in.Thing + " " + strings.Join(in.Many, "+") + " " + in.Body.Name, nil
})}

// A body is read as the description says, or refused with its place: kind, size, names of
// properties with their case, types, bounds.
func TestBodies(t *testing.T) {
	texts, err := lang.Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	api.Mount(mux, "test", texts, writes)
	all := door.Viewer{Org: "o", Person: "p", Grants: []string{"*"}, Lang: "en"}
	for _, tt := range []struct {
		path, kind, body string
		status           int
		want             string
	}{
		{"/a/keep?one=x&one=y", "application/json", `{"name":"b"}`, 201, `"a x+y b"`},
		{"/a/keep?one=&one=x&one=y", "application/json", `{"name":"b"}`, 201, `"a x+y b"`},
		{"/a/keep?one=", "application/json", `{"name":"b"}`, 201, `"a  b"`},
		{"/a/keep", "", `{"name":"b"}`, 201, `"a  b"`},
		{"/a/keep", "APPLICATION/JSON", `{"name":"b"}`, 201, `"a  b"`},
		{"/a/keep", "text/plain", `{"name":"b"}`, 415, "body"},
		{"/a/keep", "application/json", ``, 400, "body"},
		{"/a/keep", "application/json", `{"name":`, 400, "body"},
		{"/a/keep", "application/json", "{\"name\":\"\xff\"}", 400, "body"},
		{"/a/keep", "application/json", `{}`, 422, "name"},
		{"/a/keep", "application/json", `{"name":"b","Name":"LONG NAME"}`, 422, "body.Name"},
		{"/a/keep", "application/json", `{"name":"b","other":1}`, 422, "body.other"},
		{"/a/keep", "application/json", `{"name":"abcdef"}`, 422, "body.name"},
		{"/a/keep", "application/json", `{"name":7}`, 422, "body.name"},
		{"/a/keep", "application/json", `{"name":"b","n":99999999999999999999}`, 422, "body.n"},
		{"/abcdef/keep", "application/json", `{"name":"b"}`, 422, "path.thing"},
		{"/a/keep", "application/json", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "1048576"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/api/v1/thing"+tt.path, strings.NewReader(tt.body))
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		mux.ServeHTTP(w, r.WithContext(door.With(r.Context(), all)))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s %.60s: %d %s, want %d with %s", tt.path, tt.kind, tt.body, w.Code, w.Body, tt.status, tt.want)
		}
	}
}

// Nobody between the server and the one who asks keeps an answer.
func TestAnswersArePrivate(t *testing.T) {
	texts, err := lang.Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	api.Mount(mux, "test", texts, ops)
	all := door.Viewer{Org: "o", Person: "p", Grants: []string{"*"}}
	for _, tt := range []struct {
		viewer       door.Viewer
		method, path string
	}{{all, "GET", "/api/v1/thing/things?name=x"}, {all, "GET", "/api/v1/thing/things?name=gone"}, {door.Viewer{}, "GET", "/api/v1/thing/things"},
		{all, "POST", "/api/v1/thing/take"}, {door.Viewer{}, "POST", "/api/v1/thing/take"}} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(tt.method, tt.path, strings.NewReader("{}"))
		mux.ServeHTTP(w, r.WithContext(door.With(r.Context(), tt.viewer)))
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s (%d): %v", tt.method, tt.path, w.Code, w.Header())
		}
	}
}

func TestOperations(t *testing.T) {
	s := webtest.New(t, nil, nil, nil, ops)
	reader := door.Viewer{Org: "o", Person: "p", Grants: []string{"thing.read"}}
	for _, tt := range []struct {
		viewer     door.Viewer
		method     string
		path, want string
		status     int
	}{
		{reader, "GET", "/api/v1/thing/things?name=x", `{"items":["x"],"next":"abc"}`, 200},
		{reader, "GET", "/api/v1/thing/things", "Stelle query.name: Dieser Parameter fehlt.", 422},
		{reader, "GET", "/api/v1/thing/things?name=x&size=0", "Stelle query.size: Erlaubt ist ab 1.", 422},
		{reader, "GET", "/api/v1/thing/things?name=gone", "Das gibt es hier nicht", 404},
		{door.Viewer{}, "GET", "/api/v1/thing/things", "Bitte melden Sie sich an", 401}, // asked before anything else is looked at
		{reader, "POST", "/api/v1/thing/take?org=a", "thing.write", 403},
		{door.Viewer{Org: "o", Person: "p", Grants: []string{"*"}}, "POST", "/api/v1/thing/take?org=a", `{"org":"a"}`, 201},
		{reader, "GET", "/api/openapi.yaml", "openapi: 3.1", 200},
	} {
		c := s.As(tt.viewer)
		status, body := c.Get(tt.path)
		if tt.method == "POST" {
			status, body = c.Send(tt.path, "application/json", strings.NewReader("{}"))
		}
		if status != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %s: %d, want %d with %q\n%s", tt.method, tt.path, status, tt.status, tt.want, body)
		}
	}
}

type which struct {
	Thing string `path:"thing"`
}

// An embedded struct that the door would leave empty is told when the program starts.
func TestWhatWouldStayEmptyIsTold(t *testing.T) {
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "which") || !strings.Contains(said, "things-change") {
			t.Errorf("it says %q", said)
		}
	}()
	webtest.New(t, nil, nil, nil, []api.Op{api.Post("things-change", "/thing/things/{thing}", "thing.write", "Change", func(_ context.Context, in struct {
		which
		Body string
	}) (string, error) {
		return in.Thing, nil
	})})
}
