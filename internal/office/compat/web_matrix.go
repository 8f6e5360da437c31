// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"allmende/internal/engine/combine"
	"allmende/internal/fault"
	"allmende/internal/platform/door"
)

// MatricesPage is the matrices that were brought in, and the form for another one.
type MatricesPage struct {
	Matrices    []Matrix
	Attribution string
	MayImport   bool
	Date        string
	MiB         int
}

func (s *Service) matricesPage(r *http.Request) (p MatricesPage, err error) {
	p = MatricesPage{Attribution: Attribution, MayImport: door.From(r.Context()).May("compat.import"), MiB: combine.MaxMatrixBytes >> 20}
	p.Matrices, err = s.Matrices(r.Context())
	return p, err
}

func (s *Service) bringMatrix(r *http.Request) (MatricesPage, string, error) {
	p, err := s.matricesPage(r)
	if err != nil {
		return p, "", err
	}
	name, data, err := readMatrixForm(r, &p)
	if err == nil && name == "" {
		err = fault.At("file", "compat.file_missing")
	}
	if err != nil {
		return p, "", invalid(err, "file")
	}
	m, err := s.Import(r.Context(), name, p.Date, data)
	return p, "/compat/matrix/" + m.ID, invalid(err, "file")
}

// readMatrixForm reads the form as a stream: nothing of it goes onto the server's disk.
func readMatrixForm(r *http.Request, p *MatricesPage) (name string, data []byte, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, combine.MaxMatrixBytes+1<<20)
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, fault.Because(err, fault.Invalid, "compat.form")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return name, data, nil
		}
		if err != nil {
			return "", nil, fault.Because(err, fault.Invalid, "compat.form")
		}
		text, err := upTo(part, combine.MaxMatrixBytes)
		if err != nil {
			return "", nil, err
		}
		switch part.FormName() {
		case "date":
			p.Date = strings.ToValidUTF8(cut(string(text)), "")
		case "file":
			if part.FileName() != "" || len(text) > 0 {
				name, data = path.Base(strings.ToValidUTF8(part.FileName(), "")), text
			}
		}
	}
}

// upTo reads at most so many bytes.
func upTo(in io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, fault.Because(err, fault.Invalid, "compat.form")
	}
	if int64(len(data)) > most {
		return nil, fault.New(fault.TooLarge, "compat.file_large", most>>20)
	}
	return data, nil
}

// MatrixPage is one matrix: where it is from, what it lacks, how it compares.
type MatrixPage struct {
	Matrix
	Attribution string
	List        []FlawRow
	Compared    int
	Agree       int
	Shade       int
	OneKnows    int
	Contrary    []ContraryRow
	MayRemove   bool
}

// A FlawRow is something wrong in the file, in words.
type FlawRow struct{ Text string }

// A ContraryRow is a pair on which rules and matrix say the opposite.
type ContraryRow struct{ In, Out, Ours, Clause, Theirs, Explanation string }

func (s *Service) matrixPage(r *http.Request) (p MatrixPage, err error) {
	m, read, err := s.Matrix(r.Context(), r.PathValue("matrix"))
	if err != nil {
		return p, err
	}
	v := door.From(r.Context())
	p = MatrixPage{Matrix: m, Attribution: Attribution, MayRemove: v.May("compat.import") && v.Org == m.Org}
	for _, f := range read.Flaws {
		p.List = append(p.List, FlawRow{own.T(tongue(r.Context()), f.Key, f.Out, f.In, f.Value)})
	}
	for _, c := range read.Compare() {
		p.Compared++
		switch c.Stand {
		case combine.Agree:
			p.Agree++
		case combine.Shade:
			p.Shade++
		case combine.Contrary:
			p.Contrary = append(p.Contrary, ContraryRow{c.In, c.Out, string(c.Rule.Answer), c.Rule.Clause, string(c.Matrix.Answer), c.Matrix.Explanation})
		default:
			p.OneKnows++
		}
	}
	return p, nil
}

func (s *Service) dropMatrix(r *http.Request) (string, error) {
	return "/compat/matrices", s.Remove(r.Context(), r.PathValue("matrix"))
}
