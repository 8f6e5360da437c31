// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// sameSite refuses what another site has a browser send here: forms, scripts, pictures that
// would change something with the reader's session.
func (a *App) sameSite(mux *http.ServeMux, next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.noteOtherSite(mux, r); err != nil {
			slog.ErrorContext(r.Context(), "a request from another site could not be noted in the log", "err", err)
		}
		a.refuse(w, r, fault.New(fault.Forbidden, "app.other_site"))
	}))
	return p.Handler(next)
}

// A crossing is what the log says of a request from another site.
type crossing struct {
	Wanted string `json:"wanted"` // the route, not the address: that may hold the secret of a link
	Site   string `json:"site"`   // as the browser says, at most longestSite bytes
}

const longestSite = 200

// noteOtherSite lets the log say in whose session another site tried something: once a minute
// for each person, so that no site can fill the log. Where nobody is signed in there was
// nothing to gain, and anybody could send that without end: it is in the server's log alone.
func (a *App) noteOtherSite(mux *http.ServeMux, r *http.Request) error {
	v := door.From(r.Context())
	_, route := mux.Handler(r)
	site := r.Header.Get("Origin")
	c := crossing{route, strings.ToValidUTF8(site[:min(len(site), longestSite)], "")}
	switch {
	case !v.SignedIn():
		slog.WarnContext(r.Context(), "a request from another site is refused; nobody is signed in", "request", v.Request, "route", c.Wanted, "site", c.Site)
		return nil
	case a.crossed.Take(string(v.Human()), a.DB.Now()) > 0:
		return nil
	}
	act := v.Act("app.refused.other_site", string(v.Human()))
	act.Diff = change.Added(c)
	return a.DB.Write(r.Context(), act, func(*db.Tx) error { return nil })
}

// pace bounds how fast one caller asks: an account, or an address that has not signed in.
func (a *App) pace(r *http.Request, v door.Viewer) error {
	if a.Pace == nil {
		return nil
	}
	caller := string(v.Person)
	if caller == "" {
		caller = a.Governance.Address(r)
	}
	if wait := a.Pace.Take(caller, time.Now()); wait > 0 {
		return fault.New(fault.TooMany, "app.too_fast", int(wait/time.Second)+1)
	}
	return nil
}
