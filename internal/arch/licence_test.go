// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// REUSE: every file says who holds the rights and under which licence it is, in its
// first lines or in REUSE.toml, and LICENSES/ holds each licence's text and no other.
func TestEveryFileHasALicence(t *testing.T) {
	notes := annotations(read(t, "REUSE.toml"))
	used := map[string]bool{}
	for _, p := range tracked(t) {
		if within(p, "LICENSES") || strings.HasSuffix(p, ".license") {
			continue
		}
		found := licencesOf(t, p, notes)
		if len(found) == 0 {
			t.Errorf("%s: neither the first lines nor REUSE.toml name its licence", p)
		}
		for _, l := range found {
			used[l] = true
		}
	}
	for l := range used {
		if !exists("LICENSES/" + l + ".txt") {
			t.Errorf("%s is used, LICENSES/%s.txt is missing", l, l)
		}
	}
	checkTexts(t, used)
}

// The texts of licences that our own data may come under stand ready.
var ready = []string{"CC-BY-4.0", "CC0-1.0"}

func checkTexts(t *testing.T, used map[string]bool) {
	for _, p := range glob("LICENSES/*") {
		l := strings.TrimSuffix(path.Base(p), ".txt")
		if !used[l] && !slices.Contains(ready, l) {
			t.Errorf("%s: no file is under it", p)
		}
		if len(read(t, p)) < 500 {
			t.Errorf("%s is too short to be a licence", p)
		}
	}
}

var header = regexp.MustCompile(`SPDX-License-Identifier:\s*([A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*)`)

func licencesOf(t *testing.T, p string, notes []annotation) []string {
	for _, a := range slices.Backward(notes) {
		if a.override && a.matches(p) {
			return a.licences
		}
	}
	b := readStart(t, p)
	if m := header.FindStringSubmatch(b); m != nil && strings.Contains(b, "SPDX-FileCopyrightText:") {
		return expression(m[1])
	}
	if side := p + ".license"; exists(side) {
		return expression(header.FindStringSubmatch(read(t, side))[1])
	}
	for _, a := range slices.Backward(notes) {
		if a.matches(p) {
			return a.licences
		}
	}
	return nil
}

func readStart(t *testing.T, p string) string {
	f, err := os.Open(filepath.Join(root, p))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 2048)
	n, _ := f.Read(b)
	return string(b[:n])
}

func expression(s string) []string {
	return slices.DeleteFunc(strings.Fields(s), func(w string) bool { return w == "AND" || w == "OR" || w == "WITH" })
}

// An annotation is one table of REUSE.toml.
type annotation struct {
	paths    []*regexp.Regexp
	licences []string
	override bool
}

func (a annotation) matches(p string) bool {
	return slices.ContainsFunc(a.paths, func(r *regexp.Regexp) bool { return r.MatchString(p) })
}

var (
	quoted    = regexp.MustCompile(`"([^"]*)"`)
	pathList  = regexp.MustCompile(`(?s)path = (\[.*?\]|"[^"]*")`)
	tomlLine  = regexp.MustCompile(`(?m)^SPDX-License-Identifier = "([^"]+)"`)
	tableHead = "[[annotations]]"
)

// annotations reads as much of TOML as REUSE.toml uses.
func annotations(text string) []annotation {
	var out []annotation
	for _, part := range strings.Split(text, tableHead)[1:] {
		a := annotation{override: strings.Contains(part, `precedence = "override"`)}
		for _, m := range quoted.FindAllStringSubmatch(pathList.FindString(part), -1) {
			a.paths = append(a.paths, globRegexp(m[1]))
		}
		if m := tomlLine.FindStringSubmatch(part); m != nil {
			a.licences = expression(m[1])
		}
		out = append(out, a)
	}
	return out
}

// globRegexp follows REUSE 3.2: * stays within a folder, ** does not.
func globRegexp(glob string) *regexp.Regexp {
	s := regexp.QuoteMeta(glob)
	s = strings.ReplaceAll(s, `\*\*/`, "(?:.*/)?")
	s = strings.ReplaceAll(s, `\*\*`, ".*")
	return regexp.MustCompile("^" + strings.ReplaceAll(s, `\*`, "[^/]*") + "$")
}

// tracked lists the files under version control; in a copy without it, all files.
func tracked(t *testing.T) []string {
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil && exists(".git") {
		return slices.DeleteFunc(strings.Split(strings.TrimRight(string(out), "\x00"), "\x00"), func(p string) bool { return !exists(p) })
	}
	var out []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		out = append(out, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What was vendored is unchanged: each file has the hash that PROVENANCE.json gives,
// and there is no other; what was packed has, unpacked, the hash of what came.
func TestVendoredFilesAreUnchanged(t *testing.T) {
	folders := 0
	for _, p := range tracked(t) {
		if path.Base(p) != "PROVENANCE.json" {
			continue
		}
		folders++
		var said struct {
			Package, Version, Licence string
			SHA256, Unpacked          map[string]string
		}
		if err := json.Unmarshal([]byte(read(t, p)), &said); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		if said.Package == "" || said.Version == "" || said.Licence == "" {
			t.Errorf("%s: want package, version and licence, got %+v", p, said)
		}
		if got := hashes(t, path.Dir(p)); !maps.Equal(got, said.SHA256) {
			t.Errorf("%s: the files differ from what it says:\n got %v\nwant %v", p, got, said.SHA256)
		}
		for file, want := range said.Unpacked {
			r, err := zstd.NewReader(strings.NewReader(read(t, path.Join(path.Dir(p), file))))
			sum := sha256.New()
			if err == nil {
				_, err = io.Copy(sum, r)
			}
			if got := hex.EncodeToString(sum.Sum(nil)); err != nil || got != want {
				t.Errorf("%s: %s unpacked has %s, want %s (%v)", p, file, got, want, err)
			}
		}
	}
	if folders == 0 {
		t.Error("no PROVENANCE.json found; where has what we vendored gone?")
	}
}

func hashes(t *testing.T, dir string) map[string]string {
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(filepath.Join(root, dir)), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || p == "PROVENANCE.json" {
			return err
		}
		sum := sha256.Sum256([]byte(read(t, path.Join(dir, p))))
		out[p] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
