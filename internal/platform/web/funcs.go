// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"time"

	"allmende/internal/platform/lang"
)

// funcs is what templates can say, in one language:
//
//	{{t "estate.title"}}       a text                 {{tn "estate.count" .N}}  a counted text
//	{{num .N}} {{dec .F 1}}    figures                {{date .At}} {{datetime .At}}  absolute times
//	{{day .Day}} {{days .Source}}  days that are kept as YYYY-MM-DD, alone or in a sentence
//	{{edition .Version}}       the number of an edition of rules, a house's own by its day
//	{{when .At}}               a date with how long ago, marked up as time
//	{{badge (level .Level) (word "web.level" .Level)}}  severities as verdicts, {{score .Score}} beside them
//	{{linked .Text}}           somebody's words, addresses in them as links
//	{{word "estate.role" .V}}  the text of "estate.role." + .V, for values of a fixed list
func (s *Site) funcs(tongue string) template.FuncMap {
	c := s.Texts
	return template.FuncMap{
		"t":        func(key string, args ...any) string { return c.T(tongue, key, spread(args)...) },
		"tn":       func(key string, n int, args ...any) string { return c.N(tongue, key, n, args...) },
		"word":     func(key string, v any) string { return c.T(tongue, key+"."+text(v)) },
		"num":      func(n any) string { return lang.Show(tongue, n) },
		"dec":      func(f float64, places int) string { return lang.Dec(tongue, f, places) },
		"day":      func(text string) string { return day(tongue, text) },
		"days":     func(text string) string { return lang.Days(tongue, text) },
		"edition":  func(n int) string { return lang.Edition(tongue, n) },
		"date":     func(t time.Time) string { return lang.Date(tongue, t) },
		"datetime": func(t time.Time) string { return lang.DateTime(tongue, t) },
		"when":     func(t time.Time) template.HTML { return when(c, tongue, t, time.Now()) },
		"badge":    func(kind, word string) Badge { return Badge{kind, word} },
		"level":    level,
		"score":    func(f float64) string { return score(tongue, f) },
		"join":     strings.Join,
		"path":     url.PathEscape,
		"query":    query,
		"linked":   linked,
	}
}

// day writes a day that is kept as YYYY-MM-DD; what is none stays as it is.
func day(tongue, text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return lang.Date(tongue, t)
}

// query escapes a text for the query of an address. Its type tells html/template that this
// is done, which would otherwise escape it once more.
func query(s string) template.URL { return template.URL(url.QueryEscape(s)) }

// address is an address of the web within a text. What closes a sentence or a bracket is not
// part of it.
var address = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]+[^\s<>"'` + "`" + `.,;:!?)\]}]`)

// linked shows what somebody wrote, with its addresses of the web as links that tell nobody
// where they were found. Nothing else in it is markup.
func linked(s string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range address.FindAllStringIndex(s, -1) {
		one := template.HTMLEscapeString(s[m[0]:m[1]])
		b.WriteString(template.HTMLEscapeString(s[at:m[0]]) + `<a class="kern-link wrap" rel="noopener noreferrer nofollow" href="` + one + `">` + one + `</a>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(s[at:]))
	return template.HTML(b.String())
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case interface{ String() string }:
		return v.String()
	}
	return lang.Show("en", v)
}

// A Badge is a word with a symbol and a colour: ok, review, no, unknown or none.
type Badge struct{ Kind, Word string }

var (
	badgeIcons   = map[string]string{"ok": "success", "review": "warning", "no": "danger", "unknown": "question-mark", "none": "info"}
	badgeClasses = map[string]string{"ok": "kern-badge--success", "review": "kern-badge--warning", "no": "kern-badge--danger", "unknown": "unknown", "none": "kern-badge--info"}
)

// Icon names KERN's symbol for the badge.
func (b Badge) Icon() string { return badgeIcons[b.Kind] }

// Class names KERN's colour for the badge.
func (b Badge) Class() string { return badgeClasses[b.Kind] }

// level gives the verdict that goes with a severity.
func level(severity string) string {
	switch severity {
	case "critical", "high":
		return "no"
	case "medium", "low":
		return "review"
	case "none":
		return "ok"
	}
	return "unknown"
}

// score writes a CVSS score behind its word; an unknown one is left out.
func score(tongue string, f float64) string {
	if f == 0 {
		return ""
	}
	return " " + lang.Dec(tongue, f, 1)
}

func when(c lang.Catalogue, tongue string, t, now time.Time) template.HTML {
	if t.IsZero() {
		return template.HTML(template.HTMLEscapeString(c.T(tongue, "web.unknown")))
	}
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` +
		template.HTMLEscapeString(lang.Date(tongue, t)) + `</time> <span class="ago">(` + template.HTMLEscapeString(ago(c, tongue, t, now)) + `)</span>`)
}

// ago says how far t is from now, in whole days once it is more than one.
func ago(c lang.Catalogue, tongue string, t, now time.Time) string {
	day := 24 * time.Hour
	days := int(now.Truncate(day).Sub(t.Truncate(day)) / day)
	switch {
	case days == 0:
		return c.T(tongue, "web.today")
	case days < 0:
		return c.N(tongue, "web.ahead", -days)
	case days > 730:
		return c.N(tongue, "web.years_ago", days/365)
	}
	return c.N(tongue, "web.days_ago", days)
}

// spread lets a template hand on a list as the arguments of a text.
func spread(args []any) []any {
	if len(args) == 1 {
		if list, ok := args[0].([]any); ok {
			return list
		}
	}
	return args
}

// Local returns a path on this server, or "/" for everything else: nobody is to be sent
// elsewhere by a link that begins here.
func Local(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" ||
		!strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\x00\r\n\t") {
		return "/"
	}
	return back
}
