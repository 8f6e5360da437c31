// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"

	"allmende/internal/app"
)

// orgFlags are those of org's own.
type orgFlags struct {
	to, export, kind, id, parent, reason *string
	yes                                  *bool
}

func runOrg(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("org")
	f := orgFlags{
		to:     fs.String("to", "", "new folder for the export"),
		export: fs.String("export", "", "folder of the export that stands for what is removed"),
		kind:   fs.String("kind", "", "kind of organisation; a city at the top, a department below"),
		id:     fs.String("id", "", "id of the new organisation; one is made where empty"),
		parent: fs.String("parent", "", "organisation above the new one, by id or name"),
		reason: fs.String("reason", "", "why it is suspended"),
		yes:    fs.Bool("yes", false, "remove without asking"),
	}
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	word, name := "", ""
	if len(rest) > 0 {
		word = rest[0]
	}
	if len(rest) == 2 {
		name = rest[1]
	}
	do := map[string]func(context.Context, *app.App, *settings, orgFlags, string) error{
		"list": c.orgList, "create": c.orgCreate, "export": c.orgExport, "import": c.orgImport,
		"suspend": c.orgSuspend, "resume": c.orgResume, "remove": c.orgRemove,
	}[word]
	if do == nil || (name == "") != (word == "list") || len(rest) > 2 || word == "export" && *f.to == "" || word == "remove" && *f.export == "" {
		fmt.Fprintln(c.err, c.say("usage: allmende org list | create NAME [--parent ORG] | export ORG --to FOLDER | import FOLDER | suspend ORG --reason … | resume ORG | remove ORG --export FOLDER; see allmende help org",
			"Aufruf: allmende org list | create NAME [--parent ORG] | export ORG --to ORDNER | import ORDNER | suspend ORG --reason … | resume ORG | remove ORG --export ORDNER; siehe allmende help org"))
		return errUsage
	}
	s.fresh = word == "create" || word == "import"
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	return do(a.Instance(ctx, c.lang), a, s, f, name)
}

func (c *console) orgList(ctx context.Context, a *app.App, s *settings, _ orgFlags, _ string) error {
	all, err := a.Tenant.Tops(ctx)
	if err != nil || *s.json {
		return errors.Join(err, c.write(all))
	}
	for _, o := range all {
		state := ""
		if !o.Suspended.IsZero() {
			state = fmt.Sprintf(c.say("  suspended since %s: %s", "  gesperrt seit %s: %s"), o.Suspended.Format("2006-01-02"), o.Reason)
		}
		fmt.Fprintf(c.out, "%-36s  %s%s\n", o.ID, o.Name, state)
	}
	return nil
}

func (c *console) orgCreate(ctx context.Context, a *app.App, _ *settings, f orgFlags, name string) error {
	id, err := a.CreateOrg(ctx, name, *f.kind, *f.id, *f.parent)
	if err == nil {
		fmt.Fprintln(c.out, id)
	}
	return err
}

func (c *console) orgExport(ctx context.Context, a *app.App, s *settings, f orgFlags, name string) error {
	m, err := a.Tenant.Export(ctx, name, *f.to, c.watch())
	if err != nil || *s.json {
		if err == nil {
			err = c.write(m)
		}
		return err
	}
	rows := 0
	for _, k := range m.Files {
		rows += k.Rows
	}
	fmt.Fprintf(c.out, c.say("%s: %d rows, %d documents (%d bytes)\nState %s\n", "%s: %d Zeilen, %d Dokumente (%d Bytes)\nStand %s\n"), m.Name, rows, m.Documents, m.Bytes, m.State)
	fmt.Fprintln(c.out, c.say("Passwords, second factors, sessions and tokens are not in it.", "Passwörter, zweite Faktoren, Sitzungen und Zugangsschlüssel sind nicht enthalten."))
	return nil
}

func (c *console) orgImport(ctx context.Context, a *app.App, s *settings, _ orgFlags, folder string) error {
	r, links, err := a.ImportOrg(ctx, folder, c.watch())
	if err != nil {
		return err
	}
	for i := range r.Refused {
		r.Refused[i].Problem = sentence(c, r.Refused[i].Why)
	}
	if *s.json {
		err = c.write(struct {
			app.OrgReport
			Welcome []app.Welcome `json:"welcome"`
		}{r, links})
	} else {
		c.imported(r, links)
	}
	if err == nil && len(r.Refused) > 0 {
		err = errRefused
	}
	return err
}

func (c *console) imported(r app.OrgReport, links []app.Welcome) {
	for _, k := range r.Files {
		fmt.Fprintf(c.out, c.say("%-28s %7d rows\n", "%-28s %7d Zeilen\n"), k.File, k.Rows)
	}
	fmt.Fprintf(c.out, c.say("%s: %d bills of materials taken in\n", "%s: %d Stücklisten eingelesen\n"), r.Name, r.Documents)
	for _, d := range r.Refused {
		fmt.Fprintf(c.err, "documents/%s: %s\n", d.Sum, d.Problem)
	}
	for _, l := range links {
		fmt.Fprintf(c.out, c.say("%s (%s) sets a password at %s\n", "%s (%s) vergibt ein Passwort unter %s\n"), l.Name, l.Login, l.Path)
	}
}

func (c *console) orgSuspend(ctx context.Context, a *app.App, _ *settings, f orgFlags, name string) error {
	return a.SuspendOrg(ctx, name, *f.reason)
}

func (c *console) orgResume(ctx context.Context, a *app.App, _ *settings, _ orgFlags, name string) error {
	return a.ResumeOrg(ctx, name)
}

// orgRemove says what would go, and removes it only when told so.
func (c *console) orgRemove(ctx context.Context, a *app.App, s *settings, f orgFlags, name string) error {
	r, err := a.Tenant.Plan(ctx, name, *f.export)
	if err != nil {
		return err
	}
	if !*s.json {
		for _, t := range r.Tables {
			fmt.Fprintf(c.out, c.say("%-28s %7d rows\n", "%-28s %7d Zeilen\n"), t.Table, t.Rows)
		}
		fmt.Fprintf(c.out, c.say("%s: %d rows, up to %d documents. What it did stays in the log; people are ids there, without names. Packages and advisories are everybody's and stay.\n",
			"%s: %d Zeilen, bis zu %d Dokumente. Was sie getan hat, bleibt im Protokoll; Personen stehen dort als Kennung, ohne Namen. Pakete und Meldungen gehören allen und bleiben.\n"), r.Name, r.Rows, r.Documents)
	}
	if !*f.yes {
		fmt.Fprintln(c.err, c.say("Nothing was removed. Say --yes to remove this.", "Nichts wurde entfernt. Mit --yes wird das entfernt."))
		return errRefused
	}
	if r, err = a.Tenant.Remove(ctx, name, *f.export); err != nil {
		return err
	}
	if *s.json {
		return c.write(r)
	}
	fmt.Fprintf(c.out, c.say("Removed: %d rows, %d documents; %d documents stay, others point to them.\n", "Entfernt: %d Zeilen, %d Dokumente; %d Dokumente bleiben, weil andere auf sie zeigen.\n"), r.Rows, r.Documents, r.Kept)
	return nil
}

// watch draws a bar on a terminal.
func (c *console) watch() func(context.Context, int, int, string) error {
	var b *bar
	return func(ctx context.Context, done, total int, what string) error {
		if b == nil {
			b = c.bar(total)
		}
		b.step(what)
		if done == total {
			b.end()
		}
		return ctx.Err()
	}
}
