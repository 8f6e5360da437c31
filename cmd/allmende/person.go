// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"

	"allmende/internal/ospo"
)

// runPerson answers what a person may ask of whoever keeps data about them.
func runPerson(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("person")
	id := fs.String("person", "", "id of the person")
	yes := fs.Bool("yes", false, "erase without asking again")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || *id == "" || rest[0] != "export" && (rest[0] != "erase" || !*yes) {
		fmt.Fprintln(c.err, c.say("usage: allmende person export --person ID | erase --person ID --yes", "Aufruf: allmende person export --person KENNUNG | erase --person KENNUNG --yes"))
		return errUsage
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	if rest[0] == "export" {
		r, err := a.PersonRecord(ctx, ospo.PersonID(*id))
		if err != nil {
			return err
		}
		return c.write(r)
	}
	name, err := a.ErasePerson(ctx, ospo.PersonID(*id))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, name)
	return err
}
