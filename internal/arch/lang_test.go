// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Keys that are put together where this test cannot see it, by their beginning.
var dynamicKeys = []string{"factor.nav"} // the matrix of roles heads each room by its name; this one stands in no menu

// texts are the texts of the house: language, key, text; home is the folder of a key.
type texts struct {
	of   map[string]map[string]string
	home map[string]string
}

func allTexts(t *testing.T) texts {
	all := texts{of: map[string]map[string]string{"de": {}, "en": {}}, home: map[string]string{}}
	err := walk(func(p string) error {
		tongue := strings.TrimSuffix(path.Base(p), ".json")
		if path.Base(path.Dir(p)) != "lang" || all.of[tongue] == nil {
			return nil
		}
		var m map[string]string
		if err := json.Unmarshal([]byte(read(t, p)), &m); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		for k, v := range m {
			dir := path.Dir(path.Dir(p))
			if home := all.home[k]; home != "" && home != dir {
				t.Errorf("%s: %q is a key of %s already", p, k, home)
			}
			all.home[k] = dir
			all.of[tongue][k] = v
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestR14EveryTextIsGermanAndEnglish(t *testing.T) {
	all := allTexts(t)
	for k, home := range all.home {
		if r := room(home); r != "" && !strings.HasPrefix(k, r+".") {
			t.Errorf("%s: key %q must begin with %q", home, k, r+".")
		}
		de, okDe := all.of["de"][k]
		en, okEn := all.of["en"][k]
		if !okDe || !okEn {
			t.Errorf("%s: key %q: German %v, English %v; want both", home, k, okDe, okEn)
			continue
		}
		if strings.TrimSpace(de) == "" || strings.TrimSpace(en) == "" {
			t.Errorf("%s: key %q has an empty text", home, k)
		}
		argsDe, errDe := arguments(de)
		argsEn, errEn := arguments(en)
		if errDe != nil || errEn != nil {
			t.Errorf("%s: key %q: %v%v", home, k, errDe, errEn)
		} else if argsDe.most != argsEn.most {
			t.Errorf("%s: key %q: German takes %d arguments, English %d", home, k, argsDe.most, argsEn.most)
		}
		if w := inGerman.FindString(de); w != "" {
			t.Errorf("%s: key %q: %q in the German text %q", home, k, w, de)
		}
		if w := spelling.FindString(de); w != "" {
			t.Errorf("%s: key %q: %q wants an umlaut or ß in %q", home, k, w, de)
		}
		if w := inEnglish.FindString(en); w != "" {
			t.Errorf("%s: key %q: %q in the English text %q", home, k, w, en)
		}
	}
}

// A small list of words that show that a text was not translated.
var (
	inGerman  = regexp.MustCompile(`(?i)\b(the|and|with|please|your|you|not|of|are|this|that|delete|cancel|save|submit|search|loading|vulnerabilit\w+|finding|findings|advisory|advisories|settings|unknown|licen[sc]e|licen[sc]es|upload a|no results?)\b`)
	inEnglish = regexp.MustCompile(`(?i)\b(und|oder|nicht|ist|für|mit|bitte|keine?|einen?|der|das|von|wird|werden|Stückliste\w*|Schwachstelle\w*|Lizenz\w*)\b|\bSie\b`)
	spelling  = regexp.MustCompile(`\b(\w*[Ff]uer|[Uu]eber\w*|[Kk]oenn\w*|[Mm]uess\w*|\w*[Ll]oesch\w*|[Zz]urueck\w*|\w*[Ss]chluessel\w*|\w*waehl\w*|[Gg]ross\w*|\w*[Ss]trasse\w*|\w*[Pp]ruef\w*|\w*[Aa]ender\w*|ungueltig\w*|gehoer\w*|verfueg\w*|[Mm]oegl\w*)\b`)
)

// A text's arguments: how many it needs, and whether it numbers them.
type argument struct {
	most     int
	numbered bool
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?(.)`)

// arguments reads the verbs of a text. Values arrive as words, so %s is the only one.
func arguments(text string) (argument, error) {
	var a argument
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		switch {
		case m[0] == "%%":
		case m[2] != "s":
			return a, fmt.Errorf("%q is no verb of a text; write %%s (or %%%% for the sign)", m[0])
		case m[1] != "":
			n, _ := strconv.Atoi(m[1])
			a.most, a.numbered = max(a.most, n), true
		default:
			a.most++
		}
	}
	return a, nil
}

// A use is a place that names a key; args is how many arguments it gives, or -1.
type use struct {
	at, key string
	args    int
}

func TestR14KeysAndTextsMeet(t *testing.T) {
	all := allTexts(t)
	said, starts := map[string]bool{}, slices.Clone(dynamicKeys)
	var uses []use
	for _, s := range sources(t, false) {
		uses = append(uses, faults(s)...)
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				k, _ := strconv.Unquote(l.Value)
				mention(k, said, &starts)
			}
			return true
		})
	}
	for _, tm := range allTemplates(t) {
		uses, starts = append(uses, tm.uses()...), append(starts, tm.starts()...)
		for _, k := range tm.literals() {
			mention(k, said, &starts)
		}
	}
	for _, u := range uses {
		checkUse(t, all, u)
	}
	for k, home := range all.home {
		one := strings.TrimSuffix(strings.TrimSuffix(k, ".one"), ".other")
		if !said[k] && !said[one] && !slices.ContainsFunc(starts, func(p string) bool { return strings.HasPrefix(k, p) }) {
			t.Errorf("%s: nobody uses the text %q", home, k)
		}
	}
}

var (
	keyLike   = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9_-]+)+$`)
	keyPrefix = regexp.MustCompile(`^([a-z][a-z0-9]*\.(?:[a-z0-9_-]+[._])*)(?:%s|%v|$)`)
)

// mention notes a literal that is a key, or the beginning of keys that differ in the rest.
func mention(s string, said map[string]bool, starts *[]string) {
	if keyLike.MatchString(s) {
		said[s] = true
	} else if m := keyPrefix.FindStringSubmatch(s); m != nil && strings.Count(m[1], ".") > 0 {
		*starts = append(*starts, m[1])
	}
}

func checkUse(t *testing.T, all texts, u use) {
	forms := []string{u.key}
	if _, ok := all.home[u.key+".other"]; ok {
		forms = []string{u.key + ".one", u.key + ".other"}
	}
	for _, k := range forms {
		for _, tongue := range []string{"de", "en"} {
			text, ok := all.of[tongue][k]
			a, _ := arguments(text)
			switch {
			case !ok:
				t.Errorf("%s: there is no text %q in lang/%s.json", u.at, k, tongue)
			case u.args < 0:
			case a.most > u.args, a.most < u.args && !a.numbered && u.args > 0:
				t.Errorf("%s: gives %d arguments to %q, which takes %d: %q", u.at, u.args, k, a.most, text)
			}
		}
	}
}

// faults returns the keys given to fault.New and its sisters.
func faults(s source) []use {
	where := map[string]int{"New": 1, "At": 1, "Because": 2}
	name := s.named(module + "internal/fault")
	var out []use
	ast.Inspect(s.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || name == "" {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || text(sel.X) != name {
			return true
		}
		i, ok := where[sel.Sel.Name]
		if !ok || i >= len(call.Args) {
			return true
		}
		if l, ok := call.Args[i].(*ast.BasicLit); ok {
			k, _ := strconv.Unquote(l.Value)
			args := len(call.Args) - i - 1
			if call.Ellipsis.IsValid() {
				args = -1
			}
			out = append(out, use{s.at(l.Pos()), k, args})
		}
		return true
	})
	return out
}

func TestArguments(t *testing.T) {
	for text, want := range map[string]int{"Fertig": 0, "%s von %s": 2, "%[2]s von %[1]s": 2, "100 %% von %s": 1} {
		if got, err := arguments(text); err != nil || got.most != want {
			t.Errorf("arguments(%q) = %d, %v; want %d", text, got.most, err, want)
		}
	}
	if _, err := arguments("%d Produkte"); err == nil {
		t.Errorf("%q is taken; values arrive as words, it would not show the number", "%d Produkte")
	}
}
