// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// A Certificate is read from two files, and again when they change: whoever renews it need
// not restart the server.
type Certificate struct {
	cert, key string
	mu        sync.Mutex
	loaded    *tls.Certificate
	of        time.Time // the newest change of the files that are loaded
	looked    time.Time
}

// LoadCertificate reads the certificate, with those that vouch for it after it, and its key.
func LoadCertificate(cert, key string) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Certificate) load() error {
	changed := c.changed()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("the certificate %s with the key %s cannot be used: %w", c.cert, c.key, err)
	}
	c.loaded, c.of = &pair, changed
	return nil
}

// Expiry is until when the certificate in a file is valid.
func Expiry(cert, key string) (time.Time, error) {
	c, err := LoadCertificate(cert, key)
	if err != nil {
		return time.Time{}, err
	}
	return c.loaded.Leaf.NotAfter, nil
}

func (c *Certificate) changed() (last time.Time) {
	for _, name := range []string{c.cert, c.key} {
		if st, err := os.Stat(name); err == nil && st.ModTime().After(last) {
			last = st.ModTime()
		}
	}
	return last
}

// look is how often the files are looked at.
const look = 10 * time.Second

// get returns the present certificate. New files that do not fit together, for they are
// replaced one after the other, leave the old one in place until they do.
func (c *Certificate) get() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) > look {
		c.looked = now
		if c.changed().After(c.of) {
			if err := c.load(); err != nil {
				slog.Error("the new certificate is not taken, the old one stays", "err", err)
			} else {
				slog.Info("a new certificate is in use", "file", c.cert, "until", c.loaded.Leaf.NotAfter)
			}
		}
	}
	return c.loaded, nil
}
