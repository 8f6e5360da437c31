// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the rounds kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

const roundColumns = `r.id, r.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = r.org), ''), r.title, r.paper, r.edition, r.setup, r.announced,
	r.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = r.person), ''), r.created, r.ready, r.closed,
	r.closer, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = r.closer), ''), r.record, r.sum FROM scoring_round r`

func bindRound(r *Round) []any {
	return []any{&r.ID, &r.Org, &r.OrgName, &r.Title, &r.Paper, &r.Edition, &r.Setup, &r.Announced, &r.Person, &r.Name, &r.Created, &r.Ready, &r.Closed, &r.Closer, &r.CloserName, &r.Record, &r.Sum}
}

// one returns a round of an organisation that root sees.
func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Round, error) {
	return db.One(ctx, q, bindRound, `SELECT `+roundColumns+`
		WHERE r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND r.id = $2`, root, id)
}

// list returns the rounds that root sees, the latest first, below an id where one is given.
func (s store) list(ctx context.Context, root ospo.OrgID, after string, most int) ([]Round, error) {
	return db.All(ctx, s.db.Read(), bindRound, `SELECT `+roundColumns+`
		WHERE r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND (CAST($2 AS TEXT) = '' OR r.id < $3)
		ORDER BY r.id DESC LIMIT $4`, root, after, after, most)
}

// ofPaper lists the rounds of a paper that root sees, the latest first.
func (s store) ofPaper(ctx context.Context, root ospo.OrgID, paper string, most int) ([]Round, error) {
	return db.All(ctx, s.db.Read(), bindRound, `SELECT `+roundColumns+`
		WHERE r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND r.paper = $2 ORDER BY r.id DESC LIMIT $3`, root, paper, most)
}

func (s store) count(ctx context.Context, root ospo.OrgID) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM scoring_round WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)`, root)
}

// titles returns those of the ids that are rounds of organisations that root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]Round, error) {
	in, list := db.Among(s.db, "r.id", 2, ids)
	return db.All(ctx, s.db.Read(), func(r *Round) []any { return []any{&r.ID, &r.Title} }, `
		SELECT r.id, r.title FROM scoring_round r WHERE r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in, root, list)
}

// book returns a round that root sees with all that was entered.
func (s store) book(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (b Book, err error) {
	if b.Round, err = s.one(ctx, q, root, id); err != nil {
		return b, err
	}
	if b.setup, err = b.Round.thaw(); err != nil {
		return b, err
	}
	org := b.Round.Org
	b.Bids, err = db.All(ctx, q, func(x *Bid) []any { return []any{&x.N, &x.Name, &x.Price} },
		`SELECT n, name, price FROM scoring_bid WHERE org = $1 AND round = $2 ORDER BY n`, org, id)
	if err != nil {
		return b, err
	}
	b.Statements, err = db.All(ctx, q, func(x *Statement) []any {
		return []any{&x.Person, &x.Name, &x.Kind, &x.Said, &x.Created, &x.Done}
	}, `SELECT t.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.person), ''), t.kind, t.said, t.created, t.done
		FROM scoring_statement t WHERE t.org = $1 AND t.round = $2 ORDER BY t.created, t.person, t.kind`, org, id)
	if err != nil {
		return b, err
	}
	b.Points, err = db.All(ctx, q, func(x *Points) []any {
		return []any{&x.Person, &x.Name, &x.Bid, &x.Criterion, &x.Points, &x.Remark}
	}, `SELECT p.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = p.person), ''), p.bid, p.criterion, p.points, p.remark
		FROM scoring_point p WHERE p.org = $1 AND p.round = $2 ORDER BY p.bid, p.criterion, p.person`, org, id)
	if err != nil {
		return b, err
	}
	b.Consensus, err = db.All(ctx, q, func(x *Consensus) []any {
		return []any{&x.Bid, &x.Criterion, &x.Points, &x.Reason, &x.Proposer, &x.ProposerName, &x.Created, &x.Agreer, &x.AgreerName, &x.Agreed}
	}, `SELECT c.bid, c.criterion, c.points, c.reason, c.proposer, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = c.proposer), ''), c.created,
			c.agreer, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = c.agreer), ''), c.agreed
		FROM scoring_consensus c WHERE c.org = $1 AND c.round = $2 ORDER BY c.bid, c.criterion`, org, id)
	return b, err
}

// logged lists what the log knows of the sums of a round, in its order.
func (s store) logged(ctx context.Context, q db.Querier, r Round) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT diff FROM log_entry_view WHERE org = $1 AND thing = $2 AND what IN ('scoring.close', 'scoring.reseal') AND diff <> '' ORDER BY n`, r.Org, r.ID)
}

func (s store) add(ctx context.Context, tx *db.Tx, r Round) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO scoring_round (id, org, title, paper, edition, setup, announced, person, created, ready, closed, closer, record, sum)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', '', '')`, r.ID, r.Org, r.Title, r.Paper, r.Edition, r.Setup, r.Announced, r.Person, tx.Now)
	return err
}

// setBids puts bids in the place of those that were there.
func (s store) setBids(ctx context.Context, tx *db.Tx, r Round, bids []Bid, ready bool) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM scoring_bid WHERE org = $1 AND round = $2`, r.Org, r.ID); err != nil {
		return err
	}
	rows := make([][]any, len(bids))
	for i, b := range bids {
		rows[i] = []any{r.ID, r.Org, b.N, b.Name, b.Price}
	}
	if err := tx.InsertMany(ctx, "scoring_bid", "round, org, n, name, price", rows, ""); err != nil || !ready {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE scoring_round SET ready = $1 WHERE org = $2 AND id = $3`, tx.Now, r.Org, r.ID)
	return err
}

func (s store) addStatement(ctx context.Context, tx *db.Tx, r Round, t Statement) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO scoring_statement (round, org, person, kind, said, created, done) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		r.ID, r.Org, t.Person, t.Kind, t.Said, tx.Now)
	return err
}

// setPoints puts somebody's points in the place of those that were there.
func (s store) setPoints(ctx context.Context, tx *db.Tx, r Round, who ospo.PersonID, all []Points, done bool) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM scoring_point WHERE org = $1 AND round = $2 AND person = $3`, r.Org, r.ID, who); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, p := range all {
		rows[i] = []any{r.ID, r.Org, who, p.Bid, p.Criterion, p.Points, p.Remark}
	}
	if err := tx.InsertMany(ctx, "scoring_point", "round, org, person, bid, criterion, points, remark", rows, ""); err != nil || !done {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE scoring_statement SET done = $1 WHERE org = $2 AND round = $3 AND person = $4 AND kind = 'none'`, tx.Now, r.Org, r.ID, who)
	return err
}

// propose puts a proposal in the place of one that did not come to count.
func (s store) propose(ctx context.Context, tx *db.Tx, r Round, c Consensus) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM scoring_consensus WHERE org = $1 AND round = $2 AND bid = $3 AND criterion = $4`, r.Org, r.ID, c.Bid, c.Criterion); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO scoring_consensus (round, org, bid, criterion, points, reason, proposer, created, agreer, agreed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '')`,
		r.ID, r.Org, c.Bid, c.Criterion, c.Points, c.Reason, c.Proposer, tx.Now)
	return err
}

func (s store) agree(ctx context.Context, tx *db.Tx, r Round, c Consensus, who ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `UPDATE scoring_consensus SET agreer = $1, agreed = $2 WHERE org = $3 AND round = $4 AND bid = $5 AND criterion = $6`,
		who, tx.Now, r.Org, r.ID, c.Bid, c.Criterion)
	return err
}

func (s store) close(ctx context.Context, tx *db.Tx, r Round, who ospo.PersonID, body, sha string) error {
	_, err := tx.ExecContext(ctx, `UPDATE scoring_round SET closed = $1, closer = $2, record = $3, sum = $4 WHERE org = $5 AND id = $6`, tx.Now, who, body, sha, r.Org, r.ID)
	return err
}

// naming lists the rounds in whose texts a word stands.
func (s store) naming(ctx context.Context, q db.Querier, word string) ([]Round, error) {
	return db.All(ctx, q, bindRound, `SELECT `+roundColumns+` WHERE replace(r.record, CAST($1 AS TEXT), '') <> r.record OR replace(r.setup, CAST($2 AS TEXT), '') <> r.setup
		-- every organisation: who is erased is erased everywhere`, word, word)
}

func (s store) reseal(ctx context.Context, tx *db.Tx, r Round) error {
	_, err := tx.ExecContext(ctx, `UPDATE scoring_round SET announced = $1, sum = $2 WHERE org = $3 AND id = $4`, r.Announced, r.Sum, r.Org, r.ID)
	return err
}
