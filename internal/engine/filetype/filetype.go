// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package filetype says what a file is by what is in it, whatever its name or its sender
// claims, and whether an office should take it from a stranger: programs and scripts, office
// documents with macros, and archives that nobody can look into are told by name. It reads
// within bounds: an archive is believed what it declares, never unpacked without end.
package filetype

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problems that a file can have. Each is a word of the sentence that refuses it.
const (
	Program = "program" // runs by itself
	Script  = "script"  // runs where an interpreter is, as in a browser
	Macros  = "macros"  // an office document that brings code along
	Locked  = "locked"  // encrypted: nobody can look into it
	Archive = "archive" // packed in a way that this package does not open
	Bomb    = "bomb"    // unpacks to far more than it is, or has too many parts
	Nested  = "nested"  // archives in archives, too deep
	Broken  = "broken"  // pretends to be an archive or an office document
)

// A Finding is what a file is.
type Finding struct {
	Media   string // media type by content: "application/pdf"
	Problem string // empty for none
	Where   string // part of an archive that has the problem; empty for the file itself
}

// programs and scripts are names that a system runs when somebody opens them.
var (
	programs = strings.Fields("exe com dll scr pif cpl msi msp msix appx sys ocx lnk jar apk ipa app deb rpm appimage bin run dmg pkg xpi crx chm scf url xll wll ppam xlam dotm docm xlsm xltm pptm potm ppsm sldm")
	scripts  = strings.Fields("bat cmd ps1 psm1 psd1 vbs vbe js jse mjs wsf wsh wsc sct hta sh bash zsh csh ksh py pyw pl rb php phtml jsp asp aspx reg inf html htm xhtml shtml mht mhtml svgz iqy slk settingcontent-ms")
	macroed  = strings.Fields("ppam xlam dotm docm xlsm xltm pptm potm ppsm sldm")
)

// magic are beginnings that say what a file is, the longer first.
var magic = []struct{ begin, media, problem string }{
	{"%PDF-", "application/pdf", ""},
	{"\x89PNG\r\n\x1a\n", "image/png", ""},
	{"\xff\xd8\xff", "image/jpeg", ""},
	{"GIF87a", "image/gif", ""},
	{"GIF89a", "image/gif", ""},
	{"II*\x00", "image/tiff", ""},
	{"MM\x00*", "image/tiff", ""},
	{"{\\rtf", "application/rtf", ""},
	{"MZ", "application/vnd.microsoft.portable-executable", Program},
	{"\x7fELF", "application/x-elf", Program},
	{"\xca\xfe\xba\xbe", "application/java-vm", Program},
	{"\xfe\xed\xfa", "application/x-mach-binary", Program},
	{"\xcf\xfa\xed\xfe", "application/x-mach-binary", Program},
	{"\xce\xfa\xed\xfe", "application/x-mach-binary", Program},
	{"\x00asm", "application/wasm", Program},
	{"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut", Program},
	{"#!", "text/plain", Script},
	{"<?php", "text/plain", Script},
	{"7z\xbc\xaf'\x1c", "application/x-7z-compressed", Archive},
	{"Rar!\x1a\x07", "application/vnd.rar", Archive},
	{"\x1f\x8b", "application/gzip", Archive},
	{"BZh", "application/x-bzip2", Archive},
	{"\xfd7zXZ\x00", "application/x-xz", Archive},
	{"\x28\xb5\x2f\xfd", "application/zstd", Archive},
	{"MSCF", "application/vnd.ms-cab-compressed", Archive},
}

// Look says what a file is. It keeps nothing and runs nothing.
func Look(name string, data []byte) Finding {
	l := looker{budget: mostRead}
	return l.look(Clean(name), data, 0)
}

// A looker reads one file with all that is packed in it, within one budget.
type looker struct{ budget int64 }

func (l *looker) look(name string, data []byte, depth int) Finding {
	f := l.content(name, data, depth)
	if f.Problem == "" {
		f.Problem = named(name, depth)
	}
	return f
}

// named is what a name alone says. Pages of the web are refused as files of their own, and
// left alone as parts of a book.
func named(name string, depth int) string {
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	switch {
	case slices.Contains(macroed, ext):
		return Macros
	case slices.Contains(programs, ext):
		return Program
	case depth > 0 && strings.Contains(ext, "htm"):
		return ""
	case slices.Contains(scripts, ext):
		return Script
	}
	return ""
}

// content says what a file is by how it begins, and by how it ends: a zip is opened as one whatever
// stands before it.
func (l *looker) content(name string, data []byte, depth int) Finding {
	f := l.beginning(name, data, depth)
	if f.Problem != "" || bytes.HasPrefix(data, []byte("PK")) || !ends(data) {
		return f
	}
	within := l.zip(data, depth)
	if within.Problem == "" && f.Media != "application/octet-stream" && f.Media != "text/plain" {
		within.Media = f.Media
	}
	return within
}

func (l *looker) beginning(name string, data []byte, depth int) Finding {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return l.zip(data, depth)
	case bytes.HasPrefix(data, oleHead):
		return ole(data)
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return Finding{Media: "image/webp"}
	case len(data) > 262 && string(data[257:262]) == "ustar":
		return Finding{Media: "application/x-tar", Problem: Archive}
	}
	for _, m := range magic {
		if strings.HasPrefix(string(data[:min(len(data), 16)]), m.begin) {
			return Finding{Media: m.media, Problem: m.problem}
		}
	}
	if !legible(data) {
		return Finding{Media: "application/octet-stream"}
	}
	return words(name, data, depth)
}

// words is what a text is.
func words(name string, data []byte, depth int) Finding {
	head := strings.ToLower(string(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 1024)], []byte("\xef\xbb\xbf")))))
	low := func(all ...string) bool { return containsFold(data, all...) }
	switch {
	case low("<ooo:source-code", "editdata.mso", "activemime", "qwn0axzltwlt"):
		return Finding{Media: "application/xml", Problem: Macros} // flat OpenDocument, Word 2003 XML; the last is "ActiveMim" in base64
	case strings.Contains(head, "<svg"), strings.HasPrefix(head, "<") && !strings.Contains(head, "<html") && low("http://www.w3.org/2000/svg"):
		f := Finding{Media: "image/svg+xml"}
		if low("javascript:", "<!entity") || acts.Match(data) {
			f.Problem = Script
		}
		return f
	case depth == 0 && (strings.HasPrefix(head, "<!doctype html") || strings.Contains(head, "<html") || strings.Contains(head, "<script")):
		return Finding{Media: "text/html", Problem: Script}
	case strings.HasPrefix(head, "<?xml"):
		return Finding{Media: "application/xml"}
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return Finding{Media: "text/csv"}
	case ".json":
		return Finding{Media: "application/json"}
	}
	return Finding{Media: "text/plain"}
}

// acts finds what lets a picture do something: elements, under whatever prefix, and attributes that
// answer to events.
var acts = regexp.MustCompile(`(?i)<([^\s<>/:]+:)?(script|foreignobject)|[\s"'/]on[a-z]+\s*=`)

func containsFold(data []byte, all ...string) bool {
	low := bytes.ToLower(data)
	return slices.ContainsFunc(all, func(s string) bool { return bytes.Contains(low, []byte(s)) })
}

// legible reports whether a content is text: no zero and no control character but blanks.
func legible(data []byte) bool {
	for _, b := range data {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			return false
		}
	}
	return true
}

// longestName bounds a name, in characters.
const longestName = 150

// Clean is a name as it may be shown and stored: without folders, without control
// characters and those that turn or hide what follows (Unicode category Cf: with one of them
// "fdp.exe" reads "exe.pdf"), and not without end. It is empty where nothing is left.
func Clean(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.ToValidUTF8(name, "")
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp), strings.ContainsRune(`<>:"|?*`, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if strings.Trim(name, ". ") == "" {
		return ""
	}
	name = strings.TrimRight(name, ". ")
	if n := utf8.RuneCountInString(name); n > longestName {
		ext := path.Ext(name)
		if utf8.RuneCountInString(ext) > 12 {
			ext = ""
		}
		all := []rune(strings.TrimSuffix(name, ext))
		name = string(all[:longestName-utf8.RuneCountInString(ext)]) + ext
	}
	return name
}
