// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package bomwrite writes bills of materials that others can read: CycloneDX 1.6 (JSON), SPDX 2.3
// (JSON) and SPDX 3.0.1 (JSON-LD). What it writes is what engine/bom reads, with the licences that
// somebody concluded. The same document gives the same bytes.
//
// Sources: CycloneDX 1.6 JSON schema; SPDX 2.3, clauses 6 to 11; SPDX 3.0.1, profiles core,
// software and simple licensing.
package bomwrite

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/spdx"
)

// Formats are what can be written, by the word that stands in addresses and on the command line.
var Formats = []string{"cyclonedx", "spdx", "spdx3"}

// About is what the written document says of itself.
type About struct {
	ID       string // a UUID, unique to this document
	Made     time.Time
	Tool     string // "Allmende"
	Version  string // of the tool
	Author   string // the organisation that hands it out
	Name     string // of the product, where the document read does not describe one
	Release  string // its version
	Licences string // a remark on whose the concluded licences are; may be empty
}

// Encode writes a document in one of [Formats]; nil for any other.
func Encode(format string, d *bom.Document, a About) ([]byte, error) {
	switch format {
	case "cyclonedx":
		return CycloneDX(d, a)
	case "spdx":
		return SPDX2(d, a)
	case "spdx3":
		return SPDX3(d, a)
	}
	return nil, nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// stamp writes a time as both specifications want it, in whole seconds of UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// product is the index of the described product, and -1 where the document describes none.
func product(d *bom.Document) int {
	if d.Root >= 0 && d.Root < len(d.Components) {
		return d.Root
	}
	return -1
}

// title is the name of a component without a package URL to say its group.
func title(c *bom.Component) string {
	if c.Group != "" && c.PURL == "" {
		return c.Group + "/" + c.Name
	}
	return c.Name
}

// address reports whether a location is one that the formats take: an absolute address.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && !strings.ContainsAny(s, " \t\n\"<>\\^`{|}")
}

// A licence is a text of a document as the formats want it: a valid expression, or a name.
type licence struct {
	text string
	expr spdx.Expr
	ok   bool // expr says what text does, and each of its ids is known or a reference
}

func readLicence(text string) licence {
	e, err := spdx.Parse(text)
	l := licence{text: text, expr: e, ok: err == nil}
	if l.ok {
		for one := range e.Licences {
			l.ok = l.ok && (one.Listed || strings.HasPrefix(one.ID, "LicenseRef-"))
		}
	}
	return l
}

// references give a licence that is no valid expression an id of its own.
type references struct {
	ids   map[string]string
	texts []string // in the order in which they were met
}

// expression is the text as an expression: itself, NOASSERTION where nothing is stated, or a
// reference to what is stated.
func (r *references) expression(text string) string {
	if text == "" {
		return "NOASSERTION"
	}
	if l := readLicence(text); l.ok {
		r.custom(l.expr)
		return l.expr.String()
	}
	return r.id(text)
}

// custom notes references that the expression itself has.
func (r *references) custom(e spdx.Expr) {
	for l := range e.Licences {
		if strings.HasPrefix(l.ID, "LicenseRef-") && r.ids[l.ID] == "" {
			r.put(l.ID, l.ID)
		}
	}
}

func (r *references) id(text string) string {
	if id := r.ids[text]; id != "" {
		return id
	}
	id := "LicenseRef-stated-" + strconv.Itoa(len(r.texts)+1)
	r.put(text, id)
	return id
}

func (r *references) put(text, id string) {
	if r.ids == nil {
		r.ids = map[string]string{}
	}
	r.ids[text], r.texts = id, append(r.texts, text)
}
