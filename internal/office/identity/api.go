// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"encoding/json"
	"net/http"

	"allmende/internal/fault"
	"allmende/internal/platform/api"
)

// foreign lists the routes of protocols that others have laid down.
func (s *Service) foreign() []api.Foreign {
	return append(s.directory(), api.Foreign{
		Pattern: "POST /identity/logout/{provider}", Most: 64 << 10, Serve: s.backChannel, Refuse: unheard})
}

// backChannel takes a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.5).
func (s *Service) backChannel(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refused("token", err)
	}
	if err := s.Told(r.Context(), r.PathValue("provider"), r.PostForm.Get("logout_token"), s.Browser.From(r).Address); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// unheard answers a logout token that ends nothing, in the form that section 2.8 wants.
func unheard(w http.ResponseWriter, r *http.Request, err error) {
	status := fault.Status(err)
	if fault.Of(err) == fault.Forbidden {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": why(err)})
}
