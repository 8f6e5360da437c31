// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repository is a bare one with the files of the product in it, as a forge has it, in a folder
// of its own.
func repository(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	delete(files, ".git/config")
	work, folder := grow(t, files), t.TempDir()
	bare := filepath.Join(folder, "termine.git")
	for _, args := range [][]string{{"init", "--quiet", work}, {"-C", work, "add", "."}, {"-C", work, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "x"},
		{"clone", "--quiet", "--bare", work, bare}, {"-C", bare, "config", "http.receivepack", "false"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	return folder
}

// forge serves repositories by https on this machine, as git itself does it, and is trusted by
// git for the test.
func forge(t *testing.T, folder string) *httptest.Server {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"), Env: []string{"GIT_PROJECT_ROOT=" + folder, "GIT_HTTP_EXPORT_ALL=1"}, Stderr: io.Discard}
	if _, err := os.Stat(backend.Path); err != nil {
		t.Skip("git comes without its server for http here")
	}
	mux := http.NewServeMux()
	mux.Handle("/", backend)
	mux.HandleFunc("/moved.git/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(r.URL.String(), "/moved.git", "/termine.git", 1), http.StatusFound)
	})
	mux.HandleFunc("/slow.git/", func(w http.ResponseWriter, r *http.Request) {
		select { // as long as whoever asks is there, but not longer than the test can wait
		case <-r.Context().Done():
		case <-time.After(20 * time.Second):
		}
	})
	mux.HandleFunc("/closed.git/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_SSL_CAINFO", ca)
	return s
}

func TestARepositoryOnThisMachine(t *testing.T) {
	folder := repository(t, product())
	tree, err := Repository(t.Context(), "file://"+folder+"/termine.git", nil, Limits{}, nil)
	checkProduct(t, tree, err)
	if tree.Name != "termine" {
		t.Errorf("it is called %s", tree.Name)
	}
}

// A forge that was named is fetched from. It leads nowhere else, is not waited for for ever, is
// given no password, and does not fill the disk.
func TestARepositoryElsewhere(t *testing.T) {
	files := product()
	files["img/logo.png"] = "\x89PNG\x00"
	folder := repository(t, files)
	s := forge(t, folder)
	t.Setenv("TMPDIR", t.TempDir())
	tree, err := Repository(t.Context(), s.URL+"/termine.git", []string{"127.0.0.1"}, Limits{}, nil)
	checkProduct(t, tree, err)
	if _, err := Repository(t.Context(), s.URL+"/termine.git", []string{"localhost"}, Limits{}, nil); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("a host that was not named: %v", err)
	}
	for name, l := range map[string]Limits{"moved": {}, "closed": {}, "none": {}, "slow": {Time: time.Second}} {
		begun := time.Now()
		if _, err := Repository(t.Context(), s.URL+"/"+name+".git", []string{"127.0.0.1"}, l, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(begun); d > 15*time.Second {
			t.Errorf("%s took %s", name, d)
		}
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "allmende-scan-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

// What a repository brings is not run: neither its hooks nor what its attributes name.
func TestNothingOfARepositoryIsRun(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	files := map[string]string{"a.go": tag("MIT"), ".gitattributes": "* filter=x\n", ".gitmodules": "[submodule \"s\"]\n\tpath = s\n\turl = ext::sh -c touch% " + ran + "\n"}
	folder := repository(t, files)
	hook := filepath.Join(folder, "termine.git", "hooks", "post-checkout")
	if err := errors.Join(os.MkdirAll(filepath.Dir(hook), 0o755), os.WriteFile(hook, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o755)); err != nil {
		t.Fatal(err)
	}
	tree, err := Repository(t.Context(), "file://"+folder+"/termine.git", nil, Limits{}, nil)
	if err != nil || tree.Licences[0].Licence != "MIT" {
		t.Errorf("%+v %v", tree, err)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("something of the repository was run")
	}
}

func TestARepositoryThatFillsTheDisk(t *testing.T) {
	folder := repository(t, map[string]string{"a.go": tag("MIT"), "big": strings.Repeat("0123456789abcdef", 1<<20)})
	tree, err := Repository(t.Context(), "file://"+folder+"/termine.git", nil, Limits{Bytes: 1 << 20}, nil)
	if !errors.Is(err, ErrRefused) && tree.Cut == "" {
		t.Errorf("sixteen megabytes of at most one: %+v %v", tree, err)
	}
}
