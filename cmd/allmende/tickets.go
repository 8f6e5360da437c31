// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"allmende/internal/app"
)

// readTickets reads a list of ticket systems. Token and secret come from the files that
// "tokenFile" and "secretFile" name, so that the list itself can be read by everybody.
func readTickets(path string) ([]app.TicketSystem, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var listed []struct {
		app.TicketSystem
		TokenFile  string `json:"tokenFile"`
		SecretFile string `json:"secretFile"`
	}
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&listed); err != nil {
		return nil, fmt.Errorf("%s: want a list of ticket systems: %w", path, err)
	}
	var out []app.TicketSystem
	for _, l := range listed {
		for name, into := range map[string]*string{l.TokenFile: &l.Token, l.SecretFile: &l.Secret} {
			if name == "" {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("%s, system %s: %w", path, l.ID, err)
			}
			*into = strings.TrimSpace(string(text))
		}
		if err := l.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, l.TicketSystem)
	}
	return out, nil
}
