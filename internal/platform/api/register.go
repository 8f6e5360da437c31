// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// What a request's body may take.
const (
	mostBody   = 1 << 20 // bytes
	bodyWithin = 5 * time.Second
)

// A parameter of an operation stands in a field of its input.
type parameter struct {
	*huma.Param
	field     []int
	otherwise string // where the request leaves it out
}

// register has an operation documented and served. It does what huma.Register does for the inputs that our
// operations have: parameters of path and query, and a body of JSON. huma's is generic and
// compiled anew for each input, 15 KB of program each; this one is compiled once. Descriptions,
// checks and their words are huma's.
func (d *Door) register(op huma.Operation, input reflect.Type, run func(ctx context.Context, in reflect.Value) (any, error)) {
	schemas := d.huma.OpenAPI().Components.Schemas
	params := parameters(schemas, input, nil)
	for _, p := range params {
		op.Parameters = append(op.Parameters, p.Param)
	}
	body, hasBody := input.FieldByName("Body")
	var shape *huma.Schema
	if hasBody {
		hint := op.OperationID + "Request"
		if input.Name() != "" {
			hint = input.Name() + "Body"
		}
		shape = huma.SchemaFromField(schemas, body, hint)
		shape.PrecomputeMessages()
		op.RequestBody = &huma.RequestBody{Required: body.Type.Kind() != reflect.Pointer, Content: map[string]*huma.MediaType{"application/json": {Schema: shape}}}
	}
	d.huma.OpenAPI().AddOperation(&op)
	d.huma.Adapter().Handle(&op, d.huma.Middlewares().Handler(op.Middlewares.Handler(func(c huma.Context) {
		in, found := reflect.New(input).Elem(), &huma.ValidateResult{}
		for _, p := range params {
			p.read(schemas, c, in.FieldByIndex(p.field), found)
		}
		status := http.StatusUnprocessableEntity
		if hasBody {
			code, said := d.readBody(c, op.RequestBody.Required, shape, in.FieldByIndex(body.Index), found)
			if said != "" {
				huma.WriteErr(d.huma, c, code, said, found.Errors...)
				return
			}
			status = code
		}
		if len(found.Errors) > 0 {
			huma.WriteErr(d.huma, c, status, "validation failed", found.Errors...)
			return
		}
		d.answer(c, op.DefaultStatus, func() (any, error) { return run(c.Context(), in) })
	})))
}

// parameters finds those of an input, also in what it embeds.
func parameters(schemas huma.Registry, input reflect.Type, at []int) (all []parameter) {
	for i := range input.NumField() {
		f := input.Field(i)
		index := append(append([]int{}, at...), i)
		p := parameter{Param: &huma.Param{}, field: index, otherwise: f.Tag.Get("default")}
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			all = append(all, parameters(schemas, f.Type, index)...)
			continue
		case f.Tag.Get("path") != "":
			p.Name, p.In, p.Required = f.Tag.Get("path"), "path", true
		case f.Tag.Get("query") != "":
			name, many := strings.CutSuffix(f.Tag.Get("query"), ",explode")
			p.Name, p.In, p.Explode, p.Required = name, "query", &many, f.Tag.Get("required") == "true"
		case f.Name == "Body":
			continue
		default:
			panic(fmt.Sprintf("api: nothing fills the field %s of %s", f.Name, input))
		}
		p.Schema = huma.SchemaFromField(schemas, f, "")
		p.Description = p.Schema.Description
		all = append(all, p)
	}
	return all
}

// read takes a parameter out of a request and checks it.
func (p parameter) read(schemas huma.Registry, c huma.Context, into reflect.Value, found *huma.ValidateResult) {
	place := huma.NewPathBuffer([]byte{}, 0)
	place.Push(p.In)
	place.Push(p.Name)
	several := []string{c.Param(p.Name)}
	if p.In == "query" {
		u := c.URL()
		several = slices.DeleteFunc(u.Query()[p.Name], func(v string) bool { return v == "" }) // an empty one says nothing
	}
	text := p.otherwise
	if len(several) > 0 && several[0] != "" {
		text = several[0]
	}
	if text == "" {
		if p.Required {
			found.Add(place, "", "required "+p.In+" parameter is missing")
		}
		return
	}
	if p.Explode == nil || !*p.Explode || len(several) == 0 {
		several = []string{text}
	}
	value, err := parse(text, several, into)
	if err != nil {
		found.Add(place, text, err.Error())
		return
	}
	huma.Validate(schemas, p.Schema, place, huma.ModeWriteToServer, value, found)
}

// parse sets a field to what a text says, or several do, and gives it as huma's checks expect it.
func parse(text string, several []string, into reflect.Value) (any, error) {
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
		return text, nil
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errors.New("invalid integer")
		}
		into.SetInt(n)
		return n, nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("invalid boolean")
		}
		into.SetBool(b)
		return b, nil
	case reflect.Slice:
		into.Set(reflect.ValueOf(several).Convert(into.Type()))
		return several, nil
	}
	panic("api: parameters of the type " + into.Type().String() + " are not known")
}

// readBody reads and checks a body. said is why it was not even read; else code is the status
// of what was found.
func (d *Door) readBody(c huma.Context, required bool, shape *huma.Schema, into reflect.Value, found *huma.ValidateResult) (code int, said string) {
	c.SetReadDeadline(time.Now().Add(bodyWithin))
	var body []byte
	if r := c.BodyReader(); r != nil {
		var err error
		body, err = io.ReadAll(io.LimitReader(r, mostBody))
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
			return http.StatusRequestTimeout, "request body read timeout"
		}
		if err != nil {
			return http.StatusBadRequest, "cannot read request body"
		}
		c.SetReadDeadline(time.Time{}) // else it ends what takes longer than reading
	}
	switch {
	case len(body) == mostBody:
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("request body is too large limit=%d bytes", mostBody)
	case len(body) == 0 && required:
		return http.StatusBadRequest, "request body is required"
	case len(body) == 0:
		return http.StatusUnprocessableEntity, ""
	}
	kind := strings.ToLower(c.Header("Content-Type")) // media types know no case (RFC 9110, 8.3.1)
	if kind == "" {
		kind = "application/json"
	}
	if !utf8.Valid(body) {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: "body", Message: "text not in UTF-8"})
		return http.StatusBadRequest, ""
	}
	var tree any
	if err := d.huma.Unmarshal(kind, body, &tree); err != nil {
		found.Errors = append(found.Errors, &huma.ErrorDetail{Location: "body", Message: err.Error(), Value: string(body)})
		if errors.Is(err, huma.ErrUnknownContentType) {
			return http.StatusUnsupportedMediaType, ""
		}
		return http.StatusBadRequest, ""
	}
	place := huma.NewPathBuffer([]byte{}, 0)
	place.Push("body")
	before := len(found.Errors)
	huma.Validate(d.huma.OpenAPI().Components.Schemas, shape, place, huma.ModeWriteToServer, tree, found)
	if len(found.Errors) > before {
		return http.StatusUnprocessableEntity, ""
	}
	if err := d.huma.Unmarshal(kind, body, into.Addr().Interface()); err != nil {
		found.Errors = append(found.Errors, undecoded(err))
	}
	return http.StatusUnprocessableEntity, ""
}

// undecoded says what fits the schema and no value of ours, for example a number with too many digits.
func undecoded(err error) *huma.ErrorDetail {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &huma.ErrorDetail{Location: "body." + wrong.Field, Message: "value out of range", Value: wrong.Value}
	}
	return &huma.ErrorDetail{Location: "body", Message: err.Error()}
}

// answer runs an operation and writes what comes of it.
func (d *Door) answer(c huma.Context, status int, run func() (any, error)) {
	out, err := run()
	if err != nil {
		refused, ok := errors.AsType[huma.StatusError](err)
		if !ok {
			refused = d.problem(c.Context(), err)
		}
		status, out = refused.GetStatus(), refused
	}
	kind, err := d.huma.Negotiate(c.Header("Accept"))
	if err != nil {
		huma.WriteErr(d.huma, c, http.StatusNotAcceptable, "unable to marshal response", err)
		return
	}
	if filter, ok := out.(huma.ContentTypeFilter); ok {
		kind = filter.ContentType(kind)
	}
	if out, err = d.huma.Transform(c, strconv.Itoa(status), out); err != nil {
		panic(err)
	}
	c.SetHeader("Content-Type", kind)
	c.SetStatus(status)
	if err := d.huma.Marshal(c.BodyWriter(), kind, out); err != nil && !errors.Is(err, context.Canceled) {
		panic(err)
	}
}
