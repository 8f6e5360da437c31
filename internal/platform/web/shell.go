// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"cmp"
	"net/http"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
)

// A Side is one of the three parts of the navigation.
type Side string

const (
	Take  Side = "take"
	Give  Side = "give"
	Steer Side = "steer"
)

// An Entry is one line of the navigation.
type Entry struct {
	Side   Side
	Key    string // text key of the label
	Href   string
	Permit string
	Under  string // Href of the line below which it stands; it is shown while one is there
}

// A Choice is one of several things that a person can pick.
type Choice struct {
	Value, Label string
	Depth        int // in a tree, 0 at the top
	Chosen       bool
}

// Shell is what stands around every page.
type Shell struct {
	Lang, Other, Theme string
	Path, Here         string // Here is the path with its query, to come back to
	Org, Person        string
	Request            string
	Orgs               []Choice
	Sides              []NavSide
	Home               bool
	Query              string // what stands in the search box
	Version            string
	Demo               bool
	Style, Script      string
	Problems           []Problem
	SignedIn           bool
}

// A NavSide is one part of the navigation with its lines.
type NavSide struct {
	Key   string
	Items []NavItem
}

// A NavItem is one line of the navigation as this viewer sees it.
type NavItem struct {
	Key, Href string
	Current   bool
	Count     int // 0 shows none
	Below     bool
}

// A Problem is one sentence of the summary on top of a form.
type Problem struct {
	Field string // id of the field is "f-" + Field
	Say   string
}

// View is what the layout gets: the shell and the page's own data.
type View struct {
	Shell Shell
	Page  any
}

func (s *Site) shell(r *http.Request, problem error) (Shell, error) {
	v := door.From(r.Context())
	if v.Lang == "" {
		v.Lang = "de"
	}
	sh := Shell{
		Lang: v.Lang, Other: map[string]string{"de": "en", "en": "de"}[v.Lang], Theme: v.Theme,
		Path: r.URL.Path, Here: r.URL.RequestURI(), Org: v.OrgName, Person: v.Name, Request: v.Request,
		Home: r.URL.Path == "/", Version: s.Version, Demo: s.Demo, Style: style.href, Script: script.href, SignedIn: v.SignedIn(),
	}
	if r.Method != http.MethodGet {
		sh.Here = r.URL.Path
	}
	if r.URL.Path == "/where" {
		sh.Query = r.URL.Query().Get("q")
	}
	for _, e := range fault.Say(problem) {
		if problem != nil {
			sh.Problems = append(sh.Problems, Problem{e.Field, s.Texts.Fault(v.Lang, e)})
		}
	}
	if !v.SignedIn() {
		return sh, nil
	}
	return sh, s.furnish(r, v, &sh)
}

// furnish adds what only somebody signed in sees.
func (s *Site) furnish(r *http.Request, v door.Viewer, sh *Shell) (err error) {
	if s.Orgs != nil {
		if sh.Orgs, err = s.Orgs(r, v); err != nil {
			return err
		}
	}
	var counts map[string]int
	if s.Extra != nil {
		if counts, err = s.Extra(r, v); err != nil {
			return err
		}
	}
	open := "" // the line that the page belongs to, or the one above it
	for _, e := range s.Nav {
		if within(r.URL.Path, e.Href) {
			open = cmp.Or(e.Under, e.Href)
		}
	}
	for _, side := range []Side{Take, Give, Steer} {
		n := NavSide{Key: "web.side." + string(side)}
		for _, e := range s.Nav {
			if e.Side == side && (e.Under == "" || e.Under == open) && (e.Permit == Anyone || v.May(e.Permit)) {
				n.Items = append(n.Items, NavItem{e.Key, e.Href, within(r.URL.Path, e.Href), counts[e.Href], e.Under != ""})
			}
		}
		if len(n.Items) > 0 {
			sh.Sides = append(sh.Sides, n)
		}
	}
	return nil
}

func within(path, href string) bool { return path == href || strings.HasPrefix(path, href+"/") }
