// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// stepLife is how long one may take between the password and the second factor.
const stepLife = 10 * time.Minute

// A step is somebody between the first factor and the second.
type step struct {
	member
	back string // where they wanted to go
}

// begin keeps that a person has shown the first factor and returns the secret for the cookie.
func (s *Service) begin(ctx context.Context, person ospo.PersonID, back string) (cookie string, err error) {
	m, err := s.store.member(ctx, person)
	if err != nil {
		return "", err
	}
	cookie = secret()
	return cookie, s.store.db.Keep(ctx, func(tx *db.Tx) error {
		return s.store.addStep(ctx, tx, digest(cookie), m, back, s.store.db.Now().Add(stepLife))
	})
}

// pending returns who stands between the factors; nobody is fault.NotFound.
func (s *Service) pending(ctx context.Context, cookie string) (step, error) {
	return s.store.step(ctx, s.store.db.Read(), digest(cookie), s.store.db.Now())
}

// finish takes the code that a person between the factors shows. The code and the step are
// used up together. What fails is logged; a brake before it keeps that from growing.
func (s *Service) finish(ctx context.Context, cookie, code string) (t step, err error) {
	defer fault.Wrap(&err, "show the second factor")
	if t, err = s.pending(ctx, cookie); err != nil {
		return t, err
	}
	right := false
	err = s.store.db.Write(ctx, own(ctx, t.member, "factor.refused"), func(tx *db.Tx) error {
		what, ok, err := s.proves(ctx, tx, t.person, code)
		if err != nil || !ok {
			return err
		}
		right, tx.Act.What = true, what
		return s.store.dropStep(ctx, tx, digest(cookie))
	})
	if err == nil && !right {
		err = fault.At("code", "factor.code_wrong")
	}
	return t, err
}
