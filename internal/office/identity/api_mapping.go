// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("identity-mappings", "/identity/mappings", "identity.read", "What groups of providers and directories mean here", s.apiMappings),
		api.Get("identity-mapping", "/identity/mappings/{mapping}", "identity.read", "What one group means here", s.apiMapping),
		api.Post("identity-mapping-add", "/identity/mappings", "identity.write", "Let a group give a level or a role, or propose it where a second person has to agree", s.apiAddMapping),
		api.Delete("identity-mapping-drop", "/identity/mappings/{mapping}", "identity.write", "Take away what a group gives", s.apiDropMapping),
	}
}

func (s *Service) apiMappings(ctx context.Context, _ struct{}) (api.List[Mapping], error) {
	all, err := s.Mappings(ctx)
	return api.List[Mapping]{Items: append([]Mapping{}, all...)}, err
}

type mappingPath struct {
	Mapping string `path:"mapping"`
}

func (s *Service) apiMapping(ctx context.Context, in mappingPath) (Mapping, error) {
	return s.Mapping(ctx, in.Mapping)
}

func (s *Service) apiAddMapping(ctx context.Context, in struct {
	Body struct {
		Source string     `json:"source" doc:"Id of a provider, or scim for the directory."`
		Value  string     `json:"value" doc:"The group as the source calls it." maxLength:"200"`
		Target ospo.OrgID `json:"target" doc:"Where level or role count: the source's organisation or one below it."`
		Level  string     `json:"level,omitempty" doc:"Level that it gives; or role."`
		Role   string     `json:"role,omitempty" doc:"Key of the role that it gives; or level."`
	}
}) (Outcome, error) {
	b := in.Body
	return s.AddMapping(ctx, Mapping{Source: b.Source, Value: b.Value, Target: b.Target, Level: b.Level, Role: b.Role})
}

func (s *Service) apiDropMapping(ctx context.Context, in mappingPath) (Outcome, error) {
	return Outcome{ID: in.Mapping}, s.DropMapping(ctx, in.Mapping)
}
