// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A book is all that an organisation judges by: its profile, its exceptions, its choices.
type book struct {
	profile    Profile
	exceptions []Exception // in force
	choices    []Choice
	special    map[ospo.PackageID]string // package URLs of those that a rule, an exception or a choice names
}

// book opens the one of the viewer's organisation, by its standard profile.
func (s *Service) book(ctx context.Context) (b book, err error) {
	org := door.From(ctx).Org
	std, err := s.store.standard(ctx, s.store.db.Read(), org)
	if err != nil {
		return b, err
	}
	return s.bookOf(ctx, std.Profile)
}

// bookOf is book by another profile.
func (s *Service) bookOf(ctx context.Context, profile string) (b book, err error) {
	if b.profile, err = s.Profile(ctx, profile); err != nil {
		return b, err
	}
	org := door.From(ctx).Org
	if b.exceptions, err = s.store.exceptionsOver(ctx, org, s.today()); err != nil {
		return b, err
	}
	if b.choices, err = s.store.choicesOver(ctx, org); err != nil {
		return b, err
	}
	return b, s.mark(ctx, &b)
}

// mark finds the packages that something names.
func (s *Service) mark(ctx context.Context, b *book) (err error) {
	var named []string
	for _, r := range b.profile.Rules {
		named = append(named, r.Components...)
	}
	for _, x := range b.exceptions {
		if x.Component != "" {
			named = append(named, x.Component)
		}
	}
	for _, c := range b.choices {
		named = append(named, c.Component)
	}
	slices.Sort(named)
	b.special, err = s.store.packagesNamed(ctx, slices.Compact(named))
	return err
}

// law is what a release of a product is judged by in a context.
func (b book) law(software ospo.SoftwareID, c ospo.Context) engine.Law {
	l := engine.Law{Profile: &b.profile.Profile, Context: c}
	for _, x := range b.exceptions {
		if x.Software == "" || x.Software == software {
			l.Waivers = append(l.Waivers, engine.Waiver{ID: x.ID, Licence: x.Licence, Component: x.Component, Contexts: x.Contexts, Verdict: engine.Allow})
		}
	}
	return l
}

// chosen is what somebody chose for a component that offers several licences.
func (b book) chosen(component, licence string) string {
	for _, c := range b.choices {
		if c.Licence == licence && engine.Names(c.Component, component) {
			return c.Chosen
		}
	}
	return ""
}

// A memo remembers what each distinct licence text is judged by a law. Texts are few, even
// where packages are a million.
type memo struct {
	mu    sync.Mutex
	texts map[int64]string
	laws  map[string]map[int64]engine.Verdict
	known map[string]*engine.Profile // by key of the law, for its successor
}

// Bounds of the memo; over them it begins anew.
const (
	mostTexts = 200_000
	mostLaws  = 200
)

// keyOf names a law: the same key, the same verdicts.
func keyOf(b book, l engine.Law) string {
	var k strings.Builder
	k.WriteString(string(b.profile.home) + "\x00" + b.profile.Key() + "\x00" + string(l.Context))
	for _, w := range l.Waivers {
		if w.Component == "" { // those for components are no matter of texts
			k.WriteString("\x00" + w.ID)
		}
	}
	return k.String()
}

// verdicts judges the texts with these numbers by a law.
func (s *Service) verdicts(ctx context.Context, b book, l engine.Law, terms []int64) (map[int64]engine.Verdict, error) {
	all, err := s.textsOf(ctx, terms)
	if err != nil {
		return nil, err
	}
	m := &s.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	key := keyOf(b, l)
	if m.laws == nil || len(m.laws) > mostLaws {
		m.laws, m.known = map[string]map[int64]engine.Verdict{}, map[string]*engine.Profile{}
	}
	judged := m.laws[key]
	if judged == nil {
		judged = m.inherit(b, l, all)
		m.laws[key], m.known[key] = judged, l.Profile
	}
	out := make(map[int64]engine.Verdict, len(terms))
	for _, t := range terms {
		v, ok := judged[t]
		if !ok {
			v = l.Judge(engine.Case{Licence: all[t]}).Verdict
			judged[t] = v
		}
		out[t] = v
	}
	return out, nil
}

// inherit begins the verdicts of a new version of a profile with those of an older one that
// the change does not touch. A changed profile bears the old one's name, and another version.
func (m *memo) inherit(b book, l engine.Law, texts map[int64]string) map[int64]engine.Verdict {
	now := keyOf(b, l)
	_, rest, _ := strings.Cut(now, "\x00"+b.profile.Key()+"\x00")
	head := string(b.profile.home) + "\x00" + b.profile.ID + " "
	for key, old := range m.known {
		if !strings.HasPrefix(key, head) || !strings.HasSuffix(key, "\x00"+rest) || old.ID != b.profile.ID {
			continue
		}
		touched := engine.Touched(old, l.Profile)
		out := make(map[int64]engine.Verdict, len(texts))
		for t, v := range m.laws[key] {
			if text, ok := texts[t]; ok && !touched(text) {
				out[t] = v
			}
		}
		return out
	}
	return map[int64]engine.Verdict{}
}

// textsOf returns licence texts by their numbers; 0 is the empty one.
func (s *Service) textsOf(ctx context.Context, terms []int64) (map[int64]string, error) {
	m := &s.memo
	m.mu.Lock()
	if m.texts == nil || len(m.texts) > mostTexts {
		m.texts = map[int64]string{0: ""}
	}
	out := make(map[int64]string, len(terms))
	var ask []int64
	for _, t := range terms {
		if text, ok := m.texts[t]; ok {
			out[t] = text
		} else {
			ask = append(ask, t)
		}
	}
	m.mu.Unlock()
	found, err := s.store.terms(ctx, ask)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	maps.Copy(m.texts, found)
	m.mu.Unlock()
	maps.Copy(out, found)
	return out, nil
}
