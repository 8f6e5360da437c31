// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/purl"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// Text is a text in both languages; where English is lacking everybody reads German.
type Text struct {
	DE string `json:"de,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" && t.EN != "" || t.DE == "" {
		return t.EN
	}
	return t.DE
}

// A Profile is a version of a list of rules. Default is the verdict on a licence of the SPDX
// list that no rule speaks of.
type Profile struct {
	ID      string  `json:"id"`
	Version string  `json:"version"`
	Title   Text    `json:"title"`
	About   Text    `json:"about,omitzero"`
	Source  string  `json:"source" doc:"Where the rules come from."`
	Date    string  `json:"date,omitempty" doc:"Of the source, YYYY-MM-DD; absent where it bears none."`
	Checked string  `json:"checked" doc:"Day on which the rules were compared with the source, YYYY-MM-DD."`
	Default Verdict `json:"default" enum:"allow,review,unknown,deny"`
	Rules   []Rule  `json:"rules"`

	named map[string][]int // rules by licence, "… WITH …" or exception
}

// A Rule is a verdict on some licences. It names them, their class, all that the Open Source
// Initiative approved, or any; or it names components. What is more exact counts: a
// component before a licence, a licence before its class, that before the approval, that
// before any; among those a rule for some contexts before one for all; then the strictest.
type Rule struct {
	ID         string         `json:"id"`
	Verdict    Verdict        `json:"verdict" enum:"allow,review,deny"`
	Contexts   []ospo.Context `json:"contexts,omitempty" doc:"Absent: all."`
	Licences   []string       `json:"licences,omitempty" doc:"SPDX ids, LicenseRefs, or either WITH an exception."`
	Exceptions []string       `json:"exceptions,omitempty" doc:"SPDX ids of exceptions: any licence with one of them."`
	Classes    []spdx.Class   `json:"classes,omitempty" doc:"public-domain, permissive, weak, strong, network, proprietary."`
	OSI        bool           `json:"osi,omitempty" doc:"All that the Open Source Initiative approved."`
	Any        bool           `json:"any,omitempty" doc:"All on the SPDX list."`
	Components []string       `json:"components,omitempty" doc:"Package URLs, with or without version."`
	Note       Text           `json:"note,omitzero" doc:"Why, and how the source puts it."`
}

// Bounds of a profile; that of openCode has some 60 kB and 350 licences.
const (
	MaxBytes  = 1 << 20
	maxRules  = 2000
	maxWords  = 5000
	maxString = 2000
)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,59}$`)

// A FormError says what of a profile is not as it must be: got and wanted, in English, and
// the key of the sentence for people with its arguments.
type FormError struct {
	Key  string
	Args []any
}

func (e *FormError) Error() string { return fmt.Sprint(append([]any{e.Key, ": "}, e.Args...)...) }

func bad(key string, args ...any) error { return &FormError{key, args} }

// Read reads a profile from JSON and checks it. An error is a *FormError.
func Read(data []byte) (Profile, error) {
	var p Profile
	if len(data) > MaxBytes {
		return p, bad("policy.form.large", len(data), MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, bad("policy.form.json", d.InputOffset(), err.Error())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p, bad("policy.form.rest", d.InputOffset())
	}
	return p, p.Check()
}

// Check checks a profile, writes ids as the lists do, and makes it ready to judge. An error
// is a *FormError.
func (p *Profile) Check() error {
	switch {
	case !idForm.MatchString(p.ID):
		return bad("policy.form.id", p.ID)
	case p.Version == "" || len(p.Version) > 60:
		return bad("policy.form.version", p.Version)
	case p.Title.DE == "" && p.Title.EN == "":
		return bad("policy.form.title")
	case !p.Default.Valid():
		return bad("policy.form.verdict", "default", string(p.Default))
	case len(p.Rules) > maxRules:
		return bad("policy.form.many", len(p.Rules), maxRules)
	}
	for _, t := range []string{p.Title.DE, p.Title.EN, p.About.DE, p.About.EN, p.Source} {
		if len(t) > maxString || !utf8.ValidString(t) || strings.ContainsRune(t, 0) {
			return bad("policy.form.text", p.ID)
		}
	}
	for _, day := range []string{p.Date, p.Checked} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return bad("policy.form.day", day)
		}
	}
	return p.ready()
}

// ready checks the rules and lists them by licence.
func (p *Profile) ready() error {
	p.named = map[string][]int{}
	seen, words := map[string]bool{}, 0
	for i := range p.Rules {
		r := &p.Rules[i]
		if err := r.check(); err != nil {
			return err
		}
		if seen[r.ID] {
			return bad("policy.form.twice", r.ID)
		}
		seen[r.ID] = true
		if words += len(r.Licences) + len(r.Exceptions) + len(r.Components); words > maxWords {
			return bad("policy.form.many", words, maxWords)
		}
		for _, l := range r.Licences {
			p.named[l] = append(p.named[l], i)
		}
		for _, e := range r.Exceptions {
			p.named[with+e] = append(p.named[with+e], i)
		}
	}
	return nil
}

const with = "WITH " // before an exception among the names of rules

func (r *Rule) check() (err error) {
	switch {
	case !idForm.MatchString(r.ID):
		return bad("policy.form.rule_id", r.ID)
	case r.Verdict != Allow && r.Verdict != Review && r.Verdict != Deny:
		return bad("policy.form.verdict", r.ID, string(r.Verdict))
	case len(r.Licences)+len(r.Exceptions)+len(r.Classes)+len(r.Components) == 0 && !r.OSI && !r.Any:
		return bad("policy.form.nothing", r.ID)
	case len(r.Note.DE) > maxString || len(r.Note.EN) > maxString || !utf8.ValidString(r.Note.DE+r.Note.EN) || strings.ContainsRune(r.Note.DE+r.Note.EN, 0):
		return bad("policy.form.text", r.ID)
	}
	for _, c := range r.Contexts {
		if !slices.Contains(ospo.Contexts, c) {
			return bad("policy.form.context", r.ID, string(c))
		}
	}
	for _, c := range r.Classes {
		if !slices.Contains(spdx.Classes, c) {
			return bad("policy.form.class", r.ID, string(c))
		}
	}
	for i, l := range r.Licences {
		if r.Licences[i], err = Name(l); err != nil {
			return bad("policy.form.licence", r.ID, l)
		}
	}
	for i, e := range r.Exceptions {
		l, err := spdx.Parse("MIT WITH " + e)
		if err != nil || l.Op != spdx.Leaf {
			return bad("policy.form.exception", r.ID, e)
		}
		r.Exceptions[i] = l.Licence.Exception
	}
	for _, c := range r.Components {
		if _, err := purl.Parse(c); err != nil {
			return bad("policy.form.component", r.ID, c)
		}
	}
	return nil
}

// Name is one licence as rules name it: as the list spells it, a deprecated id as what
// stands for it today. Anything but one licence is an error.
func Name(text string) (string, error) {
	e, err := spdx.Parse(text)
	if err != nil {
		return "", err
	}
	if e.Op == spdx.Leaf {
		e.Licence, _ = present(e.Licence)
	}
	if e.Op != spdx.Leaf || e.Licence.Unsaid() {
		return "", errors.New("more than one licence, or none")
	}
	return e.Licence.String(), nil
}

// Names reports whether the component with a package URL is among those a text names: the
// same package, and the same version where the text has one.
func Names(text, component string) bool {
	if text == "" || component == "" {
		return false
	}
	a, err := purl.Parse(text)
	if err != nil {
		return false
	}
	b, err := purl.Parse(component)
	return err == nil && a.Type == b.Type && a.Namespace == b.Namespace && a.Name == b.Name && (a.Version == "" || a.Version == b.Version)
}

// In reports whether a rule speaks of a context.
func (r Rule) In(c ospo.Context) bool { return len(r.Contexts) == 0 || slices.Contains(r.Contexts, c) }

// pick returns the one that counts among rules that fit a licence equally: one for some
// contexts before one for all, then the strictest; -1 where none speaks of the context.
func (p *Profile) pick(fit []int, c ospo.Context) int {
	best := -1
	for _, i := range fit {
		if !p.Rules[i].In(c) {
			continue
		}
		if best < 0 || p.before(i, best) < 0 {
			best = i
		}
	}
	return best
}

func (p *Profile) before(i, j int) int {
	a, b := p.Rules[i], p.Rules[j]
	return cmp.Or(cmp.Compare(min(len(b.Contexts), 1), min(len(a.Contexts), 1)), cmp.Compare(b.Verdict.rank(), a.Verdict.rank()), cmp.Compare(i, j))
}

// Rule returns the rule with an id.
func (p *Profile) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(p.Rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return p.Rules[i], true
}
