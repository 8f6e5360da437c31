// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/blob"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("estate-software-list", "/estate/software", mayRead, "Software in the register, by page", s.apiList),
		api.Get("estate-software", "/estate/software/{id}", mayRead, "One software with its releases and their uses", s.apiSoftware),
		api.Post("estate-software-add", "/estate/software", mayWrite, "Register a software with releases and uses", s.apiAdd),
		api.Get("estate-release", "/estate/releases/{id}", mayRead, "One release with its uses", s.apiRelease),
		api.Post("estate-release-add", "/estate/releases", mayWrite, "Register a release of a software", s.apiAddRelease),
		api.Get("estate-uses", "/estate/uses", mayRead, "Who uses a release", s.apiUses),
		api.Post("estate-use-add", "/estate/uses", mayWrite, "Note that an organisation uses a release", s.apiAddUse),
		api.Upload("estate-import", "/estate/import", mayWrite, "Import a table: all of it or nothing", s.kinds(), s.importParams(), s.apiImport),
	}
}

type listIn struct {
	api.Paging
	Q           string `query:"q" doc:"Part of name, purpose, licence, package URL or maker."`
	Kind        string `query:"kind" enum:"open,proprietary,own,unknown"`
	Role        string `query:"role" enum:"user,operator,provider,developer"`
	Org         string `query:"org" doc:"Kept or used by this organisation or one below it."`
	Criticality string `query:"criticality" enum:"unknown,low,normal,high,very_high"`
	Licence     string `query:"licence"`
	Supplier    string `query:"supplier" doc:"Part of the name of the maker, or of who delivers a use."`
	SBOM        string `query:"sbom" enum:"yes,no" doc:"Whether some release has a bill of materials."`
	State       string `query:"state" enum:"retired" doc:"Without it: in service."`
	Sort        string `query:"sort" default:"name" doc:"name, kind, licence, supplier, criticality, uses or changed; with a minus before it, descending."`
}

func (s *Service) apiList(ctx context.Context, in listIn) (api.List[SoftwareRow], error) {
	sort, desc := strings.CutPrefix(in.Sort, "-")
	rows, next, err := s.List(ctx, Filter{in.Q, in.Kind, in.Role, ospo.OrgID(in.Org), in.Criticality, in.Licence, in.Supplier, in.SBOM, in.State},
		Order{Sort: sort, Desc: desc, After: in.After, Size: in.Size})
	if rows == nil {
		rows = []SoftwareRow{}
	}
	return api.List[SoftwareRow]{Items: rows, Next: next}, err
}

type softwareIn struct {
	ID string `path:"id"`
}

func (s *Service) apiSoftware(ctx context.Context, in softwareIn) (SoftwareEntry, error) {
	w, err := s.Software(ctx, ospo.SoftwareID(in.ID))
	if err != nil {
		return SoftwareEntry{}, err
	}
	entries, err := s.addEntries(ctx, nil, []SoftwareRow{{Software: w}})
	if err != nil {
		return SoftwareEntry{}, err
	}
	return entries[0], nil
}

type addIn struct{ Body SoftwareInput }

func (s *Service) apiAdd(ctx context.Context, in addIn) (SoftwareEntry, error) {
	id, err := s.Add(ctx, in.Body)
	if err != nil {
		return SoftwareEntry{}, err
	}
	return s.apiSoftware(ctx, softwareIn{string(id)})
}

type releaseIn struct {
	ID string `path:"id"`
}

func (s *Service) apiRelease(ctx context.Context, in releaseIn) (ReleaseEntry, error) {
	r, err := s.Release(ctx, ospo.ReleaseID(in.ID))
	if err != nil {
		return ReleaseEntry{}, err
	}
	uses, err := s.UsesOf(ctx, r.ID)
	return ReleaseEntry{r, uses}, err
}

type addReleaseIn struct {
	Body struct {
		Software ospo.SoftwareID `json:"software" doc:"Software that it is a release of."`
		ReleaseInput
	}
}

func (s *Service) apiAddRelease(ctx context.Context, in addReleaseIn) (ReleaseEntry, error) {
	id, err := s.AddRelease(ctx, in.Body.Software, in.Body.ReleaseInput)
	if err != nil {
		return ReleaseEntry{}, err
	}
	return s.apiRelease(ctx, releaseIn{string(id)})
}

type usesIn struct {
	Release string `query:"release" required:"true"`
}

func (s *Service) apiUses(ctx context.Context, in usesIn) (api.List[Use], error) {
	r, err := s.apiRelease(ctx, releaseIn{in.Release})
	if r.Uses == nil {
		r.Uses = []Use{}
	}
	return api.List[Use]{Items: r.Uses}, err
}

type addUseIn struct{ Body UseInput }

func (s *Service) apiAddUse(ctx context.Context, in addUseIn) (Use, error) {
	id, err := s.AddUse(ctx, in.Body.Release, in.Body)
	if err != nil {
		return Use{}, err
	}
	return s.Use(ctx, id)
}

func (s *Service) kinds() []string {
	return []string{"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"}
}

func (s *Service) importParams() []api.Param {
	out := []api.Param{{Name: "dry_run", Doc: "With true, say what would happen and write nothing."}}
	for _, f := range Fields {
		out = append(out, api.Param{Name: f, Doc: "Heading of the column that holds the field " + f + "; without it, the usual headings are recognised. A minus alone leaves the field out."})
	}
	return out
}

// apiImport reads the table in the body. Its answer says line by line what was done.
func (s *Service) apiImport(r *http.Request) (ImportReport, error) {
	data, err := blob.Read(http.MaxBytesReader(nil, r.Body, s.Limits.Bytes+1), s.Limits.Bytes)
	if _, big := errors.AsType[*http.MaxBytesError](err); big || errors.Is(err, blob.ErrTooLarge) {
		return ImportReport{}, fault.New(fault.TooLarge, "estate.import.too_large", s.importPage().Bytes)
	}
	if err != nil {
		return ImportReport{}, fault.Because(err, fault.Invalid, "estate.form")
	}
	q, told := r.URL.Query(), map[string]string{}
	for _, f := range Fields {
		if q.Has(f) {
			told[f] = strings.TrimPrefix(q.Get(f), "-")
		}
	}
	m, err := s.Told(data, told)
	if err != nil {
		return ImportReport{}, err
	}
	return s.Import(r.Context(), data, m, q.Get("dry_run") == "true" || q.Get("dry_run") == "1")
}
