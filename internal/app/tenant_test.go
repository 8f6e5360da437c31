// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/transfer"
)

func quietly(context.Context, int, int, string) error { return nil }

// furnish gives an organisation one below it, people, a register with everything that it
// can hold, and bills of materials with their history.
func furnish(t *testing.T, a *App, ctx context.Context, name string) {
	t.Helper()
	v := door.From(ctx)
	below, err := a.Governance.AddOrg(ctx, v.Act("governance.org.add", ""), governance.Org{ID: ospo.OrgID(strings.ToLower(name) + "-bau"), Parent: v.Org, Name: name + " Bauamt", Kind: "department"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Governance.CreateAccount(ctx, v.Act("governance.person.add", ""), v.Org, "admin@"+strings.ToLower(name)+".example", "Ada "+name, "ein langes passwort", "admin"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Governance.AddPerson(ctx, v.Act("governance.person.add", ""), governance.Person{Org: below, Name: "Bert <" + name + ">", Level: "reader"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Factor.SetRule(ctx, "admin"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Estate.Import(ctx, []byte("Name;Hersteller;Vertrag;Version\nLohnverfahren;Beispiel GmbH;V-17;3.1\n"), nil, false); err != nil {
		t.Fatal(err)
	}
	for i, log4j4 := range []string{"2.14.1", "2.17.0"} {
		r, err := a.SBOM.Take(ctx, sbom.Upload{File: "a.json", Data: []byte(log4j("Archivsuche", "1.0", log4j4))})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := a.Estate.AddUse(ctx, r.Release, estate.UseInput{Org: below, Role: "user", Criticality: "high"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.SBOM.Take(ctx, sbom.Upload{File: "b.json", Data: []byte(log4j("Fachverfahren", fmt.Sprint(i, ".0"), "2.14.1")), Org: below}); err != nil {
			t.Fatal(err)
		}
	}
}

// neighbours opens an instance with two furnished cities and the advisory that hits both.
func neighbours(t *testing.T, where string) (a *App, city, other context.Context) {
	t.Helper()
	a = open(t, where)
	city, asCity := join(t, a, "", "Musterstadt")
	other, _ = join(t, a, "", "Nachbarstadt")
	a.Vulnerability.Operator = "musterstadt"
	asCity.advise()
	furnish(t, a, city, "Musterstadt")
	if _, err := a.SBOM.Take(city, sbom.Upload{File: "c.json", Data: []byte(log4j("Lohnakte", "9", "2.14.1"))}); err != nil {
		t.Fatal(err)
	}
	furnish(t, a, other, "Nachbarstadt")
	return a, city, other
}

// advise takes the advisory in.
func (c caller) advise() {
	c.t.Helper()
	if status, body := c.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 201 {
		c.t.Fatalf("%d %s", status, body)
	}
	if err := c.app.Jobs.Drain(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

func operator(t *testing.T) context.Context {
	return door.With(t.Context(), door.Viewer{Org: governance.System, Person: "operator", Name: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
}

// files are the contents of a folder that tell of the state.
func state(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		name, _ := filepath.Rel(folder, p)
		if err != nil || d.IsDir() || slices.Contains([]string{"manifest.json", "log.jsonl", "tenant_import.jsonl"}, name) {
			return err
		}
		text, err := os.ReadFile(p)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An organisation leaves one instance and comes into another, and from there into a third,
// on the other database: each time the same, down to the byte.
func TestAnOrganisationMovesToAnotherInstance(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a, _, _ := neighbours(t, where)
		a.Audit.Key = filepath.Join(t.TempDir(), "key")
		first, second, onward := filepath.Join(t.TempDir(), "1"), filepath.Join(t.TempDir(), "2"), filepath.Join(t.TempDir(), "3")
		m, err := a.Tenant.Export(operator(t), "Musterstadt", first, quietly)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := a.Tenant.Export(operator(t), "Musterstadt", second, quietly); err != nil || again.State != m.State {
			t.Errorf("exported twice: %s and %s, %v", m.State, again.State, err)
		}
		was := state(t, first)
		if len(was) < 12 {
			t.Errorf("only %d files have left", len(was))
		}
		for name, text := range was {
			for _, no := range []string{"Nachbar", "argon2id"} {
				if strings.Contains(text, no) && !strings.HasPrefix(name, "documents/") {
					t.Errorf("%s has %s in it", name, no)
				}
			}
		}
		b := open(t, filepath.Join(t.TempDir(), "b.db"))
		_, third := join(t, b, "", "Drittstadt")
		third.advise()
		r, links, err := b.ImportOrg(operator(t), first, quietly)
		if err != nil {
			t.Fatal(err)
		}
		if len(links) != 1 || !strings.HasPrefix(links[0].Path, "/welcome/") || r.Documents != 5 || len(r.Refused) > 0 {
			t.Errorf("%+v %+v", r, links)
		}
		if n, err := b.Tenant.Export(operator(t), "Musterstadt", onward, quietly); err != nil || n.State != m.State {
			t.Errorf("the second instance exports another state: %s, want %s, %v", n.State, m.State, err)
		}
		is := state(t, onward) // and beside it the log of the first instance
		for name, text := range was {
			if is[name] != text {
				t.Errorf("%s: %s, was %s", name, is[name], text)
			}
		}
		// What follows from the documents is there, too.
		ctx := as(operator(t), "musterstadt")
		if tally, err := b.Vulnerability.Judged(ctx, releasesOf(t, was)); err != nil || len(tally) != 4 {
			t.Errorf("findings: %v %v", tally, err)
		}
		c := open(t, where2(t, where))
		c.Audit.Key = filepath.Join(t.TempDir(), "key")
		if _, _, err := c.ImportOrg(operator(t), onward, quietly); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Tenant.Export(operator(t), "musterstadt", filepath.Join(t.TempDir(), "4"), quietly); err != nil || n.State != m.State {
			t.Errorf("the third instance exports another state: %s, want %s, %v", n.State, m.State, err)
		}
	})
}

// where2 is a second database of the same kind.
func where2(t *testing.T, where string) string {
	if strings.HasPrefix(where, "postgres") {
		return dbtest.Schema(t, os.Getenv("ALLMENDE_TEST_PG"))
	}
	return filepath.Join(t.TempDir(), "c.db")
}

func releasesOf(t *testing.T, files map[string]string) (out []ospo.ReleaseID) {
	for line := range strings.Lines(files["estate_release.jsonl"]) {
		id, _, _ := strings.Cut(strings.TrimPrefix(line, `{"id":"`), `"`)
		out = append(out, ospo.ReleaseID(id))
	}
	return out
}

// Each table of each room with a column org says what becomes of it when its organisation
// leaves, column by column: a new one cannot be forgotten.
func TestEveryTableSaysWhetherItLeaves(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "a.db")) // one database: tables are the same on both
	type column struct{ table, name string }
	all, err := db.All(t.Context(), a.DB.Read(), func(c *column) []any { return []any{&c.table, &c.name} }, `
		SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'log\_%' ESCAPE '\'`)
	if err != nil {
		t.Fatal(err)
	}
	has := map[string][]string{}
	for _, c := range all {
		has[c.table] = append(has[c.table], c.name)
	}
	declared := map[string]transfer.Table{}
	for _, r := range a.modules() {
		for _, tab := range r.Rows {
			if !strings.HasPrefix(tab.Name, r.Name+"_") {
				t.Errorf("%s declares %s, which is not its own", r.Name, tab.Name)
			}
		}
	}
	for _, tab := range a.Tenant.Tables {
		declared[tab.Name] = tab
	}
	for name, columns := range has {
		tab, ok := declared[name]
		delete(declared, name)
		if !slices.Contains(columns, "org") {
			if ok {
				t.Errorf("%s leaves and has no column org", name)
			}
			continue
		}
		switch {
		case !ok:
			t.Errorf("%s has a column org and is not among the rows of its room (store_rows.go): say whether it leaves with its organisation", name)
		case tab.Columns == "":
			if !slices.Contains([]string{"secret", "new", "here"}, tab.Stays) {
				t.Errorf("%s neither leaves nor says why it stays", name)
			}
		default:
			want := transfer.List(tab.Without)
			for _, c := range tab.Leaving() {
				want = append(want, c.Name)
			}
			slices.Sort(want)
			slices.Sort(columns)
			if !slices.Equal(want, columns) {
				t.Errorf("%s has the columns %v, and says of %v whether they leave", name, columns, want)
			}
		}
	}
	for name := range declared {
		t.Errorf("%s is declared and is no table", name)
	}
}

// rowsOf counts what an organisation and those below it have in each table, and its findings.
func rowsOf(t *testing.T, a *App, root string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, tab := range a.Tenant.Tables {
		n, err := tab.Count(t.Context(), a.DB.Read(), ospo.OrgID(root))
		if err != nil {
			t.Fatal(err)
		}
		out[tab.Name] = n
	}
	n, err := db.Count(t.Context(), a.DB.Read(), `SELECT coalesce(sum(releases), 0) FROM vulnerability_exposure WHERE org = $1`, root)
	if err != nil {
		t.Fatal(err)
	}
	out["exposed"] = n
	return out
}

// The operator exports an organisation, removes it, and it comes back elsewhere, the same.
// The neighbour keeps every row, and all that is counted of it is as it was.
func TestAnOrganisationIsRemovedOnceItHasLeft(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a, city, other := neighbours(t, where)
		a.Tenant.Rest, a.Audit.Key = 0, filepath.Join(t.TempDir(), "key")
		before := rowsOf(t, a, "nachbarstadt")
		folder := filepath.Join(t.TempDir(), "out")
		m, err := a.Tenant.Export(operator(t), "Musterstadt", folder, quietly)
		if err != nil {
			t.Fatal(err)
		}
		// What changed since is not in the folder: nothing is removed.
		if _, err := a.Estate.Import(city, []byte("Name;Version\nNachzügler;1\n"), nil, false); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Tenant.Remove(operator(t), "Musterstadt", folder); fault.Of(err) != fault.Conflict {
			t.Errorf("removed with a folder of before: %v", err)
		}
		folder = filepath.Join(t.TempDir(), "again")
		if m, err = a.Tenant.Export(operator(t), "Musterstadt", folder, quietly); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Tenant.Remove(operator(t), "Nachbarstadt", folder); fault.Of(err) != fault.Invalid {
			t.Errorf("another organisation's folder serves: %v", err)
		}
		plan, err := a.Tenant.Plan(operator(t), "Musterstadt", folder)
		if err != nil || plan.Rows < 30 || plan.Documents < 4 {
			t.Errorf("%+v %v", plan, err)
		}
		logged := logEntries(t, a, "musterstadt")
		gone, err := a.Tenant.Remove(operator(t), "Musterstadt", folder)
		if err != nil || gone.Rows != plan.Rows {
			t.Fatalf("%+v %v", gone, err)
		}
		for table, n := range rowsOf(t, a, "musterstadt") {
			if n != 0 {
				t.Errorf("%s: %d rows are left", table, n)
			}
		}
		if after := rowsOf(t, a, "nachbarstadt"); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the neighbour has %v, had %v", after, before)
		}
		// Both cities had handed in one document that is the same to the byte; the neighbour's stays.
		docs, err := a.SBOM.Documents(other, sbom.Filter{}, sbom.Order{Size: 10})
		if err != nil || len(docs) == 0 {
			t.Fatalf("%v %v", docs, err)
		}
		for _, d := range docs {
			if _, err := a.SBOM.Raw(d); err != nil {
				t.Errorf("the neighbour's document %s: %v", d.Sum, err)
			}
		}
		only := blob.Sum([]byte(log4j("Lohnakte", "9", "2.14.1")))
		if _, err := a.Blobs.Get(only); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a document that nobody points to is still there: %v", err)
		}
		// The log has kept everything, and can still be proved.
		if n := logEntries(t, a, "musterstadt"); n != logged+1 {
			t.Errorf("%d entries, had %d", n, logged)
		}
		if r, err := a.Audit.Verify(operator(t), audit.Trust{}); err != nil || !r.Good() {
			t.Errorf("%+v %v", r, err)
		}
		recounted := rowsOf(t, a, "nachbarstadt")["exposed"]
		if err := a.Vulnerability.Recount(other, door.From(other).Act("vulnerability.recount", ""), nobody{}); err != nil {
			t.Fatal(err)
		}
		if n := rowsOf(t, a, "nachbarstadt")["exposed"]; n != recounted {
			t.Errorf("counted again the neighbour is exposed to %d, was %d", n, recounted)
		}
		// And here it comes back as well.
		if _, _, err := a.ImportOrg(operator(t), folder, quietly); err != nil {
			t.Fatal(err)
		}
		if n, err := a.Tenant.Export(operator(t), "Musterstadt", filepath.Join(t.TempDir(), "back"), quietly); err != nil || n.State != m.State {
			t.Errorf("back again it is %s, was %s: %v", n.State, m.State, err)
		}
		if _, _, err := a.ImportOrg(operator(t), folder, quietly); fault.Of(err) != fault.Conflict {
			t.Errorf("taken in twice: %v", err)
		}
	})
}

type nobody struct{}

func (nobody) Progress(context.Context, int, int, string) error { return nil }
func (nobody) Report(context.Context, string, string, string, ...any) error {
	return nil
}

func logEntries(t *testing.T, a *App, org string) int {
	n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(*) FROM log_entry WHERE org = $1`, org)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
