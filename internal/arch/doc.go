// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package arch keeps the house in shape: each rule of docs/layout.md, R1 to R15, is a
// test here that reads the source, and says what to do where a rule is broken.
// mutate.sh breaks each rule once and shows that its test notices.
//
// Three rules need the running program and are tested where it runs: that templates
// fit their pages (R9) and that the API is a golden file (R10) in internal/app, that
// pages are accessible (R15) in internal/browser. Here it is only seen to that those
// tests exist.
package arch
