// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"crypto/rand"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// Viewer says who asks: the person of the session cookie or the program of the bearer
// token, with language, theme, door and the request's id. Nobody known may nothing.
func (s *Service) Viewer(r *http.Request) door.Viewer {
	v := s.known(r)
	v.Door = "web"
	if within(r.URL.Path, "/api/v1") || within(r.URL.Path, "/scim/v2") {
		v.Door = "api"
	}
	v.Lang, v.Theme, v.Request = tongue(r, v.Door), theme(r), requestID(r)
	return v
}

func (s *Service) known(r *http.Request) door.Viewer {
	if within(r.URL.Path, "/static") {
		return door.Viewer{} // style and fonts are everybody's; no need to ask who comes
	}
	if bearer := r.Header.Get("Authorization"); bearer != "" {
		kind, token, _ := strings.Cut(bearer, " ")
		if !strings.EqualFold(kind, "Bearer") {
			return door.Viewer{}
		}
		return s.bearer(r.Context(), strings.TrimSpace(token))
	}
	if cookie := sessionCookie(r); cookie != "" {
		return s.visitor(r.Context(), cookie)
	}
	return door.Viewer{}
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID takes the id that a proxy gave, or makes one.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); saneID.MatchString(id) {
		return id
	}
	return rand.Text()
}

// tongue is the language of the cookie, else the one that the browser prefers. Without a
// wish people read German, programs English.
func tongue(r *http.Request, through string) string {
	if c, err := r.Cookie("allmende_lang"); err == nil && (c.Value == "de" || c.Value == "en") {
		return c.Value
	}
	if wish := preferred(r.Header.Get("Accept-Language")); wish != "" {
		return wish
	}
	if through == "api" {
		return "en"
	}
	return "de"
}

// preferred returns which of German and English an Accept-Language header (RFC 9110,
// section 12.5.4) puts first, or nothing where it names neither.
func preferred(header string) (best string) {
	most := 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		name, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(name)), "-")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(weight), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		if (name == "de" || name == "en") && q > most {
			best, most = name, q
		}
	}
	return best
}

func theme(r *http.Request) string {
	if c, err := r.Cookie("allmende_theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// The session's cookie has no name of its own.
const session = ""

func sessionCookie(r *http.Request) string { return web.Cookie(r, session) }

// setSession gives the browser a session; the empty secret takes it away.
func (s *Service) setSession(w http.ResponseWriter, r *http.Request, value string) {
	web.SetCookie(w, r, session, value, s.store.absolute)
}

// origin says where a request comes from.
func (s *Service) origin(r *http.Request) Origin {
	o := Origin{Agent: r.UserAgent(), Address: r.RemoteAddr}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		o.Address = host
	}
	if all := r.Header.Values("X-Forwarded-For"); s.TrustProxy && len(all) > 0 {
		last := all[len(all)-1]
		o.Address = strings.TrimSpace(last[strings.LastIndex(last, ",")+1:])
	}
	o.Agent = strings.ToValidUTF8(o.Agent[:min(len(o.Agent), longestName)], "")
	o.Address = strings.ToValidUTF8(o.Address[:min(len(o.Address), 64)], "")
	return o
}

func local(back string) string { return web.Local(back) }

// Address is whom a request counts for while nobody is signed in: an address, of IPv6 the
// half that a provider hands out.
func (s *Service) Address(r *http.Request) string { return network(s.origin(r).Address) }

// prefs keeps language and theme in cookies for a year.
func (s *Service) prefs(w http.ResponseWriter, r *http.Request) (string, error) {
	for name, allowed := range map[string][]string{"lang": {"de", "en"}, "theme": {"light", "dark"}} {
		for _, v := range allowed {
			if r.FormValue(name) == v {
				http.SetCookie(w, &http.Cookie{Name: "allmende_" + name, Value: v, Path: "/", HttpOnly: true, Secure: web.Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 60 * 60})
			}
		}
	}
	return local(r.FormValue("back")), nil
}

func (s *Service) actFor(r *http.Request) (string, error) {
	return local(r.FormValue("back")), s.ActFor(r.Context(), sessionCookie(r), ospo.OrgID(r.FormValue("org")))
}

const choicesAtMost = 50

// Orgs lists whom the viewer's person can act for, for the switch beside the navigation:
// nothing where there is one only, or more than a list of that kind can hold.
func (s *Service) Orgs(r *http.Request, v door.Viewer) ([]web.Choice, error) {
	tree, err := s.around(r.Context(), v.Person, choicesAtMost)
	return choices(tree, v.Org), err
}

const indent = "\u00a0"

// choices lists a tree in its order; what lies below is indented.
func choices(nodes []Node, chosen ospo.OrgID) []web.Choice {
	var out []web.Choice
	for _, n := range nodes {
		label := strings.Repeat(indent+indent, n.Level) + n.Name
		out = append(out, web.Choice{Value: string(n.ID), Label: label, Depth: n.Level, Chosen: n.ID == chosen})
		out = append(out, choices(n.Children, chosen)...)
	}
	return out
}
