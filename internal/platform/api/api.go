// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package api is the JSON door of Allmende and the only package that knows huma.
// The OpenAPI document is a by-product of the operations; nobody writes it by hand.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Root is where all operations live.
const Root = "/api/v1"

// An Op is one operation, ready to be mounted.
type Op struct {
	ID, Method, Path, Permit string
	add                      func(*Door)
}

// A Door is the mounted API.
type Door struct {
	Texts lang.Catalogue
	huma  huma.API
	mux   *http.ServeMux
}

// A List is one page of a longer list; Next goes into ?after= of the next request.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

// Paging are the parameters that every list has.
type Paging struct {
	After string `query:"after" doc:"Cursor from the page before."`
	Size  int    `query:"size" default:"50" minimum:"1" maximum:"1000" doc:"Rows on a page."`
}

// Get declares a read. I lists path and query parameters in its tags, O is the body.
// path is below Root: "/estate/software".
func Get[I, O any](id, path, permit, summary string, f func(context.Context, I) (O, error)) Op {
	return declare(http.MethodGet, http.StatusOK, id, path, permit, summary, f)
}

// Post declares a write; I has a Body.
func Post[I, O any](id, path, permit, summary string, f func(context.Context, I) (O, error)) Op {
	return declare(http.MethodPost, http.StatusCreated, id, path, permit, summary, f)
}

// Delete declares a removal.
func Delete[I, O any](id, path, permit, summary string, f func(context.Context, I) (O, error)) Op {
	return declare(http.MethodDelete, http.StatusOK, id, path, permit, summary, f)
}

func declare[I, O any](method string, status int, id, path, permit, summary string, f func(context.Context, I) (O, error)) Op {
	return Op{id, method, Root + path, permit, func(d *Door) {
		filled(reflect.TypeFor[I](), id)
		op := operation(method, id, path, permit, summary)
		op.DefaultStatus = status
		op.Middlewares, op.Responses = huma.Middlewares{d.guard(permit)}, d.refusals()
		answer := huma.SchemaFromField(d.huma.OpenAPI().Components.Schemas, reflect.TypeFor[struct{ Body O }]().Field(0), id+"Response")
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Headers: map[string]*huma.Param{}, Content: map[string]*huma.MediaType{"application/json": {Schema: answer}}}
		d.register(op, reflect.TypeFor[I](), func(ctx context.Context, in reflect.Value) (any, error) {
			out, err := f(ctx, in.Interface().(I))
			if err != nil {
				return nil, d.problem(ctx, err)
			}
			return out, nil
		})
	}}
}

// filled minds that an operation is given what its path says: huma passes over embedded
// structs whose name begins with a small letter, without a word.
func filled(in reflect.Type, id string) {
	if in.Kind() != reflect.Struct {
		return
	}
	for i := range in.NumField() {
		if f := in.Field(i); f.Anonymous && !f.IsExported() {
			panic(fmt.Sprintf("api: operation %s embeds %s, which would stay empty; begin its name with a capital letter", id, f.Name))
		}
	}
}

// Upload declares a write whose body is read as a stream: f gets the request itself. O
// is documented as its answer, kinds are the media types it takes.
func Upload[O any](id, path, permit, summary string, kinds []string, params []Param, f func(*http.Request) (O, error)) Op {
	return Op{id, http.MethodPost, Root + path, permit, func(d *Door) {
		op := operation(http.MethodPost, id, path, permit, summary)
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		for _, k := range kinds {
			op.RequestBody.Content[k] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
		for _, p := range params {
			op.Parameters = append(op.Parameters, &huma.Param{Name: p.Name, In: "query", Description: p.Doc, Schema: &huma.Schema{Type: "string"}})
		}
		answer := d.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[O](), true, id+"Answer")
		op.Responses = d.refusals()
		op.Responses["201"] = &huma.Response{Description: "Created", Content: map[string]*huma.MediaType{"application/json": {Schema: answer}}}
		d.huma.OpenAPI().AddOperation(&op)
		d.mux.HandleFunc("POST "+Root+path, func(w http.ResponseWriter, r *http.Request) {
			private(w.Header().Set)
			err := door.From(r.Context()).Check(permit)
			if err != nil {
				d.Refuse(w, r, err)
				return
			}
			door.Steady(w, r, door.Pause)
			out, err := f(r.WithContext(door.With(r.Context(), door.From(r.Context()).Under(permit))))
			if err != nil {
				d.Refuse(w, r, err)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			json.NewEncoder(w).Encode(out)
		})
	}}
}

// A Param is a query parameter of an upload.
type Param struct{ Name, Doc string }

func operation(method, id, path, permit, summary string) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: Root + path, Summary: summary, Description: "Permission: `" + permit + "`",
		Security: []map[string][]string{{"token": {permit}}}}
	return op
}

// refusals describes what is answered where an operation does not do what it was asked.
func (d *Door) refusals() map[string]*huma.Response {
	body := map[string]*huma.MediaType{"application/problem+json": {Schema: d.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "Error")}}
	return map[string]*huma.Response{
		"4XX":     {Description: "The request cannot be done: reason and place in the reader's language", Content: body},
		"default": {Description: "Error", Content: body},
	}
}

// guard asks for the permission before anything of the request is read.
func (d *Door) guard(permit string) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		private(c.SetHeader)
		if err := door.From(c.Context()).Check(permit); err != nil {
			p := d.problem(c.Context(), err)
			c.SetHeader("Content-Type", "application/problem+json")
			c.SetStatus(p.GetStatus())
			json.NewEncoder(c.BodyWriter()).Encode(p)
			return
		}
		next(huma.WithContext(c, door.With(c.Context(), door.From(c.Context()).Under(permit))))
	}
}

// private keeps answers out of caches, and browsers from guessing what they are.
func private(set func(name, value string)) {
	set("Cache-Control", "no-store")
	set("X-Content-Type-Options", "nosniff")
}

// problem turns an error into problem details (RFC 9457) in the reader's language.
func (d *Door) problem(ctx context.Context, err error) huma.StatusError {
	v := door.From(ctx)
	status := fault.Status(err)
	if status >= 500 && !errors.Is(err, context.Canceled) {
		slog.ErrorContext(ctx, "operation failed", "request", v.Request, "err", err)
	}
	m := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: d.Texts.Say(tongue(v), err)}
	for _, e := range fault.Say(err) {
		m.Errors = append(m.Errors, &huma.ErrorDetail{Message: d.Texts.Fault(tongue(v), e), Location: e.Field, Value: e.Key})
	}
	return told{m}
}

// told are problem details in our own words; what huma says is still to be translated.
type told struct{ *huma.ErrorModel }

func tongue(v door.Viewer) string {
	if v.Lang == "" {
		return "en"
	}
	return v.Lang
}

// Refuse answers a plain request with problem details.
func (d *Door) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := d.problem(r.Context(), err)
	private(w.Header().Set)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.GetStatus())
	json.NewEncoder(w).Encode(p)
}

var house = regexp.MustCompile(`allmende/internal/(?:\w+/)*(\w+)`)

// schemaName names a type of ours after its package, too, for two rooms may each have an Answer.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	full := t.PkgPath() + "." + t.Name()
	if i := strings.IndexByte(t.Name(), '['); i > 0 {
		full = t.Name()[i:] // a list is named after what it lists
	}
	if m := house.FindStringSubmatch(full); m != nil && t.Name() != "" && !strings.HasPrefix(strings.ToLower(name), m[1]) {
		return strings.ToUpper(m[1][:1]) + m[1][1:] + name
	}
	return name
}

// Mount adds the operations to mux, and their OpenAPI 3.1 document as /api/openapi.yaml and .json.
func Mount(mux *http.ServeMux, version string, texts lang.Catalogue, ops []Op) *Door {
	c := huma.DefaultConfig("Allmende", version)
	huma.ValidateStrictCasing = true // "Title" is not "title", else it gets past the checks and is read all the same
	c.DocsPath = ""                  // the stock page loads scripts from elsewhere
	c.CreateHooks = nil              // no $schema property in every answer
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.OpenAPIPath = "/api/openapi"
	c.Info.Description = "What an administration runs, what is in it, and where it is hit."
	c.Info.License = &huma.License{Name: "EUPL-1.2", Identifier: "EUPL-1.2"}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token made with `allmende token create` or on the page for tokens."},
	}
	c.Servers = []*huma.Server{{URL: "/", Description: "This server"}}
	d := &Door{Texts: texts, mux: mux}
	c.Transformers = append(c.Transformers, d.translate)
	d.huma = humago.New(mux, c)
	for _, op := range ops {
		op.add(d)
	}
	return d
}
