// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/access"
	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// A town is a provider with two cities below it; of one of them the department of building
// with geodata below that, and the library. Next to the provider stands a foreign city.
type town struct {
	t    *testing.T
	d    *db.DB
	gov  *governance.Service
	role *role.Service
	now  time.Time
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := &town{t: t, d: d, gov: governance.New(d), role: role.New(d), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	for _, room := range []struct {
		name string
		err  error
	}{{"governance", d.Migrate(t.Context(), "governance", w.gov.Room().Files)}, {"role", d.Migrate(t.Context(), "role", w.role.Room().Files)}} {
		if room.err != nil {
			t.Fatal(room.name, room.err)
		}
	}
	w.role.Permissions = []string{"audit.read", "estate.read", "estate.write", "governance.admin", "role.grant", "sbom.read", "sbom.write"}
	w.role.Levels = governance.LevelGrants
	for _, o := range [][3]string{{"provider", "", "provider"}, {"city", "provider", "city"}, {"building", "city", "department"}, {"geodata", "building", "department"},
		{"library", "city", "department"}, {"village", "provider", "municipality"}, {"foreign", "", "city"}} {
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		if _, err := w.gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range [][3]string{{"ada", "city", "none"}, {"bob", "building", "none"}, {"cleo", "city", "admin"}, {"dora", "provider", "none"}, {"eve", "foreign", "admin"}} {
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		if _, err := w.gov.AddPerson(t.Context(), act, governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0] + "@" + p[1] + ".example", Level: p[2]}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// as is somebody who may everything in an organisation.
func (w *town) as(person, org string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: []string{"*"}, Lang: "de", Door: "web"})
}

func (w *town) grant(ctx context.Context, g role.Grant) string {
	w.t.Helper()
	if g.Decision == "" {
		g.Decision = "Amtsleitung, Verfügung vom 3. November 2026"
	}
	o, err := w.role.Grant(ctx, g)
	if err != nil || o.ID == "" {
		w.t.Fatal(o, err)
	}
	return o.ID
}

// held writes what a person holds by roles: "building: audit.read sbom.*".
func (w *town) held(person string) string {
	w.t.Helper()
	var out []string
	err := w.role.Held(w.t.Context(), ospo.PersonID(person), func(_ string, org ospo.OrgID, grants []string) {
		out = append(out, string(org)+": "+strings.Join(grants, " "))
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

func key(err error) string {
	var out []string
	for _, e := range fault.Say(err) {
		out = append(out, e.Field+" "+e.Key)
	}
	return strings.TrimSpace(strings.Join(out, ", "))
}

// The door and the engine mean the same by a grant.
func TestDoorAndEngineAgree(t *testing.T) { // one database: none is asked
	all := []string{"*", "*.*", "*.read", "sbom.*", "sbom.read", "sbom.write", "estate.read", "", ".", "sbom", "sbom.*x"}
	for _, g := range all {
		for _, p := range []string{"sbom.read", "sbom.write", "estate.read", "audit.read"} {
			if one, two := (door.Viewer{Grants: []string{g}}).May(p), access.Covers(g, p); one != two {
				t.Errorf("%q for %q: door %v, engine %v", g, p, one, two)
			}
		}
	}
	for _, a := range all {
		for _, b := range all {
			for _, p := range []string{"sbom.read", "sbom.write", "estate.read", "audit.read"} {
				want := access.Covers(a, p) && access.Covers(b, p)
				if got := (door.Viewer{Grants: door.Meet([]string{a}, []string{b})}).May(p); got != want {
					t.Errorf("%q and %q for %q: %v, want %v", a, b, p, got, want)
				}
			}
		}
	}
}

// The city makes a role its own: a version more, with a reason, for itself and all below.
// The neighbour and the provider above have what the program ships. Old versions stay.
func TestACityChangesARole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		all, err := w.role.Roles(ctx)
		if err != nil || len(all) != 12 {
			t.Fatal(len(all), err)
		}
		r, err := w.role.Role(ctx, "licence_manager")
		if err != nil || r.Version != 6 || r.Name.EN != "Licence manager" {
			t.Fatal(r, err)
		}
		r.Name.DE, r.Grants = "Lizenzstelle", []string{"sbom.read", "sbom.read", "audit.read"}
		if _, err := w.role.Change(ctx, r, " "); key(err) != "reason role.missing.reason" {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := w.role.Change(ctx, r, "Dienstanweisung 7"); err != nil {
			t.Fatal(err)
		}
		for org, want := range map[string]string{"city": "Lizenzstelle 7", "geodata": "Lizenzstelle 7", "provider": "Lizenzmanagement 6", "village": "Lizenzmanagement 6", "foreign": "Lizenzmanagement 6"} {
			got, err := w.role.Role(w.as("cleo", org), "licence_manager")
			if s := fmt.Sprintf("%s %d", got.Name.DE, got.Version); s != want || err != nil {
				t.Errorf("%s: %s, %v, want %s", org, s, err, want)
			}
		}
		versions, err := w.role.Versions(ctx, "licence_manager")
		if err != nil || len(versions) != 2 || versions[0].Reason != "Dienstanweisung 7" || versions[0].Maker != "Cleo" || strings.Join(versions[0].Grants, " ") != "audit.read sbom.read" || versions[1].Name.DE != "Lizenzmanagement" {
			t.Errorf("%+v %v", versions, err)
		}
		below, err := w.role.Versions(w.as("bob", "building"), "licence_manager")
		if err != nil || below[0].Org != role.Above || below[0].OrgName+below[0].Maker != "" {
			t.Errorf("the department is told who stands above: %+v %v", below[0], err)
		}
		if _, err := w.role.Add(ctx, r, "noch einmal"); key(err) != "key role.taken" {
			t.Errorf("a role that exists is added: %v", err)
		}
		own := role.Role{Key: "data_steward", Name: role.Text{DE: "Datenpflege"}, Purpose: role.Text{DE: "Pflegt Daten."}, Grants: []string{"estate.write"}}
		if _, err := w.role.Add(ctx, own, "Bedarf"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.role.Role(w.as("eve", "foreign"), "data_steward"); fault.Of(err) != fault.NotFound {
			t.Errorf("a foreign city sees the city's own role: %v", err)
		}
		if _, err := w.role.Retire(ctx, "data_steward", "doch kein Bedarf"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.role.Retire(ctx, "data_steward", "doch kein Bedarf"); fault.Of(err) != fault.Conflict {
			t.Errorf("retired twice: %v", err)
		}
		if all, _ := w.role.Roles(ctx); len(all) != 13 || !all[12].Retired || all[12].Version != 2 {
			t.Errorf("%d roles, last %+v", len(all), all[len(all)-1])
		}
	})
}

// What is no role is refused, with the field at fault.
func TestBadRoles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		good := role.Role{Key: "good", Name: role.Text{DE: "Gut"}, Purpose: role.Text{DE: "Gut."}}
		for want, spoil := range map[string]func(*role.Role){
			"key role.key_form":                    func(r *role.Role) { r.Key = "No Good" },
			"name_de role.missing.name_de":         func(r *role.Role) { r.Name.DE = " \t" },
			"name_de fault.long":                    func(r *role.Role) { r.Name.DE = strings.Repeat("ä", 201) },
			"name_de fault.bytes":                  func(r *role.Role) { r.Name.DE = "a\x00b" },
			"purpose_de role.missing.purpose_de":   func(r *role.Role) { r.Purpose.DE = "" },
			"grants role.grant_form":               func(r *role.Role) { r.Grants = []string{"sbom.read", "drop table"} },
			"grants role.grants_many":              func(r *role.Role) { r.Grants = manyGrants() },
			"responsibilities role.lines_many":     func(r *role.Role) { r.Responsibilities = make([]role.Text, 31) },
			"competences role.missing.competences": func(r *role.Role) { r.Competences = []role.Text{{EN: "only"}} },
		} {
			r := good
			spoil(&r)
			if _, err := w.role.Change(w.as("cleo", "city"), r, "Test"); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
	})
}

func manyGrants() []string {
	var out []string
	for i := range 101 {
		out = append(out, "room."+strings.Repeat("a", i/26+1)+string(rune('a'+i%26)))
	}
	return out
}

// Ada manages licences for the department of building; Bob deputises. While Ada is away Bob
// may what she may, from the first to the last day; when the mandate ends, nobody may.
func TestAMandateAndItsDeputy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		r := role.Role{Key: "clerk", Name: role.Text{DE: "Sachbearbeitung"}, Purpose: role.Text{DE: "Bearbeitet."}, Grants: []string{"sbom.*"}}
		if _, err := w.role.Add(ctx, r, "Test"); err != nil {
			t.Fatal(err)
		}
		id := w.grant(ctx, role.Grant{Role: "clerk", Person: "Ada", Org: "building", Deputy: "bob@building.example", Until: "2026-12-31"})
		step := func(day, ada, bob string) {
			t.Helper()
			w.now, _ = time.Parse(time.RFC3339, day+"T23:30:00+01:00")
			if got := w.held("ada"); got != ada {
				t.Errorf("%s: Ada holds %q, want %q", day, got, ada)
			}
			if got := w.held("bob"); got != bob {
				t.Errorf("%s: Bob holds %q, want %q", day, got, bob)
			}
		}
		step("2026-11-20", "building: sbom.*", "")
		absence, err := w.role.Leave(w.as("ada", "city"), "", "2026-11-25", "2026-11-30")
		if err != nil {
			t.Fatal(err)
		}
		step("2026-11-24", "building: sbom.*", "")
		step("2026-11-25", "building: sbom.*", "building: sbom.*")
		step("2026-11-30", "building: sbom.*", "building: sbom.*")
		step("2026-12-01", "building: sbom.*", "")
		w.now = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		if err := w.role.Return(w.as("eve", "foreign"), absence); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger ends an absence: %v", err)
		}
		if err := w.role.Return(w.as("ada", "city"), absence); err != nil {
			t.Fatal(err)
		}
		step("2026-11-26", "building: sbom.*", "")
		if err := w.role.End(ctx, id, "Umsetzung"); err != nil {
			t.Fatal(err)
		}
		step("2026-11-26", "", "")
		m, err := w.role.Mandate(ctx, id)
		if err != nil || m.State != "ended" || m.Why != "Umsetzung" || m.Decision == "" || m.DeputyName != "Bob" {
			t.Errorf("%+v %v", m, err)
		}
		if err := w.role.End(ctx, id, "noch einmal"); fault.Of(err) != fault.Conflict {
			t.Errorf("ended twice: %v", err)
		}
		other := w.grant(ctx, role.Grant{Role: "clerk", Person: "ada", Org: "city"})
		if _, err := w.role.Retire(ctx, "clerk", "entfällt"); err != nil {
			t.Fatal(err)
		}
		step("2026-11-26", "", "")
		if m, _ := w.role.Mandate(ctx, other); m.State != "retired" {
			t.Errorf("the mandate of a retired role is %q", m.State)
		}
	})
}

// A grant that cannot be is refused with a sentence; a steering role leaves the house with
// a reason only, any other is marked.
func TestGrantsThatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		good := role.Grant{Role: "licence_manager", Person: "ada", Org: "city", Decision: "Amtsleitung"}
		for want, spoil := range map[string]func(*role.Grant){
			"role role.unknown":              func(g *role.Grant) { g.Role = "wizard" },
			"org role.org_unknown":           func(g *role.Grant) { g.Org = "provider" },
			"person role.person_unknown":     func(g *role.Grant) { g.Person = "dora" },
			"person role.missing.person":     func(g *role.Grant) { g.Person = " " },
			"deputy role.deputy_self":        func(g *role.Grant) { g.Deputy = "Ada" },
			"deputy role.person_unknown":     func(g *role.Grant) { g.Deputy = "Eve" },
			"decision role.missing.decision": func(g *role.Grant) { g.Decision = "" },
			"since role.day":                 func(g *role.Grant) { g.Since = "morgen" },
			"until role.until_first":         func(g *role.Grant) { g.Since, g.Until = "2026-12-02", "2026-12-01" },
			"until role.until_past":          func(g *role.Grant) { g.Since, g.Until = "2026-11-01", "2026-11-19" },
			"reason role.outside_reason":     func(g *role.Grant) { g.Role, g.Person = "strategist", "dora@provider.example" },
		} {
			g := good
			spoil(&g)
			if _, err := w.role.Grant(ctx, g); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		w.grant(ctx, good)
		if _, err := w.role.Grant(ctx, good); key(err) != "person role.mandate.twice" {
			t.Errorf("given twice: %v", err)
		}
		id := w.grant(ctx, role.Grant{Role: "security_manager", Person: "dora@provider.example", Org: "city"})
		if m, err := w.role.Mandate(ctx, id); err != nil || !m.Outside || m.HouseName != "Amt provider" {
			t.Errorf("%+v %v", m, err)
		}
		id = w.grant(ctx, role.Grant{Role: "strategist", Person: "dora@provider.example", Org: "city", Reason: "kein eigenes Personal bis Sommer"})
		if m, err := w.role.Mandate(ctx, id); err != nil || !m.Outside || m.Reason == "" {
			t.Errorf("%+v %v", m, err)
		}
		id = w.grant(ctx, role.Grant{Role: "developer", Person: "bob", Org: "library"})
		if m, err := w.role.Mandate(ctx, id); err != nil || m.Outside {
			t.Errorf("a colleague of the next department counts as another house: %+v %v", m, err)
		}
		if _, err := w.role.Mandate(w.as("eve", "foreign"), id); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads a mandate: %v", err)
		}
	})
}

// A steering role that came to be outside because somebody moved has no reason. Whoever looks
// at the roles sees it, until it ends and, if it is meant, is given anew with one.
func TestASteeringRoleThatStrayed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		strayed := func() string {
			t.Helper()
			all, err := w.role.Posts(ctx)
			var out []string
			for _, p := range all {
				for _, one := range append(p.Holders, p.Below...) {
					if one.Strayed {
						out = append(out, p.Role.Key+" "+one.Name)
					}
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(out, ", ")
		}
		first := w.grant(ctx, role.Grant{Role: "strategist", Person: "ada", Org: "city"})
		w.grant(ctx, role.Grant{Role: "licence_manager", Person: "ada", Org: "city"}) // may be a service
		w.grant(ctx, role.Grant{Role: "head_of_administration", Person: "bob", Org: "geodata"})
		if got := strayed(); got != "" {
			t.Errorf("before anybody moved: %s", got)
		}
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "cli"}
		if err := w.gov.ChangePerson(t.Context(), act, governance.Person{ID: "ada", Org: "provider", Name: "Ada", Login: "ada@city.example", Level: "none"}); err != nil {
			t.Fatal(err)
		}
		if err := w.gov.ChangePerson(t.Context(), act, governance.Person{ID: "bob", Org: "library", Name: "Bob", Login: "bob@building.example", Level: "none"}); err != nil {
			t.Fatal(err)
		}
		if got := strayed(); got != "strategist Ada" {
			t.Errorf("Ada went to the provider, Bob to the next department: %q", got)
		}
		if err := w.role.End(ctx, first, "arbeitet jetzt beim Dienstleister"); err != nil {
			t.Fatal(err)
		}
		w.grant(ctx, role.Grant{Role: "strategist", Person: "ada@city.example", Org: "city", Reason: "bis zur Nachbesetzung im Mai"})
		if got := strayed(); got != "" {
			t.Errorf("given anew with a reason: %s", got)
		}
		if err := w.gov.ChangeOrg(t.Context(), act, governance.Org{ID: "geodata", Parent: "city", Name: "Amt geodata", Kind: "municipality"}); err != nil {
			t.Fatal(err)
		}
		if got := strayed(); got != "head_of_administration Bob" {
			t.Errorf("geodata became a house of its own: %q", got)
		}
	})
}

// Who may send bills of materials for geodata? The matrix lists them, explain says why each
// may, and a stranger's people do not occur.
func TestWhoMayWhatAndWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		w.grant(ctx, role.Grant{Role: "developer", Person: "ada", Org: "building", Deputy: "bob"})
		w.grant(ctx, role.Grant{Role: "licence_manager", Person: "dora@provider.example", Org: "city"})
		if _, err := w.role.Leave(ctx, "ada", "", "2026-11-30"); err != nil {
			t.Fatal(err)
		}
		m, err := w.role.Matrix(ctx, role.Question{Org: "geodata", Permission: "sbom.write"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range m.People {
			for _, r := range l.Reasons {
				got = append(got, fmt.Sprint(l.Name, " ", r.Way, " ", r.Role, r.Level, " ", r.OrgName, " ", r.ForName, " ", r.Grant))
			}
		}
		want := "Ada mandate developer Amt building  sbom.write; Bob deputy developer Amt building Ada sbom.write; Cleo level admin Amt city  *; Dora mandate licence_manager Amt city  sbom.write"
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("\n%s, want\n%s", s, want)
		}
		if m, err := w.role.Matrix(ctx, role.Question{Org: "library", Permission: "sbom.write"}); err != nil || len(m.People) != 2 {
			t.Errorf("library: %+v %v", m.People, err)
		}
		e, err := w.role.Explain(ctx, "Bob", "sbom.write", "geodata")
		if err != nil || !e.Allowed || e.Reasons[0].ForName != "Ada" || e.Reasons[0].Until != "2026-11-30" || e.Reasons[0].Version != 6 || !e.Reasons[0].Shipped {
			t.Errorf("%+v %v", e, err)
		}
		if e, err := w.role.Explain(ctx, "bob", "sbom.write", "library"); err != nil || e.Allowed || len(e.Would) == 0 {
			t.Errorf("%+v %v", e, err)
		}
		for _, who := range []string{"eve", "eve@foreign.example", "nobody", ""} {
			if _, err := w.role.Explain(ctx, who, "sbom.write", "geodata"); fault.Of(err) != fault.NotFound {
				t.Errorf("%q: %v", who, err)
			}
		}
		if _, err := w.role.Matrix(w.as("eve", "foreign"), role.Question{Org: "geodata"}); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads the matrix: %v", err)
		}
		rows := 0
		err = w.role.Everywhere(ctx, func(p role.Line, org ospo.OrgID, _ string) error {
			rows++
			if p.Person == "eve" || org == "foreign" || org == "provider" {
				t.Errorf("%s in %s is none of ours", p.Person, org)
			}
			return nil
		})
		if err != nil || rows != 2+2+4+4 { // ada, bob in two; cleo, dora in four
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

// Posts say which role nobody fills, and where who fills it is away without a deputy.
func TestVacancies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city")
		w.grant(ctx, role.Grant{Role: "strategist", Person: "ada", Org: "city"})
		w.grant(ctx, role.Grant{Role: "developer", Person: "bob", Org: "building"})
		w.grant(w.as("dora", "provider"), role.Grant{Role: "operator", Person: "dora", Org: "provider"})
		states := func() string {
			all, err := w.role.Posts(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, p := range all {
				if p.State != "vacant" {
					out = append(out, p.Role.Key+" "+p.State)
				}
			}
			return strings.Join(out, ", ")
		}
		if got := states(); got != "strategist filled, developer partly, operator filled" {
			t.Error(got)
		}
		if _, err := w.role.Leave(ctx, "ada", "", "2026-11-30"); err != nil {
			t.Fatal(err)
		}
		if got := states(); got != "strategist alone, developer partly, operator filled" {
			t.Error(got)
		}
		if err := w.gov.ClosePerson(t.Context(), ospo.Act{Org: governance.System, Person: "operator"}, "bob"); err != nil {
			t.Fatal(err)
		}
		if got := states(); got != "strategist alone, operator filled" {
			t.Errorf("after Bob left: %s", got)
		}
	})
}

const governanceSystem = governance.System

// personOf is a person of the city who may nothing by itself.
func personOf(id string) governance.Person {
	return governance.Person{ID: ospo.PersonID(id), Org: "city", Name: strings.ToUpper(id[:1]) + id[1:], Login: id + "@city.example", Level: "none"}
}
