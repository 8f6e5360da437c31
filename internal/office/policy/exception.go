// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"slices"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Exception is a decision to allow what the profile does not.
type Exception struct {
	ID           string          `json:"id"`
	Org          ospo.OrgID      `json:"org,omitempty"`
	Licence      string          `json:"licence,omitempty" doc:"SPDX id or LicenseRef, perhaps WITH an exception; instead of a component."`
	Component    string          `json:"component,omitempty" doc:"Package URL, with or without version; instead of a licence."`
	Contexts     []ospo.Context  `json:"contexts,omitempty" doc:"Absent: all."`
	Software     ospo.SoftwareID `json:"software,omitempty" doc:"Only for this product; absent: for all of the organisation and those below."`
	SoftwareName string          `json:"softwareName,omitempty"`
	Reason       string          `json:"reason"`
	Until        string          `json:"until,omitempty" doc:"Last day, YYYY-MM-DD; absent: for good."`
	Question     string          `json:"question,omitempty" doc:"Id of the question on which it was decided."`
	Person       ospo.PersonID   `json:"person,omitempty"`
	Maker        string          `json:"personName,omitempty"`
	Second       string          `json:"secondName,omitempty" doc:"Who approved it."`
	Created      string          `json:"created,omitempty"`
	Ended        string          `json:"ended,omitempty" doc:"When it was ended before its day."`
	State        string          `json:"state" enum:"running,expired,ended"`
}

// Of names what is excepted.
func (x Exception) Of() string { return cmp.Or(x.Licence, x.Component) }

// ExceptionInput is an exception as somebody asks for it.
type ExceptionInput struct {
	Licence   string          `json:"licence,omitempty" doc:"SPDX id or LicenseRef; or a component."`
	Component string          `json:"component,omitempty" doc:"Package URL, with or without version."`
	Contexts  []ospo.Context  `json:"contexts,omitempty" doc:"Absent: all."`
	Software  ospo.SoftwareID `json:"software,omitempty" doc:"Id of the product; absent: all."`
	Reason    string          `json:"reason"`
	Until     string          `json:"until,omitempty" doc:"Last day, YYYY-MM-DD."`
}

// Exceptions lists the exceptions of organisations in view, those in force first.
func (s *Service) Exceptions(ctx context.Context) ([]Exception, error) {
	return s.store.exceptions(ctx, door.From(ctx).Org, s.today())
}

// Except asks for an exception. It waits for a second person.
func (s *Service) Except(ctx context.Context, in ExceptionInput) (o Outcome, err error) {
	defer fault.Wrap(&err, "except %s%s", in.Licence, in.Component)
	x, err := s.checkException(ctx, in)
	if err != nil {
		return o, err
	}
	return s.except(ctx, x)
}

func (s *Service) except(ctx context.Context, x Exception) (o Outcome, err error) {
	v := door.From(ctx)
	if s.asks(ctx) {
		o.Proposal, err = s.proposeException(ctx, x)
		return o, err
	}
	x.ID, x.Org = db.NewID(), v.Org
	o.ID = x.ID
	return o, s.store.db.Write(ctx, v.Act("policy.except", x.ID), func(tx *db.Tx) error {
		tx.Act.Diff = x.told()
		return s.store.addException(ctx, tx, x, "")
	})
}

// exceptIn is except within the transaction of another act; the log has both.
func (s *Service) exceptIn(ctx context.Context, tx *db.Tx, x Exception) (o Outcome, err error) {
	v := door.From(ctx)
	if s.asks(ctx) {
		law, err := s.lawOf(ctx, tx, v.Org)
		if err != nil {
			return o, err
		}
		o.Proposal, err = s.desk.ProposeIn(ctx, tx, v.Org, "policy.except", x.Of(), savedException{x, law}, x.Reason, exceptionFacts(ctx, x)...)
		return o, err
	}
	x.ID, x.Org = db.NewID(), v.Org
	o.ID = x.ID
	if err := s.store.addException(ctx, tx, x, ""); err != nil {
		return o, err
	}
	act := v.Act("policy.except", x.ID)
	act.Diff = x.told()
	return o, tx.Note(ctx, act)
}

// told is what the log says of an exception that is made.
func (x Exception) told() string {
	return change.Added(x, "id", "org", "orgName", "state", "person", "personName", "second", "secondName", "created")
}

func (s *Service) checkException(ctx context.Context, in ExceptionInput) (x Exception, err error) {
	x = Exception{Contexts: slices.Compact(slices.Sorted(slices.Values(in.Contexts))), Software: in.Software, Until: in.Until, Person: door.From(ctx).Human()}
	switch {
	case in.Licence != "" && in.Component != "":
		return x, fault.At("component", "policy.exception.both")
	case in.Licence != "":
		if x.Licence, err = engine.Name(in.Licence); err != nil {
			return x, fault.At("licence", "policy.exception.licence_bad", shorten(in.Licence))
		}
		if l, err := spdx.Parse(x.Licence); err != nil || len(x.Licence) > longestLine || !l.Licence.Listed && !ownLicence(l.Licence.ID) {
			return x, fault.At("licence", "policy.exception.licence_bad", shorten(in.Licence))
		}
	default:
		if x.Component, err = fault.Words("component", in.Component, longestLine); err != nil {
			return x, err
		}
		if _, err := purl.Parse(x.Component); err != nil {
			return x, fault.At("component", "policy.exception.component_bad", shorten(in.Component))
		}
	}
	if x.Reason, err = fault.Words("reason", in.Reason, longestText); err != nil {
		return x, err
	}
	if err := checkContexts(x.Contexts); err != nil {
		return x, err
	}
	if x.Software != "" {
		if x.SoftwareName, err = s.store.software(ctx, door.From(ctx).Org, x.Software); err != nil {
			return x, fault.At("software", "policy.exception.software_bad")
		}
	}
	return x, s.until("until", x.Until)
}

func ownLicence(id string) bool {
	return len(id) > 11 && (id[:11] == "LicenseRef-" || id[:11] == "DocumentRef")
}

// EndException ends an exception of the viewer's organisation before its day. It makes the
// law stricter, so that nobody else has to agree.
func (s *Service) EndException(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "end exception %s", id)
	v := door.From(ctx)
	x, err := s.store.exception(ctx, v.Org, id, s.today())
	if err != nil {
		return err
	}
	if x.State != "running" {
		return fault.New(fault.Conflict, "policy.exception.over")
	}
	return s.store.db.Write(ctx, v.ActFor(x.Org, "policy.except_end", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"of": x.Of(), "until": x.Until}, map[string]string{"of": x.Of(), "until": s.today()})
		return s.store.endException(ctx, tx, x.Org, id)
	})
}

// A Choice is which licence somebody chose where a component offers several.
type Choice struct {
	Component string `json:"component" doc:"Package URL without version: it holds for later versions, too."`
	Licence   string `json:"licence" doc:"What the component offers, as its bill of materials says."`
	Chosen    string `json:"chosen"`
	Reason    string `json:"reason"`
	Maker     string `json:"personName,omitempty"`
	Created   string `json:"created,omitempty"`
}

// Choose records which licence is chosen for a component, in all its versions as long as
// they offer the same. Where a component ceases to be denied by it, it waits for a second
// person.
func (s *Service) Choose(ctx context.Context, in Choice) (o Outcome, err error) {
	defer fault.Wrap(&err, "choose a licence for %s", in.Component)
	p, err := purl.Parse(in.Component)
	if err != nil {
		return o, fault.At("component", "policy.exception.component_bad", shorten(in.Component))
	}
	p.Version, p.Qualifiers, p.Subpath = "", "", ""
	in.Component = p.String()
	if in.Reason, err = fault.Words("reason", in.Reason, longestText); err != nil {
		return o, err
	}
	if in.Licence, err = fault.Words("licence", in.Licence, longestText); err != nil {
		return o, err
	}
	if !slices.Contains(Branches(in.Licence), in.Chosen) {
		return o, fault.At("chosen", "policy.choice.bad", shorten(in.Chosen), shorten(in.Licence))
	}
	if s.asks(ctx) {
		softer, err := s.softerChoice(ctx, in)
		if err != nil {
			return o, err
		}
		if len(softer) > 0 {
			o.Proposal, err = s.proposeChoice(ctx, in, softer)
			return o, err
		}
	}
	v := door.From(ctx)
	o.ID = in.Component
	return o, s.store.db.Write(ctx, v.Act("policy.choose", in.Component), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in, "component", "personName", "created")
		return s.store.setChoice(ctx, tx, in)
	})
}

// Branches lists what a licence text offers to choose from; none where it offers nothing.
func Branches(text string) (out []string) {
	r := spdx.Normalise(text)
	e, err := spdx.Parse(text)
	if err != nil {
		if !r.Definite() {
			return nil
		}
		e = r.Expr
	}
	var walk func(spdx.Expr)
	walk = func(e spdx.Expr) {
		for _, a := range e.Args {
			if e.Op == spdx.Or {
				out = append(out, a.String())
			}
			walk(a)
		}
	}
	walk(e)
	return out
}
