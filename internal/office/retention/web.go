// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "retention.nav", Href: "/retention", Permit: "retention.read"}}

// Own pages ask by themselves who is there: what is known of oneself needs no permission.
func (s *Service) pages() []web.Page {
	const read = "retention.read"
	return []web.Page{
		web.Show("GET /retention", read, "rules.html", s.rulesPage),
		web.Show("GET /retention/rule/{rule}", read, "rule.html", s.rulePage),
		web.Form("POST /retention/rule/{rule}", write, "rule.html", s.decide),
		web.Show("GET /retention/preview", read, "preview.html", s.previewPage),
		web.Show("GET /retention/runs", read, "runs.html", s.runsPage),
		web.Show("GET /retention/run/{run}", read, "run.html", s.runPage),
		web.Do("POST /retention/run", write, s.order),
		web.Show("GET /retention/holds", read, "holds.html", s.holdsPage),
		web.Form("POST /retention/holds/add", write, "holds.html", s.addHold),
		web.Do("POST /retention/hold/{hold}/end", write, s.endHold),

		web.Show("GET /retention/me", web.Anyone, "record.html", s.minePage),
		web.File("GET /retention/me.json", web.Anyone, s.mineFile),
		web.Show("GET /retention/person/{person}", people, "record.html", s.recordPage),
		web.File("POST /retention/person/{person}/export", people, s.recordFile),
		web.Show("GET /retention/person/{person}/erase", people, "erase.html", s.erasePage),
		web.Form("POST /retention/person/{person}/erase", people, "erase.html", s.propose),
	}
}

func may(r *http.Request, permission string) bool { return door.From(r.Context()).May(permission) }

// A Line is a rule as it is shown.
type Line struct {
	Rule
	Title, Reasons string // in the reader's language
	Period         Period
	Forever        bool // nothing ends
	Own            bool // decided here or above, not as shipped
}

// A Period is a number of days in the largest whole unit: its words are Key with N.
type Period struct {
	Key string
	N   int
}

func period(days int) Period {
	switch {
	case days == 0:
		return Period{Key: "retention.ever"}
	case days%365 == 0:
		return Period{"retention.years", days / 365}
	}
	return Period{"retention.days", days}
}

func (s *Service) line(tongue string, r Rule) Line {
	l := Line{Rule: r, Title: r.Name.In(tongue), Reasons: r.Why.In(tongue), Period: period(r.Days), Forever: r.Days == 0, Own: r.Org != ""}
	if r.Person == "operator" {
		l.Maker = s.Texts.T(tongue, "retention.operator")
	}
	return l
}

// RulesPage lists the rules that hold for the viewer's organisation.
type RulesPage struct {
	Rules     []Line
	Set       string // id and version of the shipped ones
	Checked   time.Time
	Certainty string
	Basis     string
	May       bool
}

func (s *Service) rulesPage(r *http.Request) (p RulesPage, err error) {
	tongue := door.From(r.Context()).Lang
	all, err := s.Rules(r.Context())
	for _, one := range all {
		p.Rules = append(p.Rules, s.line(tongue, one))
	}
	checked, _ := time.Parse(time.DateOnly, shipped.Checked)
	p.Set, p.Checked, p.Certainty, p.Basis, p.May = shipped.ID+"/"+itoa(shipped.Version), checked, shipped.Certainty, shipped.Basis.In(tongue), may(r, write)
	return p, err
}

// RulePage is one rule with what was decided before, and takes a new period.
type RulePage struct {
	Line
	Set         string
	Certainty   string
	Basis       string
	Shipped     Period
	Shortest    Period
	Longest     Period
	Versions    []Line
	May         bool
	Wish, Typed string
}

func (s *Service) rulePage(r *http.Request) (p RulePage, err error) {
	tongue, kind := door.From(r.Context()).Lang, r.PathValue("rule")
	rule, err := s.RuleOf(r.Context(), kind)
	if err != nil {
		return p, err
	}
	from, _ := base(kind)
	p = RulePage{Line: s.line(tongue, rule), Set: from.Source, Certainty: shipped.Certainty, Basis: shipped.Basis.In(tongue), Shipped: period(from.Days), Shortest: period(from.Least), Longest: period(from.Most),
		May: may(r, write) && rule.End != "keep" && !s.common(kind), Wish: itoa(rule.Days)}
	all, err := s.Versions(r.Context(), kind)
	for _, v := range all {
		p.Versions = append(p.Versions, s.line(tongue, v))
	}
	return p, err
}

func (s *Service) decide(r *http.Request) (RulePage, string, error) {
	p, err := s.rulePage(r)
	if err != nil {
		return p, "", err
	}
	p.Wish, p.Typed = strings.TrimSpace(r.PostFormValue("days")), r.PostFormValue("reason")
	days, err := strconv.Atoi(p.Wish)
	if err != nil {
		return p, "", fault.At("days", "retention.days_form", p.Wish)
	}
	return p, "/retention/rule/" + p.Kind, s.Decide(r.Context(), p.Kind, days, p.Typed)
}

// A DueRow is what would end, or has ended, as it is shown.
type DueRow struct {
	Due
	Title   string
	Period  Period
	Forever bool
	Here    bool // the rule was decided by somebody, not shipped
}

func (s *Service) dueRows(r *http.Request, all []Due) (out []DueRow, n, held int) {
	for _, d := range all {
		rule, _ := base(d.Kind)
		out = append(out, DueRow{d, rule.Name.In(door.From(r.Context()).Lang), period(d.Days), d.Days == 0, !strings.HasPrefix(d.Source, shipped.ID+"/")})
		n, held = n+d.N, held+d.Held
	}
	slices.SortStableFunc(out, func(a, b DueRow) int { return cmp.Compare(a.Title, b.Title) })
	return out, n, held
}

// PreviewPage says what the rules would end now.
type PreviewPage struct {
	Due     []DueRow
	N, Held int
	May     bool
}

func (s *Service) previewPage(r *http.Request) (p PreviewPage, err error) {
	all, err := s.Preview(r.Context())
	p.Due, p.N, p.Held = s.dueRows(r, all)
	p.May = may(r, write)
	return p, err
}

// RunsPage lists the runs that ended something.
type RunsPage struct {
	Runs []Run
	May  bool
}

func (s *Service) runsPage(r *http.Request) (p RunsPage, err error) {
	p.Runs, err = s.Runs(r.Context())
	p.May = may(r, write)
	return p, err
}

// RunPage is the report of one run.
type RunPage struct {
	ID      string
	Due     []DueRow
	N, Held int
}

func (s *Service) runPage(r *http.Request) (p RunPage, err error) {
	p.ID = r.PathValue("run")
	all, err := s.RunOf(r.Context(), p.ID)
	p.Due, p.N, p.Held = s.dueRows(r, all)
	return p, err
}

func (s *Service) order(r *http.Request) (string, error) {
	task, err := s.Order(r.Context())
	return "/job/" + task, err
}

// HoldsPage lists what must not end for now, and takes in more.
type HoldsPage struct {
	Holds                 []HoldRow
	Running               int
	People                []web.Choice
	May                   bool
	Person, Reason, Until string // as typed
}

// A HoldRow is a hold with its last day as a time.
type HoldRow struct {
	Hold
	Last time.Time
}

func (s *Service) holdsPage(r *http.Request) (p HoldsPage, err error) {
	all, err := s.Holds(r.Context())
	if err != nil {
		return p, err
	}
	for _, h := range all {
		if h.Maker == "operator" {
			h.Maker = s.Texts.T(door.From(r.Context()).Lang, "retention.operator")
		}
		p.Holds = append(p.Holds, HoldRow{h, moved(h.Until)})
		if !h.Over {
			p.Running++
		}
	}
	if p.May = may(r, write); p.May {
		people, err := s.store.people(r.Context(), door.From(r.Context()).Org)
		if err != nil {
			return p, err
		}
		for _, one := range people {
			p.People = append(p.People, web.Choice{Value: string(one.ID), Label: one.Name + ", " + one.OrgName})
		}
	}
	return p, nil
}

func (s *Service) addHold(r *http.Request) (HoldsPage, string, error) {
	p, err := s.holdsPage(r)
	if err != nil {
		return p, "", err
	}
	p.Person, p.Reason, p.Until = r.PostFormValue("person"), r.PostFormValue("reason"), r.PostFormValue("until")
	for i := range p.People {
		p.People[i].Chosen = p.People[i].Value == p.Person
	}
	_, err = s.AddHold(r.Context(), Hold{Person: ospo.PersonID(p.Person), Reason: p.Reason, Until: p.Until})
	return p, "/retention/holds", err
}

func (s *Service) endHold(r *http.Request) (string, error) {
	return "/retention/holds", s.EndHold(r.Context(), r.PathValue("hold"))
}
