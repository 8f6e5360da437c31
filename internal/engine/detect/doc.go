// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package detect recognises licences in files: texts of licences, SPDX tags and customary
// headers, REUSE information, and what package manifests declare. It is given the content of
// files and reads none itself. What is declared and what is found stay two things; a text in
// which words were changed is marked as changed and never counts as the licence it is like.
//
// SPDX 2.3 (annex E: short form identifiers), REUSE 3.3.
package detect
