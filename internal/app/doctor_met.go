// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/office/identity"
	"allmende/internal/platform/outgoing"
)

// witnesses looks whether each can be met. Nothing is sent to them.
func (d *doctor) witnesses(ctx context.Context) {
	if len(d.Witness) == 0 {
		d.note("witness", "unknown", "app.doctor.witness.none")
		return
	}
	for _, w := range d.Witness {
		if err := d.witness(ctx, w); err != nil {
			d.note("witness", "warn", "app.doctor.witness.dead", w)
			d.advise("app.doctor.witness.remedy")
			continue
		}
		d.note("witness", "ok", "app.doctor.witness.fine", w)
	}
}

func (d *doctor) witness(ctx context.Context, w string) error {
	switch {
	case outgoing.Is(w):
		u, err := url.Parse(w)
		if err != nil {
			return err
		}
		return answers(ctx, u.Host, w)
	case strings.HasPrefix(w, "mailto:"):
		if d.Mail.Host == "" {
			return errors.New("no mail server")
		}
		return nil
	}
	st, err := os.Stat(strings.TrimPrefix(w, "file:"))
	if err == nil && !st.IsDir() {
		err = errors.New("no folder")
	}
	return err
}

// answers asks a host that is named for something; whatever it answers will do.
func answers(ctx context.Context, host, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	a, err := outgoing.New(host).Get(ctx, address, "", "")
	if a.Body != nil {
		a.Body.Close()
	}
	if _, answered := errors.AsType[*outgoing.StatusError](err); answered {
		return nil
	}
	return err
}

// providers looks whether people can sign in by each identity provider: its settings are
// sound, and it says of itself what OpenID Connect wants.
func (d *doctor) providers(ctx context.Context) {
	if len(d.Providers) == 0 {
		d.note("provider", "unknown", "app.doctor.provider.none")
		return
	}
	for _, p := range d.Providers {
		id := identity.New(nil)
		for _, l := range governance.Levels {
			id.Levels = append(id.Levels, l.Name)
		}
		if err := id.Use(d.Home, []identity.Provider{p}); err != nil {
			d.note("provider", "fail", "app.doctor.settings.wrong", err.Error())
			d.advise("app.doctor.settings.remedy")
		} else if err := id.Probe(ctx, p.ID); err != nil {
			d.note("provider", "fail", "app.doctor.provider.dead", p.Issuer)
			d.advise("app.doctor.provider.remedy")
		} else {
			d.note("provider", "ok", "app.doctor.provider.fine", p.Issuer)
		}
	}
}

// lost asks whether the key's file is missing although the log was signed already.
func (d *doctor) lost(ctx context.Context, log *audit.Service) (bool, error) {
	if d.db == nil {
		return false, nil
	}
	return log.Lost(ctx)
}
