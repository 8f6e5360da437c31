// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// Kinds of papers: how bids will be compared, what alternatives cost, what the market has, and
// what has to be provided.
const (
	Award       = "award"
	Study       = "study"
	Survey      = "survey"
	Description = "description"
)

// A Paper is what a procurement rests on, with where its last edition stands.
type Paper struct {
	ID      string        `json:"id"`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"org_name"`
	Kind    string        `json:"kind" enum:"award,study,survey,description"`
	Title   string        `json:"title"`
	Case    string        `json:"case,omitempty" doc:"Id of the case that it belongs to."`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	Created string        `json:"created"`
	Edition int           `json:"edition" doc:"Number of the last edition."`
	Changed string        `json:"changed"`
	Frozen  string        `json:"frozen,omitempty" doc:"When the last edition was frozen; absent where it is a draft."`
	Sum     string        `json:"sum,omitempty" doc:"SHA-256 of the last edition, in hexadecimal; absent where it is a draft."`
}

// Draft reports whether the last edition can still be changed.
func (p Paper) Draft() bool { return p.Frozen == "" }

// At is when the last edition was changed or frozen.
func (p Paper) At() time.Time { return db.Time(p.Changed) }

// An Edition of a paper.
type Edition struct {
	Paper   string        `json:"paper"`
	Org     ospo.OrgID    `json:"org"`
	N       int           `json:"n"`
	Reason  string        `json:"reason,omitempty" doc:"Why it was opened; absent for the first."`
	Body    string        `json:"body" doc:"A draft as JSON; once frozen canonical JSON."`
	Sum     string        `json:"sum,omitempty"`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	Changed string        `json:"changed"`
	Frozen  string        `json:"frozen,omitempty"`

	forged bool // the log knows another sum
}

// Draft reports whether it can still be changed.
func (e Edition) Draft() bool { return e.Frozen == "" }

// At is when it was changed or frozen.
func (e Edition) At() time.Time { return db.Time(e.Changed) }

// Setup reads what an edition announces. What was frozen is read only where it still has its
// sum and the catalogue still has that version of the formula.
func (e Edition) Setup() (s award.Setup, err error) {
	if err := e.Sound(); err != nil {
		return s, err
	}
	if e.Draft() {
		err = json.Unmarshal([]byte(e.Body), &s)
		return s, err
	}
	s, err = award.Thaw([]byte(e.Body), e.Sum)
	switch {
	case errors.Is(err, award.ErrFormula):
		return s, fault.Because(err, fault.Conflict, "procurement.thaw.formula", e.N)
	case err != nil:
		return s, fault.Because(err, fault.Conflict, "procurement.thaw.changed", e.N)
	}
	return s, nil
}

// Input is a setup with what it belongs to.
type Input struct {
	Org   ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case  string
	Setup award.Setup
}

// Papers lists what the viewer sees, the latest first, after the row of a cursor. next is the
// cursor of the next page, empty on the last.
func (s *Service) Papers(ctx context.Context, after string, size int) (all []Paper, next string, err error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, "", err
	}
	last, _, err := keyset.Values(after, 1)
	if err != nil {
		return nil, "", err
	}
	all, err = s.store.list(ctx, v.Org, last[0], size+1)
	if len(all) > size {
		all = all[:size]
		next = keyset.Cursor(all[size-1].ID)
	}
	return all, next, err
}

// mostOfCase bounds how many papers of a case are listed.
const mostOfCase = 100

// OfCase lists the papers that belong to a case, as far as the viewer sees them; none where
// the viewer may not read papers.
func (s *Service) OfCase(ctx context.Context, id string) ([]Paper, error) {
	v := door.From(ctx)
	if !v.May(mayRead) {
		return nil, nil
	}
	return s.store.ofCase(ctx, v.Org, id, mostOfCase)
}

// KindName is what a kind of paper is called in the reader's language.
func KindName(ctx context.Context, kind string) string { return say(ctx, "procurement.kind."+kind) }

// State says which edition is the last one, and whether it is frozen.
func (p Paper) State(ctx context.Context) string {
	state := "procurement.is_frozen"
	if p.Draft() {
		state = "procurement.draft"
	}
	return say(ctx, "procurement.edition_n", p.Edition) + ", " + say(ctx, state)
}

// Show returns a paper with its editions, the last first.
func (s *Service) Show(ctx context.Context, id string) (p Paper, all []Edition, err error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return p, nil, err
	}
	if p, err = s.store.one(ctx, s.store.db.Read(), v.Org, id); err != nil {
		return p, nil, err
	}
	all, err = s.store.editions(ctx, s.store.db.Read(), p)
	if err == nil && len(all) == 0 {
		err = notFound()
	}
	if err != nil {
		return p, nil, err
	}
	return p, all, s.prove(ctx, p, all)
}

// Frozen returns an edition of a setup that was frozen; a draft is not found.
func (s *Service) Frozen(ctx context.Context, id string, n int) (p Paper, e Edition, err error) {
	p, all, err := s.shown(ctx, Award, id)
	if err != nil {
		return p, e, err
	}
	for _, e := range all {
		if e.N == n && !e.Draft() {
			return p, e, e.Sound()
		}
	}
	return p, e, notFound()
}

// place sees to title, organisation and case of a paper; before is the case that it had.
func (s *Service) place(ctx context.Context, p *Paper, before string) (err error) {
	if p.Title, err = fault.Words("title", p.Title, longestLine); err != nil {
		return err
	}
	if p.Case == "" || p.Case == before || s.Case == nil {
		return nil
	}
	if _, err := s.Case(ctx, p.Case); err != nil {
		return fault.Because(err, fault.Invalid, "procurement.case_bad")
	}
	return nil
}

// Add opens the paper of a setup with a first draft.
func (s *Service) Add(ctx context.Context, in Input) (id string, err error) {
	defer fault.Wrap(&err, "add an award setup")
	return s.begin(ctx, Paper{Org: in.Org, Kind: Award, Title: in.Setup.Title, Case: in.Case}, in.Setup)
}

// begin opens a paper of any kind with a first draft.
func (s *Service) begin(ctx context.Context, p Paper, content any) (id string, err error) {
	v := door.From(ctx)
	if p.Org == "" {
		p.Org = v.Org
	}
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	if ok, err := s.store.sees(ctx, v.Org, p.Org); err != nil || !ok {
		return "", errors.Join(err, fault.At("org", "procurement.org_bad"))
	}
	if err := s.place(ctx, &p, ""); err != nil {
		return "", err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	p.ID, p.Person = db.NewID(), v.Human()
	return p.ID, s.store.db.Write(ctx, v.ActFor(p.Org, "procurement.add", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"kind": p.Kind, "matter": p.Case, "content": content})
		if err := s.store.add(ctx, tx, p); err != nil {
			return err
		}
		return s.store.addEdition(ctx, tx, Edition{Paper: p.ID, Org: p.Org, N: 1, Body: string(body), Person: p.Person})
	})
}

// shown is [Service.Show] for one kind of paper.
func (s *Service) shown(ctx context.Context, kind, id string) (p Paper, all []Edition, err error) {
	if p, all, err = s.Show(ctx, id); err == nil && p.Kind != kind {
		err = notFound()
	}
	return p, all, err
}

// draft returns the last edition, which must be one that can be changed.
func (s *Service) draft(ctx context.Context, kind, id string) (p Paper, e Edition, err error) {
	p, all, err := s.shown(ctx, kind, id)
	if err != nil {
		return p, e, err
	}
	if !all[0].Draft() {
		return p, all[0], fault.New(fault.Conflict, "procurement.frozen", all[0].N)
	}
	return p, all[0], nil
}

// Change writes the draft of a setup anew. seen is when it was changed last as the caller
// knows it.
func (s *Service) Change(ctx context.Context, id, seen string, in Input) (err error) {
	defer fault.Wrap(&err, "change the award setup %s", id)
	return s.change(ctx, Paper{ID: id, Kind: Award, Title: in.Setup.Title, Case: in.Case}, seen, in.Setup)
}

// change writes the draft of a paper of any kind anew.
func (s *Service) change(ctx context.Context, to Paper, seen string, content any) error {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	p, e, err := s.draft(ctx, to.Kind, to.ID)
	if err != nil {
		return err
	}
	if err := s.place(ctx, &to, p.Case); err != nil {
		return err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	before := map[string]any{"matter": p.Case, "content": json.RawMessage(e.Body)}
	p.Title, p.Case = to.Title, to.Case
	e.Body, e.Person = string(body), v.Human()
	return s.store.db.Write(ctx, v.ActFor(p.Org, "procurement.change", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(before, map[string]any{"matter": p.Case, "content": content})
		if err := s.keep(ctx, tx, e, seen); err != nil {
			return err
		}
		return s.store.describe(ctx, tx, p)
	})
}

// keep writes a draft that is still as the caller has seen it.
func (s *Service) keep(ctx context.Context, tx *db.Tx, e Edition, seen string) error {
	ok, err := s.store.setDraft(ctx, tx, e, seen)
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "procurement.moved")
	}
	return err
}

// Lint says what is wrong with a setup; product names are those of the register and widely used
// ones.
func (s *Service) Lint(ctx context.Context, setup award.Setup) ([]award.Finding, error) {
	products, _, err := s.searched(ctx)
	if err != nil {
		return nil, err
	}
	return setup.Lint(products), nil
}

// Freeze fixes the last edition: its text is not altered any more, and has a sum that can be
// published. A setup with a blocking finding is not frozen, nor is a study without a result.
func (s *Service) Freeze(ctx context.Context, id, seen string) (err error) {
	defer fault.Wrap(&err, "freeze %s", id)
	v := door.From(ctx)
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	p, all, err := s.Show(ctx, id)
	if err != nil {
		return err
	}
	e := all[0]
	if !e.Draft() {
		return fault.New(fault.Conflict, "procurement.frozen", e.N)
	}
	if e.Body, e.Sum, err = s.seal(ctx, p.Kind, e); err != nil {
		return err
	}
	e.Person = v.Human()
	return s.store.db.Write(ctx, v.ActFor(p.Org, "procurement.freeze", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"edition": e.N, "sum": e.Sum})
		return s.keep(ctx, tx, e, seen)
	})
}

// seal is the frozen text of an edition, and its sum.
func (s *Service) seal(ctx context.Context, kind string, e Edition) (body, sha string, err error) {
	switch kind {
	case Study:
		return s.sealStudy(ctx, e)
	case Survey:
		return sealKept(s.survey(ctx, e))
	case Description:
		return sealKept(s.description(ctx, e))
	}
	return s.sealSetup(ctx, e)
}

// sealSetup is the frozen text of a setup that nothing blocks.
func (s *Service) sealSetup(ctx context.Context, e Edition) (body, sha string, err error) {
	setup, err := e.Setup()
	if err != nil {
		return "", "", err
	}
	found, err := s.Lint(ctx, setup)
	if err != nil {
		return "", "", err
	}
	if award.Blocked(found) {
		return "", "", fault.New(fault.Conflict, "procurement.blocked")
	}
	text, sha, err := setup.Freeze()
	return string(text), sha, err
}

// Reopen opens the next edition of a frozen paper, as a draft that begins as the last.
func (s *Service) Reopen(ctx context.Context, id, reason string) (err error) {
	defer fault.Wrap(&err, "open the next edition of %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	p, all, err := s.Show(ctx, id)
	if err != nil {
		return err
	}
	if all[0].Draft() {
		return fault.New(fault.Conflict, "procurement.draft_there", all[0].N)
	}
	if reason, err = fault.Words("reason", reason, longestText); err != nil {
		return err
	}
	content, err := s.content(ctx, p.Kind, all[0])
	if err != nil {
		return err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	e := Edition{Paper: p.ID, Org: p.Org, N: all[0].N + 1, Reason: reason, Body: string(body), Person: v.Human()}
	return s.store.db.Write(ctx, v.ActFor(p.Org, "procurement.reopen", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"edition": e.N, "reason": reason})
		return s.store.addEdition(ctx, tx, e)
	})
}

// content is what a draft of a kind begins with, read from an edition.
func (s *Service) content(ctx context.Context, kind string, e Edition) (any, error) {
	switch kind {
	case Study:
		r, err := e.Report()
		return r.Study, err
	case Survey:
		k, err := s.survey(ctx, e)
		return k.Content, err
	case Description:
		k, err := s.description(ctx, e)
		return k.Content, err
	}
	return e.Setup()
}

// Things say what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, p := range all {
		names[p.ID], hrefs[p.ID] = p.Title, "/procurement/"+p.Kind+"/"+p.ID
	}
	return names, hrefs, err
}
