// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// UploadPage takes documents in and shows what became of them.
type UploadPage struct {
	Release  ospo.ReleaseID // named by the page that led here
	Target   string         // its name
	Software string
	Version  string
	Results  []UploadResult
	Taken    int
	MiB      int64 // most of one document
}

// An UploadResult is what became of one file.
type UploadResult struct {
	File    string
	Receipt Receipt
	Findings
	Known   bool   // whether somebody looked for vulnerabilities
	Problem string // why it was refused; empty where it was taken in
}

func (s *Service) webUploadForm(r *http.Request) (UploadPage, error) {
	p := UploadPage{MiB: s.Limits.Bytes >> 20, Release: ospo.ReleaseID(r.URL.Query().Get("release")), Software: r.URL.Query().Get("software")}
	return p, s.nameTarget(r, &p)
}

func (s *Service) nameTarget(r *http.Request, p *UploadPage) error {
	if p.Release == "" {
		return nil
	}
	to, err := s.store.release(r.Context(), s.store.db.Read(), door.From(r.Context()).Org, p.Release)
	p.Target = to.Title()
	return err
}

// atOnce is how many files are taken in while the reader waits; more become a task.
const atOnce = 5

func (s *Service) webUpload(r *http.Request) (UploadPage, string, error) {
	p := UploadPage{MiB: s.Limits.Bytes >> 20}
	leave, err := s.lanes.enter(r.Context(), r.ContentLength)
	if err != nil {
		return p, "", err
	}
	defer leave()
	f, err := s.readForm(r, &p)
	if err == nil {
		err = s.nameTarget(r, &p)
	}
	if err == nil && len(f.names) == 0 {
		err = fault.At("file", "sbom.file_missing")
	}
	if err != nil {
		return p, "", invalid(err)
	}
	to := Upload{Release: p.Release, Software: p.Software, Version: p.Version}
	if len(f.names) > atOnce || f.archives {
		task, err := s.Import(r.Context(), to, f.names, f.contents)
		return p, "/job/" + task, invalid(err)
	}
	return s.takeForm(r, p, to, f)
}

// takeForm takes a few files in while the reader waits.
func (s *Service) takeForm(r *http.Request, p UploadPage, to Upload, f uploadForm) (UploadPage, string, error) {
	var last error
	for i, name := range f.names {
		to.File, to.Data = name, f.contents[i]
		res := UploadResult{File: name}
		var err error
		if res.Receipt, err = s.Take(r.Context(), to); err != nil {
			if fault.Of(err) == fault.Internal {
				return p, "", err
			}
			last, res.Problem = err, s.say(r.Context(), err)
		} else {
			p.Taken++
		}
		if res.Receipt.Findings != nil {
			res.Findings, res.Known = *res.Receipt.Findings, true
		}
		p.Results = append(p.Results, res)
	}
	if p.Taken == 0 {
		return p, "", invalid(last)
	}
	return p, "", nil
}

// invalid lets a form be shown again, with why on top of it, whatever kind of fault it was.
func invalid(err error) error {
	if err == nil || fault.Of(err) == fault.Internal {
		return err
	}
	var out []error
	for _, e := range fault.Say(err) {
		out = append(out, &fault.Error{Kind: fault.Invalid, Key: e.Key, Args: e.Args, Field: "file"})
	}
	return errors.Join(out...)
}

// uploadForm are the files of a form.
type uploadForm struct {
	names    []string
	contents [][]byte
	archives bool
}

// readForm reads the form as a stream; its fields stand before its files.
func (s *Service) readForm(r *http.Request, p *UploadPage) (f uploadForm, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return f, fault.Because(err, fault.Invalid, "sbom.body_broken")
	}
	left := s.Limits.Archive
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return f, nil
		}
		if err != nil {
			return f, fault.Because(err, fault.Invalid, "sbom.body_broken")
		}
		data, err := receive(part, -1, left)
		if err != nil {
			return f, err
		}
		left -= int64(len(data))
		if part.FormName() != "file" {
			if text := string(data); legible(text) != text {
				return f, fault.At(part.FormName(), "fault.bytes")
			}
			p.set(part.FormName(), strings.TrimSpace(short(string(data))))
			continue
		}
		if part.FileName() == "" && len(data) == 0 {
			continue // the field was left empty
		}
		if len(f.names) == s.Limits.Files {
			return f, fault.New(fault.TooLarge, "sbom.too_many_files", s.Limits.Files)
		}
		f.names, f.contents = append(f.names, path.Base(part.FileName())), append(f.contents, data)
		f.archives = f.archives || archived(data)
	}
}

func (p *UploadPage) set(field, value string) {
	switch field {
	case "release":
		p.Release = ospo.ReleaseID(value)
	case "software":
		p.Software = value
	case "version":
		p.Version = value
	}
}
