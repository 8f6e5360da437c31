// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"encoding/json"
	"io"
	"net"
	"net/http"

	"allmende/internal/fault"
	"allmende/internal/platform/api"
)

// Caller says whom a request counts for that nobody has signed in for, such as an address.
type Caller func(*http.Request) string

func remote(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// foreign is the route at which Zammad tells of tickets: its signature says who it is.
func (s *Service) foreign() []api.Foreign {
	return []api.Foreign{{Pattern: "POST /ticket/hook/{system}", Most: mostHook, Serve: s.hook, Refuse: refuse}}
}

func (s *Service) hook(w http.ResponseWriter, r *http.Request) error {
	system := r.PathValue("system")
	if _, ok := s.system(system); !ok {
		return fault.New(fault.NotFound, "ticket.hook.none")
	}
	if wait := s.callers.Take(s.From(r), s.store.db.Now()); wait > 0 { // before four megabytes are read and summed up
		return fault.New(fault.TooMany, "ticket.hook.many")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Because(err, fault.TooLarge, "ticket.hook.large", mostHook)
	}
	if err := s.Heard(r.Context(), system, r.Header.Get("X-Hub-Signature"), r.Header.Get("X-Zammad-Delivery"), body); err != nil {
		return err
	}
	s.jobs.Wake()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// refuse answers with a sentence that Zammad keeps in its log of webhooks.
func refuse(w http.ResponseWriter, _ *http.Request, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(fault.Status(err))
	json.NewEncoder(w).Encode(map[string]string{"error": texts().Say("en", err)})
}
