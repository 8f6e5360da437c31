// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package merkle

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint says what a log was at one time: so many entries, and the hash of them all.
type Checkpoint struct {
	Origin string // name of the log, and of its keys
	Size   int64
	Root   Hash
	At     time.Time // to the second
}

// text is the form of tlog-checkpoint (C2SP), with the time in the line for extensions.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", c.Origin, c.Size, c.Root, c.At.UTC().Format(time.RFC3339))
}

func parse(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[4] != "" {
		return c, fmt.Errorf("a checkpoint has 4 lines (log, size, hash, time), got %d", len(lines)-1)
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || lines[1] != strconv.FormatInt(c.Size, 10) {
		return c, fmt.Errorf("size %q of the checkpoint is no number of entries", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("%q in the checkpoint is no hash", lines[2])
	}
	if c.At, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return c, fmt.Errorf("%q in the checkpoint is no time", lines[3])
	}
	return c, nil
}

// NewKey makes a key for the log of that name (Ed25519). Whoever has secret can sign
// checkpoints; public goes to everybody who checks them.
func NewKey(origin string) (secret, public string, err error) {
	return note.GenerateKey(rand.Reader, origin)
}

// Public returns the public part of a secret key.
func Public(secret string) (string, error) {
	s, err := note.NewSigner(secret)
	if err != nil {
		return "", errors.New("this is no secret key of a log; want PRIVATE+KEY+name+…")
	}
	parts := strings.SplitN(secret, "+", 5) // PRIVATE, KEY, name, hash, key
	if len(parts) != 5 {
		return "", errors.New("this is no secret key of a log; want PRIVATE+KEY+name+…")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 33 {
		return "", errors.New("this is no Ed25519 key")
	}
	return note.NewEd25519VerifierKey(s.Name(), ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
}

// Sign writes and signs a checkpoint, with several keys where one makes way for another.
func Sign(c Checkpoint, secrets ...string) (string, error) {
	var all []note.Signer
	for _, secret := range secrets {
		s, err := note.NewSigner(secret)
		if err != nil {
			return "", errors.New("this is no secret key of a log; want PRIVATE+KEY+name+…")
		}
		all = append(all, s)
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, all...)
	return string(signed), err
}

// longestNote bounds what is read as a checkpoint.
const longestNote = 10_000

// A Reason is why something is not good, by a word for which there is a sentence in each
// language; Err has the particulars.
type Reason struct {
	Word string
	Err  error
}

// Error returns the particulars.
func (r *Reason) Error() string { return r.Err.Error() }

// Unwrap returns the particulars.
func (r *Reason) Unwrap() error { return r.Err }

// Why returns the word for the reason in err, nothing where there is none.
func Why(err error) string {
	if r, ok := errors.AsType[*Reason](err); ok {
		return r.Word
	}
	return ""
}

// Open reads a checkpoint that one of the public keys has signed.
func Open(text string, public ...string) (Checkpoint, error) {
	if len(text) > longestNote {
		return Checkpoint{}, &Reason{"form", fmt.Errorf("a checkpoint has at most %d bytes, got %d", longestNote, len(text))}
	}
	var known []note.Verifier
	for _, k := range public {
		v, err := note.NewVerifier(strings.TrimSpace(k))
		if err != nil {
			return Checkpoint{}, fmt.Errorf("%.80q is no public key of a log; want name+hash+key", k)
		}
		known = append(known, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(known...))
	if err != nil {
		word := "form"
		if _, stranger := errors.AsType[*note.UnverifiedNoteError](err); stranger {
			word = "stranger"
		} else if _, broken := errors.AsType[*note.InvalidSignatureError](err); broken {
			word = "signature"
		}
		return Checkpoint{}, &Reason{word, fmt.Errorf("the signature of the checkpoint: %w", err)}
	}
	c, err := parse(n.Text)
	switch {
	case err != nil:
		err = &Reason{"form", err}
	case c.Origin != n.Sigs[0].Name:
		err = &Reason{"origin", fmt.Errorf("the checkpoint of %q is signed by %q", c.Origin, n.Sigs[0].Name)}
	}
	return c, err
}

// Peek reads a checkpoint without asking who signed it: nothing that it says is proved.
func Peek(text string) (Checkpoint, error) {
	body, _, ok := strings.Cut(text, "\n\n")
	if !ok || len(text) > longestNote {
		return Checkpoint{}, errors.New("this is no signed checkpoint")
	}
	return parse(body + "\n")
}
