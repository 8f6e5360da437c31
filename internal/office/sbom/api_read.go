// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/keyset"
)

func (s *Service) reads() []api.Op {
	return []api.Op{
		api.Get("sbom-documents", "/sbom/documents", "sbom.read", "Present bills of materials", s.apiDocuments),
		api.Get("sbom-document", "/sbom/documents/{document}", "sbom.read", "One bill of materials with its figures and warnings", s.apiDocument),
		api.Get("sbom-raw", "/sbom/documents/{document}/raw", "sbom.read", "The document as it came in, unpacked", s.apiRaw),
		api.Get("sbom-components", "/sbom/documents/{document}/components", "sbom.read", "The packages that a document lists", s.apiComponents),
		api.Get("sbom-licences", "/sbom/documents/{document}/licences", "sbom.read", "How the packages of a document are licensed", s.apiLicences),
		api.Get("sbom-diff", "/sbom/diff", "sbom.read", "What changed between two releases", s.apiDiff),
		api.Get("sbom-why", "/sbom/why", "sbom.read", "Why a package is in a release", s.apiWhy),
	}
}

type documentsIn struct {
	api.Paging
	Text    string         `query:"q" doc:"In the name of the software."`
	Format  string         `query:"format" doc:"CycloneDX or SPDX"`
	Org     ospo.OrgID     `query:"org" doc:"Documents of this organisation and those below it."`
	Problem string         `query:"problem" doc:"warnings, without_purl, without_licence, unplaced or not_complete"`
	Release ospo.ReleaseID `query:"release" doc:"All documents of this release, with those that were replaced."`
}

func (s *Service) apiDocuments(ctx context.Context, in documentsIn) (api.List[Document], error) {
	found, err := s.Documents(ctx, Filter{in.Text, in.Format, in.Org, in.Problem, in.Release}, Order{"uploaded", true, in.After, in.Size + 1})
	if err != nil {
		return api.List[Document]{}, err
	}
	out := api.List[Document]{Items: append([]Document{}, found[:min(len(found), in.Size)]...)}
	if len(found) > in.Size {
		last := out.Items[in.Size-1]
		out.Next = keyset.Cursor(last.key("uploaded"), last.ID)
	}
	return out, nil
}

type documentIn struct {
	Document string `path:"document" doc:"Number of the document."`
}

func (s *Service) apiDocument(ctx context.Context, in documentIn) (Document, error) {
	return s.Document(ctx, in.Document)
}

type componentsIn struct {
	Document string `path:"document" doc:"Number of the document."`
	api.Paging
	Text    string `query:"q" doc:"In the name."`
	Lacks   string `query:"lacks" doc:"purl or licence"`
	Direct  bool   `query:"direct" doc:"Only what the product itself asks for."`
	Licence string `query:"licence" doc:"Exactly this licence."`
}

func (s *Service) apiComponents(ctx context.Context, in componentsIn) (api.List[Component], error) {
	found, err := s.Components(ctx, in.Document, Sieve{in.Text, in.Lacks, in.Direct, in.Licence}, Order{"name", false, in.After, in.Size + 1})
	if err != nil {
		return api.List[Component]{}, err
	}
	out := api.List[Component]{Items: append([]Component{}, found[:min(len(found), in.Size)]...)}
	if len(found) > in.Size {
		last := out.Items[in.Size-1]
		out.Next = keyset.Cursor(strings.ToLower(last.Name), last.Package)
	}
	return out, nil
}

func (s *Service) apiLicences(ctx context.Context, in documentIn) (api.List[Share], error) {
	d, err := s.Document(ctx, in.Document)
	if err != nil {
		return api.List[Share]{}, err
	}
	all, err := s.licences(ctx, d.id)
	return api.List[Share]{Items: append([]Share{}, all...)}, err
}

type diffIn struct {
	From ospo.ReleaseID `query:"from" required:"true" doc:"Release before."`
	To   ospo.ReleaseID `query:"to" required:"true" doc:"Release after."`
}

func (s *Service) apiDiff(ctx context.Context, in diffIn) (Diff, error) {
	d, err := s.Diff(ctx, in.From, in.To)
	d.Changes = append([]Change{}, d.Changes...)
	return d, err
}

type whyIn struct {
	Release ospo.ReleaseID `query:"release" required:"true"`
	Package string         `query:"package" required:"true" doc:"Number of the package, or its package URL."`
}

func (s *Service) apiWhy(ctx context.Context, in whyIn) (Reason, error) {
	r, err := s.WhyIn(ctx, in.Release, in.Package)
	r.Shortest, r.Others = append([]Step{}, r.Shortest...), append([][]Step{}, r.Others...)
	return r, err
}

// apiRaw hands out a document as it came in, unpacked.
func (s *Service) apiRaw(ctx context.Context, in documentIn) ([]byte, error) {
	d, err := s.Document(ctx, in.Document)
	if err != nil {
		return nil, err
	}
	return s.Raw(d)
}
