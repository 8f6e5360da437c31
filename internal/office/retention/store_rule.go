// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const ruleColumns = `
	SELECT r.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = r.org), ''), r.kind, r.version, r.days, r.reason, r.person,
		coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = r.person), r.person), r.created
	FROM retention_rule r `

func bindRule(r *Rule) []any {
	return []any{&r.Org, &r.OrgName, &r.Kind, &r.Version, &r.Days, &r.Reason, &r.Person, &r.Maker, moment{&r.Created}}
}

// decided are all that organisations decided, the newest version of each last.
func (s store) decided(ctx context.Context, q db.Querier) ([]Rule, error) {
	return db.All(ctx, q, bindRule, ruleColumns+`ORDER BY r.version -- every organisation: a rule holds for all below`)
}

func (s store) versions(ctx context.Context, q db.Querier, org ospo.OrgID, kind string) ([]Rule, error) {
	return db.All(ctx, q, bindRule, ruleColumns+`WHERE r.org = $1 AND r.kind = $2 ORDER BY r.version DESC`, org, kind)
}

func (s store) addVersion(ctx context.Context, tx *db.Tx, org ospo.OrgID, kind string, version, days int, reason string) error {
	return tx.InsertMany(ctx, "retention_rule", "org, kind, version, days, reason, person, created",
		[][]any{{org, kind, version, days, reason, tx.Act.Person, tx.Now}}, "")
}

func (s store) holds(ctx context.Context, root ospo.OrgID) ([]Hold, error) {
	return db.All(ctx, s.db.Read(), func(h *Hold) []any {
		return []any{&h.ID, &h.Org, &h.OrgName, &h.Person, &h.PersonName, &h.Reason, &h.Until, &h.Maker, moment{&h.Created}, moment{&h.Ended}}
	}, `
		SELECT h.id, h.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = h.org), ''), h.person,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = h.person), ''), h.reason, h.until,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = h.maker), h.maker), h.created, h.ended
		FROM retention_hold h WHERE h.org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY h.id DESC LIMIT 500`, root)
}

func (s store) addHold(ctx context.Context, tx *db.Tx, h Hold) error {
	return tx.InsertMany(ctx, "retention_hold", "id, org, person, reason, until, maker, created, ended",
		[][]any{{h.ID, h.Org, h.Person, h.Reason, h.Until, tx.Act.Person, tx.Now, ""}}, "")
}

func (s store) endHold(ctx context.Context, tx *db.Tx, root ospo.OrgID, id string) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE retention_hold SET ended = $1 WHERE id = $2 AND ended = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $3)`, tx.Now, id, root)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	return nil
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// held counts the holds that keep a person from being erased: of the person, or of the
// organisation or one above it.
func (s store) held(ctx context.Context, q db.Querier, p Person, today string) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM retention_hold
		WHERE ended = '' AND until >= $1 AND (person = $2 OR person = '' AND org IN (SELECT root FROM governance_scope_view WHERE org = $3))`,
		today, p.ID, p.Org)
}

func (s store) heldPeople(ctx context.Context, q db.Querier, today string) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT DISTINCT person FROM retention_hold
		WHERE ended = '' AND until >= $1 AND person <> '' ORDER BY person -- every organisation: a person may work for several`, today)
}

func (s store) heldOrgs(ctx context.Context, q db.Querier, today string) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT DISTINCT s.org FROM retention_hold h JOIN governance_scope_view s ON s.root = h.org
		WHERE h.ended = '' AND h.until >= $1 AND h.person = ''`, today)
}

// people are those in view, as they can be chosen.
func (s store) people(ctx context.Context, root ospo.OrgID) ([]Person, error) {
	return db.All(ctx, s.db.Read(), func(p *Person) []any { return []any{&p.ID, &p.Org, &p.OrgName, &p.Name} }, `
		SELECT h.id, h.org, o.name, h.name FROM governance_holder_view h JOIN governance_org_view o ON o.id = h.org
		WHERE h.org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY h.folded COLLATE "de-x-icu", h.id LIMIT 2000`, root)
}

// holdsOf returns those in view that have one of the ids.
func (s store) holdsOf(ctx context.Context, root ospo.OrgID, ids []any) ([]Hold, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return db.All(ctx, s.db.Read(), func(h *Hold) []any { return []any{&h.ID, &h.Reason} }, `
		SELECT id, reason FROM retention_hold
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+db.In(2, len(ids))+`)`, append([]any{root}, ids...)...)
}
