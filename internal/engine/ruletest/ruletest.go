// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package ruletest is for tests of engines whose rules are documents: *.txtar, one file a rule,
// which says what the rule is before it gives an example and what follows from it.
package ruletest

import (
	"fmt"
	"io/fs"
	"strings"
)

// Read returns the parts of each rule in a folder by the rule's name; what stands before the
// first "-- name --" is the part without a name. Fewer rules than least are an error, since
// rules that are not found are not checked, and so is one that does not say what it is.
func Read(folder fs.FS, least int) (map[string]map[string]string, error) {
	files, err := fs.Glob(folder, "*.txtar")
	if err != nil || len(files) < least {
		return nil, fmt.Errorf("%d rules, %v; want at least %d", len(files), err, least)
	}
	all := map[string]map[string]string{}
	for _, f := range files {
		data, err := fs.ReadFile(folder, f)
		if err != nil {
			return nil, err
		}
		parts, name := map[string]string{}, ""
		for line := range strings.Lines(string(data)) {
			if in, ok := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- "); ok {
				name = in
				continue
			}
			parts[name] += line
		}
		if len(strings.TrimSpace(parts[""])) < 40 {
			return nil, fmt.Errorf("%s does not say what the rule is", f)
		}
		all[strings.TrimSuffix(f, ".txtar")] = parts
	}
	return all, nil
}
