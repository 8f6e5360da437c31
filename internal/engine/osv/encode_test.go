// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"fmt"
	"reflect"
	"testing"
)

// stored is what of a survives a stay in the database.
func stored(a Affected) Affected {
	s := Affected{Ecosystem: a.Ecosystem, Name: a.Name, Notice: a.Notice, Incomplete: a.Incomplete}
	for _, r := range a.Ranges {
		if r.Repo = ""; r.Type == Git {
			r.Events = nil
		}
		s.Ranges = append(s.Ranges, r)
	}
	if len(a.Versions) > 0 {
		s.Versions = a.Versions
	}
	return s
}

func TestEncode(t *testing.T) {
	long := Affected{Ecosystem: "PyPI", Name: "tensorflow", Incomplete: true, Notice: "unsound"}
	for i := range 3000 {
		long.Versions = append(long.Versions, fmt.Sprintf("%d.%d.%d", i/100, i/10%10, i%10))
	}
	for _, a := range []Affected{{}, long,
		{Ecosystem: "Debian:12", Name: "openssl", Ranges: []Range{
			{Type: Ecosystem, Events: []Event{{Introduced, "0"}, {Fixed, "3.0.9-1"}, {Limit, "*"}}},
			{Type: Git, Repo: "https://example.org/x", Events: []Event{{Introduced, "ab12"}}},
			{Type: SemVer, Events: []Event{{Introduced, "1.0.0"}, {LastAffected, "1.4.2"}}}}},
	} {
		b := a.Encode()
		back, err := Decode(b)
		if err != nil || !reflect.DeepEqual(back, stored(a)) {
			t.Errorf("%.200s comes back as %.200s, %v", fmt.Sprint(a), fmt.Sprint(back), err)
		}
		for _, cut := range []int{0, 1, len(b) / 2, len(b) - 1} {
			if _, err := Decode(b[:cut]); err == nil {
				t.Errorf("the first %d of %d bytes pass for the whole", cut, len(b))
			}
		}
		if _, err := Decode(append(b, 0)); err == nil {
			t.Error("a byte too many passes")
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Affected{Ecosystem: "npm", Name: "a", Versions: []string{"1"}, Ranges: []Range{{Type: SemVer, Events: []Event{{Introduced, "0"}}}}}.Encode())
	f.Add([]byte{1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Decode(data)
		if err != nil {
			return
		}
		if back, err := Decode(a.Encode()); err != nil || !reflect.DeepEqual(back, stored(a)) {
			t.Errorf("%+v comes back as %+v, %v", a, back, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := Affected{Ecosystem: "Maven", Name: "org.apache.logging.log4j:log4j-core", Ranges: []Range{{Type: Ecosystem, Events: []Event{{Introduced, "2.13.0"}, {Fixed, "2.15.0"}}}}}.Encode()
	b.ReportMetric(float64(len(data)), "bytes")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	data := sample(b, "log4shell.json")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
