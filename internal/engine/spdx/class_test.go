// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import "testing"

func TestClasses(t *testing.T) {
	for id, want := range map[string]Class{
		"MIT": Permissive, "mit": Permissive, "0BSD": PublicDomain, "MPL-2.0": Weak, "LGPL-2.1-or-later": Weak, "GPL-3.0-only": Strong,
		"AGPL-3.0-or-later": Network, "EUPL-1.2": Network, "SSPL-1.0": Proprietary, "CC-BY-NC-4.0": Proprietary, "CC-BY-4.0": Permissive, "CC-BY-SA-4.0": Strong,
		"BSD-3-Clause-No-Nuclear-License": Proprietary, "LicenseRef-Haus": Unknown, "any-OSI": Unknown, "Foo": Unknown,
	} {
		if got := ClassOf(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
		source, checked := ClassSource(id)
		if (source == "") != (want == Unknown) || (checked == "") != (want == Unknown) {
			t.Errorf("%s is %q by %q, read %q", id, want, source, checked)
		}
	}
}

func TestEachClassedLicenceIsListed(t *testing.T) {
	judged := 0
	for id, r := range classOf {
		if _, ok := entries[id]; !ok {
			t.Errorf("%s has class %s and is not on the list", id, r.class)
		}
		judged++
	}
	for _, e := range List() {
		if l, why := (Licence{ID: e.ID}).Present(); why == "same" && ClassOf(l.ID) != ClassOf(e.ID) {
			t.Errorf("%s is %q, %s is %q", e.ID, ClassOf(e.ID), l.ID, ClassOf(l.ID))
		}
	}
	if judged < 500 {
		t.Errorf("%d licences have a class", judged)
	}
}

func TestReach(t *testing.T) {
	for text, want := range map[string]Class{
		"MIT AND GPL-2.0-only":                               Strong,
		"MIT OR GPL-2.0-only":                                Permissive,
		"GPL-2.0-only WITH Classpath-exception-2.0":          Weak,
		"(MIT OR AGPL-3.0-only) AND LGPL-3.0-only":           Weak,
		"MIT AND LicenseRef-Haus":                            Unknown,
		"MIT OR LicenseRef-Haus":                             Permissive,
		"LicenseRef-Haus OR MIT":                             Permissive,
		"LicenseRef-Haus OR LicenseRef-Stadt":                Unknown,
		"SSPL-1.0 OR (AGPL-3.0-only AND CC0-1.0) OR GPL-2.0": Strong,
	} {
		e, err := Parse(text)
		if err != nil || e.Reach() != want {
			t.Errorf("%s reaches %q, %v, want %q", text, e.Reach(), err, want)
		}
	}
}

func TestWithdrawnIDsHaveAPresentForm(t *testing.T) {
	for id, want := range map[string]struct{ to, why string }{
		"GPL-2.0":                     {"GPL-2.0-only", "only"},
		"LGPL-2.1+":                   {"LGPL-2.1-or-later", "later"},
		"AGPL-1.0":                    {"AGPL-1.0-only", "only"},
		"GFDL-1.3":                    {"GFDL-1.3-only", "only"},
		"GPL-3.0-with-GCC-exception":  {"GPL-3.0-only WITH GCC-exception-3.1", "exception"},
		"wxWindows":                   {"LGPL-2.0-or-later WITH WxWindows-exception-3.1", "exception"},
		"BSD-2-Clause-NetBSD":         {"BSD-2-Clause", "same"},
		"GPL-2.0-only":                {"GPL-2.0-only", ""},
		"GFDL-1.3-no-invariants-only": {"GFDL-1.3-no-invariants-only", ""},
		"MIT":                         {"MIT", ""},
	} {
		l, why := Licence{ID: id}.Present()
		if l.String() != want.to || why != want.why {
			t.Errorf("%s is today %s, %q; want %s, %q", id, l, why, want.to, want.why)
		}
		if _, listed := Find(id); !listed {
			t.Errorf("%s is not on the list at all", id)
		}
	}
	e, _ := Parse("GPL-2.0+ WITH Classpath-exception-2.0 OR MIT")
	if e, why := e.Present(); e.String() != "GPL-2.0-or-later WITH Classpath-exception-2.0 OR MIT" || why != "later" {
		t.Errorf("it is today %s, %q", e, why)
	}
}

func TestMarksAndExceptions(t *testing.T) {
	for id, want := range map[string]Mark{"MIT": Yes, "Apache-2.0": Yes, "JSON": No, "curl": Unmarked} {
		if e, ok := Find(id); !ok || e.FSF != want {
			t.Errorf("%s: the FSF says %q, want %q", id, e.FSF, want)
		}
	}
	for _, id := range Exceptions() {
		if ExceptionName(id) == "" {
			t.Errorf("the exception %s has no name", id)
		}
	}
}
