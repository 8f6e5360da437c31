// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// register reads all that root sees, what is retired or ended too.
func (s store) register(ctx context.Context, q db.Querier, root ospo.OrgID) (*register, error) {
	g := newRegister()
	orgs, err := s.orgs(ctx, q, root)
	if err != nil {
		return nil, err
	}
	for _, o := range orgs {
		g.knowOrg(o)
	}
	for w, err := range db.Each(ctx, q, bindSoftware, `
		SELECT `+softwareRead+` FROM estate_software w LEFT JOIN estate_supplier p ON p.id = w.supplier WHERE `+seenSoftware+` ORDER BY w.id`, root) {
		if err != nil {
			return nil, err
		}
		g.knowSoftware(w)
	}
	for r, err := range db.Each(ctx, q, bindRelease, `
		SELECT `+releaseColumns+` FROM estate_release r JOIN estate_software s ON s.id = r.software WHERE `+seen+` ORDER BY r.id`, root) {
		if err != nil {
			return nil, err
		}
		g.knowRelease(&item[Release]{was: r, now: r})
	}
	for u, err := range db.Each(ctx, q, bindUse, `SELECT `+useRead+useFrom+` ORDER BY u.id`, root) {
		if err != nil {
			return nil, err
		}
		g.knowUse(&item[Use]{was: u, now: u})
	}
	for c, err := range db.Each(ctx, q, bindContract, contractRead+` ORDER BY c.id`, root) {
		if err != nil {
			return nil, err
		}
		g.contracts[c.Number] = &item[Contract]{was: c, now: c}
	}
	return g, nil
}

// write writes what the plan has found to change.
func (p *planner) write(ctx context.Context, tx *db.Tx) error {
	w := importer{p: p, tx: tx, suppliers: map[string]string{}, contracts: map[string]string{}, touched: map[ospo.ReleaseID]bool{}}
	for _, step := range []func(context.Context) error{w.software, w.releases, w.uses, w.ends, w.note} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return p.s.changed(ctx, tx, w.order...)
}

// An importer writes a plan within one transaction.
type importer struct {
	p                    *planner
	tx                   *db.Tx
	suppliers, contracts map[string]string // ids by name and number
	touched              map[ospo.ReleaseID]bool
	order                []ospo.ReleaseID // that came into or went out of somebody's view
	edited               []ospo.SoftwareID
}

func (w *importer) touch(r ospo.ReleaseID) {
	if !w.touched[r] {
		w.touched[r] = true
		w.order = append(w.order, r)
	}
}

func (w *importer) supplier(ctx context.Context, name string) (id string, err error) {
	id, ok := w.suppliers[fold(name)]
	if !ok {
		id, err = w.p.s.store.ensureSupplier(ctx, w.tx, name)
		w.suppliers[fold(name)] = id
	}
	return id, err
}

func (w *importer) software(ctx context.Context) (err error) {
	var rows [][]any
	for _, it := range w.p.reg.added.software {
		n := &it.now
		if n.SupplierID, err = w.supplier(ctx, n.Supplier); err != nil {
			return err
		}
		rows = append(rows, softwareRow(*n, w.tx.Now))
		w.edited = append(w.edited, n.ID)
	}
	if err := w.tx.InsertMany(ctx, "estate_software", softwareColumns, rows, ""); err != nil {
		return err
	}
	for _, it := range w.p.reg.software {
		if it.fresh || !it.dirty() {
			continue
		}
		if fold(it.was.Supplier) != fold(it.now.Supplier) {
			if it.now.SupplierID, err = w.supplier(ctx, it.now.Supplier); err != nil {
				return err
			}
		}
		if err := w.p.s.store.editSoftware(ctx, w.tx, it.now); err != nil {
			return err
		}
		w.edited = append(w.edited, it.now.ID)
	}
	return nil
}

func (w *importer) releases(ctx context.Context) error {
	var rows [][]any
	for _, it := range w.p.reg.added.releases {
		rows = append(rows, releaseRow(it.now, w.tx.Now))
		w.touch(it.now.ID)
	}
	if err := w.tx.InsertMany(ctx, "estate_release", releaseInsert, rows, ""); err != nil {
		return err
	}
	for _, it := range w.p.reg.releases {
		if it.fresh || !it.dirty() {
			continue
		}
		if err := w.p.s.store.editRelease(ctx, w.tx, it.now); err != nil {
			return err
		}
		if it.was.Retired != it.now.Retired {
			if err := w.p.s.store.restoreRelease(ctx, w.tx, it.now.ID); err != nil {
				return err
			}
			w.touch(it.now.ID)
		}
	}
	return nil
}

func (w *importer) uses(ctx context.Context) (err error) {
	var rows [][]any
	for _, it := range w.p.reg.added.uses {
		if err := w.resolve(ctx, it); err != nil {
			return err
		}
		rows = append(rows, useRow(it.now, w.tx.Now))
		w.touch(it.now.Release)
	}
	if err := w.tx.InsertMany(ctx, "estate_use", useColumns, rows, ""); err != nil {
		return err
	}
	for _, list := range w.p.reg.uses {
		for _, it := range list {
			if it.fresh || !it.dirty() {
				continue
			}
			if err := w.edit(ctx, it); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *importer) edit(ctx context.Context, it *item[Use]) error {
	if err := w.resolve(ctx, it); err != nil {
		return err
	}
	if it.was.Release != it.now.Release || it.was.Org != it.now.Org || it.was.Ended != it.now.Ended {
		w.touch(it.was.Release)
		w.touch(it.now.Release)
	}
	return w.p.s.store.editUse(ctx, w.tx, it.now)
}

// resolve looks up, or registers, the supplier and the contract that a use names. What it
// names as before stays what it was, whoever keeps the entry.
func (w *importer) resolve(ctx context.Context, it *item[Use]) (err error) {
	n := &it.now
	if fold(it.was.Supplier) != fold(n.Supplier) {
		if n.SupplierID, err = w.supplier(ctx, n.Supplier); err != nil {
			return err
		}
	}
	if n.Contract == it.was.Contract && !n.KnowsContract {
		return nil
	}
	id, ok := w.contracts[n.Contract]
	if !ok {
		id, err = w.p.s.store.ensureContract(ctx, w.tx, n.Contract, n.SupplierID, w.p.reg.contract(n.Contract).now.Until)
		w.contracts[n.Contract] = id
	}
	n.ContractID = id
	return err
}

// ends writes the ends of contracts whose uses did not change, and retires what nobody
// uses any more because its uses moved on.
func (w *importer) ends(ctx context.Context) error {
	for number, it := range w.p.reg.contracts {
		if _, done := w.contracts[number]; done || it.fresh || !it.dirty() {
			continue
		}
		if _, err := w.p.s.store.ensureContract(ctx, w.tx, number, "", it.now.Until); err != nil {
			return err
		}
	}
	for _, r := range w.p.left {
		if _, err := w.p.s.store.retireUnused(ctx, w.tx, r); err != nil {
			return err
		}
	}
	return nil
}

// note writes an entry of the log for each software that is new or changed.
func (w *importer) note(ctx context.Context) error {
	for _, id := range w.edited {
		if err := w.tx.Note(ctx, noted(w.tx.Act, "estate.import", string(id))); err != nil {
			return err
		}
	}
	return nil
}
