// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/platform/web"
)

// EntryPage is the form of one entry: what is changed in it becomes a draft of the whole, so that
// nobody needs to write YAML.
type EntryPage struct {
	values      map[string]string
	From        string // text that the draft begins with; empty: what is in force
	Sections    []web.Choice
	Certainties []web.Choice
}

// V is what stands in a field.
func (p EntryPage) V(field string) string { return p.values[field] }

// lay puts the choices into a form that is filled in.
func (p *EntryPage) lay(ctx context.Context) {
	var c market.Catalogue
	for _, s := range c.Sections() {
		p.Sections = append(p.Sections, web.Choice{Value: s.Name, Label: say(ctx, "library.section."+s.Name), Chosen: s.Name == p.V("section")})
	}
	for _, k := range []string{market.Own, market.Seen, market.Unverified} {
		p.Certainties = append(p.Certainties, web.Choice{Value: k, Label: say(ctx, "library.certainty."+k), Chosen: k == p.V("certainty")})
	}
}

// entryForm is empty, or has what an entry of the text says.
func (s *Service) entryForm(r *http.Request) (p EntryPage, err error) {
	q := r.URL.Query()
	p = EntryPage{values: map[string]string{"section": q.Get("section")}, From: q.Get("from")}
	body, err := s.beginning(r.Context(), p.From)
	if err != nil {
		return p, err
	}
	c, _ := market.Read([]byte(body), nil) // a text that cannot be read has no entry to show
	if found := c.Pick(q.Get("id")); len(found) > 0 {
		p.fill(found[0])
	}
	p.lay(r.Context())
	return p, nil
}

// pairs are the texts of an entry that have both languages, under the names of their fields.
func pairs(c *market.Choice) map[string]*market.Text {
	return map[string]*market.Text{"name": &c.Name, "about": &c.About, "why": &c.Why, "evidence": &c.Evidence}
}

func (p *EntryPage) fill(c market.Choice) {
	for field, t := range pairs(&c) {
		p.values[field+"_de"], p.values[field+"_en"] = t.DE, t.EN
	}
	for field, text := range map[string]string{"id": c.ID, "certainty": c.Certainty, "source": c.Source, "source_en": c.SourceEN, "clause": c.Clause, "corresponds": c.Corresponds} {
		p.values[field] = text
	}
	for _, t := range []string{"de", "en"} {
		var checks, scale []string
		for _, k := range c.Checks {
			checks = append(checks, k.In(t))
		}
		for _, a := range c.Anchors {
			scale = append(scale, strconv.Itoa(a.Points)+": "+a.Text.In(t))
		}
		p.values["checks_"+t], p.values["anchors_"+t] = strings.Join(checks, "\n"), strings.Join(scale, "\n")
	}
}

// lines are those of a field in which something stands.
func (p *EntryPage) lines(field string) (out []string) {
	for line := range strings.Lines(p.V(field)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// choice reads the form. What has the wrong shape is told by field; whether all is there says the
// checker.
func (p *EntryPage) choice() (c market.Choice, err error) {
	c = market.Choice{ID: p.V("id"), Certainty: p.V("certainty"), Source: p.V("source"), SourceEN: p.V("source_en"), Clause: p.V("clause"), Corresponds: p.V("corresponds")}
	for field, t := range pairs(&c) {
		*t = market.Text{DE: p.V(field + "_de"), EN: p.V(field + "_en")}
	}
	de, en := p.lines("checks_de"), p.lines("checks_en")
	if len(de) != len(en) {
		return c, fault.At("checks_en", "library.lines_differ", len(de), len(en))
	}
	for i := range de {
		c.Checks = append(c.Checks, market.Text{DE: de[i], EN: en[i]})
	}
	if de, en = p.lines("anchors_de"), p.lines("anchors_en"); len(de) != len(en) {
		return c, fault.At("anchors_en", "library.lines_differ", len(de), len(en))
	}
	for i := range de {
		points, german, bad := step("anchors_de", de[i])
		same, english, worse := step("anchors_en", en[i])
		if err := errors.Join(bad, worse); err != nil {
			return c, err
		}
		if points != same {
			return c, fault.At("anchors_en", "library.points_differ", points, same)
		}
		c.Anchors = append(c.Anchors, market.Anchor{Points: points, Text: market.Text{DE: german, EN: english}})
	}
	return c, nil
}

// step reads a line of a scale: points, colon, text.
func step(field, line string) (points int, text string, err error) {
	before, text, ok := strings.Cut(line, ":")
	points, bad := strconv.Atoi(strings.TrimSpace(before))
	if !ok || bad != nil {
		return 0, "", fault.At(field, "library.step_bad", line)
	}
	return points, strings.TrimSpace(text), nil
}

// entry puts an entry into the text that the form began with, in place of that with its id in the
// same list, and keeps the whole as a draft.
func (s *Service) entry(r *http.Request) (p EntryPage, next string, err error) {
	ctx := r.Context()
	p = EntryPage{values: map[string]string{}, From: r.PostFormValue("from")}
	for field, all := range r.PostForm {
		p.values[field] = strings.TrimSpace(strings.ReplaceAll(all[0], "\r\n", "\n"))
	}
	p.lay(ctx)
	x, err := p.choice()
	if err != nil {
		return p, "", err
	}
	body, err := s.beginning(ctx, p.From)
	if err != nil {
		return p, "", err
	}
	c, flaws := market.Read([]byte(body), nil)
	if len(flaws) > 0 {
		return p, "", fault.New(fault.Conflict, "library.flawed")
	}
	at, ok := put(&c, p.V("section"), x)
	if !ok {
		return p, "", fault.At("section", "library.section_bad")
	}
	text := market.Write(c)
	if _, flaws, err = s.Check(ctx, string(text)); err != nil {
		return p, "", err
	}
	if err := fields(ctx, flaws, at); err != nil {
		return p, "", err
	}
	id, err := s.Keep(ctx, string(text), p.V("reason"))
	return p, "/library/text/" + id, err
}

// put sets an entry into a list, and says where in the text it stands: "award 7".
func put(c *market.Catalogue, section string, x market.Choice) (at string, ok bool) {
	for _, s := range c.Sections() {
		if s.Name != section {
			continue
		}
		i := slices.IndexFunc(*s.All, func(o market.Choice) bool { return o.ID == x.ID })
		if i < 0 {
			i = len(*s.All)
			*s.All = append(*s.All, x)
		}
		(*s.All)[i] = x
		return section + " " + strconv.Itoa(i+1), true
	}
	return "", false
}

// fields puts flaws of one entry to the fields of its form. What is wrong elsewhere is told at
// the list.
func fields(ctx context.Context, flaws []market.Flaw, at string) error {
	var out []error
	for _, f := range flaws {
		field := "section"
		if rest, ours := strings.CutPrefix(f.At, at); ours && (rest == "" || rest[0] == '.') {
			field = fieldOf(rest, f.Kind)
		}
		out = append(out, fault.At(field, "library.flaw."+f.Kind, f.At, f.Got))
	}
	return errors.Join(out...)
}

// fieldOf is the field for a place within an entry: ".name.en" is name_en.
func fieldOf(rest, kind string) string {
	switch {
	case kind == market.NoScale:
		return "anchors_de"
	case kind == market.NoChecks:
		return "checks_de"
	case rest == "":
		return "about_de"
	}
	key, deeper, _ := strings.Cut(rest[1:], ".")
	key, _, _ = strings.Cut(key, " ")
	switch {
	case slices.Contains([]string{"id", "certainty", "source", "source_en", "clause", "corresponds"}, key):
		return key
	case strings.HasSuffix(deeper, "en"):
		return key + "_en"
	}
	return key + "_de"
}
