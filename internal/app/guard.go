// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
)

// sameSite refuses what another site has a browser send here: forms, scripts, pictures that
// would change something with the reader's session.
func (a *App) sameSite(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, fault.New(fault.Forbidden, "app.other_site"))
	}))
	return p.Handler(next)
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
