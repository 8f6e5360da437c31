// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"errors"
	"strings"
	"testing"
)

func TestSchemaNamesTheExactPlaces(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"a good document", string(fixture(t, "antrag.cdx.json")), nil},
		{"npm's document", string(fixture(t, "npm.cdx.json")), nil},
		{"a component without type", cdx + "\n\"components\":[{\"name\":\"a\"}]}", []string{
			`line 2, column 15, /components/0: not as the schema wants it: missing property 'type'`,
		}},
		{"an unknown type and an additional member", cdx + "\n\"components\":[{\"name\":\"a\",\"type\":\"thing\"}],\n\"extra\":1}", []string{
			`line 1, column 1: not as the schema wants it: additional properties 'extra' not allowed`,
			`line 2, column 27, /components/0/type: not as the schema wants it: value must be one of 'application', 'framework', 'library', 'container', 'platform', 'operating-system', 'device', 'device-driver', 'firmware', 'file', 'machine-learning-model', 'data'`,
		}},
		{"a licence that SPDX does not list", cdx + `"components":[{"name":"a","type":"library","licenses":[{"license":{"id":"Apache 2"}}]}]}`, []string{
			`line 1, column 113, /components/0/licenses/0/license/id: not as the schema wants it: value must be one of '0BSD', '3D-Slicer-1.0', 'AAL'`,
		}},
		{"SPDX has no schema here", string(fixture(t, "antrag.spdx.json")), nil},
		{"XML has no schema here", string(fixture(t, "antrag.cdx.xml")), nil},
		{"an unknown version has none", `{"bomFormat":"CycloneDX","specVersion":"9.9"}`, nil},
		{"neither has nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := CheckSchema([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, w := range list {
				s := w.String()
				if i < len(c.want) && strings.HasPrefix(s, c.want[i]) {
					s = c.want[i]
				}
				got = append(got, s)
			}
			compare(t, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		})
	}
}

func TestSchemaRefusesWhatIsNoJSON(t *testing.T) {
	_, err := CheckSchema([]byte("{\n\"bomFormat\":\"CycloneDX\",}"))
	var p *Problem
	if !errors.As(err, &p) || p.Code != "bom.json_invalid" || p.Line != 2 {
		t.Errorf("got %v", err)
	}
}

func TestEverySchemaCompilesWithoutNetwork(t *testing.T) {
	for _, version := range cyclonedxVersions[2:] {
		if _, err := schemaOf(version); err != nil {
			t.Errorf("%s: %v", version, err)
		}
	}
	if _, err := (embedded{}).Load("https://example.org/other.schema.json"); err == nil {
		t.Error("a schema was loaded that is no part of the program")
	}
}
