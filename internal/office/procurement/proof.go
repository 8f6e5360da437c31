// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"encoding/json"
	"strconv"

	"allmende/internal/fault"
)

// logged are the sums that the log holds of what was frozen of a paper: of editions by their
// number, of trials by their id. Who alters a text and its sum has to alter the log as well;
// that the log is whole its own proof says.
func (s *Service) logged(ctx context.Context, p Paper) (map[string]string, error) {
	known := map[string]string{}
	all, err := s.store.logged(ctx, s.store.db.Read(), p)
	for _, entry := range all {
		var d struct {
			Edition    [2]int
			Trial, Sum [2]string
		}
		if json.Unmarshal([]byte(entry[1]), &d) != nil {
			continue // what was changed there is told otherwise, or not any more
		}
		switch entry[0] {
		case "procurement.freeze":
			known[strconv.Itoa(d.Edition[1])] = d.Sum[1]
		case "procurement.try":
			known[d.Trial[1]] = d.Sum[1]
		default: // sealed anew, where a person was made unrecognisable
			for key, sum := range known {
				if sum == d.Sum[0] {
					known[key] = d.Sum[1]
				}
			}
		}
	}
	return known, err
}

// prove notes of each edition whether it is what was frozen.
func (s *Service) prove(ctx context.Context, p Paper, all []Edition) error {
	known, err := s.logged(ctx, p)
	for i, e := range all {
		if sum, there := known[strconv.Itoa(e.N)]; there && sum != e.Sum {
			all[i].forged = true
		}
	}
	return err
}

// Sound refuses an edition that is not what was frozen, and one whose text lost its sum.
func (e Edition) Sound() error {
	switch {
	case e.forged:
		return fault.New(fault.Conflict, "procurement.not_frozen", e.N)
	case !e.Draft() && sum(e.Body) != e.Sum:
		return fault.New(fault.Conflict, "procurement.thaw.changed", e.N)
	}
	return nil
}

// sound is the same for a trial.
func (s *Service) sound(ctx context.Context, p Paper, t Trial) error {
	known, err := s.logged(ctx, p)
	switch sum, there := known[t.ID]; {
	case err != nil:
		return err
	case !t.Intact():
		return fault.New(fault.Conflict, "procurement.trial.altered")
	case there && sum != t.Sum:
		return fault.New(fault.Conflict, "procurement.trial.not_made")
	}
	return nil
}
