// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idptest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// A Liar is a provider that answers whatever the test wants. Unless told otherwise it
// behaves.
type Liar struct {
	*httptest.Server
	mu    sync.Mutex
	key   *rsa.PrivateKey
	codes map[string]asked

	Claims func(c map[string]any)             // changes the claims before they are signed
	Sign   func(claims map[string]any) string // signs them instead of the provider
	Token  string                             // is sent instead of any ID token
	Down   bool                               // answers nothing that makes sense
	Last   string                             // the last ID token that was handed out
	Broken int                                // codes that were sent with a wrong verifier
}

// asked is what a client wanted.
type asked struct{ nonce, challenge string }

// Lie starts a provider that lies; it ends with the test.
func Lie(t testing.TB) *Liar {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &Liar{key: key, codes: map[string]asked{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", l.discovery)
	mux.HandleFunc("GET /keys", l.keys)
	mux.HandleFunc("POST /token", l.token)
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.Down {
			http.Error(w, "<html>wartung</html>", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *Liar) discovery(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
		"end_session_endpoint": l.URL + "/end", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	})
}

func (l *Liar) keys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: l.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
}

// Public is the key that is published.
func (l *Liar) Public() *rsa.PublicKey { return &l.key.PublicKey }

// Authorize is what happens at the provider when a browser comes to address: it returns the
// code and state with which the browser goes back.
func (l *Liar) Authorize(address string) (code, state string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	q := u.Query()
	l.mu.Lock()
	defer l.mu.Unlock()
	code = rand.Text()
	l.codes[code] = asked{q.Get("nonce"), q.Get("code_challenge")}
	return code, q.Get("state")
}

func (l *Liar) token(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	code := r.PostFormValue("code")
	a, ok := l.codes[code]
	delete(l.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if proved := base64.RawURLEncoding.EncodeToString(sum[:]) == a.challenge; !ok || !proved {
		if !proved {
			l.Broken++
		}
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	c := map[string]any{"iss": l.URL, "aud": Client, "sub": "eve", "nonce": a.nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		"name": "Eve Beispiel", "preferred_username": "eve", "email": "eve@musterstadt.example", "email_verified": true, "sid": "there-" + code}
	if l.Claims != nil {
		l.Claims(c)
	}
	switch {
	case l.Token != "":
		l.Last = l.Token
	case l.Sign != nil:
		l.Last = l.Sign(c)
	default:
		l.Last = sign(jose.RS256, l.key, "one", c)
	}
	json.NewEncoder(w).Encode(map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": l.Last})
}

// Signed returns claims signed with the provider's own key.
func (l *Liar) Signed(claims map[string]any) string { return sign(jose.RS256, l.key, "one", claims) }

// Forged returns claims signed with a key that is not the provider's, under the name of the
// one that is.
func Forged(claims map[string]any) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return sign(jose.RS256, key, "one", claims)
}

// Shared returns claims signed with a shared secret: with a client's secret, or with a
// public key taken for a secret.
func Shared(secret []byte, claims map[string]any) string {
	return sign(jose.HS256, secret, "one", claims)
}

// Unsigned returns claims under the algorithm "none".
func Unsigned(claims map[string]any) string {
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(map[string]any{"alg": "none", "typ": "JWT"}) + "." + part(claims) + "."
}

func sign(alg jose.SignatureAlgorithm, key any, id string, claims map[string]any) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := s.Sign(text)
	if err != nil {
		panic(err)
	}
	out, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return out
}
