// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"net/http"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "role.nav", Href: "/role", Permit: "role.read"}}
}

func (s *Service) pages() []web.Page {
	const read, write, grant = "role.read", "role.write", "role.grant"
	return []web.Page{
		web.Show("GET /role", read, "posts.html", s.postsPage),
		web.Show("GET /role/map", read, "map.html", s.mapPage),
		web.Show("GET /role/kind/{role}", read, "role.html", s.rolePage),
		web.Show("GET /role/add", write, "role_form.html", s.newRole),
		web.Form("POST /role/add", write, "role_form.html", s.addRole),
		web.Show("GET /role/kind/{role}/edit", write, "role_form.html", s.editRole),
		web.Form("POST /role/kind/{role}/edit", write, "role_form.html", s.changeRole),
		web.Form("POST /role/kind/{role}/retire", write, "role.html", s.retireRole),
		web.Form("POST /role/kind/{role}/restore", write, "role.html", s.restoreRole),

		web.Show("GET /role/mandates", read, "mandates.html", s.mandatesPage),
		web.Show("GET /role/mandates/add", grant, "mandate_form.html", s.newMandate),
		web.Form("POST /role/mandates/add", grant, "mandate_form.html", s.addMandate),
		web.Show("GET /role/mandate/{mandate}", read, "mandate.html", s.mandatePage),
		web.Form("POST /role/mandate/{mandate}/end", grant, "mandate.html", s.endMandate),

		web.Show("GET /role/absences", read, "absences.html", s.absencesPage),
		web.Form("POST /role/absences", read, "absences.html", s.addAbsence),
		web.Do("POST /role/absence/{absence}/end", read, s.endAbsence),

		web.Show("GET /role/matrix", read, "matrix.html", s.matrixPage),
		web.File("GET /role/matrix.csv", read, s.matrixFile),
		web.Show("GET /role/explain", read, "explain.html", s.explainPage),
	}
}

func may(r *http.Request, permission string) bool { return door.From(r.Context()).May(permission) }

// PostsPage says for each role who fills it.
type PostsPage struct {
	Posts                       []PostRow
	Strayed                     []StrayRow
	Vacant, Alone, Running, Out int
	MayGrant, MayWrite          bool
}

// A StrayRow is a steering role that came to be outside without a reason.
type StrayRow struct {
	Tenant
	Title string // of the role
}

// A PostRow is a post in the reader's language.
type PostRow struct {
	Post
	Name, Purpose string
}

func (s *Service) postsPage(r *http.Request) (p PostsPage, err error) {
	all, err := s.Posts(r.Context())
	p.MayGrant, p.MayWrite = may(r, "role.grant"), may(r, "role.write")
	for _, post := range all {
		tongue := door.From(r.Context()).Lang
		p.Posts = append(p.Posts, PostRow{post, post.Role.Name.In(tongue), post.Role.Purpose.In(tongue)})
		p.Running += len(post.Holders) + len(post.Below)
		switch post.State {
		case "vacant":
			p.Vacant++
		case "alone":
			p.Alone++
		}
		for _, list := range [][]Tenant{post.Holders, post.Below} {
			for _, t := range list {
				if t.Outside {
					p.Out++
				}
				if t.Strayed && t.OrgName != "" { // one from above is not ours to mend
					p.Strayed = append(p.Strayed, StrayRow{t, post.Role.Name.In(tongue)})
				}
			}
		}
	}
	return p, err
}
