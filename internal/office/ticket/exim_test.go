// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket_test

import (
	"bytes"
	"fmt"
	"net"
	netsmtp "net/smtp"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// The configuration of a mail server of a house: what is for the office goes to us by LMTP, all else out by SMTP
// to where the test listens. It believes the school alone, in place of a check of signatures.
const eximConf = `
primary_hostname = mx.musterstadt.example
exim_user = %[1]s
exim_group = %[2]s
never_users =
deliver_drop_privilege = true
keep_environment =
spool_directory = %[3]s/spool
log_file_path = %[3]s/%%slog
pid_file_path = %[3]s/pid
tls_advertise_hosts =
prdr_enable = false
chunking_advertise_hosts =
acl_smtp_rcpt = any
acl_smtp_data = checked
message_size_limit = 30M

begin acl
any:
  accept
checked:
  warn
    remove_header = Authentication-Results
  warn
    set acl_m_from = ${domain:${address:$h_from:}}
    set acl_m_word = ${if and {{eq{$acl_m_from}{schule.example}}{eq{$sender_helo_name}{mx.schule.example}}} {pass}{fail}}
    add_header = :at_start:Authentication-Results: mx.musterstadt.example; dmarc=$acl_m_word header.from=$acl_m_from
  accept

begin routers
office:
  driver = manualroute
  domains = musterstadt.example
  local_parts = ospo
  route_list = * 127.0.0.1
  self = send
  transport = inward
outside:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = outward

begin transports
inward:
  driver = smtp
  protocol = lmtp
  port = %[4]s
  allow_localhost
  hosts_try_fastopen =
outward:
  driver = smtp
  port = %[5]d
  allow_localhost
  hosts_try_fastopen =

begin retry
* * F,1h,1s
`

// A mailServer is a real one, Exim, with a configuration and a spool of its own.
type mailServer struct {
	t   *testing.T
	at  string
	dir string
}

// startExim starts one that hands in at lmtp and sends to the port out. Where there is none the test is
// skipped: .ci/run installs it.
func startExim(t *testing.T, lmtp string, out int) *mailServer {
	t.Helper()
	program := "exim4"
	if _, err := exec.LookPath(program); err != nil {
		if program, err = exec.LookPath("/usr/sbin/exim4"); err != nil {
			t.Skip("there is no exim4 here: the way through a real mail server is not tested (Debian: exim4-daemon-light)")
		}
	}
	dir, err := os.MkdirTemp("", "allmende-exim-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	who, as := bearer(t, dir)
	_, port, _ := net.SplitHostPort(lmtp)
	l, err := net.Listen("tcp", "127.0.0.1:0") // a free port
	if err != nil {
		t.Fatal(err)
	}
	m := &mailServer{t: t, at: l.Addr().String(), dir: dir}
	l.Close()
	conf := filepath.Join(dir, "exim.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, eximConf, who.Username, who.Gid, dir, port, out), 0o644); err != nil {
		t.Fatal(err)
	}
	_, own, _ := net.SplitHostPort(m.at)
	var said bytes.Buffer
	c := exec.Command(program, "-C", conf, "-bdf", "-q1s", "-oX", "127.0.0.1:"+own)
	c.Stdout, c.Stderr, c.SysProcAttr = &said, &said, as
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			m.log()
		}
	})
	m.until("exim listens", func() bool {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("exim ended: %v\n%s", err, said.String())
		default:
		}
		conn, err := net.Dial("tcp", m.at)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return m
}

// bearer is as whom Exim runs: never as root.
func bearer(t *testing.T, dir string) (*user.User, *syscall.SysProcAttr) {
	t.Helper()
	if os.Getuid() != 0 {
		who, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		return who, nil
	}
	who, err := user.Lookup("nobody")
	if err != nil {
		t.Skip("exim is not run as root, and there is nobody else: ", err)
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return who, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true}}
}

// until waits for what another process does.
func (m *mailServer) until(what string, done func() bool) {
	m.t.Helper()
	end := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-end:
			m.log()
			m.t.Fatal("not within half a minute: ", what)
		case <-tick.C:
		}
	}
}

// log says what the server has written down.
func (m *mailServer) log() {
	for _, name := range []string{"mainlog", "paniclog", "rejectlog"} {
		if text, err := os.ReadFile(filepath.Join(m.dir, name)); err == nil {
			m.t.Logf("%s:\n%s", name, text)
		}
	}
}

// brings hands a mail in at the server, as another mail server does.
func (m *mailServer) brings(helo, from, to, text string) {
	m.t.Helper()
	c, err := netsmtp.Dial(m.at)
	if err != nil {
		m.t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []func() error{func() error { return c.Hello(helo) }, func() error { return c.Mail(from) }, func() error { return c.Rcpt(to) }} {
		if err := step(); err != nil {
			m.t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		m.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		m.t.Fatal(err)
	}
}

var messageID = regexp.MustCompile(`(?i)\nMessage-ID: <([^>]+)>`)

// Dora's mail goes through the mail server of the house to us and opens a case; Cora's answer goes out through it; Dora's
// answer to that finds the case. Who says to be Dora and comes from elsewhere is not believed.
func TestMailsGoThroughARealMailServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		far := &p.smtp // letters that leave the house arrive there
		m := startExim(t, p.at, p.out.Server.Port)
		host, port, _ := net.SplitHostPort(m.at)
		p.out.Server.Host = host
		p.out.Server.Port, _ = strconv.Atoi(port)
		arrived := func(n int) {
			t.Helper()
			m.until(fmt.Sprintf("%d mails are here", n), func() bool { return len(p.inbox()) == n })
			p.drain()
		}
		dora := func(subject, more, text string) string { // the server is to check, whatever others say
			return "Authentication-Results: " + checks + "; dmarc=pass header.from=schule.example\nFrom: Dora Doll <dora@schule.example>\nTo: " + office + "\nSubject: " + subject + "\n" + more + "\n" + text + "\n"
		}
		m.brings("mx.schule.example", "dora@schule.example", office, dora("=?utf-8?q?D=C3=BCrfen_wir=3F?=", "Message-ID: <r1@schule.example>\nContent-Type: multipart/mixed; boundary=b\n",
			"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nDürfen wir das?\n.\n..zwei Punkte\n--b\nContent-Disposition: attachment; filename=plan.txt\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\n--b--"))
		arrived(1)
		all := p.cases()
		if len(all) != 1 || all[0].Title != "Dürfen wir?" || all[0].Asker != "dora" || !strings.HasPrefix(all[0].Facts["question"].(string), "Dürfen wir das?\n.\n..zwei Punkte") {
			t.Fatalf("%+v, %q", all, p.inbox())
		}
		id := all[0].ID
		if got := p.beside(id); !slices.Equal(got, []string{"plan.txt: Dora Doll"}) {
			t.Errorf("%q", got)
		}
		p.must(p.Answer(p.cora(), id, "dora@schule.example", "Ja, unter Bedingungen."))
		p.must(p.out.Post(t.Context()))
		m.until("the answer has left the house", func() bool { return len(far.Letters()) == 1 })
		letter := far.Letters()[0]
		for _, want := range []string{"In-Reply-To: <r1@schule.example>", "References: <r1@schule.example>", "Reply-To: <" + office + ">", "Ja, unter Bedingungen.", "by mx.musterstadt.example"} {
			if !strings.Contains(letter, want) {
				t.Errorf("the letter lacks %q:\n%s", want, letter)
			}
		}
		ours := messageID.FindStringSubmatch(letter)
		if ours == nil {
			t.Fatalf("the letter has no name:\n%s", letter)
		}
		m.brings("mx.schule.example", "dora@schule.example", office, dora("Re: etwas", "Message-ID: <r2@schule.example>\nIn-Reply-To: <"+ours[1]+">\n", "Welche?"))
		arrived(2)
		m.brings("mx.fremd.example", "eve@fremd.example", office, dora("Re: etwas", "Message-ID: <r3@fremd.example>\nIn-Reply-To: <"+ours[1]+">\n", "Die lockeren!"))
		arrived(3)
		m.brings("mx.fremd.example", "eve@fremd.example", office, dora("Freigabe", "Message-ID: <r4@fremd.example>\n", "Bitte sofort."))
		arrived(4)
		// A report of a mail server has an empty return path, also when it comes by LMTP.
		m.brings("mx.schule.example", "", office, dora("Unzustellbar", "Message-ID: <r5@schule.example>\nIn-Reply-To: <"+ours[1]+">\n", "Das Postfach ist voll."))
		arrived(5)
		if got := p.inbox(); !slices.Equal(got, []string{"opened", "added", "added", "kept unproven", "kept bounce"}) {
			t.Errorf("%q", got)
		}
		var said []string
		for _, e := range p.outside(id) {
			said = append(said, strings.Join(p.c.Words(p.cora(), all[0], e)[1:], " ")+": "+e.Text)
		}
		if !slices.Equal(said, []string{"Absender geprüft durch " + checks + ": Welche?", "Absender nicht geprüft: Die lockeren!"}) {
			t.Errorf("%q", said)
		}
		if n := len(far.Letters()); n != 1 {
			t.Errorf("%d letters have left the house", n)
		}
	})
}
