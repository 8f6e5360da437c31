// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"encoding/json"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Approve is what a second person must be allowed to: what softens a verdict is agreed to by
// who agrees to exceptions.
const Approve = "policy.approve"

// Outcome is what came of an act that may wait for a second person.
type Outcome struct {
	ID       string `json:"id,omitempty"`
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal that waits for a second person, because something would cease to be denied; absent where it is done."`
}

// next is where to go on: to what waits, else to the thing.
func (o Outcome) next(done string) string {
	if o.Proposal != "" {
		return "/approval/" + o.Proposal
	}
	return done
}

// Use lets acts of this room wait at a desk for a second person.
func (s *Service) Use(desk *approval.Desk) {
	s.desk = desk
	desk.Handle("licence.conclude", approval.Kind{Key: "licence.second.conclude", By: "licence.write", Permit: Approve, Do: s.conclusionApproved})
	desk.Handle("licence.withdraw", approval.Kind{Key: "licence.second.withdraw", By: "licence.write", Permit: Approve, Do: s.withdrawalApproved})
}

// softens names what ceases to be denied if these were the licences of packages. Whoever sits
// at the command line of the server can open the database, and is not asked.
func (s *Service) softens(ctx context.Context, licences map[ospo.PackageID]string) ([]string, error) {
	v := door.From(ctx)
	if s.desk == nil || s.Softens == nil || v.Door == "cli" && v.Person == "operator" {
		return nil, nil
	}
	return s.Softens(ctx, licences)
}

// A savedConclusion is one that waits, with the number of the one it takes the place of.
type savedConclusion struct {
	Package string          `json:"package"`
	In      ConclusionInput `json:"in"`
	Before  string          `json:"before,omitempty"`
	State   string          `json:"state,omitempty"`
}

// mostNamed is how many components a proposal names.
const mostNamed = 10

func softened(all []string) approval.Fact {
	text := strings.Join(all[:min(len(all), mostNamed)], ", ")
	if len(all) > mostNamed {
		text += ", …"
	}
	return approval.Fact{Key: "licence.second.softens", Value: text}
}

func (s *Service) proposeConclusion(ctx context.Context, d draft, softer []string) (string, error) {
	facts := []approval.Fact{{Key: "licence.package", Value: d.pack.Title()}, {Key: "licence.expression", Value: d.in.Expression}, softened(softer)}
	if d.in.Source != "" {
		facts = append(facts, approval.Fact{Key: "licence.conclusion.source", Value: d.in.Source})
	}
	return s.desk.Propose(ctx, door.From(ctx).Org, "licence.conclude", d.pack.Title(), savedConclusion{d.pack.Number(), d.in, d.before.ID, d.before.State}, d.in.Reason, facts...)
}

func (s *Service) conclusionApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var saved savedConclusion
	if err := json.Unmarshal(p.Body, &saved); err != nil {
		return err
	}
	id, err := packageID(saved.Package)
	if err != nil {
		return err
	}
	found, err := s.store.packages(ctx, tx, []ospo.PackageID{id})
	if err != nil {
		return err
	}
	d, err := s.draft(ctx, p.Org, found[id], saved.In)
	if err != nil {
		return err
	}
	// Whoever agrees has read what it takes the place of, and of a component that is there.
	if d.before.ID != saved.Before || d.before.State != saved.State || d.said == nil {
		return fault.New(fault.Conflict, "licence.conclusion.changed_since", p.Thing)
	}
	_, err = s.enact(ctx, tx, p.Org, d)
	return err
}

func (s *Service) proposeWithdrawal(ctx context.Context, c Conclusion, reason string, softer []string) (string, error) {
	return s.desk.Propose(ctx, door.From(ctx).Org, "licence.withdraw", c.Title, c.ID, reason,
		approval.Fact{Key: "licence.package", Value: c.Title}, approval.Fact{Key: "licence.expression", Value: c.Expression}, softened(softer))
}

func (s *Service) withdrawalApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var id string
	if err := json.Unmarshal(p.Body, &id); err != nil {
		return err
	}
	c, err := s.store.conclusion(ctx, p.Org, p.Org, id)
	if err != nil {
		return err
	}
	return s.withdraw(ctx, tx, p.Org, c, p.Reason)
}
