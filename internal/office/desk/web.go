// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{
	{Side: web.Steer, Key: "desk.calendar", Href: "/desk/calendar", Permit: mayRead, Under: "/casework"},
	{Side: web.Steer, Key: "desk.mentions", Href: "/desk/mentions", Permit: mayRead, Under: "/casework"},
}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /desk/case/{case}", mayRead, "case.html", s.casePage),
		web.Form("POST /desk/case/{case}/file", mayAsk, "case.html", s.attach).WithFiles(),
		web.File("GET /desk/case/{case}/file/{file}", mayRead, s.content),
		web.Show("GET /desk/case/{case}/file/{file}/remove", mayAsk, "remove.html", s.removePage),
		web.Form("POST /desk/case/{case}/file/{file}/remove", mayAsk, "remove.html", s.remove),
		web.Form("POST /desk/case/{case}/link", mayAsk, "case.html", s.join),
		web.Do("POST /desk/case/{case}/link/{link}/remove", mayAsk, s.unlink),
		web.Form("POST /desk/case/{case}/comment", mayAsk, "case.html", s.comment),

		web.Show("GET /desk/mentions", mayRead, "mentions.html", s.mentionsPage),
		web.Do("POST /desk/mentions", mayRead, func(r *http.Request) (string, error) { return "/desk/mentions", s.Seen(r.Context()) }),
		web.Show("GET /desk/texts", mayRead, "texts.html", s.textsPage),
		web.Form("POST /desk/texts/add", mayWrite, "text.html", s.addText),
		web.Show("GET /desk/texts/add", mayWrite, "text.html", s.newText),
		web.Show("GET /desk/texts/{text}", mayWrite, "text.html", s.editText),
		web.Form("POST /desk/texts/{text}", mayWrite, "text.html", s.changeText),
		web.Do("POST /desk/texts/{text}/remove", mayWrite, func(r *http.Request) (string, error) {
			return "/desk/texts", s.Forget(r.Context(), r.PathValue("text"))
		}),
		web.Show("GET /desk/calendar", mayRead, "calendar.html", s.calendarPage),
		web.File("GET /desk/calendar.ics", mayRead, s.calendarFile),
	}
}

// CasePage is what lies beside a case.
type CasePage struct {
	Matter   Matter
	Files    []File
	Links    []Link
	Original []Link // of which this case is a duplicate, the first of Links
	Likely   []Matter
	People   []PersonRow
	Texts    []Text
	Named    []Mention
	Most     float64 // megabytes of a file
	Scanned  bool    // a scanner is configured
	MayPart  bool    // the viewer has a part in the case
	MayWrite bool

	Text, To  string // as they were written
	Duplicate bool
	MayTell   bool // somebody else has asked
	Told      bool // the comment is for the asker, too
}

// A PersonRow is somebody who can be named.
type PersonRow struct {
	Person
	Chosen bool
}

// casePanel is what the page of the case shows of it.
func (s *Service) casePanel(ctx context.Context, id string) (p CasePage, err error) {
	p = CasePage{Most: megabytes(s.Most), Scanned: s.Scanner != nil, MayWrite: door.From(ctx).May(mayWrite)}
	if p.Matter, err = s.Matter(ctx, id); err != nil {
		return p, err
	}
	_, err = s.Part(ctx, id)
	if p.MayPart = err == nil; err != nil && !slices.Contains([]fault.Kind{fault.Forbidden, fault.Conflict}, fault.Of(err)) {
		return p, err
	}
	if p.Files, err = s.Files(ctx, id); err != nil {
		return p, err
	}
	all, err := s.Links(ctx, id)
	for _, l := range all {
		if l.Kind == "duplicate" && !l.Back {
			p.Original = append(p.Original, l)
		}
	}
	p.Links = all
	return p, err
}

// panel is CasePage with what only its own page shows.
func (s *Service) casePage(r *http.Request) (p CasePage, err error) {
	ctx := r.Context()
	if p, err = s.casePanel(ctx, r.PathValue("case")); err != nil {
		return p, err
	}
	if p.Likely, err = s.Likely(ctx, p.Matter, p.Links); err != nil {
		return p, err
	}
	if p.Named, err = s.Named(ctx, p.Matter); err != nil || !p.MayPart {
		return p, err
	}
	p.MayTell = s.Tell != nil && !p.Matter.Mute && p.Matter.Asker != door.From(ctx).Human()
	all, err := s.People(ctx, p.Matter)
	if err != nil {
		return p, err
	}
	for _, one := range all {
		if one.ID != door.From(ctx).Human() {
			p.People = append(p.People, PersonRow{one, slices.Contains(r.PostForm["person"], string(one.ID))})
		}
	}
	if p.Texts, err = s.Texts(ctx); err != nil {
		return p, err
	}
	if id := r.URL.Query().Get("text"); id != "" && r.Method == http.MethodGet {
		t, err := s.Text(ctx, id)
		if err != nil {
			return p, err
		}
		in := tongue(ctx)
		if asked := r.URL.Query().Get("in"); asked == "de" || asked == "en" {
			in = asked
		}
		p.Text = s.Filled(ctx, p.Matter, t, in)
	}
	return p, nil
}

// attach takes the file of a form, as a stream.
func (s *Service) attach(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	part, err := filePart(r)
	if err != nil {
		return p, "", err
	}
	_, err = s.Attach(r.Context(), p.Matter.ID, part.name, part)
	return p, p.Matter.Link() + "#desk", err
}

// A sent is a file within a form.
type sent struct {
	io.Reader
	name string
}

// filePart finds the file in a form; what else it has, and what comes after, is not read.
func filePart(r *http.Request) (sent, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return sent{}, fault.At("file", "desk.file.none")
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return sent{}, fault.At("file", "desk.file.none")
		}
		if err != nil {
			return sent{}, broken(err)
		}
		if part.FormName() != "file" {
			continue
		}
		if part.FileName() == "" {
			return sent{}, fault.At("file", "desk.file.none")
		}
		return sent{part, part.FileName()}, nil
	}
}

// content hands a file out, as what it is by its content.
func (s *Service) content(r *http.Request) (web.Download, error) {
	f, data, err := s.Content(r.Context(), r.PathValue("case"), r.PathValue("file"))
	return web.Download{Name: f.Name, Type: f.Media, Write: func(w io.Writer) error { _, err := w.Write(data); return err }}, err
}

// RemovePage asks why a file is to go.
type RemovePage struct {
	Matter Matter
	File   File
	Reason string
}

func (s *Service) removePage(r *http.Request) (p RemovePage, err error) {
	if p.Matter, err = s.Part(r.Context(), r.PathValue("case")); err == nil {
		p.File, err = s.File(r.Context(), p.Matter.ID, r.PathValue("file"))
	}
	return p, err
}

func (s *Service) remove(r *http.Request) (p RemovePage, next string, err error) {
	if p, err = s.removePage(r); err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	return p, p.Matter.Link() + "#desk", s.Remove(r.Context(), p.Matter.ID, p.File.ID, p.Reason)
}

func (s *Service) join(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.To, p.Duplicate = r.PostFormValue("to"), r.PostFormValue("relation") == "duplicate"
	_, err = s.Join(r.Context(), p.Matter.ID, LinkInput{To: p.To, Duplicate: p.Duplicate})
	return p, p.Matter.Link() + "#desk", err
}

func (s *Service) unlink(r *http.Request) (string, error) {
	id := r.PathValue("case")
	return "/casework/case/" + id + "#desk", s.Unlink(r.Context(), id, r.PathValue("link"))
}

// comment says something in a case. Who was chosen is named at its end, so that the words
// alone say whom it was for.
func (s *Service) comment(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.Text, p.Told = r.PostFormValue("text"), (p.MayTell || p.Matter.Mute) && r.PostFormValue("told") == "yes"
	text, calls := p.Text, callsIn(p.Text)
	var more []string
	for _, one := range p.People {
		if one.Chosen && !slices.Contains(calls, one.Login) {
			more = append(more, "@"+one.Login)
		}
	}
	if strings.TrimSpace(text) != "" && len(more) > 0 {
		text = strings.TrimSpace(text) + "\n\n" + strings.Join(more, " ")
	}
	how := s.Comment
	if p.Told { // of an asker who has no page it is refused, and no comment within the office either
		how = s.Tell
	}
	return p, p.Matter.Link() + "#timeline", how(r.Context(), p.Matter.ID, text)
}

// CasesPage is the cases that have to do with a thing of the register.
type CasesPage struct{ Cases []Matter }

func (s *Service) softwarePanel(ctx context.Context, id string) (p CasesPage, err error) {
	p.Cases, err = s.CasesOf(ctx, []string{"software"}, []string{id})
	return p, err
}

func (s *Service) releasePanel(ctx context.Context, id string) (p CasesPage, err error) {
	p.Cases, err = s.CasesOf(ctx, []string{"release"}, []string{id})
	return p, err
}

func (s *Service) advisoryPanel(ctx context.Context, id string) (p CasesPage, err error) {
	p.Cases, err = s.CasesOf(ctx, []string{"advisory"}, []string{id})
	return p, err
}

// MentionsPage is where the viewer was named.
type MentionsPage struct {
	Rows   []Mention
	Unseen bool
}

func (s *Service) mentionsPage(r *http.Request) (p MentionsPage, err error) {
	p.Rows, err = s.AllMentions(r.Context())
	p.Unseen = slices.ContainsFunc(p.Rows, func(m Mention) bool { return m.Seen == "" })
	return p, err
}

// TextsPage lists the texts that answers begin with.
type TextsPage struct {
	Texts    []Text
	Places   []PlaceRow
	MayWrite bool
}

// A PlaceRow says what is put into a place of a text.
type PlaceRow struct{ Sign, Means string }

func placeRows(ctx context.Context) (out []PlaceRow) {
	for _, p := range Places {
		out = append(out, PlaceRow{"{" + p + "}", say(ctx, "desk.place."+p)})
	}
	return out
}

func (s *Service) textsPage(r *http.Request) (p TextsPage, err error) {
	p.MayWrite = door.From(r.Context()).May(mayWrite)
	p.Places = placeRows(r.Context())
	p.Texts, err = s.Texts(r.Context())
	return p, err
}

// TextPage is the form of one.
type TextPage struct {
	Text   Text
	Places []PlaceRow
}

func (s *Service) newText(r *http.Request) (TextPage, error) {
	return TextPage{Places: placeRows(r.Context())}, nil
}

func (s *Service) editText(r *http.Request) (p TextPage, err error) {
	p.Places = placeRows(r.Context())
	p.Text, err = s.own(r.Context(), r.PathValue("text"))
	return p, err
}

func (s *Service) addText(r *http.Request) (p TextPage, next string, err error) {
	p = TextPage{Text{Name: r.PostFormValue("name"), DE: r.PostFormValue("de"), EN: r.PostFormValue("en")}, placeRows(r.Context())}
	_, err = s.Keep(r.Context(), p.Text)
	return p, "/desk/texts", err
}

func (s *Service) changeText(r *http.Request) (p TextPage, next string, err error) {
	if p, err = s.editText(r); err != nil {
		return p, "", err
	}
	p.Text.Name, p.Text.DE, p.Text.EN = r.PostFormValue("name"), r.PostFormValue("de"), r.PostFormValue("en")
	_, err = s.Keep(r.Context(), p.Text)
	return p, "/desk/texts", err
}

// CalendarPage is a month of what is due.
type CalendarPage struct {
	Month
	Name string // "Dezember 2026"
	Days []string
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (s *Service) calendarPage(r *http.Request) (p CalendarPage, err error) {
	ctx := r.Context()
	p.Month, err = s.Month(ctx, r.URL.Query().Get("month"))
	p.Name = say(ctx, "desk.month."+p.First.Format("01")) + p.First.Format(" 2006")
	for _, d := range weekdays {
		p.Days = append(p.Days, say(ctx, "desk.day."+d))
	}
	return p, err
}

func (s *Service) calendarFile(r *http.Request) (web.Download, error) {
	home := "http://" + r.Host
	if web.Secure(r) {
		home = "https://" + r.Host
	}
	text, err := s.ICal(r.Context(), home)
	return web.Download{Name: path.Base(say(r.Context(), "desk.calendar.file")) + ".ics", Type: "text/calendar; charset=utf-8", Write: func(w io.Writer) error { _, err := io.WriteString(w, text); return err }}, err
}
