// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"net/http"

	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web"
)

// SuppliersPage is the list of suppliers.
type SuppliersPage struct {
	Suppliers []Supplier
	Text      string
	Pager     web.Pager
	May       bool
}

func (s *Service) webSuppliers(r *http.Request) (SuppliersPage, error) {
	l := web.ReadListing(r, "name")
	v := door.From(r.Context())
	after, _, err := keyset.Values(l.After, 2)
	if err != nil {
		return SuppliersPage{}, err
	}
	all, err := s.store.suppliers(r.Context(), v.Org, l.Get("q"), after[0], after[1], l.Size+1)
	p := SuppliersPage{Suppliers: all[:min(len(all), l.Size)], Text: l.Get("q"), May: v.May(mayWrite), Pager: l.Pager(false)}
	if len(all) > l.Size {
		last := p.Suppliers[l.Size-1]
		p.Pager = l.Pager(true, last.Name, last.ID)
	}
	return p, err
}

// SupplierPage is the record of one supplier: what it makes, what it delivers, what was agreed.
type SupplierPage struct {
	Supplier  Supplier
	Contracts []Contract
	Software  []SoftwareRow // that it makes or delivers
	More      bool          // there is more than shown
	Events    []Event
	Lang      string
	May       bool
}

func (s *Service) webSupplier(r *http.Request) (SupplierPage, error) {
	ctx := r.Context()
	v := door.From(ctx)
	one, err := s.Supplier(ctx, r.PathValue("id"))
	if err != nil {
		return SupplierPage{}, err
	}
	p := SupplierPage{Supplier: one, Lang: v.Lang, May: v.May(mayWrite)}
	if p.Contracts, err = s.store.contractsWith(ctx, v.Org, one.ID); err != nil {
		return p, err
	}
	rows, next, err := s.List(ctx, Filter{Supplier: one.Name}, Order{Sort: "name", Size: 100})
	if err != nil {
		return p, err
	}
	p.Software, p.More = rows, next != ""
	p.Events, err = s.timeline(ctx, v.Org, one.ID)
	return p, err
}

func (s *Service) newSupplier(*http.Request) (FormPage, error) {
	return supplierForm(SupplierInput{}, Supplier{}), nil
}

func (s *Service) addSupplier(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := SupplierInput{v.Get("name"), v.Get("website"), v.Get("contact"), v.Get("note")}
	id, err := s.AddSupplier(r.Context(), in)
	return sent(supplierForm(in, Supplier{}), "/estate/supplier/"+id, err)
}

var toSuppliers = Crumb{Href: "/estate/supplier", Key: "estate.suppliers"}

// supplierForm is the form of a supplier: a new one, or old.
func supplierForm(in SupplierInput, old Supplier) FormPage {
	p := FormPage{Title: "estate.supplier.new", Lead: "estate.supplier.new.lead", Button: "estate.supplier.new", Back: "/estate/supplier",
		Crumbs: []Crumb{home, toSuppliers, {Key: "estate.supplier.new"}}}
	if old.ID != "" {
		p.Title, p.Lead, p.Button, p.What, p.Back = "estate.edit", "estate.supplier.edit.lead", "estate.save", old.Name, "/estate/supplier/"+old.ID
		p.Crumbs = []Crumb{home, toSuppliers, {Href: p.Back, Label: old.Name}, {Key: "estate.edit.crumb"}}
	}
	p.Inputs = []Input{text("name", in.Name).required(), text("website", in.Website), area("contact", in.Contact).help(), area("note", in.Note)}
	return p
}

func (s *Service) editSupplierForm(r *http.Request) (FormPage, error) {
	old, err := s.Supplier(r.Context(), r.PathValue("id"))
	return supplierForm(SupplierInput{old.Name, old.Website, old.Contact, old.Note}, old), err
}

func (s *Service) editSupplier(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	old, err := s.Supplier(r.Context(), r.PathValue("id"))
	if err != nil {
		return FormPage{}, "", err
	}
	in := SupplierInput{v.Get("name"), v.Get("website"), v.Get("contact"), v.Get("note")}
	err = s.EditSupplier(r.Context(), old.ID, in)
	return sent(supplierForm(in, old), "/estate/supplier/"+old.ID, err)
}

func (s *Service) editContractForm(r *http.Request) (FormPage, error) {
	c, err := s.Contract(r.Context(), r.PathValue("id"))
	return contractForm(ContractInput{c.Number, c.Title, c.Until}, c), err
}

func contractForm(in ContractInput, old Contract) FormPage {
	p := FormPage{Title: "estate.contract.edit", Lead: "estate.contract.edit.lead", Button: "estate.save", What: old.Number, Back: "/estate/supplier"}
	p.Crumbs = []Crumb{home, toSuppliers, {Label: old.Number}}
	if old.SupplierID != "" {
		p.Back = "/estate/supplier/" + old.SupplierID
		p.Crumbs = []Crumb{home, toSuppliers, {Href: p.Back, Label: old.Supplier}, {Label: old.Number}}
	}
	p.Inputs = []Input{text("number", in.Number).required(), text("title", in.Title), text("until", string(in.Until)).help()}
	return p
}

func (s *Service) editContract(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	old, err := s.Contract(r.Context(), r.PathValue("id"))
	if err != nil {
		return FormPage{}, "", err
	}
	in := ContractInput{v.Get("number"), v.Get("title"), Day(v.Get("until"))}
	p := contractForm(in, old)
	return sent(p, p.Back, s.EditContract(r.Context(), old.ID, in))
}
