// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package fault is the error vocabulary of Allmende: a handful of kinds that the
// pages, the API, the command line and the jobs all know how to answer, so that no
// handler ever has to guess what an error from further down means.
//
// A fault names its sentence by key; the door that answers turns key and arguments
// into German or English (see platform/lang).
package fault

import (
	"errors"
	"fmt"
	"net/http"
)

// A Kind says what the caller can do about an error.
type Kind int

const (
	Internal   Kind = iota // ours to mend; the user is told only that something broke
	Invalid                // the request can be corrected
	NotFound               // nothing there, or nothing that this person may see
	Forbidden              // known person, missing permission
	Conflict               // somebody was faster; reload and try again
	Upstream               // a foreign service did not answer; the job retries
	SignIn                 // nobody is signed in
	TooLarge               // over a limit that the message names
	TooMany                // too many tries; wait
	Unreadable             // well-formed request, but its document cannot be read
)

var statuses = [...]int{500, 400, 404, 403, 409, 502, 401, 413, 429, 422}

// Error carries a kind and the key of a sentence for the person who asked.
type Error struct {
	Kind  Kind
	Key   string // text key in lang/*.json, for example "estate.name_missing"
	Args  []any  // for the %s of the text; never contain secrets or SQL
	Field string // form field at fault; empty for the whole
	Err   error  // logged, never shown
}

func (e *Error) Error() string {
	s := e.Key
	if len(e.Args) > 0 {
		s += fmt.Sprintf(" %q", e.Args)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// New returns an error of the given kind; key names the sentence for the user.
func New(k Kind, key string, args ...any) error { return &Error{Kind: k, Key: key, Args: args} }

// Because is New with the cause, which goes to the log and not to the user.
func Because(cause error, k Kind, key string, args ...any) error {
	return &Error{Kind: k, Key: key, Args: args, Err: cause}
}

// At is New for one field of a form. Several go through errors.Join.
func At(field, key string, args ...any) error {
	return &Error{Kind: Invalid, Key: key, Args: args, Field: field}
}

// Of returns the kind of err. An error that nobody classified is ours to mend.
func Of(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Status returns the HTTP status that answers err.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return statuses[Of(err)]
}

// Say returns what the user may read about err, one entry for each fault in it. An
// error of kind Internal says only that something broke.
func Say(err error) []*Error {
	var out []*Error
	var walk func(error)
	walk = func(err error) {
		switch e := err.(type) {
		case nil:
		case *Error:
			out = append(out, e)
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				walk(one)
			}
		default:
			walk(errors.Unwrap(err))
		}
	}
	walk(err)
	if Of(err) == Internal {
		return []*Error{{Kind: Internal, Key: "fault.internal"}}
	}
	return out
}

// Wrap prefixes *errp with what was being attempted, if there is an error.
//
//	defer fault.Wrap(&err, "ingest SBOM of release %s", id)
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}
