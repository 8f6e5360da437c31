// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"slices"
	"strings"
	"sync"

	"allmende/internal/engine/spdx"
)

// read takes an expression from the text in the field for a licence. Where that is not
// possible the steps say why.
func read(text string) (e spdx.Expr, steps []Step, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return e, []Step{{Kind: StepSilent, Verdict: Unknown}}, false
	}
	r := spdx.Normalise(text)
	shown := short(text)
	switch r.Certainty {
	case spdx.Exact: // as it stands: that an id is deprecated is a reason of its own
		if e, err := spdx.Parse(text); err == nil {
			return e, nil, true
		}
		return r.Expr, nil, true
	case spdx.Likely:
		return r.Expr, []Step{{Kind: StepRead, Licence: r.Expr.String(), Of: []string{shown}}}, true
	case spdx.Ambiguous:
		return e, []Step{{Kind: StepAmbiguous, Licence: shown, Of: r.Candidates, Verdict: Unknown}}, false
	}
	// An expression whose ids are on no list is an expression all the same: a rule may name them.
	if e, err := spdx.Parse(text); err == nil && !bare(e) {
		return e, nil, true
	}
	return e, []Step{{Kind: StepUnreadable, Licence: shown, Verdict: Unknown}}, false
}

// bare reports whether an expression is one word on no list: any word looks like that.
func bare(e spdx.Expr) bool {
	return e.Op == spdx.Leaf && !e.Licence.Listed && e.Licence.Exception == "" && !strings.Contains(e.Licence.ID, "LicenseRef-")
}

// longest is how much of a text a reason repeats; the field may hold megabytes.
const longest = 200

func short(text string) string {
	if len(text) <= longest {
		return strings.ToValidUTF8(text, "�")
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// present gives a licence that the list has withdrawn as what stands in its place.
func present(x spdx.Licence) (spdx.Licence, bool) {
	now, why := x.Present()
	return now, why != ""
}

// families are licences whose versions follow each other, the oldest first.
var families = [][]string{
	{"GPL-1.0-only", "GPL-2.0-only", "GPL-3.0-only"}, {"LGPL-2.0-only", "LGPL-2.1-only", "LGPL-3.0-only"}, {"AGPL-1.0-only", "AGPL-3.0-only"},
	{"GFDL-1.1-only", "GFDL-1.2-only", "GFDL-1.3-only"}, {"Apache-1.0", "Apache-1.1", "Apache-2.0"}, {"MPL-1.0", "MPL-1.1", "MPL-2.0"}, {"EPL-1.0", "EPL-2.0"},
	{"CDDL-1.0", "CDDL-1.1"}, {"EUPL-1.0", "EUPL-1.1", "EUPL-1.2"}, {"AFL-1.1", "AFL-1.2", "AFL-2.0", "AFL-2.1", "AFL-3.0"}, {"OSL-1.0", "OSL-1.1", "OSL-2.0", "OSL-2.1", "OSL-3.0"},
	{"CECILL-1.0", "CECILL-1.1", "CECILL-2.0", "CECILL-2.1"}, {"PHP-3.0", "PHP-3.01"}, {"ZPL-1.1", "ZPL-2.0", "ZPL-2.1"}, {"LPPL-1.0", "LPPL-1.1", "LPPL-1.2", "LPPL-1.3a", "LPPL-1.3c"},
}

// versions lists what "or any later version" lets choose from, the first version first; none
// for a licence that leaves no such choice.
func versions(x spdx.Licence) []string {
	id := x.ID
	if stem, ok := strings.CutSuffix(id, "-or-later"); ok {
		id = stem + "-only"
	} else if !x.Plus {
		return nil
	}
	for _, f := range families {
		if i := slices.Index(f, id); i >= 0 {
			return f[i:]
		}
	}
	return []string{id}
}

var listedExceptions = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, id := range spdx.Exceptions() {
		all[id] = true
	}
	return all
})

func knownException(id string) bool { return listedExceptions()[id] }
