// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/obligation"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// States are what can be said of a duty, in the order in which they are offered.
var States = []string{"open", "acknowledged", "fulfilled", "not_applicable", "deferred", "escalated"}

// A Decision is what somebody said of a duty of a release.
type Decision struct {
	ID       string          `json:"id"`
	Org      ospo.OrgID      `json:"org,omitempty" doc:"That decided; absent: one above the viewer's."`
	Release  ospo.ReleaseID  `json:"release" doc:"For which it was decided."`
	Version  string          `json:"version" doc:"Of that release."`
	Software ospo.SoftwareID `json:"software"`
	Duty     string          `json:"duty"`
	Contexts []ospo.Context  `json:"contexts" doc:"In which the duty arose then. It holds in these only."`
	State    string          `json:"state" enum:"open,acknowledged,fulfilled,not_applicable,deferred,escalated"`
	Reason   string          `json:"reason,omitempty"`
	Evidence string          `json:"evidence,omitempty"`
	Link     string          `json:"link,omitempty" doc:"Where the evidence is."`
	Sum      string          `json:"sha256,omitempty" doc:"Of the file that is the evidence, so that it can be told from another."`
	Role     string          `json:"role,omitempty" doc:"Key of the responsible role."`
	Due      string          `json:"due,omitempty" doc:"YYYY-MM-DD; of what is deferred the day until when."`
	Person   ospo.PersonID   `json:"person,omitempty"`
	Name     string          `json:"name,omitempty" doc:"Of who decided; absent: somebody of another organisation."`
	At       string          `json:"at"`
	Revoked  string          `json:"revoked,omitempty" doc:"When it was taken back."`
	Revoker  string          `json:"revokedBy,omitempty"`
	Why      string          `json:"revokedWhy,omitempty"`
	Covers   int             `json:"components" doc:"For how many components it was made."`

	parts map[mark]bool
}

// A mark is a component, whatever its version, under a licence.
type mark struct {
	component string
	licence   int64
}

// Made, Ends and Undone are the days of a decision as times.
func (d Decision) Made() time.Time { return db.Time(d.At) }

// Ends is by when it is to be done.
func (d Decision) Ends() time.Time { return day(d.Due) }

// Undone is when it was revoked.
func (d Decision) Undone() time.Time { return db.Time(d.Revoked) }

// An Input is what somebody decides.
type Input struct {
	Duty     string `json:"duty"`
	State    string `json:"state" enum:"open,acknowledged,fulfilled,not_applicable,deferred,escalated"`
	Reason   string `json:"reason,omitempty" doc:"Needed for what is not applicable, deferred or escalated."`
	Evidence string `json:"evidence,omitempty" doc:"Needed, here or as a link, for what is fulfilled."`
	Link     string `json:"link,omitempty"`
	Sum      string `json:"sha256,omitempty" doc:"Of the file that is the evidence: 64 hexadecimal digits."`
	Role     string `json:"role,omitempty" doc:"Needed for what is escalated."`
	Due      string `json:"due,omitempty" doc:"Needed for what is deferred."`
	New      bool   `json:"new,omitempty" doc:"Only for components about which nobody has decided; else for all that cause the duty."`
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// checked refuses what cannot be decided so.
func (s *Service) checked(ctx context.Context, in Input) (_ Input, err error) {
	if !slices.Contains(States, in.State) {
		return in, fault.At("state", "duty.state_bad", in.State)
	}
	if in.Reason, err = fault.Text("reason", in.Reason, longestText); err != nil {
		return in, err
	}
	if in.Evidence, err = fault.Text("evidence", in.Evidence, longestText); err != nil {
		return in, err
	}
	if in.Link, err = fault.Text("link", in.Link, longestLine); err != nil {
		return in, err
	}
	if u, bad := url.Parse(in.Link); in.Link != "" && (bad != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return in, fault.At("link", "duty.link_bad", in.Link)
	}
	if in.Sum = strings.ToLower(strings.TrimSpace(in.Sum)); in.Sum != "" && !sha256Form.MatchString(in.Sum) {
		return in, fault.At("sha256", "duty.sum_bad", len(in.Sum))
	}
	if _, bad := time.Parse(time.DateOnly, in.Due); in.Due != "" && bad != nil {
		return in, fault.At("due", "duty.day_bad", in.Due)
	}
	if in.Role != "" {
		names, err := s.RoleNames(ctx)
		if err != nil {
			return in, err
		}
		if names[in.Role] == "" {
			return in, fault.At("role", "duty.role_bad", in.Role)
		}
	}
	return in, in.complete()
}

// complete refuses a state without what it stands on.
func (in Input) complete() error {
	switch {
	case in.State == "fulfilled" && in.Evidence == "" && in.Link == "":
		return fault.At("evidence", "duty.evidence_missing")
	case in.Sum != "" && in.Evidence == "" && in.Link == "":
		return fault.At("evidence", "duty.sum_alone")
	case slices.Contains([]string{"not_applicable", "deferred", "escalated"}, in.State) && in.Reason == "":
		return fault.At("reason", "duty.reason_missing")
	case in.State == "deferred" && in.Due == "":
		return fault.At("due", "duty.due_missing")
	case in.State == "escalated" && in.Role == "":
		return fault.At("role", "duty.role_missing")
	}
	return nil
}

// Decide says what is with a duty of a release. A later decision takes the place of an earlier
// one for the components that it covers.
func (s *Service) Decide(ctx context.Context, release ospo.ReleaseID, in Input) (id string, err error) {
	defer fault.Wrap(&err, "decide on duty %s of release %s", in.Duty, release)
	r, err := s.Report(ctx, release)
	if err != nil {
		return "", err
	}
	if in, err = s.checked(ctx, in); err != nil {
		return "", err
	}
	v := door.From(ctx)
	d := Decision{ID: db.NewID(), Org: v.Org, Release: release, Software: r.Software, Duty: in.Duty, State: in.State, Reason: in.Reason, Evidence: in.Evidence,
		Link: in.Link, Sum: in.Sum, Role: in.Role, Due: in.Due, parts: map[mark]bool{}}
	for _, i := range r.Items {
		if i.Duty != in.Duty || in.New && i.Decision != nil {
			continue
		}
		for _, p := range i.Parts {
			d.parts[mark{p.component, p.term}] = true
		}
		for _, c := range i.Contexts {
			if !slices.Contains(d.Contexts, c) {
				d.Contexts = append(d.Contexts, c)
			}
		}
	}
	if len(d.parts) == 0 {
		return "", notFound()
	}
	act := v.Act("duty.decide", string(release))
	act.Diff = change.Added(map[string]string{"duty": d.Duty, "state": d.State, "evidence": d.Evidence, "reason": d.Reason, "link": d.Link, "sha256": d.Sum, "role": d.Role, "due": d.Due})
	return d.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.store.addDecision(ctx, tx, d) })
}

// Revoke takes a decision back: what it covered is as it was before.
func (s *Service) Revoke(ctx context.Context, id, why string) (d Decision, err error) {
	defer fault.Wrap(&err, "revoke decision %s", id)
	if d, err = s.store.decision(ctx, door.From(ctx).Org, id); err != nil {
		return d, err
	}
	if why, err = fault.Text("why", why, longestText); err != nil {
		return d, err
	}
	switch {
	case why == "":
		return d, fault.At("why", "duty.reason_missing")
	case d.Revoked != "":
		return d, fault.New(fault.Conflict, "duty.revoked_already")
	}
	act := door.From(ctx).ActFor(d.Org, "duty.revoke", string(d.Release))
	act.Diff = change.Added(map[string]string{"duty": d.Duty, "reason": why})
	return d, s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.store.revoke(ctx, tx, d, why) })
}

// A Setting is what an organisation says of a release.
type Setting struct {
	Changed string        `json:"changed" enum:",no,yes" doc:"Whether the software was changed; empty: nobody has said."`
	Offer   string        `json:"offer,omitempty" doc:"How others get the source: goes into the notices."`
	Person  ospo.PersonID `json:"person,omitempty"`
	Name    string        `json:"name,omitempty" doc:"Of who said so."`
	At      string        `json:"at,omitempty"`
}

// Said is when somebody said so; the zero time where nobody did.
func (t Setting) Said() time.Time { return db.Time(t.At) }

// Describe says whether a release was changed, and how others get its source.
func (s *Service) Describe(ctx context.Context, release ospo.ReleaseID, changed, offer string) (err error) {
	defer fault.Wrap(&err, "describe release %s", release)
	v := door.From(ctx)
	if _, err := s.store.release(ctx, v.Org, release); err != nil {
		return err
	}
	if !slices.Contains(obligation.Changes, obligation.Change(changed)) {
		return fault.At("changed", "duty.changed_bad", changed)
	}
	if offer, err = fault.Text("offer", offer, longestText); err != nil {
		return err
	}
	act := v.Act("duty.describe", string(release))
	act.Diff = change.Added(map[string]string{"changed": changed, "offer": offer})
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.store.setSetting(ctx, tx, v.Org, release, Setting{Changed: changed, Offer: offer})
	})
}

// A cover finds the decision that holds for a duty of a component.
type cover map[string][]*Decision // by duty, the latest first

// index picks the decisions that may hold for a release: made for it, or for one of the same
// software that was registered before it.
func index(decisions []Decision, r Release) cover {
	out := cover{}
	for i := range decisions {
		d := &decisions[i]
		if d.Revoked == "" && d.Software == r.Software && d.Release <= r.ID {
			out[d.Duty] = append(out[d.Duty], d)
		}
	}
	return out
}

// find returns the latest decision that covers a component under its licence, and was made in all
// contexts in which the duty arises now; nil for none.
func (c cover) find(due obligation.Due, p Part) *Decision {
	for _, d := range c[due.Duty.ID] {
		if d.parts[mark{p.component, p.term}] && !slices.ContainsFunc(due.Contexts, func(x ospo.Context) bool { return !slices.Contains(d.Contexts, x) }) {
			return d
		}
	}
	return nil
}

func joined(all []ospo.Context) string {
	var out []string
	for _, c := range all {
		out = append(out, string(c))
	}
	return strings.Join(out, " ")
}
