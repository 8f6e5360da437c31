// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package api

import (
	"encoding/json"
	"regexp"

	"allmende/internal/platform/door"

	"github.com/danielgtaylor/huma/v2"
)

// What huma says of a request that does not fit the description of the API, and our
// texts for it. What is not listed stays as huma says it.
var sayings = []struct {
	huma *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^validation failed$`), "api.invalid"},
	{regexp.MustCompile(`^request body is required$`), "api.body_missing"},
	{regexp.MustCompile(`^request body is too large limit=(\d+) bytes$`), "api.body_too_large"},
	{regexp.MustCompile(`^unknown content type: (.*)$`), "api.media_type"},
	{regexp.MustCompile(`^(?:invalid character .*|unexpected end of JSON input)$`), "api.json"},
	{regexp.MustCompile(`^unexpected property$`), "api.unexpected"},
	{regexp.MustCompile(`^text not in UTF-8$`), "fault.bytes"},
	{regexp.MustCompile(`^value out of range$`), "api.range"},
	{regexp.MustCompile(`^expected required property (\S+) to be present$`), "api.required"},
	{regexp.MustCompile(`^required query parameter is missing$`), "api.parameter_missing"},
	{regexp.MustCompile(`^expected (string|boolean|number|integer|array|object)$`), "api.type"},
	{regexp.MustCompile(`^invalid (integer|boolean)$`), "api.type"},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "api.one_of"},
	{regexp.MustCompile(`^expected (?:number|length) >= (\S+)$`), "api.least"},
	{regexp.MustCompile(`^expected (?:number|length) <= (\S+)$`), "api.most"},
}

// say puts huma's words into the reader's language.
func (d *Door) say(tongue, words string) string {
	for _, s := range sayings {
		if m := s.huma.FindStringSubmatch(words); m != nil {
			var args []any
			for _, a := range m[1:] {
				args = append(args, a)
			}
			return d.Texts.T(tongue, s.key, args...)
		}
	}
	return words
}

// translate is a transformer of huma: it turns what huma itself refuses into problem
// details like ours, whose detail says reason and place. It does not send back all that
// was sent.
func (d *Door) translate(c huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	tongue := tongue(door.From(c.Context()))
	m.Detail = d.say(tongue, m.Detail)
	for _, e := range m.Errors {
		e.Message, e.Value = d.say(tongue, e.Message), clipped(e.Value)
		m.Detail += " " + d.Texts.T(tongue, "api.place", e.Location, e.Message)
	}
	return m, nil
}

// clipped leaves out a value that is long to read.
func clipped(v any) any {
	if text, err := json.Marshal(v); err != nil || len(text) > 200 {
		return nil
	}
	return v
}
