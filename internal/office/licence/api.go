// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"strconv"
	"strings"

	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	const read, write = "licence.read", "licence.write"
	return []api.Op{
		api.Get("licence-list", "/licence/licences", read, "The catalogue: licences of the SPDX list, exceptions, own licences, with where they are used", s.apiList),
		api.Get("licence-show", "/licence/licences/{licence}", read, "A licence: names, class, marks, summary, text", s.apiShow),
		api.Get("licence-read", "/licence/read", read, "What the text of a licence field is read as, and how certain that is", s.apiRead),
		api.Get("licence-estate", "/licence/estate", read, "Each distinct licence text in the estate with its reading, products and packages; also needs sbom.read", s.apiEstate),
		api.Get("licence-find", "/licence/find", read, "Which products hold a licence or a family of licences; also needs sbom.read", s.apiFind),
		api.Get("licence-clarify", "/licence/clarify", read, "Packages whose licence somebody has to clarify; also needs sbom.read", s.apiClarify),
		api.Get("licence-conclusions", "/licence/conclusions", read, "Licences of packages that the organisation concluded; also needs sbom.read", s.apiConclusions),
		api.Post("licence-conclude", "/licence/packages/{package}/conclusions", write, "Conclude the licence of a package; where something ceases to be denied, a second person has to agree", s.apiConclude),
		api.Post("licence-withdraw", "/licence/conclusions/{conclusion}/withdraw", write, "Withdraw a conclusion; where something ceases to be denied, a second person has to agree", s.apiWithdraw),
		api.Get("licence-own-list", "/licence/own", read, "Own licences, their present versions", s.apiOwn),
		api.Get("licence-own-versions", "/licence/own/{own}/versions", read, "What an own licence has been", s.apiOwnVersions),
		api.Post("licence-own-add", "/licence/own", write, "Add an own licence", s.apiAddOwn),
		api.Post("licence-own-change", "/licence/own/{own}", write, "Change an own licence, or retire it", s.apiChangeOwn),
	}
}

// paged takes one page of a list in memory.
func paged[T any](p api.Paging, all []T, err error) (api.List[T], error) {
	out := api.List[T]{Items: []T{}}
	if err != nil {
		return out, err
	}
	at := 0
	if v, there, err := keyset.Values(p.After, 1); err != nil {
		return out, err
	} else if there {
		if at, err = strconv.Atoi(v[0]); err != nil || at < 0 || at > len(all) {
			return out, fault.New(fault.Invalid, "fault.cursor", p.After)
		}
	}
	size := p.Size
	if size == 0 {
		size = 50
	}
	end := min(at+size, len(all))
	out.Items = append(out.Items, all[at:end]...)
	if end < len(all) {
		out.Next = keyset.Cursor(strconv.Itoa(end))
	}
	return out, nil
}

func readsDocuments(ctx context.Context) error { return door.From(ctx).Check("sbom.read") }

func (s *Service) apiList(ctx context.Context, in struct {
	api.Paging
	Q        string `query:"q" maxLength:"300" doc:"Part of id or name."`
	Kind     string `query:"kind" doc:"listed, own or exception."`
	Class    string `query:"class" doc:"A class, or unknown."`
	OSI      string `query:"osi" doc:"yes or no."`
	OpenCode string `query:"openCode" doc:"approved, similar, refused or unknown."`
	Used     string `query:"used" doc:"yes or no: in the estate."`
	Sort     string `query:"sort" doc:"id, name, class, products or packages; with - before it the other way round."`
}) (api.List[Entry], error) {
	all, err := s.Catalogue(ctx, Filter{in.Q, in.Kind, in.Class, in.OSI, in.OpenCode, in.Used}, strings.TrimPrefix(in.Sort, "-"), strings.HasPrefix(in.Sort, "-"))
	return paged(in.Paging, all, err)
}

type idIn struct {
	ID string `path:"licence" doc:"SPDX id in any case, or LicenseRef-…"`
}

func (s *Service) apiShow(ctx context.Context, in idIn) (Detail, error) { return s.Show(ctx, in.ID) }

// A ReadAnswer is what the text of a licence field is read as.
type ReadAnswer struct {
	Text       string   `json:"text"`
	Expression string   `json:"expression,omitempty"`
	Certainty  string   `json:"certainty" enum:"exact,likely,ambiguous,none"`
	Candidates []string `json:"candidates,omitempty"`
	Why        string   `json:"why" doc:"Short name of the reason."`
	Reason     string   `json:"reason" doc:"The reason in the reader's language."`
	Class      string   `json:"class" doc:"How far its conditions reach; empty is unknown."`
}

func (s *Service) apiRead(ctx context.Context, in struct {
	Text string `query:"text" required:"true" maxLength:"70000" doc:"As it stands in the field."`
}) (ReadAnswer, error) {
	r := spdx.Normalise(in.Text)
	out := ReadAnswer{Text: in.Text, Certainty: r.Certainty, Candidates: r.Candidates, Why: why(r), Reason: own.T(door.From(ctx).Lang, "licence.read."+why(r))}
	if r.Definite() {
		all, err := s.ownIDs(ctx)
		if err != nil {
			return out, err
		}
		out.Expression, out.Class = r.Expr.String(), string(survey{own: all}.class(r.Expr))
	}
	return out, nil
}

func (s *Service) apiEstate(ctx context.Context, in struct {
	api.Paging
	Q         string `query:"q" maxLength:"300" doc:"Part of the text or of the expression."`
	Licence   string `query:"licence" maxLength:"300" doc:"An id or a family: AGPL, AGPL-3.0, AGPL-3.0-only."`
	Certainty string `query:"certainty" doc:"exact, likely, ambiguous or none."`
	Class     string `query:"class" doc:"A class, or unknown."`
}) (api.List[Term], error) {
	if err := readsDocuments(ctx); err != nil {
		return api.List[Term]{}, err
	}
	all, err := s.Estate(ctx, TermFilter{Text: in.Q, Certainty: in.Certainty, Class: in.Class, Licence: in.Licence}, "packages", true)
	return paged(in.Paging, all, err)
}

func (s *Service) apiFind(ctx context.Context, in struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"300" doc:"An id or a family: AGPL, AGPL-3.0, AGPL-3.0-only."`
}) (Found, error) {
	if err := readsDocuments(ctx); err != nil {
		return Found{}, err
	}
	return s.Find(ctx, in.Q)
}

func (s *Service) apiClarify(ctx context.Context, in struct {
	api.Paging
	Q    string `query:"q" maxLength:"300" doc:"Part of the package's name or of what is said."`
	Kind string `query:"kind" doc:"ambiguous, none or contrary."`
}) (api.List[Doubt], error) {
	if err := readsDocuments(ctx); err != nil {
		return api.List[Doubt]{}, err
	}
	all, err := s.Clarify(ctx, in.Kind, in.Q)
	return paged(in.Paging, all, err)
}

func (s *Service) apiConclusions(ctx context.Context, in struct {
	api.Paging
	Number string `query:"number" doc:"Number of a package: past ones too."`
}) (api.List[Conclusion], error) {
	if err := readsDocuments(ctx); err != nil {
		return api.List[Conclusion]{}, err
	}
	all, err := s.Conclusions(ctx, in.Number)
	return paged(in.Paging, all, err)
}

// Made names what a write made or changed.
type Made struct {
	ID string `json:"id"`
}

func (s *Service) apiConclude(ctx context.Context, in struct {
	Package string `path:"package" doc:"Number of the package."`
	Body    ConclusionInput
}) (Outcome, error) {
	if err := readsDocuments(ctx); err != nil {
		return Outcome{}, err
	}
	return s.Conclude(ctx, in.Package, in.Body)
}

func (s *Service) apiWithdraw(ctx context.Context, in struct {
	Conclusion string `path:"conclusion"`
	Body       struct {
		Reason string `json:"reason"`
	}
}) (Outcome, error) {
	return s.Withdraw(ctx, in.Conclusion, in.Body.Reason)
}

func (s *Service) apiOwn(ctx context.Context, in api.Paging) (api.List[Own], error) {
	all, err := s.OwnLicences(ctx)
	return paged(in, all, err)
}

// OwnIn says which own licence an operation is about.
type OwnIn struct {
	ID string `path:"own" doc:"LicenseRef-…"`
}

func (s *Service) apiOwnVersions(ctx context.Context, in OwnIn) (api.List[Own], error) {
	all, err := s.OwnVersions(ctx, in.ID)
	return api.List[Own]{Items: append([]Own{}, all...)}, err
}

func (s *Service) apiAddOwn(ctx context.Context, in struct{ Body OwnInput }) (Made, error) {
	return Made{in.Body.ID}, s.AddOwn(ctx, in.Body)
}

func (s *Service) apiChangeOwn(ctx context.Context, in struct {
	OwnIn
	Body OwnInput
}) (Made, error) {
	in.Body.ID = in.ID
	return Made{in.ID}, s.ChangeOwn(ctx, in.Body)
}
