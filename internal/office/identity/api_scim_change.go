// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
)

// An order is one change that a directory wants: by itself, or one of many.
type order struct {
	method, kind, id string // kind is "Users" or "Groups"
	match            string // versions one of which the resource must have; empty: any
	body             []byte
}

// change serves what adds, changes or drops one resource.
func (s *Service) change(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o := order{method: r.Method, kind: kind, id: r.PathValue("id"), match: r.Header.Get("If-Match")}
		if o.method != http.MethodDelete {
			var raw json.RawMessage
			if err := read(r, &raw); err != nil {
				return err
			}
			o.body = raw
		}
		status, m, err := s.do(r.Context(), o)
		if err != nil {
			return err
		}
		if m == nil {
			w.WriteHeader(status)
			return nil
		}
		return s.answer(w, r, status, m)
	}
}

// do does what an order says, and returns the status and the resource, without one where it is gone.
func (s *Service) do(ctx context.Context, o order) (status int, m map[string]any, err error) {
	f, m, err := o.reads()
	if err != nil {
		return 0, nil, err
	}
	switch o.method + " " + o.kind {
	case "POST Users":
		u, err := s.AddUser(ctx, m)
		return http.StatusCreated, u.resource(nil), err
	case "POST Groups":
		g, members, err := s.AddGroup(ctx, m)
		return http.StatusCreated, g.resource(members), err
	case "DELETE Users":
		return http.StatusNoContent, nil, s.DropUser(ctx, o.id, f)
	case "DELETE Groups":
		return http.StatusNoContent, nil, s.DropGroup(ctx, o.id, f)
	case "PUT Users", "PATCH Users":
		u, groups, err := s.ChangeUser(ctx, o.id, f)
		return http.StatusOK, u.resource(groups), err
	}
	g, members, err := s.ChangeGroup(ctx, o.id, f)
	return http.StatusOK, g.resource(members), err
}

// reads reads the body of an order: a resource, or a change of one, which is made only where
// the resource has the version that the directory knows (RFC 7644, section 3.14).
func (o order) reads() (_ Change, m map[string]any, err error) {
	f := Whole(nil)
	if o.method == http.MethodPatch {
		var in struct{ Operations []scim.Operation }
		if err := decode(o.body, &in); err != nil {
			return nil, nil, err
		}
		f = Steps(in.Operations)
	} else if o.method != http.MethodDelete {
		if err := decode(o.body, &m); err != nil {
			return nil, nil, err
		}
		f = Whole(m)
	}
	return func(now map[string]any) (map[string]any, error) {
		if o.match != "" && o.match != "*" && !strings.Contains(o.match, version(now)) {
			return nil, fault.New(fault.Conflict, "identity.scim.stale")
		}
		return f(now)
	}, m, nil
}

// decode reads one JSON value and nothing after it.
func decode(text []byte, v any) error {
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(v); err != nil || !json.Valid(text) {
		return fault.Because(err, fault.Invalid, "identity.scim.json")
	}
	return nil
}
