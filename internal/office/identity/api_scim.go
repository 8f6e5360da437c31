// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

// What we are and can do, as directories ask for it (RFC 7643, sections 5 to 7).
//
//go:embed schema
var schema embed.FS

const (
	scimRoot = "/scim/v2"
	scimKind = "application/scim+json"
	permit   = "identity.scim"

	pageOf, pageMost = 100, 500
)

// mostOf is how many bytes a request may have.
var mostOf = map[string]int64{"Users": 256 << 10, "Groups": 4 << 20, "Bulk": 4 << 20}

// directory lists the routes of SCIM 2.0.
func (s *Service) directory() []api.Foreign {
	type serve = func(http.ResponseWriter, *http.Request) error
	var out []api.Foreign
	add := func(pattern string, most int64, f serve) {
		method, path, _ := strings.Cut(pattern, " ")
		out = append(out, api.Foreign{Pattern: method + " " + scimRoot + path, Permit: permit, Most: most, Serve: s.paced(f), Refuse: s.Refuse})
	}
	for path, file := range map[string]string{"/ServiceProviderConfig": "service", "/ResourceTypes": "types", "/Schemas": "schemas"} {
		add("GET "+path, 0, s.says(file))
	}
	add("GET /ResourceTypes/{name}", 0, s.one("types"))
	add("GET /Schemas/{name}", 0, s.one("schemas"))

	for _, kind := range []string{"Users", "Groups"} {
		add("GET /"+kind, 0, s.list(kind))
		add("POST /"+kind, mostOf[kind], s.change(kind))
		add("POST /"+kind+"/.search", 64<<10, s.search(kind))
		add("GET /"+kind+"/{id}", 0, s.show(kind))
		add("PUT /"+kind+"/{id}", mostOf[kind], s.change(kind))
		add("PATCH /"+kind+"/{id}", mostOf[kind], s.change(kind))
		add("DELETE /"+kind+"/{id}", 0, s.change(kind))
	}
	add("POST /Bulk", mostOf["Bulk"], s.bulk)
	return out
}

// paced makes a directory that asks without end wait.
func (s *Service) paced(f func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if wait := s.scimPace.Take(string(door.From(r.Context()).Person), s.store.db.Now()); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			return fault.New(fault.TooMany, "identity.wait", int(wait/time.Second)+1)
		}
		return f(w, r)
	}
}

// says serves one of the documents that say what we are.
func (s *Service) says(file string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, _ *http.Request) error {
		text, err := schema.ReadFile("schema/" + file + ".json")
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", scimKind)
		_, err = w.Write(text)
		return err
	}
}

// one serves one entry of a list document, by its id.
func (s *Service) one(file string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		text, err := schema.ReadFile("schema/" + file + ".json")
		if err != nil {
			return err
		}
		var list struct{ Resources []map[string]any }
		if err := json.Unmarshal(text, &list); err != nil {
			return err
		}
		for _, m := range list.Resources {
			if m["id"] == r.PathValue("name") {
				return write(w, http.StatusOK, m)
			}
		}
		return fault.New(fault.NotFound, "fault.not_found")
	}
}

func write(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", scimKind)
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// answer writes one resource with its address and version.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, status int, m map[string]any) error {
	tag := s.dress(r, m)
	w.Header().Set("ETag", tag)
	if status == http.StatusCreated {
		w.Header().Set("Location", m["meta"].(map[string]any)["location"].(string))
	}
	if r.Method == http.MethodGet && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return write(w, status, trim(r, m))
}

// version is a hash of what a resource says. Who is in a group is not looked at: a list may
// leave it out, and a change of it changes the time of the last change.
func version(m map[string]any) string {
	said := maps.Clone(m)
	delete(said, "members")
	text, _ := json.Marshal(said)
	sum := sha256.Sum256(text)
	return `W/"` + hex.EncodeToString(sum[:8]) + `"`
}

// dress adds where a resource is and its version.
func (s *Service) dress(r *http.Request, m map[string]any) string {
	tag := version(m)
	meta := m["meta"].(map[string]any)
	meta["version"] = tag
	meta["location"] = s.base(r) + scimRoot + "/" + meta["resourceType"].(string) + "s/" + m["id"].(string)
	return tag
}

// base is the public address; without one, that by which the request came.
func (s *Service) base(r *http.Request) string {
	switch {
	case s.address != "":
		return s.address
	case r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"):
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// trim leaves of a resource what "attributes" or "excludedAttributes" ask for (RFC 7644,
// section 3.9), by the names of whole attributes; id, schemas and meta always stay.
func trim(r *http.Request, m map[string]any) map[string]any {
	want, not := names(r, "attributes"), names(r, "excludedAttributes")
	for k := range m {
		l := strings.ToLower(k)
		if l != "id" && l != "schemas" && l != "meta" && (len(want) > 0 && !want[l] || not[l]) {
			delete(m, k)
		}
	}
	return m
}

func names(r *http.Request, param string) map[string]bool {
	out := map[string]bool{}
	for n := range strings.SplitSeq(r.URL.Query().Get(param), ",") {
		n = strings.ToLower(strings.TrimSpace(n))
		n = n[strings.LastIndex(n, ":")+1:]
		if n, _, _ = strings.Cut(n, "."); n != "" {
			out[n] = true
		}
	}
	return out
}

// read reads a body as JSON; more than one value, or a number where none fits, is refused.
func read(r *http.Request, v any) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != scimKind && kind != "application/json" {
		return fault.New(fault.Invalid, "identity.scim.kind", kind)
	}
	text, err := io.ReadAll(r.Body)
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooLarge, "identity.scim.large", e.Limit)
	} else if err != nil {
		return fault.Because(err, fault.Invalid, "identity.scim.json")
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(v); err != nil || !json.Valid(text) {
		return fault.Because(err, fault.Invalid, "identity.scim.json")
	}
	return nil
}

// query reads filter and page of a list.
func query(r *http.Request) (Query, error) {
	q := Query{Filter: r.URL.Query().Get("filter"), Start: 1, Count: pageOf}
	q.SortBy, q.Descending = r.URL.Query().Get("sortBy"), strings.EqualFold(r.URL.Query().Get("sortOrder"), "descending")
	for name, to := range map[string]*int{"startIndex": &q.Start, "count": &q.Count} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return q, &scim.Error{Type: "invalidValue", Got: name + "=" + text[:min(len(text), 50)], Cause: err}
		}
		*to = n
	}
	q.Start, q.Count = max(1, q.Start), min(max(0, q.Count), pageMost)
	return q, nil
}

func (s *Service) list(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		q, err := query(r)
		if err != nil {
			return err
		}
		var l Listing
		want := names(r, "attributes")
		if kind == "Users" {
			l, err = s.Users(r.Context(), q)
		} else {
			l, err = s.Groups(r.Context(), q, !names(r, "excludedAttributes")["members"] && (len(want) == 0 || want["members"]))
		}
		if err != nil {
			return err
		}
		out := make([]any, 0, len(l.Resources))
		for _, m := range l.Resources {
			s.dress(r, m)
			out = append(out, trim(r, m))
		}
		return write(w, http.StatusOK, map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
			"totalResults": l.Total, "startIndex": q.Start, "itemsPerPage": len(out), "Resources": out})
	}
}

// search serves a list that is asked for by a body: filters may name people, and addresses
// stand in the logs of proxies (RFC 7644, section 3.4.3).
func (s *Service) search(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Filter, SortBy, SortOrder      string
			StartIndex, Count              *int
			Attributes, ExcludedAttributes []string
		}
		if err := read(r, &in); err != nil {
			return err
		}
		q := url.Values{"filter": {in.Filter}, "sortBy": {in.SortBy}, "sortOrder": {in.SortOrder},
			"attributes": {strings.Join(in.Attributes, ",")}, "excludedAttributes": {strings.Join(in.ExcludedAttributes, ",")}}
		for name, n := range map[string]*int{"startIndex": in.StartIndex, "count": in.Count} {
			if n != nil {
				q.Set(name, strconv.Itoa(*n))
			}
		}
		r.URL.RawQuery = q.Encode()
		return s.list(kind)(w, r)
	}
}

func (s *Service) show(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if kind == "Users" {
			u, groups, err := s.User(r.Context(), r.PathValue("id"))
			if err != nil {
				return err
			}
			return s.answer(w, r, http.StatusOK, u.resource(groups))
		}
		g, members, err := s.Group(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		return s.answer(w, r, http.StatusOK, g.resource(members))
	}
}

// Refuse answers in the form that directories understand (RFC 7644, section 3.12), with a
// sentence for the person who reads the directory's log.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, m := s.wrong(r, err)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Allmende"`)
	}
	write(w, status, m)
}

// wrong returns status and body that tell of an error.
func (s *Service) wrong(r *http.Request, err error) (status int, m map[string]any) {
	kind, stale := "", false
	if e, ok := errors.AsType[*scim.Error](err); ok {
		kind, err = e.Type, fault.Because(e, fault.Invalid, "identity.scim.wrong", e.Got)
	} else if e, ok := errors.AsType[*fault.Error](err); ok && e.Key == "identity.scim.stale" {
		stale = true
	} else if fault.Of(err) == fault.Conflict {
		kind = "uniqueness"
	} else if fault.Of(err) == fault.Invalid {
		kind = "invalidValue"
	}
	v := door.From(r.Context())
	if status = fault.Status(err); stale {
		status = http.StatusPreconditionFailed
	}
	if status >= 500 {
		slog.ErrorContext(r.Context(), "a directory's request failed", "request", v.Request, "err", err)
	} else if status != http.StatusTooManyRequests {
		slog.WarnContext(r.Context(), "a directory's request was refused", "request", v.Request, "status", status, "org", v.Org, "err", err)
	}
	m = map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": strconv.Itoa(status), "detail": s.Texts.Say(v.Lang, err)}
	if kind != "" {
		m["scimType"] = kind
	}
	return status, m
}
