// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "meeting.nav", Href: "/meeting", Permit: "meeting.attend"}}
}

// Whether somebody may look into a team, and run its meetings, is asked of each: membership
// follows from roles, not from a permission.
func (s *Service) pages() []web.Page {
	const attend, write = "meeting.attend", "meeting.write"
	return []web.Page{
		web.Show("GET /meeting", attend, "teams.html", s.teamsPage),
		web.Show("GET /meeting/add", write, "team_form.html", s.newTeam),
		web.Form("POST /meeting/add", write, "team_form.html", s.addTeam),
		web.Show("GET /meeting/team/{team}", attend, "team.html", s.teamPage),
		web.Form("POST /meeting/team/{team}", attend, "team.html", s.plan),
		web.Show("GET /meeting/team/{team}/edit", attend, "team_form.html", s.editTeam),
		web.Form("POST /meeting/team/{team}/edit", attend, "team_form.html", s.setTeam),

		web.Show("GET /meeting/at/{meeting}", attend, "session.html", s.sessionPage),
		web.Form("POST /meeting/at/{meeting}", attend, "session.html", s.move),
		web.Form("POST /meeting/at/{meeting}/guests", attend, "session.html", s.attend),
		web.Form("POST /meeting/at/{meeting}/items", attend, "session.html", s.addItem),
		web.Form("POST /meeting/at/{meeting}/take", attend, "session.html", s.take),
		web.Form("POST /meeting/at/{meeting}/close", attend, "session.html", s.close),
		web.Form("POST /meeting/at/{meeting}/cancel", attend, "session.html", s.cancel),
		web.Form("POST /meeting/at/{meeting}/send", attend, "session.html", s.send),
		web.File("GET /meeting/at/{meeting}/invitation.ics", attend, s.calendar),
		web.Show("GET /meeting/at/{meeting}/minutes", attend, "minutes.html", s.minutesPage),
		web.File("GET /meeting/at/{meeting}/minutes.odt", attend, s.minutesFile),

		web.Show("GET /meeting/item/{item}", attend, "item.html", s.itemPage),
		web.Form("POST /meeting/item/{item}", attend, "item.html", s.note),
		web.Form("POST /meeting/item/{item}/decide", attend, "item.html", s.decide),
		web.Do("POST /meeting/item/{item}/move", attend, s.shift),
		web.Do("POST /meeting/item/{item}/remove", attend, s.remove),
		web.Do("POST /meeting/item/{item}/done", attend, s.itemDone),

		web.Show("GET /meeting/decisions", attend, "decisions.html", s.decisionsPage),
		web.Show("GET /meeting/decision/{decision}", attend, "decision.html", s.decisionPage),
		web.Form("POST /meeting/decision/{decision}", attend, "decision.html", s.revise),
		web.Do("POST /meeting/decision/{decision}/done", attend, s.decisionDone),
	}
}

// TeamsPage is the viewer's teams with their next meetings, and what the viewer is to do.
type TeamsPage struct {
	Teams    []TeamRow
	Tasks    []Task
	MayWrite bool
	Today    string
}

// A TeamRow is a team with its next and its last meeting.
type TeamRow struct {
	Team
	Next, Last *Session
}

func (s *Service) teamsPage(r *http.Request) (p TeamsPage, err error) {
	v := door.From(r.Context())
	p.MayWrite, p.Today = v.May("meeting.write"), s.today()
	teams, err := s.Teams(r.Context())
	if err != nil {
		return p, err
	}
	for _, t := range teams {
		row := TeamRow{Team: t}
		all, err := s.store.sessions(r.Context(), t.Org, t.ID)
		if err != nil {
			return p, err
		}
		for i, m := range all { // the latest first
			if m.State == Planned {
				row.Next = &all[i]
			} else if m.State == Closed && row.Last == nil {
				row.Last = &all[i]
			}
		}
		p.Teams = append(p.Teams, row)
	}
	mine, err := s.store.tasksOf(r.Context(), v, v.Human())
	p.Tasks = mine
	return p, err
}

// Late reports whether a task is overdue on a day.
func (t Task) Late(today string) bool { return t.Due != "" && t.Due < today }

// TeamPage is one team.
type TeamPage struct {
	Team
	RoleNames []string
	Members   []GuestRow
	Sessions  []Session
	Tasks     []Task
	In        SessionInput // of the next meeting, as it was filled in
	Today     string
}

// A GuestRow is somebody who is invited, with the names of the roles.
type GuestRow struct {
	Guest
	Roles  string
	States []web.Choice // the words of Value are meeting.presence.…
}

func (s *Service) teamPage(r *http.Request) (p TeamPage, err error) {
	ctx := r.Context()
	t, err := s.Team(ctx, r.PathValue("team"))
	if err != nil {
		return p, err
	}
	p = TeamPage{Team: t, Today: s.today()}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	for _, key := range t.Roles {
		p.RoleNames = append(p.RoleNames, named(names, key))
	}
	members, err := s.members(ctx, t, p.Today)
	if err != nil {
		return p, err
	}
	p.Members = guestRows(members, names)
	if p.Sessions, err = s.store.sessions(ctx, t.Org, t.ID); err != nil {
		return p, err
	}
	after := p.Today
	for _, m := range p.Sessions {
		if m.State != Cancelled {
			after = max(after, m.Day)
		}
	}
	p.In = SessionInput{Day: t.Next(after), At: t.At, Length: t.Length, Place: t.Place, Link: t.Link}
	p.Tasks, err = s.store.tasks(ctx, s.store.db.Read(), t.Org, t.ID)
	return p, err
}

func named(names map[string]string, key string) string {
	if n := names[key]; n != "" {
		return n
	}
	return key
}

func guestRows(all []Guest, names map[string]string) (out []GuestRow) {
	for _, g := range all {
		row := GuestRow{Guest: g}
		var roles []string
		for key := range strings.FieldsSeq(g.Role) {
			roles = append(roles, named(names, key))
		}
		row.Roles = strings.Join(roles, ", ")
		for _, p := range Presences {
			row.States = append(row.States, web.Choice{Value: p, Chosen: p == g.Presence})
		}
		out = append(out, row)
	}
	return out
}

func postedSession(r *http.Request) (in SessionInput, err error) {
	in = SessionInput{Day: r.PostFormValue("day"), At: r.PostFormValue("at"), Place: r.PostFormValue("place"), Link: r.PostFormValue("link")}
	in.Length, err = whole(r, "length")
	return in, err
}

// whole reads a number of a form; an empty field is 0.
func whole(r *http.Request, field string) (int, error) {
	text := strings.TrimSpace(r.PostFormValue(field))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.At(field, "meeting.number_bad", text)
	}
	return n, nil
}

func (s *Service) plan(r *http.Request) (p TeamPage, next string, err error) {
	if p, err = s.teamPage(r); err != nil {
		return p, "", err
	}
	in, err := postedSession(r)
	if p.In = in; err != nil {
		return p, "", err
	}
	id, err := s.Plan(r.Context(), p.ID, in)
	return p, "/meeting/at/" + id, err
}

// TeamForm is a team as it is written down.
type TeamForm struct {
	TeamInput
	ID                  string
	Kinds, Orgs, People []web.Choice
}

func (s *Service) teamForm(r *http.Request, id string, in TeamInput) (p TeamForm, err error) {
	ctx, root := r.Context(), door.From(r.Context()).Org
	p = TeamForm{TeamInput: in, ID: id}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p.Kinds = choices(sorted(names), in.Roles...)
	orgs, err := s.store.places(ctx, root)
	if err != nil {
		return p, err
	}
	p.Orgs = choices(orgs, string(in.Org))
	people, err := s.store.people(ctx, root)
	p.People = choices(people, string(in.Chair))
	return p, err
}

func (s *Service) newTeam(r *http.Request) (TeamForm, error) {
	v := door.From(r.Context())
	return s.teamForm(r, "", TeamInput{Org: v.Org, Chair: v.Human(), At: "10:00", Length: 60, Weeks: 2, Since: s.today()})
}

func (s *Service) editTeam(r *http.Request) (TeamForm, error) {
	t, err := s.led(r.Context(), r.PathValue("team"))
	if err != nil {
		return TeamForm{}, err
	}
	return s.teamForm(r, t.ID, t.TeamInput)
}

func (s *Service) filledTeam(r *http.Request, id string) (TeamForm, error) {
	err := r.ParseForm()
	if err != nil {
		return TeamForm{}, fault.Because(err, fault.Invalid, "meeting.form")
	}
	in := TeamInput{Org: ospo.OrgID(r.PostFormValue("org")), Name: r.PostFormValue("name"), Roles: r.PostForm["roles"], Chair: ospo.PersonID(r.PostFormValue("chair")),
		Since: r.PostFormValue("since"), At: r.PostFormValue("at"), Place: r.PostFormValue("place"), Link: r.PostFormValue("link")}
	var bad error
	if in.Weeks, bad = whole(r, "weeks"); bad == nil {
		in.Length, bad = whole(r, "length")
	}
	p, err := s.teamForm(r, id, in)
	return p, errorOr(err, bad)
}

func (s *Service) addTeam(r *http.Request) (TeamForm, string, error) {
	p, err := s.filledTeam(r, "")
	if err != nil {
		return p, "", err
	}
	id, err := s.AddTeam(r.Context(), p.TeamInput)
	return p, "/meeting/team/" + id, err
}

func (s *Service) setTeam(r *http.Request) (TeamForm, string, error) {
	t, err := s.led(r.Context(), r.PathValue("team"))
	if err != nil {
		return TeamForm{}, "", err
	}
	p, err := s.filledTeam(r, t.ID)
	if err != nil {
		return p, "", err
	}
	return p, "/meeting/team/" + t.ID, s.ChangeTeam(r.Context(), t.ID, p.TeamInput)
}
