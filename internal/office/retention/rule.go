// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"

	"go.yaml.in/yaml/v3"
)

// Text is a text of the shipped rules in both languages.
type Text struct {
	DE string `json:"de" yaml:"de"`
	EN string `json:"en" yaml:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" {
		return t.EN
	}
	return t.DE
}

// A Set is the rules that the program ships, with how sure we are of them.
type Set struct {
	ID        string `yaml:"id"`
	Version   int    `yaml:"version"`
	Checked   string `yaml:"checked"`   // day on which somebody last looked whether they are still right
	Certainty string `yaml:"certainty"` // own_proposal: no source names the periods
	Basis     Text   `yaml:"basis"`
	Rules     []Rule `yaml:"rules"`
}

// A Rule says how long one kind of entry is kept and what happens then.
type Rule struct {
	Kind  string `json:"kind" yaml:"kind" doc:"For example governance.session."`
	End   string `json:"end" yaml:"end" enum:"delete,blank,keep" doc:"delete; blank: names or details go, the rest stays; keep."`
	Days  int    `json:"days" yaml:"days" doc:"0 is for ever."`
	Least int    `json:"least" yaml:"least" doc:"The shortest period that can be decided."`
	Most  int    `json:"most" yaml:"most" doc:"The longest; 0 is without bound."`
	Name  Text   `json:"name" yaml:"name"`
	Why   Text   `json:"why" yaml:"why" doc:"Why it is kept, and why no longer."`

	Source  string        `json:"source" yaml:"-" doc:"Whose rule it is and which version: allmende-retention/1, or the id of an organisation and the number of its version."`
	Org     ospo.OrgID    `json:"org,omitempty" yaml:"-" doc:"Who decided the period; absent as the program ships it."`
	OrgName string        `json:"orgName,omitempty" yaml:"-"`
	Version int           `json:"version" yaml:"-"`
	Reason  string        `json:"reason,omitempty" yaml:"-"`
	Person  ospo.PersonID `json:"person,omitempty" yaml:"-"`
	Maker   string        `json:"personName,omitempty" yaml:"-"`
	Created time.Time     `json:"created,omitzero" yaml:"-"`
}

// shipped is the set in data/rules.yaml. It is part of the program: where it cannot be read,
// the program is broken, and says so when it starts.
var shipped = func() Set {
	text, err := files.ReadFile("data/rules.yaml")
	if err != nil {
		panic("retention: " + err.Error())
	}
	var s Set
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		panic("retention: data/rules.yaml: " + err.Error())
	}
	for i := range s.Rules {
		s.Rules[i].Version, s.Rules[i].Source = s.Version, s.ID+"/"+itoa(s.Version)
	}
	return s
}()

// base returns a rule as the program ships it.
func base(kind string) (Rule, bool) {
	if i := slices.IndexFunc(shipped.Rules, func(r Rule) bool { return r.Kind == kind }); i >= 0 {
		return shipped.Rules[i], true
	}
	return Rule{}, false
}

// A book is what organisations decided, and who stands above whom.
type book struct {
	parent  map[ospo.OrgID]ospo.OrgID
	decided map[string]map[ospo.OrgID]Rule // by kind, the last version
}

func (s *Service) book(ctx context.Context, q db.Querier) (book, error) {
	b := book{decided: map[string]map[ospo.OrgID]Rule{}}
	var err error
	if b.parent, err = s.store.parents(ctx, q); err != nil {
		return b, err
	}
	all, err := s.store.decided(ctx, q)
	for _, r := range all { // the newest version last
		if b.decided[r.Kind] == nil {
			b.decided[r.Kind] = map[ospo.OrgID]Rule{}
		}
		b.decided[r.Kind][r.Org] = r
	}
	return b, err
}

// rule is the one that holds for an organisation: its own, else that of the next above it
// that decided one, else as shipped.
func (b book) rule(kind string, org ospo.OrgID) (Rule, bool) {
	r, ok := base(kind)
	if !ok {
		return r, false
	}
	for steps := 0; org != "" && steps < 100; org, steps = b.parent[org], steps+1 {
		if d, ok := b.decided[kind][org]; ok {
			r.Days, r.Org, r.OrgName, r.Version, r.Reason, r.Person, r.Maker, r.Created = d.Days, d.Org, d.OrgName, d.Version, d.Reason, d.Person, d.Maker, d.Created
			r.Source = string(d.Org) + "/" + itoa(d.Version)
			return r, true
		}
	}
	return r, true
}

// Rules are those that hold for the viewer's organisation, those that end something first.
func (s *Service) Rules(ctx context.Context) (out []Rule, err error) {
	b, err := s.book(ctx, s.store.db.Read())
	for _, r := range shipped.Rules {
		one, _ := b.rule(r.Kind, door.From(ctx).Org)
		out = append(out, one)
	}
	return out, err
}

// RuleOf is the one of a kind.
func (s *Service) RuleOf(ctx context.Context, kind string) (Rule, error) {
	b, err := s.book(ctx, s.store.db.Read())
	if err != nil {
		return Rule{}, err
	}
	r, ok := b.rule(kind, door.From(ctx).Org)
	if !ok {
		return r, fault.New(fault.NotFound, "fault.not_found")
	}
	return r, nil
}

// Versions are what the viewer's organisation decided for a kind, the newest first.
func (s *Service) Versions(ctx context.Context, kind string) ([]Rule, error) {
	return s.store.versions(ctx, s.store.db.Read(), door.From(ctx).Org, kind)
}

// Decide sets for how long the viewer's organisation and those below it keep a kind.
func (s *Service) Decide(ctx context.Context, kind string, days int, reason string) (err error) {
	defer fault.Wrap(&err, "decide how long %s is kept", kind)
	v := door.From(ctx)
	r, err := s.RuleOf(ctx, kind)
	if err != nil {
		return err
	}
	if reason, err = because(reason); err != nil {
		return err
	}
	switch {
	case r.End == "keep":
		return fault.New(fault.Invalid, "retention.keeps")
	case s.common(kind):
		return fault.New(fault.Invalid, "retention.instance")
	case days == 0 && r.Most != 0, days != 0 && days < r.Least, days < 0, days > maxDays, r.Most != 0 && days > r.Most:
		return fault.At("days", "retention.days_bounds", days, r.Least, cmp.Or(r.Most, maxDays))
	}
	return s.store.db.Write(ctx, v.Act("retention.decide", kind), func(tx *db.Tx) error {
		was, err := s.store.versions(ctx, tx, v.Org, kind)
		if err != nil {
			return err
		}
		tx.Act.Diff = diff("days", r.Days, days)
		return s.store.addVersion(ctx, tx, v.Org, kind, len(was)+1, days, reason)
	})
}

// maxDays is a century: longer is for ever.
const maxDays = 36_500

// common reports whether rows of a kind belong to the instance, for which nobody decides.
func (s *Service) common(kind string) bool {
	for _, one := range s.Stocks {
		if one.Kind == kind {
			return one.Common
		}
	}
	return false
}

// because returns a reason that can be kept.
func because(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", fault.At("reason", "retention.reason_missing")
	case utf8.RuneCountInString(reason) > longest:
		return "", fault.At("reason", "retention.reason_long", longest)
	}
	return reason, nil
}
