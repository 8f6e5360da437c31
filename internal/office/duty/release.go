// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/obligation"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Release is a release that the viewer may see, with its present document.
type Release struct {
	ID       ospo.ReleaseID  `json:"release"`
	Org      ospo.OrgID      `json:"org" doc:"That registered it."`
	OrgName  string          `json:"orgName"`
	Software ospo.SoftwareID `json:"software"`
	Name     string          `json:"name"`
	Version  string          `json:"version"`

	document ospo.DocumentID // 0 is none
	folded   string
}

// Title names software and version.
func (r Release) Title() string { return strings.TrimSpace(r.Name + " " + r.Version) }

// Documented reports whether there is a bill of materials to work with.
func (r Release) Documented() bool { return r.document != 0 }

// A Part is a component that causes a duty.
type Part struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	PURL    string `json:"purl,omitempty"`
	Licence string `json:"licence,omitempty" doc:"As the bill of materials has it: the concluded licence, else the declared one. Absent: unknown."`
	Taken   string `json:"taken,omitempty" doc:"What of it counts, where that is not what it says: a choice, or a name read as an expression."`
	Assumed bool   `json:"assumed,omitempty" doc:"The licence offers a choice that nobody has recorded; the way that obliges to least is assumed."`

	pack      int64
	component string // without version
	term      int64
}

// Title names the component and its version.
func (p Part) Title() string { return strings.TrimSpace(p.Name + " " + p.Version) }

// An Item is a duty of a release in one state: open, or as a decision says.
type Item struct {
	Duty     string         `json:"duty" doc:"Id in the catalogue."`
	Text     string         `json:"text"`
	MustNot  bool           `json:"mustNot,omitempty" doc:"Something to leave undone."`
	Actor    string         `json:"actor"`
	Action   string         `json:"action"`
	Object   string         `json:"object"`
	Clauses  []string       `json:"clauses" doc:"Of the licences that ask for it; empty where a class stands in."`
	Contexts []ospo.Context `json:"contexts" doc:"In which it arises."`
	Standing bool           `json:"standing,omitempty" doc:"The catalogue does not hold the licence; this is what its class asks for as a rule."`
	Doubt    bool           `json:"doubt,omitempty" doc:"It arises only if something was changed, which nobody has stated."`
	State    string         `json:"state" enum:"open,acknowledged,fulfilled,not_applicable,deferred,escalated"`
	Overdue  bool           `json:"overdue,omitempty"`
	Decision *Decision      `json:"decision,omitempty" doc:"That set the state; absent where nobody has decided."`
	From     string         `json:"takenOverFrom,omitempty" doc:"Version from which the decision was taken over."`
	Parts    []Part         `json:"components"`

	count int // components, where they were not looked at one by one
}

// Settled reports whether nothing is left to do.
func (i Item) Settled() bool { return settled(i.State) }

func settled(state string) bool { return state == "fulfilled" || state == "not_applicable" }

// A Report is what the licences in a release oblige to.
type Report struct {
	Release
	Contexts []ospo.Context `json:"contexts"`
	Setting  Setting        `json:"setting"`
	Items    []Item         `json:"items"`
	Packages int            `json:"packages" doc:"Components of the bill of materials."`
	Free     int            `json:"free" doc:"Components whose licences oblige to nothing in these contexts."`
}

// Count counts what is to be done and not settled; prohibitions are not among it.
func (r Report) Count() (open, overdue int) {
	for _, i := range r.Items {
		if !i.MustNot && !i.Settled() {
			open++
		}
		if i.Overdue {
			overdue++
		}
	}
	return open, overdue
}

// Report works out the duties of a release that the viewer may see; any other is not found.
func (s *Service) Report(ctx context.Context, release ospo.ReleaseID) (p Report, err error) {
	root := door.From(ctx).Org
	if p.Release, err = s.store.release(ctx, root, release); err != nil {
		return p, err
	}
	contexts, err := s.contexts(ctx, []ospo.ReleaseID{release})
	if err != nil {
		return p, err
	}
	settings, err := s.store.settings(ctx, root, release)
	if err != nil {
		return p, err
	}
	p.Contexts, p.Setting = contexts[release], settings[release]
	decisions, err := s.store.decisions(ctx, root, p.Software)
	if err != nil {
		return p, err
	}
	parts, err := s.parts(ctx, p.Release)
	if err != nil {
		return p, err
	}
	choices, err := s.choices(ctx)
	if err != nil {
		return p, err
	}
	concluded, err := s.store.conclusions(ctx, root)
	if err != nil {
		return p, err
	}
	w := newReader(p.Contexts, p.Setting.Changed, choices, concluded)
	if w.own, err = s.own(ctx); err != nil {
		return p, err
	}
	p.Packages = len(parts)
	p.Items, p.Free = s.items(ctx, p.Release, w, parts, decisions)
	return p, nil
}

// parts lists the components of a release, by name.
func (s *Service) parts(ctx context.Context, r Release) ([]Part, error) {
	v, err := s.Shelf.Inventory(ctx, s.store.db.Read(), r.document)
	if err != nil {
		return nil, err
	}
	packages, err := s.store.packages(ctx, v.Packages)
	if err != nil {
		return nil, err
	}
	terms, err := s.store.terms(ctx, v.Declared, v.Concluded)
	if err != nil {
		return nil, err
	}
	out := make([]Part, 0, v.Len())
	for i, id := range v.Packages {
		p := packages[id].part()
		p.term = v.Licence(i)
		p.Licence = terms[p.term]
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Part) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Version, b.Version))
	})
	return out, nil
}

// chosen are choices: by the text of a licence and the component, what counts.
type chosen map[string]map[string]string

func (s *Service) choices(ctx context.Context) (chosen, error) {
	if s.Choices == nil {
		return nil, nil
	}
	all, err := s.Choices(ctx)
	out := chosen{}
	for _, c := range all {
		if out[c.Licence] == nil {
			out[c.Licence] = map[string]string{}
		}
		if bare := versionless(c.Component); out[c.Licence][bare] == "" {
			out[c.Licence][bare] = c.Chosen
		}
	}
	return out, err
}

// versionless is a package URL without version and what comes after it; what is none stays.
func versionless(text string) string {
	u, err := purl.Parse(text)
	if err != nil {
		return text
	}
	return purl.PURL{Type: u.Type, Namespace: u.Namespace, Name: u.Name}.String()
}

// A reader says what texts of licences oblige to, each once, in contexts and with a change.
type reader struct {
	contexts  []ospo.Context
	changed   obligation.Change
	choices   chosen
	concluded map[int64]string // by package
	read      map[string]reading
	own       obligation.Own
}

// A reading is what one text obliges to.
type reading struct {
	obligation.Answer
	taken string // what counts, where that is not the text itself
}

func newReader(contexts []ospo.Context, changed string, choices chosen, concluded map[int64]string) *reader {
	return &reader{contexts: contexts, changed: obligation.Change(changed), choices: choices, concluded: concluded, read: map[string]reading{}}
}

// own are the classes of the licences that the viewer's organisations keep.
func (s *Service) own(ctx context.Context) (obligation.Own, error) {
	if s.Own == nil {
		return nil, nil
	}
	return s.Own(ctx)
}

// counts is the licence that counts for a component, where its bill of materials has a text:
// what the licence manager concluded, what was chosen of it, else the text.
func (w *reader) counts(text, component string, pack int64) string {
	if c := w.concluded[pack]; c != "" {
		return c
	}
	if component != "" && len(w.choices[text]) > 0 {
		if c := w.choices[text][versionless(component)]; c != "" {
			return c
		}
	}
	return text
}

// of says what a text obliges to, where says is the one that counts. One that does not say which
// licence it means is unknown.
func (w *reader) of(text, says string) reading {
	key := text + "\x00" + says
	if r, ok := w.read[key]; ok {
		return r
	}
	r := reading{Answer: obligation.ArisingWith(w.own, expression(says), w.contexts, w.changed)}
	if taken := r.Expr.String(); taken != text && !unsaid(r.Expr) {
		r.taken = taken
	}
	w.read[key] = r
	return r
}

// expression reads the field for a licence; what it does not say clearly is NOASSERTION, except
// for ids that nobody knows, which are unknown themselves.
func expression(text string) spdx.Expr {
	r := spdx.Normalise(text)
	if r.Definite() || r.Certainty == spdx.None && (r.Expr.Op != spdx.Leaf || r.Expr.Licence.ID != "") {
		return r.Expr
	}
	return spdx.Expr{Licence: spdx.Licence{ID: "NOASSERTION", Listed: true}}
}

func unsaid(e spdx.Expr) bool { return e.Op == spdx.Leaf && e.Licence.Unsaid() }

// items gathers the duties of components by duty and decision, in the order of the catalogue.
func (s *Service) items(ctx context.Context, r Release, w *reader, parts []Part, decisions []Decision) (out []Item, free int) {
	type key struct{ duty, decision string }
	at := map[key]int{}
	covers := index(decisions, r)
	for _, p := range parts {
		says := w.of(p.Licence, w.counts(p.Licence, p.PURL, p.pack))
		p.Taken, p.Assumed = says.taken, says.Assumed
		if len(says.Dues) == 0 {
			free++
		}
		for _, due := range says.Dues {
			d := covers.find(due, p)
			k := key{due.Duty.ID, ""}
			if d != nil {
				k.decision = d.ID
			}
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k], out = i, append(out, s.item(ctx, r, due, d))
			}
			out[i].take(due, p)
		}
	}
	place := map[string]int{}
	for i, d := range obligation.All() {
		place[d.ID] = i
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		return cmp.Or(cmp.Compare(place[a.Duty], place[b.Duty]), strings.Compare(a.decided(), b.decided()))
	})
	return out, free
}

func (i Item) decided() string {
	if i.Decision == nil {
		return ""
	}
	return i.Decision.ID
}

func (s *Service) item(ctx context.Context, r Release, due obligation.Due, d *Decision) Item {
	i := Item{Duty: due.Duty.ID, Text: due.Duty.In(tongue(ctx)), MustNot: due.Duty.MustNot, Actor: due.Duty.Actor, Action: due.Duty.Action, Object: due.Duty.Object,
		Clauses: []string{}, State: "open", Decision: d, Doubt: true}
	if d != nil {
		i.State = d.State
		i.Overdue = d.Due != "" && d.Due < s.today() && !settled(d.State)
		if d.Release != r.ID {
			i.From = d.Version
		}
	}
	return i
}

// mention adds what one licence says of the duty.
func (i *Item) mention(due obligation.Due) {
	if due.Clause != "" && !slices.Contains(i.Clauses, due.Clause) {
		i.Clauses = append(i.Clauses, due.Clause)
	}
	for _, c := range due.Contexts {
		if !slices.Contains(i.Contexts, c) {
			i.Contexts = append(i.Contexts, c)
		}
	}
	i.Standing, i.Doubt = i.Standing || due.Standing && due.Class != spdx.Unknown, i.Doubt && due.Doubt
}

// take adds a component; it counts once, even where two of its licences ask for the same.
func (i *Item) take(due obligation.Due, p Part) {
	i.mention(due)
	if n := len(i.Parts); n == 0 || i.Parts[n-1].component != p.component || i.Parts[n-1].Version != p.Version || i.Parts[n-1].term != p.term {
		i.Parts = append(i.Parts, p)
	}
}
