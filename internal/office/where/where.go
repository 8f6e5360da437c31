// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// A Shelf knows what bills of materials list. The room that keeps them is introduced here.
type Shelf interface {
	// Holders returns where packages are, also in documents that the viewer may not see.
	Holders(ctx context.Context, q db.Querier, packages []ospo.PackageID) ([]inventory.Place, error)
	Trees(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Tree, error)
	Inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error)
}

// Service answers where.
type Service struct {
	store store
	Shelf Shelf

	// Licensed returns the packages in view under a licence, or one of a family, by what their
	// licence fields mean, each with the document that lists it; known is false where no such
	// licence is known. The room of licences is introduced here.
	Licensed func(ctx context.Context, licence string) (held []inventory.Place, known bool, err error)

	// Bearers are the products in view that are under a licence, or one of a family, themselves.
	// The room of licences is introduced here.
	Bearers func(ctx context.Context, licence string) ([]ospo.SoftwareID, error)

	// Rulings are the verdicts on the licences of some releases in view; nil where the viewer
	// may not read them. The room of profiles is introduced here.
	Rulings func(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]Ruling, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "where", Files: files, Nav: []web.Entry{{Side: web.Take, Key: "where.nav", Href: "/where", Permit: "where.read"}},
		Pages: s.pages(), Ops: s.ops()}
}

// Most is the largest number of products listed in one answer.
const Most = 10_000

// Where answers a question in the view of whoever asks. It counts all, and lists at most
// limit products that were found and as many as unknown says of those without a bill of
// materials; 0 means 500.
func (s *Service) Where(ctx context.Context, query string, limit, unknown int) (Answer, error) {
	a := Answer{Query: strings.TrimSpace(query), At: s.store.db.Now().UTC(), Org: door.From(ctx).OrgName}
	if a.Query == "" {
		return a, fault.At("q", "where.query_missing")
	}
	if len(a.Query) > 500 {
		return a, fault.At("q", "where.query_long", len(a.Query), 500)
	}
	if limit < 0 || limit > Most || unknown < 0 || unknown > Most {
		return a, fault.At("limit", "where.limit", limit, Most)
	}
	if several(a.Query) {
		return a, fault.At("q", "where.several", a.Query)
	}
	var err error
	if a.Kind, err = s.kind(ctx, a.Query); err != nil {
		return a, err
	}
	if a.Kind == Text && garbled.MatchString(a.Query) {
		return a, fault.At("q", "where.id_garbled", a.Query)
	}
	found, err := s.find(ctx, &a)
	if err != nil {
		return a, err
	}
	if err := s.products(ctx, &a, found, listed(limit)); err != nil {
		return a, err
	}
	if err := s.bearers(ctx, &a, listed(limit)); err != nil {
		return a, err
	}
	if a.OnlyProducts() { // then nobody asked what is in the others
		a.Unknown = []Product{}
	} else if err := s.unknown(ctx, &a, listed(unknown)); err != nil {
		return a, err
	}
	return a, s.rule(ctx, &a)
}

// rule adds the verdict on the licences of each release that is listed, in one go.
func (s *Service) rule(ctx context.Context, a *Answer) error {
	if s.Rulings == nil {
		return nil
	}
	var all []*Product
	for i := range a.Products {
		all = append(all, &a.Products[i])
	}
	for i := range a.Unknown {
		all = append(all, &a.Unknown[i])
	}
	for _, e := range a.Software {
		for i := range e.Releases {
			all = append(all, &e.Releases[i])
		}
	}
	asked := map[ospo.ReleaseID]bool{}
	for _, p := range all {
		asked[p.ReleaseID] = true
	}
	found, err := s.Rulings(ctx, slices.Sorted(maps.Keys(asked)))
	for _, p := range all {
		if r, ok := found[p.ReleaseID]; ok {
			p.Ruling = &r
		}
	}
	return err
}

func listed(limit int) int { return cmp.Or(limit, 500) }

// kind tells what a question asks for: what some advisory bears as its name is one, whatever
// its form.
func (s *Service) kind(ctx context.Context, query string) (string, error) {
	kind := KindOf(query)
	if kind != Text || !namable(query) {
		return kind, nil
	}
	_, err := s.store.key(ctx, query)
	switch {
	case err == nil:
		return Vulnerability, nil
	case fault.Of(err) == fault.NotFound:
		return Text, nil
	}
	return "", err
}

// find resolves the question to package versions and returns the releases in view that hold
// them; where it is a text, also products that bear it.
func (s *Service) find(ctx context.Context, a *Answer) ([]Product, error) {
	switch a.Kind {
	case Vulnerability:
		return s.byVulnerability(ctx, a)
	case Package:
		return s.byPURL(ctx, a)
	}
	return s.byText(ctx, a)
}

// byVulnerability takes the package versions that match, and beside them the other
// versions of the same packages, which are in use but not hit, and components of the same
// name without a package URL, which nobody can judge.
func (s *Service) byVulnerability(ctx context.Context, a *Answer) ([]Product, error) {
	adv, err := s.store.advisory(ctx, a.Query)
	if err != nil {
		return nil, err
	}
	a.Advisory = &adv
	all, err := s.candidates(ctx, a, adv.Key)
	if err != nil {
		return nil, err
	}
	names, err := s.store.about(ctx, adv.Key)
	if err != nil {
		return nil, err
	}
	bare, err := s.bare(ctx, a, names...)
	if err != nil {
		return nil, err
	}
	return s.held(ctx, a, union(all, bare), adv.Key)
}

func (s *Service) byPURL(ctx context.Context, a *Answer) ([]Product, error) {
	q, err := purl.ParseQuery(a.Query)
	if err != nil {
		return nil, unreadable(a.Query, err)
	}
	all, err := s.named(ctx, a, strings.ToLower(q.Name))
	if err != nil {
		return nil, err
	}
	bare, err := s.bare(ctx, a, whole(q))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p pkg) bool { return !same(q, p) })
	all = union(all, bare)
	var fit []pkg
	for _, p := range all {
		ok, err := fits(q, p)
		if err != nil {
			return nil, fault.Because(err, fault.Invalid, "where.range_invalid", a.Query, err.Error())
		}
		if ok {
			fit = append(fit, p)
		}
	}
	return s.fitting(ctx, a, all, fit)
}

// byText takes components of that name (group and name may both be given), else those under
// exactly that licence, one of that family, or from that supplier, else of a name that contains
// it: whoever asks for MIT does not mean an emitter. And products that bear it as name, licence
// or supplier. What others on the instance have decides nothing. "licence:AGPL" asks for the
// licence alone.
func (s *Service) byText(ctx context.Context, a *Answer) (found []Product, err error) {
	if licence, ok := askedLicence(a.Query); ok {
		return s.byLicence(ctx, a, licence)
	}
	if name, bounds, ok, err := ranged(a.Query); ok || err != nil {
		if err != nil {
			return nil, err
		}
		return s.byRange(ctx, a, name, bounds)
	}
	if found, err = s.byName(ctx, a, strings.ToLower(a.Query)); err != nil || len(found) > 0 || len(a.Software) > 0 {
		return found, err
	}
	if name, bounds, ok := numbered(a.Query); ok {
		return s.byRange(ctx, a, name, bounds)
	}
	a.Unheard = true
	return found, nil
}

// byName goes from what is exactly called or licensed so to what is called like it.
func (s *Service) byName(ctx context.Context, a *Answer, folded string) (found []Product, err error) {
	if a.Software, err = s.store.software(ctx, door.From(ctx).Org, folded); err != nil {
		return nil, err
	}
	all, err := s.called(ctx, a, folded)
	if err != nil {
		return nil, err
	}
	found, err = s.held(ctx, a, all, "")
	for _, more := range []func(context.Context, *Answer, string) ([]pkg, error){s.under, s.likeNamed} {
		if err != nil || len(found) > 0 || len([]rune(folded)) < 3 {
			return found, err
		}
		if all, err = more(ctx, a, folded); err == nil {
			found, err = s.held(ctx, a, all, "")
		}
	}
	return found, err
}

// under returns what is exactly under a licence, under one of that family, or from a supplier.
func (s *Service) under(ctx context.Context, a *Answer, text string) ([]pkg, error) {
	exact, err := s.termed(ctx, a, text)
	if err != nil {
		return nil, err
	}
	meant, err := s.licensed(ctx, a, text)
	return union(exact, meant), err
}

// union has each package version once.
func union(a, b []pkg) []pkg {
	all := slices.SortedFunc(slices.Values(slices.Concat(a, b)), func(x, y pkg) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(all, func(x, y pkg) bool { return x.ID == y.ID })
}

// askedLicence takes the licence out of "licence:AGPL" or "Lizenz: AGPL".
func askedLicence(query string) (string, bool) {
	word, licence, ok := strings.Cut(query, ":")
	word, licence = strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(licence)
	return licence, ok && licence != "" && (word == "licence" || word == "license" || word == "lizenz")
}

// split parts "org.apache.logging.log4j:log4j-core" and "@angular/core".
func split(text string) (namespace, name string) {
	if i := strings.LastIndexAny(text, ":/"); i > 0 && i < len(text)-1 {
		return text[:i], text[i+1:]
	}
	return "", text
}

// products counts what was found and completes as much of it as is listed.
func (s *Service) products(ctx context.Context, a *Answer, found []Product, limit int) error {
	root := door.From(ctx).Org
	fit := map[ospo.PackageID]bool{}
	for _, p := range found {
		fit[p.pack] = true
	}
	a.Packages = len(fit)
	if err := s.count(ctx, root, a, found); err != nil {
		return err
	}
	if err := s.store.users(ctx, root, found); err != nil {
		return err
	}
	order(found)
	if a.More = len(found) > limit; a.More {
		found = found[:limit]
	}
	if err := s.paths(ctx, found); err != nil {
		return err
	}
	a.Products = found
	return nil
}

// bearers completes the products that bear the text themselves: which of their releases are
// in view, and who runs them.
func (s *Service) bearers(ctx context.Context, a *Answer, limit int) error {
	root, at := door.From(ctx).Org, map[ospo.SoftwareID]int{}
	for i, e := range a.Software {
		at[e.ID] = i
	}
	all, err := s.store.releases(ctx, root, slices.Sorted(maps.Keys(at)), limit+1)
	if err != nil {
		return err
	}
	if len(all) > limit {
		all, a.More = all[:limit], true
	}
	if err := s.store.users(ctx, root, all); err != nil {
		return err
	}
	order(all)
	for _, p := range all {
		e := &a.Software[at[p.SoftwareID]]
		e.Releases = append(e.Releases, p)
	}
	return nil
}

func (s *Service) count(ctx context.Context, root ospo.OrgID, a *Answer, found []Product) (err error) {
	state := map[ospo.ReleaseID]string{}
	for _, p := range found {
		if st, seen := state[p.ReleaseID]; !seen || slices.Index(states, p.State) < slices.Index(states, st) {
			state[p.ReleaseID] = p.State
		}
	}
	for _, st := range state {
		*map[string]*int{Affected: &a.Counts.Affected, Doubtful: &a.Counts.Doubtful, Contained: &a.Counts.Contained}[st]++
	}
	var documented int
	if a.Counts.Total, documented, err = s.store.totals(ctx, root); err != nil {
		return err
	}
	a.Counts.Unknown = a.Counts.Total - documented
	a.Counts.Absent = documented - len(state)
	return nil
}

// unknown lists products without a bill of materials.
func (s *Service) unknown(ctx context.Context, a *Answer, n int) (err error) {
	root := door.From(ctx).Org
	if a.Unknown = []Product{}; a.Counts.Unknown == 0 {
		return nil
	}
	if a.Unknown, err = s.store.undocumented(ctx, root, n); err != nil {
		return err
	}
	if err := s.store.users(ctx, root, a.Unknown); err != nil {
		return err
	}
	order(a.Unknown)
	return nil
}

// paths fills in how each component got into its product: one of the shortest paths.
func (s *Service) paths(ctx context.Context, found []Product) error {
	ways := make([][]ospo.PackageID, len(found))
	at := make([]int, len(found))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(found[a].document, found[b].document) })
	for part := range slices.Chunk(at, chunk) {
		var ids []ospo.DocumentID
		for _, i := range part {
			ids = append(ids, found[i].document)
		}
		lists, err := s.Shelf.Trees(ctx, s.store.db.Read(), slices.Compact(ids))
		if err != nil {
			return err
		}
		for _, i := range part {
			ways[i], found[i].PathKnown = lists[found[i].document].Way(found[i].pack)
		}
	}
	names, err := s.store.names(ctx, ways)
	if err != nil {
		return err
	}
	for i := range found {
		found[i].Path = []string{}
		for n, id := range ways[i] {
			if n == 0 {
				found[i].Path = append(found[i].Path, found[i].Software+" "+found[i].Release)
			}
			found[i].Path = append(found[i].Path, names[id])
		}
	}
	return nil
}
