// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"testing"

	"allmende/internal/engine/process"
	"allmende/internal/platform/door"
)

// Each role that a shipped procedure names is one that ships, and grants what its part takes:
// whoever has a task or a step can do it, and whoever agrees as second person may decide.
func TestShippedProceduresFitTheShippedRoles(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: none is asked
	all, err := a.Role.Roles(door.With(t.Context(), door.Viewer{Org: "nowhere", Person: "operator", Grants: []string{"*"}}))
	if err != nil {
		t.Fatal(err)
	}
	grants, keys := map[string]door.Viewer{}, []string{}
	for _, r := range all {
		grants[r.Key], keys = door.Viewer{Grants: r.Grants}, append(keys, r.Key)
	}
	needs := func(d *process.Definition, role, permission string) {
		t.Helper()
		if role != "" && !grants[role].May(permission) {
			t.Errorf("%s: %s has a part that takes %s, and does not grant it", d.ID, role, permission)
		}
	}
	for _, d := range a.Casework.Definitions {
		for _, f := range process.Check(d, keys) {
			t.Errorf("%s: %+v", d.ID, f)
		}
		for _, s := range d.States {
			for _, task := range s.Tasks {
				needs(d, task.Role, "casework.ask")
				needs(d, task.Escalate, "casework.read")
			}
		}
		for _, step := range d.Transitions {
			needs(d, step.Role, "casework.ask")
			needs(d, step.FourEyes, "casework.decide")
			needs(d, step.FourEyes, "approval.read")
		}
	}
	if len(a.Casework.Definitions) < 20 {
		t.Errorf("only %d procedures were looked at", len(a.Casework.Definitions))
	}
}
