// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package merkle_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/merkle"

	"golang.org/x/mod/sumdb/tlog"
)

func entry(n int64) merkle.Entry {
	e := merkle.Entry{N: n, ID: fmt.Sprint("id-", n), At: "2026-11-28T00:00:00.000Z", Org: "stadt", Person: "ada", Role: "auditor", What: "estate.edit",
		Thing: "zammad", Door: "web", Request: "r", Diff: `{"name":["alt","neu"]}`, Salt: "SALT"}
	e.Leaf = e.Hash().String()
	return e
}

// The encoding is a promise to whoever computes it elsewhere: these bytes never change.
func TestLeafIsAsDocumented(t *testing.T) {
	sum := sha256.Sum256([]byte("salt 4:SALT\ndiff 22:" + `{"name":["alt","neu"]}` + "\n"))
	want := "allmende.entry.v1\nn 2:42\nat 24:2026-11-28T00:00:00.000Z\nid 5:id-42\norg 5:stadt\nperson 3:ada\nrole 7:auditor\nwhat 11:estate.edit\n" +
		"thing 6:zammad\ndoor 3:web\nrequest 1:r\ndiff 64:" + fmt.Sprintf("%x", sum) + "\n"
	if got := string(entry(42).Bytes()); got != want {
		t.Errorf("the leaf is\n%s\nwant\n%s", got, want)
	}
	leaf := sha256.Sum256(append([]byte{0}, want...))
	if got := entry(42).Leaf; got != base64.StdEncoding.EncodeToString(leaf[:]) {
		t.Errorf("its hash is %s", got)
	}
	plain := merkle.Entry{N: 1, Thing: "a\nb"}
	if got := string(plain.Bytes()); !strings.Contains(got, "thing 3:a\nb\n") || !strings.HasSuffix(got, "diff 0:\n") {
		t.Errorf("a leaf without difference: %q", got)
	}
}

func TestErasingKeepsTheLeaf(t *testing.T) {
	e := entry(1)
	gone := e.Erase()
	if gone.Hash() != e.Hash() || gone.Diff != "" || gone.Salt != "" || !gone.Erased() {
		t.Errorf("%+v", gone)
	}
	again := e
	again.Diff = `{"name":["alt","alt"]}`
	if again.Hash() == e.Hash() {
		t.Error("another difference gives the same leaf")
	}
}

// The tree is that of tlog, at each size; what is kept of it is enough to prove with.
func TestTreeIsTheOneOfTlog(t *testing.T) {
	var tree merkle.Tree
	var stored []merkle.Hash
	kept := map[string][]merkle.Hash{}
	all := tlog.HashReaderFunc(func(is []int64) (out []merkle.Hash, _ error) {
		for _, i := range is {
			out = append(out, stored[i])
		}
		return out, nil
	})
	levels := merkle.Levels(func(level int, from, to int64) ([]merkle.Hash, error) {
		of := kept[fmt.Sprint(level)]
		return append([]merkle.Hash(nil), of[from:min(to, int64(len(of)))]...), nil
	})
	for n := range int64(700) {
		h := entry(n + 1).Hash()
		more, err := tlog.StoredHashes(n, entry(n+1).Bytes(), all)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		kept["0"] = append(kept["0"], h)
		for _, node := range tree.Append(h) {
			kept[fmt.Sprint(node.Level)] = append(kept[fmt.Sprint(node.Level)], node.Hash)
		}
		want, err := tlog.TreeHash(n+1, all)
		if err != nil || tree.Root() != want {
			t.Fatalf("root of %d entries: %v, want %v", n+1, tree.Root(), want)
		}
		read, err := merkle.ParseTree(tree.Size, tree.Peaks())
		if err != nil || read.Root() != want {
			t.Fatalf("the tree of %d entries, written and read: %v", n+1, err)
		}
	}
	if len(kept["8"]) != 2 {
		t.Errorf("%d nodes of 256 are kept, want 2", len(kept["8"]))
	}
	c := merkle.Checkpoint{Size: tree.Size, Root: tree.Root()}
	for _, n := range []int64{1, 2, 255, 256, 257, 512, 513, 699, 700} {
		p, err := levels.Inclusion(700, n)
		if err != nil || merkle.Included(p, c, n, entry(n).Hash()) != nil {
			t.Errorf("inclusion of %d: %v", n, err)
		}
		if merkle.Included(p, c, n, entry(n+1).Hash()) == nil || merkle.Included(p, c, n%700+1, entry(n).Hash()) == nil {
			t.Errorf("the proof of %d proves another", n)
		}
		root, err := tlog.TreeHash(n, all)
		if err != nil {
			t.Fatal(err)
		}
		q, err := levels.Consistency(n, 700)
		if err != nil || merkle.Continues(q, merkle.Checkpoint{Size: n, Root: root}, c) != nil {
			t.Errorf("consistency from %d: %v", n, err)
		}
		if merkle.Continues(q, merkle.Checkpoint{Size: n, Root: entry(9).Hash()}, c) == nil {
			t.Errorf("another log of %d entries passes for the beginning", n)
		}
	}
	for _, n := range []int64{0, -1, 701} {
		if _, err := levels.Inclusion(700, n); err == nil {
			t.Errorf("entry %d of 700 was proved", n)
		}
	}
}

func TestCheckpointIsSignedAndRead(t *testing.T) {
	secret, public, err := merkle.NewKey("allmende/test")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := merkle.Public(secret); err != nil || got != public {
		t.Errorf("the public part of the key is %s, %v, want %s", got, err, public)
	}
	c := merkle.Checkpoint{Origin: "allmende/test", Size: 7, Root: entry(7).Hash(), At: time.Date(2026, 11, 28, 1, 2, 3, 0, time.UTC)}
	text, err := merkle.Sign(c, secret)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := merkle.Open(text, public); err != nil || got != c {
		t.Errorf("read: %+v, %v", got, err)
	}
	_, other, _ := merkle.NewKey("allmende/test")
	for name, broken := range map[string]string{
		"size": strings.Replace(text, "\n7\n", "\n8\n", 1), "time": strings.Replace(text, "01:02:03", "01:02:04", 1),
		"cut": text[:len(text)/2], "empty": "", "long": strings.Repeat("x", 20_000), "more": text + "x",
	} {
		if _, err := merkle.Open(broken, public); err == nil {
			t.Errorf("a checkpoint with another %s passes", name)
		}
	}
	if _, err := merkle.Open(text, other); err == nil {
		t.Error("a checkpoint passes under a key that did not sign it")
	}
	if _, err := merkle.Open(text); err == nil {
		t.Error("a checkpoint passes without a key")
	}
	stranger, strange, _ := merkle.NewKey("allmende/other")
	if text, err := merkle.Sign(c, stranger); err != nil {
		t.Error(err)
	} else if _, err := merkle.Open(text, strange); err == nil {
		t.Error("a checkpoint passes that another log's key signed")
	}
}

// What a checker says of a log of 600 entries, each tampered with in one way.
func TestCheckerNamesWhatIsWrong(t *testing.T) {
	type log struct {
		entries []merkle.Entry
		nodes   map[merkle.Node]bool
		head    *merkle.Tree
		marks   []merkle.Mark
	}
	fresh := func() *log {
		l := &log{nodes: map[merkle.Node]bool{}, head: &merkle.Tree{}}
		for n := range int64(600) {
			e := entry(n + 1)
			l.entries = append(l.entries, e)
			for _, node := range l.head.Append(e.Hash()) {
				l.nodes[node] = true
			}
			if n+1 == 300 || n+1 == 590 {
				l.marks = append(l.marks, merkle.Mark{Checkpoint: merkle.Checkpoint{Size: n + 1, Root: l.head.Root()}, Kept: fmt.Sprint("at ", n+1)})
			}
		}
		return l
	}
	relabel := func(e merkle.Entry, n int64) merkle.Entry { e.N = n; e.Leaf = e.Hash().String(); return e }
	for name, tt := range map[string]struct {
		touch func(*log)
		want  string // kinds with their numbers
	}{
		"nothing": {func(*log) {}, ""},
		"what":    {func(l *log) { l.entries[16].What = "estate.add" }, "changed 17"},
		"diff":    {func(l *log) { l.entries[16].Diff = `{}` }, "changed 17"},
		"salt":    {func(l *log) { l.entries[16].Salt = "X" }, "changed 17"},
		"first":   {func(l *log) { l.entries = l.entries[1:] }, "missing 1-1"},
		"middle":  {func(l *log) { l.entries = append(l.entries[:99], l.entries[100:]...) }, "missing 100-100"},
		"last":    {func(l *log) { l.entries = l.entries[:599] }, "missing 600-600"},
		"swap":    {func(l *log) { l.entries[4], l.entries[5] = l.entries[5], l.entries[4] }, "missing 5-5, order 5"},
		"twice":   {func(l *log) { l.entries = append(l.entries[:5], l.entries[4:]...) }, "order 5"},
		"leaf":    {func(l *log) { l.entries[16].What = "x.y"; l.entries[16] = relabel(l.entries[16], 17) }, "subtree 1-256, point 1-300, point 1-590, root 1-600"},
		"beyond":  {func(l *log) { l.entries = append(l.entries, entry(601)) }, "beyond 601-601"},
		"cut":     {func(l *log) { l.entries = l.entries[:580]; *l.head = whole(l.entries) }, "short 581-590"},
		"erased":  {func(l *log) { l.entries[16] = l.entries[16].Erase() }, "unproved 17"},
		"erased and said": {func(l *log) {
			l.entries[16] = l.entries[16].Erase()
			e := merkle.Entry{N: 601, What: merkle.EraseAct, Diff: `{"erased":[17]}`, Salt: "S"}
			e.Leaf = e.Hash().String()
			l.head.Append(e.Hash())
			l.entries = append(l.entries, e)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := fresh()
			tt.touch(l)
			c := merkle.NewChecker(l.marks)
			c.Node = func(level int, n int64) (merkle.Hash, bool) {
				for node := range l.nodes {
					if node.Level == level && node.N == n {
						return node.Hash, true
					}
				}
				return merkle.Hash{}, false
			}
			for _, e := range l.entries {
				c.Add(e, e.Hash())
			}
			c.Finish(l.head)
			var got []string
			for _, f := range c.Flaws {
				s := fmt.Sprint(f.Kind, " ", f.From)
				if f.To > 0 {
					s += fmt.Sprint("-", f.To)
				}
				got = append(got, s)
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("found %q, want %q", s, tt.want)
			}
		})
	}
}

func whole(all []merkle.Entry) (t merkle.Tree) {
	for _, e := range all {
		t.Append(e.Hash())
	}
	return t
}

func TestLinesAreReadInOneWayOnly(t *testing.T) {
	for line, ok := range map[string]bool{
		`{"n":1,"id":"a","leaf":"x"}`: true, ` { "n" : 12 , "leaf" : " x " }`: true, `{"checkpoint":"a\nb"}`: true, `{"n":1,"id":"\u00e4\ud83d\ude00\"\\"}`: true,
		`{"n":1,"n":2}`: false, `{"n":1,"N":2}`: false, `{"n":"1"}`: false, `{"n":01}`: false, `{"n":-1}`: false, `{"n":1.5}`: false, `{"id":null}`: false,
		`{"n":1} {}`: false, `{"n":1`: false, `{"id":"a`: false, `{"id":"\ud83d"}`: false, `{"id":"\x"}`: false, `{"other":"a"}`: false, `[]`: false, ``: false, "{\"id\":\"a\tb\"}": false,
		"{\"id\":\"\xff\"}": false, `{"n":99999999999999999999}`: false, `{"id":"\u+123"}`: false, `{}`: false,
	} {
		if _, err := merkle.ParseLine([]byte(line)); (err == nil) != ok {
			t.Errorf("%s: %v, want it read: %v", line, err, ok)
		}
	}
}

// Whatever we read, encoding/json reads alike.
func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"n":1,"id":"\u00e4\ud83d\ude00\"\\","diff":"{\"a\":[1]}","leaf":" x "}`))
	f.Add([]byte(`{"checkpoint":"a\nb"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		l, err := merkle.ParseLine(line)
		if err != nil {
			return
		}
		var other struct {
			merkle.Entry
			Checkpoint string `json:"checkpoint"`
		}
		if err := json.Unmarshal(line, &other); err != nil || other.Entry != l.Entry || other.Checkpoint != l.Checkpoint {
			t.Errorf("%q: %+v, encoding/json has %+v, %v", line, l, other, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	secret, public, _ := merkle.NewKey("allmende/test")
	text, _ := merkle.Sign(merkle.Checkpoint{Origin: "allmende/test", Size: 7, Root: entry(7).Hash(), At: time.Unix(0, 0)}, secret)
	f.Add(text)
	f.Add("a\n1\n\n— a b")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := merkle.Open(s, public); err == nil && c.Size != 7 {
			t.Errorf("%+v passes without having been signed", c)
		}
		merkle.Peek(s)
		merkle.ParseTree(int64(len(s)), s)
	})
}
