// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scim

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func read(t testing.TB, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

const barbara = `{"id":"2819c223","userName":"bjensen","active":true,"title":"","name":{"familyName":"Jensen","givenName":"Barbara"},
	"emails":[{"type":"work","value":"bjensen@example.com"},{"type":"home","value":"babs@jensen.org"}],
	"meta":{"lastModified":"2011-05-13T04:42:34Z"},"userType":"Employee"}`

// The filters of RFC 7644, figure 1, and what they mean of Barbara.
func TestFiltersOfTheStandard(t *testing.T) {
	for text, want := range map[string]bool{
		``:                              true,
		`userName Eq "BJensen"`:         true,
		`name.familyName co "ENSE"`:     true,
		`name.familyName co "O'Malley"`: false,
		`userName sw "J"`:               false,
		`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "B"`: true,
		`title pr`:          false,
		`name pr`:           false, // a complex attribute has no value of its own
		`name.givenName pr`: true,
		`meta.lastModified gt "2011-05-13T04:42:34Z"`:                                                       false,
		`meta.lastModified ge "2011-05-13T04:42:34Z"`:                                                       true,
		`meta.lastModified lt "2012-05-13T04:42:34Z"`:                                                       true,
		`title pr and userType eq "Employee"`:                                                               false,
		`title pr or userType eq "Employee"`:                                                                true,
		`schemas eq "urn:x"`:                                                                                false,
		`userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`:             true,
		`userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`:         false,
		`userType eq "Employee" and (emails.type eq "work")`:                                                true,
		`userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`:                     true,
		`emails[type eq "home" and value co "@example.com"]`:                                                false,
		`emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]`: true,
		`active eq true`:    true,
		`active eq false`:   false,
		`active eq "true"`:  false,
		`userName ew "SEN"`: true,
		`id eq "2819C223"`:  false, // ids are compared with regard to case
		`id eq "2819c223"`:  true,
		`userName ne "x"`:   true,
		`nickName eq null`:  true,
		`userName eq null`:  false,
	} {
		f, err := ParseFilter(text, "id", "externalId")
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := f.Match(read(t, barbara)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestFiltersThatAreNone(t *testing.T) {
	for _, text := range []string{`userName`, `userName eq`, `userName eq "x`, `eq "x"`, `(userName eq "x"`, `userName xx "x"`, `userName eq "x" and`, `"`, `[`,
		strings.Repeat("(", 400) + `a pr` + strings.Repeat(")", 400), `a eq "` + strings.Repeat("x", 2000) + `"`, `a eq "x"; DROP TABLE x`} {
		_, err := ParseFilter(text)
		if e, ok := errors.AsType[*Error](err); !ok || e.Type != "invalidFilter" {
			t.Errorf("%.60q: %v, want invalidFilter", text, err)
		}
	}
}

// What a store is told of a filter.
func TestTheTreeOfAFilter(t *testing.T) {
	for text, want := range map[string]string{
		``: "<nil>", `USERNAME EQ "a"`: "{username eq a}", `urn:ietf:params:scim:schemas:core:2.0:User:name.GivenName sw "a"`: "{name.givenname sw a}",
		`a pr and (b eq true or not (c gt 7))`: "{{a pr <nil>} {{b eq true} {{c gt 7}}}}", `emails[type eq "work" and value co "x"]`: "{emails {{type eq work} {value co x}}}",
	} {
		f, err := ParseFilter(text)
		if got := fmt.Sprint(f.Tree()); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}

// Changes as the standard, Keycloak and Entra write them.
func TestChanges(t *testing.T) {
	for name, tt := range map[string]struct{ ops, want string }{
		"replace":                    {`[{"op":"replace","path":"userName","value":"x"}]`, `"userName":"x"`},
		"in other case":              {`[{"op":"Replace","path":"USERNAME","value":"x"}]`, `"userName":"x"`},
		"with the schema":            {`[{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:userName","value":"x"}]`, `"userName":"x"`},
		"without a path":             {`[{"op":"replace","value":{"active":false,"name":{"givenName":"B"}}}]`, `"name":{"familyName":"Jensen","givenName":"B"}`},
		"paths as names":             {`[{"op":"add","value":{"name.givenName":"B"}}]`, `"givenName":"B"`},
		"a part":                     {`[{"op":"replace","path":"name.familyName","value":"J"}]`, `"familyName":"J"`},
		"a part of nothing":          {`[{"op":"add","path":"address.city","value":"M"}]`, `"address":{"city":"M"}`},
		"a value among several":      {`[{"op":"replace","path":"emails[type eq \"work\"].value","value":"w@x"}]`, `{"type":"work","value":"w@x"}`},
		"one that is not there":      {`[{"op":"add","path":"emails[type eq \"other\"].value","value":"o@x"}]`, `{"type":"other","value":"o@x"}`},
		"adding to several":          {`[{"op":"add","path":"emails","value":[{"value":"new@x"}]}]`, `{"type":"home","value":"babs@jensen.org"},{"value":"new@x"}]`},
		"adding what is there":       {`[{"op":"add","path":"emails","value":[{"value":"babs@jensen.org"}]}]`, `{"type":"home","value":"babs@jensen.org"}],`},
		"removing some":              {`[{"op":"remove","path":"emails[type eq \"home\"]"}]`, `"emails":[{"type":"work","value":"bjensen@example.com"}]`},
		"removing as Entra does":     {`[{"op":"Remove","path":"emails","value":[{"value":"babs@jensen.org"}]}]`, `"emails":[{"type":"work","value":"bjensen@example.com"}]`},
		"removing what is not there": {`[{"op":"remove","path":"emails[type eq \"no\"]"}]`, `babs@jensen.org`},
		"removing a part":            {`[{"op":"remove","path":"name.givenName"}]`, `"name":{"familyName":"Jensen"}`},
		"two in order":               {`[{"op":"remove","path":"emails"},{"op":"add","path":"emails","value":[{"value":"a@x"}]}]`, `"emails":[{"value":"a@x"}]`},
	} {
		r := read(t, barbara)
		var ops []Operation
		if err := json.Unmarshal([]byte(tt.ops), &ops); err != nil {
			t.Fatal(err)
		}
		if err := Patch(r, ops); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := json.Marshal(r); !strings.Contains(string(got), tt.want) {
			t.Errorf("%s: no %s in %s", name, tt.want, got)
		}
	}
	for ops, want := range map[string]string{
		`[]`: "tooMany", `[{"op":"move","path":"x"}]`: "invalidSyntax", `[{"op":"add","path":"a..b","value":1}]`: "invalidPath", `[{"op":"remove"}]`: "noTarget",
		`[{"op":"replace","value":7}]`: "noTarget", `[{"op":"replace","path":"emails[type co \"x\"].value","value":1}]`: "noTarget", `[{"op":"replace","path":"userName.x","value":1}]`: "invalidPath",
		`[{"op":"replace","path":"emails[type eq \"work\"]","value":1}]`: "invalidValue",
	} {
		var all []Operation
		if err := json.Unmarshal([]byte(ops), &all); err != nil {
			t.Fatal(err)
		}
		err := Patch(read(t, barbara), all)
		if e, ok := errors.AsType[*Error](err); !ok || e.Type != want {
			t.Errorf("%s: %v, want %s", ops, err, want)
		}
	}
}

// Whatever comes, reading it ends soon and nothing breaks.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{`a eq "x" and (b pr or not (c co 7))`, `a[b eq true].c`, `urn:x:y:a.b sw "\""`, `((((((a pr))))))`, strings.Repeat(`a pr and `, 90) + `a pr`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		r := read(t, barbara)
		if p, err := ParseFilter(text); err == nil {
			p.Match(r)
			p.Tree()
		}
		Patch(r, []Operation{{"add", text, "x"}, {"remove", text, nil}})
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%q takes %s", text, d)
		}
	})
}
