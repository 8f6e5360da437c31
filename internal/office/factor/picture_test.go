// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"allmende/internal/engine/totp"

	"github.com/piglig/go-qr"
)

var (
	squares = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)
	box     = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
)

// A camera reads from the picture what the app needs.
func TestThePictureCanBeRead(t *testing.T) {
	for _, account := range []string{"ada", "ada.äöü-mit-einem-langen-namen@fachbereich.musterstadt.example", strings.Repeat("x", 200)} {
		want := totp.URI("Allmende Stadt Musterstadt", account, []byte("12345678901234567890"))
		svg, err := picture(want)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(svg), "style=") {
			t.Error("the picture has an inline style, which the policy blocks")
		}
		got, err := go_qr.Decode(paint(string(svg)))
		if err != nil || got != want {
			t.Errorf("a reader sees %q (%v), want %q", got, err, want)
		}
	}
}

// paint draws the squares of the picture, eight pixels a module.
func paint(svg string) image.Image {
	var side, x, y int
	fmt.Sscan(box.FindStringSubmatch(svg)[1], &side)
	const scale = 8
	m := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for _, s := range squares.FindAllStringSubmatch(svg, -1) {
		fmt.Sscan(s[1], &x)
		fmt.Sscan(s[2], &y)
		for i := range scale * scale {
			m.SetGray(x*scale+i%scale, y*scale+i/scale, color.Gray{})
		}
	}
	return m
}
