// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"net/http"
	"slices"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// FilesPage offers files of a case for its tickets.
type FilesPage struct {
	Matter
	Tickets []Standing
	Files   []web.Choice
	Sizes   []int64 // of each, in thousands of bytes
	Text    string
	Most    int
	Bytes   float64 // megabytes
}

func (s *Service) filesPage(r *http.Request) (p FilesPage, err error) {
	ctx := r.Context()
	var all []Standing
	if p.Matter, all, _, err = s.Standings(ctx, r.PathValue("case")); err != nil {
		return p, err
	}
	if err := door.From(ctx).Check(mayWrite); err != nil {
		return p, err
	}
	p.Tickets, p.Most, p.Bytes = all, mostFiles, megabytes(mostBytes)
	if len(s.systems) == 0 {
		return p, nil
	}
	kept, err := s.Files.Of(ctx, p.ID)
	for _, k := range kept {
		if k.Ready {
			p.Files, p.Sizes = append(p.Files, web.Choice{Value: k.ID, Label: k.Name, Chosen: slices.Contains(r.PostForm["file"], k.ID)}), append(p.Sizes, k.KB())
		}
	}
	return p, err
}

func (s *Service) giveFiles(r *http.Request) (p FilesPage, next string, err error) {
	if p, err = s.filesPage(r); err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	return p, "/casework/case/" + p.ID + "#ticket", s.Attach(r.Context(), p.ID, p.Text, r.PostForm["file"])
}
