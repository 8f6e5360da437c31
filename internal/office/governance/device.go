// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// deviceLife is for how long a browser is known after the last sign-in in it.
const deviceLife = 180 * 24 * time.Hour

// lane is what failures at a login are counted under: for a browser in which that person
// has signed in before one of its own. So guessing elsewhere never keeps the right person
// out where they usually sit (OWASP, Slow Down Online Guessing Attacks with Device Cookies).
func (s *Service) lane(ctx context.Context, login, device string) (string, error) {
	known, err := s.store.knowsDevice(ctx, digest(device), login, s.store.db.Now())
	if err != nil || !known {
		return login, err
	}
	return login + " at " + digest(device), nil
}

// know makes a browser known to a person's account and returns its secret.
func (s *Service) know(ctx context.Context, person ospo.PersonID, org ospo.OrgID) (device string, err error) {
	device = secret()
	return device, s.store.db.Keep(ctx, func(tx *db.Tx) error {
		return s.store.addDevice(ctx, tx, digest(device), person, org, s.store.db.Now().Add(deviceLife))
	})
}
