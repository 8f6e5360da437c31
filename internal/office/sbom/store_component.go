// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// Rows of a document: sbom_item is private through its document, which the caller has
// found in the viewer's view.
const (
	componentColumns = `p.id, CASE WHEN p.type = '' THEN '' ELSE p.key END, p.type, p.namespace, p.name, p.version, i.parent,
		COALESCE(dt.text, ''), COALESCE(ct.text, ''), COALESCE(st.text, '')`
	componentRows = `
		FROM sbom_item AS i
		JOIN sbom_package AS p ON p.id = i.package
		LEFT JOIN sbom_term AS dt ON dt.id = i.declared
		LEFT JOIN sbom_term AS ct ON ct.id = i.concluded
		LEFT JOIN sbom_term AS st ON st.id = i.supplier
		WHERE i.document = $1`
)

func bindComponent(c *Component) []any {
	return []any{&c.id, &c.PURL, &c.Type, &c.Namespace, &c.Name, &c.Version, &c.parent, &c.Declared, &c.Concluded, &c.Supplier}
}

// componentSorts are the ways to sort packages.
var componentSorts = map[string]sorting{
	"name":    {"p.folded", false},
	"type":    {"p.type", false},
	"licence": {"COALESCE(ct.text, dt.text, '')", false},
}

// key is the value by which a package stands in a list; folded is the name in small letters.
func (c Component) key(sort, folded string) string {
	switch sort {
	case "type":
		return c.Type
	case "licence":
		return c.Licence()
	}
	return folded
}

func (f Sieve) conditions(id ospo.DocumentID) conditions {
	c := conditions{args: []any{id}}
	if f.Text != "" {
		c.and(`(p.folded LIKE ? ESCAPE '\' OR LOWER(p.namespace) LIKE ? ESCAPE '\')`, contains(f.Text), contains(f.Text))
	}
	switch f.Lacks {
	case "purl":
		c.and("p.type = ''")
	case "licence":
		c.and("i.declared = 0 AND i.concluded = 0")
	}
	if f.Direct {
		c.and("i.parent = 0")
	}
	if f.Licence != "" {
		c.and("COALESCE(ct.text, dt.text, '') = ?", f.Licence)
	}
	return c
}

func (s store) components(ctx context.Context, id ospo.DocumentID, f Sieve, o Order) ([]Component, error) {
	by, ok := componentSorts[o.Sort]
	if !ok {
		by = componentSorts["name"]
	}
	c := f.conditions(id)
	tail, err := c.order(o, by, "p.id")
	if err != nil {
		return nil, err
	}
	return s.componentRows(ctx, `SELECT `+componentColumns+componentRows+c.text+tail, c.args...)
}

func (s store) componentRows(ctx context.Context, query string, args ...any) ([]Component, error) {
	var out []Component
	for c, err := range db.Each(ctx, s.db.Read(), bindComponent, query, args...) {
		if err != nil {
			return nil, err
		}
		out = append(out, c.settle())
	}
	return out, nil
}

func (s store) countComponents(ctx context.Context, id ospo.DocumentID, f Sieve) (int, error) {
	c := f.conditions(id)
	return db.Count(ctx, s.db.Read(), `SELECT count(*)`+componentRows+c.text, c.args...)
}

// component returns one package of a document.
func (s store) component(ctx context.Context, id ospo.DocumentID, pack int64) (Component, error) {
	c, err := db.One(ctx, s.db.Read(), bindComponent, `SELECT `+componentColumns+componentRows+` AND i.package = $2`, id, pack)
	return c.settle(), err
}
