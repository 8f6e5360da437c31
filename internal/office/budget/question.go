// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"errors"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// The edition of our note on the capitalisation of own developments, and the day on which its
// source was read. Its words, source and certainty stand in lang/.
const (
	NoteEdition = "capital@1"
	noteChecked = "2026-11-28"
)

// A Question asks the treasurer whether own developments of a measure are to be capitalised. The
// program has no opinion; it keeps what was asked, what was answered and on what that rests.
type Question struct {
	ID         string     `json:"id"`
	Org        ospo.OrgID `json:"org"`
	Measure    string     `json:"measure" doc:"Id of the measure."`
	Note       string     `json:"note,omitempty" doc:"Edition of the note that was shown with it."`
	Asked      string     `json:"asked"`
	PersonName string     `json:"personName" doc:"Who asked."`
	Created    string     `json:"created"`
	Answer     string     `json:"answer,omitempty" doc:"What the treasurer said; absent while it is open."`
	Basis      string     `json:"basis,omitempty" doc:"On what the answer rests: a rule, a letter."`
	Answerer   string     `json:"answererName,omitempty" doc:"Who wrote the answer down."`
	Answered   string     `json:"answered,omitempty"`
}

// Open reports whether nobody has answered it.
func (q Question) Open() bool { return q.Answered == "" }

// Ask puts a question on a measure to the treasurer.
func (s *Service) Ask(ctx context.Context, measure, asked string) (id string, err error) {
	defer fault.Wrap(&err, "ask the treasurer about measure %s", measure)
	m, err := s.Measure(ctx, measure)
	if err != nil {
		return "", err
	}
	if err := fault.Tidy("asked", &asked, longestText, true); err != nil {
		return "", err
	}
	q := Question{ID: db.NewID(), Org: m.Org, Measure: m.ID, Note: NoteEdition, Asked: asked}
	return q.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "budget.question.ask", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"asked": asked, "note": q.Note})
		return s.store.addQuestion(ctx, tx, q)
	})
}

// Answer keeps once what the treasurer said, and on what that rests.
func (s *Service) Answer(ctx context.Context, id, answer, basis string) (err error) {
	defer fault.Wrap(&err, "answer question %s", id)
	q, err := s.Question(ctx, id)
	if err != nil {
		return err
	}
	if err := errors.Join(fault.Tidy("answer", &answer, longestText, true), fault.Tidy("basis", &basis, longestText, true)); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(q.Org, "budget.question.answer", q.Measure), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"asked": q.Asked, "answer": answer, "basis": basis})
		q.Answer, q.Basis = answer, basis
		ok, err := s.store.answer(ctx, tx, q)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "budget.answered")
		}
		return err
	})
}

// Question returns one that the viewer sees.
func (s *Service) Question(ctx context.Context, id string) (Question, error) {
	return only(s.store.questions(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{id: id}))
}

// Questions lists those on a measure, the latest first.
func (s *Service) Questions(ctx context.Context, measure string) ([]Question, error) {
	return s.store.questions(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{measure: measure})
}

// Asked lists the open ones, the latest first.
func (s *Service) Asked(ctx context.Context) ([]Question, error) {
	all, err := s.Questions(ctx, "")
	return slices.DeleteFunc(all, func(q Question) bool { return !q.Open() }), err
}
