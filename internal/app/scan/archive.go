// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"strings"
)

// roomy is how large an archive may become whatever its ratio.
const roomy = 1 << 20

// archive reads a zip or a tar in order, without unpacking it onto the disk.
func archive(ctx context.Context, where string, l Limits, put func(piece) error) error {
	f, err := os.Open(where)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	head, _ := bufio.NewReaderSize(f, 512).Peek(512)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w := &watch{size: st.Size(), l: l, put: put, ctx: ctx}
	switch {
	case len(head) > 4 && string(head[:4]) == "PK\x03\x04":
		return w.zip(f)
	case len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b:
		z, err := gzip.NewReader(f)
		if err != nil {
			return refuse("%s: %v", "%s: %v", path.Base(where), err)
		}
		return w.tar(z)
	case strings.HasPrefix(string(head), "BZh"):
		return w.tar(bzip2.NewReader(f))
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return w.tar(f)
	}
	if how := packed(head); how != "" {
		return refuse("%s is packed with %s, which cannot be read here; unpack it and name its folder", "%s ist mit %s gepackt, was hier nicht gelesen werden kann; packen Sie es aus und nennen Sie den Ordner", path.Base(where), how)
	}
	return refuse("%s is neither a folder nor an archive (zip, tar, tar.gz, tar.bz2)", "%s ist weder ein Ordner noch ein Archiv (zip, tar, tar.gz, tar.bz2)", path.Base(where))
}

// packed names how something is packed that is an archive, or may hold one.
func packed(head []byte) string {
	for magic, how := range map[string]string{"PK\x03\x04": "zip", "\x1f\x8b": "gzip", "BZh": "bzip2", "\xfd7zXZ\x00": "xz", "\x28\xb5\x2f\xfd": "zstd", "7z\xbc\xaf\x27\x1c": "7-Zip", "Rar!": "RAR"} {
		if strings.HasPrefix(string(head), magic) {
			return how
		}
	}
	return ""
}

// A watch counts what comes out of an archive.
type watch struct {
	size, out int64 // bytes packed, and unpacked so far
	l         Limits
	put       func(piece) error
	ctx       context.Context
	buf       []byte
}

// Read errors of what an archive holds are of the archive: it is refused as a whole.
func (w *watch) grown(n int64) error {
	w.out += n
	switch {
	case w.out > roomy && w.out/max(1, w.size) > w.l.Ratio:
		return refuse("the archive becomes more than %d times as large: it is made to do harm", "das Archiv wird mehr als %d-mal so groß: Es ist gebaut, um zu schaden", w.l.Ratio)
	case w.out > w.l.Bytes:
		return errCut{because("more than %d bytes", "mehr als %d Bytes", w.l.Bytes)}
	}
	return w.ctx.Err()
}

func (w *watch) zip(f *os.File) error {
	z, err := zip.NewReader(f, w.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return refuse("the archive cannot be unpacked: %v", "das Archiv lässt sich nicht auspacken: %v", err)
	}
	for _, e := range z.File {
		if strings.HasSuffix(e.Name, "/") {
			continue
		}
		in, err := e.Open()
		if err != nil {
			if err := w.put(piece{path: clean(e.Name), note: "unreadable"}); err != nil {
				return err
			}
			continue
		}
		err = w.entry(e.Name, int64(min(e.UncompressedSize64, 1<<62)), e.Mode().IsRegular(), in)
		in.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *watch) tar(in io.Reader) error {
	t := tar.NewReader(&counted{in: in, w: w})
	for {
		e, err := t.Next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, tar.ErrInsecurePath):
		case err != nil:
			return w.broken(err)
		}
		if e.Typeflag == tar.TypeDir || e.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if err := w.entry(e.Name, e.Size, e.Typeflag == tar.TypeReg, t); err != nil {
			return err
		}
	}
}

// broken is an archive that ends or turns senseless within; its own limits come first.
func (w *watch) broken(err error) error {
	if _, cut := errors.AsType[errCut](err); cut || errors.Is(err, ErrRefused) || w.ctx.Err() != nil {
		return err
	}
	return refuse("the archive is broken: %v", "das Archiv ist beschädigt: %v", err)
}

// counted bounds what a tar is unpacked into, headers included.
type counted struct {
	in io.Reader
	w  *watch
}

// Read counts.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	if bad := c.w.grown(int64(n)); bad != nil {
		return n, bad
	}
	return n, err
}

func (w *watch) entry(name string, size int64, regular bool, in io.Reader) error {
	p := piece{path: clean(name), size: size}
	switch {
	case !regular:
		p.note = "link"
	case deep(p.path, w.l):
		p.note = "deep"
	}
	if p.note != "" {
		return w.put(p)
	}
	if _, of := in.(*tar.Reader); !of {
		in = &counted{in: in, w: w}
	}
	data, sum, err := take(in, p.path, size, w.l.File, &w.buf)
	if err != nil {
		return w.broken(err)
	}
	p.data, p.sum = append([]byte(nil), data...), sum
	return w.put(p)
}

// clean is the path of an entry, which leads nowhere else: nothing is written there.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ToValidUTF8(strings.ReplaceAll(name, "\\", "/"), "_")), "/")
}
