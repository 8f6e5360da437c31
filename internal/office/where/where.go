// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/match"
	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// Kinds of question, told apart by the form of what was typed.
const (
	Vulnerability = "vulnerability" // CVE-2021-44228, GHSA-…, GO-…
	Package       = "package"       // pkg:maven/…, with or without version or range
	Text          = "text"          // anything else: component, product, licence, supplier
)

// What can be said of a product.
const (
	Affected  = "affected"  // holds a version that is known to be vulnerable
	Contained = "contained" // holds the component, in a version with no known vulnerability
	Doubtful  = "doubtful"  // holds the component, in a version that could not be judged
	Open      = "unknown"   // has no bill of materials: nobody knows
)

// A Product is one release that somebody runs, with the component that was asked for.
type Product struct {
	Software    string          `json:"software"`
	SoftwareID  ospo.SoftwareID `json:"softwareId"`
	Release     string          `json:"release" doc:"Version of the product."`
	ReleaseID   ospo.ReleaseID  `json:"releaseId"`
	Owner       string          `json:"owner" doc:"Organisation that keeps the record."`
	Component   string          `json:"component,omitempty" doc:"Package URL, or the name where it has none."`
	Version     string          `json:"version,omitempty" doc:"Version of the component."`
	State       string          `json:"state" enum:"affected,doubtful,contained,unknown"`
	Severity    string          `json:"severity,omitempty" doc:"Worst level of the vulnerabilities meant."`
	Score       float64         `json:"score,omitempty" doc:"CVSS score, absent where unknown."`
	Found       []string        `json:"vulnerabilities,omitempty"`
	Fixed       string          `json:"fixed,omitempty" doc:"Version of the component that mends it."`
	Path        []string        `json:"path" doc:"From the product to the component; empty where the document does not say."`
	PathKnown   bool            `json:"pathKnown"`
	Criticality string          `json:"criticality"`
	Uses        []Use           `json:"uses"`

	document  ospo.DocumentID
	pack      ospo.PackageID
	name      string
	namespace string
}

// Title names the component in a few words, Namespace says whose it is.
func (p Product) Title() string     { return strings.TrimSpace(p.name + " " + p.Version) }
func (p Product) Namespace() string { return p.namespace }

// A Use says who runs a release.
type Use struct {
	Org         ospo.OrgID `json:"org"`
	Name        string     `json:"name"`
	Role        string     `json:"role"`
	Purpose     string     `json:"purpose,omitempty"`
	Criticality string     `json:"criticality"`
}

// Counts are products by state. Total counts all releases in view; Absent those whose bill of
// materials was looked through without a hit.
type Counts struct {
	Affected  int `json:"affected"`
	Doubtful  int `json:"doubtful" doc:"They hold the component, and nobody can tell whether that version is affected."`
	Contained int `json:"contained"`
	Unknown   int `json:"unknown"`
	Absent    int `json:"absent"`
	Total     int `json:"total"`
}

// An Entry is a product whose own name, licence or supplier was asked for.
type Entry struct {
	ID       ospo.SoftwareID `json:"id"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Licence  string          `json:"licence,omitempty"`
	Supplier string          `json:"supplier,omitempty"`
}

// An Advisory is the vulnerability that was asked for.
type Advisory struct {
	Key     string    `json:"key"`
	Summary string    `json:"summary"`
	Level   string    `json:"level"`
	Score   float64   `json:"score,omitempty" doc:"Absent where unknown."`
	Aliases []string  `json:"aliases"`
	At      time.Time `json:"published,omitzero"`
}

// An Answer is what is known about one question.
type Answer struct {
	Query    string    `json:"query"`
	Kind     string    `json:"kind" enum:"vulnerability,package,text"`
	At       time.Time `json:"at" doc:"When this was known."`
	Org      string    `json:"organisation" doc:"In whose view."`
	Advisory *Advisory `json:"advisory,omitempty"`
	Counts   Counts    `json:"counts"`
	Products []Product `json:"products" doc:"Affected first, then by criticality."`
	Unknown  []Product `json:"unknown" doc:"Products without a bill of materials, the most critical first; counts say how many there are."`
	Software []Entry   `json:"software,omitempty" doc:"Products whose name, licence or supplier fits."`
	Packages int       `json:"packages" doc:"Distinct package versions in view that fit."`
	More     bool      `json:"more" doc:"There are more products than are listed."`
	Cut      bool      `json:"cut" doc:"So many package versions fit that not all were looked at: figures are minima, ask more narrowly."`
}

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
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "where", Files: files, Nav: []web.Entry{{Side: web.Take, Key: "where.nav", Href: "/where", Permit: "where.read"}},
		Pages: s.pages(), Ops: s.ops()}
}

var identifier = regexp.MustCompile(`(?i)^(cve-\d{4}-\d{4,}|ghsa(-[23456789cfghjmpqrvwx]{4}){3}|(go|pysec|rustsec|osv|debian|dsa|dla|ubuntu|usn|alsa|rlsa|mal|bit|rsec|hsec|cgsa|echo|drupal)-[a-z0-9:._-]*\d[a-z0-9:._-]*)$`)

// KindOf tells what a question asks for.
func KindOf(query string) string {
	switch {
	case identifier.MatchString(query):
		return Vulnerability
	case strings.HasPrefix(strings.ToLower(query), "pkg:"):
		return Package
	}
	return Text
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
	a.Kind = KindOf(a.Query)
	found, err := s.find(ctx, &a)
	if err != nil {
		return a, err
	}
	if err := s.products(ctx, &a, found, listed(limit)); err != nil {
		return a, err
	}
	return a, s.unknown(ctx, &a, listed(unknown))
}

func listed(limit int) int { return cmp.Or(min(limit, Most), 500) }

// A hit is a package version that fits the question.
type hit struct {
	pkg
	state string
	found []flaw // the vulnerabilities meant
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
// versions of the same packages, which are in use but not hit.
func (s *Service) byVulnerability(ctx context.Context, a *Answer) ([]Product, error) {
	adv, err := s.store.advisory(ctx, match.Spell(a.Query), a.Query)
	if err != nil {
		return nil, err
	}
	a.Advisory = &adv
	all, err := s.candidates(ctx, a, adv.Key)
	if err != nil {
		return nil, err
	}
	return s.held(ctx, a, all, adv.Key)
}

func (s *Service) byPURL(ctx context.Context, a *Answer) ([]Product, error) {
	q, err := purl.ParseQuery(a.Query)
	if err != nil {
		return nil, fault.Because(err, fault.Invalid, "where.purl_invalid", a.Query, err.Error())
	}
	all, err := s.named(ctx, a, strings.ToLower(q.Name))
	if err != nil {
		return nil, err
	}
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
	return s.held(ctx, a, fit, "")
}

// byText takes components of that name (group and name may both be given), else of a name
// that contains it, else under that licence or from that supplier; and products that bear it
// as name, licence or supplier. What others on the instance have decides nothing.
func (s *Service) byText(ctx context.Context, a *Answer) (found []Product, err error) {
	folded := strings.ToLower(a.Query)
	if a.Software, err = s.store.software(ctx, door.From(ctx).Org, folded); err != nil {
		return nil, err
	}
	namespace, name := split(folded)
	all, err := s.named(ctx, a, name)
	if err != nil {
		return nil, err
	}
	if namespace != "" {
		all = slices.DeleteFunc(all, func(p pkg) bool { return strings.ToLower(p.Namespace) != namespace })
	}
	found, err = s.held(ctx, a, all, "")
	for _, more := range []func(context.Context, *Answer, string) ([]pkg, error){s.likeNamed, s.termed} {
		if err != nil || len(found) > 0 || len([]rune(folded)) < 3 {
			return found, err
		}
		if all, err = more(ctx, a, folded); err == nil {
			found, err = s.held(ctx, a, all, "")
		}
	}
	return found, err
}

// held returns the releases in view that hold package versions, each with what is known
// against it: one vulnerability where key names it, else any.
func (s *Service) held(ctx context.Context, a *Answer, all []pkg, key string) ([]Product, error) {
	hits, err := s.judge(ctx, all, key)
	if err != nil {
		return nil, err
	}
	found, cut, err := s.occurrences(ctx, door.From(ctx).Org, hits)
	a.Cut = a.Cut || cut
	return found, err
}

// mostFound bounds how many products with a component are held in memory for one answer.
const mostFound = 100_000

// occurrences returns the releases in view that hold any of the package versions, and
// whether there are too many of them to be looked at.
func (s *Service) occurrences(ctx context.Context, root ospo.OrgID, hits map[ospo.PackageID]*hit) (out []Product, cut bool, err error) {
	out = []Product{}
	err = s.inView(ctx, root, slices.Sorted(maps.Keys(hits)), func(p Product, pack ospo.PackageID) bool {
		if cut = len(out) == mostFound; cut {
			return false
		}
		p.pack = pack
		p.tell(hits[pack])
		out = append(out, p)
		return true
	})
	return out, cut, err
}

// inView calls f with each release in view that holds one of the packages, until f has enough.
func (s *Service) inView(ctx context.Context, root ospo.OrgID, packages []ospo.PackageID, f func(Product, ospo.PackageID) bool) error {
	seen := map[ospo.DocumentID]*Product{} // nil: not in view
	for part := range slices.Chunk(packages, chunk) {
		places, err := s.Shelf.Holders(ctx, s.store.db.Read(), part)
		if err != nil {
			return err
		}
		var ask []ospo.DocumentID
		for _, p := range places {
			if _, asked := seen[p.Document]; !asked {
				seen[p.Document] = nil
				ask = append(ask, p.Document)
			}
		}
		if err := s.store.documents(ctx, root, ask, seen); err != nil {
			return err
		}
		for _, p := range places {
			if found := seen[p.Document]; found != nil && !f(*found, p.Package) {
				return nil
			}
		}
	}
	return nil
}

// split parts "org.apache.logging.log4j:log4j-core" and "@angular/core".
func split(text string) (namespace, name string) {
	if i := strings.LastIndexAny(text, ":/"); i > 0 && i < len(text)-1 {
		return text[:i], text[i+1:]
	}
	return "", text
}

// judge looks up what is known against each package version. Where nothing is, that counts
// only if it could have been found.
func (s *Service) judge(ctx context.Context, all []pkg, key string) (map[ospo.PackageID]*hit, error) {
	hits := make(map[ospo.PackageID]*hit, len(all))
	for _, p := range all {
		hits[p.ID] = &hit{pkg: p, state: Contained}
	}
	open, err := s.store.doubts(ctx, all, key)
	if err != nil {
		return nil, err
	}
	advised, err := s.store.advised(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if eco, checked := checkable(p); !checked || key == "" && !advised[eco] || open[p.ID] {
			hits[p.ID].state = Doubtful
		}
	}
	matches, err := s.store.matches(ctx, all, key)
	for _, m := range matches {
		h := hits[m.Package]
		h.state = Affected
		h.found = append(h.found, m)
	}
	return hits, err
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

// states in the order in which they need attention.
var states = []string{Affected, Doubtful, Contained, Open}

var grades = []string{"unknown", "low", "normal", "high", "very_high"}

func worse(a, b string) string {
	if slices.Index(grades, a) < slices.Index(grades, b) {
		return b
	}
	return a
}

// order puts first what needs attention first.
func order(all []Product) {
	slices.SortStableFunc(all, func(a, b Product) int {
		return cmp.Or(
			cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State)),
			cmp.Compare(slices.Index(grades, b.Criticality), slices.Index(grades, a.Criticality)),
			cmp.Compare(b.Score, a.Score),
			strings.Compare(a.Software, b.Software),
			strings.Compare(a.Release, b.Release),
			strings.Compare(a.Component, b.Component))
	})
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
