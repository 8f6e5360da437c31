// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// A hall is a desk at which gates are opened, in a city with an office below it; another city
// stands beside it. Cleo proposes, Dora deputises for her, Gisa is independent.
type hall struct {
	*Desk
	t    *testing.T
	d    *db.DB
	late time.Duration
	open []string // gates that were opened, with who proposed it
	stop error    // why a gate cannot be opened at present
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{Desk: New(d), t: t, d: d}
	d.Now = func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC).Add(h.late) }
	// The tree of organisations belongs to another; who may see what is asked of its views.
	err := d.Keep(t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{
			`CREATE TABLE governance_org_view (id TEXT NOT NULL, name TEXT NOT NULL)`,
			`CREATE TABLE governance_scope_view (root TEXT NOT NULL, org TEXT NOT NULL)`,
			`CREATE TABLE governance_person_view (id TEXT NOT NULL, name TEXT NOT NULL)`,
			`INSERT INTO governance_org_view (id, name) VALUES ('stadt', 'Stadt'), ('bauamt', 'Bauamt'), ('anderstadt', 'Anderstadt')`,
			`INSERT INTO governance_scope_view (root, org) VALUES ('stadt', 'stadt'), ('stadt', 'bauamt'), ('bauamt', 'bauamt'), ('anderstadt', 'anderstadt')`,
			`INSERT INTO governance_person_view (id, name) VALUES ('cleo', 'Cleo'), ('gisa', 'Gisa')`,
		} {
			if _, err := tx.ExecContext(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, d.Migrate(t.Context(), "approval", Files)); err != nil {
		t.Fatal(err)
	}
	h.Apart = func(_ context.Context, one, other ospo.PersonID) error {
		if one == "cleo" && other == "dora" || one == "dora" && other == "cleo" {
			return fault.New(fault.Forbidden, "approval.deputy")
		}
		return nil
	}
	h.Handle("gate.open", Kind{Key: "approval.other", Permit: "gate.approve", Do: func(_ context.Context, tx *db.Tx, p Proposal) error {
		var gate string
		if err := json.Unmarshal(p.Body, &gate); err != nil || h.stop != nil {
			return errors.Join(err, h.stop)
		}
		h.open = append(h.open, gate+" for "+string(tx.Act.Person))
		return nil
	}})
	return h
}

// who is a person who may everything in an organisation.
func who(person ospo.PersonID, org ospo.OrgID) door.Viewer {
	return door.Viewer{Org: org, Person: person, Grants: []string{"*"}, Lang: "de", Door: "web"}
}

func (h *hall) as(v door.Viewer) context.Context { return door.With(h.t.Context(), v) }

// propose lets Cleo propose to open a gate of the office.
func (h *hall) propose(gate string) string {
	h.t.Helper()
	id, err := h.Propose(h.as(who("cleo", "stadt")), "bauamt", "gate.open", gate, gate, "Lieferung", Fact{"approval.what", gate})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *hall) entries(like string) int {
	h.t.Helper()
	n, err := db.Count(h.t.Context(), h.d.Read(), `SELECT count(*) FROM log_entry_view WHERE what LIKE $1`, like)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Say(err)[0].Key
}

// A gate opens once somebody else approves: in the same transaction, in the name of who
// proposed it, and the log has both. What was read is what was stored.
func TestASecondPersonApproves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id := h.propose("Nordtor")
		p, err := h.Proposal(h.as(who("gisa", "stadt")), id)
		if err != nil || p.State != "pending" || p.OrgName != "Bauamt" || p.ProposerName != "Cleo" || p.Permit != "gate.approve" || len(p.Facts) != 1 || p.Facts[0].Value != "Nordtor" || p.Reason != "Lieferung" {
			t.Fatalf("%+v, %v", p, err)
		}
		if n, err := h.Waiting(h.as(who("gisa", "stadt"))); err != nil || n != 1 {
			t.Errorf("%d wait for Gisa, %v", n, err)
		}
		if n, err := h.Waiting(h.as(who("cleo", "stadt"))); err != nil || n != 0 {
			t.Errorf("%d wait for Cleo, who proposed it, %v", n, err)
		}
		if err := h.Approve(h.as(who("gisa", "stadt")), id, " in Ordnung "); err != nil {
			t.Fatal(err)
		}
		if len(h.open) != 1 || h.open[0] != "Nordtor for cleo" {
			t.Errorf("open: %v", h.open)
		}
		p, err = h.Proposal(h.as(who("cleo", "stadt")), id)
		if err != nil || p.State != "approved" || p.DeciderName != "Gisa" || p.Note != "in Ordnung" || p.Decided.IsZero() {
			t.Errorf("%+v, %v", p, err)
		}
		if h.entries("gate.open") != 1 || h.entries("approval.propose") != 1 || h.entries("approval.approve") != 1 {
			t.Error("the log wants the proposal, the act and the approval, each once")
		}
		for what, err := range map[string]error{"approved": h.Approve(h.as(who("gisa", "stadt")), id, ""), "refused": h.Refuse(h.as(who("gisa", "stadt")), id, "doch nicht"), "withdrawn": h.Withdraw(h.as(who("cleo", "stadt")), id)} {
			if key(err) != "approval.decided" {
				t.Errorf("%s once more: %v", what, err)
			}
		}
	})
}

// Nobody opens it alone: not Cleo, not by a token of hers, not her deputy, no program at all,
// nobody without the permission; a foreign city finds nothing. Nothing is left of the attempts.
func TestNobodyIsTheirOwnSecond(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id := h.propose("Nordtor")
		token := func(behind ospo.PersonID) door.Viewer {
			return door.Viewer{Org: "stadt", Person: "token:1", Behind: behind, Grants: []string{"*"}, Door: "api"}
		}
		weak := who("gisa", "stadt")
		weak.Grants = []string{"*.read"}
		for name, tt := range map[string]struct {
			v    door.Viewer
			want string
		}{
			"Cleo herself":                {who("cleo", "stadt"), "approval.self"},
			"her token":                   {token("cleo"), "approval.program"},
			"her deputy":                  {who("dora", "stadt"), "approval.deputy"},
			"a token of somebody else":    {token("gisa"), "approval.program"},
			"a token of the command line": {door.Viewer{Org: "stadt", Person: "token:2", Grants: []string{"*"}, Door: "api"}, "approval.program"},
			"who lacks the permission":    {weak, "fault.forbidden"},
			"nobody":                      {door.Viewer{Org: "stadt"}, "fault.sign_in"},
			"a foreign city":              {who("eve", "anderstadt"), "fault.not_found"},
		} {
			if err := h.Approve(h.as(tt.v), id, ""); key(err) != tt.want {
				t.Errorf("%s approves: %v, want %s", name, err, tt.want)
			}
			if err := h.Refuse(h.as(tt.v), id, "nein"); key(err) != tt.want {
				t.Errorf("%s refuses: %v, want %s", name, err, tt.want)
			}
		}
		if p, err := h.Proposal(h.as(who("gisa", "stadt")), id); err != nil || p.State != "pending" || len(h.open) != 0 {
			t.Errorf("%s, %v, open: %v", p.State, err, h.open)
		}
		if h.entries("approval.propose") != 1 || h.entries("approval.approve") != 0 || h.entries("approval.refuse") != 0 || h.entries("gate.%") != 0 {
			t.Error("a refused attempt stands in the log as if it had been one")
		}
		// What a token of Cleo's proposes is Cleo's own.
		byToken, err := h.Propose(h.as(token("cleo")), "stadt", "gate.open", "Südtor", "Südtor", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Approve(h.as(who("cleo", "stadt")), byToken, ""); key(err) != "approval.self" {
			t.Errorf("her token proposes and she approves: %v", err)
		}
	})
}

// One thing waits once. What nobody decides in time lapses and makes room; what became
// impossible meanwhile leaves the approval undone; what the program no longer knows stays.
func TestProposalsThatTimeOvertakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		gisa := h.as(who("gisa", "stadt"))
		id := h.propose("Nordtor")
		if _, err := h.Propose(h.as(who("dora", "stadt")), "bauamt", "gate.open", "Nordtor", "Nordtor", ""); key(err) != "approval.waits" {
			t.Errorf("proposed twice: %v", err)
		}
		h.stop = fault.New(fault.Conflict, "approval.unknown", "Nordtor")
		if err := h.Approve(gisa, id, ""); key(err) != "approval.unknown" {
			t.Errorf("the impossible is approved: %v", err)
		}
		if p, err := h.Proposal(gisa, id); err != nil || p.State != "pending" || h.entries("approval.approve") != 0 {
			t.Errorf("after an approval that failed it is %s, %v", p.State, err)
		}
		h.stop, h.late = nil, Life+time.Second
		if p, err := h.Proposal(gisa, id); err != nil || p.State != "lapsed" {
			t.Errorf("after thirty days it is %s, %v", p.State, err)
		}
		if err := h.Approve(gisa, id, ""); key(err) != "approval.decided" || len(h.open) != 0 {
			t.Errorf("approved after thirty days: %v, open: %v", err, h.open)
		}
		if n, err := h.Waiting(gisa); err != nil || n != 0 {
			t.Errorf("%d wait after thirty days, %v", n, err)
		}
		again := h.propose("Nordtor")
		if err := h.Approve(gisa, again, ""); err != nil || len(h.open) != 1 {
			t.Errorf("proposed anew: %v, open: %v", err, h.open)
		}
		third := h.propose("Osttor")
		delete(h.kinds, "gate.open")
		if err := h.Approve(gisa, third, ""); key(err) != "approval.unknown" {
			t.Errorf("an act that the program does not know: %v", err)
		}
	})
}

// Refusing wants a reason, withdrawing is for who proposed it; both leave the gate shut.
func TestRefusingAndWithdrawing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		gisa, cleo := h.as(who("gisa", "stadt")), h.as(who("cleo", "stadt"))
		one, two := h.propose("Nordtor"), h.propose("Osttor")
		if err := h.Refuse(gisa, one, "  "); key(err) != "approval.note_missing" {
			t.Errorf("refused without a reason: %v", err)
		}
		if err := h.Refuse(gisa, one, strings.Repeat("ä", longest+1)); key(err) != "approval.note_long" {
			t.Errorf("an endless reason: %v", err)
		}
		if err := h.Refuse(gisa, one, "Tor ist defekt"); err != nil {
			t.Fatal(err)
		}
		if err := h.Withdraw(gisa, two); key(err) != "approval.not_yours" {
			t.Errorf("Gisa withdraws what Cleo proposed: %v", err)
		}
		if err := h.Withdraw(h.as(who("eve", "anderstadt")), two); key(err) != "fault.not_found" {
			t.Errorf("a foreign city withdraws it: %v", err)
		}
		if err := h.Withdraw(cleo, two); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]string{one: "refused", two: "withdrawn"} {
			if p, err := h.Proposal(gisa, id); err != nil || p.State != want {
				t.Errorf("%s, %v, want %s", p.State, err, want)
			}
		}
		if len(h.open) != 0 || h.entries("gate.%") != 0 {
			t.Errorf("open: %v", h.open)
		}
		h.propose("Westtor")
		all, err := h.List(gisa, "")
		if err != nil || len(all) != 3 || all[0].State != "pending" {
			t.Errorf("%d are listed, %v; what waits comes first", len(all), err)
		}
		if only, err := h.List(gisa, "refused"); err != nil || len(only) != 1 || only[0].Note != "Tor ist defekt" {
			t.Errorf("refused: %+v, %v", only, err)
		}
		if foreign, err := h.List(h.as(who("eve", "anderstadt")), ""); err != nil || len(foreign) != 0 {
			t.Errorf("a foreign city finds %d, %v", len(foreign), err)
		}
		for _, bad := range []string{"", "x", strings.Repeat("x", 36), one + "\x00"} {
			if _, err := h.Proposal(gisa, bad); key(err) != "fault.not_found" {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}

// The page says to each what they can do: Gisa decides, Cleo reads why she cannot.
func TestThePageOfAProposal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		site := webtest.New(t, []fs.FS{Files}, Files, h.Pages(), h.Ops())
		path := "/approval/" + h.propose("Nordtor")
		if status, body := site.As(who("cleo", "stadt")).Get(path); status != 200 || !strings.Contains(body, "Das haben Sie selbst vorgeschlagen") || strings.Contains(body, path+"/approve") || !strings.Contains(body, path+"/withdraw") {
			t.Errorf("Cleo reads %d", status)
		}
		if status, body := site.As(who("gisa", "stadt")).Get(path); status != 200 || !strings.Contains(body, "Nordtor") || !strings.Contains(body, path+"/approve") || strings.Contains(body, path+"/withdraw") {
			t.Errorf("Gisa reads %d", status)
		}
		if status, _ := site.As(who("eve", "anderstadt")).Get(path); status != 404 {
			t.Errorf("a foreign city reads %d", status)
		}
		if status, body := site.As(who("gisa", "stadt")).Post(path+"/refuse", map[string][]string{"note": {""}}); status != 422 || !strings.Contains(body, "warum Sie ablehnen") {
			t.Errorf("refused without a reason: %d", status)
		}
		if status, to := site.As(who("gisa", "stadt")).Post(path+"/approve", map[string][]string{"note": {"gut"}}); status != 303 || to != path || len(h.open) != 1 {
			t.Errorf("approved: %d %s, open: %v", status, to, h.open)
		}
	})
}
