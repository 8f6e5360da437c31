// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/detect"
)

// IsRepository reports whether where is an address rather than a path.
func IsRepository(where string) bool {
	return strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "ssh://") || strings.HasPrefix(where, "git://") || strings.HasPrefix(where, "file://")
}

// Repository fetches the present state of a repository by git and scans it: by https from one of
// the hosts that were allowed, or from a repository on this machine (file://). Nothing else goes
// out: http and git say neither who answers nor whether the answer was changed on its way, ssh
// would lend the keys of whoever scans, and "ext" runs commands. Nothing that the repository
// brings is run.
func Repository(ctx context.Context, address string, hosts []string, l Limits, progress Progress) (detect.Tree, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "file":
		return detect.Tree{}, refuse("%q: repositories are fetched by https, without a password in the address, or from this machine by file://", "%q: Quelltext wird über https geholt, ohne Kennwort in der Adresse, oder von diesem Rechner mit file://", address)
	case u.Scheme == "file" && (u.Host != "" || !path.IsAbs(u.Path)):
		return detect.Tree{}, refuse("%q: want a whole path on this machine, as in file:///srv/repository.git", "%q: Erwartet wird ein vollständiger Pfad auf diesem Rechner wie in file:///srv/repository.git", address)
	case u.Scheme == "https" && !slices.Contains(hosts, u.Hostname()):
		return detect.Tree{}, refuse("%q is not among the hosts that were allowed; the scan works without network unless --hosts names one", "%q ist nicht unter den erlaubten Rechnern; ohne --hosts sucht der Befehl ohne Netz", u.Hostname())
	}
	dir, err := os.MkdirTemp("", "allmende-scan-")
	if err != nil {
		return detect.Tree{}, err
	}
	defer os.RemoveAll(dir)
	l = l.or(Defaults)
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	if err := clone(ctx, u, dir, l); err != nil {
		return detect.Tree{}, err
	}
	return inside(ctx, strings.TrimSuffix(path.Base(u.Path), ".git"), dir, l, progress)
}

// clone fetches without history, submodules, hooks, links, redirects or a question for a
// password, and gives up where more comes than was allowed.
func clone(ctx context.Context, u *url.URL, dir string, l Limits) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return refuse("git is not installed; fetch the repository yourself and name its folder", "git ist nicht installiert; holen Sie den Quelltext selbst und nennen Sie seinen Ordner")
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go enough(ctx, dir, l, stop)
	c := exec.CommandContext(ctx, git, "-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "http.followRedirects=false", "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60",
		"-c", "protocol.allow=never", "-c", "protocol."+u.Scheme+".allow=always",
		"clone", "--quiet", "--depth", "1", "--no-tags", "--single-branch", "--no-recurse-submodules", "--template=", "--", u.String(), dir)
	c.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_LFS_SKIP_SMUDGE=1")
	family(c)
	c.WaitDelay = 5 * time.Second // what is held open then is not waited for
	var said bytes.Buffer
	c.Stderr = &said
	switch err := c.Run(); {
	case errors.Is(context.Cause(ctx), ErrRefused):
		return context.Cause(ctx)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return refuse("%s did not arrive within %s", "%s kam nicht innerhalb von %s an", u, l.Time)
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		text := strings.TrimSpace(said.String())
		return refuse("git could not fetch %s: %v: %s", "git konnte %s nicht holen: %v: %s", u, err, strings.ToValidUTF8(text[:min(len(text), 500)], ""))
	}
	return nil
}

// enough stops a fetch that fills the disk: once what lies there is more than the limits allow,
// packed and unpacked together.
func enough(ctx context.Context, dir string, l Limits, stop context.CancelCauseFunc) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var bytes int64
		filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil {
				if st, err := d.Info(); err == nil {
					bytes += st.Size()
				}
			}
			return nil // files come and go while git works
		})
		if bytes > 2*l.Bytes {
			stop(refuse("the repository is larger than %d bytes", "der Quelltext ist größer als %d Byte", l.Bytes))
			return
		}
	}
}
