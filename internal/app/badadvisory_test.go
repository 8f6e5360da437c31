// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"strings"
	"testing"

	"allmende/internal/platform/lang"
)

// osvRecord is an advisory about one package, with the given rest.
func osvRecord(rest string) string {
	return `{"id":"GHSA-2222-3333-4444","modified":"2024-06-01T00:00:00Z","affected":[{"package":{"ecosystem":"Maven","name":"org.apache.logging.log4j:log4j-core"},` + rest + `}]}`
}

// Advisories that cannot be read are refused with reason and place; nothing of them is
// kept, but that somebody tried.
func TestBadAdvisoriesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		before := everything(t, a)
		for _, tt := range []struct{ name, body, want string }{
			{"empty", "", ""},
			{"no JSON", "{\n oops", "line 2"},
			{"truncated", osvRecord(`"ranges":[]`)[:100], "line 1, column 100"},
			{"no record", `{"hello":1}`, "body.json"},
			{"a list", `[1,2]`, "body.json"},
			{"no date", `{"id":"GHSA-2222-3333-4444","modified":"yesterday"}`, "yesterday"},
			{"a NUL in the id", `{"id":"a\u0000b","modified":"2024-06-01T00:00:00Z"}`, `a\\x00b`},
			{"nested 10,000 deep", strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000), "body.json"},
			{"11 MB", `{"id":"GHSA-2222-3333-4444","details":"` + strings.Repeat("x", 11<<20) + `"}`, "10485760"},
			{"a broken ZIP", "PK\x03\x04 and so on", "body.json"},
			{"gzip of no archive", string(gz([]byte("hello"))), "body.json"},
			{"a bomb in a ZIP", string(zipped(member{name: "a.json", text: "{", mib: 12})), "a.json"},
		} {
			for _, tongue := range lang.Tongues {
				status, answer := city.ask(tongue, "POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(tt.body))
				if status < 400 || status >= 500 || !strings.Contains(answer, tt.want) || !strings.Contains(answer, `"detail":"`) {
					t.Errorf("%s (%s): %d, want 4xx and %q in\n%.600s", tt.name, tongue, status, tt.want, answer)
				}
			}
		}
		for _, tried := range []string{"log_entry", "vulnerability_source"} {
			before[tried] = everything(t, a)[tried]
		}
		unchanged(t, a, "bad advisories", before)
	})
}

// An advisory with a malformed range is taken in, says which range is left out, and finds
// nothing by it; whole ranges beside it count.
func TestAMalformedRangeIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Werk", "1", "2.14.1"))); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		for _, tt := range []struct{ ranges, say string }{
			{`{"type":"ECOSYSTEM","events":[{"introduced":"9.0"},{"fixed":"1.0"}]}`, "affected[0].ranges[0] ends with 1.0 before it begins"},
			{`{"type":"ECOSYSTEM","events":[{"introduced":7}]}`, "affected[0].ranges[0].events[0].introduced"},
			{`{"type":"ECOSYSTEM","events":"x"}`, "affected[0].ranges[0].events"},
			{`{"type":"ECOSYSTEM","events":[]}`, "affected[0].ranges[0] has no events"},
			{`{"type":"COLOUR","events":[{"introduced":"0"}]}`, "affected[0].ranges[0].type"},
			{`{"type":"ECOSYSTEM","events":[{"introduced":"\u0000"},{"fixed":"\u0000"}]}`, "NUL"},
		} {
			status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(osvRecord(`"ranges":[`+tt.ranges+`]`)))
			if status != 201 || !strings.Contains(body, `"level":"warning","place":"body.json"`) || !strings.Contains(body, tt.say) {
				t.Errorf("%s: %d, want 201 and %q in\n%s", tt.ranges, status, tt.say, body)
			}
			city.affected("0")
		}
		both := strings.Replace(osvRecord(`"ranges":[{"type":"ECOSYSTEM","events":[]},{"type":"ECOSYSTEM","events":[{"introduced":"2.0"},{"fixed":"2.15.0"}]}]`), "2024-06", "2024-07", 1)
		if status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(both)); status != 201 {
			t.Errorf("%d %s", status, body)
		}
		city.affected("1")
	})
}

// affected asks how many releases the advisory of osvRecord hits.
func (c caller) affected(want string) {
	c.t.Helper()
	if err := c.app.Jobs.Drain(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	if status, body := c.get("/api/v1/where?q=GHSA-2222-3333-4444"); status != 200 || !strings.Contains(body, `"affected":`+want+`,`) {
		c.t.Errorf("where says %d %.300s, want %s affected", status, body, want)
	}
}
