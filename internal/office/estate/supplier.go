// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"errors"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Supplier makes software, or delivers and looks after it.
type Supplier struct {
	ID        string     `json:"id"`
	Org       ospo.OrgID `json:"org"`
	Name      string     `json:"name"`
	Website   string     `json:"website,omitempty"`
	Contact   string     `json:"contact,omitempty"`
	Note      string     `json:"note,omitempty"`
	Software  int        `json:"software" doc:"Software that it makes, within view."`
	Uses      int        `json:"uses" doc:"Uses that it delivers or looks after, within view."`
	Contracts int        `json:"contracts"`
}

// A Contract is what was agreed with a supplier, under the number it is filed by.
type Contract struct {
	ID         string     `json:"id"`
	Org        ospo.OrgID `json:"org"`
	Number     string     `json:"number"`
	Title      string     `json:"title,omitempty"`
	Until      Day        `json:"until,omitempty"`
	SupplierID string     `json:"supplier_id,omitempty"`
	Supplier   string     `json:"supplier,omitempty"`
	Uses       int        `json:"uses"`
}

// Supplier returns a supplier that the viewer's tree keeps; any other is not found.
func (s *Service) Supplier(ctx context.Context, id string) (Supplier, error) {
	return s.store.supplier(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// SupplierInput is what is said of a supplier.
type SupplierInput struct {
	Name    string `json:"name"`
	Website string `json:"website,omitempty"`
	Contact string `json:"contact,omitempty"`
	Note    string `json:"note,omitempty"`
}

func (in SupplierInput) checked() (SupplierInput, error) {
	in.Name, in.Website, in.Contact, in.Note = tidy(in.Name), tidy(in.Website), strings.TrimSpace(in.Contact), strings.TrimSpace(in.Note)
	var missing error
	if in.Name == "" {
		missing = fault.At("name", "estate.supplier.name_missing")
	}
	return in, errors.Join(missing, short("name", in.Name, lineLimit), address("website", in.Website), short("contact", in.Contact, textLimit), short("note", in.Note, textLimit))
}

// AddSupplier registers a supplier.
func (s *Service) AddSupplier(ctx context.Context, in SupplierInput) (id string, err error) {
	if in, err = in.checked(); err != nil {
		return "", err
	}
	id = db.NewID()
	return id, s.store.db.Write(ctx, door.From(ctx).Act("estate.supplier.add", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addSupplier(ctx, tx, Supplier{ID: id, Org: tx.Act.Org, Name: in.Name, Website: in.Website, Contact: in.Contact, Note: in.Note})
	})
}

// EditSupplier changes what is known of a supplier.
func (s *Service) EditSupplier(ctx context.Context, id string, in SupplierInput) (err error) {
	if in, err = in.checked(); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.supplier.edit", id), func(tx *db.Tx) error {
		old, err := s.store.supplier(ctx, tx, tx.Act.Org, id)
		if err != nil {
			return err
		}
		now := Supplier{ID: id, Org: old.Org, Name: in.Name, Website: in.Website, Contact: in.Contact, Note: in.Note}
		tx.Act.Diff = change.Between(old, now, "software", "uses", "contracts")
		return s.store.editSupplier(ctx, tx, now)
	})
}

// Contract returns a contract that the viewer's tree keeps; any other is not found.
func (s *Service) Contract(ctx context.Context, id string) (Contract, error) {
	return s.store.contract(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// ContractsEnding lists the contracts of the viewer's tree that end between two days, both
// included, at most a hundred.
func (s *Service) ContractsEnding(ctx context.Context, from, until Day) ([]Contract, error) {
	return s.store.contractsEnding(ctx, door.From(ctx).Org, from, until)
}

// ContractInput is what is said of a contract.
type ContractInput struct {
	Number string `json:"number"`
	Title  string `json:"title,omitempty"`
	Until  Day    `json:"until,omitempty"`
}

// EditContract changes what is known of a contract.
func (s *Service) EditContract(ctx context.Context, id string, in ContractInput) error {
	in.Number, in.Title = tidy(in.Number), tidy(in.Title)
	until, err := parseDay("until", string(in.Until))
	if in.Number == "" {
		err = errors.Join(fault.At("number", "estate.contract.number_missing"), err)
	}
	if err := errors.Join(err, short("number", in.Number, lineLimit), short("title", in.Title, lineLimit)); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.contract.edit", id), func(tx *db.Tx) error {
		old, err := s.store.contract(ctx, tx, tx.Act.Org, id)
		if err != nil {
			return err
		}
		now := Contract{ID: id, Org: old.Org, Number: in.Number, Title: in.Title, Until: until}
		tx.Act.Diff = change.Between(old, now, "supplier", "supplier_id", "uses")
		return s.store.editContract(ctx, tx, now)
	})
}
