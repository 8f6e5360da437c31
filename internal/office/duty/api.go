// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"bytes"
	"context"
	"encoding/json"

	"allmende/internal/engine/obligation"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("duty-list", "/duty/duties", mayRead, "Duties of all releases in view, what is pending unless asked otherwise", s.apiList),
		api.Get("duty-catalogue", "/duty/catalogue", mayRead, "What licences oblige to, each with its clause", s.apiCatalogue),
		api.Get("duty-release", "/duty/releases/{release}", mayRead, "Duties of a release in its contexts, with state and components", s.apiRelease),
		api.Post("duty-describe", "/duty/releases/{release}", mayWrite, "Say whether a release was changed, and how others get its source", s.apiDescribe),
		api.Post("duty-decide", "/duty/releases/{release}/decisions", mayWrite, "Decide on a duty of a release", s.apiDecide),
		api.Post("duty-revoke", "/duty/decisions/{decision}/revoke", mayWrite, "Take a decision back", s.apiRevoke),
		api.Get("duty-notice", "/duty/releases/{release}/notice", mayRead, "Attribution document of a release", s.apiNotice),
		api.Get("duty-sources", "/duty/releases/{release}/sources", mayRead, "Components whose source is to be handed over or offered", s.apiSources),
		api.Get("duty-sbom", "/duty/sbom", mayRead, "Bill of materials of a release with concluded licences, as CycloneDX 1.6, SPDX 2.3 or SPDX 3.0.1", s.apiSBOM),
	}
}

type releaseIn struct {
	Release ospo.ReleaseID `path:"release" doc:"Id of the release."`
}

// Made names what came of an act.
type Made struct {
	ID string `json:"id"`
}

func (s *Service) apiList(ctx context.Context, in struct {
	api.Paging
	Q       string `query:"q" doc:"Part of software, version, duty or clause." maxLength:"300"`
	State   string `query:"state" enum:"pending,open,acknowledged,fulfilled,not_applicable,deferred,escalated,all" default:"pending"`
	Object  string `query:"object" doc:"What the duty is about, as the catalogue says."`
	Forbid  bool   `query:"forbid" doc:"With what is to be left undone."`
	Overdue bool   `query:"overdue" doc:"Only what is overdue."`
}) (out api.List[Row], err error) {
	f := Sieve{Text: in.Q, State: in.State, Object: in.Object, Forbid: in.Forbid, Overdue: in.Overdue}
	if f.State == "all" {
		f.State = ""
	}
	all, _, err := s.Rows(ctx, f)
	if err != nil {
		return out, err
	}
	page, next, err := part(all, in.After, in.Size)
	out.Items = append([]Row{}, page...)
	if next != "" {
		out.Next = keyset.Cursor(next)
	}
	return out, err
}

// Listed is an entry of the catalogue, as others read it.
type Listed struct {
	ID       string         `json:"id"`
	Licences []string       `json:"licences,omitempty"`
	Classes  []string       `json:"classes,omitempty" doc:"For which it stands in where the catalogue does not hold a licence."`
	Clauses  []string       `json:"clauses,omitempty"`
	Actor    string         `json:"actor"`
	MustNot  bool           `json:"mustNot,omitempty"`
	Action   string         `json:"action"`
	Object   string         `json:"object"`
	Contexts []ospo.Context `json:"contexts"`
	Modified bool           `json:"modified,omitempty" doc:"Only where something was changed."`
	Text     string         `json:"text"`
	Reviewed string         `json:"reviewed"`
}

func (s *Service) apiCatalogue(ctx context.Context, _ struct{}) (api.List[Listed], error) {
	out := api.List[Listed]{Items: []Listed{}}
	for _, d := range obligation.All() {
		one := Listed{ID: d.ID, Licences: d.Licences, Classes: d.Classes, Actor: d.Actor, MustNot: d.MustNot, Action: d.Action, Object: d.Object, Contexts: d.Contexts(), Modified: d.Modified,
			Text: d.In(tongue(ctx)), Reviewed: d.Reviewed}
		for _, id := range d.Licences {
			one.Clauses = append(one.Clauses, d.Clause(id))
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

func (s *Service) apiRelease(ctx context.Context, in releaseIn) (Report, error) {
	r, err := s.Report(ctx, in.Release)
	r.Items = append([]Item{}, r.Items...)
	return r, err
}

func (s *Service) apiDescribe(ctx context.Context, in struct {
	Release ospo.ReleaseID `path:"release" doc:"Id of the release."`
	Body    struct {
		Changed string `json:"changed" enum:",no,yes"`
		Offer   string `json:"offer,omitempty"`
	}
}) (Made, error) {
	return Made{string(in.Release)}, s.Describe(ctx, in.Release, in.Body.Changed, in.Body.Offer)
}

func (s *Service) apiDecide(ctx context.Context, in struct {
	Release ospo.ReleaseID `path:"release" doc:"Id of the release."`
	Body    Input
}) (Made, error) {
	id, err := s.Decide(ctx, in.Release, in.Body)
	return Made{id}, err
}

func (s *Service) apiRevoke(ctx context.Context, in struct {
	Decision string `path:"decision" doc:"Id of the decision."`
	Body     struct {
		Why string `json:"why"`
	}
}) (Made, error) {
	_, err := s.Revoke(ctx, in.Decision, in.Body.Why)
	return Made{in.Decision}, err
}

// A Paper is a notice in one form.
type Paper struct {
	Form    string `json:"form"`
	Type    string `json:"type" doc:"Media type."`
	Text    []byte `json:"content" doc:"Base64."`
	Missing int    `json:"missing" doc:"How many kinds of things it lacks; they stand in it."`
}

func (s *Service) apiNotice(ctx context.Context, in struct {
	Release ospo.ReleaseID `path:"release" doc:"Id of the release."`
	Form    string         `query:"form" enum:"txt,html,md,odt" default:"txt"`
}) (p Paper, err error) {
	n, err := s.Notice(ctx, in.Release)
	if err != nil {
		return p, err
	}
	var b bytes.Buffer
	err = n.Print(ctx, in.Form, &b)
	return Paper{in.Form, types[in.Form], b.Bytes(), len(n.Missing)}, err
}

func (s *Service) apiSources(ctx context.Context, in releaseIn) (api.List[Source], error) {
	all, _, err := s.Sources(ctx, in.Release)
	return api.List[Source]{Items: append([]Source{}, all...)}, err
}

func (s *Service) apiSBOM(ctx context.Context, in struct {
	Release  ospo.ReleaseID `query:"release" doc:"Id of the release; or software and version."`
	Software string         `query:"software" doc:"Name of the software."`
	Version  string         `query:"version" doc:"Version of the software."`
	Format   string         `query:"format" enum:"cyclonedx,spdx,spdx3" default:"cyclonedx"`
}) (json.RawMessage, error) {
	return s.Export(ctx, in.Release, in.Software, in.Version, in.Format)
}

// Export is [Service.SBOM] of a release by its id, or by software and version.
func (s *Service) Export(ctx context.Context, release ospo.ReleaseID, software, version, format string) (_ []byte, err error) {
	if release == "" && software == "" {
		return nil, fault.At("release", "duty.which_release")
	}
	if release == "" {
		if release, err = s.Named(ctx, software, version); err != nil {
			return nil, err
		}
	}
	return s.SBOM(ctx, release, format)
}
