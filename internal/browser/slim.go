// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// slim writes a picture of a page with the 32 colours that it has most of: pages have few, and
// what smooths their letters may be a shade off. What cannot be read stays as it is.
func slim(data []byte) []byte {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return data
	}
	box, count := img.Bounds(), map[color.RGBA]int{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], bytes.Compare([]byte{a.R, a.G, a.B, a.A}, []byte{b.R, b.G, b.B, b.A}))
	})
	var few color.Palette
	nearest := map[color.RGBA]uint8{}
	for _, c := range all[:min(len(all), 32)] {
		nearest[c] = uint8(len(few))
		few = append(few, c)
	}
	for _, c := range all[len(few):] {
		nearest[c] = uint8(few.Index(c))
	}
	out := image.NewPaletted(box, few)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)])
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil || b.Len() > len(data) {
		return data
	}
	return b.Bytes()
}
