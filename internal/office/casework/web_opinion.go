// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/web"
)

// An Opinion is what somebody answered with a task, by itself: on licence, security, economy or
// sovereignty, for example. It is derived from the events of the case and says what was known
// when the task was done, whatever was learnt later.
type Opinion struct {
	Case      string        `json:"case"` // its number
	Title     string        `json:"title"`
	OrgName   string        `json:"orgName"`
	Procedure string        `json:"procedure"`
	Version   int           `json:"version"`
	Task      string        `json:"task"`
	Role      string        `json:"role"`
	Doer      string        `json:"doer"`
	Done      string        `json:"done"`
	Note      string        `json:"note"`
	Facts     process.Facts `json:"facts"`

	fields     []process.Field
	name, role string // in the reader's language
	doer       string
	body, sum  string
}

// opinion is what was answered with a task that was done; any other is not found.
func (s *Service) opinion(r *http.Request) (p Opinion, err error) {
	ctx := r.Context()
	o, err := s.Show(ctx, r.PathValue("case"))
	if err != nil {
		return p, err
	}
	all, err := s.store.tasks(ctx, s.store.db.Read(), o.Case)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(all, func(t Task) bool { return t.ID == r.PathValue("opinion") && t.Result == "done" })
	if i < 0 || o.def == nil {
		return p, notFound()
	}
	t := all[i]
	asked, _, _ := o.def.Task(t.Task)
	p = Opinion{Case: o.Case.Number(), Title: o.Case.Title, OrgName: o.Case.OrgName, Procedure: o.Case.Type, Version: o.Case.Version, Task: t.Task, Role: t.Role, Doer: t.DoerName, Done: t.Ended, Note: t.Note,
		Facts: process.Facts{}, name: asked.Name.In(tongue(ctx))}
	p.doer = cmp.Or(p.Doer, string(t.Doer)) // in the reader's language, as the sum must not be
	p.Doer = cmp.Or(actor("de", t.Doer), p.doer)
	known := knownWhen(o.Events, t)
	for _, f := range o.def.Asks(known) { // what was not asked is no answer
		if slices.Contains(asked.Fields, f.ID) {
			p.fields = append(p.fields, f)
			p.Facts[f.ID] = known[f.ID]
		}
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p.role = inRole(ctx, names, t.Role, map[bool]string{true: vacantRole}[t.Instead])
	p.body, err = canonical(p)
	p.sum = sum(p.body)
	return p, err
}

// knownWhen are the facts of a case when a task was done.
func knownWhen(events []Event, t Task) process.Facts {
	known := process.Facts{}
	for _, e := range events {
		switch e.What {
		case "opened":
			_ = json.Unmarshal([]byte(e.body), &known) // what cannot be read is unknown
		case "facts":
			var pairs map[string][2]any
			_ = json.Unmarshal([]byte(e.body), &pairs)
			for id, pair := range pairs {
				known[id] = pair[1]
			}
		case "done":
			var b told
			if _ = json.Unmarshal([]byte(e.body), &b); e.At == t.Ended && b.Task == t.Task {
				return known
			}
		}
	}
	return known
}

func (p Opinion) file(ctx context.Context) string {
	return say(ctx, "casework.opinion.file") + "-" + p.Case + "-" + strings.ReplaceAll(p.Task, "_", "-")
}

// opinionBody hands the content out, byte by byte what its sum is of.
func (s *Service) opinionBody(r *http.Request) (web.Download, error) {
	p, err := s.opinion(r)
	return web.Download{Name: p.file(r.Context()) + ".json", Type: "application/json", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, p.body)
		return err
	}}, err
}

// opinionText hands it out as a text document that bears that sum.
func (s *Service) opinionText(r *http.Request) (web.Download, error) {
	p, err := s.opinion(r)
	if err != nil {
		return web.Download{}, err
	}
	ctx := r.Context()
	t := func(key string, args ...any) string { return say(ctx, "casework."+key, args...) }
	d := (&odt.Document{Title: t("opinion.title", p.name, p.Case), Lang: tongue(ctx), Made: db.Time(p.Done)}).Dress(ctx)
	d.Heading(1, d.Title)
	d.Para(p.Title + "\n" + p.OrgName)
	d.Facts([][2]string{{t("opinion.by"), p.doer + ", " + p.role}, {t("opinion.at"), lang.DateTime(tongue(ctx), db.Time(p.Done))}, {t("note"), orDash(p.Note)},
		{t("rule"), p.Procedure + ", " + t("version_n", strconv.Itoa(p.Version))}})
	d.Heading(2, t("facts"))
	d.Para(t("opinion.facts"))
	var facts [][2]string
	for _, f := range p.fields {
		facts = append(facts, [2]string{f.Name.In(tongue(ctx)), factWords(ctx, f, p.Facts[f.ID])})
	}
	d.Facts(facts)
	d.Heading(2, t("sum"))
	d.Para(t("opinion.sum") + "\n" + p.sum)
	return web.Download{Name: p.file(ctx) + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}
