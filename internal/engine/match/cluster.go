// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import "slices"

// A Cluster knows which identifiers mean the same vulnerability. Advisories come in
// any order and at any time; the answer is always the same. It only grows: when an
// advisory loses an alias, build a new one. The zero Cluster is ready.
type Cluster struct {
	parent  map[string]string // towards the canonical identifier, which is its own parent
	members map[string][]string
}

// Add takes in an advisory and gives the canonical identifier of its vulnerability,
// and those that were canonical until now and no longer are. An advisory with more
// than Bundle aliases stands by itself.
func (c *Cluster) Add(id string, aliases ...string) (key string, gone []string) {
	if c.parent == nil {
		c.parent, c.members = map[string]string{}, map[string][]string{}
	}
	if len(aliases) > Bundle {
		aliases = nil
	}
	var fresh []string
	for _, a := range append([]string{id}, aliases...) {
		if a = Spell(a); a == "" {
			continue
		}
		if c.parent[a] == "" {
			fresh = append(fresh, a)
		}
		if root := c.root(a); key == "" {
			key = root
		} else if winner, loser := c.join(key, root); loser != "" {
			key, gone = winner, append(gone, loser)
		}
	}
	return key, slices.DeleteFunc(gone, func(id string) bool { return slices.Contains(fresh, id) })
}

// Key gives the canonical identifier, id itself if nothing is known of it.
func (c *Cluster) Key(id string) string {
	id = Spell(id)
	for c.parent[id] != "" && c.parent[id] != id {
		id = c.parent[id]
	}
	return id
}

// Members gives all identifiers of id's vulnerability, the canonical one first.
func (c *Cluster) Members(id string) []string {
	key := c.Key(id)
	if len(c.members[key]) == 0 {
		return []string{key}
	}
	out := slices.Clone(c.members[key])
	slices.SortFunc(out, func(a, b string) int {
		if before(a, b) {
			return -1
		}
		return 1
	})
	return out
}

// root gives the canonical identifier of id, which becomes known, and shortens the way.
func (c *Cluster) root(id string) string {
	if c.parent[id] == "" {
		c.parent[id], c.members[id] = id, []string{id}
		return id
	}
	for c.parent[id] != id {
		c.parent[id] = c.parent[c.parent[id]]
		id = c.parent[id]
	}
	return id
}

// join makes two vulnerabilities one; loser is empty if they were.
func (c *Cluster) join(a, b string) (winner, loser string) {
	if a == b {
		return a, ""
	}
	if before(b, a) {
		a, b = b, a
	}
	c.parent[b] = a
	c.members[a] = append(c.members[a], c.members[b]...)
	delete(c.members, b)
	return a, b
}
