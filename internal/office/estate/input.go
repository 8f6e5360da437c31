// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// SoftwareInput is what a person or a machine says of a software.
type SoftwareInput struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind,omitempty" enum:"open,proprietary,own,unknown" doc:"Without it: unknown."`
	PurposeDE  string         `json:"purpose_de,omitempty"`
	PurposeEN  string         `json:"purpose_en,omitempty"`
	Licence    string         `json:"licence,omitempty" doc:"SPDX expression, or as the maker calls it."`
	Website    string         `json:"website,omitempty"`
	Repository string         `json:"repository,omitempty"`
	PURL       string         `json:"purl,omitempty" doc:"Package URL; a version in it is dropped."`
	Supplier   string         `json:"supplier,omitempty" doc:"Name of the maker; registered where it is new."`
	Source     string         `json:"source,omitempty" doc:"Where these facts were found."`
	Checked    Day            `json:"checked,omitempty" doc:"When they were found there: 2026-11-20, 2026-11 or 2026."`
	Releases   []ReleaseInput `json:"releases,omitempty"`
}

// ReleaseInput is what is said of a release.
type ReleaseInput struct {
	Version   string     `json:"version,omitempty" doc:"Empty where nobody knows."`
	PURL      string     `json:"purl,omitempty"`
	Released  Day        `json:"released,omitempty"`
	Supported Day        `json:"supported_until,omitempty"`
	Uses      []UseInput `json:"uses,omitempty"`
}

// UseInput is what is said of a use.
type UseInput struct {
	Org         ospo.OrgID     `json:"org,omitempty" doc:"Organisation that runs the release; without it, the one that acts."`
	Release     ospo.ReleaseID `json:"release,omitempty" doc:"Release that is run."`
	Role        string         `json:"role,omitempty" enum:"user,operator,provider,developer" doc:"Without it: user."`
	Purpose     string         `json:"purpose,omitempty"`
	Since       Day            `json:"since,omitempty"`
	Criticality string         `json:"criticality,omitempty" enum:"unknown,low,normal,high,very_high"`
	Contract    string         `json:"contract,omitempty" doc:"Number of the contract; registered where it is new."`
	ContractEnd Day            `json:"contract_until,omitempty"`
	Supplier    string         `json:"supplier,omitempty" doc:"Who delivers or looks after it; registered where it is new."`
	External    string         `json:"external,omitempty" doc:"Number of the line in another register."`
}

// Longest texts, in bytes: of one line, and of several.
const (
	lineLimit = 300
	textLimit = 5000
)

// checked returns the input in the form in which it is kept, or everything that is wrong with it.
func (in SoftwareInput) checked() (SoftwareInput, error) {
	in.Name, in.Licence, in.Supplier, in.Source = tidy(in.Name), tidy(in.Licence), tidy(in.Supplier), tidy(in.Source)
	in.Website, in.Repository = tidy(in.Website), tidy(in.Repository)
	in.PurposeDE, in.PurposeEN = strings.TrimSpace(in.PurposeDE), strings.TrimSpace(in.PurposeEN)
	in.Kind = orElse(in.Kind, "unknown")
	var errs []error
	if in.Name == "" {
		errs = append(errs, fault.At("name", "estate.name_missing"))
	}
	errs = append(errs, oneOf("kind", in.Kind, Kinds), address("website", in.Website), address("repository", in.Repository),
		short("name", in.Name, lineLimit), short("licence", in.Licence, lineLimit), short("supplier", in.Supplier, lineLimit), short("source", in.Source, lineLimit),
		short("purpose_de", in.PurposeDE, textLimit), short("purpose_en", in.PurposeEN, textLimit))
	var err error
	in.PURL, err = barePURL(in.PURL)
	errs = append(errs, err)
	in.Checked, err = parseDay("checked", string(in.Checked))
	return in, errors.Join(append(errs, err)...)
}

func (in ReleaseInput) checked() (ReleaseInput, error) {
	in.Version, in.PURL = tidy(in.Version), tidy(in.PURL)
	var err1, err2, err3 error
	in.Released, err1 = parseDay("released", string(in.Released))
	in.Supported, err2 = parseDay("supported", string(in.Supported))
	if in.PURL != "" {
		_, err3 = readPURL(in.PURL)
	}
	return in, errors.Join(short("version", in.Version, lineLimit), err3, err1, err2)
}

func (in UseInput) checked() (UseInput, error) {
	in.Purpose, in.Contract, in.Supplier, in.External = strings.TrimSpace(in.Purpose), tidy(in.Contract), tidy(in.Supplier), tidy(in.External)
	in.Role, in.Criticality = orElse(in.Role, "user"), orElse(in.Criticality, "unknown")
	var err1, err2 error
	in.Since, err1 = parseDay("since", string(in.Since))
	in.ContractEnd, err2 = parseDay("contract_until", string(in.ContractEnd))
	return in, errors.Join(oneOf("role", in.Role, Roles), oneOf("criticality", in.Criticality, Criticalities), err1, err2,
		short("purpose", in.Purpose, textLimit), short("contract", in.Contract, lineLimit), short("supplier", in.Supplier, lineLimit), short("external", in.External, lineLimit))
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func oneOf(field, value string, of []string) error {
	if slices.Contains(of, value) {
		return nil
	}
	return fault.At(field, "estate.value", value, strings.Join(of, ", "))
}

func short(field, value string, limit int) error {
	if len(value) <= limit {
		return nil
	}
	return fault.At(field, "estate.too_long", len(value), limit)
}

// address refuses what is no web address: it will stand in a link.
func address(field, value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fault.At(field, "estate.address", value)
	}
	return short(field, value, lineLimit)
}

// barePURL returns a package URL without version, qualifiers and subpath.
func barePURL(value string) (string, error) {
	if value = tidy(value); value == "" {
		return "", nil
	}
	p, err := readPURL(value)
	p.Version, p.Qualifiers, p.Subpath = "", "", ""
	if err != nil {
		return value, err
	}
	return p.Key(), nil
}

func readPURL(value string) (purl.PURL, error) {
	p, err := purl.Parse(value)
	if err != nil {
		return p, &fault.Error{Kind: fault.Invalid, Key: "estate.purl_unreadable", Args: []any{value}, Field: "purl", Err: err}
	}
	return p, nil
}
