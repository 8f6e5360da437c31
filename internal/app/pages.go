// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"embed"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/platform/api"
	"allmende/internal/platform/web"
)

//go:embed templates lang
var own embed.FS

// pages are those that belong to no room.
func (a *App) pages() []web.Page {
	return []web.Page{
		web.Show("GET /{$}", "estate.read", "home.html", a.home),
		web.Show("GET /help", web.Anyone, "help.html", plain),
		web.Show("GET /accessibility", web.Anyone, "accessibility.html", plain),
		web.Show("GET /imprint", web.Anyone, "imprint.html", plain),
		web.Show("GET /api", web.Anyone, "api.html", a.docs),
	}
}

// Plain is a page of text alone.
type Plain struct{}

func plain(*http.Request) (Plain, error) { return Plain{}, nil }

// DocsPage lists the operations of the API.
type DocsPage struct{ Rooms []DocsRoom }

// A DocsRoom is the part of the API that one room offers.
type DocsRoom struct {
	Name string
	Ops  []api.Doc
}

func (a *App) docs(*http.Request) (DocsPage, error) {
	var p DocsPage
	for _, d := range a.API.Docs() {
		room, _, _ := strings.Cut(strings.TrimPrefix(d.Path, api.Root+"/"), "/")
		i := slices.IndexFunc(p.Rooms, func(r DocsRoom) bool { return r.Name == room })
		if i < 0 {
			i, p.Rooms = len(p.Rooms), append(p.Rooms, DocsRoom{Name: room})
		}
		p.Rooms[i].Ops = append(p.Rooms[i].Ops, d)
	}
	return p, nil
}
