// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/audit"
	"allmende/internal/office/competence"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A PersonRecord is what the instance has about a person: the account, what they did, and
// what was done to their account.
type PersonRecord struct {
	Person governance.Person `json:"person"`
	Did    []audit.Entry     `json:"did"`
	About  []audit.Entry     `json:"about"`

	Competences competence.Record `json:"competences"`
}

// PersonRecord gathers what there is about a person that the viewer sees; of the log at
// most as many entries as a file of it has.
func (a *App) PersonRecord(ctx context.Context, id ospo.PersonID) (r PersonRecord, err error) {
	if r.Person, err = a.Governance.Person(ctx, id); err != nil {
		return r, err
	}
	if r.Did, err = a.Audit.Entries(ctx, audit.Filter{Person: string(id)}, audit.Most); err != nil {
		return r, err
	}
	if r.About, err = a.Audit.Entries(ctx, audit.Filter{Thing: string(id)}, audit.Most); err != nil {
		return r, err
	}
	r.Competences, err = a.Competence.Record(ctx, id)
	return r, err
}

// ErasePerson puts a pseudonym in the place of a person's name.
func (a *App) ErasePerson(ctx context.Context, id ospo.PersonID) (pseudonym string, err error) {
	return a.Governance.ErasePerson(ctx, door.From(ctx).Act("governance.person.erase", string(id)), id)
}
