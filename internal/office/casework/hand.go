// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"
	"sync"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Holding is a role that somebody holds in an organisation today.
type Holding struct {
	Role    string
	Org     ospo.OrgID
	Person  ospo.PersonID
	Decides bool // the role lets them decide on cases

	Away   string        // last day on which the person is away; empty where they are there
	Deputy ospo.PersonID // acts while the person is away
}

// A hand is what the viewer may do in a case.
type hand struct {
	door.Viewer
	asker bool
	roles []string // held for the organisation of the case

	vacant func(role string) (bool, error)
	called func(role string) string
}

func (s *Service) hand(ctx context.Context, c Case) (h hand, err error) {
	h.Viewer = door.From(ctx)
	h.asker = c.Asker == h.Human()
	filled := sync.OnceValues(func() ([]Holding, error) { return s.filled(ctx, s.store.db.Read(), c.Org) })
	h.vacant = func(role string) (bool, error) {
		all, err := filled()
		if err != nil {
			return false, err
		}
		none, err := s.without(ctx, c, all, []string{role})
		return len(none) > 0, err
	}
	h.called = func(role string) string { return s.roleName(ctx, role) }
	if !h.May(mayAsk) {
		return h, nil
	}
	all, err := s.Held(ctx, h.Human())
	if err != nil {
		return h, err
	}
	over, err := s.store.over(ctx, s.store.db.Read(), c.Org)
	for _, held := range all {
		if slices.Contains(over, held.Org) {
			h.roles = append(h.roles, held.Role)
		}
	}
	return h, err
}

// plays reports whether the part of a role is the viewer's: they hold it, or it is the
// department's and they asked.
func (h hand) plays(role string) bool {
	return h.May(mayAsk) && (slices.Contains(h.roles, role) || h.asker && role == department)
}

// does returns a fault where the viewer may not do a task: who holds its role may. In place of
// a role that nobody holds whoever works on cases may; in place of one that somebody holds
// nobody may, for two who shall look at a matter are two only so.
func (h hand) does(role string) error {
	if h.plays(role) {
		return nil
	}
	if err := h.Check(mayWrite); err != nil {
		return err
	}
	none, err := h.vacant(role)
	if err == nil && !none {
		err = fault.New(fault.Forbidden, "casework.role_held", h.called(role))
	}
	return err
}

// steps returns a fault where the viewer may not take a step: as [hand.does]; who ends a case
// alone in place of a role that nobody holds needs the permission to decide besides, which the
// second person needs otherwise.
func (h hand) steps(t process.Transition, to process.State) error {
	if err := h.does(t.Role); err != nil || h.plays(t.Role) || !to.End || t.FourEyes != "" {
		return err
	}
	return leads(h.Viewer)
}

// talks reports whether the viewer has a part in a case.
func (h hand) talks(d *process.Definition) bool {
	return h.May(mayWrite) || h.May(mayAsk) && (h.asker || slices.ContainsFunc(rolesOf(d), h.plays))
}

// leads returns a fault where somebody does not both work on cases and decide on them.
func leads(v door.Viewer) error {
	return errorOr(v.Check(mayWrite), v.Check(mayDecide))
}

// vacant lists those of the roles that nobody holds for a case: neither in its organisation nor
// above it. The department's is the asker's, as long as they have an account.
func (s *Service) vacant(ctx context.Context, q db.Querier, c Case, roles []string) (out []string, err error) {
	if len(roles) == 0 {
		return nil, nil
	}
	all, err := s.filled(ctx, q, c.Org)
	if err != nil {
		return nil, err
	}
	if out, err = s.without(ctx, c, all, roles); c.Asker == Guest { // a guest does their part at the counter; the office may in place of them
		out = slices.DeleteFunc(out, func(role string) bool { return role == department })
	}
	return out, err
}

// without lists those of the roles that are not among what is held.
func (s *Service) without(ctx context.Context, c Case, all []Holding, roles []string) (out []string, err error) {
	for _, r := range roles {
		if slices.Contains(out, r) || slices.ContainsFunc(all, func(h Holding) bool { return h.Role == r }) {
			continue
		}
		if r == department {
			there, err := s.there(ctx, c.Asker)
			if err != nil {
				return nil, err
			}
			if there {
				continue
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// filled lists what is held for an organisation: in it and above it.
func (s *Service) filled(ctx context.Context, q db.Querier, org ospo.OrgID) ([]Holding, error) {
	over, err := s.store.over(ctx, q, org)
	if err != nil || len(over) == 0 {
		return nil, err
	}
	all, err := s.Filled(ctx, over[len(over)-1])
	return slices.DeleteFunc(all, func(h Holding) bool { return !slices.Contains(over, h.Org) }), err
}

// there reports whether a person still has an account.
func (s *Service) there(ctx context.Context, person ospo.PersonID) (bool, error) {
	if person == "" || s.Places == nil {
		return person != "", nil
	}
	all, err := s.Places(ctx, person)
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return len(all) > 0, err
}

// A bench tells who can be the second person for something in a case.
type bench struct {
	proposer, asker ospo.PersonID
	org             ospo.OrgID
	role            string // asked for by the procedure; empty: anybody who may decide
}

// Why a second person acts in place of the role that the procedure asks for.
const (
	vacantRole = "vacant" // nobody holds it
	barredRole = "barred" // all who hold it proposed, asked, or deputise for who did
)

// A jury says who can be the second person. What it has looked up it remembers.
type jury struct {
	*Service
	ctx     context.Context
	q       db.Querier
	holders map[ospo.OrgID][]Holding
	held    map[ospo.PersonID][]Holding
	over    map[ospo.OrgID][]ospo.OrgID
	pairs   map[[2]ospo.PersonID]error // why two are not four eyes
}

func (s *Service) seconds(ctx context.Context, q db.Querier) *jury {
	return &jury{s, ctx, q, map[ospo.OrgID][]Holding{}, map[ospo.PersonID][]Holding{}, map[ospo.OrgID][]ospo.OrgID{}, map[[2]ospo.PersonID]error{}}
}

// apart is that of the service, asked once.
func (j *jury) apart(one, other ospo.PersonID) error {
	pair := [2]ospo.PersonID{one, other}
	if _, known := j.pairs[pair]; !known {
		j.pairs[pair] = j.Service.apart(j.ctx, one, other)
	}
	return j.pairs[pair]
}

// holds reports whether a person holds a role for an organisation: in it or above it.
func (j *jury) holds(person ospo.PersonID, role string, org ospo.OrgID) (_ bool, err error) {
	if _, known := j.held[person]; !known {
		if j.held[person], err = j.Held(j.ctx, person); err != nil {
			return false, err
		}
	}
	if _, known := j.over[org]; !known {
		if j.over[org], err = j.store.over(j.ctx, j.q, org); err != nil {
			return false, err
		}
	}
	return slices.ContainsFunc(j.held[person], func(h Holding) bool { return h.Role == role && slices.Contains(j.over[org], h.Org) }), nil
}

// fits says in place of what somebody would be the second person: empty where they hold the
// role, else why nobody who holds it can be; a fault where they cannot.
func (j *jury) fits(b bench, who ospo.PersonID) (why string, err error) {
	if err := j.apart(b.asker, who); fault.Of(err) == fault.Forbidden && err != nil {
		return "", fault.New(fault.Forbidden, "casework.second_asker")
	} else if err != nil {
		return "", err
	}
	if held, err := j.holds(who, b.role, b.org); err != nil || held || b.role == "" {
		return "", err
	}
	if why, err = j.instead(b); err == nil && why == "" {
		err = fault.New(fault.Forbidden, "casework.second_role", j.roleName(j.ctx, b.role))
	}
	return why, err
}

// instead says why nobody who holds the role can be the second person; empty where somebody can.
func (j *jury) instead(b bench) (why string, err error) {
	if _, known := j.holders[b.org]; !known {
		if j.holders[b.org], err = j.filled(j.ctx, j.q, b.org); err != nil {
			return "", err
		}
	}
	why = vacantRole
	for _, h := range j.holders[b.org] {
		if h.Role != b.role {
			continue
		}
		if can, err := j.eligible(b, h); err != nil || can {
			return "", err
		}
		why = barredRole
	}
	return why, nil
}

// eligible reports whether who holds the role can be the second person.
func (j *jury) eligible(b bench, h Holding) (bool, error) {
	if !h.Decides || h.Person == b.proposer {
		return false, nil
	}
	for _, other := range []ospo.PersonID{b.proposer, b.asker} {
		if err := j.apart(other, h.Person); fault.Of(err) == fault.Forbidden && err != nil {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return true, nil
}

// apart returns a fault where two are not four eyes.
func (s *Service) apart(ctx context.Context, one, other ospo.PersonID) error {
	if one == other {
		return fault.New(fault.Forbidden, "approval.self")
	}
	if one == "" || s.desk == nil || s.desk.Apart == nil {
		return nil
	}
	return s.desk.Apart(ctx, one, other)
}
