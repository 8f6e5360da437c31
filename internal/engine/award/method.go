// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
)

// How certain it is that a formula, or a rule of the linter, is what its source says.
const (
	Quoted     = "quoted"     // a decision that quotes it was read
	Secondary  = "secondary"  // press, associations, manuals say so
	Own        = "own"        // our own rule
	Unverified = "unverified" // the name is known; nobody has compared the formula with a book
)

// A Method is a formula by which bids are compared.
type Method struct {
	ID        string   `json:"id"`
	Version   int      `json:"version"` // goes up with each change of the formula
	Kind      string   `json:"kind"`    // price, ratio, points, weighted
	DE        string   `json:"de"`
	EN        string   `json:"en"`
	Formula   string   `json:"formula"`    // in English; what is frozen
	FormulaDE string   `json:"formula_de"` // the same
	Source    string   `json:"source"`
	SourceDE  string   `json:"source_de"` // where it differs
	Certainty string   `json:"certainty"`
	UfAB2018  bool     `json:"ufab_2018"` // one of the three that the edition of April 2018 names
	Depends   bool     `json:"depends"`   // the score of a bid depends on the other bids
	Needs     []string `json:"needs"`     // fields of [Formula] that have to be announced
}

// In is the method's name in German or English.
func (m Method) In(tongue string) string {
	if tongue == "de" {
		return m.DE
	}
	return m.EN
}

// FormulaIn is the formula with its words in German or English.
func (m Method) FormulaIn(tongue string) string {
	if tongue == "de" {
		return m.FormulaDE
	}
	return m.Formula
}

// SourceIn says in German or English where the formula is from.
func (m Method) SourceIn(tongue string) string { return sourceIn(tongue, m.Source, m.SourceDE) }

func sourceIn(tongue, english, german string) string {
	if tongue == "de" && german != "" {
		return german
	}
	return english
}

//go:embed data/methods.json
var methodData []byte

//go:embed data/rules.json
var ruleData []byte

var methods = read[struct {
	Edition int      `json:"edition"`
	Checked string   `json:"checked"`
	Methods []Method `json:"methods"`
}]("methods.json", methodData)

var rules = read[struct {
	Edition int    `json:"edition"`
	Checked string `json:"checked"`
	Rules   []Rule `json:"rules"`
}]("rules.json", ruleData)

// read takes a file that is part of the program: where it cannot be read the program is broken.
func read[T any](name string, data []byte) (v T) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		panic("award: " + name + ": " + err.Error())
	}
	return v
}

// Checked is the day on which the catalogue was last compared with its sources.
func Checked() string { return methods.Checked }

// Offered lists the methods that are offered by default: those whose formula has a source.
func Offered() []Method {
	return slices.DeleteFunc(All(), func(m Method) bool { return m.Certainty == Unverified })
}

// All lists the unverified ones too, for whoever asks for them.
func All() []Method { return slices.Clone(methods.Methods) }

// Find returns a method of the catalogue.
func Find(id string) (Method, bool) {
	i := slices.IndexFunc(methods.Methods, func(m Method) bool { return m.ID == id })
	if i < 0 {
		return Method{}, false
	}
	return methods.Methods[i], true
}
