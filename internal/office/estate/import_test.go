// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
)

// take imports a table that has to be good.
func (s *stage) take(table string) estate.ImportReport {
	s.Helper()
	rep, err := s.estate.Import(s.as(musterau), []byte(table), nil, false)
	s.ok(err)
	if !rep.Written {
		s.Errorf("the report does not say that it was written: %+v", rep)
	}
	return rep
}

func (s *stage) sums(rep estate.ImportReport, want string) {
	s.Helper()
	if got := fmt.Sprintf("%d new, %d update, %d unchanged, %d broken", rep.New, rep.Update, rep.Unchanged, rep.Broken); got != want {
		s.Errorf("got %s, want %s: %+v", got, want, rep.Lines)
	}
}

// one returns the only software of a name with all that belongs to it.
func (s *stage) one(name string) estate.SoftwareEntry {
	s.Helper()
	all, err := s.estate.Entries(s.as(musterau), estate.Filter{Text: name})
	s.ok(err)
	if len(all) != 1 {
		s.Fatalf("%d software called %q, want 1: %+v", len(all), name, all)
	}
	return all[0]
}

const register = `Kennzeichen;Programm;Version;Amt;Rolle;Einsatzzweck;Im Einsatz seit;Schutzbedarf;Lieferant;Vertragsnr.;Vertragsende;Lizenzmodell;Lizenz;Hersteller;Bemerkung der Hausleitung
CI-1;Zammad;6.3.1;Gemeinde Musterau;Betreiber;Anfragen;01.05.2021;hoch;Dataport;V-1;31.12.2027;Open Source;AGPL-3.0-only;Zammad GmbH;x
CI-2;Zammad;6.3.1;Bauamt;Nutzer;Bauanfragen;2022;;Dataport;V-1;;;;;
CI-3;Öffi;12;bauamt;;;;kritisch;;;;Eigenentwicklung;;;
;Ohm;;;;;;;;;;;;;
`

func TestImportAndAgain(t *testing.T) {
	each(t, func(s *stage) {
		rep := s.take(register)
		s.sums(rep, "4 new, 0 update, 0 unchanged, 0 broken")
		if rep.Mapping["criticality"] != "Schutzbedarf" || rep.Mapping["kind"] != "Lizenzmodell" || rep.Mapping["maker"] != "Hersteller" {
			s.Errorf("the headings were taken for %v", rep.Mapping)
		}
		z := s.one("zammad")
		if z.Kind != "open" || z.Licence != "AGPL-3.0-only" || z.Supplier != "Zammad GmbH" || len(z.Releases) != 1 || len(z.Releases[0].Uses) != 2 {
			s.Fatalf("got %+v", z)
		}
		u := z.Releases[0].Uses[slices.IndexFunc(z.Releases[0].Uses, func(u estate.Use) bool { return u.Org == musterau })]
		if u.Role != "operator" || u.Since != "2021-05-01" || u.Criticality != "high" || u.Supplier != "Dataport" || u.Contract != "V-1" || u.ContractEnd != "2027-12-31" || u.External != "CI-1" {
			s.Errorf("got %+v", u)
		}
		if o := s.one("ohm"); len(o.Releases) != 0 || o.Kind != "unknown" {
			s.Errorf("a line that names nobody says that somebody uses it: %+v", o)
		}
		s.sums(s.take(register), "0 new, 0 update, 4 unchanged, 0 broken")

		// The next export of the same register: an update, a new line, another licence; empty cells change nothing.
		s.told = nil
		s.sums(s.take("Kennzeichen;Programm;Version;Amt;Lizenz\nCI-1;Zammad;6.5.2;;\nCI-2;Zammad;6.5.2;;AGPL-3.0-or-later\nCI-3;Öffi;;;MIT\nCI-9;Neu;1;Bauamt;\n"),
			"1 new, 3 update, 0 unchanged, 0 broken")
		z = s.one("zammad")
		if len(z.Releases) != 1 || z.Releases[0].Version != "6.5.2" || len(z.Releases[0].Uses) != 2 || z.Licence != "AGPL-3.0-or-later" || z.Releases[0].Uses[0].Contract != "V-1" {
			s.Errorf("got %+v, want both uses moved to the new version and the old one out of service", z)
		}
		if len(s.told) != 3 {
			s.Errorf("%d releases changed who sees them, want the old one, the new one and the new software's", len(s.told))
		}
	})
}

func TestImportWithoutNumbersFindsTheLineAgain(t *testing.T) {
	each(t, func(s *stage) {
		s.sums(s.take("Name,Version,Department\nZammad,6.3.1,Bauamt\nZammad,6.3.1,Gemeinde Musterau\n"), "2 new, 0 update, 0 unchanged, 0 broken")
		s.sums(s.take("Name,Version,Department,Criticality\nZAMMAD,6.3.1,Bauamt,very high\nZammad,6.3.1,Gemeinde Musterau,\n"), "0 new, 1 update, 1 unchanged, 0 broken")
		s.sums(s.take("Name,Version\nZammad,6.3.1\nZammad,6.5.2\n"), "1 new, 0 update, 1 unchanged, 0 broken")
	})
}

func TestImportRenamesWhatBearsTheNumber(t *testing.T) {
	each(t, func(s *stage) {
		s.take("ID;Name;Version\n1;Zammad;6.3.1\n2;Öffi;1\n3;Öffi;2\n")
		rep := s.take("ID;Name;Version\n1;Zammad Helpdesk;6.3.1\n2;Öffi;1\n")
		s.sums(rep, "0 new, 1 update, 1 unchanged, 0 broken")
		if got := s.one("helpdesk"); got.Releases[0].Version != "6.3.1" {
			s.Errorf("got %+v", got)
		}
		// A number whose software others use too moves; it does not rename.
		s.sums(s.take("ID;Name;Version\n2;Anderes;1\n"), "0 new, 1 update, 0 unchanged, 0 broken")
		if got := s.one("öffi"); len(got.Releases) != 1 || got.Releases[0].Version != "2" {
			s.Errorf("got %+v, want what is still in use", got)
		}
	})
}

// big is a table of n lines below the head; some are replaced.
func big(n int, broken map[int]string) []byte {
	var b strings.Builder
	b.WriteString("Nr.;Software;Version;Organisation;Kritikalität\n")
	for line := 2; line <= n+1; line++ {
		if text, ok := broken[line]; ok {
			b.WriteString(text + "\n")
			continue
		}
		fmt.Fprintf(&b, "%d;Programm %d;1.%d;Bauamt;hoch\n", line, line/2, line%2)
	}
	return []byte(b.String())
}

func TestOneBrokenLineRefusesTheTable(t *testing.T) {
	each(t, func(s *stage) {
		for name, tt := range map[string]struct {
			broken map[int]string
			lines  []int
			say    string
		}{
			"cells missing":  {map[int]string{4711: "4711;Programm"}, []int{4711}, "Zeile 4.711: Die Zeile hat 2 Felder, die Überschrift hat 5."},
			"quote":          {map[int]string{4711: `4711;"Programm;1;Bauamt;hoch`}, []int{4711}, "Zeile 4.711: Ein Anführungszeichen"},
			"no name":        {map[int]string{4711: ";;1;Bauamt;hoch"}, []int{4711}, "Zeile 4.711: Der Name der Software fehlt."},
			"organisation":   {map[int]string{4711: "4711;P;1;Fremdstadt;hoch"}, []int{4711}, "Zeile 4.711: Die Organisation „Fremdstadt“ gibt es in Ihrem Bereich nicht"},
			"value":          {map[int]string{4711: "4711;P;1;Bauamt;egal"}, []int{4711}, "Zeile 4.711: „egal“ ist in der Spalte „Kritikalität“ nicht vorgesehen."},
			"contradiction":  {map[int]string{4710: "7;P;1;Bauamt;hoch", 4711: "7;P;1;Bauamt;niedrig"}, []int{4711}, "Zeile 4.711: „low“ widerspricht Zeile 7, dort steht „high“."},
			"several broken": {map[int]string{17: "x", 4711: ";;;;", 4999: "4999;P;1;Bauamt;egal"}, []int{17, 4999}, "Zeile 17: "},
		} {
			table := big(5000, tt.broken)
			rep, err := s.estate.Import(s.as(musterau), table, nil, false)
			var lines []int
			for _, l := range rep.Lines {
				if l.Action == "error" {
					lines = append(lines, l.Line)
				}
			}
			if !slices.Equal(lines, tt.lines) || rep.Written || err == nil {
				s.Errorf("%s: broken lines %v, written %v, error %v; want %v and a refusal", name, lines, rep.Written, err, tt.lines)
			}
			if k := fault.Of(err); k != fault.Invalid && k != fault.Unreadable {
				s.Errorf("%s: kind %v", name, k)
			}
			var reasons []string
			for _, l := range rep.Lines {
				reasons = append(reasons, l.Reasons...)
			}
			if say := strings.Join(reasons, " "); !strings.Contains(say, tt.say) {
				s.Errorf("%s: said %q, want %q", name, say, tt.say)
			}
		}
		n, err := s.estate.Count(s.as(musterau), estate.Filter{})
		if err != nil || n != 0 {
			s.Errorf("%d software were written (%v), want none", n, err)
		}
	})
}

func TestBigImport(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 5,000 lines")
	}
	each(t, func(s *stage) {
		begin := time.Now()
		s.sums(s.take(string(big(5000, nil))), "5000 new, 0 update, 0 unchanged, 0 broken")
		s.Logf("5,000 lines new: %v", time.Since(begin))
		begin = time.Now()
		s.sums(s.take(string(big(5000, nil))), "0 new, 0 update, 5000 unchanged, 0 broken")
		s.Logf("5,000 lines unchanged: %v", time.Since(begin))
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	each(t, func(s *stage) {
		rep, err := s.estate.Import(s.as(musterau), []byte(register), nil, true)
		s.ok(err)
		s.sums(rep, "4 new, 0 update, 0 unchanged, 0 broken")
		n, err := db.Count(s.Context(), s.db.Read(), `SELECT count(*) FROM estate_software_view`)
		if err != nil || n != 0 || rep.Written {
			s.Errorf("%d software were written (%v)", n, err)
		}
	})
}

func TestExportIsReadBackUnchanged(t *testing.T) {
	each(t, func(s *stage) {
		s.take(register)
		s.addMany(musterau, []estate.SoftwareInput{{Name: "=1+1", PurposeDE: "Formel\nzweite Zeile", PURL: "pkg:npm/eins", Releases: []estate.ReleaseInput{{Version: "1"}, {Version: "2", Supported: "2027"}}}})
		for _, format := range []string{"csv", "xlsx"} {
			for _, tongue := range []string{"de", "en"} {
				v := viewer(musterau)
				v.Lang = tongue
				ctx := door.With(s.Context(), v)
				var b bytes.Buffer
				s.ok(s.estate.Export(ctx, &b, format, estate.Filter{}))
				rep, err := s.estate.Import(ctx, b.Bytes(), nil, false)
				s.ok(err)
				if rep.New+rep.Update != 0 || rep.Unchanged != 6 {
					s.Errorf("%s in %s: %+v", format, tongue, rep)
				}
			}
		}
		var b bytes.Buffer
		s.ok(s.estate.Export(s.as(musterau), &b, "json", estate.Filter{Kind: "open"}))
		var got []estate.SoftwareEntry
		s.ok(json.Unmarshal(b.Bytes(), &got))
		if len(got) != 1 || got[0].Name != "Zammad" || len(got[0].Releases[0].Uses) != 2 {
			s.Errorf("got %+v", got)
		}
		if err := s.estate.Export(s.as(musterau), &b, "pdf", estate.Filter{}); fault.Of(err) != fault.Invalid {
			s.Errorf("a strange format: %v", err)
		}
	})
}

func TestImportOfXLSX(t *testing.T) {
	each(t, func(s *stage) {
		var b bytes.Buffer
		s.ok(sheet.WriteXLSX(&b, "Bestand", sheet.Table{Head: []string{"Anwendung", "Version", "Seit"}, Rows: [][]string{{"Öffi", "12", "2021-05-01"}}}))
		rep, err := s.estate.Import(s.as(musterau), b.Bytes(), nil, false)
		s.ok(err)
		s.sums(rep, "1 new, 0 update, 0 unchanged, 0 broken")
		if u := s.one("öffi").Releases[0].Uses[0]; u.Since != "2021-05-01" || u.Org != musterau {
			s.Errorf("got %+v", u)
		}
	})
}

func TestForeignFactsStayAsTheyAre(t *testing.T) {
	each(t, func(s *stage) {
		s.addMany(provider, []estate.SoftwareInput{{Name: "Fachverfahren", Licence: "nach Vertrag", Releases: []estate.ReleaseInput{{Version: "1", Uses: []estate.UseInput{{Org: musterau}}}}}})
		s.sums(s.take("Name;Version;Organisation;Lizenz;Kritikalität\nFachverfahren;1;Gemeinde Musterau;MIT;hoch\n"), "0 new, 1 update, 0 unchanged, 0 broken")
		f := s.one("fachverfahren")
		if f.Licence != "nach Vertrag" || f.Org != provider || f.Releases[0].Uses[0].Criticality != "high" {
			s.Errorf("got %+v", f)
		}
		s.sums(s.take("Name;Version;Organisation\nFachverfahren;2;Gemeinde Musterau\n"), "1 new, 0 update, 0 unchanged, 0 broken")
		all, err := s.estate.Entries(s.as(provider), estate.Filter{Text: "fachverfahren"})
		s.ok(err)
		if len(all) != 2 {
			s.Errorf("the provider sees %d entries, want its own and the municipality's for a version it does not have", len(all))
		}
	})
}

// send uploads a table as a browser does.
func (s *stage) send(path, name string, table []byte) (int, string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	w, err := m.CreateFormFile("file", name)
	s.ok(err)
	w.Write(table)
	s.ok(m.Close())
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.site.As(viewer(musterau)).Do(r)
}

func TestImportInTheBrowser(t *testing.T) {
	each(t, func(s *stage) {
		s.says(s.get(musterau, "/estate/import"), "Tabelle importieren", "100.000 Zeilen", "20 MB")
		status, body := s.send("/estate/import", "alt.xls", []byte("\xd0\xcf\x11\xe0"))
		if status != http.StatusUnprocessableEntity {
			s.Errorf("status %d, want 422", status)
		}
		s.says(body, "Excel-Datei im alten Format")

		status, to := s.send("/estate/import", "liste.csv", []byte(register))
		if status != http.StatusSeeOther {
			s.Fatalf("status %d: %s", status, plainText(to))
		}
		s.says(s.get(musterau, to), "liste.csv", "4 Zeilen übernehmen", "Nicht gelesen werden: Bemerkung der Hausleitung", "Zammad 6.3.1")
		s.says(s.get(musterau, to+"?m.name=3&m.version=2"), "Gemeinde Musterau 6.3.1")
		s.says(s.get(musterau, to+"?m.version=2"), "Keine Spalte ist als Name der Software zugeordnet")

		task := s.post(musterau, to, nil)
		if status, _ := s.site.As(viewer(musterau)).Post(to, nil); status != http.StatusConflict {
			s.Errorf("started twice: status %d, want 409", status)
		}
		s.ok(s.queue.Drain(s.Context()))
		done, err := s.queue.Task(s.as(musterau), strings.TrimPrefix(task, "/job/"))
		s.ok(err)
		if done.State != "done" || done.Done != 4 {
			s.Errorf("got %+v", done)
		}
		s.says(s.get(musterau, "/estate"), "3 Programme", "Zammad", "Öffi")
		s.says(s.get(musterau, to), "Dieser Import ist beauftragt")
	})
}

func TestBrokenImportInTheBackground(t *testing.T) {
	each(t, func(s *stage) {
		_, to := s.send("/estate/import", "kaputt.csv", big(5000, map[int]string{4711: "kaputt"}))
		page := s.get(musterau, to)
		s.says(page, "1 Zeile ist fehlerhaft", "4.711", "Die Zeile hat 1 Felder", "!Zeilen übernehmen")
		task := s.post(musterau, to, nil) // whoever forces it
		s.ok(s.queue.Drain(s.Context()))
		done, err := s.queue.Task(s.as(musterau), strings.TrimPrefix(task, "/job/"))
		s.ok(err)
		if done.State != "failed" || done.Attempt != 1 {
			s.Errorf("got %+v, want it failed at once", done)
		}
		n, err := s.estate.Count(s.as(musterau), estate.Filter{})
		if err != nil || n != 0 {
			s.Errorf("%d software were written (%v)", n, err)
		}
	})
}

func TestImportThroughTheAPI(t *testing.T) {
	each(t, func(s *stage) {
		c := s.site.As(viewer(musterau))
		status, body := c.Send("/api/v1/estate/import?dry_run=true", "text/csv", strings.NewReader(register))
		var rep estate.ImportReport
		if err := json.Unmarshal([]byte(body), &rep); err != nil || status != http.StatusCreated || rep.New != 4 || rep.Written {
			s.Errorf("%d %v %s", status, err, body)
		}
		rep = estate.ImportReport{}
		status, body = c.Send("/api/v1/estate/import?name=Programm&kind=-", "text/csv", strings.NewReader(register))
		if err := json.Unmarshal([]byte(body), &rep); err != nil || status != http.StatusCreated || !rep.Written || rep.Mapping["kind"] != "" {
			s.Errorf("%d %v %s", status, err, body)
		}
		for table, want := range map[string]string{"Name;Version\nx\n": "Zeile 2: Die Zeile hat 1 Felder", "": "enthält keine Tabelle", "a;b\n1;2\n": "Keine Spalte"} {
			status, body = c.Send("/api/v1/estate/import", "text/csv", strings.NewReader(table))
			if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
				s.Errorf("%q: %d %s", table, status, body)
			}
		}
		if status, body = c.Send("/api/v1/estate/import?name=Preis", "text/csv", strings.NewReader(register)); status != http.StatusBadRequest || !strings.Contains(body, "Eine Spalte „Preis“ gibt es nicht") {
			s.Errorf("%d %s", status, body)
		}
	})
}

func TestStoryThroughTheAPI(t *testing.T) {
	each(t, func(s *stage) {
		c := s.site.As(viewer(musterau))
		status, body := c.Send("/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"Zammad","kind":"open","releases":[{"version":"6.3.1","uses":[{"criticality":"high"}]}]}`))
		var e estate.SoftwareEntry
		if err := json.Unmarshal([]byte(body), &e); err != nil || status != http.StatusCreated || len(e.Releases) != 1 || e.Releases[0].Uses[0].OrgName != "Gemeinde Musterau" {
			s.Fatalf("%d %v %s", status, err, body)
		}
		status, body = c.Send("/api/v1/estate/releases", "application/json", strings.NewReader(`{"software":"`+string(e.ID)+`","version":"6.5.2"}`))
		var r estate.ReleaseEntry
		if err := json.Unmarshal([]byte(body), &r); err != nil || status != http.StatusCreated || r.Version != "6.5.2" {
			s.Fatalf("%d %v %s", status, err, body)
		}
		status, body = c.Send("/api/v1/estate/uses", "application/json", strings.NewReader(`{"release":"`+string(r.ID)+`","org":"bauamt","role":"provider","since":"2024"}`))
		if status != http.StatusCreated || !strings.Contains(body, `"org_name":"Bauamt"`) {
			s.Errorf("%d %s", status, body)
		}
		if status, body = c.Get("/api/v1/estate/software?sort=-uses&size=1&q=zam"); status != http.StatusOK || !strings.Contains(body, `"users":2`) {
			s.Errorf("%d %s", status, body)
		}
		if status, body = c.Send("/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"zammad"}`)); status != http.StatusBadRequest || !strings.Contains(body, "steht schon im Verzeichnis") {
			s.Errorf("%d %s", status, body)
		}
	})
}
