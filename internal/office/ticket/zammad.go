// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"allmende/internal/platform/outgoing"
)

// zammad speaks to one Zammad, after its API documentation: tokens in a header of their own
// kind, JSON there and back, 201 for what was made.
type zammad struct {
	out *outgoing.Client
	System
	me int64 // id of our own account there
}

// A ticket is what we read of one.
type ticket struct {
	ID       int64   `json:"id"`
	Number   string  `json:"number"`
	Title    string  `json:"title"`
	State    string  `json:"state"` // with expand=true
	Articles []int64 `json:"article_ids"`
}

// An article is one contribution to a ticket.
type article struct {
	ID       int64  `json:"id"`
	From     string `json:"from"`
	Body     string `json:"body"`
	Type     string `json:"type"`
	Content  string `json:"content_type"`
	Sender   string `json:"sender"` // Agent, Customer or System
	Author   int64  `json:"created_by_id"`
	Internal bool   `json:"internal"`
	Files    []struct {
		ID          int64  `json:"id"`
		Name        string `json:"filename"`
		Size        any    `json:"size"` // a text of figures
		Preferences struct {
			Original bool `json:"original-format"` // the article itself, as HTML
		} `json:"preferences"`
	} `json:"attachments"`
}

// longestAnswer bounds what we read at once: by_ticket hands out all articles of a ticket.
const longestAnswer = 16 << 20

// ask sends one request and reads the answer into something; other statuses than the one wanted
// are an error that keeps what Zammad said.
func (z zammad) ask(ctx context.Context, method, path string, body any, want int, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	status, answer, err := z.out.Ask(ctx, outgoing.Question{Method: method, Address: z.URL + "/api/v1" + path, Body: text, Most: longestAnswer,
		Header: map[string]string{"Authorization": "Token token=" + z.Token}})
	if err != nil {
		return err
	}
	if status != want && !(want == 201 && status == 200) {
		return &answerError{status, said(answer)}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: the answer is not what the API documents: %w", method, path, err)
	}
	return nil
}

// said is the sentence in an answer that refuses.
func said(answer []byte) string {
	var e struct {
		Error string `json:"error"`
		Human string `json:"error_human"`
	}
	if json.Unmarshal(answer, &e) == nil && e.Human+e.Error != "" {
		if e.Human != "" {
			return e.Human
		}
		return e.Error
	}
	return strings.TrimSpace(string(answer[:min(len(answer), 1000)]))
}

// zammad is ready to ask a system, once it is known who we are there.
func (s *Service) zammad(ctx context.Context, sys System) (zammad, error) {
	z := zammad{out: s.out, System: sys}
	s.mu.Lock()
	z.me = s.me[sys.ID]
	s.mu.Unlock()
	if z.me != 0 {
		return z, nil
	}
	who, err := z.who(ctx)
	if err != nil {
		return z, err
	}
	z.me = who.ID
	s.mu.Lock()
	s.me[sys.ID] = who.ID
	s.mu.Unlock()
	return z, nil
}

// An account is ours in Zammad.
type account struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
}

func (z zammad) who(ctx context.Context) (a account, err error) {
	err = z.ask(ctx, "GET", "/users/me", nil, 200, &a)
	if err == nil && a.ID == 0 {
		err = fmt.Errorf("GET /users/me: the answer names nobody")
	}
	return a, err
}

func (z zammad) create(ctx context.Context, m Message, c content) (t ticket, err error) {
	body := map[string]any{"title": c.Title, "group": c.Place, "customer_id": "guess:" + c.Customer,
		"article": map[string]any{"subject": c.Title, "body": c.Text + "\n\n" + m.mark(), "content_type": "text/plain", "type": "note", "internal": true}}
	if c.State != "" {
		body["state"] = c.State
	}
	if err := z.ask(ctx, "POST", "/tickets", body, 201, &t); err != nil {
		return t, err
	}
	if t.ID == 0 {
		return t, fmt.Errorf("POST /tickets: the answer has no id")
	}
	if t.State == "" {
		t.State = c.State
	}
	return t, nil
}

// find looks for the ticket that an attempt without an answer has made: its title names the case.
func (z zammad) find(ctx context.Context, title string) (t ticket, found bool, err error) {
	var a struct {
		Assets struct{ Ticket map[string]ticket }
	}
	q := url.Values{"query": {"title:\"" + strings.ReplaceAll(title, "\"", " ") + "\""}, "limit": {"20"}}
	if err := z.ask(ctx, "GET", "/tickets/search?"+q.Encode(), nil, 200, &a); err != nil {
		return t, false, err
	}
	for _, one := range a.Assets.Ticket {
		if one.Title == title && one.ID != 0 {
			t, err := z.show(ctx, one.ID)
			return t, err == nil, err
		}
	}
	return t, false, nil
}

func (z zammad) show(ctx context.Context, id int64) (t ticket, err error) {
	err = z.ask(ctx, "GET", "/tickets/"+strconv.FormatInt(id, 10)+"?expand=true", nil, 200, &t)
	return t, err
}

func (z zammad) articles(ctx context.Context, id int64) (out []article, err error) {
	err = z.ask(ctx, "GET", "/ticket_articles/by_ticket/"+strconv.FormatInt(id, 10), nil, 200, &out)
	return out, err
}

// file returns one of an article, with no more than some bytes.
func (z zammad) file(ctx context.Context, ticket int64, article string, n int, most int64) ([]byte, error) {
	path := "/ticket_attachment/" + strconv.FormatInt(ticket, 10) + "/" + article + "/" + strconv.Itoa(n)
	status, answer, err := z.out.Ask(ctx, outgoing.Question{Method: "GET", Address: z.URL + "/api/v1" + path, Most: most,
		Header: map[string]string{"Authorization": "Token token=" + z.Token}})
	if err == nil && status != 200 {
		err = &answerError{status, said(answer)}
	}
	return answer, err
}

func (z zammad) tag(ctx context.Context, id int64, tag string) error {
	return z.ask(ctx, "POST", "/tags/add", map[string]any{"object": "Ticket", "o_id": id, "item": tag}, 201, nil)
}

// setState returns the state that the ticket has then: triggers may have their own mind.
func (z zammad) setState(ctx context.Context, id int64, state string) (string, error) {
	var t ticket
	if err := z.ask(ctx, "PUT", "/tickets/"+strconv.FormatInt(id, 10)+"?expand=true", map[string]any{"state": state}, 200, &t); err != nil {
		return "", err
	}
	if t.State == "" {
		return state, nil
	}
	return t.State, nil
}

// say adds an internal article; where an earlier attempt has added it already it is found.
func (z zammad) say(ctx context.Context, id int64, m Message, text string, files []File) (int64, error) {
	if m.Attempt > 1 {
		all, err := z.articles(ctx, id)
		if err != nil {
			return 0, err
		}
		for _, a := range all {
			if z.ours(a) && strings.Contains(a.Body, m.mark()) {
				return a.ID, nil
			}
		}
	}
	body := map[string]any{"ticket_id": id, "body": text + "\n\n" + m.mark(), "content_type": "text/plain", "type": "note", "internal": true}
	if len(files) > 0 {
		body["attachments"] = files
	}
	var a article
	err := z.ask(ctx, "POST", "/ticket_articles", body, 201, &a)
	return a.ID, err
}

// ours reports whether an article is one that we wrote: by our account and with our mark. Who
// quotes one of them writes from another account; who uses ours by hand leaves no mark.
func (z zammad) ours(a article) bool {
	return a.Author == z.me && strings.Contains(a.Body, "[Allmende ")
}
