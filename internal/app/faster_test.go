// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Eight people register the same release at the same moment: one has it, the others are told
// why not in a sentence, and nobody is told that something broke.
func TestAllAtOnceOneIsFirst(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, c := join(t, a, "", "Wettstadt")
		status, body := c.do("POST", "/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"Wettlauf","kind":"own"}`))
		var w struct{ ID string }
		if err := json.Unmarshal([]byte(body), &w); err != nil || status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		for round := range 10 {
			var mu sync.Mutex
			answers := map[int]int{}
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					status, body := c.do("POST", "/api/v1/estate/releases", "application/json",
						strings.NewReader(fmt.Sprintf(`{"software":%q,"version":"1.%d"}`, w.ID, round)))
					mu.Lock()
					defer mu.Unlock()
					answers[status]++
					if status != 201 && (status >= 500 || !strings.Contains(body, "detail")) {
						t.Errorf("%d %s", status, body)
					}
				})
			}
			group.Wait()
			if answers[201] != 1 {
				t.Errorf("version 1.%d: %v, want one who was first", round, answers)
			}
		}
	})
}
