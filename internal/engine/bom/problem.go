// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"fmt"
	"strconv"
	"strings"
)

// A Problem is why a document is refused.
type Problem struct {
	Code      string // text key, one of Codes
	Line      int    // from 1; 0 when unknown
	Column    int    // from 1, in characters; 0 when unknown
	Path      string // JSON pointer or the like; empty when unknown
	Got, Want string // what the sentence of Code has as %[1]s and %[2]s
}

// A Warning is a flaw that did not keep the document from being read.
type Warning struct {
	Code         string // text key, one of Codes
	Path         string // JSON pointer, XPath-like, or an SPDX id
	Line, Column int    // 0 when unknown
	Args         []string
}

// Codes lists the code of every Problem and Warning with the sentence that
// Error and String print; the arguments are the placeholders in order.
var Codes = map[string]string{
	"bom.empty":               "the file is empty",
	"bom.too_large":           "the file has %[1]s bytes, the limit is %[2]s",
	"bom.not_text":            "the file is not text but %[1]s",
	"bom.zip":                 "the file is a ZIP archive: unpack it and send the documents in it; only the upload page in the browser takes archives",
	"bom.encoding":            "the text is not valid %[1]s",
	"bom.format_unknown":      "this is neither CycloneDX nor SPDX: found %[1]s, wanted %[2]s",
	"bom.version_unknown":     "the version %[1]q cannot be read, only %[2]s",
	"bom.json_invalid":        "this is not valid JSON: %[1]s",
	"bom.xml_invalid":         "this is not valid XML: %[1]s",
	"bom.yaml_invalid":        "this is not valid SPDX in YAML: %[1]s",
	"bom.tagvalue_invalid":    "this is not valid SPDX in tag-value form: %[1]s",
	"bom.truncated":           "the document ends in the middle",
	"bom.doctype":             "the XML declares a document type or entities (%[1]s), which no bill of materials needs",
	"bom.too_deep":            "the document is nested deeper than %[2]s levels",
	"bom.too_many_components": "the document has more than %[2]s components",
	"bom.too_many_elements":   "the document has more than %[2]s elements",
	"bom.too_many_refs":       "the document has more than %[2]s identifiers",
	"bom.too_many_edges":      "the document has more than %[2]s relationships",

	"bom.purl_invalid":     "the package URL is ignored: %[2]s",
	"bom.no_components":    "the document lists no components: nothing can be found with it, and nothing ruled out",
	"bom.wrong_type":       "found %[1]s, wanted %[2]s",
	"bom.format_missing":   "the field %[1]s is missing or is not %[2]s",
	"bom.duplicate_name":   "the name %[1]q appears twice in one object",
	"bom.duplicate_ref":    "the identifier %[1]q appears twice, the first one counts",
	"bom.dangling_ref":     "the reference %[1]q points to nothing in this document",
	"bom.name_missing":     "the component has no name",
	"bom.time_invalid":     "%[1]q is no date and time",
	"bom.text_cut":         "the text of %[1]s bytes was cut to %[2]s",
	"bom.nul":              "the text contains a NUL character, which was replaced",
	"bom.several_roots":    "the document describes %[1]s products",
	"bom.creation_missing": "the document does not say when and by whom it was made",
	"bom.licences_cut":     "the licences are longer than %[1]s bytes together, the rest was left out",
	"bom.licence_empty":    "the licence has neither identifier nor name nor expression",
	"bom.relation_unknown": "the relationship type %[1]q is unknown and was left out",
	"bom.trailing":         "more follows after the end of the document and was left out",
	"bom.schema":           "not as the schema wants it: %[1]s",
}

func (p *Problem) Error() string {
	return place(p.Line, p.Column, p.Path) + sentence(p.Code, p.Args())
}

// at adds the place.
func (p *Problem) at(line, column int) *Problem {
	p.Line, p.Column = line, column
	return p
}

// Args gives what the sentence of Code needs, in order.
func (p *Problem) Args() []string { return []string{p.Got, p.Want} }

// String gives the warning as an English sentence with its place.
func (w Warning) String() string {
	return place(w.Line, w.Column, w.Path) + sentence(w.Code, w.Args)
}

// place gives "line 3, column 7, /components/0: ", as far as it is known.
func place(line, column int, path string) string {
	var parts []string
	if line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", line))
	}
	if column > 0 {
		parts = append(parts, fmt.Sprintf("column %d", column))
	}
	if path != "" {
		parts = append(parts, path)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": "
}

func sentence(code string, args []string) string {
	text, values := Codes[code], make([]any, len(args))
	if text == "" {
		text = code
	}
	if !strings.Contains(text, "%") {
		return text
	}
	for i, a := range args {
		values[i] = a
	}
	if !strings.Contains(text, "%[2]") && len(values) > 1 {
		values = values[:1]
	}
	if !strings.Contains(text, "%[1]") && len(values) > 1 {
		text, values = strings.ReplaceAll(text, "%[2]", "%[1]"), values[1:]
	}
	return fmt.Sprintf(text, values...)
}

func tooLarge(got int, want int64) *Problem {
	return &Problem{Code: "bom.too_large", Got: strconv.Itoa(got), Want: strconv.FormatInt(want, 10)}
}
