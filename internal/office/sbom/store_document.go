// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"strconv"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// What is seen of a document besides its own row.
const (
	seenColumns = `, s.name, r.version, COALESCE(o.name, ''), COALESCE(w.name, '')`
	listColumns = `d.id, d.org, d.release, d.sum, d.size, d.format, d.version, d.encoding, d.serial, d.name, d.components, d.packages,
	d.direct, d.unplaced, d.without_purl, d.without_licence, d.duplicates, d.warnings, '[]', d.complete, d.made, d.uploaded, d.person, d.current`
	seenDocuments = `
		FROM estate_visible_view AS v
		JOIN sbom_document AS d ON d.release = v.release
		JOIN estate_release_view AS r ON r.id = d.release
		JOIN estate_software_view AS s ON s.id = r.software
		LEFT JOIN governance_org_view AS o ON o.id = d.org
		LEFT JOIN governance_person_view AS w ON w.id = d.person
		WHERE v.root = $1`
)

type seen struct {
	document
	software, softwareVersion, orgName, personName string
}

func bindSeen(d *seen) []any {
	return append(bindDocument(&d.document), &d.software, &d.softwareVersion, &d.orgName, &d.personName)
}

func (d seen) show() Document {
	return Document{ID: number(d.id), Org: d.org, OrgName: d.orgName, Release: d.release, Software: d.software, Version: d.softwareVersion,
		Sum: d.sum, Current: d.current, Figures: d.Figures, Warnings: d.notes, Uploaded: d.uploaded, Person: d.personName, Href: pageOf(d.id), id: d.id}
}

func (s store) document(ctx context.Context, root ospo.OrgID, id string) (Document, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return Document{}, fault.New(fault.NotFound, "sbom.document_unknown", short(id))
	}
	d, err := db.One(ctx, s.db.Read(), bindSeen, `SELECT `+documentColumns+seenColumns+seenDocuments+` AND d.id = $2`, root, n)
	if fault.Of(err) == fault.NotFound && err != nil {
		err = fault.New(fault.NotFound, "sbom.document_unknown", id)
	}
	return d.show(), err
}

// documentSorts are the ways to sort documents.
var documentSorts = map[string]sorting{
	"uploaded":   {"d.uploaded", false},
	"name":       {`s.name COLLATE "de-x-icu"`, false},
	"components": {"d.components", true},
	"warnings":   {"d.warnings", true},
}

// key is the value by which a document stands in a list.
func (d Document) key(sort string) string {
	switch sort {
	case "name":
		return d.Software
	case "components":
		return strconv.Itoa(d.Components)
	case "warnings":
		return strconv.Itoa(d.WarningCount)
	}
	return kept(d.Uploaded)
}

func (f Filter) conditions(root ospo.OrgID) conditions {
	c := conditions{args: []any{root}}
	if f.Release != "" {
		c.and("d.release = ?", f.Release)
	} else {
		c.and("d.current")
	}
	if f.Text != "" {
		c.and(`s.folded LIKE ? ESCAPE '\'`, contains(f.Text))
	}
	if f.Format != "" {
		c.and("d.format = ?", f.Format)
	}
	if f.Org != "" {
		c.and("d.org IN (SELECT g.org FROM governance_scope_view AS g WHERE g.root = ?)", f.Org)
	}
	if p, ok := problemConditions[f.Problem]; ok {
		c.and(p)
	}
	return c
}

var problemConditions = map[string]string{
	"warnings":        "d.warnings > 0",
	"without_purl":    "d.without_purl > 0",
	"without_licence": "d.without_licence > 0",
	"unplaced":        "d.unplaced > 0",
	"not_complete":    "d.complete <> 'complete'",
}

func (s store) documents(ctx context.Context, root ospo.OrgID, f Filter, o Order) ([]Document, error) {
	by, ok := documentSorts[o.Sort]
	if !ok {
		by, o.Desc = documentSorts["uploaded"], true
	}
	c := f.conditions(root)
	tail, err := c.order(o, by, "d.id")
	if err != nil {
		return nil, err
	}
	var out []Document
	for d, err := range db.Each(ctx, s.db.Read(), bindSeen, `SELECT `+listColumns+seenColumns+seenDocuments+c.text+tail, c.args...) {
		if err != nil {
			return nil, err
		}
		out = append(out, d.show())
	}
	return out, nil
}

func (s store) countDocuments(ctx context.Context, root ospo.OrgID, f Filter) (int, error) {
	c := f.conditions(root)
	return db.Count(ctx, s.db.Read(), `SELECT count(*)`+seenDocuments+c.text, c.args...)
}

// orgs lists the organisations that have documents in root's view.
func (s store) orgs(ctx context.Context, root ospo.OrgID) ([]orgName, error) {
	return db.All(ctx, s.db.Read(), func(o *orgName) []any { return []any{&o.ID, &o.Name} }, `
		SELECT DISTINCT o.id, o.name
		FROM estate_visible_view AS v
		JOIN sbom_document AS d ON d.release = v.release
		JOIN governance_org_view AS o ON o.id = d.org
		WHERE v.root = $1 AND d.current`, root)
}

type orgName struct {
	ID   ospo.OrgID
	Name string
}

// current returns the present document of a release that root may see.
func (s store) current(ctx context.Context, root ospo.OrgID, id ospo.ReleaseID) (Document, error) {
	d, err := db.One(ctx, s.db.Read(), bindSeen, `SELECT `+documentColumns+seenColumns+seenDocuments+` AND d.release = $2 AND d.current`, root, id)
	return d.show(), err
}

// coverage counts the software in root's view, and how much of it has a document.
func (s store) coverage(ctx context.Context, root ospo.OrgID) (with, all int, err error) {
	type counts struct{ with, all int }
	c, err := db.One(ctx, s.db.Read(), func(c *counts) []any { return []any{&c.all, &c.with} }, `
		SELECT count(DISTINCT r.software), count(DISTINCT CASE WHEN l.document > 0 THEN r.software END)
		FROM estate_visible_view AS v
		JOIN estate_release_view AS r ON r.id = v.release
		LEFT JOIN sbom_latest AS l ON l.release = v.release
		WHERE v.root = $1`, root)
	return c.with, c.all, err
}

// siblings lists the other releases of a release's software that have a document.
func (s store) siblings(ctx context.Context, root ospo.OrgID, id ospo.ReleaseID) ([]release, error) {
	return db.All(ctx, s.db.Read(), func(r *release) []any { return []any{&r.ID, &r.Software, &r.Version} }, `
		SELECT r.id, s.name, r.version
		FROM estate_visible_view AS v
		JOIN estate_release_view AS r ON r.id = v.release
		JOIN estate_software_view AS s ON s.id = r.software
		JOIN sbom_latest AS l ON l.release = r.id
		WHERE v.root = $1 AND r.id <> $2 AND r.software = (SELECT m.software FROM estate_release_view AS m WHERE m.id = $2)
		ORDER BY r.version DESC LIMIT 200`, root, id)
}

// present counts the documents that are the present ones of their releases.
func (s store) present(ctx context.Context) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM sbom_document WHERE current -- every organisation: a figure of the instance`)
}
