// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"allmende/internal/app"
	"allmende/internal/ospo"
)

// providerFlags declares the settings of one identity provider, and of a file with several.
// The func it returns reads them once they are parsed.
func providerFlags(fs *flag.FlagSet) func() ([]app.Provider, error) {
	var p app.Provider
	fs.StringVar(&p.Issuer, "oidc-issuer", "", "address of an OpenID provider")
	fs.StringVar(&p.ID, "oidc-id", "login", "its short name, in addresses")
	fs.StringVar(&p.Label, "oidc-label", "", "its name on the button")
	fs.StringVar(&p.Client, "oidc-client", "", "our client id there")
	fs.StringVar(&p.Secret, "oidc-secret", "", "our secret there; better by ALLMENDE_OIDC_SECRET_FILE")
	fs.StringVar(&p.Groups, "oidc-groups", "", "claim with the groups")
	fs.StringVar(&p.Level, "oidc-level", "reader", "level of people to whom no group gives one; empty: none")
	fs.BoolVar(&p.Join, "oidc-join", false, "make an account for who comes for the first time")
	org := fs.String("oidc-org", "", "organisation whose provider it is; empty: the one at the top")
	scopes := fs.String("oidc-scopes", "", "scopes beside openid")
	match := fs.String("oidc-match", "", "how people who are here are recognised: mail, external")
	hosts := fs.String("oidc-hosts", "", "hosts that may be asked beside the issuer's own")
	file := fs.String("oidc-providers", "", "file with several providers, as JSON")
	return func() ([]app.Provider, error) {
		all, err := readProviders(*file)
		if err != nil || p.Issuer == "" {
			return all, err
		}
		p.Org, p.Scopes, p.Match, p.Hosts = ospo.OrgID(*org), list(*scopes), list(*match), list(*hosts)
		return append(all, p), nil
	}
}

// readProviders reads a list of providers. A secret comes from the file that "secretFile"
// names, so that the list itself can be read by everybody.
func readProviders(path string) ([]app.Provider, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var listed []struct {
		app.Provider
		SecretFile string `json:"secretFile"`
	}
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&listed); err != nil {
		return nil, fmt.Errorf("%s: want a list of providers: %w", path, err)
	}
	var out []app.Provider
	for _, l := range listed {
		if l.SecretFile != "" {
			text, err := os.ReadFile(l.SecretFile)
			if err != nil {
				return nil, fmt.Errorf("%s, provider %s: %w", path, l.ID, err)
			}
			l.Secret = strings.TrimSpace(string(text))
		}
		out = append(out, l.Provider)
	}
	return out, nil
}
