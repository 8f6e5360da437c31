// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"bytes"
	"strings"
)

// The tags, in two parts so that this file has none that is not its own.
var (
	licenceTag   = []byte("SPDX-License-" + "Identifier:")
	copyrightTag = []byte("SPDX-FileCopyright" + "Text:")
	snippetTag   = []byte("SPDX-Snippet" + "Begin")
)

const mostCopyrights = 20

// tags reads the SPDX tags of a header, and who holds the copyright.
func (f *File) tags(head []byte) {
	for line, rest := 1, head; len(rest) > 0; line++ {
		var one []byte
		one, rest, _ = bytes.Cut(rest, []byte("\n"))
		if bytes.Contains(one, snippetTag) {
			return // what follows is about a part of the file
		}
		if _, after, ok := bytes.Cut(one, licenceTag); ok {
			if text := bare(after); text != "" {
				f.add(said(Tag, text, line))
			}
		}
		if _, after, ok := bytes.Cut(one, copyrightTag); ok {
			f.holder(bare(after))
		} else if i := copyrightAt(one); i >= 0 {
			f.holder(bare(one[i:]))
		}
	}
}

func (f *File) holder(text string) {
	if text != "" && len(f.Copyright) < mostCopyrights {
		f.Copyright = append(f.Copyright, text)
	}
}

// copyrightAt is where a customary notice begins: "Copyright (c) 2020", "© 2020", "Copyright 2020".
func copyrightAt(line []byte) int {
	for _, start := range [][]byte{[]byte("Copyright "), []byte("copyright "), []byte("COPYRIGHT "), []byte("©")} {
		i := bytes.Index(line, start)
		if i < 0 {
			continue
		}
		rest := bytes.TrimLeft(line[i+len(start):], " (cC)©")
		if len(rest) > 4 && (rest[0] == '1' || rest[0] == '2') && rest[1] >= '0' && rest[1] <= '9' {
			return i
		}
	}
	return -1
}

// bare takes the ends of comments off.
func bare(text []byte) string {
	s := strings.TrimSpace(string(text[:min(len(text), mostLine)]))
	for _, end := range []string{"*/", "-->", "*)", "--%>", "#}", `"""`, "%>", "}}"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, end))
	}
	return strings.ToValidUTF8(strings.Trim(s, `"' `), "")
}

var licen, eupl = []byte("icen"), []byte("EUPL")

// speaks reports whether a header may speak of a licence at all.
func speaks(head []byte) bool {
	return bytes.Contains(head, licen) || bytes.Contains(head, []byte("ICEN")) || bytes.Contains(head, eupl)
}

// notices recognises customary headers, and addresses of licences, within the comment that a
// file begins with.
func (f *File) notices(head []byte) {
	head = head[:min(len(head), 4<<10)]
	for _, m := range scanner().Scan(head).Match {
		if id := present(m.ID); id != "" {
			f.add(Finding{Kind: Notice, Licence: id, Certain: true, Line: 1 + bytes.Count(head[:m.Start], []byte("\n"))})
		}
	}
}
