// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Profile is a version of a profile as it applies in the viewer's organisation.
type Profile struct {
	engine.Profile
	Own      bool       `json:"own" doc:"Decided by an organisation; else it comes with the program."`
	Org      ospo.OrgID `json:"org,omitempty" doc:"Who decided it; absent for one above the viewer's."`
	OrgName  string     `json:"orgName,omitempty"`
	Reason   string     `json:"reason,omitempty" doc:"Why this version was made."`
	Maker    string     `json:"personName,omitempty"`
	Second   string     `json:"secondName,omitempty" doc:"Who approved it."`
	Created  string     `json:"created,omitempty"`
	Standard bool       `json:"standard" doc:"It applies in the viewer's organisation."`

	number int
	maker  ospo.PersonID
	home   ospo.OrgID // who decided it, whoever asks
}

// A Standard says which profile applies, and who decided that.
type Standard struct {
	Profile string     `json:"profile"`
	Org     ospo.OrgID `json:"org,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Maker   string     `json:"personName,omitempty"`
	Created string     `json:"created,omitempty"`
}

// Profiles lists the profiles that there are for the viewer's organisation, own ones first,
// each in its latest version.
func (s *Service) Profiles(ctx context.Context) ([]Profile, error) {
	org := door.From(ctx).Org
	own, err := s.store.profiles(ctx, s.store.db.Read(), org, "")
	if err != nil {
		return nil, err
	}
	std, err := s.store.standard(ctx, s.store.db.Read(), org)
	if err != nil {
		return nil, err
	}
	last := map[string]Profile{}
	var ids []string
	for _, p := range own { // the version that applies last
		if _, ok := last[p.ID]; !ok {
			ids = append(ids, p.ID)
		}
		last[p.ID] = p
	}
	var out []Profile
	for _, id := range ids {
		out = append(out, last[id])
	}
	for _, p := range engine.Shipped() {
		out = append(out, Profile{Profile: *p})
	}
	for i := range out {
		out[i].Standard = out[i].ID == std.Profile
	}
	return out, s.mask(ctx, out)
}

// Profile returns a profile in its latest version.
func (s *Service) Profile(ctx context.Context, id string) (Profile, error) {
	all, err := s.Profiles(ctx)
	if err != nil {
		return Profile{}, err
	}
	i := slices.IndexFunc(all, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return Profile{}, fault.New(fault.NotFound, "policy.profile_unknown", id)
	}
	return all[i], nil
}

// Versions lists the versions of an own profile, the latest first; of one that comes with
// the program there is one.
func (s *Service) Versions(ctx context.Context, id string) ([]Profile, error) {
	if p, ok := engine.Find(id); ok {
		return []Profile{{Profile: *p}}, nil
	}
	all, err := s.store.profiles(ctx, s.store.db.Read(), door.From(ctx).Org, id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "policy.profile_unknown", id)
	}
	slices.Reverse(all)
	return all, errorOr(err, s.mask(ctx, all))
}

// mask takes away the names of an organisation above the viewer's: what is decided there
// holds below, but who stands above is not shown.
func (s *Service) mask(ctx context.Context, all []Profile) error {
	for i, p := range all {
		if !p.Own {
			continue
		}
		if ok, err := s.store.sees(ctx, door.From(ctx).Org, p.home); err != nil {
			return err
		} else if !ok {
			all[i].Org, all[i].OrgName, all[i].Maker, all[i].Second = "", "", "", ""
		}
	}
	return nil
}

// Conflicts lists on what the profiles in view disagree, each pair of them, and what they
// contradict themselves in.
func (s *Service) Conflicts(ctx context.Context, one, other string) ([]engine.Conflict, error) {
	a, err := s.Profile(ctx, one)
	if err != nil {
		return nil, err
	}
	if other == "" || other == one {
		return engine.Within(&a.Profile), nil
	}
	b, err := s.Profile(ctx, other)
	if err != nil {
		return nil, err
	}
	return engine.Between(&a.Profile, &b.Profile), nil
}

// A ProfileChange is another version of a profile: of an own one, or a copy under a new id.
type ProfileChange struct {
	engine.Change
	As     string `json:"as,omitempty" doc:"Id of the copy, where the profile comes with the program."`
	Title  string `json:"title,omitempty" doc:"Of the copy."`
	Reason string `json:"reason"`
}

// Outcome is what came of an act that may wait for a second person.
type Outcome struct {
	ID       string `json:"id,omitempty"`
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal that waits for a second person; absent where it is done."`
}

// Change makes another version of a profile for the viewer's organisation. It waits for a
// second person.
func (s *Service) Change(ctx context.Context, id string, c ProfileChange) (o Outcome, err error) {
	defer fault.Wrap(&err, "change profile %s", id)
	next, err := s.next(ctx, id, c)
	if err != nil {
		return o, err
	}
	if c.Reason, err = fault.Words("reason", c.Reason, longestText); err != nil {
		return o, err
	}
	if engine.Same(next.base, &next.Profile) && c.As == "" {
		return o, fault.At("rules", "policy.unchanged")
	}
	o.ID = next.ID
	if s.asks(ctx) {
		o.Proposal, err = s.proposeProfile(ctx, next, c.Reason)
		return o, err
	}
	v := door.From(ctx)
	return o, s.store.db.Write(ctx, v.Act("policy.profile", next.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(next.base, next.Profile)
		return s.store.addProfile(ctx, tx, v.Org, next.Profile, next.number, c.Reason, "")
	})
}

// A draft is a version that is not decided yet, with what it was made from.
type draft struct {
	engine.Profile
	number int
	base   *engine.Profile
}

// next works a change out and checks it.
func (s *Service) next(ctx context.Context, id string, c ProfileChange) (draft, error) {
	p, err := s.Profile(ctx, id)
	if err != nil {
		return draft{}, err
	}
	base := p.Profile
	d := draft{base: &base, number: p.number + 1}
	if c.As != "" {
		if _, err := s.Profile(ctx, c.As); err == nil {
			return d, fault.At("as", "policy.profile_taken", c.As)
		}
		p.ID, d.number = c.As, 1
		if c.Title != "" {
			p.Title = engine.Text{DE: c.Title}
		}
		p.Source = say(ctx, "policy.copied_from", base.Title.In(tongue(ctx)), base.Version)
		p.Date, p.About = "", engine.Text{}
	} else if !p.Own {
		return d, fault.At("as", "policy.profile_fixed")
	} else if p.home != door.From(ctx).Org {
		return d, fault.At("as", "policy.profile_above")
	}
	p.Profile.Checked = s.today()
	d.Profile, err = p.Profile.Apply(c.Change, strconv.Itoa(d.number))
	return d, told("rules", err)
}

// Adopt makes a profile the one that applies in the viewer's organisation and below. It
// waits for a second person.
func (s *Service) Adopt(ctx context.Context, id, reason string) (o Outcome, err error) {
	defer fault.Wrap(&err, "adopt profile %s", id)
	p, err := s.Profile(ctx, id)
	if err != nil {
		return o, err
	}
	if p.Standard {
		return o, fault.At("profile", "policy.profile_standard")
	}
	if reason, err = fault.Words("reason", reason, longestText); err != nil {
		return o, err
	}
	o.ID = id
	if s.asks(ctx) {
		o.Proposal, err = s.proposeStandard(ctx, p, reason)
		return o, err
	}
	v := door.From(ctx)
	return o, s.store.db.Write(ctx, v.Act("policy.adopt", id), func(tx *db.Tx) error {
		law, err := s.lawOf(ctx, tx, v.Org)
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(map[string]string{"profile": law}, map[string]string{"profile": p.Key(), "reason": reason})
		return s.store.setStandard(ctx, tx, v.Org, id, reason, "")
	})
}

// parse reads a profile as it is kept.
func parse(body string) (engine.Profile, error) { return engine.Read([]byte(body)) }

func kept(p engine.Profile) (string, error) {
	b, err := json.Marshal(p)
	return string(b), err
}
