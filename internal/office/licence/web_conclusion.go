// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"net/http"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ConclusionsPage lists what licences the house concluded.
type ConclusionsPage struct {
	Rows  []Conclusion
	Count int
	Pager web.Pager
}

func (s *Service) conclusionsPage(r *http.Request) (p ConclusionsPage, err error) {
	if err := sees(r); err != nil {
		return p, err
	}
	all, err := s.Conclusions(r.Context(), "")
	if err != nil {
		return p, err
	}
	p.Count = len(all)
	p.Rows, p.Pager, err = cut(web.ReadListing(r, "created"), all)
	return p, err
}

// PackagePage is one package: what is said of its licence, where, and what was concluded.
type PackagePage struct {
	Package
	Sayings  []Saying
	Active   *Conclusion
	Own      bool // the active one is the viewer's organisation's
	Past     []Conclusion
	In       ConclusionInput
	Offers   []string // expressions that the fields may mean
	MayWrite bool
}

func (s *Service) packagePage(r *http.Request) (p PackagePage, err error) {
	if err := sees(r); err != nil {
		return p, err
	}
	ctx := r.Context()
	if p.Package, err = s.inView(ctx, r.PathValue("package")); err != nil {
		return p, err
	}
	p.MayWrite = may(r, "licence.write")
	if p.Sayings, err = s.Sayings(ctx, p.ID); err != nil {
		return p, err
	}
	for _, one := range p.Sayings {
		p.offer(one)
	}
	active, err := s.counting(ctx)
	if err != nil {
		return p, err
	}
	if p.Active = active[p.ID]; p.Active != nil {
		p.In, p.Own = p.Active.ConclusionInput, p.Active.Org == door.From(ctx).Org
		p.In.Reason = ""
	} else if len(p.Offers) == 1 {
		p.In.Expression = p.Offers[0]
	}
	p.Past, err = s.Conclusions(ctx, p.Number())
	return p, err
}

// offer adds what a field may mean.
func (p *PackagePage) offer(one Saying) {
	for _, t := range []Term{one.Concluded, one.Declared} {
		all := t.Candidates
		if t.Expression != "" {
			all = []string{t.Expression}
		}
		for _, e := range all {
			if !contains(p.Offers, e) {
				p.Offers = append(p.Offers, e)
			}
		}
	}
}

func (s *Service) concludeForm(r *http.Request) (p PackagePage, next string, err error) {
	if p, err = s.packagePage(r); err != nil {
		return p, "", err
	}
	p.In = ConclusionInput{Expression: r.PostFormValue("expression"), Reason: r.PostFormValue("reason"), Source: r.PostFormValue("source"), Reuse: r.PostFormValue("reuse") != ""}
	o, err := s.Conclude(r.Context(), p.Number(), p.In)
	return p, o.next("/licence/package/" + p.Number()), err
}

func (s *Service) withdrawForm(r *http.Request) (string, error) {
	o, err := s.Withdraw(r.Context(), r.PathValue("conclusion"), r.PostFormValue("reason"))
	return o.next("/licence/conclusions"), err
}

// OwnForm is an own licence as it is written down.
type OwnForm struct {
	OwnInput
	New     bool
	Classes []web.Choice // the words of Value are licence.class.…
}

func ownForms(in OwnInput, fresh bool) OwnForm {
	p := OwnForm{OwnInput: in, New: fresh}
	for _, c := range classWords() {
		p.Classes = append(p.Classes, web.Choice{Value: c, Chosen: c == classWord(in.Class)})
	}
	return p
}

func postedOwn(r *http.Request, id string) OwnInput {
	in := OwnInput{ID: id, Name: r.PostFormValue("name"), About: r.PostFormValue("about"), Text: r.PostFormValue("text"), Source: r.PostFormValue("source"),
		Retired: r.PostFormValue("retired") != "", Reason: r.PostFormValue("reason")}
	if c := r.PostFormValue("class"); c != "unknown" {
		in.Class = classNamed(c)
	}
	return in
}

func (s *Service) newOwn(*http.Request) (OwnForm, error) {
	return ownForms(OwnInput{ID: "LicenseRef-"}, true), nil
}

func (s *Service) addOwnForm(r *http.Request) (OwnForm, string, error) {
	in := postedOwn(r, r.PostFormValue("id"))
	return ownForms(in, true), "/licence/entry/" + in.ID, s.AddOwn(r.Context(), in)
}

func (s *Service) editOwn(r *http.Request) (OwnForm, error) {
	own, err := s.ownIDs(r.Context())
	o, ok := own[r.PathValue("own")]
	if err != nil || !ok || o.Org != door.From(r.Context()).Org {
		if err == nil {
			err = notFound()
		}
		return OwnForm{}, err
	}
	o.OwnInput.Reason = ""
	return ownForms(o.OwnInput, false), nil
}

func (s *Service) setOwn(r *http.Request) (OwnForm, string, error) {
	if p, err := s.editOwn(r); err != nil {
		return p, "", err
	}
	in := postedOwn(r, r.PathValue("own"))
	return ownForms(in, false), "/licence/entry/" + in.ID, s.ChangeOwn(r.Context(), in)
}
