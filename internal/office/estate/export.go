// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"encoding/json"
	"io"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
)

// A SoftwareEntry is one software with all that belongs to it, as JSON hands it out.
type SoftwareEntry struct {
	Software
	Releases []ReleaseEntry `json:"releases"`
}

// A ReleaseEntry is a release with the uses of the viewer's tree that go on.
type ReleaseEntry struct {
	Release
	Uses []Use `json:"uses"`
}

// Formats are the kinds of file that [Service.Export] writes.
var Formats = []string{"csv", "xlsx", "json"}

// Export writes the software that the filter lets through, with releases in service and
// uses that go on. CSV and XLSX have a line for each use, with headings in the viewer's
// language; [Service.Import] reads them back and finds nothing to change.
func (s *Service) Export(ctx context.Context, w io.Writer, format string, f Filter) error {
	entries, err := s.Entries(ctx, f)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(entries)
	case "csv":
		return sheet.WriteCSV(w, s.table(v.Lang, entries))
	case "xlsx":
		return sheet.WriteXLSX(w, s.texts.T(orElse(v.Lang, "en"), "estate.title"), s.table(v.Lang, entries))
	}
	return fault.New(fault.Invalid, "estate.export.format", format, join(Formats))
}

// Entries returns all software that the filter lets through, by name.
func (s *Service) Entries(ctx context.Context, f Filter) ([]SoftwareEntry, error) {
	entries := []SoftwareEntry{}
	o := Order{Sort: "name", Size: most}
	for {
		rows, err := s.page(ctx, door.From(ctx).Org, f, o)
		if err != nil {
			return nil, err
		}
		more := len(rows) > o.Size
		rows = rows[:min(len(rows), o.Size)]
		if entries, err = s.addEntries(ctx, entries, rows); err != nil || !more {
			return entries, err
		}
		o.After = rows[len(rows)-1].Cursor()
	}
}

// addEntries adds rows with their releases and uses, in two queries for all of them.
func (s *Service) addEntries(ctx context.Context, entries []SoftwareEntry, rows []SoftwareRow) ([]SoftwareEntry, error) {
	root := door.From(ctx).Org
	ids := make([]ospo.SoftwareID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	releases, err := s.store.releases(ctx, s.store.db.Read(), root, ids)
	if err != nil {
		return nil, err
	}
	running := make([]ospo.ReleaseID, len(releases))
	for i, r := range releases {
		running[i] = r.ID
	}
	uses, err := s.store.uses(ctx, s.store.db.Read(), root, running)
	if err != nil {
		return nil, err
	}
	of := map[ospo.ReleaseID][]Use{}
	for _, u := range uses {
		if u.Ended == "" {
			of[u.Release] = append(of[u.Release], u)
		}
	}
	at := map[ospo.SoftwareID][]ReleaseEntry{}
	for _, r := range releases {
		if r.Retired == "" || len(of[r.ID]) > 0 {
			at[r.Software] = append(at[r.Software], ReleaseEntry{r, of[r.ID]})
		}
	}
	for _, r := range rows {
		entries = append(entries, SoftwareEntry{r.Software, at[r.ID]})
	}
	return entries, nil
}

// table lays entries out as lines, one for each use.
func (s *Service) table(tongue string, entries []SoftwareEntry) sheet.Table {
	tongue = orElse(tongue, "en")
	t := sheet.Table{Head: make([]string, len(Fields))}
	for i, f := range Fields {
		t.Head[i] = s.texts.T(tongue, "estate.field."+f)
	}
	for _, e := range entries {
		if len(e.Releases) == 0 {
			t.Rows = append(t.Rows, s.exported(tongue, e.Software, Release{}, Use{}))
		}
		for _, r := range e.Releases {
			if len(r.Uses) == 0 {
				t.Rows = append(t.Rows, s.exported(tongue, e.Software, r.Release, Use{}))
			}
			for _, u := range r.Uses {
				t.Rows = append(t.Rows, s.exported(tongue, e.Software, r.Release, u))
			}
		}
	}
	return t
}

// exported is one line, in the order of Fields.
func (s *Service) exported(tongue string, w Software, r Release, u Use) []string {
	word := func(kind, value string) string {
		if value == "" {
			return ""
		}
		return s.texts.T(tongue, "estate."+kind+"."+value)
	}
	return []string{u.External, w.Name, r.Version, u.OrgName, word("role", u.Role), u.Purpose, string(u.Since), word("criticality", u.Criticality),
		u.Supplier, u.Contract, string(u.ContractEnd), word("kind", w.Kind), w.PurposeDE, w.PurposeEN, w.Licence, w.Supplier, w.Website, w.Repository,
		orElse(r.PURL, w.PURL), string(r.Released), string(r.Supported), w.Source, string(w.Checked)}
}
