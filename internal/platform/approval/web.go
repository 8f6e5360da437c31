// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// Nav is the desk's line of the navigation.
var Nav = web.Entry{Side: web.Steer, Key: "approval.nav", Href: "/approval", Permit: "approval.read"}

// Pages are the pages on which acts wait and are decided.
func (d *Desk) Pages() []web.Page {
	const read = "approval.read"
	return []web.Page{
		web.Show("GET /approval", read, "list.html", d.listPage),
		web.Show("GET /approval/{proposal}", read, "proposal.html", d.showPage),
		web.Form("POST /approval/{proposal}/approve", read, "proposal.html", d.approvePage),
		web.Form("POST /approval/{proposal}/refuse", read, "proposal.html", d.refusePage),
		web.Do("POST /approval/{proposal}/withdraw", read, d.withdraw),
	}
}

// ListPage lists what waits and what was decided.
type ListPage struct {
	Proposals []Row
	Count     int
	Waits     bool // only what waits is shown
	All       bool
	States    []web.Choice
	Pager     web.Pager
}

// day writes a fact that is a day as its reader does; all others stay as they are.
func day(tongue, value string) string {
	if t, err := time.Parse(time.DateOnly, value); err == nil {
		return lang.Date(tongue, t)
	}
	return value
}

// row is a proposal as a reader sees it.
func (d *Desk) row(tongue string, p Proposal) Row {
	p.Facts = slices.Clone(p.Facts)
	for i := range p.Facts {
		p.Facts[i].Value = day(tongue, p.Facts[i].Value)
	}
	return Row{p, d.Key(p.What)}
}

// A Row is a proposal with what it is called.
type Row struct {
	Proposal
	Key string // text key of the act
}

// mostBrief is how many facts of a proposal a list shows; its page has all.
const mostBrief = 4

// Brief are the first facts.
func (r Row) Brief() []Fact { return r.Facts[:min(len(r.Facts), mostBrief)] }

// More is how many facts there are besides.
func (r Row) More() int { return max(0, len(r.Facts)-mostBrief) }

var states = []string{"pending", "approved", "refused", "withdrawn", "lapsed"}

func (d *Desk) listPage(r *http.Request) (p ListPage, err error) {
	ctx, l := r.Context(), web.ReadListing(r, "-proposed")
	f := Sieve{State: l.Get("state"), Size: l.Size}
	if after, some, err := keyset.Values(l.After, 1); err != nil {
		return p, err
	} else if some {
		f.After = after[0]
	}
	switch {
	case f.State == anyState:
		f.State = ""
	case !slices.Contains(states, f.State):
		f.State = "pending"
	}
	all, count, more, err := d.Page(ctx, f)
	if err != nil {
		return p, err
	}
	p = ListPage{Count: count, Waits: f.State == "pending", All: f.State == ""}
	for _, one := range all {
		if told, err := d.told(ctx, one); err == nil {
			one = told
		} else { // one that cannot be put in words hides no other; it keeps those that both read
			slog.ErrorContext(ctx, "a proposal cannot be put in words", "proposal", one.ID, "err", err)
		}
		p.Proposals = append(p.Proposals, d.row(door.From(ctx).Lang, one))
	}
	if more {
		p.Pager = l.Pager(true, all[len(all)-1].ID)
	} else {
		p.Pager = l.Pager(false)
	}
	for _, s := range states {
		p.States = append(p.States, web.Choice{Value: s, Label: s, Chosen: s == f.State})
	}
	return p, nil
}

// anyState is the filter for proposals in whatever state.
const anyState = "all"

// told is a proposal with its facts in the reader's words. What it is about may not be there any
// more, or not for them: then they read what was shown to both.
func (d *Desk) told(ctx context.Context, p Proposal) (Proposal, error) {
	k := d.kinds[p.What]
	if k.Tell == nil {
		return p, nil
	}
	facts, err := k.Tell(ctx, p)
	if err != nil && fault.Of(err) == fault.NotFound {
		return p, nil
	}
	p.Facts = facts
	return p, err
}

// Key is the text key of what an act is called.
func (d *Desk) Key(what string) string {
	if k, ok := d.kinds[what]; ok {
		return k.Key
	}
	return "approval.other"
}

// ShowPage is one proposal, as who made it and who decides it see it.
type ShowPage struct {
	Row
	May, Own bool
	Hindered *fault.Error // why the viewer cannot decide it
	Able     []string     // who can
	Called   string       // what they must be allowed to, in words
	Wants    string       // who else has to agree; empty where the permission says enough
	Waits    bool
	Typed    string
}

func (d *Desk) showPage(r *http.Request) (p ShowPage, err error) {
	ctx := r.Context()
	one, err := d.Proposal(ctx, r.PathValue("proposal"))
	if err != nil {
		return p, err
	}
	if one, err = d.told(ctx, one); err != nil {
		return p, err
	}
	p = ShowPage{Row: d.row(door.From(ctx).Lang, one), Own: one.Proposer == door.From(ctx).Human(), Waits: one.State == "pending"}
	if p.Called = p.Permit; d.Called != nil {
		p.Called = d.Called(ctx, p.Permit)
	}
	hindered := d.Check(ctx, one)
	if p.May = hindered == nil; !p.May && p.Waits {
		p.Hindered = fault.Say(hindered)[0]
	}
	if p.Waits && d.Able != nil {
		if p.Able, err = d.Able(ctx, one); err != nil {
			return p, err
		}
	}
	if k := d.kinds[one.What]; p.Waits && k.Wants != nil {
		p.Wants, err = k.Wants(ctx, one)
	}
	if p.Hindered != nil && d.Texts != nil && d.Texts.Fault(door.From(ctx).Lang, p.Hindered) == p.Wants {
		p.Hindered = nil // said once
	}
	return p, err
}

func (d *Desk) approvePage(r *http.Request) (ShowPage, string, error) {
	return d.decidePage(r, d.Approve)
}

func (d *Desk) refusePage(r *http.Request) (ShowPage, string, error) {
	return d.decidePage(r, d.Refuse)
}

func (d *Desk) decidePage(r *http.Request, decide func(ctx context.Context, id, note string) error) (ShowPage, string, error) {
	p, err := d.showPage(r)
	if err != nil {
		return p, "", err
	}
	p.Typed = r.PostFormValue("note")
	return p, "/approval/" + p.ID, decide(r.Context(), p.ID, p.Typed)
}

func (d *Desk) withdraw(r *http.Request) (string, error) {
	id := r.PathValue("proposal")
	return "/approval/" + id, d.Withdraw(r.Context(), id)
}

// Ops are the operations on the desk. Programs read; persons decide.
func (d *Desk) Ops() []api.Op {
	return []api.Op{
		api.Get("approval-proposals", "/approval/proposals", "approval.read", "Acts that wait for a second person, or did", d.apiList),
		api.Get("approval-proposal", "/approval/proposals/{proposal}", "approval.read", "One act that waits for a second person, or did", d.apiShow),
		api.Post("approval-approve", "/approval/proposals/{proposal}/approve", "approval.read", "Approve it as the second person; not with a token", d.apiApprove),
		api.Post("approval-refuse", "/approval/proposals/{proposal}/refuse", "approval.read", "Refuse it as the second person, with a reason; not with a token", d.apiRefuse),
	}
}

func (d *Desk) apiList(ctx context.Context, in struct {
	State string `query:"state" doc:"pending, approved, refused, withdrawn or lapsed."`
}) (api.List[Proposal], error) {
	all, err := d.List(ctx, in.State)
	return api.List[Proposal]{Items: append([]Proposal{}, all...)}, err
}

func (d *Desk) apiShow(ctx context.Context, in struct {
	Proposal string `path:"proposal"`
}) (Proposal, error) {
	return d.Proposal(ctx, in.Proposal)
}

type decision struct {
	Proposal string `path:"proposal"`
	Body     struct {
		Note string `json:"note,omitempty" doc:"What the second person says to it; needed for refusing." maxLength:"2000"`
	}
}

func (d *Desk) apiApprove(ctx context.Context, in decision) (Proposal, error) {
	if err := d.Approve(ctx, in.Proposal, in.Body.Note); err != nil {
		return Proposal{}, err
	}
	return d.Proposal(ctx, in.Proposal)
}

func (d *Desk) apiRefuse(ctx context.Context, in decision) (Proposal, error) {
	if err := d.Refuse(ctx, in.Proposal, in.Body.Note); err != nil {
		return Proposal{}, err
	}
	return d.Proposal(ctx, in.Proposal)
}
