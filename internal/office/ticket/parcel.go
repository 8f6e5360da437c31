// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/filetype"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/outgoing"
)

// A Parcel is a file that came with an article or a mail, on its way to the files of the case.
type Parcel struct {
	ID     string
	Org    ospo.OrgID
	Matter string
	System string
	Source string // "article/7/206" or "mail/0f3a…/2"
	Who    string // sent it, as the system there says
	Name   string
	Size   int64  // as the system there says; 0 where it says nothing
	Why    string // sentence: why it is not taken

	Stated  string // of a mail without proof: "let", "held" or "named"; else empty
	Attempt int    // how often it could not be had
	Created string
}

// A Delivery is a parcel with what is in it.
type Delivery struct {
	Org    ospo.OrgID
	Matter string
	Who    string
	Name   string
	Data   []byte
	Spare  int    // places beside the case that it leaves free
	Tongue string // in which a refusal is told
}

// Files is what the room needs of the files of cases.
type Files struct {
	// Most is how many bytes one may have.
	Most func() int64
	// Receive puts one beside a case, by the rules that hold for all; taken is done in the same
	// transaction. What is refused comes back as a sentence.
	Receive func(ctx context.Context, d Delivery, taken func(ctx context.Context, tx *db.Tx) error) (refused string, err error)
	// Of lists those of a case that the viewer sees.
	Of func(ctx context.Context, matter string) ([]Kept, error)
	// Content is one of a case, for whoever is told of it; a fault of the kind Upstream says that it is not
	// handed out yet.
	Content func(ctx context.Context, org ospo.OrgID, matter, file string) (File, error)
}

// mostParcels bounds how many files of one article or mail are handed in: beside no case lie more.
const mostParcels = 200

// expect has files fetched that came with an article or a mail, within the transaction in which that is
// taken into the case. Those that are known change nothing.
func (s *Service) expect(ctx context.Context, tx *db.Tx, all []Parcel) error {
	if len(all) == 0 || s.Files.Receive == nil {
		return nil
	}
	for _, p := range all[:min(len(all), mostParcels)] {
		p.ID = db.NewID()
		if err := s.store.addParcel(ctx, tx, p); err != nil {
			return err
		}
	}
	return s.collect(ctx, tx, post{all[0].Org, all[0].Matter, all[0].System})
}

func (s *Service) collect(ctx context.Context, tx *db.Tx, p post) error {
	_, err := s.jobs.Enqueue(ctx, tx, "ticket.files", p, "ticket.files "+p.Matter+" "+p.System)
	return err
}

// parcels are the files of an article.
func (a article) parcels(l Link, who string) (out []Parcel) {
	for _, f := range a.Files {
		if f.Preferences.Original { // the same as the article says, as it came
			continue
		}
		name := filetype.Clean(f.Name)
		size, _ := strconv.ParseInt(fmt.Sprint(f.Size), 10, 64) // a hint: what comes is bounded
		out = append(out, Parcel{Org: l.Org, Matter: l.Matter, System: l.System, Source: fmt.Sprintf("article/%d/%d", a.ID, f.ID), Who: who, Name: name, Size: size})
	}
	return out
}

// parcels are the files of a mail.
func (m Mail) parcels(matter string) (out []Parcel) {
	for i, name := range m.Files {
		out = append(out, Parcel{Org: m.Org, Matter: matter, System: m.System, Source: fmt.Sprintf("mail/%s/%d", m.ID, i), Who: m.Who(), Name: name})
	}
	return out
}

// fetch hands the files in that wait for one case. Those that are refused are named in the case, with
// the reason; where they came from they stay.
func (s *Service) fetch(ctx context.Context, run *job.Run) error {
	var p post
	if err := run.Args(&p); err != nil {
		return err
	}
	for {
		all, err := s.store.parcels(ctx, p)
		if err != nil {
			return err
		}
		settled, failed, err := s.round(ctx, p, all)
		if err != nil {
			return err
		}
		if settled == 0 || len(all) < mostParcels {
			return errorOr(s.nameHeld(ctx, p), failed)
		}
	}
}

// A file that cannot be had holds up no other; after so many in a row it is the other side that is away. One
// is given up when it was tried often and for long: longer than the other side is away for a week.
const (
	mostInARow = 5
	mostTries  = 10
	patience   = 7 * 24 * time.Hour
)

// round hands some in. failed is why the last one of those that wait on could not be had.
func (s *Service) round(ctx context.Context, p post, all []Parcel) (settled int, failed, err error) {
	var refused []Parcel
	row := 0
	for _, one := range all {
		why, missed := s.hand(ctx, one)
		if missed != nil && ctx.Err() == nil {
			why, err = s.miss(ctx, one)
		}
		if err = errorOr(err, ctx.Err()); err != nil {
			break
		}
		if row++; missed == nil {
			row = 0
		}
		if one.Why = why; why != "" {
			refused = append(refused, one)
		}
		if missed == nil || why != "" {
			settled++
		} else if failed = missed; row == mostInARow {
			break
		}
	}
	return settled, failed, errorOr(s.report(context.WithoutCancel(ctx), p, "ticket.says.refused", refused, s.store.refused), err)
}

// miss counts that a file could not be had. It returns the sentence that says so where that is for good.
func (s *Service) miss(ctx context.Context, p Parcel) (why string, err error) {
	if p.Attempt++; p.Attempt >= mostTries && s.store.db.Now().Sub(db.Time(p.Created)) > patience {
		tongue, err := s.tongueOf(ctx, p)
		return texts().T(tongue, "ticket.parcel.given_up", p.Name, p.Attempt), err
	}
	return "", s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.missedParcel(ctx, tx, p) })
}

// hand hands one in.
func (s *Service) hand(ctx context.Context, p Parcel) (refused string, err error) {
	tongue, err := s.tongueOf(ctx, p)
	if err != nil {
		return "", err
	}
	data, err := s.unpack(ctx, p)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.Upstream {
		return texts().Say(tongue, err), nil
	}
	if err != nil {
		return "", err
	}
	d := Delivery{Org: p.Org, Matter: p.Matter, Who: p.Who, Name: p.Name, Data: data, Tongue: tongue}
	if p.Stated != "" {
		d.Spare = spare
	}
	refused, err = s.Files.Receive(ctx, d, func(ctx context.Context, tx *db.Tx) error {
		return s.store.settleParcel(ctx, tx, p, "taken")
	})
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Key == "ticket.parcel.settled" { // somebody was faster
		return "", nil
	}
	return refused, err
}

// unpack returns what a file holds. A fault of another kind than Upstream is for good.
func (s *Service) unpack(ctx context.Context, p Parcel) ([]byte, error) {
	if most := s.Files.Most(); p.Size > most {
		return nil, fault.New(fault.TooLarge, "ticket.parcel.large", p.Name, megabytes(p.Size), megabytes(most))
	}
	kind, rest, _ := strings.Cut(p.Source, "/")
	one, last, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(last)
	if err != nil {
		return nil, fmt.Errorf("parcel %s comes from %q", p.ID, p.Source)
	}
	if kind == "mail" {
		return s.unpackMail(ctx, p, one, n)
	}
	return s.unpackArticle(ctx, p, one, n)
}

func (s *Service) unpackMail(ctx context.Context, p Parcel, id string, n int) ([]byte, error) {
	m, err := s.store.mail(ctx, s.store.db.Read(), p.Org, id)
	if err != nil && fault.Of(err) != fault.NotFound {
		return nil, err
	}
	if err != nil || m.Sum == "" { // erased meanwhile
		return nil, fault.New(fault.NotFound, "ticket.parcel.gone", p.Name)
	}
	raw, err := s.box.Blobs.Get(m.Sum)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Because(err, fault.NotFound, "ticket.parcel.gone", p.Name)
	}
	if err != nil {
		return nil, err
	}
	data, whole := Attachment(raw, n)
	if !whole {
		return nil, fault.New(fault.Unreadable, "ticket.parcel.broken", p.Name)
	}
	return data, nil
}

func (s *Service) unpackArticle(ctx context.Context, p Parcel, article string, n int) ([]byte, error) {
	sys, ok := s.system(p.System)
	if !ok {
		return nil, fault.New(fault.Upstream, "ticket.system_gone", p.System)
	}
	l, err := s.store.link(ctx, s.store.db.Read(), p.Matter, p.System)
	if err != nil {
		return nil, err
	}
	z, err := s.zammad(ctx, sys)
	if err != nil {
		key, _ := why(err)
		return nil, fault.Because(err, fault.Upstream, key)
	}
	most := s.Files.Most()
	data, err := z.file(ctx, l.Ticket, article, n, most)
	a, answered := errors.AsType[*answerError](err)
	long, isLong := errors.AsType[*outgoing.LongError](err)
	switch {
	case err == nil:
		return data, nil
	case isLong:
		return nil, fault.Because(err, fault.TooLarge, "ticket.parcel.large", p.Name, megabytes(max(p.Size, long.Most+1)), megabytes(most))
	case answered && (a.status == 404 || a.status == 403 || a.status == 422):
		return nil, fault.Because(err, fault.NotFound, "ticket.parcel.gone", p.Name)
	}
	key, _ := why(err)
	return nil, fault.Because(err, fault.Upstream, key)
}

// report says in the case what became of files, in one go.
func (s *Service) report(ctx context.Context, p post, head string, all []Parcel, settle func(context.Context, *db.Tx, Parcel) error) error {
	if len(all) == 0 {
		return nil
	}
	tongue, err := s.tongueOf(ctx, all[0])
	if err != nil {
		return err
	}
	act := ospo.Act{Org: p.Org, Person: "system", What: "ticket.files", On: p.Matter, Door: "job"}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		lines := []string{texts().T(tongue, head)}
		for _, one := range all {
			if err := settle(ctx, tx, one); err != nil {
				return err
			}
			line := "– " + filetype.Clean(one.Name)
			if one.Why != "" {
				line += ": " + one.Why
			}
			lines = append(lines, line)
		}
		text, _ := short(strings.Join(lines, "\n"), longestSaid)
		return s.Overhear(ctx, tx, p.Org, p.Matter, Voice{Source: s.label(p.System), Name: "Allmende", Place: all[0].Who}, text)
	})
}

// tongueOf is the language of what is said in the case about a parcel.
func (s *Service) tongueOf(ctx context.Context, p Parcel) (string, error) {
	c, _, err := s.connection(ctx, p.Org, p.System)
	return c.Tongue, err
}
