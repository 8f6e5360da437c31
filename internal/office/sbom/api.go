// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return append(s.reads(),
		api.Upload("sbom-upload", "/sbom/documents", "sbom.write", "Take bills of materials in",
			[]string{"application/octet-stream", "application/json", "application/xml", "application/gzip", "multipart/form-data"},
			[]api.Param{
				{Name: "software", Doc: "Name of the software; without it the document's product."},
				{Name: "release", Doc: "Version of the software, or the id of a release of the register."},
				{Name: "org", Doc: "Organisation it belongs to; without it the one that the token acts for."},
			}, s.apiUpload),
	)
}

// An Answer is a receipt, or with several files one for each.
type Answer struct {
	*Receipt
	Files []FileAnswer `json:"files,omitempty" doc:"One for each file, where several came."`
}

// A FileAnswer is what became of one of several files.
type FileAnswer struct {
	File    string   `json:"file"`
	Receipt *Receipt `json:"receipt,omitempty"`
	Problem string   `json:"problem,omitempty" doc:"Why it was refused, in the reader's language."`
	err     error
}

func (s *Service) apiUpload(r *http.Request) (Answer, error) {
	to := addressed(r.URL.Query().Get("software"), r.URL.Query().Get("release"), r.URL.Query().Get("org"))
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return s.apiFiles(r, to)
	}
	leave, err := s.lanes.enter(r.Context(), r.ContentLength)
	if err != nil {
		return Answer{}, err
	}
	defer leave()
	if to.Data, err = receive(r.Body, r.ContentLength, s.Limits.Bytes); err != nil {
		return Answer{}, err
	}
	receipt, err := s.Take(r.Context(), to)
	return Answer{Receipt: &receipt}, err
}

// addressed reads for what an upload is meant: a release's id, or names.
func addressed(software, release, org string) Upload {
	in := Upload{Software: strings.TrimSpace(software), Version: strings.TrimSpace(release), Org: ospo.OrgID(strings.TrimSpace(org))}
	if in.Software == "" && isID(in.Version) {
		in.Release, in.Version = ospo.ReleaseID(in.Version), ""
	}
	return in
}

// isID reports whether a text is a UUID rather than a version.
func isID(s string) bool {
	return len(s) == 36 && strings.Count(s, "-") == 4 && s[8] == '-' && s[23] == '-'
}

// apiFiles takes several files in, each for itself. It fails only if all do.
func (s *Service) apiFiles(r *http.Request, to Upload) (Answer, error) {
	leave, err := s.lanes.enter(r.Context(), r.ContentLength)
	if err != nil {
		return Answer{}, err
	}
	defer leave()
	parts, err := r.MultipartReader()
	if err != nil {
		return Answer{}, fault.Because(err, fault.Invalid, "sbom.body_broken")
	}
	var a Answer
	taken := 0
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return a, fault.Because(err, fault.Invalid, "sbom.body_broken")
		}
		if p.FileName() == "" && p.FormName() != "file" && p.FormName() != "bom" {
			if err := to.field(p); err != nil {
				return a, err
			}
			continue
		}
		if len(a.Files) == s.Limits.Files {
			return a, fault.New(fault.TooLarge, "sbom.too_many_files", s.Limits.Files)
		}
		f := s.apiPart(r, to, p)
		if f.err == nil {
			taken++
		}
		a.Files = append(a.Files, f)
	}
	switch {
	case len(a.Files) == 0:
		return a, fault.New(fault.Invalid, "sbom.file_missing")
	case taken == 0:
		return a, a.Files[0].err
	case len(a.Files) == 1:
		return Answer{Receipt: a.Files[0].Receipt}, nil
	}
	return a, nil
}

// field reads a field of the form, which stands before the files it is for. The names are
// those of the query, and those by which Dependency-Track's clients say the same; any
// other field is passed over.
func (in *Upload) field(p *multipart.Part) error {
	if !slices.Contains([]string{"software", "projectName", "release", "projectVersion", "org"}, p.FormName()) {
		return nil
	}
	data, err := receive(p, -1, 1<<10)
	text := strings.TrimSpace(string(data))
	switch {
	case err != nil:
		return err
	case legible(text) != text:
		return fault.At(p.FormName(), "fault.bytes")
	}
	switch p.FormName() {
	case "software", "projectName":
		in.Software = text
	case "release", "projectVersion":
		to := addressed(in.Software, text, "")
		in.Version, in.Release = to.Version, to.Release
	case "org":
		in.Org = ospo.OrgID(text)
	}
	return nil
}

func (s *Service) apiPart(r *http.Request, to Upload, p *multipart.Part) (f FileAnswer) {
	f.File, to.File = p.FileName(), p.FileName()
	if to.Data, f.err = receive(p, -1, s.Limits.Bytes); f.err == nil {
		var receipt Receipt
		receipt, f.err = s.Take(r.Context(), to)
		f.Receipt = &receipt
	}
	if f.err != nil {
		f.Receipt, f.Problem = nil, s.say(r.Context(), f.err)
	}
	return f
}
