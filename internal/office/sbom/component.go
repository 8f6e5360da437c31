// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Component is one package of a document.
type Component struct {
	Package   string `json:"package" doc:"Number of the package, the same on every instance."`
	PURL      string `json:"purl,omitempty" doc:"Absent where it is known by its name alone."`
	Type      string `json:"type,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Version   string `json:"version,omitempty"`
	Relation  string `json:"relation" enum:"direct,indirect,unknown" doc:"Whether the product itself asks for it."`
	Declared  string `json:"declared,omitempty" doc:"Licence as its authors declare it."`
	Concluded string `json:"concluded,omitempty" doc:"Licence as the document's author concluded."`
	Supplier  string `json:"supplier,omitempty"`

	id     ospo.PackageID
	parent int64
}

// FullName is the name with its namespace, as people of the ecosystem write it.
func (c Component) FullName() string {
	switch {
	case c.Namespace == "":
		return c.Name
	case c.Type == "maven":
		return c.Namespace + ":" + c.Name
	}
	return c.Namespace + "/" + c.Name
}

// Title names package and version.
func (c Component) Title() string {
	if c.Version == "" {
		return c.FullName()
	}
	return c.FullName() + " " + c.Version
}

// Licence is the licence that counts: the concluded one, else the declared one.
func (c Component) Licence() string {
	if c.Concluded != "" {
		return c.Concluded
	}
	return c.Declared
}

// settle fills what follows from other fields.
func (c Component) settle() Component {
	c.Package, c.Relation = number(c.id), "indirect"
	switch c.parent {
	case product:
		c.Relation = "direct"
	case nobody:
		c.Relation = "unknown"
	}
	return c
}

// A Sieve narrows the list of a document's packages.
type Sieve struct {
	Text    string // in the name
	Lacks   string // "purl" or "licence"
	Direct  bool   // only what the product itself asks for
	Licence string // exactly this one
}

// Components lists the packages of a document that the viewer may see.
func (s *Service) Components(ctx context.Context, document string, f Sieve, o Order) ([]Component, error) {
	d, err := s.store.document(ctx, door.From(ctx).Org, document)
	if err != nil {
		return nil, err
	}
	return s.store.components(ctx, d.id, f, o)
}
