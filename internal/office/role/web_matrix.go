// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// MatrixPage shows who may what in an organisation: a grid of people and rooms, or, where
// one permission is asked for, who may do it and why.
type MatrixPage struct {
	Matrix      Matrix
	Rooms       []string    // by name
	Lines       []MatrixRow // one page of them
	Count       int
	Orgs, Roles []web.Choice
	Permissions []web.Choice
	Permission  string
	Query       string
	CSV, All    string // addresses of the downloads
	Pager       web.Pager
}

// A MatrixRow is a person with what may be done, room by room.
type MatrixRow struct {
	Line
	Cells []Cell
	Why   []Why
}

// Why is a reason in the reader's language.
type Why struct {
	Reason
	Title string // of the role
}

// Last is the last day as a time.
func (w Why) Last() time.Time { return day(w.Until) }

func whys(all []Reason, tongue string) []Why {
	var out []Why
	for _, r := range all {
		out = append(out, Why{r, r.RoleName.In(tongue)})
	}
	return out
}

// A Cell is what a person may in one room.
type Cell struct {
	Room  string
	Verbs []string
	Href  string // the reason
}

const linesOnPage = 50

func (s *Service) matrixPage(r *http.Request) (p MatrixPage, err error) {
	ctx, q := r.Context(), r.URL.Query()
	ask := question(q)
	if p.Matrix, err = s.Matrix(ctx, ask); err != nil {
		return p, err
	}
	p.Count, p.Permission, p.Query = len(p.Matrix.People), ask.Permission, ask.Text
	from := min(offset(q.Get("from")), p.Count)
	to := min(from+linesOnPage, p.Count)
	all := rooms(p.Matrix.Permissions)
	for _, room := range all {
		p.Rooms = append(p.Rooms, s.word(ctx, room+".nav", room))
	}
	for _, l := range p.Matrix.People[from:to] {
		why := l.Through
		if ask.Permission != "" {
			why = l.Reasons
		}
		p.Lines = append(p.Lines, MatrixRow{l, s.cells(ctx, l, all, p.Matrix.Org), whys(why, door.From(ctx).Lang)})
	}
	p.ways(q, from, to)
	for _, one := range s.Permissions {
		p.Permissions = append(p.Permissions, web.Choice{Value: one, Label: one, Chosen: one == ask.Permission})
	}
	if p.Roles, err = s.roleChoices(ctx, ask.Role); err != nil {
		return p, err
	}
	p.Orgs, err = s.orgChoices(ctx, p.Matrix.Org)
	return p, err
}

func question(q url.Values) Question {
	text := strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), ""))
	return Question{Org: ospo.OrgID(q.Get("org")), Permission: q.Get("permission"), Role: plain(q.Get("role")), Text: text[:min(len(text), longestName)]}
}

// offset reads how many lines were before; what is no number is none.
func offset(text string) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 1_000_000 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// ways fills in the addresses of pages and downloads.
func (p *MatrixPage) ways(q url.Values, from, to int) {
	with := func(path, key, value string) string {
		c := url.Values{}
		for _, k := range []string{"org", "permission", "role", "q"} {
			if q.Get(k) != "" {
				c.Set(k, q.Get(k))
			}
		}
		if key != "" {
			c.Set(key, value)
		}
		if len(c) == 0 {
			return path
		}
		return path + "?" + c.Encode()
	}
	p.CSV, p.All = with("/role/matrix.csv", "", ""), "/role/matrix.csv?all=1"
	if from > 0 {
		p.Pager.First = with("/role/matrix", "", "")
	}
	if to < p.Count {
		p.Pager.Next = with("/role/matrix", "from", number(to))
	}
}

// rooms lists the first words of permissions, in order.
func rooms(permissions []string) []string {
	var out []string
	for _, p := range permissions {
		if room, _, _ := strings.Cut(p, "."); !slices.Contains(out, room) {
			out = append(out, room)
		}
	}
	return out
}

// word returns a text in the reader's language, else what stands for it.
func (s *Service) word(ctx context.Context, key, or string) string {
	if text, ok := s.Texts[door.From(ctx).Lang][key]; ok {
		return text
	}
	return or
}

// called is a permission in the reader's words: "Rollen: freigeben".
func (s *Service) called(ctx context.Context, permission string) string {
	room, verb, _ := strings.Cut(permission, ".")
	return s.word(ctx, room+".nav", room) + ": " + s.word(ctx, "role.verb."+verb, verb)
}

func (s *Service) cells(ctx context.Context, l Line, rooms []string, org ospo.OrgID) []Cell {
	out := make([]Cell, len(rooms))
	for i, room := range rooms {
		out[i].Room = s.word(ctx, room+".nav", room)
		for _, p := range l.May {
			if head, verb, _ := strings.Cut(p, "."); head == room {
				out[i].Verbs = append(out[i].Verbs, s.word(ctx, "role.verb."+verb, verb))
				out[i].Href = explainHref(string(l.Person), p, org)
			}
		}
	}
	return out
}

func explainHref(person, permission string, org ospo.OrgID) string {
	return "/role/explain?" + url.Values{"person": {person}, "permission": {permission}, "org": {string(org)}}.Encode()
}

// matrixFile hands the matrix out as CSV: a line a person, or with all=1 a line for each
// person in each organisation.
func (s *Service) matrixFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	t := sheet.Table{Head: append([]string{"person", "name", "house", "org", "orgName"}, s.Permissions...)}
	add := func(l Line, org ospo.OrgID, name string) error {
		row := []string{string(l.Person), l.Name, l.House, string(org), name}
		for _, what := range s.Permissions {
			row = append(row, map[bool]string{true: "1", false: "0"}[slices.Contains(l.May, what)])
		}
		t.Rows = append(t.Rows, row)
		return nil
	}
	if r.URL.Query().Get("all") != "" {
		if err := s.Everywhere(ctx, add); err != nil {
			return web.Download{}, err
		}
	} else {
		m, err := s.Matrix(ctx, question(r.URL.Query()))
		if err != nil {
			return web.Download{}, err
		}
		for _, l := range m.People {
			add(l, m.Org, m.OrgName)
		}
	}
	return web.Download{Name: "matrix.csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, nil
}

// ExplainPage asks and answers why somebody may do something.
type ExplainPage struct {
	Person, Permission string
	Orgs, Permissions  []web.Choice
	People             []web.Choice
	Asked              bool
	Answer             Explanation
	Why                []Why
	Would              []web.Choice
}

func (s *Service) explainPage(r *http.Request) (p ExplainPage, err error) {
	ctx, q, v := r.Context(), r.URL.Query(), door.From(r.Context())
	p.Person, p.Permission = q.Get("person"), q.Get("permission")
	org := ospo.OrgID(q.Get("org"))
	if org == "" {
		org = v.Org
	}
	for _, one := range s.Permissions {
		p.Permissions = append(p.Permissions, web.Choice{Value: one, Label: one, Chosen: one == p.Permission})
	}
	if p.Orgs, err = s.orgChoices(ctx, org); err != nil {
		return p, err
	}
	people, err := s.store.suggestions(ctx, v.Org)
	if err != nil {
		return p, err
	}
	for _, one := range people {
		p.People = append(p.People, web.Choice{Value: one.login, Label: one.name + ", " + one.house})
	}
	if p.Asked = p.Person != "" && p.Permission != ""; !p.Asked {
		return p, nil
	}
	p.Answer, err = s.Explain(ctx, p.Person, p.Permission, org)
	p.Why = whys(p.Answer.Reasons, v.Lang)
	for _, n := range p.Answer.Would {
		p.Would = append(p.Would, web.Choice{Value: n.Key, Label: n.Name.In(v.Lang)})
	}
	return p, err
}
