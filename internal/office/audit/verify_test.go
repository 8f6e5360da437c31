// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/office/audit"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// operator is who acts at the command line for the city.
func operator(t *testing.T) context.Context {
	return door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
}

// filled is a stage with a log of n entries more, a checkpoint, and some entries after it.
func filled(t *testing.T, d *db.DB, n int) (s stage, key string, kept audit.Kept) {
	t.Helper()
	s = set(t, d)
	for i := range n {
		act := ospo.Act{Org: "bauamt", Person: s.ada, Role: "licence_manager", What: "estate.edit", On: fmt.Sprint("thing", i), Door: "web", Request: "r", Diff: fmt.Sprintf(`{"name":["n%d","m%d"]}`, i, i)}
		if i%10 == 0 {
			act.Diff = ""
		}
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			act.On += "b"
			return tx.Note(t.Context(), act)
		}); err != nil {
			t.Fatal(err)
		}
	}
	note, err := s.Checkpoint(operator(t))
	if err != nil {
		t.Fatal(err)
	}
	if key, err = s.PublicKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.did(t, "bauamt", "estate.add", "after the checkpoint")
	return s, key, audit.Kept{Text: note, Where: "witness"}
}

func (s stage) verify(t *testing.T, trust audit.Trust) audit.Report {
	t.Helper()
	r, err := s.Verify(t.Context(), trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// touch changes the database as somebody would who may do everything there.
func (s stage) touch(t *testing.T, statements ...string) {
	t.Helper()
	if err := s.d.Keep(t.Context(), func(tx *db.Tx) error {
		for _, q := range statements {
			if _, err := tx.ExecContext(t.Context(), q); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// kinds lists what was found, as kind and first number.
func kinds(flaws []merkle.Flaw) string {
	var out []string
	for _, f := range flaws {
		one := fmt.Sprint(f.Kind, " ", f.From)
		if f.From == 0 {
			one = f.Kind
		}
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return strings.Join(out, ", ")
}

func TestAnUntouchedLogVerifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, kept := filled(t, d, 200)
		for name, trust := range map[string]audit.Trust{"alone": {}, "with key": {Keys: []string{key}}, "with witness": {Keys: []string{key}, Checkpoints: []audit.Kept{kept}}} {
			r := s.verify(t, trust)
			if !r.Good() || r.Size < 400 || r.Held >= r.Size || r.Held < 400 || r.OwnKeys != (name == "alone") {
				t.Errorf("%s: %+v", name, r)
			}
		}
	})
}

// Ten ways and more in which somebody with all rights in the database could touch the log.
// Each is found, with the number of the entry; what the database alone cannot show, a
// checkpoint and a key that were kept elsewhere do.
func TestATouchedLogIsFoundOut(t *testing.T) {
	const insert = `INSERT INTO log_entry (id, org, person, what, thing, door, request, at, n, leaf) `
	for name, tt := range map[string]struct {
		touch []string
		want  string // with nothing but the database
	}{
		"what was done":          {[]string{`UPDATE log_entry SET what = 'estate.add' WHERE n = 42`}, "changed 42"},
		"who did it":             {[]string{`UPDATE log_entry SET person = 'eve' WHERE n = 43`}, "changed 43"},
		"when":                   {[]string{`UPDATE log_entry SET at = '2020-01-01T00:00:00.000Z' WHERE n = 44`}, "changed 44"},
		"in which role":          {[]string{`UPDATE log_entry SET role = '' WHERE n = 45`}, "changed 45"},
		"what changed":           {[]string{`UPDATE log_entry SET diff = '{}' WHERE n = 46`}, "changed 46"},
		"the first":              {[]string{`DELETE FROM log_entry WHERE n = 1`}, "missing 1"},
		"one in the middle":      {[]string{`DELETE FROM log_entry WHERE n = 100`}, "missing 100"},
		"the last":               {[]string{`DELETE FROM log_entry WHERE n = (SELECT size FROM log_head)`}, "missing"},
		"the middle, renumbered": {[]string{`DELETE FROM log_entry WHERE n = 100`, `UPDATE log_entry SET n = -n WHERE n > 100`, `UPDATE log_entry SET n = -n - 1 WHERE n < 0`}, "changed 100"},
		"two swapped": {[]string{`UPDATE log_entry SET n = -50 WHERE n = 50`, `UPDATE log_entry SET n = 50 WHERE n = 51`, `UPDATE log_entry SET n = 51 WHERE n = -50`},
			"changed 50, changed 51"},
		"one more without number": {[]string{insert + `SELECT 'x', org, person, what, thing, door, request, at, NULL, leaf FROM log_entry WHERE n = 42`}, "outside"},
		"one more at the end":     {[]string{insert + `SELECT 'x', org, person, what, thing, door, request, at, (SELECT size + 1 FROM log_head), leaf FROM log_entry WHERE n = 42`}, "beyond"},
		"one more with another's number": {[]string{`UPDATE log_entry SET n = NULL WHERE n = 42`,
			insert + `SELECT 'x', org, person, what, thing, door, request, at, 42, leaf FROM log_entry WHERE id = (SELECT min(id) FROM log_entry WHERE n IS NULL)`}, "outside, changed 42"},
		"the difference, as if erased": {[]string{`UPDATE log_entry SET diff = '', salt = '', sum = '` + strings.Repeat("0", 64) + `' WHERE n = 46`}, "changed 46"},
		"a node of the tree":           {[]string{`DELETE FROM log_node`}, "subtree 1"},
		"a leaf":                       {[]string{`UPDATE log_entry SET leaf = (SELECT leaf FROM log_entry WHERE n = 42) WHERE n = 41`}, "changed 41, subtree 1, point 1, root 1"},
		"the head":                     {[]string{`DELETE FROM log_head`}, "headless"},
		"the head's size":              {[]string{`UPDATE log_head SET size = size - 1`}, "head"},
		"all entries":                  {[]string{`DELETE FROM log_entry`}, "missing 1"},
		"all entries and the head":     {[]string{`DELETE FROM log_entry`, `DELETE FROM log_head`}, "headless, short 1"},
		"the checkpoints":              {[]string{`DELETE FROM audit_checkpoint`}, "unkept"},
		"a forged checkpoint":          {[]string{`UPDATE audit_checkpoint SET note = replace(note, 'allmende/', 'allmende/x')`}, "forged"},
		"a replaced key":               {[]string{`UPDATE audit_key SET public = '` + strange(t) + `'`}, "forged"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s, _, _ := filled(t, d, 150)
				s.touch(t, tt.touch...)
				r := s.verify(t, audit.Trust{})
				got := kinds(r.Flaws)
				for _, want := range strings.Split(tt.want, ", ") {
					if !strings.Contains(got+",", want+",") && !strings.HasPrefix(got, want+" ") {
						t.Errorf("found %q, want %q", got, tt.want)
					}
				}
				for _, f := range r.Flaws {
					if say := audit.Say("de", f); strings.Contains(say, "audit.") && !strings.Contains(say, "audit.checkpoint") || strings.Contains(say, "%!") || strings.Contains(say, " the ") {
						t.Errorf("it is said as %q", say)
					}
				}
			})
		})
	}
}

// strange is a key that never signed anything here.
func strange(t *testing.T) string {
	_, public, err := merkle.NewKey("allmende/strange")
	if err != nil {
		t.Fatal(err)
	}
	return public
}

// rewrite does what somebody does who knows the program: an entry is changed, and all
// leaves, the tree, the checkpoints and the key are made anew so that all fits together.
func (s stage) rewrite(t *testing.T, change ...string) {
	t.Helper()
	s.touch(t, change...)
	entries, err := db.All(t.Context(), s.d.Read(), func(e *merkle.Entry) []any {
		return []any{&e.ID, &e.At, &e.Org, &e.Person, &e.Role, &e.What, &e.Thing, &e.Door, &e.Request, &e.Diff, &e.Salt}
	}, `SELECT id, at, org, person, role, what, thing, door, request, diff, salt FROM log_entry ORDER BY n`)
	if err != nil {
		t.Fatal(err)
	}
	origin, err := db.Texts(t.Context(), s.d.Read(), `SELECT origin FROM log_head`)
	if err != nil {
		t.Fatal(err)
	}
	secret, public, err := merkle.NewKey(origin[0])
	if err != nil {
		t.Fatal(err)
	}
	var tree merkle.Tree
	var points []string
	statements := []string{`DELETE FROM log_node`, `UPDATE log_entry SET n = -n`, `UPDATE audit_key SET public = '` + public + `'`}
	for i, e := range entries {
		e.N = int64(i) + 1
		statements = append(statements, fmt.Sprintf(`UPDATE log_entry SET n = %d, leaf = '%s' WHERE id = '%s'`, e.N, e.Hash(), e.ID))
		if e.What == "audit.checkpoint" { // made again, too
			note, err := merkle.Sign(merkle.Checkpoint{Origin: origin[0], Size: tree.Size, Root: tree.Root()}, secret)
			if err != nil {
				t.Fatal(err)
			}
			points = append(points, fmt.Sprintf(`INSERT INTO audit_checkpoint (id, size, note, at) VALUES ('x%d', %d, '%s', '%s')`, i, tree.Size, note, e.At))
		}
		for _, n := range tree.Append(e.Hash()) {
			statements = append(statements, fmt.Sprintf(`INSERT INTO log_node (level, n, hash) VALUES (%d, %d, '%s')`, n.Level, n.N, n.Hash))
		}
	}
	note, err := merkle.Sign(merkle.Checkpoint{Origin: origin[0], Size: tree.Size, Root: tree.Root()}, secret)
	if err != nil {
		t.Fatal(err)
	}
	s.touch(t, append(append(statements, fmt.Sprintf(`UPDATE log_head SET size = %d, peaks = '%s'`, tree.Size, tree.Peaks()),
		fmt.Sprintf(`UPDATE audit_checkpoint SET size = %d, note = '%s'`, tree.Size, note)), points...)...)
}

// Against a whole log written anew only what was kept elsewhere helps: that is what
// witnesses are for.
func TestALogWrittenAnewIsFoundOutByWhatWasKeptElsewhere(t *testing.T) {
	for name, change := range map[string]string{
		"another deed":      `UPDATE log_entry SET what = 'estate.add' WHERE n = 42`,
		"an entry left out": `DELETE FROM log_entry WHERE n = 42`,
		"the end cut off":   `DELETE FROM log_entry WHERE n > 40`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s, key, kept := filled(t, d, 100)
				s.rewrite(t, change)
				if r := s.verify(t, audit.Trust{}); !r.Good() {
					t.Fatalf("the forger was clumsy: %v", r.Flaws)
				}
				if got := kinds(s.verify(t, audit.Trust{Keys: []string{key}}).Flaws); got != "forged" {
					t.Errorf("with the key alone: %q", got)
				}
				want := map[string]string{"another deed": "forged, point 1", "an entry left out": "forged, point 1", "the end cut off": "forged, short 41"}[name]
				if got := kinds(s.verify(t, audit.Trust{Keys: []string{key}, Checkpoints: []audit.Kept{kept}}).Flaws); got != want {
					t.Errorf("with the witness's checkpoint: %q, want %q", got, want)
				}
			})
		})
	}
}

func (s stage) bundle(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteWhole(operator(t), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func verifyText(t *testing.T, text []byte, trust audit.Trust) (audit.FileReport, error) {
	t.Helper()
	p := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(p, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return audit.VerifyFile(p, trust)
}

func TestAnExportedLogEditedByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, kept := filled(t, d, 150)
		text := s.bundle(t)
		trust := audit.Trust{Keys: []string{key}, Checkpoints: []audit.Kept{kept}}
		r, err := verifyText(t, text, trust)
		if err != nil || !r.Good() || r.Held != r.Size || r.Size < 300 || r.Withheld != 0 {
			t.Fatalf("untouched: %+v, %v", r, err)
		}
		lines := bytes.SplitAfter(text, []byte("\n"))
		lines = lines[:len(lines)-1]
		all := func(change func([][]byte) [][]byte) []byte { return bytes.Join(change(slices.Clone(lines)), nil) }
		for name, tt := range map[string]struct {
			text []byte
			want string
		}{
			"what":     {bytes.Replace(text, []byte(`"what":"estate.edit"`), []byte(`"what":"estate.edid"`), 1), "changed"},
			"removed":  {all(func(l [][]byte) [][]byte { return slices.Delete(l, 50, 51) }), "missing 50"},
			"first":    {all(func(l [][]byte) [][]byte { return slices.Delete(l, 1, 2) }), "missing 1"},
			"last":     {all(func(l [][]byte) [][]byte { return slices.Delete(l, len(l)-2, len(l)-1) }), "missing"},
			"twice":    {all(func(l [][]byte) [][]byte { return slices.Insert(l, 51, l[50]) }), "order 50"},
			"swapped":  {all(func(l [][]byte) [][]byte { l[50], l[51] = l[51], l[50]; return l }), "missing 50, order 50"},
			"no point": {all(func(l [][]byte) [][]byte { return l[:len(l)-1] }), "unsigned"},
			"cut":      {all(func(l [][]byte) [][]byte { return l[:40] }), "missing 40"},
			"withheld": {all(func(l [][]byte) [][]byte {
				l[50] = []byte(`{"n":50,"leaf":"` + strings.Repeat("A", 43) + "=\"}\n")
				return l
			}), "point 1"},
			"beyond": {all(func(l [][]byte) [][]byte {
				return slices.Insert(l, len(l)-1, []byte(`{"n":`+fmt.Sprint(len(l)-1)+`,"leaf":"`+strings.Repeat("A", 43)+"=\"}\n"))
			}), "beyond"},
		} {
			r, err := verifyText(t, tt.text, trust)
			if got := kinds(r.Flaws); err != nil || !strings.HasPrefix(got, tt.want) && !strings.Contains(got, tt.want) {
				t.Errorf("%s: found %q, %v, want %q", name, got, err, tt.want)
			}
		}
		for name, text := range map[string][]byte{
			"empty": nil, "no log": []byte("{}"), "text": []byte("hello\n"), "broken line": all(func(l [][]byte) [][]byte { l[9] = []byte("{\n"); return l }),
			"cut in a line": text[:len(text)/2], "other version": bytes.Replace(text, []byte(`"version":1`), []byte(`"version":9`), 1),
		} {
			if r, err := verifyText(t, text, trust); err == nil {
				t.Errorf("%s: verified as %+v", name, r)
			} else if say := audit.SayFault("de", err); strings.Contains(say, "Fehler") || strings.Contains(say, "[") {
				t.Errorf("%s: said as %q", name, say)
			}
		}
	})
}

func TestAProofOfOneEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, _ := filled(t, d, 150)
		all, err := s.Entries(operator(t), audit.Filter{Thing: "thing77"}, 1)
		if err != nil || len(all) != 1 {
			t.Fatal(err)
		}
		p, err := s.Prove(operator(t), all[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		text, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"de"`, `"en"`, "Ada Amt", "thing77", "licence_manager"} {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("the proof does not say %s", want)
			}
		}
		r, err := verifyText(t, text, audit.Trust{Keys: []string{key}})
		if err != nil || !r.Good() || r.Kind != "proof" || r.Entry.Thing != "thing77" {
			t.Errorf("%+v, %v", r, err)
		}
		for name, broken := range map[string][2]string{
			"thing": {`"thing": "thing77"`, `"thing": "thing78"`}, "person": {`"person": "` + string(s.ada), `"person": "eve`}, "number": {fmt.Sprintf(`"n": %d`, all[0].Number), `"n": 1`},
			"difference": {`m77`, `m78`}, "leaf": {`"leaf": "`, `"leaf": "A`},
		} {
			r, err := verifyText(t, []byte(strings.Replace(string(text), broken[0], broken[1], 1)), audit.Trust{Keys: []string{key}})
			if err != nil || r.Good() || strings.Contains(audit.SayProof("de", r.Flaws[0]), "%!") || strings.Contains(audit.SayProof("de", r.Flaws[0]), r.Flaws[0].Got) {
				t.Errorf("a proof with another %s: %+v, %v", name, r, err)
			}
		}
		if r, err := verifyText(t, text, audit.Trust{Keys: []string{strange(t)}}); err != nil || r.Good() {
			t.Errorf("under a stranger's key: %+v, %v", r, err)
		}
		for who, org := range map[string]ospo.OrgID{"a stranger": "anderstadt", "another department": "standesamt"} {
			if _, err := s.Prove(door.With(t.Context(), door.Viewer{Org: org, Person: "eve", Grants: []string{"*"}}), all[0].ID); err == nil {
				t.Errorf("%s got the proof", who)
			}
		}
		late, err := s.Entries(operator(t), audit.Filter{Thing: "after the checkpoint"}, 1)
		if err != nil || len(late) != 1 {
			t.Fatal(err)
		}
		if p, err := s.Prove(operator(t), fmt.Sprint(late[0].Number)); err != nil {
			t.Error(err)
		} else if _, err := p.Check([]string{key}); err != nil {
			t.Errorf("an entry behind the last checkpoint: %v", err)
		}
	})
}

// Another organisation's part of the bundle is there as leaves, so that the whole can be
// verified and nothing of it be read.
func TestABundleShowsOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, _ := filled(t, d, 30)
		s.did(t, "anderstadt", "estate.add", "geheim")
		var b bytes.Buffer
		if err := s.WriteBundle(door.With(t.Context(), door.Viewer{Org: "bauamt", Person: "p", Grants: []string{"*"}}), &b); err != nil {
			t.Fatal(err)
		}
		for _, no := range []string{"geheim", "anderstadt", "audit.migrate"} {
			if strings.Contains(b.String(), no) {
				t.Errorf("the department reads %q", no)
			}
		}
		r, err := verifyText(t, b.Bytes(), audit.Trust{Keys: []string{key}})
		if err != nil || !r.Good() || r.Withheld == 0 || r.Withheld >= r.Size || !strings.Contains(b.String(), "thing7") {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestTheKeyIsItsOwnersAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, _ := filled(t, d, 1)
		st, err := os.Stat(s.Key)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("the key's file: %v, %v", st.Mode(), err)
		}
		again := audit.New(d, nil)
		again.Key = s.Key
		if got, err := again.PublicKey(t.Context()); err != nil || got != key {
			t.Errorf("another process signs with %s, %v", got, err)
		}
		for name, secret := range map[string]string{"none": "", "of another log": func() string { k, _, _ := merkle.NewKey("allmende/strange"); return k }(), "broken": "PRIVATE+KEY+x"} {
			again.Key = secret
			if _, err := again.Checkpoint(operator(t)); err == nil {
				t.Errorf("a checkpoint was signed with a key that is %s", name)
			}
		}
		entries, err := s.Entries(operator(t), audit.Filter{What: "audit"}, 10)
		if err != nil || len(entries) < 3 || entries[0].What != "audit.checkpoint" || entries[1].What != "audit.key.add" {
			t.Errorf("the log does not name checkpoint and key last: %d entries, %v", len(entries), err)
		}
		text, _ := json.Marshal(entries)
		if strings.Contains(string(text), "PRIVATE") {
			t.Error("the secret key is in the log")
		}
	})
}

func FuzzVerifyFile(f *testing.F) {
	f.Add([]byte(`{"allmende":"log","version":1,"origin":"a","size":1,"key":""}` + "\n" + `{"n":1,"id":"x","leaf":""}` + "\n" + `{"checkpoint":"a"}` + "\n"))
	f.Add([]byte(`{"allmende":"proof","version":1}`))
	f.Add([]byte("allmende/x\n1\nAAAA\n2026-01-01T00:00:00Z\n\n— a b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(p, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := audit.VerifyFile(p, audit.Trust{}); err == nil && r.Good() && r.Kind != "proof" {
			t.Errorf("%q verifies: %+v", text, r)
		}
	})
}

// What is no log at all is said as a sentence.
func TestWhatIsNoLogIsSaid(t *testing.T) {
	empty, text := filepath.Join(t.TempDir(), "empty.db"), filepath.Join(t.TempDir(), "text.db")
	for path, content := range map[string]string{empty: "", text: strings.Repeat("Das ist kein Protokoll. ", 100)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, folder := audit.VerifyFile(t.TempDir(), audit.Trust{})
	_, none := audit.VerifyDatabase(t.Context(), empty, audit.Trust{})
	_, noise := audit.VerifyDatabase(t.Context(), text, audit.Trust{})
	for want, err := range map[string]error{"ist ein Ordner": folder, "keine Datenbank von Allmende": none, "lässt sich nicht lesen": noise} {
		if say := audit.SayFault("de", err); err == nil || !strings.Contains(say, want) {
			t.Errorf("%v is said as %q, want %q", err, say, want)
		}
	}
}
