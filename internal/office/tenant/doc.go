// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package tenant runs one instance for many: an organisation with all below it leaves as a
// folder that another instance takes in, is suspended while its data stays, or is removed
// once it has left. It is for whoever operates the instance.
//
// A folder holds a file of JSON Lines for each table, the documents under their SHA-256, the
// organisation's part of the log with its proof, and a manifest that says what must be there.
package tenant
