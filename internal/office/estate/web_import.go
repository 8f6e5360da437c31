// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/web"
)

// ImportPage asks for a table.
type ImportPage struct {
	Rows  int    // most that are read
	Bytes string // most that is read
	Known []string
}

func (s *Service) importPage() ImportPage {
	return ImportPage{Rows: s.Limits.Rows, Bytes: strconv.FormatInt(s.Limits.Bytes>>20, 10) + " MB", Known: Fields}
}

func (s *Service) webImport(*http.Request) (ImportPage, error) { return s.importPage(), nil }

// bring takes the table in and leads on to its preview.
func (s *Service) bring(r *http.Request) (ImportPage, string, error) {
	p := s.importPage()
	name, data, err := s.formFile(r)
	if err != nil {
		return p, "", err
	}
	id, err := s.Bring(r.Context(), name, data)
	if k := fault.Of(err); k == fault.Unreadable || k == fault.TooLarge {
		err = asInvalid(err)
	}
	return p, "/estate/import/" + id, err
}

// formFile reads the file of the form.
func (s *Service) formFile(r *http.Request) (name string, data []byte, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, s.Limits.Bytes+1<<20)
	f, h, err := r.FormFile("file")
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return "", nil, fault.At("file", "estate.import.too_large", s.importPage().Bytes)
	}
	if err != nil {
		return "", nil, fault.At("file", "estate.import.no_file")
	}
	defer f.Close()
	data, err = blob.Read(f, s.Limits.Bytes)
	if errors.Is(err, blob.ErrTooLarge) {
		err = fault.At("file", "estate.import.too_large", s.importPage().Bytes)
	}
	return h.Filename, data, err
}

// asInvalid says what is wrong with a file on the form that brought it.
func asInvalid(err error) error {
	var errs []error
	for _, f := range fault.Say(err) {
		errs = append(errs, &fault.Error{Kind: fault.Invalid, Key: f.Key, Args: f.Args, Field: "file", Err: err})
	}
	return errors.Join(errs...)
}

// PreviewPage shows what an import would do, and lets one say what the columns mean.
type PreviewPage struct {
	Upload  Upload
	Columns []MappedField
	Left    []string // headings of columns that are not read
	Report  ImportReport
	Shown   []ImportLine // the broken lines first
	Fault   *fault.Error // about the whole table, or nil
	Hidden  []web.Choice // the mapping, for the button
}

// A MappedField is one field with the column it is read from.
type MappedField struct {
	Field   string
	Options []web.Choice
}

// linesShown is how many lines a preview shows.
const linesShown = 200

func (s *Service) webPreview(r *http.Request) (PreviewPage, error) {
	told, err := toldMapping(r)
	if err != nil {
		return PreviewPage{}, err
	}
	up, read, rep, err := s.Preview(r.Context(), r.PathValue("id"), told)
	p := PreviewPage{Upload: up, Report: rep}
	if read.Table == nil {
		return p, err
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Invalid {
		p.Fault, err = f, nil
	}
	p.Columns, p.Left = columns(s, r, read)
	for f, i := range read.Mapping {
		p.Hidden = append(p.Hidden, web.Choice{Value: strconv.Itoa(i), Label: "m." + f})
	}
	for _, action := range []string{"error", "new", "update", "unchanged"} {
		for _, l := range rep.Lines {
			if l.Action == action && len(p.Shown) < linesShown {
				p.Shown = append(p.Shown, l)
			}
		}
	}
	return p, err
}

// columns offers each column of the table for each field.
func columns(s *Service, r *http.Request, read Reading) (fields []MappedField, left []string) {
	used := map[int]bool{}
	for _, f := range Fields {
		at, mapped := read.Mapping[f]
		used[at] = used[at] || mapped
		options := []web.Choice{{Label: s.word(r.Context(), "estate.import.no_column_choice"), Value: "-", Chosen: !mapped}}
		for i, h := range read.Table.Head {
			options = append(options, web.Choice{Value: strconv.Itoa(i), Label: orElse(h, strconv.Itoa(i+1)), Chosen: mapped && at == i})
		}
		fields = append(fields, MappedField{f, options})
	}
	for i, h := range read.Table.Head {
		if !used[i] && h != "" {
			left = append(left, h)
		}
	}
	return fields, left
}

// toldMapping reads what the form says of the columns; nil where it says nothing.
func toldMapping(r *http.Request) (Mapping, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Because(err, fault.Invalid, "estate.form")
	}
	var m Mapping
	for k, v := range r.Form {
		field, ok := strings.CutPrefix(k, "m.")
		if !ok {
			continue
		}
		if m == nil {
			m = Mapping{}
		}
		if i, err := strconv.Atoi(v[0]); err == nil {
			m[field] = i
		}
	}
	return m, nil
}

func (s *Service) start(r *http.Request) (string, error) {
	m, err := toldMapping(r)
	if err != nil {
		return "", err
	}
	task, err := s.Start(r.Context(), r.PathValue("id"), m)
	return "/job/" + task, err
}
