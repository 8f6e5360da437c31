// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"time"

	"allmende/internal/platform/door"
)

// runToken prints the token alone, so that scripts can keep it.
func runToken(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("token")
	name := fs.String("name", "", "what the token is for")
	scopes := fs.String("scopes", "*", "permissions, with commas between")
	days := fs.Int("days", 365, "valid for so many days; 0 for ever")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "create" || *name == "" {
		fmt.Fprintln(c.err, c.say("usage: allmende token create --db … --org … --name …", "Aufruf: allmende token create --db … --org … --name …"))
		return errUsage
	}
	if *days < 0 {
		fmt.Fprintf(c.err, c.say("--days %d: want a number of days, or 0 for ever\n", "--days %d: Erwartet wird eine Zahl von Tagen, oder 0 für unbegrenzt\n"), *days)
		return errUsage
	}
	s.fresh = true
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	var expires time.Time
	if *days > 0 {
		expires = a.DB.Now().AddDate(0, 0, *days)
	}
	v := door.From(ctx)
	token, err := a.Governance.CreateToken(ctx, v.Act("governance.token", *name), v.Org, *name, list(*scopes), expires)
	if err != nil {
		return err
	}
	if *scopes == "*" {
		fmt.Fprintln(c.err, c.say("This token may do everything; --scopes sbom.write,where.read gives it less.", "Dieser Schlüssel darf alles; --scopes sbom.write,where.read gibt ihm weniger."))
	}
	_, err = fmt.Fprintln(c.out, token)
	return err
}
