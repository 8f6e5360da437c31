// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Systems are read with their secrets from files of their own; what is wrong is said with the
// file and the system.
func TestTicketSystemsAreRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token, secret := file("token", " geheim\n"), file("secret", strings.Repeat("s", 32)+"\n")
	all, err := readTickets(file("good.json", `[{"id":"zammad","kind":"zammad","url":"https://zammad.example","tokenFile":"`+token+`","secretFile":"`+secret+`"},
		{"id":"post","kind":"mail","address":"ospo@stadt.example"}]`))
	if err != nil || len(all) != 2 || all[0].Token != "geheim" || all[0].Secret != strings.Repeat("s", 32) || all[1].Address != "ospo@stadt.example" {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err := readTickets(""); err != nil || all != nil {
		t.Errorf("none: %v, %v", all, err)
	}
	for text, want := range map[string]string{
		`{}`: "want a list of ticket systems", `[{"id":"a","tokn":"x"}]`: "tokn", `[{"id":"a","kind":"jira"}]`: "want zammad, webhook or mail",
		`[{"id":"a","kind":"zammad","url":"https://z.example","tokenFile":"` + dir + `/none"}]`: "none", `[{"id":"a","kind":"mail","address":"niemand"}]`: "want a mail address",
		`[{"id":"a","kind":"zammad","url":"https://z.example","token":"x","secret":"kurz"}]`: "want 20 or more"} {
		if _, err := readTickets(file("bad.json", text)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "bad.json") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
