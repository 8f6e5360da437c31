// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/obligation"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// A Row is a duty of a release in one state, in the list over all releases.
type Row struct {
	Release  ospo.ReleaseID `json:"release"`
	Name     string         `json:"name"`
	Version  string         `json:"version"`
	Org      ospo.OrgID     `json:"org"`
	OrgName  string         `json:"orgName"`
	Duty     string         `json:"duty"`
	Text     string         `json:"text"`
	Object   string         `json:"object"`
	MustNot  bool           `json:"mustNot,omitempty"`
	Doubt    bool           `json:"doubt,omitempty"`
	Standing bool           `json:"standing,omitempty"`
	Clauses  []string       `json:"clauses"`
	Packages int            `json:"components"`
	State    string         `json:"state"`
	Overdue  bool           `json:"overdue,omitempty"`
	Role     string         `json:"role,omitempty"`
	Due      string         `json:"due,omitempty"`
	Decision string         `json:"decision,omitempty"`
	From     string         `json:"takenOverFrom,omitempty"`
	By       string         `json:"decidedBy,omitempty"`
	At       string         `json:"decidedAt,omitempty"`

	folded string
}

// Title names software and version.
func (r Row) Title() string { return strings.TrimSpace(r.Name + " " + r.Version) }

// Ends is by when it is to be done; the zero time where nobody said.
func (r Row) Ends() time.Time { return day(r.Due) }

func (r Row) id() string { return string(r.Release) + "|" + r.Duty + "|" + r.Decision }

// Pending is the state of all that is not settled.
const Pending = "pending"

// A Sieve narrows the list over all releases.
type Sieve struct {
	Text    string // in software, version, duty or clause
	State   string // one of States, Pending, or empty for all
	Object  string // one of those of the catalogue
	Forbid  bool   // prohibitions, too
	Overdue bool   // only those
	Sort    string // "software", "due" or "packages"
	Desc    bool
}

func (f Sieve) passes(r Row) bool {
	text := strings.ToLower(f.Text)
	switch {
	case f.State == Pending && settled(r.State), f.State != "" && f.State != Pending && f.State != r.State,
		f.Object != "" && f.Object != r.Object, !f.Forbid && r.MustNot, f.Overdue && !r.Overdue,
		text != "" && !strings.Contains(strings.ToLower(r.Title()+" "+r.Text+" "+strings.Join(r.Clauses, " ")), text):
		return false
	}
	return true
}

// Sums count what the list over all releases holds, prohibitions left out.
type Sums struct {
	Releases  int `json:"releases" doc:"With a bill of materials."`
	Pending   int `json:"pending"`
	Overdue   int `json:"overdue"`
	Escalated int `json:"escalated"`
	Settled   int `json:"settled"`
}

// Rows lists the duties of all releases that the viewer may see. Where nobody has decided
// anything about a software they follow from how often each licence occurs in a document; only
// for the others are components looked at.
func (s *Service) Rows(ctx context.Context, f Sieve) (out []Row, sums Sums, err error) {
	all, err := s.rows(ctx, everything)
	if err != nil {
		return nil, sums, err
	}
	seen := map[ospo.ReleaseID]bool{}
	for _, r := range all {
		seen[r.Release] = true
		if !r.MustNot {
			sums.count(r)
		}
		if r.Duty != "" && f.passes(r) {
			out = append(out, r)
		}
	}
	sums.Releases = len(seen)
	slices.SortStableFunc(out, f.order)
	return out, sums, nil
}

func (n *Sums) count(r Row) {
	switch {
	case r.Duty == "":
		return
	case settled(r.State):
		n.Settled++
		return
	case r.State == "escalated":
		n.Escalated++
	}
	n.Pending++
	if r.Overdue {
		n.Overdue++
	}
}

func (f Sieve) order(a, b Row) int {
	by := 0
	switch f.Sort {
	case "due":
		by = strings.Compare(cmp.Or(a.Due, "9999"), cmp.Or(b.Due, "9999"))
	case "packages":
		by = cmp.Compare(a.Packages, b.Packages)
	default:
		by = strings.Compare(a.folded, b.folded)
	}
	if by == 0 {
		by = cmp.Or(strings.Compare(string(a.Release), string(b.Release)), strings.Compare(a.Duty, b.Duty), strings.Compare(a.Decision, b.Decision))
	}
	if f.Desc {
		return -by
	}
	return by
}

// part returns the rows behind a cursor, at most size of them, and the cursor of the last one;
// empty on the last page.
func part(all []Row, after string, size int) (page []Row, next string, err error) {
	last, some, err := keyset.Values(after, 1)
	if err != nil {
		return nil, "", err
	}
	if some {
		i := slices.IndexFunc(all, func(r Row) bool { return r.id() == last[0] })
		if i < 0 {
			return nil, "", fault.New(fault.Invalid, "fault.cursor", after)
		}
		all = all[i+1:]
	}
	page = all[:min(len(all), size)]
	if len(all) > size {
		next = page[size-1].id()
	}
	return page, next, nil
}

// everything leaves no release out.
func everything(survey, Release) bool { return true }

// rows lists the duties of those releases that are wanted; one whose licences oblige to
// nothing has one row without a duty.
func (s *Service) rows(ctx context.Context, wanted func(survey, Release) bool) (out []Row, err error) {
	w, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range w.releases {
		if !wanted(w, r) {
			continue
		}
		var items []Item
		if w.single(r) {
			parts, err := s.parts(ctx, r)
			if err != nil {
				return nil, err
			}
			items, _ = s.items(ctx, r, w.reader(r.ID), parts, w.decided[r.Software])
		} else {
			items = s.summed(ctx, w, r)
		}
		if len(items) == 0 {
			out = append(out, Row{Release: r.ID})
		}
		for _, i := range items {
			out = append(out, row(r, i))
		}
	}
	return out, nil
}

func row(r Release, i Item) Row {
	out := Row{Release: r.ID, Name: r.Name, Version: r.Version, Org: r.Org, OrgName: r.OrgName, Duty: i.Duty, Text: i.Text, Object: i.Object, MustNot: i.MustNot, Doubt: i.Doubt,
		Standing: i.Standing, Clauses: i.Clauses, Packages: i.count + len(i.Parts), State: i.State, Overdue: i.Overdue, From: i.From, folded: r.folded}
	if d := i.Decision; d != nil {
		out.Role, out.Due, out.Decision, out.By, out.At = d.Role, d.Due, d.ID, d.Name, d.At
	}
	return out
}

// A survey is what the list over all releases is worked out from.
type survey struct {
	releases  []Release
	shares    map[ospo.DocumentID][]share
	terms     map[int64]string
	contexts  map[ospo.ReleaseID][]ospo.Context
	settings  map[ospo.ReleaseID]Setting
	choices   chosen
	concluded map[int64]string
	held      map[ospo.DocumentID]bool // documents with a package about which somebody concluded
	decided   map[ospo.SoftwareID][]Decision
	readers   map[string]*reader
	own       obligation.Own
}

func (s *Service) survey(ctx context.Context) (w survey, err error) {
	root := door.From(ctx).Org
	if w.releases, err = s.store.releases(ctx, root); err != nil {
		return w, err
	}
	w.readers, w.decided = map[string]*reader{}, map[ospo.SoftwareID][]Decision{}
	releases, documents := make([]ospo.ReleaseID, len(w.releases)), make([]ospo.DocumentID, len(w.releases))
	for i, r := range w.releases {
		releases[i], documents[i] = r.ID, r.document
	}
	if w.shares, err = s.shares(ctx, documents); err != nil {
		return w, err
	}
	var ids []int64
	for _, all := range w.shares {
		for _, h := range all {
			ids = append(ids, h.term)
		}
	}
	if w.terms, err = s.texts(ctx, ids); err != nil {
		return w, err
	}
	if w.contexts, err = s.contexts(ctx, releases); err != nil {
		return w, err
	}
	if w.settings, err = s.store.settings(ctx, root); err != nil {
		return w, err
	}
	if w.choices, err = s.choices(ctx); err != nil {
		return w, err
	}
	if err := s.holding(ctx, &w); err != nil {
		return w, err
	}
	if w.own, err = s.own(ctx); err != nil {
		return w, err
	}
	decisions, err := s.store.decisions(ctx, root, "")
	for _, d := range decisions {
		if d.Revoked == "" {
			w.decided[d.Software] = append(w.decided[d.Software], d)
		}
	}
	return w, err
}

// holding notes which documents hold packages about which somebody concluded.
func (s *Service) holding(ctx context.Context, w *survey) (err error) {
	if w.concluded, err = s.store.conclusions(ctx, door.From(ctx).Org); err != nil || len(w.concluded) == 0 {
		return err
	}
	var packages []ospo.PackageID
	for id := range w.concluded {
		packages = append(packages, ospo.PackageID(id))
	}
	places, err := s.Shelf.Holders(ctx, s.store.db.Read(), packages)
	w.held = map[ospo.DocumentID]bool{}
	for _, p := range places {
		w.held[p.Document] = true
	}
	return err
}

// use names how a release is used, as far as duties follow from that.
func (w survey) use(r ospo.ReleaseID) string {
	return joined(w.contexts[r]) + "|" + w.settings[r].Changed
}

// reader is shared by releases that are used alike.
func (w survey) reader(r ospo.ReleaseID) *reader {
	key := w.use(r)
	if w.readers[key] == nil {
		w.readers[key] = newReader(w.contexts[r], w.settings[r].Changed, w.choices, w.concluded)
		w.readers[key].own = w.own
	}
	return w.readers[key]
}

// single reports whether components of a release have to be looked at one by one: somebody
// decided about it, concluded about one of them, or chose of a licence that occurs in it.
func (w survey) single(r Release) bool {
	return len(w.decided[r.Software]) > 0 || w.held[r.document] || len(w.choices) > 0 && slices.ContainsFunc(w.shares[r.document], func(h share) bool { return len(w.choices[w.terms[h.term]]) > 0 })
}

// summed are the duties of a release about which nobody has decided anything: by licence, not
// by component. They follow from its document and from how it is used, so that they are
// worked out once.
func (s *Service) summed(ctx context.Context, w survey, r Release) []Item {
	key := sumKey{r.document, w.use(r.ID), tongue(ctx)}
	out, known := s.kept.sum(key)
	if !known {
		if out = s.sum(ctx, w, r); len(w.shares[r.document]) > 0 { // else its licences are not counted yet
			s.kept.keepSum(key, out)
		}
	}
	return out
}

func (s *Service) sum(ctx context.Context, w survey, r Release) (out []Item) {
	at, reads := map[string]int{}, w.reader(r.ID)
	for _, h := range w.shares[r.document] {
		counted := map[string]bool{}
		for _, due := range reads.of(w.terms[h.term], w.terms[h.term]).Dues {
			i, ok := at[due.Duty.ID]
			if !ok {
				i = len(out)
				at[due.Duty.ID], out = i, append(out, s.item(ctx, r, due, nil))
			}
			out[i].mention(due)
			if !counted[due.Duty.ID] {
				counted[due.Duty.ID] = true
				out[i].count += h.packages
			}
		}
	}
	return out
}

// Waiting lists what is overdue or due until a day, and what was escalated.
func (s *Service) Waiting(ctx context.Context, until string) (out []Row, err error) {
	all, err := s.rows(ctx, func(w survey, r Release) bool { return len(w.decided[r.Software]) > 0 }) // without a decision nothing has a day
	for _, r := range all {
		if r.Duty != "" && !settled(r.State) && (r.State == "escalated" || r.Due != "" && r.Due <= until) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, Sieve{Sort: "due"}.order)
	return out, err
}
