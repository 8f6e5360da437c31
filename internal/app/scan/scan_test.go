// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/detect"
	"allmende/internal/engine/spdx"
)

func tag(id string) string { return "// SPDX-License-" + "Identifier: " + id + "\n" }

// product is a small tree: EUPL with a library of which somebody changed the licence.
func product() map[string]string {
	return map[string]string{
		"package.json": `{"name": "termine", "version": "1.0", "license": "EUPL-1.2"}`, "LICENSE": spdx.Text("EUPL-1.2"), "main.go": tag("EUPL-1.2") + "package main\n",
		"lib/package.json": `{"name": "lib", "license": "MIT"}`, "lib/LICENSE": strings.Replace(spdx.Text("MIT"), "without restriction", "for non-commercial purposes", 1),
		"lib/a.js": "/* no header */\n", "img/logo.png": "\x89PNG\x00", ".git/config": tag("GPL-3.0-only"),
	}
}

func grow(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func checkProduct(t *testing.T, tree detect.Tree, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range tree.Licences {
		got = append(got, fmt.Sprint(l.Licence, " ", l.Files))
	}
	if !slices.Equal(got, []string{"EUPL-1.2 3", "MIT 1"}) || tree.Without != 1 || tree.Looked != 7 || tree.Cut != "" {
		t.Errorf("%v, %d of %d without, %q", got, tree.Without, tree.Looked, tree.Cut)
	}
	var wrong []string
	for _, p := range tree.Problems {
		wrong = append(wrong, p.Key+" "+p.Path)
	}
	if !slices.Equal(wrong, []string{"changed lib/LICENSE", "differ lib/package.json"}) {
		t.Errorf("%v", wrong)
	}
	i := slices.IndexFunc(tree.Files, func(f detect.File) bool { return f.Path == "main.go" })
	if i < 0 || tree.Files[i].SHA1 != fmt.Sprintf("%x", sha1.Sum([]byte(product()["main.go"]))) {
		t.Errorf("%+v", tree.Files)
	}
}

func TestAFolder(t *testing.T) {
	dir := grow(t, product())
	tree, err := Path(t.Context(), dir, Limits{}, nil)
	checkProduct(t, tree, err)
}

func zipped(t *testing.T, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for name, text := range files {
		e, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(e, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func tarred(t *testing.T, pack bool, headers []tar.Header, texts []string) string {
	t.Helper()
	var b bytes.Buffer
	var out io.Writer = &b
	var z *gzip.Writer
	if pack {
		z = gzip.NewWriter(&b)
		out = z
	}
	w := tar.NewWriter(out)
	for i, h := range headers {
		h.Size = int64(len(texts[i]))
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, texts[i])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if z != nil {
		z.Close()
	}
	path := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArchives(t *testing.T) {
	files := product()
	delete(files, ".git/config") // an archive is what somebody packed
	tree, err := Path(t.Context(), zipped(t, files), Limits{}, nil)
	checkProduct(t, tree, err)
	for _, pack := range []bool{true, false} {
		var headers []tar.Header
		var texts []string
		for name, text := range files {
			headers, texts = append(headers, tar.Header{Name: "./" + name, Typeflag: tar.TypeReg}), append(texts, text)
		}
		tree, err := Path(t.Context(), tarred(t, pack, headers, texts), Limits{}, nil)
		checkProduct(t, tree, err)
	}
}

// Nothing leads out of the tree: links are noted, not followed, and names that climb are
// names.
func TestLinksAreNotFollowed(t *testing.T) {
	secret := grow(t, map[string]string{"secret.go": tag("GPL-3.0-only")})
	dir := grow(t, map[string]string{"a.go": tag("MIT")})
	for name, to := range map[string]string{"out": secret, "file.go": filepath.Join(secret, "secret.go"), "loop": "."} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("this system makes no links:", err)
		}
	}
	tree, err := Path(t.Context(), dir, Limits{}, nil)
	if err != nil || len(tree.Licences) != 1 || tree.Licences[0].Licence != "MIT" || tree.Looked != 4 {
		t.Errorf("%+v %v", tree, err)
	}
	links := 0
	for _, f := range tree.Files {
		if f.Note == "link" {
			links++
		}
	}
	if links != 3 {
		t.Errorf("%d links are noted", links)
	}
	climbing := tarred(t, true, []tar.Header{{Name: "../../etc/x.go", Typeflag: tar.TypeReg}, {Name: "l", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}}, []string{tag("MIT"), ""})
	if tree, err = Path(t.Context(), climbing, Limits{}, nil); err != nil || tree.Looked != 2 || tree.Files[0].Path != "etc/x.go" || tree.Files[1].Note != "link" {
		t.Errorf("%+v %v", tree, err)
	}
}

func TestWhatIsMadeToDoHarmIsRefused(t *testing.T) {
	bomb := strings.Repeat("\x01", 64<<20)
	for name, path := range map[string]string{
		"a zip":    zipped(t, map[string]string{"a": bomb, "LICENSE": "x"}),
		"a tar.gz": tarred(t, true, []tar.Header{{Name: "a", Typeflag: tar.TypeReg}}, []string{bomb}),
	} {
		if _, err := Path(t.Context(), path, Limits{File: 128 << 20}, nil); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "times as large") {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := filepath.Join(t.TempDir(), "b.tgz")
	whole, err := os.ReadFile(tarred(t, true, []tar.Header{{Name: "a", Typeflag: tar.TypeReg}}, []string{strings.Repeat("abc", 9999)}))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"half": whole[:len(whole)/2], "noise": []byte("\x1f\x8bnoise"), "no zip": []byte("PK\x03\x04noise"), "text": []byte("hello")} {
		if err := os.WriteFile(broken, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Path(t.Context(), broken, Limits{}, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A limit ends the scan, and the report says so: what is missing is never taken for clean.
func TestLimits(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("d%d/f.go", i)] = tag("MIT") + strings.Repeat("x", 1000)
	}
	files["big.go"] = tag("MIT") + strings.Repeat("y", 5000)
	files["a/b/c/d/e.go"] = tag("MIT")
	dir := grow(t, files)
	for name, l := range map[string]Limits{"files": {Files: 10}, "bytes": {Bytes: 5000}, "time": {Time: time.Nanosecond}} {
		if tree, err := Path(t.Context(), dir, l, nil); err != nil || tree.Cut == "" {
			t.Errorf("%s: %q %v", name, tree.Cut, err)
		}
	}
	tree, err := Path(t.Context(), dir, Limits{Depth: 2, File: 2000}, nil)
	notes := map[string]int{}
	for _, p := range tree.Problems {
		notes[p.Detail]++
	}
	if err != nil || notes["deep"] != 1 || notes["large"] != 1 {
		t.Errorf("%v %v", notes, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Path(ctx, dir, Limits{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a scan that was called off: %v", err)
	}
	if _, err := Path(t.Context(), filepath.Join(dir, "none"), Limits{}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// What is packed within is not opened, however deep it goes; the report says that it was not
// looked at. What cannot be unpacked here is refused with a way out.
func TestArchivesWithin(t *testing.T) {
	inner, err := os.ReadFile(zipped(t, map[string]string{"LICENSE": spdx.Text("GPL-3.0-only")}))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"a.go": tag("MIT"), "lib/inner.zip": string(inner)}
	for name, where := range map[string]string{"a folder": grow(t, files), "an archive": zipped(t, files)} {
		tree, err := Path(t.Context(), where, Limits{}, nil)
		if err != nil || len(tree.Licences) != 1 || len(tree.Problems) != 1 || tree.Problems[0] != (detect.Problem{Key: "unread", Path: "lib/inner.zip", Detail: "archive"}) {
			t.Errorf("%s: %+v %v", name, tree, err)
		}
	}
	xz := filepath.Join(t.TempDir(), "a.tar.xz")
	if err := os.WriteFile(xz, []byte("\xfd7zXZ\x00\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Path(t.Context(), xz, Limits{}, nil); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "packed with xz") {
		t.Errorf("tar.xz: %v", err)
	}
}

// A repository is fetched only from a host that was named, by https.
func TestNothingIsFetchedUnasked(t *testing.T) {
	for _, where := range []string{"https://example.org/x.git", "http://allowed.example/x", "ssh://allowed.example/x", "file:///etc", "file://elsewhere/x.git", "https://allowed.example/x?y", "https://user:word@allowed.example/x", "git://allowed.example/x"} {
		if !IsRepository(where) {
			t.Errorf("%s is a path?", where)
		}
		if _, err := Repository(t.Context(), where, []string{"allowed.example"}, Limits{}, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", where, err)
		}
	}
	if IsRepository("./x") || IsRepository("C:\\x") {
		t.Error("a path is an address?")
	}
}
