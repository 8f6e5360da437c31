// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/audit"
	"allmende/internal/office/estate"
	"allmende/internal/office/policy"
	"allmende/internal/office/role"
	"allmende/internal/office/sbom"
	"allmende/internal/office/tenant"
	"allmende/internal/office/vulnerability"
	"allmende/internal/office/where"
)

// Words of the rooms that the command line speaks, too.
type (
	Answer  = where.Answer
	Counts  = where.Counts
	Product = where.Product
	Receipt = sbom.Receipt
	// LicenceCheck is what a profile says of the licences of a document.
	LicenceCheck = policy.Check
	Limits       = sbom.Limits

	EstateFilter   = estate.Filter
	AdvisoryFilter = vulnerability.AdvisoryFilter

	RoleGrant   = role.Grant
	Explanation = role.Explanation
	Why         = role.Reason

	AccessMatrix   = role.Matrix
	AccessQuestion = role.Question
	OrgReport      = tenant.Report

	LogTrust      = audit.Trust
	LogReport     = audit.Report
	LogFileReport = audit.FileReport
)

// What the command line does with a log without opening the program.
var (
	ReadTrust         = audit.ReadTrust
	VerifyLog         = audit.VerifyDatabase
	VerifyLogFile     = audit.VerifyFile
	SayFlaw, SayProof = audit.Say, audit.SayProof
	SayOf             = audit.SayFault
)

// Inspect reads a document without any database: format, version, counts, warnings, and
// the check against the official schema.
func Inspect(data []byte, limits Limits, tongue string) (sbom.Inspection, error) {
	return sbom.Inspect(data, limits, tongue)
}

// Unread says in a reader's language why Inspect could not read a document.
func Unread(tongue string, err error) string { return sbom.Say(tongue, err) }

// Take takes one document in, for the product and version named, else for those that the
// document names.
func (a *App) Take(ctx context.Context, software, version, file string, data []byte) (Receipt, error) {
	return a.SBOM.Take(ctx, sbom.Upload{File: file, Data: data, Software: software, Version: version})
}
