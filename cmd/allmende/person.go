// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"strings"

	"allmende/internal/ospo"
)

// runPerson answers what a person may ask of whoever keeps data about them, and makes the
// link by which one who is locked out sets a new password.
func runPerson(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("person")
	id, login := fs.String("person", "", "id of the person"), fs.String("login", "", "login of the person, for a link")
	yes := fs.Bool("yes", false, "erase without asking again")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	verb := strings.Join(rest, " ")
	if !(verb == "export" && *id != "" || verb == "erase" && *id != "" && *yes || verb == "link" && *login != "") {
		fmt.Fprintln(c.err, c.say("usage: allmende person export --person ID | erase --person ID --yes | link --login LOGIN", "Aufruf: allmende person export --person KENNUNG | erase --person KENNUNG --yes | link --login ANMELDUNG"))
		return errUsage
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	var line string
	switch verb {
	case "export":
		r, err := a.PersonRecord(ctx, ospo.PersonID(*id))
		if err != nil {
			return err
		}
		return c.write(r)
	case "erase":
		line, err = a.ErasePerson(ctx, ospo.PersonID(*id))
	case "link":
		line, err = a.PasswordLink(ctx, *login)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, line)
	return err
}
