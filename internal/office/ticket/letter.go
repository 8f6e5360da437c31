// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/engine/filetype"
)

// A Letter is a mail as it was understood. What of it could not be read is said in Flaw.
type Letter struct {
	Sender  string // address, in small letters
	Name    string // of the sender
	Subject string
	Ident   string   // Message-ID
	Refs    []string // those it answers to, the nearest first
	Text    string
	Files   []string // names of what came along
	Results []string // headers Authentication-Results, the topmost first
	Why     string   // key of why nothing follows from it by itself; empty where something may
	Flaw    string   // key of what could not be read
}

// Bounds of a mail.
const (
	mostMail    = 25 << 20
	mostParts   = 100
	deepestPart = 10
	mostRefs    = 50
	mostIdent   = 250
)

// ReadLetter reads a mail, whatever it is: one that cannot be read is one with a flaw. back is the
// return path.
func ReadLetter(raw []byte, back string) (l Letter) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		l.Flaw, l.Why = "ticket.mail.flaw.form", "ticket.mail.why.flaw"
		l.Text, _ = short(tidy(string(raw[:min(len(raw), 2000)])), 1000)
		return l
	}
	l.Sender, l.Name = sender(m.Header)
	l.Subject, _ = short(oneLine(decoded(m.Header.Get("Subject"))), longestLine)
	l.Ident = first(idents(m.Header.Get("Message-Id")))
	for _, header := range m.Header["Authentication-Results"][:min(len(m.Header["Authentication-Results"]), mostRefs)] {
		l.Results = append(l.Results, header[:min(len(header), 16<<10)])
	}
	l.Refs = idents(m.Header.Get("In-Reply-To"))
	all := idents(m.Header.Get("References"))
	slices.Reverse(all)
	for _, ref := range all {
		if !slices.Contains(l.Refs, ref) {
			l.Refs = append(l.Refs, ref)
		}
	}
	l.Refs = l.Refs[:min(len(l.Refs), mostRefs)]
	b := body{}
	b.part(partHeader(m.Header), m.Body, 0)
	l.Text, l.Flaw, l.Files = b.said(), b.flaw, b.files
	switch {
	case l.Sender == "":
		l.Why = "ticket.mail.why.sender"
	case l.Flaw != "" && l.Text == "":
		l.Why = "ticket.mail.why.flaw"
	default:
		l.Why = automatic(m.Header, back)
	}
	return l
}

// Attachment returns what file n of a mail holds, counted from 0 in the order of Letter.Files;
// whole says that all of it could be read.
func Attachment(raw []byte, n int) (data []byte, whole bool) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, false
	}
	b := body{wanted: n + 1}
	b.part(partHeader(m.Header), m.Body, 0)
	return b.file, b.whole
}

// automatic says why a mail is none that a person wrote to us: RFC 3834 and what programs do
// besides. Such mails are never the beginning of anything.
func automatic(h netmail.Header, back string) string {
	word := func(name string) string { return strings.ToLower(strings.TrimSpace(h.Get(name))) }
	switch auto, _, _ := strings.Cut(word("Auto-Submitted"), ";"); {
	case strings.Trim(back, "<> ") == "":
		return "ticket.mail.why.bounce"
	case auto != "" && strings.TrimSpace(auto) != "no", word("X-Auto-Response-Suppress") != "", word("X-Autoreply") != "", word("X-Autorespond") != "":
		return "ticket.mail.why.auto"
	case slices.Contains([]string{"bulk", "list", "junk"}, word("Precedence")), word("List-Id") != "", word("List-Unsubscribe") != "":
		return "ticket.mail.why.list"
	}
	return ""
}

func sender(h netmail.Header) (address, name string) {
	p := netmail.AddressParser{WordDecoder: &words}
	all, err := p.ParseList(h.Get("From"))
	if err != nil || len(all) != 1 || len(h["From"]) != 1 || len(all[0].Address) > 254 {
		return "", ""
	}
	name, _ = short(oneLine(all[0].Name), longestLine)
	return oneLine(strings.ToLower(all[0].Address)), name
}

var words = mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(in, 64<<10))
	if err != nil {
		return nil, err
	}
	text, _ := inCharset(raw, charset)
	return strings.NewReader(text), nil
}}

func decoded(header string) string {
	if out, err := words.DecodeHeader(header); err == nil {
		return out
	}
	return header
}

func oneLine(text string) string { return strings.Join(strings.Fields(tidy(text)), " ") }

var ident = regexp.MustCompile(`<([^<>\s]+)>`)

func idents(header string) (out []string) {
	for _, m := range ident.FindAllStringSubmatch(header[:min(len(header), 64<<10)], 4*mostRefs) {
		if id := strings.ToValidUTF8(m[1], "?"); len(id) <= mostIdent && !strings.ContainsRune(id, 0) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// A partHeader is the header of a mail or of one of its parts.
type partHeader map[string][]string

func (h partHeader) get(name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// A body gathers what a mail says, part by part.
type body struct {
	plain, html strings.Builder
	files       []string
	flaw        string
	parts       int

	wanted int    // which file is read, from 1; 0 for none
	file   []byte // it
	whole  bool   // and all of it could be read
}

func (b *body) said() string {
	text := tidy(b.plain.String())
	if text == "" {
		text = Plain(b.html.String())
	}
	text, cut := short(text, longestSaid)
	if cut && b.flaw == "" {
		b.flaw = "ticket.mail.flaw.cut"
	}
	return text
}

func (b *body) part(h partHeader, r io.Reader, depth int) {
	if b.parts++; b.parts > mostParts || depth > deepestPart {
		b.flaw = "ticket.mail.flaw.parts"
		return
	}
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil { // RFC 2045, section 5.2: what says nothing is text
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		b.several(multipart.NewReader(r, params["boundary"]), depth)
		return
	}
	_, at, _ := mime.ParseMediaType(h.get("Content-Disposition"))
	name := at["filename"]
	if name == "" {
		name = params["name"]
	}
	if attached := strings.HasPrefix(strings.ToLower(h.get("Content-Disposition")), "attachment"); attached || name != "" || !strings.HasPrefix(kind, "text/") {
		if name, _ = short(filetype.Clean(decoded(name)), longestLine/2); name == "" {
			name = kind
		}
		b.files = append(b.files, oneLine(name)) // as many as there are parts, at most
		if b.wanted == len(b.files) {
			var err error
			b.file, err = io.ReadAll(unpacked(h.get("Content-Transfer-Encoding"), r)) // no more than the mail itself
			b.whole = err == nil
		}
		return
	}
	raw, err := io.ReadAll(io.LimitReader(unpacked(h.get("Content-Transfer-Encoding"), r), longestInput))
	if err != nil {
		b.flaw = "ticket.mail.flaw.broken"
	}
	text, known := inCharset(raw, params["charset"])
	if !known {
		b.flaw = "ticket.mail.flaw.charset"
	}
	into := &b.plain
	if kind == "text/html" {
		into = &b.html
	}
	if into.Len() < longestInput {
		into.WriteString(text + "\n")
	}
}

func (b *body) several(r *multipart.Reader, depth int) {
	for b.parts <= mostParts {
		p, err := r.NextRawPart()
		if err != nil {
			if err != io.EOF {
				b.flaw = "ticket.mail.flaw.broken"
			}
			return
		}
		b.part(partHeader(p.Header), p, depth+1)
	}
}

func unpacked(encoding string, r io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	}
	return r
}

// inCharset reads bytes as text. Of other than the usual charsets the letters that all have in common are kept.
func inCharset(raw []byte, charset string) (text string, known bool) {
	switch strings.ToLower(strings.TrimSpace(charset)) {
	case "", "us-ascii", "ascii", "utf-8", "utf8":
		if utf8.Valid(raw) {
			return string(raw), true
		}
		return latin(raw), strings.TrimSpace(charset) == ""
	case "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252":
		return latin(raw), true
	}
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, string(raw)), false
}

// upper are the characters that windows-1252 has where ISO 8859-1 has controls.
var upper = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func latin(raw []byte) string {
	out := make([]rune, 0, len(raw))
	for _, c := range raw {
		if c >= 0x80 && c < 0xa0 {
			out = append(out, upper[c-0x80])
		} else {
			out = append(out, rune(c))
		}
	}
	return string(out)
}
