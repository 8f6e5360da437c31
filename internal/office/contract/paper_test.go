// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract_test

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/contract"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

func (w *town) site(grants ...string) webtest.Caller {
	return webtest.New(w.t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.Viewer{Org: "city", Person: "ada", Grants: grants, Lang: "de"})
}

// content is what stands in a text document.
func content(t *testing.T, data string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A plan that was drawn says the same a year on: its page, its text document and its content as
// JSON bear one sum, whatever became of the contract, and are handed out unchanged.
func TestADrawnPlanStaysAsItWas(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := w.as("city")
		id := w.add(contract.Input{Title: "Pflege & Wartung", Since: "2026-07-01", Until: "2027-06-30", Amount: "1200.5", Per: "year"})
		for _, err := range []error{w.Answer(ctx, id, "", map[string]string{"frame": "single", "subject": "maintenance"}), w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C03"}})} {
			if err != nil {
				t.Fatal(err)
			}
		}
		paper, err := w.DrawPlan(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		site := w.site("contract.*")
		read := func() (page, text, body string) {
			t.Helper()
			for path, into := range map[string]*string{"": &page, "/odt": &text, "/json": &body} {
				status, answer := site.Get("/contract/paper/" + paper + path)
				if status != 200 {
					t.Fatalf("%s: %d %s", path, status, answer)
				}
				*into = answer
			}
			return page, text, body
		}
		page, text, body := read()
		sha := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
		for where, said := range map[string]string{"page": html.UnescapeString(page), "text": html.UnescapeString(content(t, text))} {
			for _, want := range []string{sha, "Pflege & Wartung", "1.200,50 €", "EVB-IT Pflege S", "C03", "nicht beantwortet", "Stückliste (SBOM) erhalten"} {
				if !strings.Contains(said, want) {
					t.Errorf("the %s lacks %q", where, want)
				}
			}
		}
		w.now = w.now.AddDate(1, 0, 0)
		if err := w.Change(ctx, id, "", contract.Input{Title: "Anderes", Supplier: "Haus", Kind: "once"}); err != nil {
			t.Fatal(err)
		}
		again, textAgain, bodyAgain := read()
		if again != page || textAgain != text || bodyAgain != body {
			t.Error("it is another one after the contract was changed")
		}
		if _, _, err := w.Paper(w.as("foreign"), paper); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.DrawPlan(w.as("foreign"), id); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger draws: %v", err)
		}
		if all, err := w.Papers(ctx, id); err != nil || len(all) != 1 || all[0].Sum != sha {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// Reports are kept with the day on which they were drawn. One drawn by who could see cases is
// found by nobody who may not.
func TestDrawnReportsAreKept(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		sees := true
		w.SeesCases = func(context.Context) bool { return sees }
		w.Approvals = func(context.Context) ([]contract.Approval, bool, error) {
			if !sees {
				return nil, false, nil
			}
			return []contract.Approval{{Number: "2026-0001", Title: "Freigabe", Reason: "steht im Vorgang"}}, true, nil
		}
		ctx := w.as("city")
		w.add(contract.Input{Title: "Ohne", Proprietary: "yes"})
		first, err := w.DrawReport(ctx)
		if err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(48 * time.Hour)
		w.add(contract.Input{Title: "Begründet", Proprietary: "yes", Reason: "nur dieser"})
		sees = false
		second, err := w.DrawReport(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if all, err := w.Papers(ctx, ""); err != nil || len(all) != 1 || all[0].ID != second {
			t.Errorf("who sees no cases finds %+v, %v", all, err)
		}
		if _, _, err := w.Paper(ctx, first); fault.Of(err) != fault.NotFound {
			t.Errorf("who sees no cases reads %v", err)
		}
		sees = true
		_, d, err := w.Paper(ctx, first)
		if err != nil || d.Report == nil || d.Report.Day != "2026-11-28" || len(d.Report.All) != 2 || d.Report.Without != 1 {
			t.Errorf("%+v, %v", d.Report, err)
		}
		if status, page := w.site("contract.read").Get("/contract/exceptions"); status != 200 || strings.Count(page, `/odt"`) != 2 || strings.Contains(page, "Bericht mit heutigem Stand festhalten") {
			t.Errorf("%d %s", status, page)
		}
		if status, _ := w.site("contract.read").Post("/contract/exceptions", nil); status == 303 {
			t.Error("who may only read draws a report")
		}
		if status, _ := w.site("contract.*").Post("/contract/exceptions", nil); status != 303 {
			t.Error(status)
		}
	})
}

// What somebody alters in the tables is not shown as what was drawn.
func TestAnAlteredPaperIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := w.as("city")
		w.add(contract.Input{Title: "Ohne", Proprietary: "yes"})
		id, err := w.DrawReport(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := w.Paper(ctx, id)
		if err != nil || !p.Proven {
			t.Fatalf("%v, %v", p.Proven, err)
		}
		alter := func(sql string, args ...any) {
			t.Helper()
			err := w.d.Write(t.Context(), ospo.Act{Org: "city", Person: "ada", What: "test.alter", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), sql, args...)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		forged := strings.Replace(p.Body, "Ohne", "Mit", 1)
		alter(`UPDATE contract_paper SET body = $1 WHERE org = $2`, forged, "city")
		if _, _, err := w.Paper(ctx, id); key(err) != "contract.paper.altered" {
			t.Error(err)
		}
		alter(`UPDATE contract_paper SET sum = $1 WHERE org = $2`, fmt.Sprintf("%x", sha256.Sum256([]byte(forged))), "city")
		if _, _, err := w.Paper(ctx, id); key(err) != "contract.paper.not_drawn" {
			t.Error(err)
		}
	})
}

// Whoever is erased stands in no paper, whatever the own name is made of; the paper can still be
// read, and the log has both sums.
func TestAPaperThatNamesSomebodyErasedIsSealedAnew(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx, name := w.as("city"), `Ute "Uschi" <Lang>`
		id := w.add(contract.Input{Title: "Pflege durch " + name})
		paper, err := w.DrawPlan(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		err = w.d.Write(ctx, ospo.Act{Org: "city", Person: "operator", What: "governance.person.erase", Door: "test"}, func(tx *db.Tx) error {
			found, err := w.Naming(ctx, tx, []string{name})
			for _, table := range w.Room().Rows {
				err = errors.Join(err, table.Forget(ctx, tx, "ute", []string{name}, "Person 4711"))
			}
			return errors.Join(err, w.Reseal(ctx, tx, found))
		})
		if err != nil {
			t.Fatal(err)
		}
		p, d, err := w.Paper(ctx, paper)
		if err != nil || !p.Proven || strings.Contains(p.Body, "Uschi") || d.Plan.Contract.Title != "Pflege durch Person 4711" {
			t.Errorf("%+v %v", d, err)
		}
	})
}
