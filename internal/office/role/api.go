// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("role-roles", "/role/roles", "role.read", "Roles as they apply in the caller's organisation", s.apiRoles),
		api.Get("role-versions", "/role/roles/{role}", "role.read", "What a role is and has been, the present version first", s.apiVersions),
		api.Get("role-posts", "/role/posts", "role.read", "Roles in use with who fills each; vacant ones too", s.apiPosts),
		api.Get("role-mandates", "/role/mandates", "role.read", "Who holds which role where", s.apiMandates),
		api.Post("role-mandate-add", "/role/mandates", "role.grant", "Give a role to a person, or propose it where a second person has to agree", s.apiGrant),
		api.Delete("role-mandate-end", "/role/mandates/{mandate}", "role.grant", "End a mandate, with a reason", s.apiEnd),
		api.Get("role-absences", "/role/absences", "role.read", "Who is away, or will be", s.apiAbsences),
		api.Post("role-absence-add", "/role/absences", "role.read", "Note an absence: the own one, or with role.grant another's", s.apiLeave),
		api.Delete("role-absence-end", "/role/absences/{absence}", "role.read", "End an absence", s.apiReturn),
		api.Get("role-matrix", "/role/matrix", "role.read", "Who may what in an organisation", s.apiMatrix),
		api.Get("role-explain", "/role/explain", "role.read", "Whether a person may do something in an organisation, and why", s.apiExplain),
	}
}

func listed[T any](all []T, err error) (api.List[T], error) {
	return api.List[T]{Items: append([]T{}, all...)}, err
}

func (s *Service) apiRoles(ctx context.Context, _ struct{}) (api.List[Role], error) {
	return listed(s.Roles(ctx))
}

func (s *Service) apiVersions(ctx context.Context, in struct {
	Role string `path:"role" doc:"Key of the role, for example licence_manager."`
}) (api.List[Role], error) {
	return listed(s.Versions(ctx, in.Role))
}

func (s *Service) apiPosts(ctx context.Context, _ struct{}) (api.List[Post], error) {
	return listed(s.Posts(ctx))
}

func (s *Service) apiMandates(ctx context.Context, in struct {
	Org    string `query:"org" doc:"Held in this organisation only."`
	Role   string `query:"role" doc:"Key of a role."`
	Person string `query:"person" doc:"Id of a holder or deputy."`
	State  string `query:"state" doc:"running, planned, retired, over or ended."`
}) (api.List[Mandate], error) {
	return listed(s.Mandates(ctx, Sieve{Org: in.Org, Role: in.Role, Person: in.Person, State: in.State}))
}

// Done names what came of an act.
type Done struct {
	ID string `json:"id"`
}

func (s *Service) apiGrant(ctx context.Context, in struct{ Body Grant }) (Outcome, error) {
	return s.Grant(ctx, in.Body)
}

func (s *Service) apiEnd(ctx context.Context, in struct {
	Mandate string `path:"mandate"`
	Reason  string `query:"reason" doc:"Why it ends."`
}) (Done, error) {
	return Done{in.Mandate}, s.End(ctx, in.Mandate, in.Reason)
}

func (s *Service) apiAbsences(ctx context.Context, _ struct{}) (api.List[Absence], error) {
	return listed(s.Absences(ctx))
}

func (s *Service) apiLeave(ctx context.Context, in struct {
	Body struct {
		Person string `json:"person,omitempty" doc:"Id, login or name; the caller where absent."`
		Since  string `json:"since,omitempty" doc:"First day, YYYY-MM-DD; today where absent."`
		Until  string `json:"until" doc:"Last day, YYYY-MM-DD."`
	}
}) (Done, error) {
	id, err := s.Leave(ctx, in.Body.Person, in.Body.Since, in.Body.Until)
	return Done{id}, err
}

func (s *Service) apiReturn(ctx context.Context, in struct {
	Absence string `path:"absence"`
}) (Done, error) {
	return Done{in.Absence}, s.Return(ctx, in.Absence)
}

func (s *Service) apiMatrix(ctx context.Context, in struct {
	Org        string `query:"org" doc:"Id of the organisation; the caller's own where absent."`
	Permission string `query:"permission" doc:"Who may do this, with the reasons."`
	Role       string `query:"role" doc:"Who holds this role there."`
	Q          string `query:"q" doc:"Part of a person's name or organisation." maxLength:"200"`
}) (Matrix, error) {
	return s.Matrix(ctx, Question{Org: ospo.OrgID(in.Org), Permission: in.Permission, Role: in.Role, Text: in.Q})
}

func (s *Service) apiExplain(ctx context.Context, in struct {
	Person     string `query:"person" required:"true" doc:"Id, login or name."`
	Permission string `query:"permission" required:"true" doc:"For example sbom.write."`
	Org        string `query:"org" doc:"Id of the organisation; the caller's own where absent."`
}) (Explanation, error) {
	return s.Explain(ctx, in.Person, in.Permission, ospo.OrgID(in.Org))
}
