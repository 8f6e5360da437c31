// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package api

import (
	"cmp"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// A Doc describes one operation for people.
type Doc struct {
	Method, Path, ID, Summary, Permit string
	Params                            []DocParam
}

// A DocParam is one parameter of an operation.
type DocParam struct {
	Name, In, Type, Doc string
	Required            bool
}

// Docs lists all operations, by path.
func (d *Door) Docs() []Doc {
	var out []Doc
	for path, item := range d.huma.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete} {
			if op != nil {
				out = append(out, doc(method, path, op))
			}
		}
	}
	slices.SortFunc(out, func(a, b Doc) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	return out
}

func doc(method, path string, op *huma.Operation) Doc {
	d := Doc{Method: method, Path: path, ID: op.OperationID, Summary: op.Summary}
	for _, s := range op.Security {
		for _, scopes := range s {
			d.Permit = scopes[0]
		}
	}
	for _, p := range op.Parameters {
		q := DocParam{Name: p.Name, In: p.In, Doc: p.Description, Required: p.Required}
		if p.Schema != nil {
			q.Type = p.Schema.Type
		}
		d.Params = append(d.Params, q)
	}
	return d
}
