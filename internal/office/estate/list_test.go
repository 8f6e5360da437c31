// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/ospo"
)

// many makes n software with a release each, used by turns.
func many(n int) []estate.SoftwareInput {
	names := []string{"Öffi", "Ohm", "Zammad", "ärztin", "Apfel", "apfel b", "Straße", "Strasse b", "Übung", "Umzug"}
	orgs := []ospo.OrgID{musterau, bauamt, beispiel}
	var out []estate.SoftwareInput
	for i := range n {
		in := estate.SoftwareInput{Name: fmt.Sprintf("%s %d", names[i%len(names)], i/len(names)), Kind: estate.Kinds[i%4], Licence: []string{"MIT", "AGPL-3.0-only", ""}[i%3],
			Supplier: []string{"", "Öko GmbH", "Oma AG"}[i%3], PurposeDE: "Zweck " + fmt.Sprint(i%7)}
		in.Releases = []estate.ReleaseInput{{Version: "1." + fmt.Sprint(i)}}
		if i%5 > 0 {
			in.Releases[0].Uses = []estate.UseInput{{Org: orgs[i%3], Criticality: estate.Criticalities[i%5], Role: estate.Roles[i%4]}}
		}
		out = append(out, in)
	}
	return out
}

func (s *stage) addMany(org ospo.OrgID, in []estate.SoftwareInput) []ospo.SoftwareID {
	s.Helper()
	ids, err := s.estate.AddMany(s.Context(), viewer(org).Act("estate.add", ""), in)
	s.ok(err)
	return ids
}

func TestPagingShowsEachRowOnce(t *testing.T) {
	each(t, func(s *stage) {
		want := s.addMany(provider, many(143))
		slices.Sort(want)
		for _, sort := range estate.Sorts {
			for _, desc := range []bool{false, true} {
				var got []ospo.SoftwareID
				o := estate.Order{Sort: sort, Desc: desc, Size: 10}
				for pages := 0; ; pages++ {
					rows, next, err := s.estate.List(s.as(provider), estate.Filter{}, o)
					s.ok(err)
					for _, r := range rows {
						got = append(got, r.ID)
					}
					if next == "" {
						break
					}
					o.After = next
					if pages > 20 {
						s.Fatalf("sorted by %s the list does not end", sort)
					}
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					s.Errorf("sorted by %s (descending %v): %d rows, want each of %d once", sort, desc, len(got), len(want))
				}
			}
		}
	})
}

func TestGermanOrder(t *testing.T) {
	each(t, func(s *stage) {
		s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad"}, {Name: "Ohm"}, {Name: "Öffi"}, {Name: "Apfel"}, {Name: "Ärztin"}})
		rows, _, err := s.estate.List(s.as(musterau), estate.Filter{}, estate.Order{Sort: "name", Size: 50})
		s.ok(err)
		if got := names(rows); got != "Apfel Ärztin Öffi Ohm Zammad" {
			s.Errorf("got %s", got)
		}
	})
}

func names(rows []estate.SoftwareRow) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

func TestFilters(t *testing.T) {
	each(t, func(s *stage) {
		s.addMany(musterau, []estate.SoftwareInput{
			{Name: "Öffi", Kind: "open", Licence: "GPL-3.0-only", PurposeDE: "Fahrplan für alle", Supplier: "Verein Öffi",
				Releases: []estate.ReleaseInput{{Version: "1", Uses: []estate.UseInput{{Org: bauamt, Role: "operator", Criticality: "high", Supplier: "Dataport"}}}}},
			{Name: "Ohm", Kind: "proprietary", Licence: "100%_frei"},
			{Name: "Zammad", Kind: "open", Licence: "AGPL-3.0-only",
				Releases: []estate.ReleaseInput{{Version: "6.3", Uses: []estate.UseInput{{Org: musterau, Role: "user", Criticality: "very_high"}}}}},
		})
		for f, want := range map[estate.Filter]string{
			{}:                                  "Öffi Ohm Zammad",
			{Text: "ÖFF"}:                       "Öffi",
			{Text: "fahrPLAN"}:                  "Öffi",
			{Text: "verein"}:                    "Öffi",
			{Text: "%"}:                         "Ohm",
			{Text: "_frei"}:                     "Ohm",
			{Kind: "open"}:                      "Öffi Zammad",
			{Licence: "agpl"}:                   "Zammad",
			{Supplier: "öffi"}:                  "Öffi",
			{Supplier: "dataport"}:              "Öffi",
			{Role: "operator"}:                  "Öffi",
			{Criticality: "very_high"}:          "Zammad",
			{Org: bauamt}:                       "Öffi",
			{Org: musterau}:                     "Öffi Ohm Zammad",
			{Org: bauamt, Role: "user"}:         "",
			{Org: musterau, Role: "user"}:       "Zammad",
			{Role: "user", Criticality: "high"}: "",
			{SBOM: "yes"}:                       "",
			{SBOM: "no"}:                        "Öffi Ohm Zammad",
			{State: "retired"}:                  "",
			{Org: foreign}:                      "",
		} {
			rows, _, err := s.estate.List(s.as(musterau), f, estate.Order{Sort: "name", Size: 50})
			s.ok(err)
			n, err := s.estate.Count(s.as(musterau), f)
			s.ok(err)
			if got := names(rows); got != want || n != len(rows) {
				s.Errorf("%+v: got %q (%d), want %q", f, got, n, want)
			}
		}
	})
}

func TestRowsSumUp(t *testing.T) {
	each(t, func(s *stage) {
		s.estate.Hits = nil
		s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad", Releases: []estate.ReleaseInput{
			{Version: "6.3", Uses: []estate.UseInput{{Org: musterau, Criticality: "low"}, {Org: bauamt, Criticality: "high"}}}, {Version: "6.5", Uses: []estate.UseInput{{Org: bauamt}}}}}})
		rows, _, err := s.estate.List(s.as(musterau), estate.Filter{}, estate.Order{Sort: "criticality", Desc: true, Size: 5})
		s.ok(err)
		r := rows[0]
		if r.Users != 2 || r.FirstUser != "Bauamt" || r.Criticality != "high" || len(r.Releases) != 2 || r.SBOM != "unknown" {
			s.Errorf("got %+v", r)
		}
	})
}

// What nobody knows of one release is not covered up by what is known of another: a list
// never says "none known" where something could not be looked at.
func TestUnknownNeverCountsAsFine(t *testing.T) {
	fine, unclear, hit := estate.Hit{Documents: 1}, estate.Hit{Documents: 1, Unclear: 1, Unchecked: 163}, estate.Hit{Documents: 1, Critical: 2, Findings: 3}
	few := estate.Hit{Documents: 1, Unchecked: 1}
	each(t, func(s *stage) {
		for _, tt := range []struct {
			name, sbom string
			hits       []estate.Hit // of the first releases; the last has no bill of materials
			releases   int
			says       []string
		}{
			{"all is known", "yes", []estate.Hit{fine, fine}, 2, []string{"vorhanden", "keine bekannt", "!nicht alles geprüft"}},
			{"one package is not", "yes", []estate.Hit{fine, few}, 2, []string{"vorhanden", "keine bekannt nicht alles geprüft"}},
			{"nothing could be checked", "yes", []estate.Hit{unclear}, 1, []string{"vorhanden", "unbekannt", "!keine bekannt", "!teils", "!teilweise"}},
			{"one of two has no document", "some", []estate.Hit{fine}, 2, []string{"teilweise teils unbekannt", "!keine bekannt"}},
			{"one of two could not be checked", "yes", []estate.Hit{fine, unclear}, 2, []string{"teils unbekannt", "!keine bekannt"}},
			{"findings, and a release without a document", "some", []estate.Hit{hit}, 2, []string{"2 kritisch nicht alles geprüft"}},
			{"no document at all", "no", nil, 2, []string{"fehlt", "!keine bekannt", "!teils", "!teilweise"}},
		} {
			name := strings.ReplaceAll(tt.name, " ", "-")
			in := estate.SoftwareInput{Name: name}
			for i := range tt.releases {
				in.Releases = append(in.Releases, estate.ReleaseInput{Version: fmt.Sprint(i)})
			}
			id := s.addMany(musterau, []estate.SoftwareInput{in})[0]
			s.estate.Hits = func(_ context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]estate.Hit, error) {
				out := map[ospo.ReleaseID]estate.Hit{}
				for i, h := range tt.hits {
					out[releases[i]] = h
				}
				return out, nil
			}
			rows, _, err := s.estate.List(s.as(musterau), estate.Filter{Text: name}, estate.Order{Sort: "name", Size: 5})
			s.ok(err)
			if rows[0].SBOM != tt.sbom {
				s.Errorf("%s: the API says %q, want %q", tt.name, rows[0].SBOM, tt.sbom)
			}
			_, row, _ := strings.Cut(s.get(musterau, "/estate?q="+name), "<tbody")
			row, _, _ = strings.Cut(row, "</tbody>")
			s.says(row, tt.says...)
			if tt.sbom == "some" {
				s.says(s.get(musterau, "/estate/software/"+string(id)), "vorhanden", "fehlt")
			}
		}
	})
}

func TestStrangeOrdersAreRefused(t *testing.T) {
	each(t, func(s *stage) {
		for _, o := range []estate.Order{{Sort: "price", Size: 5}, {Sort: "name", After: "!", Size: 5}, {Sort: "uses", After: "YR9iH2M", Size: 5}} {
			if _, _, err := s.estate.List(s.as(musterau), estate.Filter{}, o); fault.Of(err) != fault.Invalid {
				s.Errorf("%+v: got %v, want a sentence", o, err)
			}
		}
	})
}

func TestListStaysFast(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a register with 5,000 software")
	}
	each(t, func(s *stage) {
		begin := time.Now()
		s.addMany(provider, many(140))
		took := time.Since(begin)
		s.Logf("140 software registered: %v", took)
		if took > 10*time.Second {
			s.Errorf("140 software took %v to register; on a quiet machine it is less than a second", took)
		}
		for i := range 10 {
			in := many(500)
			for j := range in {
				in[j].Name += fmt.Sprintf(" (%d)", i)
			}
			s.addMany(provider, in)
		}
		for _, sort := range []string{"name", "criticality", "supplier"} {
			begin := time.Now()
			_, _, err := s.estate.List(s.as(provider), estate.Filter{}, estate.Order{Sort: sort, Size: 50})
			s.ok(err)
			s.Logf("by %s: %v", sort, time.Since(begin))
		}
		begin = time.Now()
		status, body := s.site.As(viewer(provider)).Get("/estate?q=zweck&criticality=high")
		s.Logf("page: %d, %d bytes, %v", status, len(body), time.Since(begin))
	})
}
