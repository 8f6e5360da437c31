// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/outgoing"
	"allmende/internal/platform/pace"
)

// A System is one that the operator has set up: nobody else says which host is asked, or with
// which token.
type System struct {
	ID      string     `json:"id"`      // a short word, in addresses: "zammad"
	Label   string     `json:"label"`   // how people call it
	Kind    string     `json:"kind"`    // "zammad", "webhook" or "mail"
	Address string     `json:"address"` // of a mailbox
	Proves  []string   `json:"proves"`  // names (authserv-id) of mail servers whose word on the sender of a mail counts
	URL     string     `json:"url"`     // of Zammad its base, of any other the address that gets events
	Org     ospo.OrgID `json:"org"`     // whose it is, with those below; empty: the only one at the top
	Token   string     `json:"token"`   // of our own account in Zammad
	Secret  string     `json:"secret"`  // by which requests are signed: Zammad's to us, ours to any other
}

var serverName = regexp.MustCompile("^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")

var shortWord = regexp.MustCompile("^[a-z][a-z0-9-]{0,31}$")

// shortestSecret is what RFC 2104 recommends at least: as long as the sum is, 20 bytes for SHA-1.
const shortestSecret = 20

// Check says what is wrong with how a system is set up.
func (y System) Check() error {
	u, err := url.Parse(y.URL)
	switch {
	case y.Kind == "mail" && shortWord.MatchString(y.ID):
		if !mail.IsAddress(y.Address) {
			return fmt.Errorf("ticket system %s: got address %q, want a mail address", y.ID, y.Address)
		}
		for _, server := range y.Proves {
			if !serverName.MatchString(server) {
				return fmt.Errorf("ticket system %s: got %q in proves, want the name that the mail server writes into Authentication-Results, such as mx.stadt.example", y.ID, server)
			}
		}
		return nil
	case !shortWord.MatchString(y.ID):
		return fmt.Errorf("ticket system %q: want an id of small letters, digits and hyphens", y.ID)
	case y.Kind != "zammad" && y.Kind != "webhook":
		return fmt.Errorf("ticket system %s: got kind %q, want zammad, webhook or mail", y.ID, y.Kind)
	case err != nil || !outgoing.Is(y.URL) || u.Host == "" || u.User != nil || u.Fragment != "" || y.Kind == "zammad" && u.RawQuery != "":
		return fmt.Errorf("ticket system %s: got url %q, want an http(s) address without name and password", y.ID, y.URL)
	case y.Kind == "zammad" && y.Token == "":
		return fmt.Errorf("ticket system %s: no token; it comes from the file that tokenFile names", y.ID)
	case len(y.Secret) < shortestSecret:
		return fmt.Errorf("ticket system %s: got a secret of %d bytes, want %d or more", y.ID, len(y.Secret), shortestSecret)
	}
	return nil
}

// Use sets the systems up, each checked and of an organisation that is there.
func (s *Service) Use(all []System) error {
	var hosts []string
	for i, y := range all {
		if err := y.Check(); err != nil {
			return err
		}
		if slices.ContainsFunc(all[:i], func(o System) bool { return o.ID == y.ID }) {
			return fmt.Errorf("two ticket systems are called %s", y.ID)
		}
		if u, err := url.Parse(y.URL); err == nil && y.URL != "" {
			hosts = append(hosts, u.Host)
		}
		if all[i].Label == "" {
			all[i].Label = y.ID
		}
		all[i].URL = strings.TrimSuffix(y.URL, "/")
	}
	s.systems, s.out, s.me = all, outgoing.New(hosts...), map[string]int64{}
	s.storm, s.callers = pace.Meter{Burst: 200, Every: 20 * time.Millisecond}, pace.Meter{Burst: 400, Every: 10 * time.Millisecond}
	return nil
}

func (s *Service) system(id string) (System, bool) {
	i := slices.IndexFunc(s.systems, func(y System) bool { return y.ID == id })
	if i < 0 {
		return System{}, false
	}
	return s.systems[i], true
}

// offered are the systems that the viewer's organisation may use: its own and those of the ones above.
func (s *Service) offered(ctx context.Context) (out []System, err error) {
	if len(s.systems) == 0 {
		return nil, nil
	}
	over, err := s.store.over(ctx, s.store.db.Read(), door.From(ctx).Org)
	for _, y := range s.systems {
		if slices.Contains(over, y.Org) {
			out = append(out, y)
		}
	}
	return out, err
}

// offer is one of them.
func (s *Service) offer(ctx context.Context, id string) (System, error) {
	all, err := s.offered(ctx)
	i := slices.IndexFunc(all, func(y System) bool { return y.ID == id })
	if err != nil || i < 0 {
		return System{}, errorOr(err, notFound())
	}
	return all[i], nil
}

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}

// states says what the states of tickets mean, and which one a case that stands so gives.
type states struct {
	ID      string            `json:"id"`
	Version int               `json:"version"`
	Source  string            `json:"source"`
	Checked string            `json:"checked"`
	Open    []string          `json:"open"`
	Ended   []string          `json:"ended"`
	Either  []string          `json:"either"` // contradicts nothing: it is to change by itself
	Push    map[string]string `json:"push"`
}

// shipped are the states of a fresh Zammad.
var shipped = func() (out states) {
	if err := json.Unmarshal(zammadStates, &out); err != nil {
		panic("ticket: " + err.Error()) // a file of the program itself is broken
	}
	return out
}()
