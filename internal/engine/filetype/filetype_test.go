// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// packedAs packs parts, pairs of name and content.
func packedAs(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		p, err := w.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		p.Write([]byte(pairs[i+1]))
	}
	w.Close()
	return b.Bytes()
}

// compound is a compound file whose directory has the names, as Office writes it: one sector
// for the table, one for the directory.
func compound(names ...string) []byte {
	out := make([]byte, 3*512)
	copy(out, oleHead)
	binary.LittleEndian.PutUint16(out[30:], 9)
	binary.LittleEndian.PutUint32(out[48:], 1) // the directory
	binary.LittleEndian.PutUint32(out[76:], 0) // the table
	binary.LittleEndian.PutUint32(out[512:], 0xfffffffd)
	binary.LittleEndian.PutUint32(out[516:], 0xfffffffe)
	for i, name := range append([]string{"Root Entry"}, names...) {
		e := out[1024+128*i:]
		units := utf16.Encode([]rune(name))
		for j, u := range units {
			binary.LittleEndian.PutUint16(e[2*j:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66] = 1
	}
	out[1024+66] = 5
	return out
}

const xml = `<?xml version="1.0"?><a/>`

func word(t testing.TB, more ...string) []byte {
	return packedAs(t, append([]string{"[Content_Types].xml", xml, "_rels/.rels", xml, "word/document.xml", xml}, more...)...)
}

func odt(t testing.TB, more ...string) []byte {
	return packedAs(t, append([]string{"mimetype", "application/vnd.oasis.opendocument.text", "content.xml", xml}, more...)...)
}

func TestAFileIsWhatIsInIt(t *testing.T) {
	const open = "application/vnd.openxmlformats-officedocument."
	pdf, docx := []byte("%PDF-1.7\n"), word(t)
	slides := append(compound("PowerPoint Document"), slideMacros...)
	slides = append(slides, 1, 0, 0, 0, 1, 0, 0, 0)
	locked := packedAs(t, "brief.txt", "hallo")
	binary.LittleEndian.PutUint16(locked[6:], 1)
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(locked[at+8:], 1)
	for _, c := range []struct {
		name string
		data []byte
		want Finding
	}{
		{"angebot.pdf", pdf, Finding{Media: "application/pdf"}},
		{"angebot.txt", pdf, Finding{Media: "application/pdf"}},
		{"bild.png", []byte("\x89PNG\r\n\x1a\n...."), Finding{Media: "image/png"}},
		{"notiz.txt", []byte("Grüße\n"), Finding{Media: "text/plain"}},
		{"liste.csv", []byte("a;b\n1;2\n"), Finding{Media: "text/csv"}},
		{"karte.dbf", []byte{3, 0, 1, 2}, Finding{Media: "application/octet-stream"}},
		{"plan.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), Finding{Media: "image/svg+xml"}},
		{"brief.docx", docx, Finding{Media: open + "wordprocessingml.document"}},
		{"brief.odt", odt(t), Finding{Media: "application/vnd.oasis.opendocument.text"}},
		{"brief.doc", compound("WordDocument"), Finding{Media: "application/msword"}},
		{"alles.zip", packedAs(t, "a/angebot.pdf", string(pdf), "b/brief.docx", string(docx)), Finding{Media: "application/zip"}},
		{"buch.epub", packedAs(t, "mimetype", "application/epub+zip", "eins.xhtml", "<html/>"), Finding{Media: "application/epub+zip"}},

		{"rechnung.pdf", []byte("MZ\x90\x00"), Finding{"application/vnd.microsoft.portable-executable", Program, ""}},
		{"rechnung.pdf.exe", pdf, Finding{"application/pdf", Program, ""}},
		{"RECHNUNG.EXE. ", []byte("hallo"), Finding{"text/plain", Program, ""}},
		{"start", []byte("#!/bin/sh\n"), Finding{"text/plain", Script, ""}},
		{"start.vbs", []byte("x = 1"), Finding{"text/plain", Script, ""}},
		{"seite.txt", []byte("  <!DOCTYPE html><p>"), Finding{"text/html", Script, ""}},
		{"plan.svg", []byte(`<svg><SCRIPT>alert(1)</SCRIPT></svg>`), Finding{"image/svg+xml", Script, ""}},
		{"plan.svg", []byte(`<svg><rect onmouseover = "alert(1)"/></svg>`), Finding{"image/svg+xml", Script, ""}},
		{"plan.svg", []byte(`<svg><a x="y"onfocus="alert(1)"/></svg>`), Finding{"image/svg+xml", Script, ""}},
		{"plan.svg", []byte(`<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>`), Finding{"image/svg+xml", Script, ""}},
		{"plan.svg", []byte(`<svg xmlns:s="http://www.w3.org/2000/svg"><s:foreignObject/></svg>`), Finding{"image/svg+xml", Script, ""}},
		{"plan.svg", []byte("<?xml version=\"1.0\"?><!--" + strings.Repeat(" ", 2000) + `--><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), Finding{"image/svg+xml", Script, ""}},
		{"brief.odt", packedAs(t, "mimetype", "application/x-brief", "a.exe", "MZ\x90"), Finding{"application/zip", Program, "a.exe"}},
		{"brief.odt", packedAs(t, "mimetype", "application/xhtml+xml", "eins.txt", "a"), Finding{Media: "application/zip"}},
		{"brief.txt", append([]byte("Guten Tag\n"), packedAs(t, "a.exe", "MZ\x90")...), Finding{"application/zip", Program, "a.exe"}},
		{"bild.png", append([]byte("\x89PNG\r\n\x1a\n...."), packedAs(t, "a.txt", "MZ\x90")...), Finding{"application/zip", Program, "a.txt"}},
		{"bild.png", append([]byte("\x89PNG\r\n\x1a\n...."), packedAs(t, "a.txt", "a")...), Finding{Media: "image/png"}},
		{"brief.docx", append([]byte("x"), word(t, "word/vbaProject.bin", "x")...), Finding{open + "wordprocessingml.document", Macros, "vbaProject.bin"}},
		{"brief.docx", word(t, "word/vbaProject.bin", "x"), Finding{open + "wordprocessingml.document", Macros, "vbaProject.bin"}},
		{"brief.docx", word(t, `word\VBAPROJECT.BIN`, "x"), Finding{open + "wordprocessingml.document", Macros, "VBAPROJECT.BIN"}},
		{"brief.docm", docx, Finding{open + "wordprocessingml.document", Macros, ""}},
		{"tabelle.xlsx", packedAs(t, "[Content_Types].xml", xml, "xl/workbook.xml", xml, "xl/macrosheets/sheet1.xml", xml), Finding{open + "spreadsheetml.sheet", Macros, "sheet1.xml"}},
		{"brief.odt", odt(t, "Basic/script-lc.xml", xml), Finding{"application/vnd.oasis.opendocument.text", Macros, "script-lc.xml"}},
		{"brief.odt", odt(t, "Scripts/python/a.py", "x"), Finding{"application/vnd.oasis.opendocument.text", Macros, "a.py"}},
		{"brief.fodt", []byte(xml + `<ooo:source-code>Sub Main`), Finding{"application/xml", Macros, ""}},
		{"brief.doc", compound("WordDocument", "Macros", "VBA"), Finding{"application/msword", Macros, ""}},
		{"tabelle.xls", compound("Workbook", "_VBA_PROJECT_CUR"), Finding{"application/vnd.ms-excel", Macros, ""}},
		{"folien.ppt", slides, Finding{"application/vnd.ms-powerpoint", Macros, ""}},
		{"brief.docx", compound("EncryptionInfo", "EncryptedPackage"), Finding{"application/x-ole-storage", Locked, ""}},
		{"brief.doc", oleHead, Finding{"application/x-ole-storage", Broken, ""}},
		{"brief.docx", docx[:len(docx)-30], Finding{"application/zip", Broken, ""}},
		{"alles.zip", locked, Finding{"application/zip", Locked, "brief.txt"}},
		{"alles.zip", packedAs(t, "tief/brief.docm", string(word(t, "word/vbaProject.bin", "x"))), Finding{"application/zip", Macros, "brief.docm"}},
		{"alles.zip", packedAs(t, "lies.txt", "MZ\x90"), Finding{"application/zip", Program, "lies.txt"}},
		{"alles.zip", packedAs(t, "setup.exe", "x"), Finding{"application/zip", Program, "setup.exe"}},
		{"werk.zip", packedAs(t, "META-INF/MANIFEST.MF", "x"), Finding{"application/zip", Program, "MANIFEST.MF"}},
		{"brief.docx", word(t, "word/embeddings/oleObject1.bin", string(compound("Macros"))), Finding{open + "wordprocessingml.document", Macros, "oleObject1.bin"}},
		{"alles.7z", []byte("7z\xbc\xaf'\x1c\x00"), Finding{"application/x-7z-compressed", Archive, ""}},
		{"alles.gz", []byte("\x1f\x8b\x08"), Finding{"application/gzip", Archive, ""}},
	} {
		if got := Look(c.name, c.data); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// An archive that unpacks to ten thousand times its size, one with too many parts, and one of
// archives without end are refused without being unpacked.
func TestBombsDoNotGoOff(t *testing.T) {
	big := packedAs(t, "a", strings.Repeat("0", 80<<20))
	if got := Look("a.zip", big); got.Problem != Bomb {
		t.Errorf("%d bytes that unpack to 80 MB: %+v", len(big), got)
	}
	var many []string
	for i := range mostParts + 1 {
		many = append(many, fmt.Sprint(i), "")
	}
	if got := Look("a.zip", packedAs(t, many...)); got.Problem != Bomb {
		t.Errorf("%d parts: %+v", mostParts+1, got)
	}
	deep := packedAs(t, "a.txt", "a")
	for i := range 3 {
		if got := Look("a.zip", deep); got.Problem != "" {
			t.Errorf("%d deep: %+v", i+1, got)
		}
		deep = packedAs(t, "a.zip", string(deep))
	}
	if got := Look("a.zip", deep); got.Problem != Nested || got.Where != "a.zip" {
		t.Errorf("four deep: %+v", got)
	}
	ring := compound("WordDocument")
	binary.LittleEndian.PutUint32(ring[516:], 1) // the directory follows itself
	if got := Look("a.doc", ring); got.Problem != Broken {
		t.Errorf("a ring of sectors: %+v", got)
	}
}

func TestNamesAreCleanedBeforeTheyAreShown(t *testing.T) {
	for _, c := range [][2]string{
		{"Angebot 2026.pdf", "Angebot 2026.pdf"},
		{`C:\Benutzer\ada\Angebot.pdf`, "Angebot.pdf"},
		{"../../etc/passwd", "passwd"},
		{"Angebot\u202efdp.exe", "Angebotfdp.exe"},
		{"An\u200bge\u00adbot\x00\r\n.pdf", "Angebot.pdf"},
		{"a\u2028b\u2066c.pdf", "abc.pdf"},
		{"was<ist>das?.txt", "wasistdas.txt"},
		{"programm.exe. . ", "programm.exe"},
		{"\xff\xfe.pdf", ".pdf"},
		{"...", ""},
		{"", ""},
		{strings.Repeat("ä", 300) + ".pdf", strings.Repeat("ä", longestName-4) + ".pdf"},
	} {
		if got := Clean(c[0]); got != c[1] {
			t.Errorf("%q becomes %q, want %q", c[0], got, c[1])
		}
	}
}

// Whatever comes, something is said, and a name that was cleaned is clean.
func FuzzLook(f *testing.F) {
	f.Add("a.zip", packedAs(f, "a.txt", "a"))
	f.Add("a.docx", word(f, "word/vbaProject.bin", "x"))
	f.Add("a.doc", compound("WordDocument", "Macros"))
	f.Add("a\u202e.svg", []byte("<svg onload=x>"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if got := Look(name, data); got.Media == "" {
			t.Errorf("%q is nothing", name)
		}
		if once := Clean(name); Clean(once) != once {
			t.Errorf("%q becomes %q and then %q", name, once, Clean(once))
		}
	})
}
