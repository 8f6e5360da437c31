// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package obligation knows what licences oblige to: who must, or must not, do what to what, and when.
// Its catalogue is data (data/*.yaml), one entry a duty, in our own words; each entry of a
// licence names the section and a few words of the licence itself that say so, and a test looks
// both up in the text. What the catalogue does not hold falls back to what a class of licences
// asks for as a rule, and says so; an unknown licence is to be clarified.
//
// It says which clause asks for what. It does not say what is lawful.
package obligation
