// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"strings"
	"testing"
)

const run = `{"Action":"run","Package":"allmende/a","Test":"TestStory"}
{"Action":"pass","Package":"allmende/a","Test":"TestStory/sqlite"}
{"Action":"output","Package":"allmende/a","Test":"TestStory/postgres","Output":"    db.go:42: set ALLMENDE_TEST_PG\n"}
{"Action":"skip","Package":"allmende/a","Test":"TestStory/postgres"}
{"Action":"output","Package":"allmende/a","Test":"TestSum","Output":"    a_test.go:7: got 3, want 4\n"}
{"Action":"fail","Package":"allmende/a","Test":"TestSum"}
{"Action":"output","Package":"allmende/a","Output":"FAIL\n"}
{"Action":"fail","Package":"allmende/a"}
{"ImportPath":"allmende/b","Action":"build-output","Output":"b.go:1: undefined: x\n"}
{"ImportPath":"allmende/b","Action":"build-fail"}
{"Action":"pass","Package":"allmende/a","Test":"TestMove/postgres/twice"}
{"Action":"output","Package":"allmende/c","Output":"panic: out of paper\n"}
{"Action":"fail","Package":"allmende/c"}
go: something about the proxy
`

func TestTallyCountsAndShowsWhatFailed(t *testing.T) {
	var out strings.Builder
	got, err := tally(strings.NewReader(run), &out)
	if want := (count{passed: 2, failed: 3, skipped: 1, sqlite: 1, postgres: 1}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	for _, want := range []string{
		"FAILED allmende/a TestSum\n        a_test.go:7: got 3, want 4\n",
		"skipped allmende/a TestStory/postgres: set ALLMENDE_TEST_PG\n",
		"b.go:1: undefined: x", "panic: out of paper", "go: something about the proxy",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
