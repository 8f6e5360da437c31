// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import "strings"

const upperHex = "0123456789ABCDEF"

// safe tells the bytes that stand for themselves in every part of a package URL.
var safe = func() (t [256]bool) {
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:" {
		t[c] = true
	}
	return t
}()

// encode writes everything but the safe bytes as %XX.
func encode(s string) string {
	for i := 0; i < len(s); i++ {
		if !safe[s[i]] {
			return encodeFrom(s, i, false)
		}
	}
	return s
}

// encodePath is encode for slash-separated segments.
func encodePath(s string) string {
	for i := 0; i < len(s); i++ {
		if !safe[s[i]] && s[i] != '/' {
			return encodeFrom(s, i, true)
		}
	}
	return s
}

func encodeFrom(s string, i int, slash bool) string {
	b := make([]byte, i, len(s)+12)
	copy(b, s)
	for ; i < len(s); i++ {
		c := s[i]
		if safe[c] || slash && c == '/' {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

// decode undoes %XX; a lone % stays as it is.
func decode(s string) string {
	i := strings.IndexByte(s, '%')
	if i < 0 {
		return s
	}
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		if v, ok := unhex(s, i); ok {
			b = append(b, v)
			i += 2
		} else {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// unhex gives the byte that the escape at s[i:] stands for.
func unhex(s string, i int) (byte, bool) {
	if i+2 >= len(s) || s[i] != '%' {
		return 0, false
	}
	hi, lo := digit(s[i+1]), digit(s[i+2])
	return hi<<4 | lo, hi < 16 && lo < 16
}

// digit gives the value of a hexadecimal digit, 16 for anything else.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 16
}
