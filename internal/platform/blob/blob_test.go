// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package blob

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestKeepAndGetBack(t *testing.T) {
	f := Folder(t.TempDir())
	want := bytes.Repeat([]byte("Stückliste "), 1000)
	sum, err := f.Put(want)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.Put(want); err != nil || again != sum {
		t.Errorf("the same content again: %s, %v; want %s", again, err, sum)
	}
	got, err := f.Get(sum)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(want))
	}
	if err := f.Delete(sum); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after deleting: %v, want %v", err, fs.ErrNotExist)
	}
}

func TestChangedContentIsNoticed(t *testing.T) {
	f := Folder(t.TempDir())
	a, _ := f.Put([]byte("one"))
	b, _ := f.Put([]byte("two"))
	other, err := os.ReadFile(f.path(b))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path(a), other, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(a); err == nil || !strings.Contains(err.Error(), "does not have the content") {
		t.Errorf("a swapped document was handed out: %v", err)
	}
}

func TestReadStopsAtTheLimit(t *testing.T) {
	if _, err := Read(strings.NewReader("12345"), 4); !errors.Is(err, ErrTooLarge) {
		t.Errorf("5 bytes at a limit of 4: %v", err)
	}
	if b, err := Read(strings.NewReader("1234"), 4); err != nil || len(b) != 4 {
		t.Errorf("4 bytes at a limit of 4: %q, %v", b, err)
	}
}

func TestOnlySumsArePlaces(t *testing.T) {
	dir := t.TempDir()
	f := Folder(dir + "/blobs")
	odd := "../" + strings.Repeat("x", 61)
	for _, sum := range []string{odd, "", "ab", strings.Repeat("/", 64), strings.Repeat("z", 64)} {
		if _, err := f.Get(sum); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v, want %v", sum, err, fs.ErrNotExist)
		}
		if err := f.Delete(sum); err != nil {
			t.Errorf("deleting %q: %v", sum, err)
		}
	}
}

// A power cut can leave the name of a file without its content.
func TestAnEmptyFileIsWrittenAgain(t *testing.T) {
	f := Folder(t.TempDir())
	sum, err := f.Put([]byte("content"))
	if err == nil {
		err = os.Truncate(f.path(sum), 0)
	}
	if err == nil {
		_, err = f.Put([]byte("content"))
	}
	if got, gerr := f.Get(sum); err != nil || gerr != nil || string(got) != "content" {
		t.Errorf("%q, %v, %v", got, err, gerr)
	}
}
