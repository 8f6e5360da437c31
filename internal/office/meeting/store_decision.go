// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A decisionSieve narrows a list; org is always given.
type decisionSieve struct {
	org                     ospo.OrgID
	team, session, id, text string // text in small letters
}

type decisionRow struct {
	Decision
	yes, no, abstained int
}

func bindDecision(d *decisionRow) []any {
	return []any{&d.ID, &d.Org, &d.OrgName, &d.Team, &d.TeamName, &d.Session, &d.Day, &d.Item, &d.Title, &d.year, &d.n, &d.Text, &d.Reason, &d.Evidence, list{&d.ids},
		&d.yes, &d.no, &d.abstained, &d.Responsible, &d.Name, &d.Due, &d.Done, &d.Corrects, &d.Corrected, &d.State}
}

// decisions lists decisions in the order of their numbers, with the names of who was there.
func (s store) decisions(ctx context.Context, q db.Querier, f decisionSieve) (out []Decision, err error) {
	like := "%" + strings.NewReplacer("%", "", "_", " ").Replace(f.text) + "%"
	rows, err := db.All(ctx, q, bindDecision, `
		SELECT d.id, d.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = d.org), ''), d.team, t.name, d.session, m.day, d.item, coalesce(i.title, ''), d.year, d.n,
			d.text, d.reason, d.evidence, d.present, d.yes, d.no, d.abstained, d.responsible,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = d.responsible), ''), d.due, d.done, d.corrects,
			coalesce((SELECT max(e.id) FROM meeting_decision e WHERE e.corrects = d.id AND e.org = d.org), ''), CASE WHEN m.state = 'closed' THEN 'final' ELSE 'open' END
		FROM meeting_decision d JOIN meeting_session m ON m.id = d.session JOIN meeting_team t ON t.id = d.team LEFT JOIN meeting_item i ON i.id = d.item
		WHERE d.org = $1 AND ($2 = '' OR d.team = $3) AND ($4 = '' OR d.session = $5) AND ($6 = '' OR d.id = $7) AND d.folded LIKE $8
		ORDER BY d.year DESC, d.n DESC, d.id LIMIT $9`, f.org, f.team, f.team, f.session, f.session, f.id, f.id, like, mostDecisions)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx, q, rows)
	for _, r := range rows {
		if r.Number = number(r.year, r.n); r.yes >= 0 {
			r.Yes, r.No, r.Abstained = &r.yes, &r.no, &r.abstained
		}
		r.Present = []string{}
		for _, id := range r.ids {
			r.Present = append(r.Present, names[id])
		}
		out = append(out, r.Decision)
	}
	return out, err
}

// names are those of who was there, by id.
func (s store) names(ctx context.Context, q db.Querier, rows []decisionRow) (map[string]string, error) {
	out := map[string]string{}
	var args []any
	for _, r := range rows {
		for _, id := range r.ids {
			if _, ok := out[id]; !ok {
				out[id], args = id, append(args, id)
			}
		}
	}
	for len(args) > 0 {
		some := args[:min(len(args), 500)]
		args = args[len(some):]
		all, err := db.All(ctx, q, bindChoice, `
			SELECT id, name FROM governance_person_view WHERE id IN (`+db.In(1, len(some))+`) -- every organisation: who was there stands in the minutes`, some...)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out[c.id] = c.name
		}
	}
	return out, nil
}

// lastNumber is the highest number of a decision of a team in a year.
func (s store) lastNumber(ctx context.Context, q db.Querier, d Decision) (int, error) {
	return db.Count(ctx, q, `SELECT coalesce(max(n), 0) FROM meeting_decision WHERE org = $1 AND team = $2 AND year = $3`, d.Org, d.Team, d.year)
}

func vote(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// folded is what a search looks through.
func (d Decision) folded() string {
	return strings.ToLower(number(d.year, d.n) + "\n" + d.Text + "\n" + d.Reason)
}

func (s store) addDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO meeting_decision (id, org, team, session, item, year, n, text, folded, reason, evidence, present, yes, no, abstained, responsible, due, done, corrects, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', $18, $19, $20)`,
		d.ID, d.Org, d.Team, d.Session, d.Item, d.year, d.n, d.Text, d.folded(), d.Reason, d.Evidence, strings.Join(d.ids, " "), vote(d.Yes), vote(d.No), vote(d.Abstained),
		d.Responsible, d.Due, d.Corrects, tx.Act.Person, tx.Now)
	return err
}

// setDecision changes a decision of minutes that are open.
func (s store) setDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting_decision SET text = $1, folded = $2, reason = $3, evidence = $4, present = $5, yes = $6, no = $7, abstained = $8, responsible = $9, due = $10
		WHERE org = $11 AND id = $12 AND session IN (SELECT id FROM meeting_session WHERE org = $13 AND state = 'planned')`,
		d.Text, d.folded(), d.Reason, d.Evidence, strings.Join(d.ids, " "), vote(d.Yes), vote(d.No), vote(d.Abstained), d.Responsible, d.Due, d.Org, d.ID, d.Org)
	return err
}
