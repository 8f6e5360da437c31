// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"errors"
	"regexp"
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/fault"
)

var identifier = regexp.MustCompile(`(?i)^(cve-\d{4}-\d{4,}|ghsa(-[23456789cfghjmpqrvwx]{4}){3}|(go|pysec|rustsec|osv|debian|dsa|dla|ubuntu|usn|alsa|rlsa|mal|bit|rsec|hsec|cgsa|echo|drupal)-[a-z0-9:._-]*\d[a-z0-9:._-]*)$`)

// garbled is what was meant for an identifier and is none.
var garbled = regexp.MustCompile(`(?i)^(cve[-_ ]?\d[-_ \d]*|ghsa(-[a-z0-9]+){3})$`)

// KindOf tells by its form what a question asks for. Identifiers have as many forms as there
// are sources: what has none of these may still be one that some advisory bears.
func KindOf(query string) string {
	switch {
	case identifier.MatchString(query):
		return Vulnerability
	case strings.HasPrefix(strings.ToLower(query), "pkg:"):
		return Package
	}
	return Text
}

// namable reports whether a text could be the identifier of an advisory.
func namable(query string) bool {
	return strings.ContainsAny(query, "0123456789") && !strings.ContainsAny(query, " \t@/")
}

// several reports whether a question names more than one identifier or package URL.
func several(query string) bool {
	parts := strings.FieldsFunc(query, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	for _, p := range parts {
		if KindOf(p) == Text {
			return false
		}
	}
	return len(parts) > 1
}

// versioned is how a version or a range begins, other than what follows an @ in an address.
var versioned = regexp.MustCompile(`^(v?\d|[<>=^~*]|vers:)`)

// ranged parts "log4j-core@<2.17" into name and range; ok is false where it is none.
func ranged(query string) (name string, bounds []purl.Bound, ok bool, err error) {
	at := strings.LastIndexByte(query, '@')
	if at < 1 || query[at-1] == '/' || !versioned.MatchString(strings.TrimSpace(query[at+1:])) {
		return "", nil, false, nil
	}
	bounds, err = purl.ParseRange(strings.TrimSpace(query[at+1:]))
	return strings.TrimSpace(query[:at]), bounds, true, unreadable(query, err)
}

// numbered parts "log4j-core 2.14.1" into name and version.
func numbered(query string) (name string, bounds []purl.Bound, ok bool) {
	i := strings.LastIndexByte(query, ' ')
	if i < 1 || !regexp.MustCompile(`^v?\d`).MatchString(query[i+1:]) {
		return "", nil, false
	}
	return strings.TrimSpace(query[:i]), []purl.Bound{{Op: "=", Version: strings.TrimPrefix(query[i+1:], "v")}}, true
}

// unreadable says what was got and what was wanted where a package URL or range is none.
func unreadable(query string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*purl.Error](err); ok && e.Code == "purl.range_form" {
		return fault.Because(err, fault.Invalid, "where.range_form", query, e.Got)
	}
	return fault.Because(err, fault.Invalid, "where.purl_invalid", query, err.Error())
}
