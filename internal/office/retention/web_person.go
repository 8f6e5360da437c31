// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// RecordPage is all that there is about a person, to be read and printed.
type RecordPage struct {
	Person   Person
	Own      bool
	At       time.Time
	Sections []Section
	Done     *Erasure // the name is no longer known
	Most     int      // rows of a section that are shown
}

func (s *Service) minePage(r *http.Request) (RecordPage, error) {
	p, record, err := s.Mine(r.Context())
	return s.recordOf(r, p, record, true, err)
}

func (s *Service) recordPage(r *http.Request) (RecordPage, error) {
	p, record, err := s.About(r.Context(), ospo.PersonID(r.PathValue("person")))
	return s.recordOf(r, p, record, false, err)
}

func (s *Service) recordOf(r *http.Request, who Person, record json.RawMessage, own bool, err error) (p RecordPage, _ error) {
	if err != nil {
		return p, err
	}
	p = RecordPage{Person: who, Own: own, At: s.store.db.Now(), Most: shownRows}
	if p.Done, err = s.store.erasure(r.Context(), s.store.db.Read(), who.ID); err != nil {
		return p, err
	}
	p.Sections, err = s.outline(door.From(r.Context()).Lang, record)
	return p, err
}

func (s *Service) mineFile(r *http.Request) (web.Download, error) {
	_, record, err := s.Mine(r.Context())
	return file(record), err
}

func (s *Service) recordFile(r *http.Request) (web.Download, error) {
	_, record, err := s.HandOver(r.Context(), ospo.PersonID(r.PathValue("person")))
	return file(record), err
}

func file(record json.RawMessage) web.Download {
	return web.Download{Name: "person.json", Type: "application/json; charset=utf-8", Write: func(w io.Writer) error {
		_, err := w.Write(record)
		return err
	}}
}

// ErasePage says what an erasure would do, and proposes it.
type ErasePage struct {
	Plan
	Hindrances []Hindrance
	Own        bool
	Typed      string
}

// A Hindrance is why somebody cannot be erased yet: a text with its arguments.
type Hindrance struct {
	Key  string
	Args []any
}

func (s *Service) erasePage(r *http.Request) (p ErasePage, err error) {
	p.Plan, err = s.Foresee(r.Context(), ospo.PersonID(r.PathValue("person")))
	p.Own = p.Person.ID == door.From(r.Context()).Human()
	for _, b := range p.Bars {
		f := fault.Say(b)[0]
		p.Hindrances = append(p.Hindrances, Hindrance{f.Key, f.Args})
	}
	return p, err
}

func (s *Service) propose(r *http.Request) (ErasePage, string, error) {
	p, err := s.erasePage(r)
	if err != nil {
		return p, "", err
	}
	p.Typed = r.PostFormValue("reason")
	id, err := s.ProposeErasure(r.Context(), p.Person.ID, p.Typed)
	return p, "/approval/" + id, err
}
