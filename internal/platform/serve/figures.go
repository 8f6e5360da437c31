// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// bounds of the histogram of answer times, in seconds.
var bounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Figures counts what the server does, for Prometheus.
type Figures struct {
	Version string
	// Gauges are asked for at each scrape, those of one name in a row; nil adds none.
	Gauges func(context.Context) ([]Gauge, error)

	mu    sync.Mutex
	doors map[string]*series
}

// A Gauge is a value that goes up and down.
type Gauge struct {
	Name, Help string
	State      string // told apart by it where it is not empty
	Value      float64
}

type series struct {
	statuses map[int]int
	buckets  []int
	count    int
	seconds  float64
}

// request counts one answered request. Doors, not paths, keep the number of series small.
func (f *Figures) request(r *http.Request, status int, took time.Duration) {
	door := "web"
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		door = "api"
	case strings.HasPrefix(r.URL.Path, "/static/"):
		door = "static"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.doors == nil {
		f.doors = map[string]*series{}
	}
	s := f.doors[door]
	if s == nil {
		s = &series{statuses: map[int]int{}, buckets: make([]int, len(bounds))}
		f.doors[door] = s
	}
	s.statuses[status]++
	s.count++
	s.seconds += took.Seconds()
	for i, b := range bounds {
		if took.Seconds() <= b {
			s.buckets[i]++
		}
	}
}

// ServeHTTP writes all figures in Prometheus' text format.
func (f *Figures) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	head(w, "allmende_build_info", "gauge", "The running version.")
	fmt.Fprintf(w, "allmende_build_info{version=%q,go=%q} 1\n", f.Version, runtime.Version())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gauges := []Gauge{
		{Name: "go_goroutines", Help: "Goroutines.", Value: float64(runtime.NumGoroutine())},
		{Name: "go_memstats_heap_inuse_bytes", Help: "Bytes of the heap in use.", Value: float64(m.HeapInuse)},
	}
	if f.Gauges != nil {
		more, err := f.Gauges(r.Context())
		if err != nil { // what is not known is left out; the rest is told all the same
			slog.ErrorContext(r.Context(), "figures could not be counted", "err", err)
		}
		gauges = append(gauges, more...)
	}
	writeGauges(w, gauges)
	f.requests(w)
}

func writeGauges(w io.Writer, gauges []Gauge) {
	last := ""
	for _, g := range gauges {
		if g.Name != last {
			head(w, g.Name, "gauge", g.Help)
			last = g.Name
		}
		state := ""
		if g.State != "" {
			state = fmt.Sprintf("{state=%q}", g.State)
		}
		fmt.Fprintf(w, "%s%s %s\n", g.Name, state, strconv.FormatFloat(g.Value, 'g', -1, 64))
	}
}

func (f *Figures) requests(w io.Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := make([]string, 0, len(f.doors))
	for d := range f.doors {
		names = append(names, d)
	}
	slices.Sort(names)
	head(w, "allmende_requests_total", "counter", "Requests answered, by door and status.")
	for _, d := range names {
		statuses := make([]int, 0)
		for s := range f.doors[d].statuses {
			statuses = append(statuses, s)
		}
		slices.Sort(statuses)
		for _, s := range statuses {
			fmt.Fprintf(w, "allmende_requests_total{door=%q,status=\"%d\"} %d\n", d, s, f.doors[d].statuses[s])
		}
	}
	head(w, "allmende_request_seconds", "histogram", "Time to answer, by door.")
	for _, d := range names {
		s := f.doors[d]
		for i, b := range bounds {
			fmt.Fprintf(w, "allmende_request_seconds_bucket{door=%q,le=\"%g\"} %d\n", d, b, s.buckets[i])
		}
		fmt.Fprintf(w, "allmende_request_seconds_bucket{door=%q,le=\"+Inf\"} %d\nallmende_request_seconds_sum{door=%q} %g\nallmende_request_seconds_count{door=%q} %d\n",
			d, s.count, d, s.seconds, d, s.count)
	}
}

func head(w io.Writer, name, kind, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}
