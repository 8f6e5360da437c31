// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
)

// mostBulk is how many changes one request may hold (RFC 7644, section 3.7).
const mostBulk = 100

// A bulkOp is one of many changes. Data and Path may name what another one makes, as "bulkId:…".
type bulkOp struct {
	Method, Path, BulkID, Version string
	Data                          json.RawMessage
}

var (
	bulkPath = regexp.MustCompile(`^/(Users|Groups)(?:/([^/]+))?$`)
	bulkRef  = regexp.MustCompile(`bulkId:([A-Za-z0-9._~-]{1,100})`)
)

// bulk does many changes, each for itself: what one cannot do does not undo another. One
// that names what another makes waits for it, wherever that stands.
func (s *Service) bulk(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		FailOnErrors int
		Operations   []bulkOp
	}
	if err := read(r, &in); err != nil {
		return err
	}
	if len(in.Operations) == 0 || len(in.Operations) > mostBulk {
		return fault.New(fault.TooLarge, "identity.scim.bulk_many", len(in.Operations), mostBulk)
	}
	b := batch{s: s, r: r, ops: in.Operations, made: map[string]string{}, said: make([]map[string]any, len(in.Operations)), most: in.FailOnErrors}
	for b.pass() {
	}
	b.rest()
	out := make([]any, 0, len(b.said))
	for _, m := range b.said {
		if m != nil {
			out = append(out, m)
		}
	}
	return write(w, http.StatusOK, map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:BulkResponse"}, "Operations": out})
}

// A batch is many changes on their way.
type batch struct {
	s     *Service
	r     *http.Request
	ops   []bulkOp
	made  map[string]string // ids by what they are called in the request
	said  []map[string]any  // answers, in the order of the changes; nil where there is none yet
	wrong int
	most  int // failures after which nothing more is done; 0: all is tried
}

// over reports whether so much failed that nothing more is to be done.
func (b *batch) over() bool { return b.most > 0 && b.wrong >= b.most }

// pass does what can be done by now, and reports whether that was anything.
func (b *batch) pass() (any bool) {
	for i, op := range b.ops {
		if b.said[i] != nil || b.over() {
			continue
		}
		ready := true
		known := func(text string) string {
			return bulkRef.ReplaceAllStringFunc(text, func(ref string) string {
				id, ok := b.made[strings.TrimPrefix(ref, "bulkId:")]
				ready = ready && ok
				return id
			})
		}
		path, data := known(op.Path), known(string(op.Data))
		if !ready {
			continue
		}
		any = true
		b.do(i, op, path, []byte(data))
	}
	return any
}

func (b *batch) do(i int, op bulkOp, path string, data []byte) {
	o := order{method: strings.ToUpper(op.Method), match: op.Version, body: data}
	b.said[i] = map[string]any{"method": o.method}
	if op.BulkID != "" {
		b.said[i]["bulkId"] = op.BulkID
	}
	m := bulkPath.FindStringSubmatch(path)
	adds := o.method == http.MethodPost
	if m == nil || adds != (m[2] == "") || !adds && o.method != http.MethodPut && o.method != http.MethodPatch && o.method != http.MethodDelete || adds && op.BulkID == "" {
		b.fail(i, &scim.Error{Type: "invalidSyntax", Got: op.Method + " " + op.Path})
		return
	}
	o.kind, o.id = m[1], m[2]
	if most := mostOf[o.kind]; int64(len(data)) > most {
		b.fail(i, fault.New(fault.TooLarge, "identity.scim.large", most))
		return
	}
	status, resource, err := b.s.do(b.r.Context(), o)
	if err != nil {
		b.fail(i, err)
		return
	}
	b.said[i]["status"] = strconv.Itoa(status)
	if !adds {
		b.said[i]["location"] = b.s.base(b.r) + scimRoot + path
	}
	if resource != nil {
		b.said[i]["version"] = b.s.dress(b.r, resource)
		b.said[i]["location"] = resource["meta"].(map[string]any)["location"]
		b.made[op.BulkID] = resource["id"].(string)
	}
}

func (b *batch) fail(i int, err error) {
	b.wrong++
	status, m := b.s.wrong(b.r, err)
	b.said[i]["status"], b.said[i]["response"] = strconv.Itoa(status), m
}

// rest answers what waits for something that was not made.
func (b *batch) rest() {
	for i, op := range b.ops {
		if b.said[i] != nil || b.over() {
			continue
		}
		b.said[i] = map[string]any{"method": strings.ToUpper(op.Method)}
		if op.BulkID != "" {
			b.said[i]["bulkId"] = op.BulkID
		}
		b.fail(i, &scim.Error{Type: "invalidValue", Got: bulkRef.FindString(op.Path + string(op.Data))})
	}
}
