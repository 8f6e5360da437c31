// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"net/http"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// SignMethod names the rule by which [Service.sign] judges. It says whether one can work
// with the document, not whether the product is good:
//
//	unknown  there is no document, or it lists nothing
//	review   it is older than a year, or says that it is incomplete, or more than a tenth
//	         of its components have no package URL (they cannot be checked for
//	         vulnerabilities), or it does not say who asks for more than half of its packages
//	ok       none of this; a document that is silent about its completeness is named as such
const SignMethod = "sbom.sign/1"

const oldAfter = 365 * 24 * time.Hour

func (s *Service) sign(ctx context.Context, id ospo.ReleaseID) (web.Sign, error) {
	sign := web.Sign{Key: "sbom.sign", Verdict: web.Unknown, Href: "/sbom/upload?release=" + string(id)}
	say := func(key string, args ...any) string { return texts().T(tongue(ctx), key, args...) }
	d, err := s.store.current(ctx, door.From(ctx).Org, id)
	if err != nil {
		sign.Text = say("sbom.sign.none")
		if fault.Of(err) == fault.NotFound {
			err = nil
		}
		return sign, err
	}
	sign.At, sign.Href = d.Uploaded, d.Href
	if d.Components == 0 {
		sign.Text = say("sbom.sign.empty")
		return sign, nil
	}
	sign.Verdict, sign.Text = web.OK, say("sbom.sign.ok", d.Format, d.FormatVersion, d.Components)
	if reasons := d.reasons(s.store.db.Now()); len(reasons) > 0 {
		sign.Verdict = web.Review
		sign.Text = ""
		for _, r := range reasons {
			sign.Text += say(r.key, r.args...) + " "
		}
	} else if d.Complete == "unknown" {
		sign.Text += " " + say("sbom.sign.silent")
	}
	sign.Text = strings.TrimSpace(sign.Text)
	return sign, nil
}

type reason struct {
	key  string
	args []any
}

// reasons says what is to be looked at before one relies on a document.
func (d Document) reasons(now time.Time) []reason {
	var out []reason
	if made := d.age(); now.Sub(made) > oldAfter {
		out = append(out, reason{"sbom.sign.old", []any{made}})
	}
	if d.Complete == "incomplete" {
		out = append(out, reason{"sbom.sign.incomplete", nil})
	}
	if d.WithoutPURL*10 > d.Components {
		out = append(out, reason{"sbom.sign.purl", []any{d.WithoutPURL, d.Components}})
	}
	if d.Unplaced*2 > d.Packages {
		out = append(out, reason{"sbom.sign.unplaced", []any{d.Unplaced, d.Packages}})
	}
	return out
}

// age is when the document was made, or else came in.
func (d Document) age() time.Time {
	if d.Made.IsZero() {
		return d.Uploaded
	}
	return d.Made
}

// ReleasePanel is what the page of a release shows of its document.
type ReleasePanel struct {
	Release   string
	Known     bool
	Document  Document
	Licences  []Share // the most frequent
	More      int     // further licences
	MayUpload bool
}

const topLicences = 5

func panels(s *Service) []web.Panel { return []web.Panel{web.ShowPanel("panel.html", s.panel)} }

func (s *Service) panel(ctx context.Context, id string) (ReleasePanel, error) {
	v := door.From(ctx)
	p := ReleasePanel{Release: id, MayUpload: v.May("sbom.write")}
	d, err := s.store.current(ctx, v.Org, ospo.ReleaseID(id))
	if err != nil {
		if fault.Of(err) == fault.NotFound {
			err = nil
		}
		return p, err
	}
	p.Known, p.Document = true, d
	all, err := s.licences(ctx, d.id)
	p.Licences = all[:min(len(all), topLicences)]
	p.More = len(all) - len(p.Licences)
	return p, err
}

// fields is the room's card on the overview: of how much software it is known what is in it.
func (s *Service) fields(ctx context.Context) ([]web.Field, error) {
	with, all, err := s.store.coverage(ctx, door.From(ctx).Org)
	say := func(key string, args ...any) string { return texts().T(tongue(ctx), key, args...) }
	f := web.Field{Key: "sbom.nav", Href: "/sbom", Figure: lang.Show(tongue(ctx), with), Unit: say("sbom.field.unit", all), Note: say("sbom.field.note")}
	switch {
	case with == 0:
		f.Badge = web.Badge{Kind: "unknown", Word: say("sbom.field.unknown")}
	case with < all:
		f.Badge = web.Badge{Kind: "review", Word: say("sbom.field.review")}
	default:
		f.Badge = web.Badge{Kind: "ok", Word: say("sbom.field.ok")}
	}
	return []web.Field{f}, err
}

// siblingChoices lists what a release can be compared with.
func (s *Service) siblingChoices(r *http.Request, from, to string) ([]web.Choice, error) {
	if from == "" {
		return nil, nil
	}
	others, err := s.store.siblings(r.Context(), door.From(r.Context()).Org, ospo.ReleaseID(from))
	var out []web.Choice
	for _, o := range others {
		out = append(out, web.Choice{Value: string(o.ID), Label: o.Title(), Chosen: string(o.ID) == to})
	}
	return out, err
}
