// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"mime"
	"net/http"

	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("desk-files", "/desk/cases/{case}/files", mayRead, "Files that belong to a case", s.apiFiles),
		api.Upload("desk-attach", "/desk/cases/{case}/files", mayAsk, "Attach a file to a case", []string{"application/octet-stream", "multipart/form-data"},
			[]api.Param{{Name: "name", Doc: "Name of the file, where the body is the file itself."}}, s.apiAttach),
		api.Post("desk-remove", "/desk/cases/{case}/files/{file}/remove", mayAsk, "Remove a file; its sum and the reason stay", s.apiRemove),
		api.Get("desk-links", "/desk/cases/{case}/links", mayRead, "What a case has to do with", s.apiLinks),
		api.Post("desk-link", "/desk/cases/{case}/links", mayAsk, "Link a case", s.apiLink),
		api.Post("desk-unlink", "/desk/cases/{case}/links/{link}/remove", mayAsk, "End a link", s.apiUnlink),
		api.Get("desk-mentions", "/desk/mentions", mayRead, "Where you were named", s.apiMentions),
	}
}

// In says which case an operation is about.
type In struct {
	Case string `path:"case" doc:"Id of the case."`
}

// Done names what came of an act.
type Done struct {
	ID string `json:"id"`
}

func (s *Service) apiFiles(ctx context.Context, in In) (api.List[File], error) {
	all, err := s.Files(ctx, in.Case)
	return api.List[File]{Items: append([]File{}, all...)}, err
}

// apiAttach takes a file as the body, or as the part "file" of a form.
func (s *Service) apiAttach(r *http.Request) (File, error) {
	part := sent{r.Body, r.URL.Query().Get("name")}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		var err error
		if _, err = s.Part(r.Context(), r.PathValue("case")); err != nil {
			return File{}, err
		}
		if part, err = filePart(r); err != nil {
			return File{}, err
		}
	}
	return s.Attach(r.Context(), r.PathValue("case"), part.name, part)
}

func (s *Service) apiRemove(ctx context.Context, in struct {
	In
	File string `path:"file" doc:"Id of the file."`
	Body struct {
		Reason string `json:"reason" maxLength:"300"`
	}
}) (Done, error) {
	return Done{in.File}, s.Remove(ctx, in.Case, in.File, in.Body.Reason)
}

func (s *Service) apiLinks(ctx context.Context, in In) (api.List[Link], error) {
	all, err := s.Links(ctx, in.Case)
	return api.List[Link]{Items: append([]Link{}, all...)}, err
}

func (s *Service) apiLink(ctx context.Context, in struct {
	In
	Body LinkInput
}) (Done, error) {
	l, err := s.Join(ctx, in.Case, in.Body)
	return Done{l.ID}, err
}

func (s *Service) apiUnlink(ctx context.Context, in struct {
	In
	Link string `path:"link" doc:"Id of the link."`
}) (Done, error) {
	return Done{in.Link}, s.Unlink(ctx, in.Case, in.Link)
}

func (s *Service) apiMentions(ctx context.Context, in struct {
	Unseen bool `query:"unseen" doc:"Only those that you have not taken note of."`
}) (api.List[Mention], error) {
	all, err := s.Mentions(ctx, in.Unseen)
	return api.List[Mention]{Items: append([]Mention{}, all...)}, err
}
