// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/platform/serve"
)

func (d *doctor) settings() {
	host, _, _ := net.SplitHostPort(d.Listen)
	ip := net.ParseIP(host)
	open := d.Listen != "" && host != "localhost" && (ip == nil || !ip.IsLoopback())
	log := audit.New(nil, nil)
	log.Key, log.Witnesses = d.AuditKey, d.Witness
	unfit := log.Fit()
	switch err := errors.Join(d.Mail.Check(d.Home), pair(d.Cert, d.Key)); {
	case unfit != nil:
		d.note("settings", "fail", "app.doctor.settings.wrong", d.texts.Say(d.Lang, unfit))
		d.advise("app.doctor.settings.remedy")
	case err != nil:
		d.note("settings", "fail", "app.doctor.settings.wrong", err.Error())
		d.advise("app.doctor.settings.remedy")
	case open && d.Cert == "" && !d.Proxy && !strings.HasPrefix(d.Home, "https://"):
		d.note("settings", "warn", "app.doctor.settings.open", d.Listen)
		d.advise("app.doctor.settings.open_remedy")
	default:
		d.note("settings", "ok", "app.doctor.settings.fine")
	}
}

func pair(cert, key string) error {
	if (cert == "") != (key == "") {
		return errors.New("tls-cert and tls-key go together")
	}
	return nil
}

func (d *doctor) certificate(ctx context.Context) {
	until, err := time.Time{}, error(nil)
	switch {
	case d.Cert != "":
		until, err = serve.Expiry(d.Cert, d.Key)
	case strings.HasPrefix(d.Home, "https://"):
		until, err = shown(ctx, d.Home)
	default:
		d.note("certificate", "unknown", "app.doctor.certificate.none")
		return
	}
	left := int(time.Until(until).Hours() / 24)
	switch {
	case err != nil:
		d.note("certificate", "fail", "app.doctor.certificate.broken", err.Error())
		d.advise("app.doctor.certificate.remedy")
	case time.Now().After(until):
		d.note("certificate", "fail", "app.doctor.certificate.over", until)
		d.advise("app.doctor.certificate.remedy")
	case left < 14:
		d.note("certificate", "warn", "app.doctor.certificate.soon", until, left)
		d.advise("app.doctor.certificate.remedy")
	default:
		d.note("certificate", "ok", "app.doctor.certificate.soon", until, left)
	}
}

// shown is until when the certificate is valid that people are shown at an address.
func shown(ctx context.Context, home string) (time.Time, error) {
	u, err := url.Parse(home)
	if err != nil {
		return time.Time{}, err
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	line, err := (&tls.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return time.Time{}, err
	}
	defer line.Close()
	return line.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter, nil
}

func (d *doctor) letters(ctx context.Context) {
	if d.Mail.Host == "" {
		d.note("mail", "unknown", "app.doctor.mail.none")
		return
	}
	if err := d.Mail.Probe(ctx); err != nil {
		d.note("mail", "fail", "app.doctor.mail.dead", d.Mail.Address(), err.Error())
		d.advise("app.doctor.mail.remedy")
		return
	}
	d.note("mail", "ok", "app.doctor.mail.fine", d.Mail.Address())
}
