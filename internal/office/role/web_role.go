// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// RolePage is one role, in the version asked for.
type RolePage struct {
	Role                     Role
	Name, Purpose            string
	Responsibilities, Skills []string
	Present                  bool // this is the version that applies
	Versions                 []Role
	Source, Checked          string // where the shipped version comes from
	Mandates                 []Mandate
	MayWrite, MayGrant       bool
	Why                      string // as typed
}

func (s *Service) rolePage(r *http.Request) (p RolePage, err error) {
	ctx, tongue := r.Context(), door.From(r.Context()).Lang
	if p.Versions, err = s.Versions(ctx, r.PathValue("role")); err != nil {
		return p, err
	}
	p.Role, p.Present = p.Versions[0], true
	if text := r.URL.Query().Get("version"); text != "" {
		n, _ := strconv.Atoi(text)
		i := slices.IndexFunc(p.Versions, func(v Role) bool { return v.Version == n })
		if i < 0 {
			return p, fault.New(fault.NotFound, "role.version_unknown", text)
		}
		p.Role, p.Present = p.Versions[i], i == 0
	}
	p.Name, p.Purpose = p.Role.Name.In(tongue), p.Role.Purpose.In(tongue)
	p.Responsibilities, p.Skills = in(p.Role.Responsibilities, tongue), in(p.Role.Competences, tongue)
	p.Source, p.Checked = shipped.Source, shipped.Checked
	p.MayWrite, p.MayGrant = may(r, "role.write"), may(r, "role.grant")
	p.Mandates, err = s.Mandates(ctx, Sieve{Role: p.Role.Key, State: "running"})
	return p, err
}

func in(all []Text, tongue string) []string {
	var out []string
	for _, t := range all {
		out = append(out, t.In(tongue))
	}
	return out
}

func (s *Service) retireRole(r *http.Request) (RolePage, string, error) {
	p, err := s.rolePage(r)
	if err != nil {
		return p, "", err
	}
	p.Why = r.PostFormValue("reason")
	o, err := s.Retire(r.Context(), p.Role.Key, p.Why)
	return p, o.next("/role/kind/" + p.Role.Key), err
}

func (s *Service) restoreRole(r *http.Request) (RolePage, string, error) {
	p, err := s.rolePage(r)
	if err != nil {
		return p, "", err
	}
	p.Why = r.PostFormValue("reason")
	o, err := s.Restore(r.Context(), p.Role.Key, p.Why)
	return p, o.next("/role/kind/" + p.Role.Key), err
}

// RoleForm adds or changes a role. Lists are a line each, in the order of both languages.
type RoleForm struct {
	Role               Role
	New                bool
	TasksDE, TasksEN   string
	SkillsDE, SkillsEN string
	Grants             []web.Choice // the label is the permission
	Reason             string
}

func (s *Service) newRole(r *http.Request) (RoleForm, error) {
	f := RoleForm{New: true}
	f.offer(s.Permissions)
	return f, nil
}

func (s *Service) editRole(r *http.Request) (RoleForm, error) {
	one, err := s.Role(r.Context(), r.PathValue("role"))
	if err != nil {
		return RoleForm{}, err
	}
	f := RoleForm{Role: one}
	f.TasksDE, f.TasksEN = lines(one.Responsibilities)
	f.SkillsDE, f.SkillsEN = lines(one.Competences)
	f.offer(s.Permissions)
	return f, nil
}

func (s *Service) addRole(r *http.Request) (RoleForm, string, error) {
	f := RoleForm{New: true, Role: Role{Key: strings.TrimSpace(r.PostFormValue("key"))}}
	if err := f.read(r, s.Permissions); err != nil {
		return f, "", err
	}
	o, err := s.Add(r.Context(), f.Role, f.Reason)
	return f, o.next("/role/kind/" + f.Role.Key), err
}

func (s *Service) changeRole(r *http.Request) (RoleForm, string, error) {
	f, err := s.editRole(r)
	if err != nil {
		return f, "", err
	}
	if err := f.read(r, s.Permissions); err != nil {
		return f, "", err
	}
	o, err := s.Change(r.Context(), f.Role, f.Reason)
	return f, o.next("/role/kind/" + f.Role.Key), err
}

// read takes what was typed.
func (f *RoleForm) read(r *http.Request, permissions []string) (err error) {
	f.Role.Name = Text{r.PostFormValue("name_de"), strings.TrimSpace(r.PostFormValue("name_en"))}
	f.Role.Purpose = Text{r.PostFormValue("purpose_de"), strings.TrimSpace(r.PostFormValue("purpose_en"))}
	f.TasksDE, f.TasksEN = r.PostFormValue("responsibilities"), r.PostFormValue("responsibilities_en")
	f.SkillsDE, f.SkillsEN = r.PostFormValue("competences"), r.PostFormValue("competences_en")
	f.Role.Steering, f.Role.Grants, f.Reason = r.PostFormValue("steering") != "", slices.Clone(r.PostForm["grants"]), r.PostFormValue("reason")
	f.offer(permissions)
	if f.Role.Responsibilities, err = texts("responsibilities", f.TasksDE, f.TasksEN); err != nil {
		return err
	}
	f.Role.Competences, err = texts("competences", f.SkillsDE, f.SkillsEN)
	return err
}

// lines writes texts a line each, apart by language.
func lines(all []Text) (de, en string) {
	for _, t := range all {
		de, en = de+t.DE+"\n", en+t.EN+"\n"
	}
	return de, en
}

// texts reads what lines wrote. English lines may be missing at the end; more of them than
// German ones belong to nothing.
func texts(field, de, en string) ([]Text, error) {
	var out []Text
	for line := range strings.Lines(de) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, Text{DE: line})
		}
	}
	i := 0
	for line := range strings.Lines(en) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if i == len(out) {
			return out, fault.At(field+"_en", "role.lines_differ", i+1, len(out))
		}
		out[i].EN = line
		i++
	}
	return out, nil
}

// offer lists what a role can grant: each permission, all of a room, reading everything,
// everything; and whatever the role has besides.
func (f *RoleForm) offer(permissions []string) {
	all := []string{"*", "*.read"}
	for _, p := range permissions {
		room, _, _ := strings.Cut(p, ".")
		if !slices.Contains(all, room+".*") {
			all = append(all, room+".*")
		}
		all = append(all, p)
	}
	for _, g := range f.Role.Grants {
		if !slices.Contains(all, g) {
			all = append(all, g)
		}
	}
	f.Grants = nil
	for _, g := range all {
		f.Grants = append(f.Grants, web.Choice{Value: g, Label: g, Chosen: slices.Contains(f.Role.Grants, g)})
	}
}

// next is where to go on: to what was done, or to what waits.
func (o Outcome) next(done string) string {
	if o.Proposal != "" {
		return "/approval/" + o.Proposal
	}
	return done
}
