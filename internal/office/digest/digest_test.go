// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/mail"
)

func TestPeriodsBeginInTheMorning(t *testing.T) {
	for _, tt := range []struct{ at, rhythm, want string }{
		{"2026-11-30T04:30:00Z", "weekly", "2026-W48"}, // 5:30 in Berlin: still last week
		{"2026-11-30T05:30:00Z", "weekly", "2026-W49"},
		{"2026-12-06T22:00:00Z", "weekly", "2026-W49"},
		{"2027-01-01T09:00:00Z", "weekly", "2026-W53"},
		{"2026-07-01T03:59:00Z", "daily", "2026-06-30"}, // 5:59 in summer
		{"2026-07-01T04:01:00Z", "daily", "2026-07-01"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := period(tt.rhythm, at); got != tt.want {
			t.Errorf("%s at %s is %s, want %s", tt.rhythm, tt.at, got, tt.want)
		}
	}
}

// One reader's trouble keeps nobody else from getting a letter, and is told; once it is over,
// that reader gets one, too, and nobody a second.
func TestOnesTroubleIsNotAnothers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gov, q, o := governance.New(d), job.New(d), mail.New(d)
		s := New(d, q)
		s.UseMail(o)
		if err := errors.Join(d.Migrate(t.Context(), "governance", gov.Room().Files), d.Migrate(t.Context(), "mail", mail.Files), d.Migrate(t.Context(), "digest", s.Room().Files)); err != nil {
			t.Fatal(err)
		}
		if _, err := gov.AddOrg(t.Context(), db.System("governance.org.add", ""), governance.Org{ID: "stadt", Name: "Stadt", Kind: "city"}); err != nil {
			t.Fatal(err)
		}
		var ids []ospo.PersonID
		for _, name := range []string{"ada", "bert"} {
			id, err := gov.AddPerson(t.Context(), db.System("governance.person.add", ""), governance.Person{Org: "stadt", Name: name, Login: name + "@stadt.example", Level: "reader"})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		trouble := true
		s.Holds = func(context.Context, ospo.PersonID) (bool, error) { return true, nil }
		s.Places = func(_ context.Context, p ospo.PersonID) ([]door.Viewer, error) {
			return []door.Viewer{{Org: "stadt", Person: p}, {Org: "stadt", Person: p}}, nil // twice the same matter is one
		}
		s.Sources = []Source{{Key: "job", Ask: func(ctx context.Context) (out []ospo.Matter, err error) {
			if trouble && door.From(ctx).Person == ids[0] {
				return nil, errors.New("broken")
			}
			for i := range most + 2 {
				out = append(out, ospo.Matter{Kind: "job.task", Text: strings.Repeat("x", i+1), Link: "/job/" + strings.Repeat("x", i+1)})
			}
			return out, nil
		}}}
		count := func() int {
			n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM mail_letter WHERE kind = 'digest.letter' AND content LIKE '%digest.more%'`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n, err := s.SendAll(t.Context()); err == nil || !strings.Contains(err.Error(), "broken") || n != 1 || count() != 1 {
			t.Errorf("%d letters, %d in the outbox, %v", n, count(), err)
		}
		trouble = false
		if n, err := s.SendAll(t.Context()); err != nil || n != 1 || count() != 2 {
			t.Errorf("%d letters, %d in the outbox, %v", n, count(), err)
		}
		if n, err := s.SendAll(t.Context()); err != nil || n != 0 || count() != 2 {
			t.Errorf("%d letters, %d in the outbox, %v", n, count(), err)
		}
	})
}
