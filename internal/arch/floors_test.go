// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A floor is a part of the house and what it may stand on.
type floor struct {
	name  string
	below []string
}

// The deepest folder comes first where one lies in another.
var floors = []floor{
	{"internal/fault", nil},
	{"internal/ospo", []string{"internal/fault"}},
	{"internal/engine", []string{"internal/fault", "internal/ospo", "internal/engine"}},
	{"internal/platform", []string{"internal/fault", "internal/ospo", "internal/platform"}},
	{"internal/office", []string{"internal/fault", "internal/ospo", "internal/engine", "internal/platform", "internal/office"}},
	{"internal/app", []string{"internal/fault", "internal/ospo", "internal/engine", "internal/platform", "internal/office", "internal/app"}},
	{"internal/arch", nil},
	{"internal/browser", nil},
	{"cmd", []string{"internal/fault", "internal/ospo", "internal/platform", "internal/app", "cmd"}},
	{"bench", []string{"internal/fault", "internal/ospo", "internal/engine", "internal/platform", "internal/office", "internal/app", "bench"}},
}

// Guests are the packages from outside, by the beginning of their path, and where
// they may be. Everything else is the standard library.
var guests = map[string][]string{
	"modernc.org/sqlite":                       {"internal/platform/db"},
	"github.com/jackc/pgx/v5":                  {"internal/platform/db"},
	"golang.org/x/text/collate":                {"internal/platform/db"},
	"golang.org/x/text/language":               {"internal/platform/db"},
	"github.com/danielgtaylor/huma/v2":         {"internal/platform/api"},
	"github.com/xuri/excelize/v2":              {"internal/platform/sheet"},
	"github.com/klauspost/compress/zstd":       {"internal/platform/blob", "internal/engine/bom", "internal/engine/spdx", "internal/arch"},
	"go.yaml.in/yaml/v3":                       {"internal/engine/osv", "internal/engine/obligation", "internal/engine/clause", "internal/engine/market", "internal/engine/process", "internal/engine/weigh", "internal/engine/workdays", "internal/platform/config", "internal/office/role", "internal/office/competence", "internal/office/retention"},
	"golang.org/x/mod/sumdb":                   {"internal/platform/merkle"},
	"golang.org/x/crypto/argon2":               {"internal/office/governance"},
	"github.com/emersion/go-smtp":              {"internal/platform/lmtp", "internal/platform/mail/mailtest"},
	"github.com/emersion/go-sasl":              {"internal/platform/mail/mailtest"},
	"github.com/go-webauthn/webauthn":          {"internal/office/factor"},
	"github.com/wneessen/go-mail":              {"internal/platform/mail"},
	"github.com/boombuler/barcode/qr":          {"internal/office/factor"},
	"github.com/scim2/filter-parser/v2":        {"internal/engine/scim"},
	"github.com/coreos/go-oidc/v3":             {"internal/office/identity"},
	"golang.org/x/oauth2":                      {"internal/office/identity"},
	"github.com/zitadel/oidc/v3":               {"internal/browser/idptest"},
	"github.com/go-jose/go-jose/v4":            {"internal/browser/idptest"},
	"github.com/CycloneDX/cyclonedx-go":        {"internal/engine/bom"},
	"github.com/spdx/tools-golang":             {"internal/engine/bom"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"internal/engine/bom"},
	"github.com/go-json-experiment/json":       {"internal/engine/bom"},
	"github.com/google/licensecheck":           {"internal/engine/detect"},
	"github.com/BurntSushi/toml":               {"internal/engine/detect"},
	"github.com/package-url/packageurl-go":     {"internal/engine/purl"},
	"github.com/google/osv-scalibr/semantic":   {"internal/engine/version"},
	"github.com/pandatix/go-cvss":              {"internal/engine/severity"},
	"github.com/expr-lang/expr":                {"internal/engine/process"},
	"github.com/chromedp/chromedp":             {"internal/browser"},
	"github.com/chromedp/cdproto":              {"internal/browser"},
}

// testGuests come to tests only.
var testGuests = map[string][]string{
	"github.com/piglig/go-qr":                  {"internal/office/factor"},
	"github.com/emersion/go-smtp":              {"internal/platform/mail", "internal/office/ticket"},
	"github.com/google/go-github/v75":          {"internal/app"},
	"github.com/jba/templatecheck":             {"internal/app"},
	"github.com/CycloneDX/cyclonedx-go":        {"internal/engine/bomwrite", "internal/engine/detect"},
	"github.com/spdx/tools-golang":             {"internal/engine/bomwrite", "internal/engine/detect"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"internal/engine/bomwrite"},
}

func TestR01FloorsStandOnWhatLiesBelow(t *testing.T) {
	for _, s := range sources(t, true) {
		i := slices.IndexFunc(floors, func(f floor) bool { return within(s.dir, f.name) })
		if i < 0 {
			t.Errorf("%s stands on no floor of the table", s.path)
			continue
		}
		for _, imp := range s.imports() {
			to, ours := strings.CutPrefix(imp, module)
			if !ours || to == s.dir {
				continue
			}
			if s.test {
				if up := tooHigh(floors[i], to); up {
					t.Errorf("%s, a test of %s, may not import %s from a floor above", s.path, floors[i].name, to)
				}
				continue
			}
			if r := room(to); r != "" && room(s.dir) != "" && r != room(s.dir) {
				t.Errorf("%s imports its neighbour %s; say what you need in a func or an interface, and let app introduce you", s.path, to)
			} else if !slices.ContainsFunc(floors[i].below, func(b string) bool { return within(to, b) }) {
				t.Errorf("%s may not import %s", s.path, to)
			} else if strings.HasSuffix(path.Base(to), "test") && !strings.HasSuffix(path.Base(s.dir), "test") {
				t.Errorf("%s imports %s, which is for tests", s.path, to)
			}
		}
	}
}

// tooHigh reports whether a test of f leans on a floor above f. Tests of the office may
// call in any room, those of the browser anything.
func tooHigh(f floor, to string) bool {
	switch f.name {
	case "internal/browser", "internal/arch", "cmd", "bench":
		return false
	}
	return !within(to, f.name) && !within(to, "internal/browser") &&
		!slices.ContainsFunc(f.below, func(b string) bool { return within(to, b) })
}

func TestR02EachGuestHasItsRoom(t *testing.T) {
	used := map[string]bool{}
	for _, s := range sources(t, true) {
		for _, imp := range s.imports() {
			if !strings.Contains(strings.Split(imp, "/")[0], ".") {
				continue
			}
			used[imp] = true
			may := hosts(guests, imp)
			if s.test {
				may = append(may, hosts(testGuests, imp)...)
			}
			if !slices.ContainsFunc(may, func(h string) bool { return within(s.dir, h) }) {
				t.Errorf("%s imports %s; only %v may", s.path, imp, may)
			}
		}
	}
	for imp := range used {
		if moduleOf(t, imp) == "" {
			t.Errorf("%s is imported, but go.mod does not require its module", imp)
		}
	}
}

// hosts returns where a package may be: table names packages by path or beginning of it.
func hosts(table map[string][]string, imp string) []string {
	var out []string
	for guest, rooms := range table {
		if within(imp, guest) {
			out = append(out, rooms...)
		}
	}
	return out
}

var required = regexp.MustCompile(`(?m)^\s*(?:require\s+)?([a-zA-Z0-9.\-]+\.[a-z]+/\S+|[a-z.]+\.[a-z]+/\S+) v\S+(.*)$`)

// modules returns what go.mod requires, and whether directly.
func modules(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, m := range required.FindAllStringSubmatch(read(t, "go.mod"), -1) {
		out[m[1]] = !strings.Contains(m[2], "indirect")
	}
	return out
}

func moduleOf(t *testing.T, imp string) string {
	for m := range modules(t) {
		if within(imp, m) {
			return m
		}
	}
	return ""
}

// A guest is introduced in docs/dependencies.md: which room, why, under which licence.
// Who is named there and no longer required has left without saying goodbye.
func TestR02EachGuestIsIntroduced(t *testing.T) {
	rows := map[string][]string{}
	for line := range strings.Lines(read(t, "docs/dependencies.md")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if name := strings.Trim(strings.TrimSpace(cells[0]), "`"); len(cells) > 1 && strings.Contains(name, "/") {
			rows[name] = cells
		}
	}
	all := modules(t)
	for m, direct := range all {
		if row, ok := rows[m]; direct && !ok {
			t.Errorf("go.mod requires %s; docs/dependencies.md has no row for it", m)
		} else if ok && (len(row) != 4 || slices.ContainsFunc(row, func(c string) bool { return strings.TrimSpace(c) == "" })) {
			t.Errorf("docs/dependencies.md: %s needs a room, a reason and a licence, got %q", m, row)
		} else if ok {
			checkRoom(t, m, row[1])
		}
	}
	for m := range rows {
		if _, ok := all[m]; !ok {
			t.Errorf("docs/dependencies.md introduces %s, which go.mod does not require", m)
		}
	}
}

// Who is required and never imported sits in go.mod for nothing.
func TestR02NoGuestStaysAway(t *testing.T) {
	used := map[string]bool{}
	for _, s := range sources(t, true) {
		for _, imp := range s.imports() {
			used[moduleOf(t, imp)] = true
		}
	}
	for m, direct := range modules(t) {
		if direct && !used[m] {
			t.Errorf("go.mod requires %s, and nobody imports it", m)
		}
	}
}

func checkRoom(t *testing.T, mod, said string) {
	for _, table := range []map[string][]string{guests, testGuests} {
		for guest, rooms := range table {
			for _, r := range rooms {
				if within(guest, mod) && !strings.Contains(said, strings.TrimPrefix(r, "internal/")) {
					t.Errorf("docs/dependencies.md: %s may be in %s, but its row says %q", mod, r, strings.TrimSpace(said))
				}
			}
		}
	}
}
