// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package zammadtest is a Zammad for tests, as its API documentation describes it: what it
// answers to whom with which status, what a ticket and an article look like, and requests of
// its own after each change. Only tests import it.
package zammadtest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// How our account signs in there, and what its requests are signed with.
const (
	Token  = "geheimes-token"
	Secret = "ein-langes-gemeinsames-geheimnis"
)

const us = 7 // our account there

// An Office is a Zammad with the group OSPO, in which our account may write.
type Office struct {
	*httptest.Server
	t  testing.TB
	mu sync.Mutex

	Groups  map[string]bool // name: our account may write there
	Tickets []*Ticket
	Tags    map[int64][]string // by ticket
	states  []string
	next    int64
	asked   map[string]int // "GET /tickets": how often

	Fail  func(r *http.Request) int  // a status to answer instead of doing it; 0 does it
	Lose  func(r *http.Request) bool // does it, and the answer is lost on the way
	hooks []Hook                     // not sent yet
	Files map[int64][]byte           // attachments by id
	known map[string][]byte          // what files of a name hold
	Lies  bool                       // says that every file is small
}

// A Ticket is one there, with its articles as they go over the wire.
type Ticket struct {
	ID, Customer         int64
	Number, Title, Group string
	State                string
	Articles             []map[string]any
}

// A Hook is a request that tells us of a change.
type Hook struct {
	From      string // address; empty for the usual one
	Delivery  string
	Signature string
	Body      []byte
}

// Start opens an office, and closes it with the test.
func Start(t testing.TB) *Office {
	z := &Office{t: t, Groups: map[string]bool{"OSPO": true, "Personalamt": false}, next: 100, Tags: map[int64][]string{}, asked: map[string]int{}, Files: map[int64][]byte{}, known: map[string][]byte{},
		states: []string{"new", "open", "pending reminder", "closed", "merged", "removed", "pending close", "wartet auf Gremium"}}
	z.Server = httptest.NewServer(z)
	t.Cleanup(z.Close)
	return z
}

// ServeHTTP answers as Zammad does.
func (z *Office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	z.mu.Lock()
	defer z.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	z.asked[r.Method+" /"+strings.Split(path, "/")[1]]++
	switch {
	case r.Header.Get("Authorization") != "Token token="+Token:
		answer(w, 401, map[string]string{"error": "Authentication required"})
		return
	case z.Fail != nil && z.Fail(r) != 0:
		answer(w, z.Fail(r), map[string]string{"error": "Something went wrong", "error_human": "Etwas ging schief"})
		return
	}
	var in map[string]any
	if len(body) > 0 {
		if r.Header.Get("Content-Type") != "application/json" || json.Unmarshal(body, &in) != nil {
			answer(w, 400, map[string]string{"error": "Invalid JSON"})
			return
		}
	}
	status, out := z.do(r, path, in)
	if data, ok := out.([]byte); ok {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(data)
		return
	}
	if z.Lose != nil && z.Lose(r) {
		panic(http.ErrAbortHandler)
	}
	answer(w, status, out)
}

func answer(w http.ResponseWriter, status int, out any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out)
}

func refusal(format string, args ...any) map[string]string {
	text := fmt.Sprintf(format, args...)
	return map[string]string{"error": text, "error_human": text}
}

func (z *Office) do(r *http.Request, path string, in map[string]any) (int, any) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch route := r.Method + " " + parts[0]; {
	case path == "/users/me":
		return 200, map[string]any{"id": us, "login": "allmende@musterstadt.example", "active": true}
	case path == "/tickets/search":
		return 200, z.search(r.URL.Query().Get("query"))
	case route == "POST tickets":
		return z.create(in)
	case route == "GET tickets" && len(parts) == 2, route == "PUT tickets" && len(parts) == 2:
		t, status, why := z.ticket(parts[1])
		if t == nil {
			return status, why
		}
		return z.change(t, in, r.URL.Query().Get("expand") == "true")
	case strings.HasPrefix(path, "/ticket_articles/by_ticket/"):
		t, status, why := z.ticket(parts[2])
		if t == nil {
			return status, why
		}
		return 200, append([]map[string]any{}, t.Articles...)
	case route == "GET ticket_attachment" && len(parts) == 4: // ticket, article, attachment
		t, status, why := z.ticket(parts[1])
		if t == nil {
			return status, why
		}
		return z.attachment(t, parts[2], parts[3])
	case route == "POST ticket_articles":
		id, _ := in["ticket_id"].(float64)
		t, status, why := z.ticket(strconv.Itoa(int(id)))
		if t == nil {
			return status, why
		}
		a, why := z.add(t, in, us, "Agent", "Allmende")
		if a == nil {
			return 422, why
		}
		return 201, a
	case path == "/tags/add":
		id, _ := in["o_id"].(float64)
		if in["object"] != "Ticket" || in["item"] == "" {
			return 422, refusal("Missing object or item")
		}
		z.Tags[int64(id)] = append(z.Tags[int64(id)], in["item"].(string))
		return 201, true
	}
	return 404, refusal("No route matches [%s] %s", r.Method, path)
}

// change puts a ticket into another state, where one is sent, and shows it.
func (z *Office) change(t *Ticket, in map[string]any, expand bool) (int, any) {
	if state, ok := in["state"].(string); ok {
		if !slices.Contains(z.states, state) {
			return 422, refusal("No lookup value found for 'state': %q", state)
		}
		t.State = state
		z.changed(t)
	}
	return 200, z.shown(t, expand)
}

// attachment hands out a file of an article.
func (z *Office) attachment(t *Ticket, article, id string) (int, any) {
	for _, a := range t.Articles {
		for _, f := range a["attachments"].([]map[string]any) {
			if fmt.Sprint(a["id"]) == article && fmt.Sprint(f["id"]) == id {
				return 200, z.Files[f["id"].(int64)]
			}
		}
	}
	return 404, refusal("Couldn't find Store with 'id'=%s", id)
}

func (z *Office) search(query string) any {
	found, assets := []int64{}, map[string]any{}
	for _, t := range z.Tickets {
		if strings.Contains(query, t.Title) && z.Groups[t.Group] {
			found, assets[strconv.Itoa(int(t.ID))] = append(found, t.ID), z.shown(t, false)
		}
	}
	return map[string]any{"tickets": found, "tickets_count": len(found), "assets": map[string]any{"Ticket": assets}}
}

func (z *Office) create(in map[string]any) (int, any) {
	group, _ := in["group"].(string)
	title, _ := in["title"].(string)
	customer, _ := in["customer_id"].(string)
	may, known := z.Groups[group]
	switch {
	case !known:
		return 422, refusal("No lookup value found for 'group': %q", group)
	case !may:
		return 403, refusal("Not authorized")
	case title == "":
		return 422, refusal("The required value 'title' is missing.")
	case !strings.HasPrefix(customer, "guess:") || !strings.Contains(customer, "@"):
		return 422, refusal("The required value 'customer_id' is missing.")
	}
	z.next++
	t := &Ticket{ID: z.next, Number: "PR-" + strconv.Itoa(4600+int(z.next)), Title: title, Group: group, State: "new", Customer: 12}
	z.Tickets = append(z.Tickets, t)
	if a, ok := in["article"].(map[string]any); ok {
		if made, why := z.add(t, a, us, "Agent", "Allmende"); made == nil {
			return 422, why
		}
	} else {
		z.changed(t)
	}
	return 201, z.shown(t, false)
}

func (z *Office) add(t *Ticket, in map[string]any, author int64, sender, from string) (map[string]any, any) {
	body, _ := in["body"].(string)
	if body == "" {
		return nil, refusal("Need at least an 'article body' field.")
	}
	attached, why := z.stored(in["attachments"])
	if why != nil {
		return nil, why
	}
	z.next++
	a := map[string]any{"id": z.next, "ticket_id": t.ID, "from": from, "to": "", "subject": in["subject"], "body": body, "content_type": in["content_type"], "type": in["type"],
		"internal": in["internal"] == true, "sender": sender, "created_by_id": author, "attachments": attached}
	t.Articles = append(t.Articles, a)
	z.changed(t)
	return a, nil
}

// stored keeps what comes with an article, base64 in "data", and returns what is shown of it: the size
// is a text there.
func (z *Office) stored(in any) ([]map[string]any, any) {
	out := []map[string]any{}
	all, _ := in.([]any)
	for _, one := range all {
		f, _ := one.(map[string]any)
		text, _ := f["data"].(string)
		name, _ := f["filename"].(string)
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil || f["mime-type"] == nil {
			return nil, refusal("Invalid base64 for attachment with index '0'")
		}
		z.next++
		z.Files[z.next] = data
		size := strconv.Itoa(len(data))
		if z.Lies {
			size = "1"
		}
		out = append(out, map[string]any{"id": z.next, "filename": name, "size": size, "preferences": map[string]any{"Mime-Type": f["mime-type"], "original-format": name == "message.html"}})
	}
	return out, nil
}

// Put says what files of a name hold that somebody there attaches.
func (z *Office) Put(name string, data []byte) { z.known[name] = data }

func (z *Office) ticket(id string) (*Ticket, int, any) {
	for _, t := range z.Tickets {
		if strconv.Itoa(int(t.ID)) == id {
			if !z.Groups[t.Group] {
				return nil, 403, refusal("Not authorized")
			}
			return t, 200, nil
		}
	}
	return nil, 404, refusal("Couldn't find Ticket with 'id'=%s", id)
}

func (z *Office) shown(t *Ticket, expand bool) map[string]any {
	ids := []any{}
	for _, a := range slices.Backward(t.Articles) {
		ids = append(ids, a["id"])
	}
	out := map[string]any{"id": t.ID, "number": t.Number, "title": t.Title, "group_id": 1, "state_id": slices.Index(z.states, t.State) + 1, "customer_id": t.Customer, "article_ids": ids}
	if expand {
		out["state"], out["group"] = t.State, t.Group
	}
	return out
}

// changed has a request ready that tells of the change, in the default form.
func (z *Office) changed(t *Ticket) {
	payload := map[string]any{"ticket": z.shown(t, true), "article": map[string]any{"body": "never to be believed"}}
	body, _ := json.Marshal(payload)
	z.next++
	z.hooks = append(z.hooks, Hook{Delivery: fmt.Sprintf("00000000-%04d", z.next), Signature: Sign(Secret, body), Body: body})
}

// Sign is the signature of a body as Zammad makes it.
func Sign(secret string, body []byte) string {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(body)
	return "sha1=" + hex.EncodeToString(h.Sum(nil))
}

// Writes has somebody there write an article.
func (z *Office) Writes(number, sender, from, kind, body string, internal bool, files ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	attached := []any{}
	for _, f := range files {
		data, ok := z.known[f]
		if !ok {
			data = fmt.Appendf(nil, "Inhalt von %s, %d", f, len(f))
		}
		attached = append(attached, map[string]any{"filename": f, "mime-type": "text/plain", "data": base64.StdEncoding.EncodeToString(data)})
	}
	for _, t := range z.Tickets {
		if t.Number == number {
			z.add(t, map[string]any{"body": body, "content_type": kind, "type": "note", "internal": internal, "attachments": attached}, 12, sender, from)
			return
		}
	}
	z.t.Fatalf("there is no ticket %s", number)
}

// Sets has an agent set a state.
func (z *Office) Sets(number, state string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, t := range z.Tickets {
		if t.Number == number {
			t.State = state
			z.changed(t)
		}
	}
}

// One is the only ticket there.
func (z *Office) One() Ticket {
	z.t.Helper()
	z.mu.Lock()
	defer z.mu.Unlock()
	if len(z.Tickets) != 1 {
		z.t.Fatalf("%d tickets, want one", len(z.Tickets))
	}
	return *z.Tickets[0]
}

// Bodies are what the articles of the only ticket say.
func (z *Office) Bodies() (out []string) {
	for _, a := range z.One().Articles {
		out = append(out, a["body"].(string))
	}
	return out
}

// Held takes the requests that were not sent yet.
func (z *Office) Held() []Hook {
	z.mu.Lock()
	defer z.mu.Unlock()
	out := z.hooks
	z.hooks = nil
	return out
}

// Times is how often something was asked: "GET /tickets".
func (z *Office) Times(what string) int {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.asked[what]
}

// Set does f while nobody asks.
func (z *Office) Set(f func()) {
	z.mu.Lock()
	defer z.mu.Unlock()
	f()
}
