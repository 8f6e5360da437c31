// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package dbtest

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A Mould is made once; tests get copies of it, which takes a tenth of the time that the
// migrations of all rooms take.
type Mould struct {
	file     func() ([]byte, error)
	template func() (name string, err error)
	made     string // name of a template on the server, which is to go
}

// NewMould returns a mould of the database that cast makes at an address and closes.
func NewMould(cast func(where string) error) *Mould {
	m := &Mould{}
	m.file = sync.OnceValues(func() ([]byte, error) {
		folder, err := os.MkdirTemp("", "mould")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
		where := filepath.Join(folder, "mould.db")
		if err := cast(where); err != nil {
			return nil, err
		}
		return os.ReadFile(where)
	})
	m.template = sync.OnceValues(func() (string, error) {
		name := "mould" + strings.ToLower(rand.Text())
		if err := command("CREATE DATABASE " + name); err != nil {
			return "", err
		}
		m.made = name
		where, err := named(name)
		if err != nil {
			return "", err
		}
		return name, cast(where)
	})
	return m
}

// Lite lays a copy down at where, a file that is not there yet.
func (m *Mould) Lite(t testing.TB, where string) {
	t.Helper()
	body, err := m.file()
	if err == nil {
		err = os.WriteFile(where, body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Each is EachAddress with a copy at each address.
func (m *Mould) Each(t *testing.T, f func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		where := filepath.Join(t.TempDir(), "test.db")
		m.Lite(t, where)
		f(t, where)
	})
	t.Run("postgres", func(t *testing.T) {
		if os.Getenv(server) == "" {
			t.Skip("set " + server + " to run this on PostgreSQL as well")
		}
		template, err := m.template()
		if err != nil {
			t.Fatal(err)
		}
		name := "t" + strings.ToLower(rand.Text())
		if err := command("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := command("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
				t.Error(err)
			}
		})
		where, err := named(name)
		if err != nil {
			t.Fatal(err)
		}
		f(t, where)
	})
}

// Break takes the mould off the server, if one was made there.
func (m *Mould) Break() error {
	if m.made == "" {
		return nil
	}
	return command("DROP DATABASE " + m.made)
}

// command runs one on the server.
func command(query string) error {
	admin, err := sql.Open("pgx", os.Getenv(server))
	if err != nil {
		return err
	}
	defer admin.Close()
	_, err = admin.Exec(query)
	return err
}

// named is the address of another database of the server.
func named(name string) (string, error) {
	u, err := url.Parse(os.Getenv(server))
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
