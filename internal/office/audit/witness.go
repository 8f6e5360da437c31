// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/merkle"
	"allmende/internal/platform/outgoing"
)

// Statement is what one instance tells another about its log: a signed checkpoint, the
// public key, and the proof that the log continues the one that the witness has.
type Statement struct {
	Key        string   `json:"key" doc:"Public key of the log." maxLength:"300"`
	Checkpoint string   `json:"checkpoint" doc:"Signed checkpoint." maxLength:"10000"`
	From       int64    `json:"from,omitempty" doc:"Entries counted by the last checkpoint that the witness has; absent for the first."`
	Proof      []string `json:"proof,omitempty" doc:"That the log began like that (RFC 6962, section 2.1.2)." maxItems:"128"`
}

// Witness is what a witness has of a log.
type Witness struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size" doc:"Entries counted by the last checkpoint; 0 where there is none."`
	Note   string `json:"checkpoint,omitempty"`
	Key    string `json:"key,omitempty"`
	At     string `json:"at,omitempty"`
}

// Fit says what is wrong with the settings: a witness of a kind that there is not, a key that
// is none to sign with. A server that starts with these would make no checkpoint, or keep it
// where nobody looks.
func (s *Service) Fit() error {
	for _, w := range s.Witnesses {
		if scheme := schemed.FindString(w); scheme != "" && !slices.Contains([]string{"https:", "http:", "mailto:", "file:"}, scheme) ||
			strings.HasPrefix(w, "http") && !outgoing.Is(w) || w == "file:" || strings.HasPrefix(w, "mailto:") && !strings.Contains(w, "@") {
			return fault.New(fault.Invalid, "audit.witness_bad", w)
		}
	}
	key := strings.TrimSpace(s.Key)
	if text, err := os.ReadFile(s.Key); err == nil {
		key = strings.TrimSpace(string(text))
	} else if !given(key) && !publicForm.MatchString(key) {
		return nil // a file that is yet to be made
	}
	if _, err := merkle.Public(key); err != nil {
		return fault.Because(err, fault.Invalid, "audit.secret_bad")
	}
	return nil
}

var (
	schemed    = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
	publicForm = regexp.MustCompile(`^[^+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$`)
)

// deliver sends a checkpoint to each witness. What goes wrong is kept and shown, and tried
// again with the next checkpoint; no witness waits for another.
func (s *Service) deliver(ctx context.Context, note string) error {
	c, err := merkle.Peek(note)
	if err != nil {
		return err
	}
	var all error
	for _, w := range s.Witnesses {
		cause := s.tell(ctx, w, c, note)
		all = errors.Join(all, s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.delivered(ctx, tx, w, c.Size, cause) }))
	}
	return all
}

// tell sends a checkpoint to one witness: a folder, an e-mail address, another instance.
func (s *Service) tell(ctx context.Context, witness string, c merkle.Checkpoint, note string) error {
	switch {
	case outgoing.Is(witness):
		return s.tellInstance(ctx, strings.TrimSuffix(witness, "/"), c, note)
	case strings.HasPrefix(witness, "mailto:"):
		if s.Mail == nil {
			return errors.New("no mail server is configured")
		}
		return s.Mail(ctx, strings.TrimPrefix(witness, "mailto:"), c.Origin, c.Size, note)
	}
	folder := strings.TrimPrefix(witness, "file:")
	name := fmt.Sprintf("%s-%012d.checkpoint", strings.ReplaceAll(c.Origin, "/", "-"), c.Size)
	return os.WriteFile(filepath.Join(folder, name), []byte(note), 0o644)
}

// tellInstance asks another instance what it has, and sends what continues it.
func (s *Service) tellInstance(ctx context.Context, base string, c merkle.Checkpoint, note string) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	client := outgoing.New(u.Host)
	address := base + "/api/v1/audit/witness"
	status, answer, err := client.Send(ctx, "GET", address+"?origin="+url.QueryEscape(c.Origin), s.WitnessToken, nil)
	if err != nil {
		return err
	}
	var has Witness
	if status != 200 || json.Unmarshal(answer, &has) != nil {
		return refusal(address, status, answer)
	}
	own, err := s.PublicKey(ctx)
	if err != nil {
		return err
	}
	for range keysAtMost { // the key may have changed since, more than once
		if has.Size == 0 || has.Key == own {
			break
		}
		hand, err := s.handover(ctx, has)
		if err != nil {
			return err
		}
		if hand.Checkpoint == "" {
			break // nothing leads to the present key, and the witness shall say so
		}
		if has, err = s.testify(ctx, client, address, has, hand); err != nil {
			return err
		}
	}
	_, err = s.testify(ctx, client, address, has, Statement{Key: own, Checkpoint: note})
	return err
}

// keysAtMost is how many keys a witness may be behind.
const keysAtMost = 20

// testify sends a checkpoint to another instance with the proof that it continues what that
// has, and returns what it has then.
func (s *Service) testify(ctx context.Context, client *outgoing.Client, address string, has Witness, st Statement) (Witness, error) {
	c, err := merkle.Peek(st.Checkpoint)
	if err != nil {
		return has, err
	}
	st.From = has.Size
	if has.Size > 0 && has.Size <= c.Size {
		if st.Proof, err = s.store.levels(ctx).Consistency(has.Size, c.Size); err != nil {
			return has, err
		}
	}
	body, err := json.Marshal(st)
	if err != nil {
		return has, err
	}
	status, answer, err := client.Send(ctx, "POST", address, s.WitnessToken, body)
	if err != nil {
		return has, err
	}
	if status != 201 {
		return has, refusal(address, status, answer)
	}
	return Witness{Origin: c.Origin, Size: c.Size, Note: st.Checkpoint, Key: st.Key}, nil
}

// refusal says why a witness did not take a checkpoint, in its own words where it has some.
func refusal(address string, status int, answer []byte) error {
	var p struct{ Detail string }
	if json.Unmarshal(answer, &p) == nil && p.Detail != "" {
		return fmt.Errorf("%s answers %d: %s", address, status, p.Detail)
	}
	return fmt.Errorf("%s answers %d", address, status)
}
