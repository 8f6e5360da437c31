// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import "encoding/json"

// openCodeList is what openCode, the platform for open source of the public administration,
// says of licences.
type openCodeList struct {
	Version, Date, Checked, Source string
	Licences                       []OpenCodeStatus

	by map[string]OpenCodeStatus
}

// An OpenCodeStatus is what openCode says of one licence.
type OpenCodeStatus struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name"`
	Status string `json:"status" enum:"approved,similar,refused,unknown"`
	Like   string `json:"like,omitempty" doc:"The licence that it is as good as."`
}

// OpenCode is the list in data/. It is part of the program: where it cannot be read, the
// program is broken, and says so when it starts.
var OpenCode = func() openCodeList {
	var l openCodeList
	text, err := files.ReadFile("data/opencode-1.7.json")
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		panic("licence: data/opencode-1.7.json: " + err.Error())
	}
	l.by = map[string]OpenCodeStatus{}
	for _, s := range l.Licences {
		if s.ID != "" {
			l.by[s.ID] = s
		}
	}
	return l
}()

// of is what the list says of an id; unknown where it says nothing.
func (l openCodeList) of(id string) OpenCodeStatus {
	if s, ok := l.by[id]; ok {
		return s
	}
	return OpenCodeStatus{ID: id, Status: "unknown"}
}
