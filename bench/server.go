// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A server is the program while it serves.
type server struct {
	cmd   *exec.Cmd
	ended chan error
	url   string
	ready time.Duration // from starting the process until it says it is ready
	said  *tail
}

// start starts the program and returns once it is ready.
func (b *bench) start(ctx context.Context) (*server, error) {
	program, args := b.program, []string{"serve"}
	if b.profile != "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		b.starts++
		program, args = self, []string{serveInside, "--profile", fmt.Sprintf("%s.%d", b.profile, b.starts)}
	}
	return launch(ctx, program, append(args, "--db", b.db, "--blobs", b.blobs(), "--listen", "127.0.0.1:0"))
}

// blobs is the folder of raw documents.
func (b *bench) blobs() string { return b.folder("blobs") }

func launch(ctx context.Context, program string, args []string) (*server, error) {
	s := &server{cmd: exec.Command(program, args...), ended: make(chan error, 1), said: &tail{}}
	out, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	s.cmd.Stdout = s.cmd.Stderr // demo says where it listens here, serve there
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go s.listen(bufio.NewScanner(out), address)
	select {
	case s.url = <-address:
	case err := <-s.ended:
		return nil, fmt.Errorf("the program ended before it listened: %w\n%s", err, s.said)
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), s.cmd.Process.Kill())
	case <-time.After(5 * time.Minute):
		return nil, errors.Join(errors.New("the program does not say where it listens"), s.cmd.Process.Kill())
	}
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.ready = time.Since(begun)
	return s, nil
}

var listens = regexp.MustCompile(`http://[0-9.]+:\d+`)

// listen reads what the program says, until it ends.
func (s *server) listen(lines *bufio.Scanner, address chan<- string) {
	lines.Buffer(nil, 1<<20)
	found := false
	for lines.Scan() {
		fmt.Fprintln(s.said, lines.Text())
		if at := listens.FindString(lines.Text()); at != "" && !found {
			found = true
			address <- at
		}
	}
	s.ended <- s.cmd.Wait()
}

func (s *server) await(ctx context.Context) error {
	for range 60_000 {
		if r, err := http.Get(s.url + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-s.ended:
			s.ended <- err
			return fmt.Errorf("the program ended: %w\n%s", err, s.said)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return errors.New("the program does not become ready")
}

// stop asks the program to end, and sees to it.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return nil // it has ended
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("the program did not end within 30 s"), s.cmd.Process.Kill())
	}
}

// halt stops the server, so that the database can be worked on alone.
func (b *bench) halt() error {
	if b.server == nil {
		return nil
	}
	s := b.server
	b.server = nil
	return s.stop()
}

// memory returns what the process holds in memory, at most since it started and now, in bytes.
func (s *server) memory() (peak, now int64) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0, 0
	}
	field := func(name string) int64 {
		_, rest, _ := strings.Cut(string(data), name+":")
		n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]), "kB")), 10, 64)
		return n << 10
	}
	return field("VmHWM"), field("VmRSS")
}

// processor returns how long the process has used the processors: on a machine that does
// other work at the same time this says more than the clock.
func (s *server) processor() time.Duration {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond // Linux counts in hundredths
}

// rest waits until the server has used next to no processor for five seconds, for at most a minute.
func (s *server) rest(ctx context.Context) error {
	idle, before := 0, s.processor()
	for range 60 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		now := s.processor()
		if idle++; now-before > 50*time.Millisecond {
			idle = 0
		}
		if before = now; idle == 5 {
			return nil
		}
	}
	return nil
}

// command runs the program on the database and returns what it prints.
func (b *bench) command(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, b.program, append(args, "--db", b.db, "--blobs", b.blobs())...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("allmende %s: %w\n%s", strings.Join(args, " "), err, brief(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}

func psql(ctx context.Context, address, statement string) error {
	out, err := exec.CommandContext(ctx, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, address).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", statement, err, out)
	}
	return nil
}

func withDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + name
	return u.String()
}

// A tail keeps the end of what was written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-4000):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
