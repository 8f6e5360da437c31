// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"allmende/internal/engine/detect"
)

// IsRepository reports whether where is an address rather than a path.
func IsRepository(where string) bool {
	return strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "ssh://") || strings.HasPrefix(where, "git://") || strings.HasPrefix(where, "file://")
}

// Repository fetches the present state of a repository by git, from one of the hosts that were
// allowed, and scans it. Only https goes out, and nothing that the repository brings is run.
func Repository(ctx context.Context, address string, hosts []string, l Limits, progress Progress) (detect.Tree, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return detect.Tree{}, refuse("%q: repositories are fetched by https, without a password in the address", "%q: Quelltext wird über https geholt, ohne Kennwort in der Adresse", address)
	}
	if !slices.Contains(hosts, u.Hostname()) {
		return detect.Tree{}, refuse("%s is not among the hosts that were allowed; the scan works without network unless --hosts names one", "%s ist nicht unter den erlaubten Rechnern; ohne --hosts sucht der Befehl ohne Netz", u.Hostname())
	}
	dir, err := os.MkdirTemp("", "allmende-scan-")
	if err != nil {
		return detect.Tree{}, err
	}
	defer os.RemoveAll(dir)
	l = l.or(Defaults)
	fetching, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	if err := clone(fetching, u.String(), dir); err != nil {
		return detect.Tree{}, err
	}
	return inside(ctx, strings.TrimSuffix(path.Base(u.Path), ".git"), dir, l, progress)
}

// clone fetches without history, submodules, hooks, links or a question for a password.
func clone(ctx context.Context, address, dir string) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return refuse("git is not installed; fetch the repository yourself and name its folder", "git ist nicht installiert; holen Sie den Quelltext selbst und nennen Sie seinen Ordner")
	}
	c := exec.CommandContext(ctx, git, "-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "-c", "protocol.https.allow=always",
		"clone", "--quiet", "--depth", "1", "--no-tags", "--single-branch", "--", address, dir)
	c.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_LFS_SKIP_SMUDGE=1")
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Run(); err != nil {
		text := strings.TrimSpace(said.String())
		return refuse("git could not fetch %s: %v: %s", "git konnte %s nicht holen: %v: %s", address, err, text[:min(len(text), 500)])
	}
	return nil
}
