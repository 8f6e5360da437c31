// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"html/template"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
)

// Kinds, Roles and Criticalities are the values that the register knows, in the order
// in which a form offers them. "unknown" is a value: nobody has looked yet.
var (
	Kinds         = []string{"open", "proprietary", "own", "unknown"}
	Roles         = []string{"user", "operator", "provider", "developer"}
	Criticalities = []string{"unknown", "low", "normal", "high", "very_high"}
)

// Software is a product in the register.
type Software struct {
	ID         ospo.SoftwareID `json:"id"`
	Org        ospo.OrgID      `json:"org" doc:"Organisation that keeps the entry."`
	Name       string          `json:"name"`
	Kind       string          `json:"kind" enum:"open,proprietary,own,unknown"`
	PurposeDE  string          `json:"purpose_de,omitempty"`
	PurposeEN  string          `json:"purpose_en,omitempty"`
	Licence    string          `json:"licence,omitempty"`
	Website    string          `json:"website,omitempty"`
	Repository string          `json:"repository,omitempty"`
	PURL       string          `json:"purl,omitempty" doc:"Package URL without version."`
	Supplier   string          `json:"supplier,omitempty" doc:"Name of the maker."`
	SupplierID string          `json:"supplier_id,omitempty"`
	Source     string          `json:"source,omitempty" doc:"Where these facts were found."`
	Checked    Day             `json:"checked,omitempty" doc:"When they were found there."`
	Retired    string          `json:"retired,omitempty" doc:"When it was taken out of service; absent while in service."`
	Changed    string          `json:"changed"`
	Mine       bool            `json:"-"` // the viewer's tree keeps it, so the viewer may change it
	KnowsMaker bool            `json:"-"` // the viewer's tree keeps the maker's entry too
}

// Purpose returns the purpose in the reader's language, or in the other one.
func (s Software) Purpose(lang string) string {
	if lang == "en" && s.PurposeEN != "" || s.PurposeDE == "" {
		return s.PurposeEN
	}
	return s.PurposeDE
}

// A Release is one version of a software. The empty version is the unknown one.
type Release struct {
	ID        ospo.ReleaseID  `json:"id"`
	Org       ospo.OrgID      `json:"org"`
	Software  ospo.SoftwareID `json:"software"`
	Name      string          `json:"name" doc:"Name of the software."`
	Version   string          `json:"version"`
	PURL      string          `json:"purl,omitempty"`
	Released  Day             `json:"released,omitempty"`
	Supported Day             `json:"supported_until,omitempty"`
	Retired   string          `json:"retired,omitempty"`
	Mine      bool            `json:"-"`
}

// Title is how people call the release: "Zammad 6.3.1".
func (r Release) Title() string { return strings.TrimSpace(r.Name + " " + r.Version) }

// A Use says that an organisation runs a release, in which role and for what.
type Use struct {
	ID          string         `json:"id"`
	Org         ospo.OrgID     `json:"org" doc:"Organisation that runs the release."`
	OrgName     string         `json:"org_name"`
	Release     ospo.ReleaseID `json:"release"`
	Role        string         `json:"role" enum:"user,operator,provider,developer"`
	Purpose     string         `json:"purpose,omitempty"`
	Since       Day            `json:"since,omitempty"`
	Ended       Day            `json:"ended,omitempty"`
	Criticality string         `json:"criticality" enum:"unknown,low,normal,high,very_high"`
	Contract    string         `json:"contract,omitempty" doc:"Number of the contract."`
	ContractID  string         `json:"contract_id,omitempty"`
	ContractEnd Day            `json:"contract_until,omitempty"`
	Supplier    string         `json:"supplier,omitempty" doc:"Name of who delivers or looks after it."`
	SupplierID  string         `json:"supplier_id,omitempty"`
	External    string         `json:"external,omitempty" doc:"Number of the line in another register."`
	Version     string         `json:"version,omitempty"`

	KnowsSupplier bool `json:"-"` // the viewer's tree keeps the supplier's entry
	KnowsContract bool `json:"-"`
}

// A Hit says what other rooms know about a release, or about several together.
type Hit struct {
	Critical, High, Findings int
	Unchecked                int // packages of which nobody could tell whether they have findings
	Documents                int // releases with a bill of materials
	Unclear                  int // of these, without a finding, but too little was checked to clear them
	Missing                  int // releases without a bill of materials
}

// plus is what is known of both.
func (h Hit) plus(o Hit) Hit {
	return Hit{h.Critical + o.Critical, h.High + o.High, h.Findings + o.Findings, h.Unchecked + o.Unchecked,
		h.Documents + o.Documents, h.Unclear + o.Unclear, h.Missing + o.Missing}
}

// SBOM says whether the releases have a bill of materials: yes, some, no.
func (h Hit) SBOM() string { return share(h.Documents, h.Missing) }

// Checked says how many releases could be checked for findings: yes is all, some, no is none.
func (h Hit) Checked() string { return share(h.Documents-h.Unclear, h.Unclear+h.Missing) }

// Partly reports that what is said of findings leaves something out.
func (h Hit) Partly() bool { return h.Unchecked+h.Unclear+h.Missing > 0 }

func share(with, without int) string {
	switch {
	case with == 0:
		return "no"
	case without > 0:
		return "some"
	}
	return "yes"
}

// Service is the register.
type Service struct {
	store  store
	queue  *job.Queue
	blobs  blob.Store
	texts  lang.Catalogue
	Limits sheet.Limits // of imported tables

	// VisibilityChanged is told which releases came into or went out of somebody's view.
	VisibilityChanged []func(ctx context.Context, tx *db.Tx, releases []ospo.ReleaseID) error

	Signs  signs                                                                                // the verdict strip of a release
	Panels func(ctx context.Context, release string) (template.HTML, error)                     // what other rooms say of it
	Hits   func(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]Hit, error) // for lists; nil where the viewer may not know

	// Rulings are the verdicts on the licences of releases, for lists; nil where the viewer may
	// not know.
	Rulings func(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]string, error)

	SoftwarePanels func(ctx context.Context, software string) (template.HTML, error) // what other rooms say of a software
}

// New returns the register kept in d. Imports run in q; what was uploaded for them is kept in blobs.
func New(d *db.DB, q *job.Queue, blobs blob.Store) *Service {
	texts, err := lang.Load(files, sheet.Files)
	if err != nil {
		panic("estate: " + err.Error()) // the texts are part of the program itself
	}
	s := &Service{store: store{d}, queue: q, blobs: blobs, texts: texts, Limits: sheet.Default}
	if q != nil {
		s.work(q)
	}
	return s
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "estate", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Fields: s.fields}
}

// Release returns a release that the viewer may see; any other is not found.
func (s *Service) Release(ctx context.Context, id ospo.ReleaseID) (Release, error) {
	return s.store.release(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// changed works out who sees releases now that may have come into or gone out of somebody's
// view, and tells the other rooms.
func (s *Service) changed(ctx context.Context, tx *db.Tx, releases ...ospo.ReleaseID) error {
	if len(releases) == 0 {
		return nil
	}
	if err := s.store.see(ctx, tx, releases); err != nil {
		return err
	}
	for _, f := range s.VisibilityChanged {
		if err := f(ctx, tx, releases); err != nil {
			return err
		}
	}
	return nil
}

// TreeChanged works out who sees what, after organisations came, moved or left.
func (s *Service) TreeChanged(ctx context.Context, tx *db.Tx) (err error) {
	defer fault.Wrap(&err, "see who sees which releases, after the organisations changed")
	return s.store.seeAll(ctx, tx)
}

// Shelved tidies up after many documents came, each with its release.
func (s *Service) Shelved(ctx context.Context) error {
	return s.store.db.Sweep(ctx, "estate_visible", "estate_release", "estate_software", "estate_use")
}

// fold brings a name into the form in which names are compared.
func fold(name string) string { return strings.ToLower(tidy(name)) }

// tidy removes white space around a text and runs of it within.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }
