// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// A Text is what an answer begins with, in German, English or both.
type Text struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	OrgName string     `json:"orgName"`
	Name    string     `json:"name"`
	DE      string     `json:"de"`
	EN      string     `json:"en"`
	Mine    bool       `json:"mine" doc:"It is your organisation's, not one above it."`
}

// Places are what a text can leave open.
var Places = []string{"case.number", "case.title", "asker", "me", "org", "date"}

var place = regexp.MustCompile(`\{[^{}\n]*\}`)

// Texts lists those of the viewer's organisation and of those above it, by name.
func (s *Service) Texts(ctx context.Context) ([]Text, error) {
	return s.store.textsFor(ctx, door.From(ctx).Org)
}

// Text returns one of them.
func (s *Service) Text(ctx context.Context, id string) (Text, error) {
	all, err := s.Texts(ctx)
	i := slices.IndexFunc(all, func(t Text) bool { return t.ID == id })
	if err == nil && i < 0 {
		err = notFound()
	}
	if err != nil {
		return Text{}, err
	}
	return all[i], nil
}

// own is a text that the viewer's organisation can change.
func (s *Service) own(ctx context.Context, id string) (Text, error) {
	t, err := s.Text(ctx, id)
	if err == nil && !t.Mine {
		err = fault.New(fault.Forbidden, "desk.text.above", t.OrgName)
	}
	return t, err
}

// checkText is a text as it can be kept.
func checkText(in Text) (Text, error) {
	var err error
	if in.Name, err = fault.Words("name", in.Name, longestLine); err != nil {
		return in, err
	}
	for _, one := range []struct {
		field string
		text  *string
	}{{"de", &in.DE}, {"en", &in.EN}} {
		if *one.text, err = fault.Text(one.field, *one.text, longestText); err != nil {
			return in, err
		}
		for _, p := range place.FindAllString(*one.text, -1) {
			if !slices.Contains(Places, strings.Trim(p, "{}")) {
				return in, fault.At(one.field, "desk.text.unknown", p, "{"+strings.Join(Places, "}, {")+"}")
			}
		}
	}
	if in.DE+in.EN == "" {
		return in, fault.At("de", "fault.missing")
	}
	return in, nil
}

// Keep adds a text, or changes the one with its id.
func (s *Service) Keep(ctx context.Context, in Text) (id string, err error) {
	defer fault.Wrap(&err, "keep the text %s", in.Name)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	var was Text
	if in.ID != "" {
		if was, err = s.own(ctx, in.ID); err != nil {
			return "", err
		}
	} else {
		in.ID = db.NewID()
	}
	if in, err = checkText(in); err != nil {
		return "", err
	}
	in.Org = v.Org
	all, err := s.Texts(ctx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(all, func(o Text) bool { return o.Mine && o.ID != in.ID && o.Name == in.Name }) {
		return "", fault.At("name", "desk.text.twice", in.Name)
	}
	diff := func(t Text) map[string]string { return map[string]string{"name": t.Name, "de": t.DE, "en": t.EN} }
	return in.ID, s.store.db.Write(ctx, v.Act("desk.text.keep", in.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(diff(was), diff(in))
		return s.store.keepText(ctx, tx, in, v.Human())
	})
}

// Forget removes a text.
func (s *Service) Forget(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "remove the text %s", id)
	v := door.From(ctx)
	t, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("desk.text.remove", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"name": t.Name, "de": t.DE, "en": t.EN}, nil)
		return s.store.removeText(ctx, tx, t)
	})
}

// Filled is a text with its places filled for a case, in a language.
func (s *Service) Filled(ctx context.Context, m Matter, t Text, in string) string {
	text := t.DE
	if in == "en" && t.EN != "" || text == "" {
		text = t.EN
	}
	return strings.NewReplacer("{case.number}", m.Number, "{case.title}", m.Title, "{asker}", m.AskerName, "{me}", door.From(ctx).Name, "{org}", m.OrgName,
		"{date}", lang.Date(in, s.store.db.Now())).Replace(text)
}
