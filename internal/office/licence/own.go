// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"regexp"
	"slices"
	"time"

	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Own licence is one that an organisation keeps itself: a version of it.
type Own struct {
	OwnInput
	Version int           `json:"version"`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"orgName,omitempty"`
	Person  ospo.PersonID `json:"person"`
	Maker   string        `json:"personName,omitempty"`
	Created string        `json:"created"`
}

// OwnInput is what somebody says of an own licence.
type OwnInput struct {
	ID      string     `json:"id" doc:"LicenseRef- and letters, digits, - and ."`
	Name    string     `json:"name"`
	Class   spdx.Class `json:"class,omitempty" doc:"public-domain, permissive, weak, strong, network or proprietary; absent is unknown."`
	About   string     `json:"about,omitempty" doc:"What it allows and asks for, in plain words."`
	Text    string     `json:"text" doc:"Its wording."`
	Source  string     `json:"source,omitempty" doc:"Where the wording is from."`
	Retired bool       `json:"retired,omitempty" doc:"Not for use any more; what has it keeps it."`
	Reason  string     `json:"reason" doc:"Why this version was made."`
}

// At is when the version was made.
func (o Own) At() time.Time { return db.Time(o.Created) }

var ownForm = regexp.MustCompile(`^LicenseRef-[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`)

func (in OwnInput) checked() (_ OwnInput, err error) {
	if !ownForm.MatchString(in.ID) {
		return in, fault.At("id", "licence.own.id_bad", in.ID)
	}
	if in.Class != spdx.Unknown && !slices.Contains(spdx.Classes, in.Class) {
		return in, fault.At("class", "licence.class_bad", string(in.Class))
	}
	if in.Name, err = fault.Words("name", in.Name, longestLine); err != nil {
		return in, err
	}
	if in.Text, err = fault.Words("text", in.Text, longestBody); err != nil {
		return in, err
	}
	if in.About, err = fault.Text("about", in.About, longestNote); err != nil {
		return in, err
	}
	if in.Source, err = fault.Text("source", in.Source, longestLine); err != nil {
		return in, err
	}
	in.Reason, err = fault.Words("reason", in.Reason, longestNote)
	return in, err
}

// AddOwn adds a licence for the viewer's organisation and all below. An id that counts for
// it already, whoever keeps it, is refused.
func (s *Service) AddOwn(ctx context.Context, in OwnInput) (err error) {
	defer fault.Wrap(&err, "add own licence %q", in.ID)
	if in, err = in.checked(); err != nil {
		return err
	}
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("licence.own.add", in.ID), func(tx *db.Tx) error {
		all, err := s.store.own(ctx, tx, v.Org, in.ID)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			return fault.At("id", "licence.own.taken", in.ID)
		}
		tx.Act.Diff = change.Added(in, "text")
		return s.store.addOwn(ctx, tx, v.Org, 1, in)
	})
}

// ChangeOwn makes a new version of one that the viewer's organisation keeps.
func (s *Service) ChangeOwn(ctx context.Context, in OwnInput) (err error) {
	defer fault.Wrap(&err, "change own licence %q", in.ID)
	if in, err = in.checked(); err != nil {
		return err
	}
	v := door.From(ctx)
	act := v.Act("licence.own.change", in.ID)
	if in.Retired {
		act = v.Act("licence.own.retire", in.ID)
	}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		all, err := s.store.own(ctx, tx, v.Org, in.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Own) bool { return o.Org == v.Org })
		if i < 0 {
			if len(all) > 0 {
				return fault.New(fault.Forbidden, "licence.own.foreign", in.ID)
			}
			return notFound()
		}
		tx.Act.Diff = change.Between(all[i].OwnInput, in, "reason")
		return s.store.addOwn(ctx, tx, v.Org, all[i].Version+1, in)
	})
}

// OwnLicences lists the present versions of the own licences that count for the viewer's
// organisation or that one below it keeps, by name.
func (s *Service) OwnLicences(ctx context.Context) ([]Own, error) {
	return s.store.own(ctx, s.store.db.Read(), door.From(ctx).Org, "")
}

// ownIDs gives for each id the one that counts for the viewer: its own, else that of the
// nearest above, else one of those below.
func (s *Service) ownIDs(ctx context.Context) (map[string]Own, error) {
	all, err := s.OwnLicences(ctx)
	out := make(map[string]Own, len(all))
	for _, o := range all { // the nearest first
		if _, nearer := out[o.ID]; !nearer {
			out[o.ID] = o
		}
	}
	return out, err
}

// OwnVersions lists what an own licence has been, the present version first.
func (s *Service) OwnVersions(ctx context.Context, id string) ([]Own, error) {
	own, err := s.ownIDs(ctx)
	if err != nil {
		return nil, err
	}
	o, ok := own[id]
	if !ok {
		return nil, notFound()
	}
	return s.store.ownVersions(ctx, door.From(ctx).Org, o.Org, id)
}

// Classes gives the class of each own licence that counts for the viewer, by id.
func (s *Service) Classes(ctx context.Context) (map[string]spdx.Class, error) {
	own, err := s.ownIDs(ctx)
	out := make(map[string]spdx.Class, len(own))
	for id, o := range own {
		out[id] = o.Class
	}
	return out, err
}
