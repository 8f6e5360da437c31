// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
)

// mostHook bounds a request of the other side. The default payload of Zammad holds all articles
// of a ticket; we read nothing of it but the ticket's id.
const mostHook = 4 << 20

// Heard takes a request of Zammad. The signature is HMAC with SHA-1 over the bytes as they came,
// as Zammad makes it; the secret is long, and HMAC does not rest on what SHA-1 has lost. What the request says is
// not believed: it is a reason to read the ticket, once for however many requests.
func (s *Service) Heard(ctx context.Context, system, signature, delivery string, body []byte) error {
	sys, ok := s.system(system)
	if !ok || sys.Kind != "zammad" {
		return fault.New(fault.NotFound, "ticket.hook.none")
	}
	if !signed(sys.Secret, signature, body) {
		return fault.New(fault.SignIn, "ticket.hook.signature")
	}
	if wait := s.storm.Take(system, s.store.db.Now()); wait > 0 { // only what the system itself has said counts for it
		return fault.New(fault.TooMany, "ticket.hook.many")
	}
	var told struct{ Ticket struct{ ID int64 } }
	if err := json.Unmarshal(body, &told); err != nil || told.Ticket.ID <= 0 {
		return fault.New(fault.Unreadable, "ticket.hook.body")
	}
	if len(delivery) > 100 || strings.ToValidUTF8(delivery, "") != delivery || strings.ContainsRune(delivery, 0) {
		return fault.New(fault.Invalid, "ticket.hook.delivery")
	}
	l, found, err := s.store.linked(ctx, system, told.Ticket.ID)
	if err != nil || !found { // a ticket that is no case's is none of our business
		return err
	}
	return s.store.db.Keep(ctx, func(tx *db.Tx) error {
		if delivery != "" {
			first, err := s.store.arrived(ctx, tx, l, delivery)
			if err != nil || !first {
				return err
			}
		}
		tx.Act.Org, tx.Act.Person = l.Org, "system"
		_, err := s.jobs.Enqueue(ctx, tx, "ticket.read", post{l.Org, l.Matter, l.System}, "ticket.read "+l.Matter+" "+l.System)
		return err
	})
}

// signed reports whether a body bears a signature by a secret, in constant time.
func signed(secret, signature string, body []byte) bool {
	sum, ok := strings.CutPrefix(strings.TrimSpace(signature), "sha1=")
	got, err := hex.DecodeString(sum)
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(body)
	return ok && err == nil && secret != "" && hmac.Equal(got, h.Sum(nil))
}
