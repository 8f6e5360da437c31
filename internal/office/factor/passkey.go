// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// A Site is what a passkey is bound to: the name of the server, and the origin of its pages
// (WebAuthn level 3, sections 5.1.2 and 7).
type Site struct{ Name, Origin string }

// A Key is one passkey of a person.
type Key struct {
	ID      string // of the credential, in base64url
	Name    string
	Created time.Time
	Used    time.Time // zero: never
	body    string
}

// ceremonyLife is how long a question waits for its answer.
const ceremonyLife = 10 * time.Minute

// longestAnswer is far more than a browser sends; attestations are not asked for.
const longestAnswer = 64 << 10

// A party is the library's word for us, one for each site that we are reached at.
func party(s Site) (*webauthn.WebAuthn, error) {
	if !s.named() {
		return nil, fault.New(fault.Invalid, "factor.key.nameless")
	}
	return webauthn.New(&webauthn.Config{RPID: s.Name, RPDisplayName: "Allmende", RPOrigins: []string{s.Origin}})
}

// holder is a person as the library wants it.
type holder struct {
	member
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.person) }
func (h holder) WebAuthnName() string                       { return h.login }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Service) holder(ctx context.Context, person ospo.PersonID) (h holder, err error) {
	if h.member, err = s.store.member(ctx, person); err != nil {
		return h, err
	}
	keys, err := s.store.keys(ctx, person)
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.body), &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, err
}

// AskForKey begins the registration of a passkey of the viewer and returns what the
// browser is asked, as JSON. The passkey has to prove who holds it (a PIN, a finger), so
// that it is two factors in one.
func (s *Service) AskForKey(ctx context.Context, at Site) (question string, err error) {
	m, err := s.me(ctx)
	if err != nil {
		return "", err
	}
	h, err := s.holder(ctx, m.person)
	if err != nil {
		return "", err
	}
	p, err := party(at)
	if err != nil {
		return "", err
	}
	creation, session, err := p.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return "", err
	}
	return s.ask(ctx, m, creation.Response, session)
}

// AskWho begins a sign-in by passkey: whoever has one for this site may answer.
func (s *Service) AskWho(ctx context.Context, at Site) (question string, err error) {
	p, err := party(at)
	if err != nil {
		return "", err
	}
	assertion, session, err := p.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", err
	}
	return s.ask(ctx, member{}, assertion.Response, session)
}

// ask keeps a question and writes it for the browser.
func (s *Service) ask(ctx context.Context, m member, options any, session *webauthn.SessionData) (string, error) {
	kept, err := json.Marshal(session)
	if err != nil {
		return "", err
	}
	question, err := json.Marshal(options)
	if err != nil {
		return "", err
	}
	return string(question), s.store.db.Keep(ctx, func(tx *db.Tx) error {
		return s.store.addCeremony(ctx, tx, digest(session.Challenge), m, string(kept), s.store.db.Now().Add(ceremonyLife))
	})
}

// answered uses up the question that an answer is to.
func (s *Service) answered(ctx context.Context, tx *db.Tx, challenge string, person ospo.PersonID) (session webauthn.SessionData, err error) {
	kept, err := s.store.useCeremony(ctx, tx, digest(challenge), person, s.store.db.Now())
	if err != nil {
		return session, err
	}
	return session, json.Unmarshal([]byte(kept), &session)
}

// AddKey keeps the passkey that the viewer's browser has made.
func (s *Service) AddKey(ctx context.Context, at Site, name, answer string) (err error) {
	defer fault.Wrap(&err, "add a passkey")
	m, err := s.me(ctx)
	if err != nil {
		return err
	}
	if name, err = keyName(name); err != nil {
		return err
	}
	if len(answer) > longestAnswer {
		return fault.New(fault.Invalid, "factor.key.unread")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return fault.Because(err, fault.Invalid, "factor.key.unread")
	}
	h, err := s.holder(ctx, m.person)
	if err != nil {
		return err
	}
	p, err := party(at)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, own(ctx, m, "factor.key.add"), func(tx *db.Tx) error {
		session, err := s.answered(ctx, tx, parsed.Response.CollectedClientData.Challenge, m.person)
		if err != nil {
			return err
		}
		c, err := p.CreateCredential(h, session, parsed)
		if err != nil {
			return fault.Because(err, fault.Invalid, "factor.key.wrong")
		}
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		return s.store.addKey(ctx, tx, m, Key{ID: keyID(c.ID), Name: name, body: string(body)})
	})
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

const longestName = 100

func keyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > longestName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return "", fault.At("name", "factor.key.name_form", longestName)
	}
	return name, nil
}

// Recognise returns whose passkey has signed an answer. A signature is taken once; a key
// whose counter runs backwards has been copied and is refused.
func (s *Service) Recognise(ctx context.Context, at Site, answer string) (person ospo.PersonID, err error) {
	defer fault.Wrap(&err, "recognise a passkey")
	if len(answer) > longestAnswer {
		return "", fault.New(fault.Invalid, "factor.key.unread")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return "", fault.Because(err, fault.Invalid, "factor.key.unread")
	}
	p, err := party(at)
	if err != nil {
		return "", err
	}
	h, err := s.holder(ctx, ospo.PersonID(strings.ToValidUTF8(strings.ReplaceAll(string(parsed.Response.UserHandle), "\x00", ""), "")))
	if err != nil {
		return "", refusedKey(err)
	}
	err = s.store.db.Write(ctx, own(ctx, h.member, "factor.key.used"), func(tx *db.Tx) error {
		session, err := s.answered(ctx, tx, parsed.Response.CollectedClientData.Challenge, "")
		if err != nil {
			return err
		}
		_, c, err := p.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, session, parsed)
		if err != nil {
			return fault.Because(err, fault.Invalid, "factor.key.wrong")
		}
		if c.Authenticator.CloneWarning {
			return fault.New(fault.Invalid, "factor.key.copied")
		}
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		return s.store.usedKey(ctx, tx, h.person, keyID(c.ID), string(body))
	})
	return h.person, refusedKey(err)
}

// refusedKey says of a key that nobody has the same as of one that does not fit.
func refusedKey(err error) error {
	if err != nil && fault.Of(err) == fault.NotFound {
		return fault.Because(err, fault.Invalid, "factor.key.wrong")
	}
	return err
}

// RenameKey gives a passkey of the viewer another name.
func (s *Service) RenameKey(ctx context.Context, id, name string) (err error) {
	defer fault.Wrap(&err, "rename a passkey")
	m, err := s.me(ctx)
	if err != nil {
		return err
	}
	if name, err = keyName(name); err != nil {
		return err
	}
	return s.store.db.Write(ctx, own(ctx, m, "factor.key.rename"), func(tx *db.Tx) error {
		return s.store.renameKey(ctx, tx, m.person, id, name)
	})
}

// RemoveKey takes a passkey of the viewer away.
func (s *Service) RemoveKey(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "remove a passkey")
	m, err := s.me(ctx)
	if err != nil {
		return err
	}
	needed, err := s.Wanted(ctx, m.person)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, own(ctx, m, "factor.key.remove"), func(tx *db.Tx) error {
		if err := s.store.dropKey(ctx, tx, m.person, id); err != nil {
			return err
		}
		return s.remains(ctx, tx, m.person, needed)
	})
}
