// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail/mailtest"

	"github.com/emersion/go-smtp"
)

// serve opens an office and returns how to reach it.
func serve(t *testing.T, o *mailtest.Office, c *tls.Config) Server {
	t.Helper()
	return Server{Host: "127.0.0.1", Port: o.Open(t, c), TLS: "none", From: "allmende@stadt.example"}
}

// desk is an outbox with a clock that the test moves.
func desk(t *testing.T, d *db.DB, s Server) (*Outbox, func(time.Duration)) {
	t.Helper()
	late := time.Duration(0)
	d.Now = func() time.Time { return time.Now().Add(late) }
	// The tree of organisations belongs to another; who may see what is asked of its view.
	err := d.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `CREATE TABLE governance_scope_view (root TEXT NOT NULL, org TEXT NOT NULL)`)
		if err == nil {
			_, err = tx.ExecContext(t.Context(), `INSERT INTO governance_scope_view (root, org) VALUES ('stadt', 'stadt'), ('anderstadt', 'anderstadt')`)
		}
		return err
	})
	if err == nil {
		err = d.Migrate(t.Context(), "mail", Files)
	}
	if err != nil {
		t.Fatal(err)
	}
	o := New(d)
	o.Server, o.Home = s, "https://allmende.stadt.example"
	if o.Texts, err = lang.Load(Files); err != nil {
		t.Fatal(err)
	}
	return o, func(d time.Duration) { late += d }
}

func post(t *testing.T, o *Outbox, to string) {
	t.Helper()
	act := ospo.Act{Org: "stadt", Person: "ada", What: "mail.test", Door: "test"}
	if err := o.store.db.Write(t.Context(), act, func(tx *db.Tx) error {
		return o.Enqueue(t.Context(), tx, Letter{To: to, Kind: "mail.test", Lang: "de", Content: testLetter()})
	}); err != nil {
		t.Fatal(err)
	}
}

func all(t *testing.T, o *Outbox, root ospo.OrgID) []Letter {
	t.Helper()
	out, err := o.store.letters(t.Context(), root, "", "", 50)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestALetterIsSentOnceAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		box := &mailtest.Office{}
		o, _ := desk(t, d, serve(t, box, nil))
		post(t, o, "ada@stadt.example")
		for range 2 {
			if err := o.Post(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got := box.Letters()
		if len(got) != 1 {
			t.Fatalf("%d letters arrived, want 1", len(got))
		}
		for _, want := range []string{"Subject: Probe von Allmende", "From: <allmende@stadt.example>", "To: <ada@stadt.example>", "Auto-Submitted: auto-generated", "Wenn Sie das lesen, verschickt Allmende Mails.", "https://allmende.stadt.example/", "text/html", `<html lang="de">`} {
			if !strings.Contains(got[0], want) {
				t.Errorf("no %q in\n%s", want, got[0])
			}
		}
		l := all(t, o, "stadt")
		if len(l) != 1 || l[0].State != "sent" || l[0].Sent.IsZero() || len(l[0].Content.Lines) != 0 {
			t.Errorf("kept is %+v", l)
		}
		if len(all(t, o, "anderstadt")) != 0 {
			t.Error("a stranger sees the letter")
		}
	})
}

func TestALetterThatCannotBeSentIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		box := &mailtest.Office{Deny: &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}}
		o, later := desk(t, d, serve(t, box, nil))
		post(t, o, "ada@stadt.example")
		attempts := 0
		for range 20 {
			if err := o.Post(t.Context()); err != nil {
				t.Fatal(err)
			}
			l := all(t, o, "stadt")[0]
			if l.Attempt != attempts+1 || l.Fault != "mail.fault.later" || !strings.Contains(l.Detail, "greylisted") {
				t.Fatalf("after attempt %d: %+v", attempts+1, l)
			}
			attempts++
			if l.State == "failed" {
				break
			}
			later(pauses[attempts-1] - time.Second)
			if err := o.Post(t.Context()); err != nil || all(t, o, "stadt")[0].Attempt != attempts {
				t.Fatalf("tried before its time (%v)", err)
			}
			later(2 * time.Second)
		}
		if attempts != len(pauses) {
			t.Errorf("given up after %d attempts, want %d", attempts, len(pauses))
		}
		box.Denies(nil)
		id := all(t, o, "stadt")[0].ID
		again := func(root ospo.OrgID) error {
			return d.Write(t.Context(), ospo.Act{Org: root, Person: "ada", What: "mail.retry"}, func(tx *db.Tx) error { return o.store.again(t.Context(), tx, root, id) })
		}
		if err := again("anderstadt"); err == nil {
			t.Error("a stranger has the letter sent")
		}
		if err := again("stadt"); err != nil {
			t.Fatal(err)
		}
		if err := o.Post(t.Context()); err != nil || len(box.Letters()) != 1 {
			t.Errorf("%d letters arrived after the second order, want 1 (%v)", len(box.Letters()), err)
		}
	})
}

func TestWhatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		box := &mailtest.Office{Deny: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such\x07 person"}}
		o, _ := desk(t, d, serve(t, box, nil))
		post(t, o, "niemand@stadt.example")
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l := all(t, o, "stadt")[0]; l.State != "failed" || l.Fault != "mail.fault.refused" || strings.ContainsRune(l.Detail, 7) {
			t.Errorf("%+v", l)
		}
	})
}

func TestWithoutServerALetterSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o, _ := desk(t, d, Server{})
		post(t, o, "ada@stadt.example")
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l := all(t, o, "stadt")[0]; l.State != "failed" || l.Fault != "mail.fault.off" {
			t.Errorf("%+v", l)
		}
		o.Server = Server{Host: "127.0.0.1", Port: 1, TLS: "none", From: "allmende@stadt.example"}
		post(t, o, "ada@stadt.example")
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l := all(t, o, "stadt")[0]; l.State != "queued" || l.Fault != "mail.fault.unreachable" {
			t.Errorf("%+v", l)
		}
	})
}

// one database: how the line to the mail server is guarded does not depend on it
func TestTheLineIsEncryptedAndWeSayWhoWeAre(t *testing.T) {
	cert, roots := certificate(t)
	box := &mailtest.Office{Auth: true}
	s := serve(t, box, &tls.Config{Certificates: []tls.Certificate{cert}})
	s.TLS, s.User, s.Password = "starttls", "allmende", "geheim"
	s.Config = &tls.Config{RootCAs: roots}
	if err := s.Probe(t.Context()); err != nil {
		t.Errorf("with everything right: %v", err)
	}
	wrong := s
	wrong.Password = "falsch"
	if err := wrong.Probe(t.Context()); err == nil {
		t.Error("a wrong password is not noticed")
	}
	stranger := s
	stranger.Config = nil
	if err := stranger.Probe(t.Context()); err == nil {
		t.Error("a certificate that nobody vouches for is taken")
	}
	plain := serve(t, &mailtest.Office{}, nil)
	plain.TLS = "starttls"
	if err := plain.Probe(t.Context()); err == nil {
		t.Error("a server without TLS is spoken to in the open, although TLS is demanded")
	}
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestAddresses(t *testing.T) {
	for s, want := range map[string]bool{
		"ada@stadt.example": true, "a.b+c@x.example": true, "": false, "ada": false, "Ada <ada@stadt.example>": false, "a@b, c@d": false,
		"ada@stadt.example\r\nBcc: eve@evil.example": false, "ada@stadt.example\x00": false, strings.Repeat("a", 300) + "@b.example": false, "ada@": false,
	} {
		if IsAddress(s) != want {
			t.Errorf("%.40q is an address: %v, want %v", s, !want, want)
		}
	}
}

func FuzzIsAddress(f *testing.F) {
	f.Add("ada@stadt.example")
	f.Add("\"a\r\nb\"@c")
	f.Fuzz(func(t *testing.T, s string) {
		if IsAddress(s) && strings.ContainsAny(s, "\r\n\x00") {
			t.Errorf("%q could carry a header of its own", s)
		}
	})
}

func TestSettings(t *testing.T) {
	good := Server{Host: "mail.stadt.example", From: "allmende@stadt.example"}
	for name, tt := range map[string]struct {
		s    Server
		home string
		ok   bool
	}{
		"none at all":    {Server{}, "", true},
		"good":           {good, "https://allmende.stadt.example", true},
		"no address":     {good, "", false},
		"a path only":    {good, "/allmende", false},
		"script":         {good, "javascript:alert(1)", false},
		"no sender":      {Server{Host: "x"}, "https://a.example", false},
		"strange TLS":    {Server{Host: "x", From: "a@b.example", TLS: "maybe"}, "https://a.example", false},
		"sender has two": {Server{Host: "x", From: "a@b.example, c@d.example"}, "https://a.example", false},
	} {
		if err := tt.s.Check(tt.home); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
