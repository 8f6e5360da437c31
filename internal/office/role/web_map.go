// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"html/template"
	"net/http"

	"allmende/internal/platform/door"
)

// MapPage draws roles and people, with the table of the same.
type MapPage struct {
	Picture template.HTML
	Posts   []PostRow
}

func (s *Service) mapPage(r *http.Request) (p MapPage, err error) {
	all, err := s.postsPage(r)
	if err != nil {
		return p, err
	}
	tongue := door.From(r.Context()).Lang
	say := func(key string) string { return s.Texts.T(tongue, key) }
	w := mapWords{title: say("role.map.alt"), away: say("role.away"), outside: say("role.outside"), deputy: say("role.deputy"), states: map[string]string{}}
	for _, state := range []string{"filled", "alone", "partly", "vacant"} {
		w.states[state] = say("role.post." + state)
	}
	return MapPage{template.HTML(drawMap(all.Posts, w)), all.Posts}, nil
}
