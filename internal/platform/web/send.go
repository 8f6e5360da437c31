// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

var packers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }}

// send writes a body, packed where the reader takes it and it pays.
func send(w http.ResponseWriter, r *http.Request, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Add("Vary", "Accept-Encoding")
	if len(body) < 1400 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		w.Write(body)
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	z.Write(body)
	z.Close()
}

// An asset is a file that never changes under its address, which bears its hash.
type asset struct {
	href, kind   string
	body, packed []byte
}

// One request fetches all style: KERN, the fonts' list, and what KERN lacks.
var (
	style  = bundle("allmende.css", "text/css; charset=utf-8", "assets/kern-2.7.2/kern.min.css", "assets/fonts.css", "style/app.css")
	script = bundle("allmende.js", "text/javascript; charset=utf-8", "assets/htmx-4.0.1/htmx.min.js", "style/app.js")
)

var fontURL = regexp.MustCompile(`url\(["']?(?:\./)?([^"')]*\.woff2)["']?\)`)

func bundle(name, kind string, parts ...string) asset {
	var b bytes.Buffer
	for _, p := range parts {
		text, err := files.ReadFile(p)
		if err != nil {
			panic("web: " + err.Error()) // the file is missing from the program itself
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	body := fontURL.ReplaceAllFunc(b.Bytes(), func(m []byte) []byte {
		return []byte("url(/static/font/" + path.Base(string(fontURL.FindSubmatch(m)[1])) + ")")
	})
	sum := sha256.Sum256(body)
	return asset{"/static/" + hex.EncodeToString(sum[:6]) + "/" + name, kind, body, pack(body)}
}

func pack(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(body)
	z.Close()
	return b.Bytes()
}

func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if a.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		w.Write(a.packed)
		return
	}
	w.Write(a.body)
}

// Static adds style, script, fonts and the mark to mux.
func Static(mux *http.ServeMux) error {
	mux.Handle("GET "+style.href, style)
	mux.Handle("GET "+script.href, script)
	for name, kind := range map[string]string{"icon.svg": "image/svg+xml"} {
		body, err := files.ReadFile("style/" + name)
		if err != nil {
			return err
		}
		mux.Handle("GET /static/"+name, asset{kind: kind, body: body})
	}
	fonts, err := fs.Glob(files, "assets/*/files/*.woff2")
	if err != nil {
		return err
	}
	for _, p := range fonts {
		body, err := files.ReadFile(p)
		if err != nil {
			return err
		}
		mux.Handle("GET /static/font/"+path.Base(p), asset{kind: "font/woff2", body: body})
	}
	return nil
}
