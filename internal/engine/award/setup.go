// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"allmende/internal/engine/number"
)

// A Formula is a method with the values that are announced with it. Nil is not announced.
type Formula struct {
	Method           string        `json:"method"`
	Scale            *number.Exact `json:"scale,omitempty"`        // S, above 0
	PriceWeight      *number.Exact `json:"price_weight,omitempty"` // W in percent, above 0 and below 100
	Band             *number.Exact `json:"band,omitempty"`         // q in percent, from 0 to below 100
	Decision         string        `json:"decision,omitempty"`     // ByQuality or ByPrice, within the band
	QualityReference *number.Exact `json:"quality_reference,omitempty"`
	PriceReference   *number.Exact `json:"price_reference,omitempty"`
}

// What decides between equal bids; "criterion:" with an id after it is another.
const (
	ByPrice     = "price"      // the lower price
	ByQuality   = "quality"    // the higher quality
	ByScore     = "score"      // the higher guide value, within the band of extended_ratio
	ByLot       = "lot"        // people draw lots; the last rule
	byCriterion = "criterion:" // more points for one criterion
)

// A Criterion of quality. Points go from 0 to Max.
type Criterion struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Text    string        `json:"text,omitempty"`
	Weight  number.Exact  `json:"weight"` // percent of the quality
	Max     number.Exact  `json:"max"`
	Minimum *number.Exact `json:"minimum,omitempty"` // points below which a bid is excluded
	Anchors []Anchor      `json:"anchors,omitempty"`
	From    string        `json:"from,omitempty"` // entry and edition of the library that it was copied from
}

// An Anchor says what earns how many points.
type Anchor struct {
	Points number.Exact `json:"points"`
	Text   string       `json:"text"`
}

// A Setup is all that has to be announced before bids are opened.
type Setup struct {
	Title            string        `json:"title"`
	Formula          Formula       `json:"formula"`
	Criteria         []Criterion   `json:"criteria,omitempty"`
	Minimum          *number.Exact `json:"minimum,omitempty"` // L below which a bid is excluded
	Ties             []string      `json:"ties,omitempty"`    // in this order
	OpenSource       bool          `json:"open_source,omitempty"`
	OpenSourceReason string        `json:"open_source_reason,omitempty"`
}

// Freeze writes a setup so that equal setups have equal bytes, and their SHA-256 in hex: JSON
// without blanks, keys in order, numbers as exact texts, the wording of the formula and its
// version included. Whoever has the text can compute the hash with any program.
func (s Setup) Freeze() (text []byte, hash string, err error) {
	m, _ := Find(s.Formula.Method)
	raw, err := json.Marshal(struct {
		Setup   Setup  `json:"setup"`
		Method  string `json:"method"`
		Version int    `json:"version"`
	}{s, m.Formula, m.Version})
	if err != nil {
		return nil, "", err
	}
	var ordered any // maps are written with their keys in order
	if err := json.Unmarshal(raw, &ordered); err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(ordered); err != nil {
		return nil, "", err
	}
	text = bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	sum := sha256.Sum256(text)
	return text, hex.EncodeToString(sum[:]), nil
}

// Errors of [Thaw].
var (
	ErrChanged = errors.New("award: the text has another hash than the one that was fixed")
	ErrFormula = errors.New("award: the catalogue has another version of the formula than the one that was frozen")
	ErrForm    = errors.New("award: the text is no frozen setup")
)

// Thaw reads what [Setup.Freeze] wrote, and refuses it where the hash is another, or where the
// formula means something else by now: bids are evaluated as announced, or not at all.
func Thaw(text []byte, hash string) (Setup, error) {
	sum := sha256.Sum256(text)
	if hex.EncodeToString(sum[:]) != hash {
		return Setup{}, ErrChanged
	}
	var f struct {
		Setup   Setup  `json:"setup"`
		Method  string `json:"method"`
		Version int    `json:"version"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Setup{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if m, ok := Find(f.Setup.Formula.Method); !ok || m.Formula != f.Method || m.Version != f.Version {
		return Setup{}, ErrFormula
	}
	return f.Setup, nil
}

// criterion finds one by id.
func (s Setup) criterion(id string) (Criterion, bool) {
	for _, c := range s.Criteria {
		if c.ID == id {
			return c, true
		}
	}
	return Criterion{}, false
}

// tieKnown reports whether a rule for equal bids exists.
func (s Setup) tieKnown(rule string) bool {
	if id, ok := strings.CutPrefix(rule, byCriterion); ok {
		_, ok = s.criterion(id)
		return ok
	}
	return rule == ByPrice || rule == ByQuality || rule == ByScore || rule == ByLot
}
