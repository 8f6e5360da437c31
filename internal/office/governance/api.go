// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"cmp"
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("governance-orgs", "/governance/orgs", "governance.read", "Organisations that the caller sees, each with the one above it", s.apiOrgs),
		api.Post("governance-org-add", "/governance/orgs", "governance.admin", "Add an organisation below one in view", s.apiAddOrg),
		api.Get("governance-me", "/governance/me", "governance.read", "Who the caller is, for which organisation, and with which permissions", s.apiMe),
	}
}

func (s *Service) apiOrgs(ctx context.Context, in api.Paging) (api.List[Org], error) {
	after, past, err := keyset.Values(in.After, 1)
	if past && err == nil && !isID(after[0]) {
		err = fault.New(fault.Invalid, "fault.cursor", in.After)
	}
	if err != nil {
		return api.List[Org]{}, err
	}
	root := door.From(ctx).Org
	all, err := s.store.orgsAfter(ctx, root, after[0], in.Size+1)
	if err != nil {
		return api.List[Org]{}, err
	}
	out := api.List[Org]{Items: all[:min(len(all), in.Size)]}
	for i := range out.Items {
		if out.Items[i].ID == root {
			out.Items[i].Parent = "" // what lies above is not in view
		}
	}
	if len(all) > in.Size {
		out.Next = keyset.Cursor(string(out.Items[in.Size-1].ID))
	}
	return out, nil
}

type orgIn struct {
	Body struct {
		Parent ospo.OrgID `json:"parent,omitempty" doc:"The organisation above; the caller's own where absent."`
		Name   string     `json:"name"`
		Kind   string     `json:"kind,omitempty" doc:"A department where absent; city, municipality, district, state, provider, department, enterprise or agency."`
	}
}

func (s *Service) apiAddOrg(ctx context.Context, in orgIn) (Org, error) {
	v := door.From(ctx)
	o := Org{Parent: cmp.Or(in.Body.Parent, v.Org), Name: in.Body.Name, Kind: cmp.Or(in.Body.Kind, "department")}
	id, err := s.AddOrg(ctx, v.Act("governance.org.add", ""), o)
	if err != nil {
		return Org{}, err
	}
	return s.Org(ctx, id)
}

// Me says who the caller is.
type Me struct {
	Person  ospo.PersonID `json:"person" doc:"Id of the person, or token: and the id of the token."`
	Name    string        `json:"name"`
	Org     ospo.OrgID    `json:"org" doc:"The organisation acted for; it and all below it are in view."`
	OrgName string        `json:"orgName"`
	Grants  []string      `json:"grants" doc:"Permissions: *, estate.* or sbom.write."`
}

func (s *Service) apiMe(ctx context.Context, _ struct{}) (Me, error) {
	v := door.From(ctx)
	if !v.SignedIn() {
		return Me{}, fault.New(fault.SignIn, "fault.sign_in")
	}
	return Me{v.Person, v.Name, v.Org, v.OrgName, v.Grants}, nil
}
