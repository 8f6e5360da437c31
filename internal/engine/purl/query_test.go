// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParseQuery(t *testing.T) {
	log4j := Query{Type: "maven", Namespace: "org.apache.logging.log4j", Name: "log4j-core"}
	with := func(q Query, bounds ...Bound) Query {
		q.Bounds = bounds
		return q
	}
	const name = "pkg:maven/org.apache.logging.log4j/log4j-core"
	for _, c := range []struct {
		in   string
		want Query
	}{
		{name, log4j},
		{name + "@", log4j},
		{name + "@2.14.1", with(log4j, Bound{"=", "2.14.1"})},
		{name + "@=2.14.1", with(log4j, Bound{"=", "2.14.1"})},
		{name + "@<2.17", with(log4j, Bound{"<", "2.17"})},
		{name + "@%3C2.17", with(log4j, Bound{"<", "2.17"})},
		{name + "@>=2.0,<2.17", with(log4j, Bound{">=", "2.0"}, Bound{"<", "2.17"})},
		{name + "@> 2.0, <= 2.17", with(log4j, Bound{">", "2.0"}, Bound{"<=", "2.17"})},
		{"pkg:npm/@angular/core", Query{Type: "npm", Namespace: "@angular", Name: "core"}},
		{"pkg:npm/@angular/core@<12", Query{Type: "npm", Namespace: "@angular", Name: "core", Bounds: []Bound{{"<", "12"}}}},
		{"pkg:golang/github.com/CosmWasm/wasmvm@<v1.2+x", Query{Type: "golang", Namespace: "github.com/CosmWasm", Name: "wasmvm", Bounds: []Bound{{"<", "v1.2+x"}}}},
		{"pkg:pypi/Typing_Extensions@<4", Query{Type: "pypi", Name: "typing-extensions", Bounds: []Bound{{"<", "4"}}}},
		{"pkg:deb/debian/curl@<8?distro=debian-12", Query{Type: "deb", Namespace: "debian", Name: "curl", Qualifiers: "distro=debian-12", Bounds: []Bound{{"<", "8"}}}},
	} {
		got, err := ParseQuery(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s reads as %#v, %v\nwant %#v", c.in, got, err, c.want)
		}
	}
}

func TestParseQueryRefuses(t *testing.T) {
	for _, c := range []struct {
		in, code string
		at       int
	}{
		{"log4j", "purl.scheme", 0},
		{"pkg:maven/a/b@<", "purl.range_missing", 14},
		{"pkg:maven/a/b@>=1,", "purl.range_op", 18},
		{"pkg:maven/a/b@>=1,2", "purl.range_op", 18},
		{"pkg:maven/a/b@=<2", "purl.range_missing", 14},
		{"pkg:maven/a/b@>=1,<2%zz", "purl.escape", 20},
		{"pkg:maven/a/b@<1\x00", "purl.control", 16},
		{"pkg:maven/a/b@" + strings.Repeat("<1,", 20) + "<1", "purl.range_many", 14},
		{"pkg:npm/" + strings.Repeat("a", Limit), "purl.too_long", Limit},
	} {
		_, err := ParseQuery(c.in)
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || e.At != c.at {
			t.Errorf("%q: got %v, want %s at %d", c.in, err, c.code, c.at)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"pkg:maven/a/b@>=1,<2?x=1", "pkg:npm/@a/b@%3C1", "pkg:npm/a@=1%2C2", "pkg:deb/a/b@<1:2~3#x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuery(s)
		if err != nil {
			return
		}
		again, err := ParseQuery(q.String())
		if err != nil || !reflect.DeepEqual(again, q) {
			t.Fatalf("%q reads as %#v, %q as %#v, %v", s, q, q.String(), again, err)
		}
	})
}
