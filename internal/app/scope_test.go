// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"strings"
	"testing"

	"allmende/internal/platform/door"
)

// A token for the register alone shows the register alone, also where a page holds parts of
// other rooms: nothing of findings, bills of materials or the log.
func TestANarrowTokenSeesItsRoomOnly(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, city := join(t, a, "", "Musterstadt")
		status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Archivsuche", "4.2", "2.14.1")))
		var receipt struct{ Release string }
		if err := json.Unmarshal([]byte(body), &receipt); err != nil || status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		if status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		v := door.From(ctx)
		token, err := a.Governance.CreateToken(ctx, v.Act("governance.token", "narrow"), v.Org, "narrow", []string{"estate.read"}, a.DB.Now().AddDate(0, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		narrow := caller{t: t, app: a, token: token}
		_, page := city.get("/estate")
		_, rest, _ := strings.Cut(page, `href="/estate/software/`)
		software, _, _ := strings.Cut(rest, `"`)
		told := 0
		for _, path := range []string{"/", "/estate", "/estate/software/" + software, "/estate/release/" + receipt.Release} {
			secret := func(body string) bool {
				for _, word := range []string{"CVE-2021", "log4j", "solr-core", "Apache-2.0", "href=\"/audit", "Schwachstelle bekannt", "kritisch"} {
					if strings.Contains(body, word) {
						t.Logf("%s says %q", path, word)
						return true
					}
				}
				return false
			}
			if _, body := city.get(path); secret(body) {
				told++
			}
			if status, body := narrow.get(path); status != 200 || secret(body) {
				t.Errorf("%s: %d, or more than the register", path, status)
			}
		}
		if told != 4 {
			t.Errorf("who may everything is told of other rooms on %d of 4 pages", told)
		}
		for path, want := range map[string]int{"/vulnerability": 403, "/sbom": 403, "/audit": 403, "/where?q=log4j": 403, "/api/v1/sbom/documents": 403, "/api/v1/where?q=log4j": 403,
			"/api/v1/vulnerability/findings": 403, "/api/v1/audit/entries": 403, "/job": 403, "/governance": 403, "/api/v1/estate/software": 200} {
			if status, _ := narrow.get(path); status != want {
				t.Errorf("%s: %d, want %d", path, status, want)
			}
		}
		if status, _ := narrow.do("POST", "/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"x"}`)); status != 403 {
			t.Errorf("a token that may read writes: %d", status)
		}
	})
}

func TestADatabaseIsNamedWithoutItsPassword(t *testing.T) {
	for address, want := range map[string]string{
		"/var/lib/city.db": "/var/lib/city.db", "postgres://host/db": "postgres://host/db", "postgres://u:geheim@host/db": "postgres://…@host/db",
		"postgres://u:ge@heim@host/db?sslmode=disable": "postgres://…@host/db", "postgresql:///db?user=u&password=geheim": "postgresql:///db",
	} {
		if got := Named(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
