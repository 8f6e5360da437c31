// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/app"
)

// The ends of a check that found something; the report has been written already.
var (
	errDoubt  = errors.New("licences have to be reviewed or are unknown")
	errDenied = errors.New("licences are denied")
)

// runLicenceCheck judges the licences of a document. Without --db it opens no database.
func runLicenceCheck(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("licence")
	limits := limitFlags(fs)
	profile := fs.String("profile", "", "id of the profile; opencode without --db, the one in force with it")
	use := fs.String("context", "internal", "how the software is used")
	files, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende licence check FILE", "Aufruf: allmende licence check DATEI"))
		return errUsage
	}
	data, err := c.read(files[0])
	if err != nil {
		return err
	}
	check, err := c.judge(ctx, s, data, *profile, *use, limits(), slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") && flagName(a) == "db" }))
	if err != nil {
		return err
	}
	if *s.json {
		if err := c.write(check); err != nil {
			return err
		}
	} else {
		c.licences(check)
	}
	switch check.Verdict {
	case "allow":
		return nil
	case "deny":
		return errDenied
	}
	return errDoubt
}

func (c *console) judge(ctx context.Context, s *settings, data []byte, profile, use string, limits app.Limits, own bool) (app.LicenceCheck, error) {
	if !own {
		if profile == "" {
			profile = "opencode"
		}
		words, err := app.Words()
		if err != nil {
			return app.LicenceCheck{}, err
		}
		texts = words.Say
		return app.CheckLicences(data, limits, profile, use, c.lang)
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return app.LicenceCheck{}, err
	}
	defer a.Close()
	return a.CheckLicences(ctx, data, profile, use)
}

// mostNamed is how many components a line of the report names.
const mostNamed = 5

// licences writes what was found for people.
func (c *console) licences(r app.LicenceCheck) {
	t := r.Tally
	fmt.Fprintf(c.out, c.say("%s %s, %s: %s. %d components: %d denied, %d unknown, %d to review, %d allowed\n", "%s %s, %s: %s. %d Bestandteile: %d abgelehnt, %d unbekannt, %d zu prüfen, %d erlaubt\n"),
		r.Title, r.Version, r.Context, c.ruling(string(r.Verdict)), t.All(), t.Deny, t.Unknown, t.Review, t.Allow)
	for _, i := range r.Items {
		if i.Verdict == "allow" {
			continue
		}
		named, more := i.Components, ""
		if n := len(named); n > mostNamed {
			named, more = named[:mostNamed], fmt.Sprintf(c.say(" and %d more", " und %d weitere"), n-mostNamed)
		}
		licence := i.Licence
		if r := []rune(licence); len(r) > 80 {
			licence = string(r[:80]) + "…"
		}
		fmt.Fprintf(c.out, "  %s: %s\n    %s\n    %s%s\n", c.ruling(string(i.Verdict)), licence, strings.Join(i.Reasons, " "), strings.Join(named, ", "), more)
	}
}

func (c *console) ruling(v string) string {
	switch v {
	case "allow":
		return c.say("allowed", "erlaubt")
	case "review":
		return c.say("to review", "prüfen")
	case "deny":
		return c.say("denied", "abgelehnt")
	}
	return c.say("unknown", "unbekannt")
}
