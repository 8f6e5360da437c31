// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFlagBeatsEnvironmentBeatsFile(t *testing.T) {
	file := write(t, "# settings\nlisten = file\ndb = file\nmail-host = elsewhere\nlog = file\n")
	secret := write(t, "from a file\n")
	env := map[string]string{"ALLMENDE_LISTEN": "environment", "ALLMENDE_DB": "environment", "ALLMENDE_CONFIG": file, "ALLMENDE_TOKEN_FILE": secret}
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	fs.String("config", "", "")
	listen, db := fs.String("listen", "default", ""), fs.String("db", "default", "")
	log, token, rest := fs.String("log", "default", ""), fs.String("token", "", ""), fs.String("rest", "default", "")
	mail := flag.NewFlagSet("another", flag.ContinueOnError)
	mail.String("mail-host", "", "")
	err := Parse(fs, []string{"--db", "flag"}, func(k string) (string, bool) { v, ok := env[k]; return v, ok }, mail)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{*db, *listen, *log, *token, *rest}
	if want := "flag|environment|file|from a file|default"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}

func TestMistakesSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		"size = 1\nnonsense":  "line 2: got \"nonsense\", want name = value",
		"\nsize = very large": "line 2: size",
		"size = 1\nsise = 2":  `line 2: there is no setting "sise"`,
	} {
		fs := flag.NewFlagSet("serve", flag.ContinueOnError)
		fs.Int("size", 1, "")
		fs.String("config", "", "")
		err := Parse(fs, []string{"--config", write(t, text)}, func(string) (string, bool) { return "", false })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
