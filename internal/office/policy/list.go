// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// A Row is a release in the list of verdicts.
type Row struct {
	Release  ospo.ReleaseID  `json:"release"`
	Software ospo.SoftwareID `json:"softwareId"`
	Name     string          `json:"software"`
	Version  string          `json:"version"`
	Owner    string          `json:"owner"`
	Verdict  engine.Verdict  `json:"verdict" enum:"allow,review,unknown,deny"`
	Document bool            `json:"document" doc:"There is a bill of materials."`
	Contexts []ospo.Context  `json:"contexts"`
	Tally    Tally           `json:"packages" doc:"By verdict."`
	Worst    []string        `json:"worst,omitempty" doc:"Some licence texts that decide the verdict."`

	document ospo.DocumentID
	stated   stated
	product  *ProductLicence
	pairs    []mixRow
	folded   string
}

// Title names product and version.
func (r Row) Title() string { return r.Name + " " + r.Version }

// A Filter narrows and sorts the list.
type Filter struct {
	Text    string // in the product's name
	Verdict string
	Context string
	Licence string // in the text of a licence that the release contains, or that the product is under itself
	Sort    string // "verdict" (default, the worst first), "name", "deny", "review", "unknown"
	Desc    bool
	After   string
	Size    int
}

// mostWorst is how many licence texts a row names.
const mostWorst = 3

// Releases lists the releases in view with their verdicts; next is the cursor of the next
// page, count how many pass.
func (s *Service) Releases(ctx context.Context, f Filter) (page []Row, count int, next string, err error) {
	defer fault.Wrap(&err, "list verdicts")
	b, err := s.book(ctx)
	if err != nil {
		return nil, 0, "", err
	}
	all, err := s.judgeAll(ctx, b)
	if err != nil {
		return nil, 0, "", err
	}
	if all, err = s.sift(ctx, all, f); err != nil {
		return nil, 0, "", err
	}
	sortRows(all, f)
	count = len(all)
	page, next, err = cut(all, f)
	return page, count, next, err
}

// cut takes the page behind a cursor.
func cut(all []Row, f Filter) ([]Row, string, error) {
	at, some, err := keyset.Values(f.After, 1)
	if err != nil {
		return nil, "", err
	}
	if some {
		i := slices.IndexFunc(all, func(r Row) bool { return string(r.Release) == at[0] })
		all = all[i+1:] // a row that has gone begins anew
	}
	if f.Size > 0 && len(all) > f.Size {
		return all[:f.Size], keyset.Cursor(string(all[f.Size-1].Release)), nil
	}
	return all, "", nil
}

func (s *Service) sift(ctx context.Context, all []Row, f Filter) ([]Row, error) {
	text, licence := strings.ToLower(strings.TrimSpace(f.Text)), strings.ToLower(strings.TrimSpace(f.Licence))
	var names map[int64]string
	if licence != "" {
		var err error
		if names, err = s.textsOf(ctx, termsOf(all)); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(all, func(r Row) bool {
		return text != "" && !strings.Contains(r.folded, text) ||
			f.Verdict != "" && string(r.Verdict) != f.Verdict ||
			f.Context != "" && !slices.Contains(r.Contexts, ospo.Context(f.Context)) ||
			licence != "" && !strings.Contains(strings.ToLower(r.stated.licence), licence) && !slices.ContainsFunc(r.pairs, func(m mixRow) bool { return strings.Contains(strings.ToLower(names[m.term()]), licence) })
	}), nil
}

func sortRows(all []Row, f Filter) {
	by := map[string]func(a, b Row) int{
		"name":    func(a, b Row) int { return 0 },
		"deny":    func(a, b Row) int { return a.Tally.Deny - b.Tally.Deny },
		"review":  func(a, b Row) int { return a.Tally.Review - b.Tally.Review },
		"unknown": func(a, b Row) int { return a.Tally.Unknown - b.Tally.Unknown },
	}[f.Sort]
	if by == nil {
		by = func(a, b Row) int {
			return cmp.Or(slices.Index(engine.Verdicts, b.Verdict)-slices.Index(engine.Verdicts, a.Verdict), b.Tally.Deny-a.Tally.Deny, b.Tally.Unknown-a.Tally.Unknown)
		}
	}
	name := func(a, b Row) int {
		return cmp.Or(strings.Compare(a.folded, b.folded), strings.Compare(a.Version, b.Version), strings.Compare(string(a.Release), string(b.Release)))
	}
	slices.SortFunc(all, func(a, b Row) int {
		if f.Desc {
			if f.Sort == "name" {
				return name(b, a)
			}
			return cmp.Or(by(b, a), name(a, b))
		}
		return cmp.Or(by(a, b), name(a, b))
	})
}

// A mixRow is a distinct pair of licence terms of a document, and how many packages have it.
type mixRow struct {
	document            ospo.DocumentID
	declared, concluded int64
	packages            int
}

// term is the one that counts: the concluded licence, else the declared one.
func (m mixRow) term() int64 { return cmp.Or(m.concluded, m.declared) }

func termsOf(all []Row) []int64 {
	seen := map[int64]bool{}
	for _, r := range all {
		for _, m := range r.pairs {
			seen[m.term()] = true
		}
	}
	return slices.Collect(maps.Keys(seen))
}

// judgeAll judges every release in view. Each distinct licence text is judged once for each
// law; of documents that hold a package which something names, these are judged one by one.
func (s *Service) judgeAll(ctx context.Context, b book) ([]Row, error) {
	root := door.From(ctx).Org
	all, err := s.store.releases(ctx, root)
	if err != nil {
		return nil, err
	}
	used, err := s.usages(ctx)
	if err != nil {
		return nil, err
	}
	for i, r := range all {
		all[i].Contexts, all[i].folded = used.of(r.Release).Contexts, strings.ToLower(r.Title())
	}
	mix, err := s.store.mix(ctx, root)
	if err != nil {
		return nil, err
	}
	if err := s.judgeRows(ctx, b, all, mix); err != nil {
		return nil, err
	}
	return all, s.nameWorst(ctx, b, all)
}

// judgeRows judges releases, whose contexts are known, by the pairs of their documents.
func (s *Service) judgeRows(ctx context.Context, b book, all []Row, mix []mixRow) error {
	place := make(map[ospo.DocumentID]int, len(all))
	for i, r := range all {
		if r.document != 0 {
			place[r.document] = i
		}
	}
	for _, m := range mix {
		if i, ok := place[m.document]; ok {
			all[i].pairs = append(all[i].pairs, m)
		}
	}
	if err := s.tallyAll(ctx, b, all); err != nil {
		return err
	}
	if err := s.adjust(ctx, b, all, place); err != nil {
		return err
	}
	b.products(all)
	for i := range all {
		all[i].Verdict = all[i].product.with(all[i].Tally.Worst())
	}
	return nil
}

// alike returns what is the same for releases that are judged by the same laws: those used in
// the same contexts, and where a product has exceptions of its own, those of that product.
func (b book) alike() func(r Row) string {
	own := map[ospo.SoftwareID]bool{}
	for _, x := range b.exceptions {
		if x.Software != "" {
			own[x.Software] = true
		}
	}
	return func(r Row) string {
		k := fmt.Sprint(r.Contexts)
		if own[r.Software] {
			k += string(r.Software)
		}
		return k
	}
}

// verdictsFor are verdicts on texts for each combination of contexts and product that occurs.
type verdictsFor func(r Row) map[int64]engine.Verdict

// judged prepares the verdicts on all texts of all rows, once for each distinct law.
func (s *Service) judged(ctx context.Context, b book, all []Row) (verdictsFor, error) {
	key := b.alike()
	groups := map[string][]Row{}
	for _, r := range all {
		if len(r.pairs) > 0 {
			groups[key(r)] = append(groups[key(r)], r)
		}
	}
	found := map[string]map[int64]engine.Verdict{}
	for k, group := range groups {
		terms, worst := termsOf(group), map[int64]engine.Verdict{}
		for _, c := range group[0].Contexts {
			one, err := s.verdicts(ctx, b, b.law(group[0].Software, c), terms)
			if err != nil {
				return nil, err
			}
			for t, v := range one {
				if was, ok := worst[t]; ok {
					v = was.Worse(v)
				}
				worst[t] = v
			}
		}
		found[k] = worst
	}
	return func(r Row) map[int64]engine.Verdict { return found[key(r)] }, nil
}

func (s *Service) tallyAll(ctx context.Context, b book, all []Row) error {
	of, err := s.judged(ctx, b, all)
	if err != nil {
		return err
	}
	for i := range all {
		verdicts := of(all[i])
		for _, m := range all[i].pairs {
			all[i].Tally.add(verdicts[m.term()], m.packages)
		}
	}
	return nil
}

// chunk is how many documents are opened at a time.
const chunk = 100

// adjust counts packages that something names by their own verdicts.
func (s *Service) adjust(ctx context.Context, b book, all []Row, place map[ospo.DocumentID]int) error {
	if len(b.special) == 0 {
		return nil
	}
	q := s.store.db.Read()
	held, err := s.Shelf.Holders(ctx, q, slices.Collect(maps.Keys(b.special)))
	if err != nil {
		return err
	}
	in := map[ospo.DocumentID][]ospo.PackageID{}
	for _, h := range held {
		if _, ours := place[h.Document]; ours {
			in[h.Document] = append(in[h.Document], h.Package)
		}
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(in)), chunk) {
		lists, err := s.Shelf.Inventories(ctx, q, part)
		if err != nil {
			return err
		}
		for id, v := range lists {
			r := &all[place[id]]
			for _, pack := range in[id] {
				if at, ok := v.Find(pack); ok {
					if err := s.recount(ctx, b, r, v.Licence(at), pack); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// recount moves one package from the verdict on its text to its own.
func (s *Service) recount(ctx context.Context, b book, r *Row, term int64, pack ospo.PackageID) error {
	if len(r.pairs) == 0 {
		return nil // not counted yet, hence unknown
	}
	texts, err := s.textsOf(ctx, []int64{term})
	if err != nil {
		return err
	}
	was := b.line(r.Software, r.Contexts, engine.Case{Licence: texts[term]}).Finding.Verdict
	now := b.line(r.Software, r.Contexts, b.of(pack, texts[term])).Finding.Verdict
	r.Tally.add(was, -1)
	r.Tally.add(now, 1)
	return nil
}

// nameWorst names for each row some licences that decide.
func (s *Service) nameWorst(ctx context.Context, b book, all []Row) error {
	texts, err := s.textsOf(ctx, termsOf(all))
	if err != nil {
		return err
	}
	of, err := s.judged(ctx, b, all)
	if err != nil {
		return err
	}
	for i := range all {
		r := &all[i]
		r.Document = r.document != 0
		if r.Verdict == engine.Allow {
			continue
		}
		verdicts := of(*r)
		if p := r.product; p != nil && p.Counts && p.Finding.Verdict == r.Verdict {
			r.Worst = append(r.Worst, shorten(p.Licence))
		}
		for _, m := range r.pairs {
			if verdicts[m.term()] == r.Verdict && len(r.Worst) < mostWorst {
				if text := shorten(texts[m.term()]); !slices.Contains(r.Worst, text) {
					r.Worst = append(r.Worst, text)
				}
			}
		}
		slices.Sort(r.Worst)
	}
	return nil
}

// shorten keeps a licence text fit for a line; the field may hold a whole licence.
func shorten(text string) string {
	if text == "" {
		return "–"
	}
	if r := []rune(text); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return text
}
