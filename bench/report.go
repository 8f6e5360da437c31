// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A figure is one number that was measured.
type figure struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Reach    string  `json:"reach,omitempty"` // as text: "< 2 s"
	Met      *bool   `json:"met,omitempty"`
	Note     string  `json:"note,omitempty"`
	Load     string  `json:"load"` // of the machine, the last minute
	Database string  `json:"database"`
	Scale    float64 `json:"scale"`
}

// under and over set what is to be reached.
func (f figure) under(limit float64) figure {
	met := f.Value < limit
	f.Reach, f.Met = "< "+amount(limit)+" "+f.Unit, &met
	return f
}

func (f figure) over(limit float64) figure {
	met := f.Value >= limit
	f.Reach, f.Met = "≥ "+amount(limit)+" "+f.Unit, &met
	return f
}

func (f figure) text() string {
	s := amount(f.Value) + " " + f.Unit
	if f.Met != nil {
		s += map[bool]string{true: " (reached: ", false: " (MISSED: "}[*f.Met] + f.Reach + ")"
	}
	return s
}

// amount writes a number with three figures that count.
func amount(x float64) string {
	switch {
	case x >= 1000:
		s := fmt.Sprintf("%.0f", x)
		for at := len(s) - 3; at > 0; at -= 3 {
			s = s[:at] + "," + s[at:]
		}
		return s
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
	case x == float64(int(x)):
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// A report is all figures of one run, and where they were measured.
type report struct {
	Command string   `json:"command"`
	Date    string   `json:"date"`
	Machine machine  `json:"machine"`
	Figures []figure `json:"figures"`
	file    string
}

type machine struct {
	Cores  int    `json:"cores"`
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	System string `json:"system"`
	Go     string `json:"go"`
}

func newReport(o *options, args []string) *report {
	return &report{Command: "go run ./bench " + strings.Join(masked(args), " "), Date: time.Now().Format(time.DateOnly), file: o.json, Machine: thisMachine()}
}

// masked leaves out the address of the database server.
func masked(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		if strings.HasPrefix(a, "postgres://") {
			out[i] = "postgres://…"
		}
	}
	return out
}

func thisMachine() machine {
	return machine{
		Cores: runtime.NumCPU(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH + " " + lineOf("/etc/os-release", "PRETTY_NAME="),
		CPU: lineOf("/proc/cpuinfo", "model name\t: "), Memory: lineOf("/proc/meminfo", "MemTotal:"),
	}
}

// lineOf returns what follows a beginning of line in a file.
func lineOf(file, begin string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), begin); ok {
			return strings.Trim(strings.TrimSpace(rest), `"`)
		}
	}
	return "unknown"
}

func (r *report) add(f figure) {
	if data, err := os.ReadFile("/proc/loadavg"); err == nil {
		f.Load, _, _ = strings.Cut(string(data), " ")
	}
	r.Figures = append(r.Figures, f)
}

// write writes the table, and the JSON where a file was named.
func (r *report) write(w io.Writer) error {
	m := r.Machine
	fmt.Fprintf(w, "\n%s, `%s`\n%d cores (%s), %s, %s, %s\n\n", r.Date, r.Command, m.Cores, m.CPU, m.Memory, m.System, m.Go)
	fmt.Fprintln(w, "| What | Database | Size | Measured | Reach | | Note | Load |\n|---|---|---|---|---|---|---|---|")
	for _, f := range r.Figures {
		verdict := ""
		if f.Met != nil {
			verdict = map[bool]string{true: "reached", false: "**missed**"}[*f.Met]
		}
		fmt.Fprintf(w, "| %s | %s | ×%g | %s %s | %s | %s | %s | %s |\n", f.Name, f.Database, f.Scale, amount(f.Value), f.Unit, f.Reach, verdict, f.Note, f.Load)
	}
	if r.file == "" {
		return nil
	}
	return writeJSON(r.file, r)
}
