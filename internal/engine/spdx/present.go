// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import "strings"

// renewed are ids that the SPDX License List has withdrawn, with what stands in their place.
// Reasons: "only" – the id did not say whether later versions are meant, and means this one
// alone; "later" – "+" is part of the id; "exception" – the exception is named after WITH;
// "same" – it is another licence of the list, word for word or by its newer name.
var renewed = map[string]struct {
	to  Licence
	why string
}{
	"GPL-2.0-with-autoconf-exception":  {Licence{ID: "GPL-2.0-only", Exception: "Autoconf-exception-2.0"}, "exception"},
	"GPL-2.0-with-bison-exception":     {Licence{ID: "GPL-2.0-only", Exception: "Bison-exception-2.2"}, "exception"},
	"GPL-2.0-with-classpath-exception": {Licence{ID: "GPL-2.0-only", Exception: "Classpath-exception-2.0"}, "exception"},
	"GPL-2.0-with-font-exception":      {Licence{ID: "GPL-2.0-only", Exception: "Font-exception-2.0"}, "exception"},
	"GPL-2.0-with-GCC-exception":       {Licence{ID: "GPL-2.0-only", Exception: "GCC-exception-2.0"}, "exception"},
	"GPL-3.0-with-autoconf-exception":  {Licence{ID: "GPL-3.0-only", Exception: "Autoconf-exception-3.0"}, "exception"},
	"GPL-3.0-with-GCC-exception":       {Licence{ID: "GPL-3.0-only", Exception: "GCC-exception-3.1"}, "exception"},
	"eCos-2.0":                         {Licence{ID: "GPL-2.0-or-later", Exception: "eCos-exception-2.0"}, "exception"},
	"wxWindows":                        {Licence{ID: "LGPL-2.0-or-later", Exception: "WxWindows-exception-3.1"}, "exception"},
	"BSD-2-Clause-FreeBSD":             {Licence{ID: "BSD-2-Clause-Views"}, "same"},
	"BSD-2-Clause-NetBSD":              {Licence{ID: "BSD-2-Clause"}, "same"},
	"bzip2-1.0.5":                      {Licence{ID: "bzip2-1.0.6"}, "same"},
	"Nunit":                            {Licence{ID: "zlib-acknowledgement"}, "same"},
	"StandardML-NJ":                    {Licence{ID: "SMLNJ"}, "same"},
}

// families of licences whose ids say whether later versions are meant.
var saying = []string{"GPL-", "LGPL-", "AGPL-", "GFDL-"}

// Present gives a licence as the list names it today, and why that is another name than it
// had: "only", "later", "exception" or "same", as with renewed; empty where it is the same.
// Source: SPDX License List, deprecated identifiers since 3.0 (2017-12-28).
func (l Licence) Present() (_ Licence, why string) {
	if r, ok := renewed[l.ID]; ok {
		if l.Exception != "" && r.to.Exception != "" || l.Plus {
			return l, "" // nobody can say what that means
		}
		r.to.Listed = l.Listed
		if r.to.Exception == "" {
			r.to.Exception = l.Exception
		}
		return r.to, r.why
	}
	for _, f := range saying {
		version, ok := strings.CutPrefix(l.ID, f)
		if !ok || strings.ContainsFunc(strings.TrimSuffix(version, "+"), notVersion) {
			continue
		}
		bare, later := strings.CutSuffix(l.ID, "+")
		to := Licence{ID: bare + "-only", Exception: l.Exception, Listed: l.Listed}
		why = "only"
		if later || l.Plus {
			to.ID, why = bare+"-or-later", "later"
		}
		if _, known := entries[to.ID]; known {
			return to, why
		}
	}
	return l, ""
}

func notVersion(r rune) bool { return r != '.' && (r < '0' || r > '9') }

// Present gives each licence of the expression as the list names it today; why is the reason
// of the first that changed.
func (e Expr) Present() (_ Expr, why string) {
	if e.Op == Leaf {
		e.Licence, why = e.Licence.Present()
		return e, why
	}
	args := make([]Expr, len(e.Args))
	for i, a := range e.Args {
		var changed string
		args[i], changed = a.Present()
		if why == "" {
			why = changed
		}
	}
	e.Args = args
	return e, why
}

// Deprecated reports whether the list has withdrawn an id in favour of another.
func Deprecated(id string) bool {
	_, why := Licence{ID: id}.Present()
	return why != ""
}
