// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"cmp"
	"context"
	"regexp"
	"strconv"
	"strings"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// inForce is the catalogue that a new paper of an organisation is written with.
func (s *Service) inForce(ctx context.Context, org ospo.OrgID) (market.Catalogue, error) {
	if s.Library == nil {
		return market.Shipped(), nil
	}
	v := door.From(ctx)
	org = cmp.Or(org, v.Org)
	ok, err := s.store.sees(ctx, v.Org, org)
	if err != nil {
		return market.Catalogue{}, err
	}
	if !ok {
		org = v.Org // it is refused where the paper is put
	}
	return s.Library(ctx, org)
}

// pinned is the catalogue that a paper was written with. Of those that shipped the program
// has the last: it stands in for older ones, and for papers older than editions.
func (s *Service) pinned(ctx context.Context, org ospo.OrgID, p *market.Pin) (market.Catalogue, error) {
	c := market.Shipped()
	if p == nil || p.Names(c) || s.Edition == nil {
		return c, nil
	}
	found, err := s.Edition(ctx, org, *p)
	if fault.Of(err) == fault.NotFound {
		return c, nil
	}
	return found, err
}

// taken is the catalogue for a draft that is written anew: its own, or the one in force where
// that was asked for.
func (s *Service) taken(ctx context.Context, org ospo.OrgID, own market.Catalogue, renew bool) (market.Catalogue, error) {
	if !renew {
		return own, nil
	}
	return s.inForce(ctx, org)
}

// origin says where a copy is from: the entry, and the edition of the catalogue.
func origin(c market.Catalogue, x market.Choice) string {
	return x.ID + " (" + c.ID + " " + strconv.Itoa(c.Version) + ")"
}

// originText is what origin writes.
var originText = regexp.MustCompile(`^(\S+) \((\S+) (\d+)\)$`)

// copied says in words where a copy is from; what origin did not write stays as it is. A form can say
// anything: an entry is named where one of the known catalogues has it, and no other is looked up.
func copied(ctx context.Context, known []market.Catalogue, from string) string {
	m := originText.FindStringSubmatch(from)
	if m == nil {
		return from
	}
	version, _ := strconv.Atoi(m[3]) // one that is none is found nowhere
	words := say(ctx, "procurement.copied", lang.Edition(tongue(ctx), version))
	for _, c := range known {
		if c.ID != m[2] || c.Version != version {
			continue
		}
		for _, x := range c.Pick(m[1]) {
			return words + ": " + x.Name.In(tongue(ctx))
		}
	}
	return words
}

// known are the catalogues whose entries are named to whoever reads a paper of an organisation: the
// one in force there, and the one that comes with the program.
func (s *Service) known(ctx context.Context, org ospo.OrgID) ([]market.Catalogue, error) {
	c, err := s.inForce(ctx, org)
	return []market.Catalogue{c, market.Shipped()}, err
}

// copies says of the rows of a form where they are from.
func (s *Service) copies(ctx context.Context, p *Sheet, field string, rows []int) (map[int]string, error) {
	known, err := s.known(ctx, ospo.OrgID(p.V("org")))
	out := map[int]string{}
	for _, n := range rows {
		out[n] = copied(ctx, known, p.V(field, n))
	}
	return out, err
}

// takes reports whether entries are to be copied into a form.
func (s *Sheet) takes() bool { return s.Is("do", "take") }

// take hands each entry that is ticked to put with a free row, and unticks it.
func (s *Sheet) take(all []market.Choice, used, most int, put func(row int, x market.Choice)) {
	row := used
	for _, x := range all {
		if !s.Is("take", x.ID, "yes") {
			continue
		}
		if row++; row > most {
			s.wrong(fault.At(name("take", x.ID), "procurement.take_full", most))
			return
		}
		put(row, x)
		s.set("", "take", x.ID)
	}
	if row == used && len(all) > 0 {
		s.wrong(fault.At(name("take", all[0].ID), "procurement.take_none"))
	}
}

// scaleText writes a scale as the form takes it.
func scaleText(tongue string, all []market.Anchor) string {
	var lines []string
	for _, a := range all {
		lines = append(lines, strconv.Itoa(a.Points)+": "+a.Text.In(tongue))
	}
	return strings.Join(lines, "\n")
}
