// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"allmende/internal/app"
	"allmende/internal/office/casework"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// The office whose desk is measured: a city with departments, a third of whose cases are open.
// Of those most have two tasks; some wait for a step, a few of them for a second person.
const (
	allCases    = 100_000
	departments = 40
	stepping    = 20  // of a hundred open ones wait for a step
	agreeing    = 150 // proposals that wait
	moves       = 300 // steps that are measured, once in the process and once through the door
)

// Who works there: one holds several roles and has taken tasks, the other proposes.
const clerk, proposer = ospo.PersonID("clerk"), ospo.PersonID("proposer")

// measureCases fills the desk, takes steps in the process, and asks for boards and lists and takes
// steps through the door as somebody who is signed in.
func measureCases(ctx context.Context, b *bench) (err error) {
	a, inside, err := b.caseOffice(ctx)
	if err != nil {
		return err
	}
	f := &filling{bench: b, App: a}
	cookie, err := f.fill(inside)
	if err == nil {
		err = f.step(inside)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	token := b.token
	b.token = "none" // nobody asks by one here
	if err := b.serve(ctx); err != nil {
		return err
	}
	defer func() { b.token, err = token, errors.Join(err, b.halt()) }()
	b.token = ""
	if err := b.server.rest(ctx); err != nil {
		return err
	}
	return f.ask(ctx, cookie)
}

// caseOffice opens the database with a city, its departments and two people with roles.
func (b *bench) caseOffice(ctx context.Context) (*app.App, context.Context, error) {
	if err := b.halt(); err != nil {
		return nil, nil, err
	}
	if b.db == "" {
		if err := b.createDatabase(ctx); err != nil {
			return nil, nil, err
		}
	}
	a, err := app.New(ctx, app.Options{Database: b.db, Blobs: b.blobs()})
	if err != nil {
		return nil, nil, err
	}
	ctx = door.With(ctx, door.Viewer{Org: "desk", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
	if err := staffDesk(ctx, a); err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, ctx, nil
}

func staffDesk(ctx context.Context, a *app.App) error {
	system := ospo.Act{Org: governance.System, Person: "operator", Door: "bench"}
	if _, err := a.Governance.AddOrg(ctx, system, governance.Org{ID: "desk", Name: "Stadt", Kind: "city"}); err != nil {
		return err
	}
	for i := range departments {
		if _, err := a.Governance.AddOrg(ctx, system, governance.Org{ID: department(i), Parent: "desk", Name: fmt.Sprint("Amt ", i), Kind: "department"}); err != nil {
			return err
		}
	}
	for person, roles := range map[ospo.PersonID][]string{
		clerk:    {"operator", "procurement_manager", "licence_manager"},
		proposer: {"security_manager"},
	} {
		if _, err := a.Governance.AddPerson(ctx, system, governance.Person{ID: person, Org: "desk", Name: string(person), Login: string(person), Level: "none"}); err != nil {
			return err
		}
		for _, r := range roles {
			if _, err := a.Role.Grant(ctx, role.Grant{Role: r, Person: string(person), Org: "desk", Decision: "bench", Reason: "bench"}); err != nil {
				return err
			}
		}
	}
	return a.Casework.SetLand(ctx, "NW")
}

func department(i int) ospo.OrgID { return ospo.OrgID(fmt.Sprint("desk-", i%departments)) }

// A filling is the desk while it is filled and measured.
type filling struct {
	*bench
	*app.App
	open  []string // cases in which a step can be taken
	found int      // cases that are open
}

// fill keeps the cases, as they would have become one by one, lets some wait for a second person
// and signs the clerk in: it returns the cookie.
func (f *filling) fill(ctx context.Context) (cookie string, err error) {
	if err := f.keep(ctx); err != nil {
		return "", err
	}
	if _, err := f.Casework.Settle(ctx); err != nil {
		return "", err
	}
	as := door.With(ctx, door.Viewer{Org: "desk", Person: proposer, Grants: []string{"casework.*", "approval.read"}, Lang: "de", Door: "web"})
	for i := range agreeing {
		id, err := f.Casework.Open(door.With(ctx, door.Viewer{Org: department(i), Person: proposer, Grants: []string{"casework.*"}, Lang: "de", Door: "web"}),
			casework.Input{Type: "advisory_response", Title: fmt.Sprint("Meldung ", i)})
		if err != nil {
			return "", err
		}
		if err := f.dismiss(as, id); err != nil {
			return "", err
		}
	}
	if err := f.DB.Sweep(ctx, "casework_case", "casework_task", "casework_event", "casework_turn", "approval_proposal"); err != nil {
		return "", err
	}
	return cookie, f.DB.Keep(ctx, func(tx *db.Tx) error {
		cookie, _, err = f.Governance.Welcome(ctx, tx, clerk, "desk", governance.Origin{Agent: "bench", Address: "127.0.0.1"})
		return err
	})
}

// dismiss proposes to close an advisory's case.
func (f *filling) dismiss(ctx context.Context, id string) error {
	o, err := f.Casework.Show(ctx, id)
	if err != nil {
		return err
	}
	if err := f.Casework.Complete(ctx, id, o.Tasks[0].ID, "", map[string]string{"advisory": "CVE-2026-1", "where_used": "nirgends", "affected": "not_affected", "why": "nicht im Einsatz"}, 0); err != nil {
		return err
	}
	_, err = f.Casework.Move(ctx, id, "dismiss", "nicht im Einsatz", 0)
	return err
}

// keep writes cases and tasks, many in a transaction.
func (f *filling) keep(ctx context.Context) error {
	const together = 10_000
	n := int(allCases * f.factor)
	for from := 0; from < n; from += together {
		var cases, tasks, events [][]any
		for i := from; i < min(n, from+together); i++ {
			c, t := f.invent(i)
			cases, tasks = append(cases, c), append(tasks, t...)
			events = append(events, []any{string(department(i)), c[0], 1, "opened", string(proposer), c[13], `{}`, c[7]})
		}
		err := f.DB.Keep(ctx, func(tx *db.Tx) error {
			return errors.Join(
				tx.InsertMany(ctx, "casework_case", "id, org, house, year, n, type, version, title, folded, asker, facts, state, outcome, created, closed", cases, ""),
				tx.InsertMany(ctx, "casework_task", "id, org, matter, state, task, role, person, since, due, result, ended, doer, note", tasks, ""),
				tx.InsertMany(ctx, "casework_event", "org, matter, n, what, person, at, body, said", events, ""))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// invent is one case with its open tasks.
func (f *filling) invent(i int) (c []any, tasks [][]any) {
	id, org := fmt.Sprintf("01900000-0000-7000-8000-%012d", i), string(department(i))
	created := time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * 15 * time.Minute).Format(db.Clock)
	state, outcome, closed := "accepted", "done", created
	if i%3 == 0 {
		state, outcome, closed = "received", "", ""
		if f.found++; f.found%100 >= stepping {
			for k, t := range [][2]string{{"record", "operator"}, {"look_up_contract", "procurement_manager"}} {
				taken := ""
				if f.found%97 == 0 {
					taken = string(clerk)
				}
				tasks = append(tasks, []any{fmt.Sprintf("%s-%d", id, k), org, id, state, t[0], t[1], taken, created, fmt.Sprintf("2027-%02d-%02d", 1+i/7%12, 1+i%28), "", "", "", ""})
			}
		} else {
			f.open = append(f.open, id)
		}
	}
	title := fmt.Sprintf("Stückliste %d von Hersteller %d", i, i%300)
	return []any{id, org, "desk", 2024, i + 1, "sbom_intake", 1, title, strings.ToLower(title), string(proposer), `{"readable":true}`, state, outcome, created, closed}, tasks
}

// step takes steps in the process: with the guard, the tasks that they end and begin, the event
// and the entry in the log.
func (f *filling) step(ctx context.Context) error {
	as := door.With(ctx, door.Viewer{Org: "desk", Person: clerk, Grants: []string{"casework.*"}, Lang: "de", Door: "web"})
	var all times
	var sum time.Duration
	for range f.some() {
		begun := time.Now()
		if _, err := f.Casework.Move(as, f.next(), "examine", "", 0); err != nil {
			return err
		}
		all = append(all, time.Since(begun))
		sum += all[len(all)-1]
	}
	about := f.about()
	one := all.p99("a step with guard, tasks and log, in the process")
	one.Note += about
	f.figure(one.under(10))
	f.figure(figure{Name: "– mean", Value: ms(sum) / float64(len(all)), Unit: "ms", Note: fmt.Sprintf("of %d%s", len(all), about)}.under(10))
	return nil
}

// some is how many steps are measured; in a small town there are fewer to take.
func (f *filling) some() int { return min(moves, len(f.open)/2) }

func (f *filling) next() (id string) {
	id, f.open = f.open[0], f.open[1:]
	return id
}

func (f *filling) about() string {
	return fmt.Sprintf("; %d cases, %d of them open, %d proposals wait", int(allCases*f.factor), f.found, agreeing)
}

// ask asks for pages through the door, and takes steps there.
func (f *filling) ask(ctx context.Context, cookie string) error {
	header := []string{"Cookie", "allmende=" + cookie}
	for _, page := range []struct{ name, path, has string }{
		{"cases, my tasks", "/casework", "Stückliste"},
		{"cases, the team's board", "/casework/team", "Stückliste"},
		{"cases, the team's board, one role", "/casework/team?role=operator&who=nobody", "Stückliste"},
		{"cases, list", "/casework/cases", "Stückliste"},
		{"cases, list of the open ones by name", "/casework/cases?ended=no&sort=title", "Stückliste"},
		{"cases, search", "/casework/cases?q=hersteller+29", "Hersteller 29"},
		{"cases, what waits for agreement", "/approval", "Meldung"},
	} {
		var all times
		begun := f.server.processor()
		for i := range f.rounds + 3 {
			a, err := f.bench.ask(ctx, http.MethodGet, page.path, nil, 0, header...)
			if err != nil {
				return err
			}
			if a.status != http.StatusOK || !strings.Contains(string(a.body), page.has) {
				return fmt.Errorf("GET %s: %d, and %q is not there", page.path, a.status, page.has)
			}
			if i >= 3 { // connections of the database come about as they are needed
				all = append(all, a.took)
			}
		}
		one := all.p99(page.name)
		one.Note += fmt.Sprintf("; %s ms of processor of the server a page", amount(ms(f.server.processor()-begun)/float64(f.rounds+3))) + f.about()
		f.figure(one.under(100))
	}
	return f.stepThrough(ctx, header)
}

func (f *filling) stepThrough(ctx context.Context, header []string) error {
	var all times
	header = append(header, "Content-Type", "application/x-www-form-urlencoded")
	for range f.some() {
		form := url.Values{"step": {"examine"}}.Encode()
		a, err := f.bench.ask(ctx, http.MethodPost, "/casework/case/"+f.next()+"/move", strings.NewReader(form), int64(len(form)), header...)
		if err != nil {
			return err
		}
		if a.status != http.StatusSeeOther {
			return fmt.Errorf("a step through the door: %d %s", a.status, brief(string(a.body)))
		}
		all = append(all, a.took)
	}
	one := all.p99("a step through the door, with the page that it is taken on")
	one.Note += f.about()
	f.figure(one)
	return nil
}
