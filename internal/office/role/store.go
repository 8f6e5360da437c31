// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the roles kept in d.
func New(d *db.DB) *Service {
	return &Service{store: store{d}, Levels: func(string) []string { return nil }}
}

// A moment is where a kept time goes when a row is read.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	s, ok := v.(string)
	*m.Time = db.Time(s)
	if !ok || s != "" && m.IsZero() {
		return fmt.Errorf("%v is no kept time, want %s", v, db.Clock)
	}
	return nil
}

// body is what of a role is kept as JSON.
type body struct {
	Name             Text   `json:"name"`
	Purpose          Text   `json:"purpose"`
	Responsibilities []Text `json:"responsibilities"`
	Competences      []Text `json:"competences"`
	Steering         bool   `json:"steering"`
}

// A row is one version as it is kept.
type row struct {
	Role
	state, grants, body string
}

func bindRow(r *row) []any {
	return []any{&r.Org, &r.OrgName, &r.Key, &r.Version, &r.state, &r.grants, &r.body, &r.Reason, &r.Person, &r.Maker, moment{&r.Created}}
}

const rowColumns = `v.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = v.org), ''), v.key, v.version, v.state, v.grants, v.body, v.reason,
	v.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = v.person), ''), v.created`

// role reads what is kept as JSON.
func (r row) role() (Role, error) {
	var b body
	if err := json.Unmarshal([]byte(r.body), &b); err != nil {
		return Role{}, fmt.Errorf("version %d of role %s: %w", r.Version, r.Key, err)
	}
	out := r.Role
	out.Name, out.Purpose, out.Responsibilities, out.Competences, out.Steering = b.Name, b.Purpose, b.Responsibilities, b.Competences, b.Steering
	out.Grants, out.Retired = strings.Fields(r.grants), r.state == "retired"
	return out, nil
}

// versions lists the versions of a role that organisations at or above org decided, the
// one that applies last. An empty key lists those of all roles.
func (s store) versions(ctx context.Context, q db.Querier, org ospo.OrgID, key string) ([]Role, error) {
	rows, err := db.All(ctx, q, bindRow, `
		SELECT `+rowColumns+` FROM governance_scope_view c JOIN role_version v ON v.org = c.root
		WHERE c.org = $1 AND ($2 = '' OR v.key = $3)
		ORDER BY v.key, (SELECT count(*) FROM governance_scope_view u WHERE u.org = v.org), v.version`, org, key, key)
	if err != nil {
		return nil, err
	}
	return roles(rows)
}

func roles(rows []row) ([]Role, error) {
	var out []Role
	for _, r := range rows {
		one, err := r.role()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// addVersion keeps a role as the next version for an organisation.
func (s store) addVersion(ctx context.Context, tx *db.Tx, org ospo.OrgID, r Role, reason string) error {
	before, err := s.versions(ctx, tx, org, r.Key)
	if err != nil {
		return err
	}
	version := 0
	if b, ok := base(r.Key); ok {
		version = b.Version
	}
	for _, one := range before {
		version = max(version, one.Version)
	}
	text, err := json.Marshal(body{r.Name, r.Purpose, r.Responsibilities, r.Competences, r.Steering})
	if err != nil {
		return err
	}
	state := "active"
	if r.Retired {
		state = "retired"
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO role_version (org, key, version, state, grants, body, reason, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		org, r.Key, version+1, state, strings.Join(r.Grants, " "), string(text), reason, tx.Act.Person, tx.Now)
	return err
}

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, q db.Querier, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// inView returns a fault unless an organisation lies within what root sees.
func (s store) inView(ctx context.Context, q db.Querier, root, org ospo.OrgID) error {
	if ok, err := s.sees(ctx, q, root, org); err != nil || !ok {
		return errorOr(err, fault.At("org", "role.org_unknown"))
	}
	return nil
}

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}

// A catalogue is the present versions of roles by the organisation that decided them.
type catalogue struct {
	parent  map[ospo.OrgID]ospo.OrgID
	decided map[ospo.OrgID]map[string]Role
}

// catalogue reads what was decided in all organisations that root sees, and above it.
func (s store) catalogue(ctx context.Context, q db.Querier, root ospo.OrgID) (catalogue, error) {
	c := catalogue{map[ospo.OrgID]ospo.OrgID{}, map[ospo.OrgID]map[string]Role{}}
	type link struct{ org, parent ospo.OrgID }
	tree, err := db.All(ctx, q, func(l *link) []any { return []any{&l.org, &l.parent} }, `
		SELECT o.id, o.parent FROM governance_org_view o WHERE o.id IN (`+kin+`)`, root, root)
	if err != nil {
		return c, err
	}
	for _, l := range tree {
		c.parent[l.org] = l.parent
	}
	rows, err := db.All(ctx, q, bindRow, `
		SELECT `+rowColumns+` FROM role_version v WHERE v.org IN (`+kin+`) ORDER BY v.key, v.version`, root, root)
	if err != nil {
		return c, err
	}
	all, err := roles(rows)
	for _, r := range all {
		if c.decided[r.Org] == nil {
			c.decided[r.Org] = map[string]Role{}
		}
		c.decided[r.Org][r.Key] = r
	}
	return c, err
}

// kin are the organisations that $1 sees, and those that see $2, which is the same.
const kin = `SELECT org FROM governance_scope_view WHERE root = $1 UNION SELECT root FROM governance_scope_view WHERE org = $2`

// role returns a role as it applies in an organisation: as the nearest at or above it
// decided, else as the program ships it.
func (c catalogue) role(key string, org ospo.OrgID) (Role, bool) {
	for range len(c.parent) + 1 {
		if r, ok := c.decided[org][key]; ok {
			return r, true
		}
		up, ok := c.parent[org]
		if !ok || up == "" {
			break
		}
		org = up
	}
	return base(key)
}

// at lists all roles as they apply in an organisation: those of the program in its order,
// then the city's own by name.
func (c catalogue) at(org ospo.OrgID) []Role {
	var out []Role
	seen := map[string]bool{}
	for _, b := range shipped.Roles {
		r, _ := c.role(b.Key, org)
		out, seen[b.Key] = append(out, r), true
	}
	var own []Role
	for up, steps := org, 0; up != "" && steps <= len(c.parent); up, steps = c.parent[up], steps+1 {
		for key := range c.decided[up] {
			if !seen[key] {
				seen[key] = true
				r, _ := c.role(key, org)
				own = append(own, r)
			}
		}
	}
	slices.SortFunc(own, func(a, b Role) int { return strings.Compare(a.Name.DE, b.Name.DE) })
	return append(out, own...)
}
