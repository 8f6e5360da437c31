// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package filetype

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// oleHead begins a compound file ([MS-CFB], section 2.2): Office before 2007, and encrypted
// documents of later ones.
var oleHead = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// installer is the class of a Windows Installer package, {000C1084-0000-0000-C000-000000000046}.
var installer = []byte("\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")

// slideMacros is the head of the record of [MS-PPT], section 2.4.10, that says whether a
// presentation has macros: they do not stand in a storage of their own there.
var slideMacros = []byte("\x02\x00\x00\x04\x0c\x00\x00\x00")

// ole looks at the names of the storages and streams of a compound file.
func ole(data []byte) Finding {
	f := Finding{Media: "application/x-ole-storage"}
	names, class, ok := oleNames(data)
	if !ok {
		f.Problem = Broken
		return f
	}
	for stream, media := range map[string]string{"WordDocument": "application/msword", "Workbook": "application/vnd.ms-excel", "Book": "application/vnd.ms-excel",
		"PowerPoint Document": "application/vnd.ms-powerpoint"} {
		if names[stream] {
			f.Media = media
		}
	}
	switch {
	case names["EncryptedPackage"]:
		f.Problem = Locked
	case names["VBA"] || names["_VBA_PROJECT"] || names["_VBA_PROJECT_CUR"] || names["Macros"] || hasSlideMacros(data):
		f.Problem = Macros
	case bytes.Equal(class, installer):
		f.Problem = Program
	}
	return f
}

func hasSlideMacros(data []byte) bool {
	for {
		at := bytes.Index(data, slideMacros)
		if at < 0 || at+16 > len(data) {
			return false
		}
		if binary.LittleEndian.Uint32(data[at+12:]) == 1 {
			return true
		}
		data = data[at+8:]
	}
}

// oleNames follows the sectors of the directory. ok is false where they lead nowhere or in
// a ring.
func oleNames(data []byte) (names map[string]bool, class []byte, ok bool) {
	if len(data) < 512 {
		return nil, nil, false
	}
	shift := binary.LittleEndian.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, nil, false
	}
	size := 1 << shift
	sector := func(n uint32) []byte {
		from := (int64(n) + 1) * int64(size)
		if from+int64(size) > int64(len(data)) {
			return nil
		}
		return data[from : from+int64(size)]
	}
	names = map[string]bool{}
	next := binary.LittleEndian.Uint32(data[48:])
	for seen := 0; next < 0xfffffffa; seen++ {
		s := sector(next)
		if s == nil || seen > len(data)/size {
			return nil, nil, false
		}
		for at := 0; at < size; at += 128 {
			entry := s[at : at+128]
			if entry[66] == 5 { // the root
				class = entry[80:96]
			}
			if name := oleName(entry); name != "" {
				names[name] = true
			}
		}
		fat := sector(fatSector(data, next, size))
		if fat == nil {
			return nil, nil, false
		}
		next = binary.LittleEndian.Uint32(fat[int(next)%(size/4)*4:])
	}
	return names, class, len(names) > 0
}

// fatSector is the sector of the table in which the follower of a sector stands. The first
// 109 are listed in the head; a directory further back than those reach (7 MB) counts as
// broken.
func fatSector(data []byte, n uint32, size int) uint32 {
	i := int(n) / (size / 4)
	if i >= 109 {
		return 0xffffffff
	}
	return binary.LittleEndian.Uint32(data[76+4*i:])
}

func oleName(entry []byte) string {
	n := int(binary.LittleEndian.Uint16(entry[64:]))
	if entry[66] == 0 || n < 2 || n > 64 || n%2 != 0 {
		return ""
	}
	units := make([]uint16, n/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return string(utf16.Decode(units))
}
