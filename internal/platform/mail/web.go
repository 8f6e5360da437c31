// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// Nav is the outbox's line of the navigation.
var Nav = web.Entry{Side: web.Steer, Key: "mail.nav", Href: "/mail", Permit: "mail.read"}

// Pages are the pages that show what was sent and what was not.
func (o *Outbox) Pages() []web.Page {
	const admin, read = "mail.admin", "mail.read"
	return []web.Page{
		web.Show("GET /mail", read, "list.html", o.list),
		web.Form("POST /mail/test", admin, "list.html", o.test),
		web.Do("POST /mail/letter/{letter}/retry", admin, o.retry),
		web.Do("POST /mail/letter/{letter}/discard", admin, o.discard),
		web.Show("GET /mail/preview", read, "preview.html", o.preview),
		web.Show("GET /mail/preview/{kind}", read, "preview.html", o.preview),
	}
}

// ListPage is the list of letters, the newest first.
type ListPage struct {
	Letters          []Letter
	Pager            web.Pager
	State            string
	States           []string
	Failed, Queued   int
	Ready            bool
	Admin            bool // orders and discards letters, sends a test
	Server, From, To string
}

var states = []string{"failed", "queued", "sent"}

func (o *Outbox) list(r *http.Request) (p ListPage, err error) {
	l, v := web.ReadListing(r, "-id"), door.From(r.Context())
	p = ListPage{States: states, State: l.Get("state"), Ready: o.Ready(), Admin: v.May("mail.admin"), From: o.Server.From}
	if o.Server.Host != "" {
		p.Server = o.Server.Address()
	}
	if !slices.Contains(states, p.State) {
		p.State = ""
	}
	if p.Failed, err = o.store.count(r.Context(), v.Org, "failed"); err != nil {
		return p, err
	}
	if p.Queued, err = o.store.count(r.Context(), v.Org, "queued"); err != nil {
		return p, err
	}
	before := l.Get("before")
	if !utf8.ValidString(before) || strings.ContainsRune(before, 0) {
		return p, fault.New(fault.Invalid, "fault.cursor", before)
	}
	all, err := o.store.letters(r.Context(), v.Org, p.State, before, l.Size+1)
	if p.Letters = all[:min(len(all), l.Size)]; len(all) > l.Size {
		p.Pager.Next = l.With("before", p.Letters[l.Size-1].ID)
	}
	return p, err
}

// test sends a letter to an address, so that who sets the server up sees whether it works.
func (o *Outbox) test(r *http.Request) (ListPage, string, error) {
	p, err := o.list(r)
	if err != nil {
		return p, "", err
	}
	p.To = strings.TrimSpace(r.PostFormValue("to"))
	if !IsAddress(p.To) {
		return p, "", fault.At("to", "mail.address_form", p.To)
	}
	v := door.From(r.Context())
	return p, "/mail", o.store.db.Write(r.Context(), v.Act("mail.test", p.To), func(tx *db.Tx) error {
		return o.Enqueue(r.Context(), tx, Letter{Person: v.Person, To: p.To, Kind: "mail.test", Lang: v.Lang, Content: testLetter()})
	})
}

func (o *Outbox) retry(r *http.Request) (string, error) {
	v, id := door.From(r.Context()), r.PathValue("letter")
	return "/mail", o.store.db.Write(r.Context(), v.Act("mail.retry", id), func(tx *db.Tx) error { return o.store.again(r.Context(), tx, v.Org, id) })
}

func (o *Outbox) discard(r *http.Request) (string, error) {
	v, id := door.From(r.Context()), r.PathValue("letter")
	return "/mail", o.store.db.Write(r.Context(), v.Act("mail.discard", id), func(tx *db.Tx) error { return o.store.discard(r.Context(), tx, v.Org, id) })
}

// PreviewPage shows a kind of letter in both forms, with invented names.
type PreviewPage struct {
	Kinds []web.Choice
	Kind  string
	Text  Text
}

func (o *Outbox) preview(r *http.Request) (p PreviewPage, err error) {
	if p.Kind = r.PathValue("kind"); p.Kind == "" {
		p.Kind = o.names[0]
	}
	k, ok := o.kinds[p.Kind]
	if !ok {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	for _, name := range o.names {
		p.Kinds = append(p.Kinds, web.Choice{Value: name, Chosen: name == p.Kind})
	}
	p.Text, err = o.render(door.From(r.Context()).Lang, cmp.Or(o.Home, "https://allmende.example"), k.Sample())
	return p, err
}
