// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"allmende/internal/engine/award"

	"go.yaml.in/yaml/v3"
)

// Bounds of a catalogue that is written as text; the one that ships has some 40 kB.
const (
	MaxBytes    = 256 << 10
	mostChoices = 100 // of a list
	mostPoints  = 10
	mostFlaws   = 100
	deepest     = 12
	longLine    = 300   // characters
	longText    = 5_000 // characters
)

// Kinds of flaws; the sentences are the room's.
const (
	TooLarge     = "large"
	NoYAML       = "yaml"
	MoreText     = "rest" // a second document
	Alias        = "alias"
	TooDeep      = "deep"
	UnknownKey   = "unknown_key"
	KeyTwice     = "key_twice"
	NoMapping    = "mapping"
	NoList       = "list"
	NoText       = "text"
	TooLong      = "long"
	NoWriting    = "chars" // a character that no reader sees, or that turns the direction
	TooMany      = "many"
	Lacking      = "lacking"
	BadID        = "id"
	IDTwice      = "id_twice"
	BadCertainty = "certainty"
	BadDay       = "day"
	BadPoints    = "points"
	PointsTwice  = "points_twice"
	NoScale      = "scale"
	NoChecks     = "checks"
	NoChoice     = "none"
	NamesProduct = "product"
)

// Kinds lists them all.
var Kinds = []string{TooLarge, NoYAML, MoreText, Alias, TooDeep, UnknownKey, KeyTwice, NoMapping, NoList, NoText, TooLong, NoWriting, TooMany, Lacking, BadID, IDTwice, BadCertainty, BadDay,
	BadPoints, PointsTwice, NoScale, NoChecks, NoChoice, NamesProduct}

// A Flaw is what is wrong in a text, and where.
type Flaw struct {
	Line int    // 0: of the whole
	Kind string // one of [Kinds]
	At   string // the entry and its key
	Got  string
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)
	yamlLine = regexp.MustCompile(`line (\d+):`)
)

// Read takes a catalogue from YAML: a mapping with the lists of [Catalogue.Sections] and, where
// wanted, the day on which it was checked. It has neither id nor version, which whoever keeps
// it hands out; rules are those of the program. All that is wrong is said at once. products are
// names that wordings must not hold.
func Read(data []byte, products []string) (Catalogue, []Flaw) {
	root, flaw := tree(data)
	if flaw != nil {
		return Catalogue{}, []Flaw{*flaw}
	}
	r := &reader{seen: map[string]bool{}, products: products}
	c := r.catalogue(root)
	if len(r.flaws) > 0 {
		slices.SortStableFunc(r.flaws, func(a, b Flaw) int { return a.Line - b.Line })
		return Catalogue{}, r.flaws[:min(len(r.flaws), mostFlaws)]
	}
	return c, nil
}

// tree reads YAML without what makes a short text an endless one.
func tree(data []byte) (*yaml.Node, *Flaw) {
	if len(data) > MaxBytes {
		return nil, &Flaw{Kind: TooLarge, Got: strconv.Itoa(len(data))}
	}
	if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		return nil, &Flaw{Kind: NoYAML}
	}
	var root yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&root); errors.Is(err, io.EOF) {
		return nil, &Flaw{Kind: NoChoice}
	} else if err != nil {
		line := 0
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1]) // digits, and few of them
		}
		return nil, &Flaw{Line: line, Kind: NoYAML}
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &Flaw{Kind: MoreText}
	}
	if flaw := plain(&root, 0); flaw != nil || len(root.Content) == 0 {
		return nil, flaw
	}
	return root.Content[0], nil
}

func plain(n *yaml.Node, depth int) *Flaw {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return &Flaw{Line: n.Line, Kind: Alias, Got: short(n.Value)}
	}
	if depth > deepest {
		return &Flaw{Line: n.Line, Kind: TooDeep}
	}
	for _, c := range n.Content {
		if flaw := plain(c, depth+1); flaw != nil {
			return flaw
		}
	}
	return nil
}

// A reader gathers what is wrong.
type reader struct {
	flaws    []Flaw
	seen     map[string]bool // ids
	products []string
}

func (r *reader) wrong(n *yaml.Node, kind, at, got string) {
	r.flaws = append(r.flaws, Flaw{n.Line, kind, at, short(got)})
}

// short is what of a text is said again.
func short(text string) string {
	if all := []rune(text); len(all) > 80 {
		return string(all[:80]) + " …"
	}
	return text
}

// members hands the values of a mapping to what reads each key, and says which were there.
func (r *reader) members(n *yaml.Node, at string, known map[string]func(*yaml.Node, string)) map[string]bool {
	there := map[string]bool{}
	if n.Kind != yaml.MappingNode {
		r.wrong(n, NoMapping, at, n.Value)
		return there
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		read, ok := known[k.Value]
		switch {
		case !ok:
			r.wrong(k, UnknownKey, at, k.Value)
		case there[k.Value]:
			r.wrong(k, KeyTwice, at, k.Value)
		default:
			there[k.Value] = true
			read(v, strings.TrimPrefix(at+"."+k.Value, "."))
		}
	}
	return there
}

// each hands the entries of a list on.
func (r *reader) each(n *yaml.Node, at string, most int, read func(*yaml.Node, string)) {
	if n.Kind != yaml.SequenceNode {
		r.wrong(n, NoList, at, n.Value)
		return
	}
	if len(n.Content) > most {
		r.wrong(n, TooMany, at, strconv.Itoa(len(n.Content)))
		return
	}
	for i, c := range n.Content {
		read(c, at+" "+strconv.Itoa(i+1))
	}
}

// text reads a text that must be there.
func (r *reader) text(n *yaml.Node, at string, most int) string {
	text := strings.TrimSpace(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode:
		r.wrong(n, NoText, at, "")
	case text == "" || n.Tag == "!!null":
		r.wrong(n, Lacking, at, "")
	case utf8.RuneCountInString(text) > most:
		r.wrong(n, TooLong, at, strconv.Itoa(utf8.RuneCountInString(text)))
	case strings.ContainsFunc(text, unwritten):
		r.wrong(n, NoWriting, at, fmt.Sprintf("U+%04X", []rune(text[strings.IndexFunc(text, unwritten):])[0]))
	default:
		return text
	}
	return ""
}

// unwritten reports whether a character is none that somebody writes: controls but for line ends
// and tabs, and those that make a text read otherwise than it stands (UAX #9, section 2).
func unwritten(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// both reads a text in both languages.
func (r *reader) both(n *yaml.Node, at string, most int) (t Text) {
	r.lacks(n, at, r.members(n, at, map[string]func(*yaml.Node, string){
		"de": func(n *yaml.Node, at string) { t.DE = r.text(n, at, most) },
		"en": func(n *yaml.Node, at string) { t.EN = r.text(n, at, most) },
	}), "de", "en")
	return t
}

// lacks says which keys a mapping needs and does not have.
func (r *reader) lacks(n *yaml.Node, at string, there map[string]bool, keys ...string) {
	for _, k := range keys {
		if n.Kind == yaml.MappingNode && !there[k] {
			r.wrong(n, Lacking, at+"."+k, "")
		}
	}
}

func (r *reader) catalogue(n *yaml.Node) (c Catalogue) {
	known := map[string]func(*yaml.Node, string){"checked": func(n *yaml.Node, at string) {
		c.Checked = r.text(n, at, longLine)
		if _, err := time.Parse(time.DateOnly, c.Checked); err != nil && c.Checked != "" {
			r.wrong(n, BadDay, at, c.Checked)
		}
	}}
	for _, s := range c.Sections() {
		known[s.Name] = func(n *yaml.Node, at string) {
			r.each(n, at, mostChoices, func(n *yaml.Node, at string) { *s.All = append(*s.All, r.choice(n, at, s.Name)) })
		}
	}
	r.members(n, "", known)
	for _, s := range c.Sections()[:3] { // nothing could be surveyed without
		if len(*s.All) == 0 {
			r.wrong(n, NoChoice, s.Name, "")
		}
	}
	c.Rules = catalogue.Rules
	return c
}

// scaled are the lists whose entries have scales, reasoned those that say why and what proves it.
var (
	scaled   = []string{"award", "utility"}
	reasoned = []string{"suitability", "award", "execution"}
	neutral  = []string{"requirements", "suitability", "award", "execution", "utility"}
)

func (r *reader) choice(n *yaml.Node, at, section string) (c Choice) {
	line := func(to *string) func(*yaml.Node, string) {
		return func(n *yaml.Node, at string) { *to = r.text(n, at, longLine) }
	}
	both := func(to *Text, most int) func(*yaml.Node, string) {
		return func(n *yaml.Node, at string) { *to = r.both(n, at, most) }
	}
	there := r.members(n, at, map[string]func(*yaml.Node, string){
		"id":   func(n *yaml.Node, at string) { c.ID = r.id(n, at) },
		"name": both(&c.Name, longLine), "about": both(&c.About, longText), "why": both(&c.Why, longText), "evidence": both(&c.Evidence, longText),
		"checks": func(n *yaml.Node, at string) {
			r.each(n, at, mostChoices, func(n *yaml.Node, at string) { c.Checks = append(c.Checks, r.both(n, at, longText)) })
		},
		"certainty": func(n *yaml.Node, at string) {
			if c.Certainty = r.text(n, at, longLine); c.Certainty != "" && !slices.Contains([]string{Own, Seen, Unverified}, c.Certainty) {
				r.wrong(n, BadCertainty, at, c.Certainty)
			}
		},
		"source": line(&c.Source), "source_en": line(&c.SourceEN), "clause": line(&c.Clause), "corresponds": line(&c.Corresponds),
		"anchors": func(n *yaml.Node, at string) { c.Anchors = r.scale(n, at) },
	})
	r.lacks(n, at, there, "id", "name", "about", "certainty", "source")
	if slices.Contains(reasoned, section) {
		r.lacks(n, at, there, "why", "evidence")
	}
	if slices.Contains(scaled, section) && n.Kind == yaml.MappingNode && len(c.Anchors) < 2 {
		r.wrong(n, NoScale, at, "")
	}
	if section == "procedures" && n.Kind == yaml.MappingNode && len(c.Checks) == 0 {
		r.wrong(n, NoChecks, at, "")
	}
	if slices.Contains(neutral, section) {
		r.neutral(n, at, c)
	}
	return c
}

// id reads one that no other choice has.
func (r *reader) id(n *yaml.Node, at string) string {
	id := r.text(n, at, longLine)
	switch {
	case id == "":
	case !idForm.MatchString(id):
		r.wrong(n, BadID, at, id)
	case r.seen[id]:
		r.wrong(n, IDTwice, at, id)
	}
	r.seen[id] = true
	return id
}

// scale reads what earns how many points.
func (r *reader) scale(n *yaml.Node, at string) (out []Anchor) {
	given := map[int]bool{}
	r.each(n, at, mostPoints+1, func(n *yaml.Node, at string) {
		var a Anchor
		r.lacks(n, at, r.members(n, at, map[string]func(*yaml.Node, string){
			"points": func(n *yaml.Node, at string) {
				text := r.text(n, at, longLine)
				points, err := strconv.Atoi(text)
				switch {
				case text == "":
				case err != nil || points < 0 || points > mostPoints:
					r.wrong(n, BadPoints, at, text)
				case given[points]:
					r.wrong(n, PointsTwice, at, text)
				}
				a.Points, given[points] = points, true
			},
			"text": func(n *yaml.Node, at string) { a.Text = r.both(n, at, longText) },
		}), "points", "text")
		out = append(out, a)
	})
	return out
}

// neutral says which products a wording names; whole words, as the linter of papers finds them.
func (r *reader) neutral(n *yaml.Node, at string, c Choice) {
	texts := []string{c.Name.DE, c.Name.EN, c.About.DE, c.About.EN}
	for _, a := range c.Anchors {
		texts = append(texts, a.Text.DE, a.Text.EN)
	}
	for _, name := range award.Named(strings.Join(texts, " ; "), r.products) {
		if utf8.RuneCountInString(name) > 1 {
			r.wrong(n, NamesProduct, at, name)
		}
	}
}

// Write gives a catalogue as the text that [Read] takes, its texts in quotation marks whatever
// is in them.
func Write(c Catalogue) []byte {
	var out bytes.Buffer
	if c.Checked != "" {
		fmt.Fprintf(&out, "checked: %q\n", c.Checked)
	}
	for _, s := range c.Sections() {
		if len(*s.All) == 0 {
			fmt.Fprintf(&out, "%s: []\n", s.Name)
			continue
		}
		fmt.Fprintf(&out, "%s:\n", s.Name)
		for _, x := range *s.All {
			writeChoice(&out, x)
		}
	}
	return out.Bytes()
}

// writeChoice writes an entry; what it does not say is left out. What Go puts in quotation marks
// YAML reads as the same.
func writeChoice(out *bytes.Buffer, x Choice) {
	both := func(t Text) string { return fmt.Sprintf("{de: %q, en: %q}", t.DE, t.EN) }
	fmt.Fprintf(out, "  - id: %q\n    name: %s\n    about: %s\n", x.ID, both(x.Name), both(x.About))
	if x.Why != (Text{}) {
		fmt.Fprintf(out, "    why: %s\n", both(x.Why))
	}
	if x.Evidence != (Text{}) {
		fmt.Fprintf(out, "    evidence: %s\n", both(x.Evidence))
	}
	for i, k := range x.Checks {
		if i == 0 {
			out.WriteString("    checks:\n")
		}
		fmt.Fprintf(out, "      - %s\n", both(k))
	}
	for i, a := range x.Anchors {
		if i == 0 {
			out.WriteString("    anchors:\n")
		}
		fmt.Fprintf(out, "      - {points: %d, text: %s}\n", a.Points, both(a.Text))
	}
	for _, line := range [][2]string{{"certainty", x.Certainty}, {"source", x.Source}, {"source_en", x.SourceEN}, {"clause", x.Clause}, {"corresponds", x.Corresponds}} {
		if line[1] != "" || line[0] == "certainty" || line[0] == "source" {
			fmt.Fprintf(out, "    %s: %q\n", line[0], line[1])
		}
	}
}
