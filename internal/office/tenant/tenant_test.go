// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

func quietly(context.Context, int, int, string) error { return nil }

// open opens an instance with one city, a department and two people.
func open(t *testing.T, d *db.DB) (context.Context, *Service) {
	t.Helper()
	ctx := door.With(t.Context(), door.Viewer{Org: "system", Person: "operator", Grants: []string{"*"}, Door: "test"})
	gov, q := governance.New(d), job.New(d)
	s := New(d, blob.Folder(t.TempDir()), q)
	s.Tables = append(gov.Room().Rows, rows...)
	s.Settle = gov.Settle
	s.Log = func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `{"allmende":"log","origin":"test"}`+"\n")
		return err
	}
	if err := errors.Join(d.Migrate(ctx, "governance", gov.Room().Files), d.Migrate(ctx, "job", job.Files), d.Migrate(ctx, "tenant", files)); err != nil {
		t.Fatal(err)
	}
	act := ospo.Act{Org: "system", Person: "operator", Door: "test"}
	for _, o := range []governance.Org{{ID: "stadt", Name: "Stadt", Kind: "city"}, {ID: "amt", Parent: "stadt", Name: "Amt", Kind: "department"}} {
		if _, err := gov.AddOrg(ctx, act, o); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []governance.Person{{ID: "ada", Org: "stadt", Login: "ada", Name: "Ada", Level: "admin"}, {ID: "bert", Org: "amt", Name: "Bert", Level: "reader"}} {
		if _, err := gov.AddPerson(ctx, act, p); err != nil {
			t.Fatal(err)
		}
	}
	return ctx, s
}

// forge lets f change the text of a file and makes the manifest fit, as an attacker would.
func forge(t *testing.T, folder, name string, f func(string) string) {
	t.Helper()
	path := filepath.Join(folder, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := f(string(text))
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	var m Manifest
	text, err = os.ReadFile(filepath.Join(folder, manifestFile))
	if err := errors.Join(err, json.Unmarshal(text, &m)); err != nil {
		t.Fatal(err)
	}
	for i := range m.Files {
		if m.Files[i].File == name {
			m.Files[i].SHA256, m.Files[i].Rows = blob.Sum([]byte(changed)), strings.Count(changed, "\n")
		}
	}
	m.State = state(m.Files)
	if err := writeManifest(folder, m); err != nil {
		t.Fatal(err)
	}
}

// A folder that somebody has touched, or made up, is refused before anything is written, and
// the sentence names file and line.
func TestAFolderThatWasTouchedIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := open(t, d)
		write := func(name, text string) func(string) error {
			return func(f string) error { return os.WriteFile(filepath.Join(f, name), []byte(text), 0o600) }
		}
		replace := func(name, old, new string) func(string) error {
			return func(f string) error {
				forge(t, f, name, func(s string) string {
					if !strings.Contains(s, old) {
						t.Fatalf("%s has no %s: %s", name, old, s)
					}
					return strings.Replace(s, old, new, 1)
				})
				return nil
			}
		}
		const orgs, people = "governance_org.jsonl", "governance_person.jsonl"
		for _, c := range []struct {
			what, key, place string
			do               func(folder string) error
		}{
			{"a file is gone", "tenant.file_missing", people, func(f string) error { return os.Remove(filepath.Join(f, people)) }},
			{"the log is gone", "tenant.file_missing", "log.jsonl", func(f string) error { return os.Remove(filepath.Join(f, "log.jsonl")) }},
			{"the log is altered", "tenant.file_altered", "log.jsonl", write("log.jsonl", "{}\n")},
			{"a file is altered", "tenant.file_altered", people, write(people, "")},
			{"the manifest is gone", "tenant.file_missing", "manifest.json", func(f string) error { return os.Remove(filepath.Join(f, "manifest.json")) }},
			{"the manifest is no JSON", "tenant.manifest_bad", "manifest.json", write("manifest.json", "{")},
			{"the manifest is another's", "tenant.manifest_other", "manifest.json", write("manifest.json", `{"allmende":"log"}`)},
			{"a newer version", "tenant.version_newer", "manifest.json", write("manifest.json", `{"allmende":"organisation","version":2,"program":"9.0"}`)},
			{"a file more", "tenant.file_unknown", "extra.txt", write("extra.txt", "x")},
			{"a document more", "tenant.file_unknown", "documents/x", write("documents/x", "x")},
			{"a link out of the folder", "tenant.file_missing", people, func(f string) error {
				return errors.Join(os.Remove(filepath.Join(f, people)), os.Symlink("/etc/passwd", filepath.Join(f, people)))
			}},
			{"a line is cut short", "tenant.line_broken", people + " 2", func(f string) error {
				forge(t, f, people, func(s string) string { return s[:len(s)-5] })
				return nil
			}},
			{"a line is no JSON", "tenant.line_broken", people + " 1", replace(people, `{"id"`, `"id"`)},
			{"a member is missing", "tenant.line_broken", people + " 1", replace(people, `"level"`, `"lvl"`)},
			{"a member is a number", "tenant.line_broken", people + " 1", replace(people, `"Ada"`, `{"x":1}`)},
			{"a row of somebody else", "tenant.line_foreign", people + " 1", replace(people, `"org":"stadt"`, `"org":"nachbar"`)},
			{"two with one id", "tenant.line_twice", people + " 2", replace(people, `"id":"bert"`, `"id":"ada"`)},
			{"below one that is not there", "tenant.line_loose", orgs + " 1", replace(orgs, `"parent":"stadt"`, `"parent":"nachbar"`)},
			{"a circle", "tenant.line_circle", orgs + " 1", func(f string) error {
				forge(t, f, orgs, func(s string) string {
					return s + strings.Replace(strings.Replace(s[:strings.Index(s, "\n")+1], `"org":"amt"`, `"org":"b"`, 1), `"parent":"stadt"`, `"parent":"c"`, 1) +
						strings.Replace(strings.Replace(s[:strings.Index(s, "\n")+1], `"org":"amt"`, `"org":"c"`, 1), `"parent":"stadt"`, `"parent":"b"`, 1)
				})
				return nil
			}},
			{"untouched, and here already", "tenant.line_taken", orgs + " 1", func(string) error { return nil }},
		} {
			folder := filepath.Join(t.TempDir(), "f")
			if _, err := s.Export(ctx, "stadt", folder, quietly); err != nil {
				t.Fatal(err)
			}
			if err := c.do(folder); err != nil {
				t.Fatal(err)
			}
			before, _ := db.Count(ctx, d.Read(), `SELECT count(*) FROM governance_person`)
			_, err := s.Import(ctx, folder, quietly)
			told := fault.Say(err)
			if len(told) == 0 || told[0].Key != c.key || told[0].Kind == fault.Internal {
				t.Errorf("%s: %v, want %s", c.what, err, c.key)
				continue
			}
			place := told[0].Args[0].(string)
			if strings.Contains(c.place, " ") {
				place += " " + strings.TrimSpace(strings.Split(strings.Trim(jsonOf(told[0].Args[1]), `"`), ".")[0])
			}
			if place != c.place {
				t.Errorf("%s: told of %s, want %s", c.what, place, c.place)
			}
			if n, _ := db.Count(ctx, d.Read(), `SELECT count(*) FROM governance_person`); n != before {
				t.Errorf("%s: %d people, had %d", c.what, n, before)
			}
		}
	})
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// What no door lets in does not come in by a folder either, and then nothing does.
func TestAFolderIsNoWayRoundTheDoors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := open(t, d)
		for _, c := range [][3]string{
			{"governance_org.jsonl", `"kind":"department"`, `"kind":"empire"`},
			{"governance_person.jsonl", `"id":"ben"`, `"id":"operator"`},
			{"governance_person.jsonl", `"level":"reader"`, `"level":"god"`},
			{"governance_person.jsonl", `"login":"eva"`, `"login":"EVA "`},
		} {
			folder := filepath.Join(t.TempDir(), "f")
			if _, err := s.Export(ctx, "stadt", folder, quietly); err != nil {
				t.Fatal(err)
			}
			forge(t, folder, "governance_org.jsonl", func(s string) string {
				return strings.NewReplacer(`"stadt"`, `"dorf"`, `"amt"`, `"hof"`).Replace(s)
			})
			forge(t, folder, "governance_person.jsonl", func(s string) string {
				return strings.NewReplacer(`"stadt"`, `"dorf"`, `"amt"`, `"hof"`, `"id":"ada"`, `"id":"eva"`, `"login":"ada"`, `"login":"eva"`, `"id":"bert"`, `"id":"ben"`).Replace(s)
			})
			m, err := os.ReadFile(filepath.Join(folder, manifestFile))
			if err := errors.Join(err, os.WriteFile(filepath.Join(folder, manifestFile), []byte(strings.Replace(string(m), `"org": "stadt"`, `"org": "dorf"`, 1)), 0o600)); err != nil {
				t.Fatal(err)
			}
			forge(t, folder, c[0], func(s string) string { return strings.Replace(s, c[1], c[2], 1) })
			if _, err := s.Import(ctx, folder, quietly); fault.Of(err) != fault.Unreadable {
				t.Errorf("%s came in: %v", c[2], err)
			}
			if n, _ := db.Count(ctx, d.Read(), `SELECT count(*) FROM governance_org WHERE org IN ('dorf', 'hof')`); n != 0 {
				t.Errorf("%s: a part came in", c[2])
			}
		}
	})
}
