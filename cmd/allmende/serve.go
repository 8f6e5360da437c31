// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"strings"
	"time"

	"allmende/internal/app"
	"allmende/internal/platform/pace"
	"allmende/internal/platform/serve"
)

// serving are the settings of a server.
type serving struct {
	cert, key *string
	rate      *float64
	replicas  *bool
	options   func() (app.Options, error) // once they are parsed
}

// serveFlags declares the settings of a server, for it and for the doctor, who looks at them.
func serveFlags(fs *flag.FlagSet, s *settings) serving {
	s.listen = fs.String("listen", "127.0.0.1:8080", "address to listen on")
	s.mirrors = fs.String("mirrors", "", "hosts that advisories may be fetched from, with commas between")
	witness := fs.String("witness", "", "folders, e-mail addresses and instances that get checkpoints of the log, with commas between")
	token := fs.String("witness-token", "", "token for instances that are witnesses")
	operator := fs.String("operator", "", "id of the organisation that operates the instance and changes advisories for all")
	heads := fs.String("letterheads", "", "folder of text documents in the design of the house")
	fresh := fs.Int("advisory-days", 0, "for how many days advisories count as fresh")
	proxy := fs.Bool("trust-proxy", false, "believe the proxy in front who calls")
	home := fs.String("url", "", "address under which people reach the server")
	letters := mailFlags(fs)
	idle := fs.Duration("session-idle", 0, "after which a session ends without a request")
	absolute := fs.Duration("session-max", 0, "after which a session ends in any case")
	least := fs.String("scim-level", "reader", "level of people of a directory to whom no group gives one")
	limits, providers := limitFlags(fs), providerFlags(fs)
	scanner := fs.String("clamav", "", "address of the virus scanner ClamAV: host:port, or the path of a socket")
	var attachment bound
	fs.Var(&attachment, "max-file-mib", "largest file that belongs to a case in MiB")
	return serving{
		replicas: fs.Bool("replicas", false, "other processes serve the same database"),
		cert:     fs.String("tls-cert", "", "file with the certificate; without one a proxy in front speaks TLS"),
		key:      fs.String("tls-key", "", "file with its key"),
		rate:     fs.Float64("rate", 100, "requests a second of one account or address; 0 for any number"),
		options: func() (app.Options, error) {
			outside, err := providers()
			return app.Options{Database: *s.db, Blobs: *s.blobs, Mirrors: list(*s.mirrors), Operator: *operator, Heads: *heads, Fresh: *fresh, Proxy: *proxy, Limits: limits(),
				AuditKey: *s.key, Witness: list(*witness), Token: *token, Home: *home, Mail: letters(), Providers: outside, Directory: *least,
				Idle: *idle, Absolute: *absolute, Scanner: *scanner, Attachment: int64(attachment) << 20}, err
		},
	}
}

func runServe(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("serve")
	set := serveFlags(fs, s)
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	o, err := set.options()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	defer a.Close()
	texts = a.Texts.Say
	if err := a.Audit.Fit(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *s.listen)
	if err != nil {
		return err
	}
	if *set.rate > 0 {
		a.Pace = &pace.Meter{Burst: int(max(1, 10**set.rate)), Every: time.Duration(float64(time.Second) / *set.rate)}
	}
	scheme := "http"
	if *set.cert != "" || *set.key != "" {
		if l, err = encrypt(l, *set.cert, *set.key); err != nil {
			return err
		}
		scheme = "https"
	}
	fmt.Fprintf(c.err, "Allmende %s: %s://%s (%s)\n", app.Version, scheme, l.Addr(), a.DB.Kind())
	if err := a.Operated(ctx); err != nil {
		fmt.Fprintln(c.err, texts(c.lang, err))
	}
	first, err := a.Governance.FirstLink(ctx)
	if err != nil {
		return err
	}
	if first != "" {
		fmt.Fprintf(c.err, "%s %s%s\n", c.say("First account:", "Erstes Konto:"), cmp.Or(strings.TrimSuffix(o.Home, "/"), scheme+"://"+l.Addr().String()), first)
	}
	return a.Serve(ctx, l, !*set.replicas && a.DB.Kind() == "SQLite")
}

// encrypt has a listener speak TLS, with a certificate that is read again when it changes.
func encrypt(l net.Listener, cert, key string) (net.Listener, error) {
	c, err := serve.LoadCertificate(cert, key)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, c.TLS()), nil
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
