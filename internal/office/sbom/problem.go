// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"errors"
	"strconv"
	"strings"

	"allmende/internal/engine/bom"
	"allmende/internal/fault"
)

// textKey returns the key of the text for a code of engine/bom.
func textKey(code string) string { return "sbom.problem." + strings.TrimPrefix(code, "bom.") }

// refusal turns what engine/bom says into a fault: what is wrong, and where.
func refusal(err error) error {
	p, ok := errors.AsType[*bom.Problem](err)
	if !ok {
		return err
	}
	kind := fault.Unreadable
	if p.Code == "bom.too_large" || strings.HasPrefix(p.Code, "bom.too_many_") {
		kind = fault.TooLarge
	}
	return errors.Join(&fault.Error{Kind: kind, Key: textKey(p.Code), Args: shown(p.Code, p.Args()), Field: p.Path, Err: p},
		where(kind, p.Line, p.Column, p.Path))
}

// where says the place of a flaw as a sentence of its own; nil where nobody knows it.
func where(kind fault.Kind, line, column int, path string) error {
	switch {
	case line > 0 && path != "":
		return fault.New(kind, "sbom.place.all", line, column, short(path))
	case line > 0:
		return fault.New(kind, "sbom.place.line", line, column)
	case path != "":
		return fault.New(kind, "sbom.place.path", short(path))
	}
	return nil
}

// counting are the codes whose arguments are numbers, to be written as readers expect.
var counting = map[string]bool{"bom.too_large": true, "bom.too_deep": true, "bom.too_many_components": true,
	"bom.too_many_edges": true, "bom.too_many_elements": true, "bom.too_many_refs": true, "bom.licences_cut": true, "bom.text_cut": true, "bom.several_roots": true}

// shown returns the arguments of a code's text; a text without placeholders has none.
func shown(code string, args []string) []any {
	if !strings.Contains(bom.Codes[code], "%") {
		return nil
	}
	var out []any
	for _, a := range args {
		if n, err := strconv.Atoi(a); err == nil && counting[code] {
			out = append(out, n)
			continue
		}
		out = append(out, short(a))
	}
	return out
}
