// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A verb is what is done to licences; each has a file of its own (licence_check.go).
type verb struct {
	name string
	run  func(ctx context.Context, c *console, args []string) error
}

var licenceVerbs = []verb{{"check", runLicenceCheck}, {"scan", runScan}, {"combine", runCombine}, {"matrix", runMatrix}}

func runLicence(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 {
		if i := slices.IndexFunc(licenceVerbs, func(v verb) bool { return v.name == args[0] }); i >= 0 {
			return licenceVerbs[i].run(ctx, c, args[1:])
		}
	}
	var names []string
	for _, v := range licenceVerbs {
		names = append(names, v.name)
	}
	fmt.Fprintf(c.err, c.say("usage: allmende licence %s …; see allmende help licence\n", "Aufruf: allmende licence %s …; siehe allmende help licence\n"), strings.Join(names, "|"))
	return errUsage
}
