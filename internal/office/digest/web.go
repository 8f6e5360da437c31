// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"net/http"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// Own pages ask by themselves who is there; a letter is stopped by who has its link.
func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /digest", web.Anyone, "choice.html", s.choicePage),
		web.Form("POST /digest", web.Anyone, "choice.html", s.choose),
		web.Show("GET /digest/stop/{secret}", web.Anyone, "stop.html", s.stopPage),
		web.Form("POST /digest/stop/{secret}", web.Anyone, "stop.html", s.stop),
	}
}

// ChoicePage is how often the viewer is written to, about what, and what it would be now.
type ChoicePage struct {
	Rhythms []web.Choice
	Sources []web.Choice // chosen are those that are written about
	Own     bool         // the viewer chose it; else it follows from holding a role
	Groups  []Written
	Mails   bool // letters can be sent at all
}

// A Written group is what one source has to say, as sentences.
type Written struct {
	Key   string
	Items []Item
	More  int
	Page  string
}

// An Item is one matter with its page.
type Item struct{ Say, Href string }

func (s *Service) choicePage(r *http.Request) (p ChoicePage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if !v.SignedIn() {
		return p, fault.New(fault.SignIn, "fault.sign_in")
	}
	c, err := s.Choice(ctx, v.Human())
	if err != nil {
		return p, err
	}
	p = s.filled(c)
	p.Mails = s.mail != nil && s.mail.Ready()
	groups, err := s.Waiting(ctx, v.Human(), c.Without, true)
	for _, g := range groups {
		w := Written{Key: g.Key, More: g.More, Page: g.Page}
		for _, m := range g.Matters {
			w.Items = append(w.Items, Item{s.say(tongue(v.Lang), m), m.Link})
		}
		p.Groups = append(p.Groups, w)
	}
	return p, err
}

func (s *Service) filled(c Choice) (p ChoicePage) {
	p.Own = c.Own
	for _, r := range Rhythms {
		p.Rhythms = append(p.Rhythms, web.Choice{Value: r, Chosen: r == c.Rhythm})
	}
	for _, o := range s.Sources {
		p.Sources = append(p.Sources, web.Choice{Value: o.Key, Chosen: !slices.Contains(c.Without, o.Key)})
	}
	return p
}

func (s *Service) choose(r *http.Request) (ChoicePage, string, error) {
	p, err := s.choicePage(r)
	if err != nil {
		return p, "", err
	}
	c := Choice{Rhythm: r.PostFormValue("rhythm")}
	for _, o := range s.Sources {
		if !slices.Contains(r.PostForm["source"], o.Key) {
			c.Without = append(c.Without, o.Key)
		}
	}
	return p, "/digest", s.Choose(r.Context(), c)
}

// StopPage stops letters by a link in one of them.
type StopPage struct {
	Secret string
	Done   bool
}

func (s *Service) stopPage(r *http.Request) (p StopPage, err error) {
	p.Secret = r.PathValue("secret")
	_, err = s.store.stopped(r.Context(), sum(p.Secret))
	return p, err
}

func (s *Service) stop(r *http.Request) (StopPage, string, error) {
	p := StopPage{Secret: r.PathValue("secret"), Done: true}
	return p, "", s.Stop(r.Context(), p.Secret)
}
