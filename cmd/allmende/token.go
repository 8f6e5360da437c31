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
	days := fs.Int("days", 0, "valid for so many days; 0 for ever")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "create" || *name == "" {
		fmt.Fprintln(c.err, c.say("usage: allmende token create --db … --org … --name …", "Aufruf: allmende token create --db … --org … --name …"))
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
	_, err = fmt.Fprintln(c.out, token)
	return err
}
