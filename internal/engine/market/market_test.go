// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/award"
	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: a survey or a description, and what the linter finds.
func TestRules(t *testing.T) {
	all, err := ruletest.Read(os.DirFS("testdata"), 9)
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for name, parts := range all {
		t.Run(name, func(t *testing.T) {
			if parts["catalogue"] != "" {
				flaws(t, parts)
				return
			}
			var found []Finding
			var s Survey
			var d Description
			switch {
			case parts["survey"] != "":
				read(t, parts["survey"], &s)
				found = s.Lint(Shipped(), "2026-11-28")
			default:
				read(t, parts["description"], &d)
				found = d.Lint(Shipped(), strings.Split(strings.TrimSpace(parts["products"]), ", "))
			}
			var got []string
			for _, f := range found {
				broken[f.ID] = true
				got = append(got, strings.TrimRight(fmt.Sprintf("%s %s %s %d %s", f.Severity, f.ID, f.Place, f.N, f.Got), " "))
			}
			want := strings.Split(strings.TrimSpace(parts["findings"]), "\n")
			if parts["findings"] == "" {
				want = nil
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
	for _, r := range Shipped().Rules {
		if !broken[r.ID] {
			t.Errorf("no document breaks the rule %s", r.ID)
		}
	}
}

// flaws wants what is wrong in the text of a catalogue, with lines.
func flaws(t *testing.T, parts map[string]string) {
	t.Helper()
	_, all := Read([]byte(parts["catalogue"]), strings.Split(strings.TrimSpace(parts["products"]), ", "))
	var got []string
	for _, f := range all {
		got = append(got, strings.TrimRight(fmt.Sprintf("%d | %s | %s | %s", f.Line, f.Kind, f.At, f.Got), " |"))
	}
	if want := strings.TrimSpace(parts["flaws"]); strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func read(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

func sections(c Catalogue) (out [][]Choice) {
	for _, s := range c.Sections() {
		out = append(out, *s.All)
	}
	return out
}

// What ships can be written as text and read again, and passes the checker with the names of
// products that it warns of: a city begins with it.
func TestWhatShipsIsTheBeginningOfOnesOwn(t *testing.T) {
	text := Write(Shipped())
	got, flaws := Read(text, []string{"Microsoft", "Nextcloud", "R"})
	if len(flaws) > 0 {
		t.Fatalf("%+v", flaws)
	}
	want := Shipped()
	want.ID, want.Version = "", 0
	again, _ := json.Marshal(got)
	if first, _ := json.Marshal(want); strings.ReplaceAll(string(first), `"checks":[]`, `"checks":null`) != string(again) {
		t.Error("read again it is another one")
	}
}

// Whatever somebody sends is read or refused with a line, and what is read can be written.
func FuzzRead(f *testing.F) {
	shipped := Write(Shipped())
	f.Add(shipped)
	f.Add([]byte("needs: [{id: a}]"))
	f.Add([]byte(`{needs: [{id: a, name: {de: "\x7f\u0085\ufffe\"", en: "\\\\ \n"}, about: {de: "%", en: "x"}, certainty: own, source: "\U0001F600"}], ways: [{id: b, name: {de: x, en: y}, about: {de: x, en: y}, certainty: own, source: s}], procedures: [{id: c, name: {de: x, en: y}, about: {de: x, en: y}, certainty: own, source: s, checks: [{de: x, en: y}]}]}`))
	f.Add([]byte("a: &x [*x]"))
	f.Add([]byte("needs:\n  - id: a\n   name: b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, flaws := Read(data, []string{"Tor"})
		for _, flaw := range flaws {
			if flaw.Kind == "" || flaw.Line < 0 {
				t.Errorf("%+v", flaw)
			}
		}
		if len(flaws) > 0 {
			return
		}
		text := Write(c)
		if _, flaws := Read(text, nil); len(flaws) > 0 {
			t.Errorf("what was written is not read: %+v\n%s", flaws, text)
		}
	})
}

// The list of widely used names has a version and a day, each name once, and none that is a common
// word: what stands in requirements every day must not block them.
func TestWidelyUsedNamesAreNames(t *testing.T) {
	w := Known()
	if w.Version < 1 || w.Checked == "" || w.Source == "" || w.SourceEN == "" || len(w.Names) < 60 {
		t.Errorf("%+v", w)
	}
	const plain = "The teams access the office by word of mouth; a project has an outlook, a publisher excels, windows exchange air, notes are kept, in Word und Tat, Teams, Office, Access, Outlook, Slack und Zoom"
	if got := award.Named(plain, w.Names); len(got) > 0 {
		t.Errorf("common words are taken for products: %v", got)
	}
	seen := map[string]bool{}
	for _, n := range w.Names {
		got := award.Named("läuft mit »"+n+"«, oder ohne", []string{n})
		if len(got) != 1 || seen[got[0]] {
			t.Errorf("%s is not found, or stands twice", n)
			continue
		}
		seen[got[0]] = true
	}
	for _, text := range []string{"Läuft mit Microsoft Word.", "öffnet MS Word", "wie Office 365", "auf Rocket.Chat"} {
		if len(award.Named(text, w.Names)) == 0 {
			t.Errorf("%q names no product", text)
		}
	}
}

// Items stand under what they are about, whatever order somebody ticked them in.
func TestADescriptionIsArranged(t *testing.T) {
	d := Description{Items: []Item{{From: "ex_sbom", Kind: Must}, {Kind: Score, Text: "own"}, {From: "suit_staff", Kind: Must}, {Kind: Must, Text: "Umsatz", Part: OfBidder}, {From: "sbom", Kind: Must}}}
	var got []string
	for _, i := range d.Arranged(Shipped()).Items {
		got = append(got, i.Heading()+" "+i.From+i.Text)
	}
	if want := "service sbom, suitability suit_staff, suitability Umsatz, award own, execution ex_sbom"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if d.Items[0].From != "ex_sbom" || d.Items[0].Part != "" {
		t.Error("the description that was given is altered")
	}
}

// Texts that are no catalogue at all are refused before anything is made of them.
func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{"": NoChoice, "a: [": NoYAML, "\xff": NoYAML, "- a\n--- \n- b": MoreText, "a: &x 1": Alias, "needs: 3": NoList, "[1]": NoMapping,
		strings.Repeat("a", MaxBytes+1): TooLarge, strings.Repeat("[", 20) + strings.Repeat("]", 20): TooDeep,
		"needs: [" + strings.Repeat("{}, ", 101) + "]": TooMany} {
		if _, flaws := Read([]byte(text), nil); len(flaws) == 0 || flaws[0].Kind != want {
			t.Errorf("%.20q: %+v, want %s", text, flaws, want)
		}
	}
}

// What the program offers has words in both languages, says what it rests on, and passes the
// linter that it is offered with.
func TestTheCatalogueIsWhole(t *testing.T) {
	c := Shipped()
	if c.ID == "" || c.Version < 1 || c.Checked == "" {
		t.Errorf("no id, version or day: %s %d %s", c.ID, c.Version, c.Checked)
	}
	seen := map[string]bool{}
	for _, all := range sections(c) {
		if len(all) < 3 {
			t.Errorf("only %d choices", len(all))
		}
		for _, x := range all {
			if seen[x.ID] || x.Name.DE == "" || x.Name.EN == "" || x.About.DE == "" || x.About.EN == "" || x.Source == "" || !slices.Contains([]string{Own, Seen, Unverified}, x.Certainty) {
				t.Errorf("%s is not whole: %+v", x.ID, x)
			}
			seen[x.ID] = true
			if x.SourceIn("en") == "Eigener Vorschlag" {
				t.Errorf("%s: the source is German on English pages", x.ID)
			}
		}
	}
	var d Description
	d.Aim = "Termine vergeben"
	for _, r := range slices.Concat(c.Requirements, c.Suitability, c.Execution, c.Award, c.Utility) {
		d.Items = append(d.Items, Item{From: r.ID, Kind: Must, Text: r.About.DE}, Item{From: r.ID, Kind: Must, Text: r.About.EN})
	}
	if found := d.Lint(c, Known().Names); len(found) > 0 {
		t.Errorf("the linter finds something in what it offers: %+v", found)
	}
}
