// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

// A slim picture has its size and its frequent colours, and nothing but 32 of them.
func TestSlimPictures(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i := range 300 * 200 {
		img.Set(i%300, i/300, color.RGBA{200, 0, 0, 255})
	}
	dice := rand.New(rand.NewPCG(1, 2)) // what repeats itself is small as it is
	for i := range 300 * 60 {
		img.Set(i%300, 199-i/300, color.RGBA{uint8(dice.IntN(256)), uint8(dice.IntN(256)), 0, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	out, err := png.Decode(bytes.NewReader(slim(b.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	few, ok := out.(*image.Paletted)
	if r, g, _, _ := out.At(3, 3).RGBA(); !ok || len(few.Palette) > 32 || out.Bounds() != img.Bounds() || r>>8 != 200 || g != 0 {
		t.Errorf("%T of %v, red %x in it", out, out.Bounds(), r)
	}
	if got := slim([]byte("no picture")); string(got) != "no picture" {
		t.Errorf("what is no picture became %q", got)
	}
}
