// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Team is who holds some roles, and meets.
type Team struct {
	ID string `json:"id"`
	TeamInput
	OrgName   string `json:"orgName"`
	ChairName string `json:"chairName"`
	Leads     bool   `json:"leads" doc:"The caller may run its meetings."`
}

// TeamInput is what somebody says of a team.
type TeamInput struct {
	Org    ospo.OrgID    `json:"org,omitempty" doc:"Whose roles; the caller's organisation where absent."`
	Name   string        `json:"name"`
	Roles  []string      `json:"roles" doc:"Keys of the roles that belong."`
	Chair  ospo.PersonID `json:"chair" doc:"Who leads the meetings."`
	Weeks  int           `json:"weeks,omitempty" doc:"Meets every so many weeks; 0 is as needed."`
	Since  string        `json:"since,omitempty" doc:"First day, YYYY-MM-DD, from which weeks are counted."`
	At     string        `json:"at" doc:"Time of day, HH:MM, in Berlin."`
	Length int           `json:"length,omitempty" doc:"Minutes; 60 where absent."`
	Place  string        `json:"place,omitempty"`
	Link   string        `json:"link,omitempty" doc:"https address."`
}

// Bounds of a team.
const (
	mostWeeks  = 52
	mostLength = 600 // minutes
	mostRoles  = 40
)

var (
	clock   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	roleKey = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
)

func (in TeamInput) checked() (_ TeamInput, err error) {
	if in.Name, err = fault.Words("name", in.Name, longestLine); err != nil {
		return in, err
	}
	if len(in.Roles) == 0 || len(in.Roles) > mostRoles || slices.ContainsFunc(in.Roles, func(r string) bool { return !roleKey.MatchString(r) }) {
		return in, fault.At("roles", "meeting.roles_bad", mostRoles)
	}
	if in.Chair == "" {
		return in, fault.At("chair", "fault.missing")
	}
	if in.Weeks < 0 || in.Weeks > mostWeeks {
		return in, fault.At("weeks", "meeting.weeks_bad", in.Weeks, mostWeeks)
	}
	if err := dayOrNone("since", in.Since); err != nil {
		return in, err
	}
	if in.Weeks > 0 && in.Since == "" {
		return in, fault.At("since", "fault.missing")
	}
	return in, checkPlace(in.At, &in.Length, &in.Place, &in.Link)
}

func checkPlace(at string, length *int, place, link *string) (err error) {
	if !clock.MatchString(at) {
		return fault.At("at", "meeting.clock_bad", at)
	}
	if *length == 0 {
		*length = 60
	}
	if *length < 5 || *length > mostLength {
		return fault.At("length", "meeting.length_bad", *length, mostLength)
	}
	if *place, err = fault.Text("place", *place, longestLine); err != nil {
		return err
	}
	if *link, err = fault.Text("link", *link, 2*longestLine); err != nil {
		return err
	}
	if u, err := url.Parse(*link); *link != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return fault.At("link", "meeting.link_bad", *link)
	}
	return nil
}

// AddTeam makes a team of an organisation in view.
func (s *Service) AddTeam(ctx context.Context, in TeamInput) (id string, err error) {
	defer fault.Wrap(&err, "add a team")
	v := door.From(ctx)
	if in.Org == "" {
		in.Org = v.Org
	}
	if in, err = s.checkTeam(ctx, in); err != nil {
		return "", err
	}
	t := Team{ID: db.NewID(), TeamInput: in}
	return t.ID, s.store.db.Write(ctx, v.ActFor(in.Org, "meeting.team.add", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addTeam(ctx, tx, t)
	})
}

func (s *Service) checkTeam(ctx context.Context, in TeamInput) (_ TeamInput, err error) {
	if in, err = in.checked(); err != nil {
		return in, err
	}
	root := door.From(ctx).Org
	if ok, err := s.store.sees(ctx, root, in.Org); err != nil || !ok {
		return in, errorOr(err, fault.At("org", "meeting.org_unknown"))
	}
	if ok, err := s.store.knows(ctx, root, in.Chair); err != nil || !ok {
		return in, errorOr(err, fault.At("chair", "meeting.person_unknown"))
	}
	return in, nil
}

// ChangeTeam changes a team. The organisation stays: minutes belong to it.
func (s *Service) ChangeTeam(ctx context.Context, id string, in TeamInput) (err error) {
	defer fault.Wrap(&err, "change team %s", id)
	old, err := s.led(ctx, id)
	if err != nil {
		return err
	}
	in.Org = old.Org
	if in, err = s.checkTeam(ctx, in); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(old.Org, "meeting.team.change", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(old.TeamInput, in)
		return s.store.setTeam(ctx, tx, Team{ID: id, TeamInput: in})
	})
}

// Teams lists those that the viewer may look into, by name.
func (s *Service) Teams(ctx context.Context) (out []Team, err error) {
	v := door.From(ctx)
	all, err := s.store.teams(ctx, v)
	if err != nil {
		return nil, err
	}
	held := map[ospo.OrgID][]Holder{}
	for _, t := range all {
		ok, err := s.reads(ctx, t, held)
		if err != nil {
			return nil, err
		}
		if ok {
			if t.Leads, err = s.leads(ctx, t); err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// Team returns one that the viewer may look into.
func (s *Service) Team(ctx context.Context, id string) (t Team, err error) {
	if t, err = s.store.team(ctx, id); err != nil {
		return t, err
	}
	if ok, err := s.reads(ctx, t, nil); err != nil || !ok {
		return Team{}, errorOr(err, notFound())
	}
	t.Leads, err = s.leads(ctx, t)
	return t, err
}

// led is Team for who may run its meetings.
func (s *Service) led(ctx context.Context, id string) (Team, error) {
	t, err := s.Team(ctx, id)
	if err == nil && !t.Leads {
		err = fault.New(fault.Forbidden, "meeting.not_chair")
	}
	return t, err
}

// leads reports whether the viewer may run a team's meetings: who chairs it, and who has
// meeting.write over its organisation.
func (s *Service) leads(ctx context.Context, t Team) (bool, error) {
	v := door.From(ctx)
	if v.Human() == t.Chair {
		return true, nil
	}
	if !v.May("meeting.write") {
		return false, nil
	}
	return s.store.sees(ctx, v.Org, t.Org)
}

// reads reports whether the viewer may look into a team: with meeting.read over its
// organisation, as who chairs it, or as a member today. held keeps what was asked; it may be nil.
func (s *Service) reads(ctx context.Context, t Team, held map[ospo.OrgID][]Holder) (bool, error) {
	v := door.From(ctx)
	if v.Human() == t.Chair {
		return true, nil
	}
	if v.May("meeting.read") || v.May("meeting.write") {
		if ok, err := s.store.sees(ctx, v.Org, t.Org); err != nil || ok {
			return ok, err
		}
	}
	all, ok := held[t.Org]
	if !ok {
		var err error
		if all, err = s.Holders(ctx, t.Org, s.today()); err != nil {
			return false, err
		}
		if held != nil {
			held[t.Org] = all
		}
	}
	return slices.ContainsFunc(all, func(h Holder) bool {
		return slices.Contains(t.Roles, h.Role) && (h.Person == v.Human() || h.Away && h.Deputy == v.Human())
	}), nil
}

// Next is the day on which the rhythm of a team comes round after a day; empty without one.
func (t Team) Next(after string) string {
	first, err := time.Parse(time.DateOnly, t.Since)
	last, err2 := time.Parse(time.DateOnly, after)
	if t.Weeks == 0 || err != nil || err2 != nil {
		return ""
	}
	step := 7 * t.Weeks
	if gap := int(last.Sub(first).Hours() / 24); gap >= 0 {
		first = first.AddDate(0, 0, (gap/step+1)*step)
	}
	return first.Format(time.DateOnly)
}

// members lists who belongs to a team on a day: holders of its roles, each once, and the
// deputies of those who are away.
func (s *Service) members(ctx context.Context, t Team, on string) ([]Guest, error) {
	all, err := s.Holders(ctx, t.Org, on)
	if err != nil {
		return nil, err
	}
	var out []Guest
	add := func(g Guest) {
		if i := slices.IndexFunc(out, func(o Guest) bool { return o.Person == g.Person }); i < 0 {
			out = append(out, g)
		} else if !slices.Contains(strings.Fields(out[i].Role), g.Role) {
			out[i].Role += " " + g.Role
		}
	}
	for _, h := range all {
		if !slices.Contains(t.Roles, h.Role) {
			continue
		}
		g := Guest{Person: h.Person, Name: h.Name, Role: h.Role, Presence: Invited}
		if h.Away {
			g.Presence = Excused
		}
		add(g)
		if h.Away && h.Deputy != "" {
			add(Guest{Person: h.Deputy, Name: h.DeputyName, Role: h.Role, Stands: h.Person, Presence: Invited})
		}
	}
	return out, nil
}
