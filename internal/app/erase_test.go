// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/engine/market"
	"allmende/internal/engine/number"
	"allmende/internal/engine/process"
	"allmende/internal/office/audit"
	"allmende/internal/office/budget"
	"allmende/internal/office/casework"
	"allmende/internal/office/contract"
	"allmende/internal/office/desk"
	"allmende/internal/office/governance"
	"allmende/internal/office/idea"
	"allmende/internal/office/intake"
	"allmende/internal/office/meeting"
	"allmende/internal/office/procurement"
	"allmende/internal/office/role"
	"allmende/internal/office/scoring"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/transfer"
)

// A cell is a text of the database with the place where it stands.
type cell struct{ table, column, text string }

// columnsOf lists the tables of the instance with their columns.
func (a *App) columnsOf(t *testing.T) map[string][]string {
	t.Helper()
	query := `SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'`
	if a.DB.Kind() != "SQLite" {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()
			AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE')`
	}
	type column struct{ table, name string }
	all, err := db.All(t.Context(), a.DB.Read(), func(c *column) []any { return []any{&c.table, &c.name} }, query)
	if err != nil || len(all) < 100 {
		t.Fatal(len(all), err)
	}
	out := map[string][]string{}
	for _, c := range all {
		out[c.table] = append(out[c.table], c.name)
	}
	return out
}

// cells lists every text in every table.
func (a *App) cells(t *testing.T) (out []cell) {
	t.Helper()
	for table := range a.columnsOf(t) {
		rows, err := a.DB.Read().QueryContext(t.Context(), `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(table, err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(table, err)
			}
			for i, v := range values {
				switch v := v.(type) {
				case string:
					out = append(out, cell{table, names[i], v})
				case []byte:
					out = append(out, cell{table, names[i], string(v)})
				}
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(table, err)
		}
		rows.Close()
	}
	return out
}

// standsIn are the columns by which tables say what of them is about people; a column of
// such a name cannot be forgotten.
var standsIn = []string{"person", "maker", "deputy", "raiser", "head", "proposer", "decider", "author", "holder", "user", "member", "owner", "by", "chair", "closer", "responsible"}

// nobodyThere are columns of such a name in which no person stands, each with its reason.
var nobodyThere = map[string]string{
	"log_entry.person": "the log is proved with its ids; entries are told by the log itself, and ids are pseudonyms",
}

// Each table with a column for people says so (store_rows.go): then export and erasing know it.
func TestEveryTableSaysWhoStandsInIt(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: tables are the same on both
	told := map[string]transfer.Table{}
	for _, tab := range a.tables() {
		told[tab.Name] = tab
	}
	n := 0
	for table, columns := range a.columnsOf(t) {
		for _, c := range columns {
			if !slices.Contains(standsIn, c) || nobodyThere[table+"."+c] != "" {
				continue
			}
			if n++; !slices.Contains(transfer.List(told[table].People), c) {
				t.Errorf("%s.%s holds people, and nobody says so (People in store_rows.go): export and erasing would forget it", table, c)
			}
		}
	}
	for _, tab := range a.tables() {
		for _, list := range []string{tab.People, tab.Said, tab.Hidden} {
			for _, c := range transfer.List(list) {
				if !slices.Contains(a.columnsOf(t)[tab.Name], c) {
					t.Errorf("%s says something of %s, which is no column of it", tab.Name, c)
				}
			}
		}
		if tab.Own && tab.People == "" {
			t.Errorf("%s belongs to people, and nobody says by which column", tab.Name)
		}
	}
	if n < 20 {
		t.Errorf("only %d columns with people were found", n)
	}
}

// mayStay are the columns in which something that names an erased person may stand, each with its reason.
var mayStay = map[string]string{}

// untouched are tables that the story leaves out, each with its reason.
var untouched = map[string]string{
	"estate_import": "whoever brought a table: the id alone", "sbom_document": "whoever brought a document: the id alone", "tenant_import": "whoever brought an organisation: the id alone",
	"governance_suspension": "whoever suspended an organisation: it would be shut", "factor_ceremony": "lasts minutes", "factor_step": "lasts minutes",
	"digest_choice": "letters have a story of their own, at whose end the reader is erased: digest_test.go", "digest_sent": "as above", "digest_told": "as above", "digest_stop": "as above",
	"retention_erasure": "is written when somebody is erased by a proposal",
}

// idStays are the columns, beside those for people, in which the id of somebody erased stands. It is
// a pseudonym: nothing says any more whose.
var idStays = map[string]string{
	"governance_person.id":     "the row that says the pseudonym",
	"log_entry.person":         "the log is proved with it",
	"log_entry.thing":          "the log is proved with it",
	"log_entry.diff":           "who got or gave a role or a chair: the log is proved with it",
	"approval_proposal.thing":  "what was decided, about whom",
	"approval_proposal.body":   "what was decided, about whom",
	"meeting_decision.present": "who decided, in minutes that are closed",
	"casework_record.body":     "who decided, in a justification that is frozen",
	"scoring_round.record":     "who scored, in a result that is frozen",
	"governance_person.name":   "the pseudonym is made of its end",
	"governance_person.folded": "the pseudonym is made of its end",
}

// Lea has touched everything: she came by the directory and by the provider, has ways in of each
// kind, holds roles by hand and by a group, deputises, is away, proposed and was proposed, raised
// findings, gets letters, and stands in notes of others. She is told all of it; then she is
// erased, and her name, her addresses and the directory's id stand nowhere, in no column of no
// table. The log is proved as before.
func TestWhoIsErasedStandsNowhere(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, l := lyingAt(t, where, Provider{Match: []string{"external"}})
		const name, login, post, external = "Lea Löschmann-Öz", "lea.loesch@musterstadt.example", "privat.lea@post.example", "LL-4711-X"
		id := h.touchEverything(func(f func(map[string]any)) { l.Claims = f }, func() {
			if status, body := h.surfer().lie(l, "/"); status != 303 {
				t.Fatalf("%d %s", status, said(body))
			}
		}, name, login, post, external)
		ctx := door.With(t.Context(), h.operator("musterstadt"))

		// She is told everything in which she stands.
		record, err := h.PersonRecord(ctx, id)
		text, _ := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{name, login, post, external, "LL-4711-X", "Hintertür"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("she is not told %q", want)
			}
		}
		for _, secret := range []string{"$argon2id$", "GEHEIM"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the record has %s, which is nobody's to read", secret)
			}
		}
		people := map[string]transfer.Table{}
		for _, tab := range h.tables() {
			people[tab.Name] = tab
		}
		touched := map[string]bool{}
		for _, c := range h.cells(t) {
			if c.text != string(id) || strings.HasPrefix(c.table, "log_") {
				continue
			}
			touched[c.table] = true
			if record.Kept[c.table] == nil && idStays[c.table+"."+c.column] == "" {
				t.Errorf("she stands in %s.%s, and is not told", c.table, c.column)
			}
		}
		for _, tab := range h.tables() {
			if tab.People != "" && !touched[tab.Name] && untouched[tab.Name] == "" {
				t.Errorf("the story leaves %s out", tab.Name)
			}
		}

		pseudonym, err := h.ErasePerson(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range h.cells(t) {
			low := strings.ToLower(c.text)
			for _, word := range []string{"löschmann", "lea.loesch", "privat.lea", "amt.lea", "ll-4711"} {
				if strings.Contains(low, word) && mayStay[c.table+"."+c.column] == "" {
					t.Errorf("%s.%s still says %.200q", c.table, c.column, c.text)
				}
			}
			if place := c.table + "." + c.column; strings.Contains(c.text, string(id)) && idStays[place] == "" && !slices.Contains(transfer.List(people[c.table].People), c.column) {
				t.Errorf("%s holds her id, and nobody says why: %.200q", place, c.text)
			}
		}
		if after, err := h.PersonRecord(ctx, id); err != nil || after.Person.Name != pseudonym || after.Kept["identity_user"] != nil || after.Kept["governance_session"] != nil || len(after.Kept["role_mandate"]) != len(record.Kept["role_mandate"]) {
			t.Errorf("afterwards %+v, %v", after.Person, err)
		}
		if r, err := h.Audit.Verify(t.Context(), audit.Trust{}); err != nil || !r.Good() {
			t.Errorf("the log: %+v, %v", r.Flaws, err)
		}
		// The minutes name her no more, and are known to be as they were closed.
		sessions, err := db.Texts(t.Context(), h.DB.Read(), `SELECT id FROM meeting_session`)
		if err != nil || len(sessions) != 1 {
			t.Fatal(sessions, err)
		}
		if m, err := h.Meeting.Minutes(ctx, sessions[0]); err != nil || !m.Intact() || !strings.Contains(m.Decisions[0].Text, pseudonym) {
			t.Errorf("the minutes: %+v, %v", m.Decisions, err)
		}
		if found, err := h.Meeting.Decisions(ctx, meeting.DecisionSieve{Text: pseudonym}); err != nil || len(found) != 1 {
			t.Errorf("a search for the pseudonym finds %d decisions, %v", len(found), err)
		}
		if n := h.count(`SELECT count(*) FROM log_entry WHERE what = 'meeting.reseal'`); n != 1 {
			t.Errorf("%d entries say that minutes were sealed anew", n)
		}
		// So does the justification of what she decided.
		found, _, err := h.Casework.Cases(ctx, casework.Sieve{Text: pseudonym})
		if err != nil || len(found) != 1 {
			t.Fatalf("a search for the pseudonym finds %d cases, %v", len(found), err)
		}
		if all, err := h.Casework.Records(ctx, found[0].ID); err != nil || len(all) != 1 || all[0].Proof != "proven" || !strings.Contains(all[0].Body, pseudonym) {
			t.Errorf("the justification: %+v, %v", all, err)
		}
		if n := h.count(`SELECT count(*) FROM log_entry WHERE what = 'casework.reseal'`); n != 1 {
			t.Errorf("%d entries say that a justification was sealed anew", n)
		}
		// Others keep what they have, and a note that merely has the same letters stays as it was.
		if n := h.count(`SELECT count(*) FROM estate_supplier WHERE note = 'Galeannahme, Leasing'`); n != 1 {
			t.Error("a note about something else was changed")
		}
		if all, now := h.count(`SELECT count(*) FROM approval_proposal`), h.count(`SELECT count(*) FROM approval_proposal WHERE state = 'pending'`); all < 2 || now != 0 {
			t.Errorf("of %d proposals of hers or about her %d still wait", all, now)
		}
	})
}

// touchEverything brings somebody in by the directory and lets them stand in every table for people.
func (h *house) touchEverything(claims func(func(map[string]any)), signIn func(), name, login, post, external string) ospo.PersonID {
	t := h.t
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := directoryOf(t, h.App, "musterstadt")
	m, _ := d.must(201, "POST", "/scim/v2/Users", fmt.Sprintf(`{"userName":%q,"externalId":%q,"displayName":%q,"name":{"givenName":"Lea","familyName":"Löschmann-Öz"},"emails":[{"value":"amt.lea@stadt.example"}]}`, login, external, name))
	id := ospo.PersonID(m["id"].(string))
	h.gives("scim", "Bau", "developer", "bauamt")
	d.must(201, "POST", "/scim/v2/Groups", `{"displayName":"Bau","members":[{"value":"`+string(id)+`"}]}`)
	claims(func(c map[string]any) { c["sub"], c["name"], c["email"] = external, name, login })
	signIn()
	h.prepare(id, "musterstadt", login)
	cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
	must(h.Governance.ChangePerson(cli, instance, governance.Person{ID: id, Org: "musterstadt", Login: login, Name: name, Mail: post, Level: "editor"}))
	her := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: id, Name: name, Grants: []string{"*"}, Lang: "de", Door: "web"})
	h.signIn(t, "musterstadt", "fred", "admin")
	gisa := h.signIn(t, "musterstadt", "gisa", "admin").person()
	grant := func(ctx context.Context, g role.Grant) role.Outcome {
		t.Helper()
		o, err := h.Role.Grant(ctx, g)
		must(err)
		return o
	}
	grant(cli, role.Grant{Role: "auditor", Person: login, Org: "musterstadt", Decision: "Rat, auf Vorschlag von " + name})
	grant(cli, role.Grant{Role: "developer", Person: gisa, Deputy: login, Org: "musterstadt", Decision: "Rat"})
	_, err := h.Role.Leave(her, string(id), "2026-01-01", "2099-01-01")
	must(err)
	r, err := h.Role.Role(her, "department")
	must(err)
	r.Grants = r.Grants[:1]
	_, err = h.Role.Change(her, r, "für "+name)
	must(err)
	grant(her, role.Grant{Role: "operator", Person: login, Org: "musterstadt", Decision: "auf Bitte von " + login}) // waits: to herself
	boss := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: ospo.PersonID(gisa), Grants: []string{"*"}, Lang: "de", Door: "web"})
	_, err = h.Governance.Alter(boss, governance.Person{ID: id, Org: "musterstadt", Login: login, Name: name, Mail: post, Level: "admin"}) // waits, too
	must(err)
	f, err := h.Audit.Raise(her, audit.FindingInput{Title: "Zugang", Fact: name + " hat zu viele Rechte.", Head: id})
	must(err)
	must(h.Audit.Step(boss, f, audit.StepInput{State: "accepted", Note: "mit " + login + " besprochen"}))
	f, err = h.Audit.Raise(boss, audit.FindingInput{Title: "Anderes", Fact: "x"})
	must(err)
	must(h.Audit.Step(her, f, audit.StepInput{State: "accepted"}))
	team, err := h.Meeting.AddTeam(her, meeting.TeamInput{Name: "Runde", Roles: []string{"developer"}, Chair: id, At: "10:00"})
	must(err)
	session, err := h.Meeting.Plan(her, team, meeting.SessionInput{Day: h.DB.Now().Format(time.DateOnly)})
	must(err)
	item, err := h.Meeting.AddItem(her, session, "Bitte von "+name)
	must(err)
	must(h.Meeting.Attend(her, session, map[ospo.PersonID]string{id: meeting.Present}))
	_, err = h.Meeting.Decide(her, item, meeting.DecisionInput{Text: name + " schult alle.", Reason: "Bedarf", Responsible: id})
	must(err)
	must(h.Meeting.Settle(her, item, meeting.ItemInput{Note: name + " berichtet.", Result: "decided"}))
	must(h.Meeting.Close(her, session))
	h.askFor(her, name, login)
	h.agreeFor(her, name)
	h.payFor(her, name)
	h.prepareFor(her, name)
	must(h.DB.Write(her, door.From(her).Act("mail.test", ""), func(tx *db.Tx) error {
		for _, to := range []string{post, "gisa@musterstadt.example"} {
			letter := mail.Letter{Org: "musterstadt", To: to, Kind: "mail.test", Lang: "de", Content: mail.Content{Subject: mail.Line{Key: "mail.test.subject", Args: []any{name}}}}
			if to == post {
				letter.Person = id
			}
			if err := h.Mail.Enqueue(her, tx, letter); err != nil {
				return err
			}
		}
		for _, q := range []string{
			`INSERT INTO estate_supplier (id, org, name, folded, website, contact, note, created, changed) VALUES ('s1', 'musterstadt', 'A', 'a', '', $1, '', '', '')`,
			`INSERT INTO estate_supplier (id, org, name, folded, website, contact, note, created, changed) VALUES ('s2', 'musterstadt', 'B', 'b', '', substr($1, 1, 0), 'Galeannahme, Leasing', '', '')`,
		} {
			if _, err := tx.ExecContext(her, q, name+" <"+post+">, amt.lea@stadt.example"); err != nil {
				return err
			}
		}
		for _, q := range []string{
			`INSERT INTO competence_version (org, key, version, state, name_de, name_en, about_de, about_en, years, reason, person, created) VALUES ('musterstadt', 'geo', 1, 'active', 'Geo', '', '', '', 1, $1, $2, '2026')`,
			`INSERT INTO competence_need (org, role, competence, version, level, reason, person, created) VALUES ('musterstadt', 'developer', 'geo', 1, 1, $1, $2, '2026')`,
			`INSERT INTO competence_assessment (note, person, id, org, competence, kind, level, until, maker, created) VALUES ($1, $2, 'a1', 'musterstadt', 'geo', 'self', 1, '', '', '2026')`,
			`INSERT INTO competence_training (about, maker, id, org, title, provider, since, until, place, link, language, cost, seats, cancelled, created) VALUES ($1, $2, 't1', 'musterstadt', 'T', '', '', '', '', '', '', 0, 0, '', '2026')`,
			`INSERT INTO competence_seat (state, person, id, org, training, attended, certificate, maker, created, changed) VALUES (substr('wish' || CAST($1 AS TEXT), 1, 4), $2, 's1', 'musterstadt', 't1', '', '', '', '2026', '2026')`,
			`INSERT INTO licence_own (reason, person, org, id, version, state, name, class, about, body, source, created) VALUES ($1, $2, 'musterstadt', 'LicenseRef-x', 1, 'active', 'X', '', '', '', '', '2026')`,
			`INSERT INTO licence_conclusion (reason, person, id, org, package, version, state, expression, source, reuse, origin, created) VALUES ($1, $2, 'c1', 'musterstadt', 1, 1, 'active', 'MIT', '', false, '', '2026')`,
			`INSERT INTO duty_setting (offer, person, org, release, changed, at) VALUES ($1, $2, 'musterstadt', 'r1', '', '2026')`,
			`INSERT INTO duty_decision (reason, person, id, org, release, software, duty, contexts, state, evidence, link, role, due, at, revoked, revoker, why) VALUES ($1, $2, 'd1', 'musterstadt', 'r1', 'w1', 'x', 'internal', 'open', '', '', '', '', '2026', '', '', '')`,
			`INSERT INTO policy_profile (reason, person, org, id, version, body, second, created) VALUES ($1, $2, 'musterstadt', 'p1', 1, '{}', '', '2026')`,
			`INSERT INTO policy_standard (reason, person, id, org, profile, second, created) VALUES ($1, $2, 's1', 'musterstadt', 'p1', '', '2026')`,
			`INSERT INTO policy_context (reason, person, org, release, context, created) VALUES ($1, $2, 'musterstadt', 'r1', 'internal', '2026')`,
			`INSERT INTO policy_exception (reason, person, id, org, licence, component, contexts, software, until, question, second, created, ended, ender) VALUES ($1, $2, 'e1', 'musterstadt', 'SSPL-1.0', '', '', '', '', '', '', '2026', '', '')`,
			`INSERT INTO policy_choice (reason, person, org, component, licence, chosen, created) VALUES ($1, $2, 'musterstadt', 'pkg:npm/x', 'MIT OR ISC', 'MIT', '2026')`,
			`INSERT INTO policy_question (text, asker, id, org, release, licence, component, context, facts, state, created, opinion, adviser, advised, answer, reason, scope, until, decider, decided) VALUES ($1, $2, 'q1', 'musterstadt', '', 'MIT', '', 'internal', '{}', 'open', '2026', '', '', '', '', '', '', '', '', '')`,
			`INSERT INTO compat_choice (reason, person, id, org, work, folded, version, original, kind, aim, rights, network, patents, tongues, profile, parts, licence, recommended, advice, created) VALUES ($1, $2, 'k1', 'musterstadt', 'W', 'w', 1, '', 'library', 'wide', 'all', false, false, false, '', '', 'MIT', '', '', '2026')`,
			`INSERT INTO compat_matrix (name, person, id, org, date, sum, bytes, licences, cells, flaws, data, created) VALUES (substr('m.json' || CAST($1 AS TEXT), 1, 6), $2, 'm1', 'musterstadt', '2026', '', 1, 1, 1, 0, '{}', '2026')`,
			`INSERT INTO scoring_point (remark, person, round, org, bid, criterion, points) VALUES ($1, $2, 'none', 'musterstadt', 1, 'c', '1')`,
			`INSERT INTO scoring_consensus (reason, proposer, round, org, bid, criterion, points, created, agreer, agreed) VALUES ($1, $2, 'none', 'musterstadt', 1, 'c', '1', '2026', '', '')`,
			`INSERT INTO retention_rule (reason, person, org, kind, version, days, created) VALUES ($1, $2, 'musterstadt', 'x', 1, 1, '2026')`,
			`INSERT INTO retention_hold (reason, person, id, org, until, maker, created, ended) VALUES ($1, $2, 'h1', 'musterstadt', '2026', '', '2026', '2026')`,
		} {
			if _, err := tx.ExecContext(her, q, "wegen "+name, id); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		_, err := tx.ExecContext(her, `
			INSERT INTO job_task (id, org, person, kind, args, state, due, lease, attempt, done, total, note, fault, created, started, ended)
			VALUES ('t1', 'musterstadt', $1, 'x', $2, 'done', '', '', 0, 0, 0, '', '', '', '', '')`, id, `{"name":"`+name+`"}`)
		return err
	}))
	return id
}

// prepareFor lets her prepare and try an award, and freeze it, with her name in all of it.
func (h *house) prepareFor(her context.Context, name string) {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	price := number.Int(1000)
	setup := award.Setup{Title: "Vergabe von " + name, Formula: award.Formula{Method: "price_only"}, Ties: []string{award.ByLot}}
	id, err := h.Procurement.Add(her, procurement.Input{Setup: setup})
	must(err)
	_, err = h.Procurement.Try(her, id, []award.Bid{{ID: "A", Price: &price}}, procurement.Compared{}, award.Draws{})
	must(err)
	for _, reason := range []string{name + " will es so.", name + " will es anders."} {
		p, _, err := h.Procurement.Show(her, id)
		must(err)
		must(h.Procurement.Freeze(her, id, p.Changed))
		must(h.Procurement.Reopen(her, id, reason))
	}
	v := door.From(her)
	v.Person = "gisa"
	second := door.With(her, v)
	round, err := h.Scoring.Open(her, id, 1)
	must(err)
	must(h.Scoring.SetBids(her, round, []scoring.Tender{{Name: name + " & Söhne", Price: &price}}, true))
	for _, who := range []context.Context{her, second} {
		must(h.Scoring.State(who, round, scoring.None, ""))
		must(h.Scoring.Score(who, round, nil, true))
	}
	must(h.Scoring.Close(second, round))
}

// agreeFor lets her keep a contract and settle what it makes owed, with her name in all of it.
func (h *house) agreeFor(her context.Context, name string) {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	id, err := h.Contract.Add(her, contract.Input{Title: name + " pflegt", Supplier: name, Kind: "support", Proprietary: "yes", Reason: name + " will es so.", Note: name, Terms: contract.Terms{Channel: name + " anrufen"}})
	must(err)
	must(h.Contract.Choose(her, id, "", contract.Choice{Topics: []string{"C02"}}))
	owed, err := h.Contract.Owe(her, id, name+" liefert", "2026-12-01")
	must(err)
	must(h.Contract.Settle(her, owed, contract.Settlement{State: contract.Fulfilled, Evidence: "gesehen von " + name, Link: "https://stadt.example/sbom.json"}))
	_, err = h.Contract.DrawPlan(her, id)
	must(err)
	_, err = h.Contract.DrawReport(her)
	must(err)
}

// payFor lets her plan, book, take back and state what is saved, with her name in all of it.
func (h *house) payFor(her context.Context, name string) {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	pot, err := h.Budget.AddPot(her, budget.PotInput{Name: "Topf von " + name, Kind: "budget", Note: name + " prüft"})
	must(err)
	condition, err := h.Budget.AddCondition(her, pot, budget.ConditionInput{What: name + " berichtet"})
	must(err)
	must(h.Budget.Settle(her, condition, budget.Fulfilled, "Bericht von "+name, "https://stadt.example/bericht"))
	measure, err := h.Budget.AddMeasure(her, pot, budget.MeasureInput{Title: name + " entwickelt", About: name})
	must(err)
	question, err := h.Budget.Ask(her, measure, name+" fragt")
	must(err)
	must(h.Budget.Answer(her, question, "sagt "+name, "laut "+name))
	booking, err := h.Budget.Book(her, measure, budget.BookingInput{Day: "2026-11-01", State: budget.Spent, Kind: "hours", Text: "Stunden von " + name, Hours: "1", Rate: "50", RateDay: "2026-01-01", RateSource: "laut " + name})
	must(err)
	_, err = h.Budget.Reverse(her, booking, "Irrtum von "+name)
	must(err)
	_, err = h.Budget.State(her, measure, budget.SavingInput{Method: "schätzt " + name})
	must(err)
}

// askFor lets her ask, take a task and decide, with her name in all of it.
func (h *house) askFor(her context.Context, name, login string) {
	h.t.Helper()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	id, err := h.Casework.Open(her, casework.Input{Type: "advice", Title: name + " fragt", Facts: map[string]string{"question": "Frage von " + name}})
	must(err)
	o, err := h.Casework.Show(her, id)
	must(err)
	must(h.Casework.Take(her, id, o.Tasks[len(o.Tasks)-1].ID))
	must(h.Casework.Comment(her, id, name+" wartet."))
	_, err = h.Casework.Move(her, id, "refer", "Darüber entscheidet "+name+" selbst.", 0)
	must(err)
	must(h.Casework.SetLand(her, "NW"))
	f, err := h.Desk.Attach(her, id, name+".txt", strings.NewReader("x"))
	must(err)
	must(h.Desk.Remove(her, id, f.ID, name+" will es so"))
	_, err = h.Desk.Join(her, id, desk.LinkInput{To: "https://a.example/" + url.PathEscape(name)})
	must(err)
	_, err = h.Desk.Keep(her, desk.Text{Name: "Baustein", DE: "Mit freundlichen Grüßen, " + name})
	must(err)
	must(h.Casework.Comment(door.With(h.t.Context(), h.operator("musterstadt")), id, "@"+login+", bitte ansehen"))
	advice, _ := process.Written("advice")
	own, err := h.Procedure.Keep(her, string(advice)+"# "+name+"\n", name+" will es so")
	must(err)
	must(h.Procedure.Retire(her, own))
	own, err = h.Library.Keep(her, string(market.Write(market.Shipped()))+"# "+name+"\n", name+" will es so")
	must(err)
	must(h.Library.Retire(her, own))
	wish, err := h.Idea.Add(her, idea.Input{Title: name + " wünscht", Purpose: "Wie " + name + " sagt", Asker: name})
	must(err)
	must(h.Idea.Comment(her, wish, name+" hilft"))
	must(h.Idea.Score(her, wish, map[string]idea.Mark{"need": {Points: "3", Reason: name + " braucht es"}}))
	must(h.Idea.Decide(her, wish, "accepted", name+" will es", ""))
	must(h.Idea.SetWeights(her, map[string]string{"need": "3", "sovereignty": "3", "others": "2", "saving": "2", "work": "5", "cost": "3", "risk": "2"}, name+" sagt so"))
	must(h.Intake.SetHouse(her, intake.House{Slug: "musterstadt"}))
	must(h.Ticket.Use([]TicketSystem{{ID: "post", Kind: "mail", Address: "ospo@musterstadt.example", Org: "musterstadt"}}))
	must(h.Ticket.Arrive(her, "lea.loesch@musterstadt.example", "ospo@musterstadt.example",
		[]byte("Message-ID: <1.lea.loesch@musterstadt.example>\r\nFrom: \""+name+"\" <Lea.Loesch@musterstadt.example>\r\nSubject: Von "+name+"\r\n\r\nSchreibt "+name+" selbst.\r\n")))
}
