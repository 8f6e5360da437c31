// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"

	"allmende/internal/office/audit"
	"allmende/internal/office/competence"
	"allmende/internal/office/governance"
	"allmende/internal/office/meeting"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A PersonRecord is what the instance has about a person: the account, what they did, and
// what was done to their account.
type PersonRecord struct {
	Person governance.Person `json:"person"`
	Did    []audit.Entry     `json:"did"`
	About  []audit.Entry     `json:"about"`

	Competences competence.Record `json:"competences"`
	Meetings    meeting.Record    `json:"meetings"`

	// Kept is what else there is, by table: rows in which the person stands.
	Kept map[string][]map[string]any `json:"kept"`
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
	if r.Competences, err = a.Competence.Record(ctx, id); err != nil {
		return r, err
	}
	if r.Meetings, err = a.Meeting.Record(ctx, id); err != nil {
		return r, err
	}
	r.Kept = map[string][]map[string]any{}
	for _, t := range a.tables() {
		rows, err := t.Told(ctx, a.DB.Read(), id)
		if err != nil {
			return r, err
		}
		if len(rows) > 0 {
			r.Kept[t.Name] = rows
		}
	}
	return r, nil
}

// forget takes a person whose account is erased out of whatever else there is: letters to them
// and proposals about them, all tables that hold data of people, the differences of the log.
func (a *App) forget(ctx context.Context, tx *db.Tx, id ospo.PersonID, words []string) error {
	more, err := a.Identity.Words(ctx, tx, id)
	if err != nil {
		return err
	}
	former, err := a.Casework.Former(ctx, tx, id)
	if err != nil {
		return err
	}
	words = append(append(words, more...), former...)
	if err := errors.Join(a.Mail.Forget(ctx, tx, words), a.Approval.Forget(ctx, tx, id), a.Ticket.Forget(ctx, tx, words)); err != nil {
		return err
	}
	minutes, err := a.Meeting.Naming(ctx, tx, words)
	if err != nil {
		return err
	}
	records, err := a.Casework.Naming(ctx, tx, words)
	if err != nil {
		return err
	}
	papers, err := a.Procurement.Naming(ctx, tx, words)
	if err != nil {
		return err
	}
	rounds, err := a.Scoring.Naming(ctx, tx, words)
	if err != nil {
		return err
	}
	drawn, err := a.Contract.Naming(ctx, tx, words)
	if err != nil {
		return err
	}
	for _, t := range a.tables() {
		if err := t.Forget(ctx, tx, id, words, governance.Pseudonym(id)); err != nil {
			return err
		}
	}
	if err := errors.Join(a.Meeting.Reseal(ctx, tx, minutes), a.Casework.Reseal(ctx, tx, records), a.Procurement.Reseal(ctx, tx, papers), a.Scoring.Reseal(ctx, tx, rounds), a.Contract.Reseal(ctx, tx, drawn), a.Contract.Refold(ctx, tx, words)); err != nil {
		return err
	}
	return a.Audit.Forget(ctx, tx, id, words)
}

// ErasePerson puts a pseudonym in the place of a person's name.
func (a *App) ErasePerson(ctx context.Context, id ospo.PersonID) (pseudonym string, err error) {
	return a.Governance.ErasePerson(ctx, door.From(ctx).Act("governance.person.erase", string(id)), id)
}

// PasswordLink returns the path at which the person with a login sets a password.
func (a *App) PasswordLink(ctx context.Context, login string) (string, error) {
	p, err := a.Governance.ByLogin(ctx, login)
	if err != nil {
		return "", err
	}
	return a.Governance.Invite(ctx, p.ID)
}
