// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package inventory

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"allmende/internal/ospo"
)

// some is an inventory of n packages, as a document of that size would have it.
func some(n int) Inventory {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = 1 + r.Int64()>>1
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	v := Empty(len(ids))
	for i, id := range ids {
		parent := []int64{Product, Nobody, ids[r.IntN(len(ids))]}[i%3]
		v.Add(id, parent, int64(r.IntN(20)), -int64(r.IntN(2)), 1<<62+int64(r.IntN(3)))
	}
	return v
}

func TestWhatIsPackedComesBack(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		v := some(n)
		got, err := Unpack(v.Pack())
		if err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%d packages: %v, got\n%v, want\n%v", n, err, got, v)
		}
		if tree, err := UnpackTree(v.Pack()); err != nil || !reflect.DeepEqual(tree, v.Tree) {
			t.Errorf("%d packages: %v, the tree is\n%v, want\n%v", n, err, tree, v.Tree)
		}
		if n == 1000 && len(v.Pack()) > 14*n {
			t.Errorf("%d packages take %d bytes", n, len(v.Pack()))
		}
	}
	for _, all := range [][]int64{{}, {1}, {5, 6, 4095, 1 << 62}} {
		if got, err := UnpackNumbers(PackNumbers(all)); err != nil || !slices.Equal(got, all) {
			t.Errorf("%v became %v, %v", all, got, err)
		}
	}
}

func TestWhoAsksForWhat(t *testing.T) {
	v := Empty(2)
	v.Add(3, Product, 0, 0, 0)
	v.Add(7, 3, 5, 0, 0)
	if p, ok := v.Parent(7); p != 3 || !ok {
		t.Errorf("7 is asked for by %d, %v", p, ok)
	}
	if p, ok := v.Parent(4); p != Nobody || ok {
		t.Errorf("4 is not listed, and is asked for by %d, %v", p, ok)
	}
	v.Add(8, 9, 0, 0, 0) // in a circle
	v.Add(9, 8, 0, 0, 0)
	v.Add(10, Nobody, 0, 0, 0)
	for pack, want := range map[ospo.PackageID][]ospo.PackageID{3: {3}, 7: {3, 7}, 4: nil, 8: nil, 10: nil} {
		if way, known := v.Way(pack); !slices.Equal(way, want) || known != (want != nil) {
			t.Errorf("the way to %d is %v, %v; want %v", pack, way, known, want)
		}
	}
	if v.Licence(0) != 0 || v.Licence(1) != 5 {
		t.Errorf("licences %d and %d, want 0 and 5", v.Licence(0), v.Licence(1))
	}
}

// A single byte more, less or changed is noticed, or reads as another sound inventory; it
// never does harm.
func TestDamageIsNoticed(t *testing.T) {
	whole := some(50).Pack()
	for n := range whole {
		if _, err := Unpack(whole[:n]); err == nil {
			t.Errorf("the first %d of %d bytes were taken for the whole", n, len(whole))
		}
	}
	if _, err := Unpack(append(slices.Clone(whole), 0)); err == nil {
		t.Error("a byte too many was not noticed")
	}
	if _, err := Unpack(append([]byte{form + 1}, whole[1:]...)); err == nil {
		t.Error("another form was taken for this one")
	}
	if _, err := UnpackNumbers([]byte{1, 0}); err == nil {
		t.Error("a number that stands twice was not noticed")
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(some(3).Pack())
	f.Add([]byte{form, 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := Unpack(b); err == nil {
			if tree, err := UnpackTree(b); err != nil || !reflect.DeepEqual(tree, v.Tree) {
				t.Fatalf("the tree is %v, %v, want %v", tree, err, v.Tree)
			}
			if again, err := Unpack(v.Pack()); err != nil || !reflect.DeepEqual(v, again) {
				t.Fatalf("%v, then %v, %v", v, again, err)
			}
		}
		if all, err := UnpackNumbers(b); err == nil && !slices.IsSorted(all) {
			t.Fatalf("%v does not ascend", all)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	v := some(1000)
	for b.Loop() {
		v.Pack()
	}
}

func BenchmarkUnpack(b *testing.B) {
	packed := some(1000).Pack()
	for b.Loop() {
		if _, err := Unpack(packed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpackTree(b *testing.B) {
	packed := some(1000).Pack()
	for b.Loop() {
		if _, err := UnpackTree(packed); err != nil {
			b.Fatal(err)
		}
	}
}
