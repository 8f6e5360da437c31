// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package idptest lets tests sign in at an identity provider: a real one, which runs as a
// process of its own ([Start]), and one that lies in every way an attacker could ([Liar]).
// Only tests import it.
package idptest

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the real provider knows: one client, and two people who sign in with a password.
const (
	Client   = "allmende"
	Secret   = "a secret of the test"
	Password = "ein langes Kennwort"
	Ada      = "ada" // subject "id-ada", in the group "redaktion"
	Bert     = "bert"
)

// asServer tells a test's own binary to be the provider instead of the test: a process of its
// own, without a second program to build.
const asServer = "ALLMENDE_TEST_IDP"

func init() {
	if back := os.Getenv(asServer); back != "" {
		if err := serve(back); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// A Provider is a running provider.
type Provider struct {
	Issuer string
	t      testing.TB
}

// Start starts the provider, which ends with the test. back is the address to which it may
// send people back.
func Start(t testing.TB, back string) *Provider {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), asServer+"="+back)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe() // the provider ends when this closes, however the test ends
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Process.Kill()
		c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider does not start: %v", err)
	}
	return &Provider{Issuer: strings.TrimSpace(line), t: t}
}

// Rotate gives the provider a new key; the old one is gone at once.
func (p *Provider) Rotate() { p.post("/test/rotate", nil) }

// SignedOut returns a logout token for a subject, as the provider would send it.
func (p *Provider) SignedOut(subject, sid, id string) string {
	return p.post("/test/logout-token", map[string]string{"sub": subject, "sid": sid, "jti": id})
}

func (p *Provider) post(path string, body map[string]string) string {
	p.t.Helper()
	text, _ := json.Marshal(body)
	a, err := http.Post(p.Issuer+path, "application/json", strings.NewReader(string(text)))
	if err != nil {
		p.t.Fatal(err)
	}
	defer a.Body.Close()
	out, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d %v", path, a.StatusCode, err)
	}
	return string(out)
}

// serve is the provider: it says its address on standard output and ends when standard
// input does.
func serve(back string) error {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + l.Addr().String()
	house := &keys{Storage: storage.NewStorageWithClients(users{}, map[string]*storage.Client{Client: storage.WebClient(Client, Secret, back)}), issuer: issuer}
	house.home, _, _ = strings.Cut(back, "/identity/")
	house.rotate()
	mux := http.NewServeMux()
	mux.Handle("/", exampleop.SetupServer(issuer, house, nil, false))
	mux.HandleFunc("POST /test/rotate", func(http.ResponseWriter, *http.Request) { house.rotate() })
	mux.HandleFunc("POST /test/logout-token", house.logoutToken)
	fmt.Println(issuer)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(l, mux)
}

// users are who can sign in.
type users struct{}

var everybody = []*storage.User{
	{ID: "id-ada", Username: Ada, Password: Password, FirstName: "Ada", LastName: "Musterfrau", Email: "ada@musterstadt.example", EmailVerified: true},
	{ID: "id-bert", Username: Bert, Password: Password, FirstName: "Bert", LastName: "Beispiel", Email: "bert@musterstadt.example"},
}

func (users) GetUserByID(id string) *storage.User {
	for _, u := range everybody {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (users) GetUserByUsername(name string) *storage.User {
	for _, u := range everybody {
		if u.Username == name {
			return u
		}
	}
	return nil
}

func (users) ExampleClientID() string { return "service" }

// keys is the example's storage with a key that can be changed, and groups.
type keys struct {
	*storage.Storage
	issuer string
	home   string // of the client
	mu     sync.Mutex
	key    key
}

type key struct {
	id      string
	private *rsa.PrivateKey
}

func (k *keys) rotate() {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.key = key{rand.Text(), private}
}

func (k *keys) current() key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.key
}

func (k key) ID() string                                  { return k.id }
func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k key) Algorithm() jose.SignatureAlgorithm          { return jose.RS256 }
func (k key) Use() string                                 { return "sig" }
func (k key) Key() any                                    { return k.private }

// public is the half of a key that everybody may see.
type public struct{ key }

func (p public) Key() any { return &p.private.PublicKey }

// GetClientByClientID adds where people may go after signing out.
func (k *keys) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := k.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return leaving{c, k.home + "/sign-in"}, nil
}

type leaving struct {
	op.Client
	to string
}

func (l leaving) PostLogoutRedirectURIs() []string { return []string{l.to} }

// SigningKey is the key of now.
func (k *keys) SigningKey(context.Context) (op.SigningKey, error) { return k.current(), nil }

// KeySet is what is published.
func (k *keys) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{public{k.current()}}, nil
}

// SetUserinfoFromToken adds the groups that a directory behind a real provider would have.
func (k *keys) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := k.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	if subject == "id-ada" {
		info.AppendClaims("groups", []string{"alle", "redaktion"})
	}
	return err
}

func (k *keys) logoutToken(w http.ResponseWriter, r *http.Request) {
	var in struct{ Sub, Sid, Jti string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := k.current()
	fmt.Fprint(w, sign(jose.RS256, c.private, c.id, map[string]any{
		"iss": k.issuer, "aud": Client, "sub": in.Sub, "sid": in.Sid, "jti": in.Jti, "iat": time.Now().Unix(), "exp": time.Now().Add(2 * time.Minute).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}))
}
