// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/platform/config"
)

// Providers come from flags, environment and a file; their secrets from files of their own.
func TestProvidersAreRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	read := func(args []string, env map[string]string) (string, error) {
		fs := flag.NewFlagSet("serve", flag.ContinueOnError)
		providers := providerFlags(fs)
		if err := config.Parse(fs, args, func(k string) (string, bool) { v, ok := env[k]; return v, ok }); err != nil {
			t.Fatal(err)
		}
		all, err := providers()
		var out []string
		for _, p := range all {
			out = append(out, strings.Join([]string{p.ID, string(p.Org), p.Issuer, p.Client, p.Secret, strings.Join(p.Match, "+")}, " "))
		}
		return strings.Join(out, "; "), err
	}
	secret := file("secret", "geheim\n")
	several := file("providers.json", `[{"id":"kreis","org":"Kreis","issuer":"https://login.kreis.example","client":"a","secretFile":"`+secret+`","match":["external"]}]`)
	for want, tt := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"": {},
		"login musterstadt https://login.example allmende geheim mail+external": {[]string{"--oidc-issuer", "https://login.example", "--oidc-client", "allmende", "--oidc-org", "musterstadt", "--oidc-match", "mail,external"}, map[string]string{"ALLMENDE_OIDC_SECRET_FILE": secret}},
		"kreis Kreis https://login.kreis.example a geheim external":             {nil, map[string]string{"ALLMENDE_OIDC_PROVIDERS": several}},
	} {
		if got, err := read(tt.args, tt.env); err != nil || got != want {
			t.Errorf("%v: %q %v, want %q", tt.args, got, err, want)
		}
	}
	for text, want := range map[string]string{`{}`: "want a list", `[{"secret":"x"}]`: "unknown field", `[{"id":"a","secretFile":"/no/such"}]`: "no such file"} {
		if _, err := read([]string{"--oidc-providers", file("bad.json", text)}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word about %q", text, err, want)
		}
	}
}
