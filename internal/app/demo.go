// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"allmende/internal/app/demo"
	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// DemoPassword opens every account of the fictional city. The demo listens on this
// machine alone unless told otherwise.
const DemoPassword = "musterstadt-demo"

// demoWeeks is over how many weeks the city's bills of materials came in.
const demoWeeks = 8

// A settling is a city moving in.
type settling struct {
	*App
	demo.City
	step  func(done, total int, what string)
	names map[string]string        // of suppliers and products, by id
	ids   map[string]ospo.PersonID // of people, by login
	start time.Time
	shift atomic.Int64 // by which the clock is set
	feed  string       // folder of advisories
}

// Demo fills an empty database with the fictional city, as if it had begun eight weeks
// ago, and returns how to sign in. step is told how far it is; it may be nil.
func (a *App) Demo(ctx context.Context, step func(done, total int, what string)) (login, password string, err error) {
	defer fault.Wrap(&err, "fill the demo")
	city, err := demo.Load()
	if err != nil {
		return "", "", err
	}
	if step == nil {
		step = func(int, int, string) {}
	}
	s := &settling{App: a, City: city, step: step, names: map[string]string{}, ids: map[string]ospo.PersonID{}, start: a.DB.Now().AddDate(0, 0, -7*demoWeeks)}
	if s.feed, err = os.MkdirTemp("", "allmende-demo-"); err != nil {
		return "", "", err
	}
	defer os.RemoveAll(s.feed)
	now := a.DB.Now // what runs beside this reads the clock, so it is put in once and then only shifted
	a.DB.Now = func() time.Time { return now().Add(time.Duration(s.shift.Load())) }
	defer s.shift.Store(0)
	s.at(0)
	for _, f := range []func(context.Context) error{s.people, s.roles, s.software, s.unpack, s.advisories, s.documents, s.licences, s.advisories, s.competences, s.absences, s.auditing, s.verdicts, s.proposals, s.duties, s.meetings, s.cases, s.asking, s.ideas, s.beside, s.library, s.surveys, s.awards, s.scorings, s.studies, s.contracts, s.budgets, s.choosing, s.keeping, s.letters} {
		if err := f(ctx); err != nil {
			return "", "", err
		}
	}
	return city.People[0].Login, DemoPassword, nil
}

// at sets the clock to some days after the beginning.
func (s *settling) at(days int) {
	real := s.DB.Now().Add(-time.Duration(s.shift.Load()))
	s.shift.Store(int64(s.start.AddDate(0, 0, days).Sub(real)))
}

// as returns a context in which the city's first person acts for an organisation.
func (s *settling) as(ctx context.Context, org string) context.Context {
	if org == "" {
		org = s.Home
	}
	return door.With(ctx, door.Viewer{Org: ospo.OrgID(org), Person: "operator", Name: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
}

func (s *settling) people(ctx context.Context) error {
	act := ospo.Act{Org: governance.System, Person: "operator", What: "governance.org.add", Door: "cli"}
	for _, o := range s.Orgs {
		if _, err := s.Governance.AddOrg(ctx, act, governance.Org{ID: ospo.OrgID(o.ID), Parent: ospo.OrgID(o.Parent), Kind: o.Kind, Name: o.Name.DE}); err != nil {
			return err
		}
	}
	for i, p := range s.People {
		s.step(i, len(s.People), p.Name)
		id, err := s.Governance.CreateAccount(ctx, act, ospo.OrgID(p.Org), p.Login, p.Name, DemoPassword, p.Level)
		if err != nil {
			return err
		}
		s.ids[p.Login] = id
	}
	for _, login := range s.Roles.Retention.Invited {
		if _, err := s.Governance.Invite(s.as(ctx, ""), s.ids[login]); err != nil {
			return err
		}
	}
	return nil
}

// roles gives people their roles, and makes one the city's own.
func (s *settling) roles(ctx context.Context) error {
	for _, m := range s.Roles.Mandates {
		g := role.Grant{Role: m.Role, Person: m.Person, Org: ospo.OrgID(m.Org), Deputy: m.Deputy, Decision: m.Decision}
		if _, err := s.Role.Grant(s.as(ctx, m.Org), g); err != nil {
			return fmt.Errorf("%s of %s: %w", m.Role, m.Org, err)
		}
	}
	c := s.Roles.Change
	r, err := s.Role.Role(s.as(ctx, c.Org), c.Role)
	if err != nil {
		return err
	}
	r.Grants = append(slices.Clone(r.Grants), c.Grant)
	_, err = s.Role.Change(s.as(ctx, c.Org), r, c.Reason)
	return err
}

// proposals lets somebody ask for what a second person has to agree to.
func (s *settling) proposals(ctx context.Context) error {
	for _, p := range s.Roles.Proposals {
		who, err := s.Governance.ByLogin(s.as(ctx, s.Orgs[0].ID), p.By)
		if err != nil {
			return err
		}
		v := door.From(s.as(ctx, p.Org))
		v.Person, v.Name, v.Door = who.ID, who.Name, "web"
		g := role.Grant{Role: p.Role, Person: p.Person, Org: ospo.OrgID(p.Org), Decision: p.Decision}
		if _, err := s.Role.Grant(door.With(ctx, v), g); err != nil {
			return err
		}
	}
	return nil
}

// absences lets people go away today.
func (s *settling) absences(ctx context.Context) error {
	for _, a := range s.Roles.Absences {
		until := lang.Day(s.DB.Now().AddDate(0, 0, a.Days))
		if _, err := s.Role.Leave(s.as(ctx, s.Orgs[0].ID), a.Person, "", until); err != nil {
			return err
		}
	}
	return nil
}

// software registers the products, each by the organisation that keeps its entry. Who
// runs one without being below that organisation is noted by the one above both.
func (s *settling) software(ctx context.Context) error {
	for _, p := range s.Suppliers {
		s.names[p.ID] = p.Name
	}
	byOrg := map[string][]demo.Software{}
	for _, w := range s.Software {
		s.names[w.ID] = w.Name
		byOrg[w.Org] = append(byOrg[w.Org], w)
	}
	for org, all := range byOrg {
		if err := s.register(ctx, org, all); err != nil {
			return err
		}
	}
	return nil
}

func (s *settling) register(ctx context.Context, keeper string, all []demo.Software) error {
	ctx, top := s.as(ctx, keeper), s.as(ctx, s.Orgs[0].ID)
	inputs, others := make([]estate.SoftwareInput, len(all)), make([]map[string][]estate.UseInput, len(all))
	for i, w := range all {
		inputs[i], others[i] = s.input(w)
	}
	ids, err := s.Estate.AddMany(ctx, door.From(ctx).Act("estate.add", ""), inputs)
	if err != nil {
		return err
	}
	for i, uses := range others {
		if len(uses) == 0 {
			continue
		}
		releases, err := s.Estate.Releases(ctx, ids[i])
		if err != nil {
			return err
		}
		for _, r := range releases {
			for _, u := range uses[r.Version] {
				if _, err := s.Estate.AddUse(top, r.ID, u); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// below reports whether an organisation is another or lies below it.
func (s *settling) below(org, root string) bool {
	if root == "" {
		root = s.Home
	}
	for org != "" && org != root {
		i := slices.IndexFunc(s.Orgs, func(o demo.Org) bool { return o.ID == org })
		org = s.Orgs[i].Parent
	}
	return org == root
}

// input is a product as the register wants it, and apart from it, by version, the uses
// that its keeper cannot note.
func (s *settling) input(w demo.Software) (in estate.SoftwareInput, others map[string][]estate.UseInput) {
	others = map[string][]estate.UseInput{}
	in = estate.SoftwareInput{Name: w.Name, Kind: w.Kind, PurposeDE: w.Purpose.DE, PurposeEN: w.Purpose.EN, Licence: cmp.Or(w.Licence, w.Published),
		Website: w.Website, Repository: w.Repository, PURL: w.PURL, Supplier: s.names[w.Supplier], Source: w.Source}
	for _, r := range w.Releases {
		one := estate.ReleaseInput{Version: r.Version, Released: estate.Day(r.Released)}
		for _, u := range w.Uses {
			use := estate.UseInput{Org: ospo.OrgID(u.Org), Role: u.Role, Purpose: u.Purpose, Since: estate.Day(u.Since), Criticality: u.Criticality,
				Contract: u.Contract, ContractEnd: estate.Day(u.ContractUntil), Supplier: s.names[u.Supplier]}
			switch {
			case u.Release != r.Version:
			case s.below(u.Org, w.Org):
				one.Uses = append(one.Uses, use)
			default:
				others[r.Version] = append(others[r.Version], use)
			}
		}
		in.Releases = append(in.Releases, one)
	}
	return in, others
}

// unpack writes advisories, KEV and EPSS into files.
func (s *settling) unpack(context.Context) error {
	if err := os.CopyFS(filepath.Join(s.feed, "osv"), s.Advisories); err != nil {
		return err
	}
	for name, text := range map[string][]byte{"kev.csv": s.KEV, "epss.csv": s.EPSS} {
		if err := os.WriteFile(filepath.Join(s.feed, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// advisories takes them in through the door that operators use: files. It is done once more
// at the end, as a city would each day, for a sign is only as good as the advisories are fresh.
func (s *settling) advisories(ctx context.Context) error {
	ctx = s.as(ctx, "")
	for i, name := range []string{"osv", "kev.csv", "epss.csv"} {
		s.step(i, 3, name)
		if _, err := s.Vulnerability.ImportPath(ctx, door.From(ctx).Act("vulnerability.import", name), quiet{}, filepath.Join(s.feed, name)); err != nil {
			return err
		}
	}
	return nil
}

// documents takes the bills of materials in, an eighth of them each week, and notes the
// figures of each week.
func (s *settling) documents(ctx context.Context) error {
	orgs := map[string]string{}
	for _, w := range s.Software {
		orgs[w.ID] = w.Org
	}
	for i, d := range s.Documents {
		if week := i * demoWeeks / len(s.Documents); i == 0 || week != (i-1)*demoWeeks/len(s.Documents) {
			if err := s.note(ctx, 7*week); err != nil {
				return err
			}
		}
		s.step(i, len(s.Documents), d.Name())
		raw, err := d.Bytes()
		if err != nil {
			return err
		}
		up := sbom.Upload{File: d.Name(), Data: raw, Software: s.names[d.Software], Version: d.Release}
		if _, err := s.SBOM.Take(s.as(ctx, orgs[d.Software]), up); err != nil {
			return fmt.Errorf("%s: %w", d.File, err)
		}
	}
	return s.note(ctx, 7*demoWeeks)
}

// note writes down the figures as they stand, then moves the clock on.
func (s *settling) note(ctx context.Context, days int) error {
	if err := s.Vulnerability.Survey(ctx, door.From(s.as(ctx, "")).Act("vulnerability.survey", "")); err != nil {
		return err
	}
	s.at(days)
	return s.Jobs.Drain(ctx)
}

// quiet follows long work without a word.
type quiet struct{}

func (quiet) Progress(ctx context.Context, _, _ int, _ string) error { return ctx.Err() }
func (quiet) Report(context.Context, string, string, string, ...any) error {
	return nil
}
