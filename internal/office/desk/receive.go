// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"errors"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Parcel is a file that came from outside: with an article of a ticket, with a mail.
type Parcel struct {
	Matter Matter
	By     ospo.PersonID // who acts: no person
	Source string        // who sent it, as the system there says
	Name   string
	Data   []byte
	Spare  int    // places that it leaves free, for what people bring
	Tongue string // in which a refusal is told
}

// Receive keeps what came from outside with a case, by the same rules as what people bring. taken
// is done in the same transaction. What is not taken comes back as a sentence, and
// taken is not called; what lies there already is taken as it is.
func (s *Service) Receive(ctx context.Context, p Parcel, taken func(ctx context.Context, tx *db.Tx) error) (refused string, err error) {
	done, err := s.lane(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	if int64(len(p.Data)) > s.Most {
		return texts().T(p.Tongue, "desk.file.large", megabytes(int64(len(p.Data))), megabytes(s.Most)), nil
	}
	act := ospo.Act{Org: p.Matter.Org, Person: p.By, What: "desk.receive", On: p.Matter.ID, Door: "job"}
	f, err := s.examine(p.Matter, p.Name, p.Data)
	if err == nil {
		f.spare = p.Spare
		f.Source, _ = fault.Text("source", p.Source, longestLine)
		err = s.keep(ctx, act, p.Matter, &f, p.Data, taken)
	}
	e, known := errors.AsType[*fault.Error](err)
	switch {
	case err == nil:
		return "", nil
	case known && e.Key == "desk.file.twice":
		return "", s.store.db.Keep(ctx, func(tx *db.Tx) error { return taken(ctx, tx) })
	case known && strings.HasPrefix(e.Key, "desk.") && (e.Kind == fault.Invalid || e.Kind == fault.Conflict):
		return texts().Say(p.Tongue, err), nil
	}
	return "", err
}
