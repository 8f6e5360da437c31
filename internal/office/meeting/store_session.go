// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

const sessionColumns = `m.id, m.org, m.team, t.name, m.day, m.at, m.length, m.place, m.link, m.state, m.sequence, m.invited, m.closed, m.closer,
	coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = m.closer), ''), m.sum, (SELECT count(*) FROM meeting_decision d WHERE d.session = m.id AND d.org = m.org)`

const sessionTables = ` FROM meeting_session m JOIN meeting_team t ON t.id = m.team `

func bindSession(m *Session) []any {
	return []any{&m.ID, &m.Org, &m.Team, &m.TeamName, &m.Day, &m.At, &m.Length, &m.Place, &m.Link, &m.State, &m.Sequence, &m.Invited, &m.Closed, &m.Closer, &m.CloserBy, &m.Sum, &m.Decisions}
}

// session returns one. Whether the viewer may look into it is asked above.
func (s store) session(ctx context.Context, q db.Querier, id string) (Session, error) {
	return db.One(ctx, q, bindSession, `
		SELECT `+sessionColumns+sessionTables+` WHERE m.id = $1 -- every organisation: the service asks whether the viewer belongs to it`, id)
}

// sessions lists the meetings of a team, the latest first.
func (s store) sessions(ctx context.Context, org ospo.OrgID, team string) ([]Session, error) {
	return db.All(ctx, s.db.Read(), bindSession, `
		SELECT `+sessionColumns+sessionTables+` WHERE m.org = $1 AND m.team = $2 ORDER BY m.day DESC, m.at DESC, m.id LIMIT 500`, org, team)
}

// nextSession is the first meeting of a team that is planned; an empty one where there is none.
func (s store) nextSession(ctx context.Context, q db.Querier, org ospo.OrgID, team string) (Session, error) {
	all, err := db.All(ctx, q, bindSession, `
		SELECT `+sessionColumns+sessionTables+` WHERE m.org = $1 AND m.team = $2 AND m.state = 'planned' ORDER BY m.day, m.at, m.id LIMIT 1`, org, team)
	if err != nil || len(all) == 0 {
		return Session{}, err
	}
	return all[0], nil
}

func (s store) addSession(ctx context.Context, tx *db.Tx, m Session) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO meeting_session (id, org, team, day, at, length, place, link, state, sequence, invited, closed, closer, sum, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'planned', 0, '', '', '', '', $9, $10)`,
		m.ID, m.Org, m.Team, m.Day, m.At, m.Length, m.Place, m.Link, tx.Act.Person, tx.Now)
	return err
}

func (s store) setSession(ctx context.Context, tx *db.Tx, m Session, in SessionInput) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting_session SET day = $1, at = $2, length = $3, place = $4, link = $5, sequence = sequence + 1
		WHERE org = $6 AND id = $7 AND state = 'planned'`, in.Day, in.At, in.Length, in.Place, in.Link, m.Org, m.ID)
	return err
}

// endSession closes the minutes of a meeting, or cancels it, unless somebody else did since.
func (s store) endSession(ctx context.Context, tx *db.Tx, m Session, state, sum string) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE meeting_session SET state = $1, sum = $2, closed = $3, closer = $4, sequence = sequence + 1 WHERE org = $5 AND id = $6 AND state = 'planned'`,
		state, sum, tx.Now, tx.Act.Person, m.Org, m.ID)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.New(fault.Conflict, "meeting.closed"))
	}
	return nil
}

func (s store) setInvited(ctx context.Context, tx *db.Tx, m Session) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting_session SET invited = $1 WHERE org = $2 AND id = $3`, tx.Now, m.Org, m.ID)
	return err
}

func (s store) guests(ctx context.Context, q db.Querier, org ospo.OrgID, session string) ([]Guest, error) {
	return db.All(ctx, q, func(g *Guest) []any { return []any{&g.Person, &g.Name, &g.Role, &g.Stands, &g.For, &g.Presence} }, `
		SELECT g.person, coalesce(p.name, g.person), g.role, g.stands, coalesce((SELECT f.name FROM governance_person_view f WHERE f.id = g.stands), ''), g.presence
		FROM meeting_guest g LEFT JOIN governance_person_view p ON p.id = g.person
		WHERE g.org = $1 AND g.session = $2 ORDER BY coalesce(p.name, g.person) COLLATE "de-x-icu", g.person`, org, session)
}

func (s store) setGuest(ctx context.Context, tx *db.Tx, m Session, g Guest) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO meeting_guest (org, session, person, role, stands, presence) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (session, person) DO UPDATE SET presence = excluded.presence`, m.Org, m.ID, g.Person, g.Role, g.Stands, g.Presence)
	return err
}

// A reader is where somebody's mail goes.
type reader struct {
	person     ospo.PersonID
	mail, lang string
}

// readers lists the mail of those who are invited to a meeting and have an address.
func (s store) readers(ctx context.Context, m Session) ([]reader, error) {
	return db.All(ctx, s.db.Read(), func(r *reader) []any { return []any{&r.person, &r.mail, &r.lang} }, `
		SELECT r.id, r.mail, r.lang FROM meeting_guest g JOIN governance_reader_view r ON r.id = g.person
		WHERE g.org = $1 AND g.session = $2 ORDER BY r.id`, m.Org, m.ID)
}

// attendances lists to which meetings of organisations in view somebody was invited; one's own wherever.
func (s store) attendances(ctx context.Context, v door.Viewer, person ospo.PersonID) ([]Attendance, error) {
	return db.All(ctx, s.db.Read(), func(a *Attendance) []any { return []any{&a.Session, &a.Day, &a.Team, &a.Role, &a.Presence} }, `
		SELECT m.id, m.day, t.name, g.role, g.presence FROM meeting_guest g JOIN meeting_session m ON m.id = g.session JOIN meeting_team t ON t.id = m.team
		WHERE g.person = $1 AND (g.person = $2 OR g.org IN (SELECT org FROM governance_scope_view WHERE root = $3)) ORDER BY m.day, m.id`, person, v.Human(), v.Org)
}
