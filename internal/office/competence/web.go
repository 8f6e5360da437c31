// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "competence.nav", Href: "/competence", Permit: "competence.own"}}
}

func (s *Service) pages() []web.Page {
	const own, read, write, confirm, train = "competence.own", "competence.read", "competence.write", "competence.confirm", "competence.train"
	return []web.Page{
		web.Show("GET /competence", own, "overview.html", s.overviewPage),
		web.Show("GET /competence/role/{role}", own, "role.html", s.gapPage),
		web.Show("GET /competence/role/{role}/edit", write, "role_form.html", s.needForm),
		web.Form("POST /competence/role/{role}/edit", write, "role_form.html", s.setNeeds),
		web.Show("GET /competence/kind/{competence}", own, "kind.html", s.kindPage),
		web.Show("GET /competence/kind/{competence}/edit", write, "kind_form.html", s.kindForm),
		web.Form("POST /competence/kind/{competence}/edit", write, "kind_form.html", s.setKind),
		web.Show("GET /competence/add", write, "kind_form.html", s.newKind),
		web.Form("POST /competence/add", write, "kind_form.html", s.addKind),

		web.Show("GET /competence/me", own, "person.html", s.minePage),
		web.Form("POST /competence/me", own, "person.html", s.assessMine),
		web.Show("GET /competence/people/{person}", read, "person.html", s.personPage),
		web.Form("POST /competence/people/{person}", confirm, "person.html", s.confirmPerson),

		web.Show("GET /competence/trainings", own, "trainings.html", s.trainingsPage),
		web.Show("GET /competence/trainings/add", train, "training_form.html", s.newTraining),
		web.Form("POST /competence/trainings/add", train, "training_form.html", s.addTraining),
		web.Show("GET /competence/training/{training}", own, "training.html", s.trainingPage),
		web.Show("GET /competence/training/{training}/edit", train, "training_form.html", s.editTraining),
		web.Form("POST /competence/training/{training}/edit", train, "training_form.html", s.setTraining),
		web.Do("POST /competence/training/{training}/cancel", train, s.cancelTraining),
		web.Form("POST /competence/training/{training}/seats", own, "training.html", s.setSeat),
	}
}

func may(r *http.Request, permission string) bool { return door.From(r.Context()).May(permission) }

func tongue(r *http.Request) string { return door.From(r.Context()).Lang }

// OverviewPage is the gaps of an organisation, role by role.
type OverviewPage struct {
	Total                    Tally
	Rows                     []GapRow
	Kinds                    []KindRow
	Orgs                     []web.Choice
	Read, MayWrite, MayTrain bool
	Fewest                   int
	Source, Checked          string
}

// A GapRow is a role in the overview.
type GapRow struct {
	Gap
	Name string
	None []string // names of what nobody has
}

// A KindRow is a competence in a list.
type KindRow struct{ Key, Name, About string }

func (s *Service) overviewPage(r *http.Request) (p OverviewPage, err error) {
	org := ospo.OrgID(r.URL.Query().Get("org"))
	o, err := s.Overview(r.Context(), org)
	if err != nil {
		return p, err
	}
	b, err := s.Book(r.Context())
	if err != nil {
		return p, err
	}
	p = OverviewPage{Total: o.Total, Read: may(r, "competence.read"), MayWrite: may(r, "competence.write"), MayTrain: may(r, "competence.train"), Fewest: Fewest,
		Source: Shipped.Source, Checked: Shipped.Checked}
	for _, g := range o.Gaps {
		p.Rows = append(p.Rows, GapRow{g, g.Role.Name.In(tongue(r)), b.names(g.Nobody, tongue(r))})
	}
	for _, c := range b.All {
		if !c.Retired {
			p.Kinds = append(p.Kinds, KindRow{c.Key, c.Name.In(tongue(r)), c.About.In(tongue(r))})
		}
	}
	places, err := s.store.places(r.Context(), door.From(r.Context()).Org)
	for _, one := range places {
		p.Orgs = append(p.Orgs, web.Choice{Value: string(one.Org), Label: one.House, Chosen: one.Org == o.Org})
	}
	return p, err
}

func (b Book) names(keys []string, tongue string) (out []string) {
	for _, key := range keys {
		c, _ := b.Find(key)
		out = append(out, c.Name.In(tongue))
	}
	return out
}

// Has is the level that counts; -1 where it is unknown.
func (st Standing) Has() int {
	if st.Level == nil {
		return -1
	}
	return *st.Level
}

// GapPage is the matrix of one role: people against what it needs.
type GapPage struct {
	GapRow
	Needs           []NeedRow
	Lines, Standins []MatrixLine
	Unlisted        []string
	Read, MayWrite  bool
	Fewest          int
}

// A NeedRow is a need with its name and what would close a gap in it.
type NeedRow struct {
	Need
	Name      string
	Nobody    bool
	Trainings []Training
}

// A MatrixLine is a line with the competences' names in the reader's language.
type MatrixLine struct {
	Line
	Cells []Cell
}

// A Cell is one standing in a table.
type Cell struct {
	Standing
	Title string
}

func (s *Service) gapPage(r *http.Request) (p GapPage, err error) {
	g, err := s.Gap(r.Context(), r.PathValue("role"))
	if err != nil {
		return p, err
	}
	b, err := s.Book(r.Context())
	if err != nil {
		return p, err
	}
	open, err := s.Trainings(r.Context(), TrainingSieve{Open: true})
	if err != nil {
		return p, err
	}
	p = GapPage{GapRow: GapRow{Gap: g, Name: g.Role.Name.In(tongue(r))}, Read: may(r, "competence.read"), MayWrite: may(r, "competence.write"), Fewest: Fewest}
	for _, n := range g.Needs {
		c, _ := b.Find(n.Competence)
		row := NeedRow{Need: n, Name: c.Name.In(tongue(r)), Nobody: slices.Contains(g.Nobody, n.Competence)}
		row.Trainings = closing(open, Standing{Competence: n.Competence, Needed: n.Level, State: Short}, s.today())
		p.Needs = append(p.Needs, row)
	}
	p.Lines, p.Standins = matrix(g.Lines, tongue(r)), matrix(g.Standins, tongue(r))
	for _, t := range g.Unlisted {
		p.Unlisted = append(p.Unlisted, t.In(tongue(r)))
	}
	return p, nil
}

func matrix(lines []Line, tongue string) (out []MatrixLine) {
	for _, l := range lines {
		m := MatrixLine{Line: l}
		for _, st := range l.Standings {
			m.Cells = append(m.Cells, Cell{st, st.Name.In(tongue)})
		}
		out = append(out, m)
	}
	return out
}

// NeedForm sets what a role needs.
type NeedForm struct {
	Role   string
	Name   string
	Rows   []LevelRow
	Reason string
}

// A LevelRow is a competence with a level to be chosen.
type LevelRow struct {
	Key, Name string
	Levels    []web.Choice // the words of Value are competence.level.…
}

func levelChoices(chosen, least int) []web.Choice {
	var out []web.Choice
	for _, l := range Levels[least:] {
		out = append(out, web.Choice{Value: strconv.Itoa(l), Chosen: l == chosen})
	}
	return out
}

func (s *Service) needForm(r *http.Request) (p NeedForm, err error) {
	role, err := s.role(r.Context(), r.PathValue("role"))
	if err != nil {
		return p, err
	}
	b, err := s.Book(r.Context())
	p = NeedForm{Role: role.Key, Name: role.Name.In(tongue(r))}
	for _, c := range b.All {
		if !c.Retired {
			p.Rows = append(p.Rows, LevelRow{c.Key, c.Name.In(tongue(r)), levelChoices(b.level(role.Key, c.Key).Level, 0)})
		}
	}
	return p, err
}

func (s *Service) setNeeds(r *http.Request) (p NeedForm, next string, err error) {
	if p, err = s.needForm(r); err != nil {
		return p, "", err
	}
	levels, err := s.posted(r)
	if err != nil {
		return p, "", err
	}
	for i, row := range p.Rows {
		if l, ok := levels[row.Key]; ok {
			p.Rows[i].Levels = levelChoices(l, 0)
		}
	}
	p.Reason = r.PostFormValue("reason")
	_, err = s.Require(r.Context(), p.Role, levels, p.Reason)
	return p, "/competence/role/" + p.Role, err
}

// posted reads the levels of a form: one field "c-key" a competence; an empty one says nothing.
func (s *Service) posted(r *http.Request) (map[string]int, error) {
	b, err := s.Book(r.Context())
	out := map[string]int{}
	for _, c := range b.All {
		if text := r.PostFormValue("c-" + c.Key); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				n = -1
			}
			out[c.Key] = n
		}
	}
	return out, err
}

// KindPage is one competence.
type KindPage struct {
	Kind        Competence
	Name, About string
	Versions    []Competence
	Needs       []NeedRow // by role; Name is the role's
	Spread      Spread
	Trainings   []Training
	Read        bool
	MayWrite    bool
	Fewest      int
	Source      string
}

func (s *Service) kindPage(r *http.Request) (p KindPage, err error) {
	ctx := r.Context()
	if p.Versions, err = s.Versions(ctx, r.PathValue("competence")); err != nil {
		return p, err
	}
	p.Kind = p.Versions[0]
	p.Name, p.About = p.Kind.Name.In(tongue(r)), p.Kind.About.In(tongue(r))
	p.Read, p.MayWrite, p.Fewest, p.Source = may(r, "competence.read"), may(r, "competence.write"), Fewest, Shipped.Source
	b, err := s.Book(ctx)
	if err != nil {
		return p, err
	}
	roles, err := s.Roles(ctx)
	if err != nil {
		return p, err
	}
	for _, role := range roles {
		if n := b.level(role.Key, p.Kind.Key); n.Level > 0 {
			p.Needs = append(p.Needs, NeedRow{Need: n, Name: role.Name.In(tongue(r))})
		}
	}
	if p.Spread, err = s.Spread(ctx, p.Kind.Key); err != nil {
		return p, err
	}
	p.Trainings, err = s.Trainings(ctx, TrainingSieve{Competence: p.Kind.Key, Open: true})
	return p, err
}

// KindForm changes a competence, or adds one.
type KindForm struct {
	Edit
	New bool
}

func (s *Service) newKind(*http.Request) (KindForm, error) {
	return KindForm{Edit{Years: Shipped.Years}, true}, nil
}

func (s *Service) kindForm(r *http.Request) (KindForm, error) {
	all, err := s.Versions(r.Context(), r.PathValue("competence"))
	if err != nil {
		return KindForm{}, err
	}
	c := all[0]
	return KindForm{Edit{Key: c.Key, Name: c.Name, About: c.About, Years: c.Years, Retired: c.Retired}, false}, nil
}

func postedKind(r *http.Request) Edit {
	years, err := strconv.Atoi(r.PostFormValue("years"))
	if err != nil {
		years = -1
	}
	return Edit{Name: Text{r.PostFormValue("name_de"), r.PostFormValue("name_en")}, About: Text{r.PostFormValue("about_de"), r.PostFormValue("about_en")},
		Years: years, Retired: r.PostFormValue("retired") != "", Reason: r.PostFormValue("reason")}
}

func (s *Service) addKind(r *http.Request) (KindForm, string, error) {
	f := KindForm{postedKind(r), true}
	f.Key = r.PostFormValue("key")
	return f, "/competence/kind/" + f.Key, s.Change(r.Context(), f.Edit, true)
}

func (s *Service) setKind(r *http.Request) (f KindForm, next string, err error) {
	if f, err = s.kindForm(r); err != nil {
		return f, "", err
	}
	key := f.Key
	f.Edit = postedKind(r)
	f.Key = key
	return f, "/competence/kind/" + key, s.Change(r.Context(), f.Edit, false)
}

// trainingsFor lists by competence which trainings to come close a gap.
func (s *Service) trainingsFor(ctx context.Context, all []Standing) (map[string][]Training, error) {
	open, err := s.Trainings(ctx, TrainingSieve{Open: true})
	out := map[string][]Training{}
	for _, st := range all {
		out[st.Competence] = closing(open, st, s.today())
	}
	return out, err
}
