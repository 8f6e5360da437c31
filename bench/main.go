// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Bench measures Allmende from outside: it builds the program, starts it as a process of
// its own on a fresh database, and asks through the real door on loopback. What it finds
// is a Markdown table and a JSON file; docs/performance.md is written from them.
//
//	go run ./bench ingest where upload start          SQLite, 1,000 products of 1,000 components
//	go run ./bench -postgres postgres://… ingest      a database of its own there, dropped afterwards
//	go run ./bench -scales 0.25,1,4 ingest where rematch
//	go run ./bench estate -keep town/                 only write the documents
//
// Everything lies in a temporary folder, which is removed at the end, also when stopped
// with Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// A measure is one row, or a few, of the table.
type measure struct {
	name, what string
	run        func(ctx context.Context, b *bench) error
}

var measures = []measure{
	{"estate", "write the documents of the town and its answer key into -keep", writeEstate},
	{"advisories", "write advisories, one all.zip an ecosystem, into -keep", writeAdvisories},
	{"size", "size of the program", measureSize},
	{"decode", "reading a bill of materials, against encoding/json alone", measureDecode},
	{"ingest", "take all documents in through HTTP, and check what was planted", measureIngest},
	{"upload", "one large document until the answer", measureUpload},
	{"where", "where do we run it, three forms", measureWhere},
	{"policy", "licence verdicts: a million rows, all products, by licence", measurePolicy},
	{"duties", "what the licences of all products oblige to", measureDuties},
	{"licences", "which products hold a licence, all licences in the estate", measureLicences},
	{"expressions", "reading licence expressions", measureExpressions},
	{"sources", "scan 50,000 files for licences, against reading them", measureSources},
	{"start", "from start to ready on the filled database", measureStart},
	{"findings", "pages of findings, any filter", measureFindings},
	{"rematch", "hold all packages against all advisories; one advisory more", measureRematch},
	{"more", "load advisories up to -more records and -more-findings findings", loadMore},
	{"audit", "verify a log of -entries entries; what an entry costs", measureAudit},
	{"cases", "the desk with 100,000 cases: boards, lists, a step with guard and log", measureCases},
	{"access", "may somebody do something: in the process, and what a request reads", measureAccess},
	{"matrix", "who may what: 500 people in 200 organisations", measureMatrix},
	{"demo", "any page of the demo, many users at once", measureDemo},
	{"signin", "the page of sign-in while many guess at passwords", measureSignIn},
	{"scanner", "the same advisories and documents with osv-scanner, from -scanner", measureScanner},
}

// options are the flags.
type options struct {
	postgres, scales, keep, json, scanner, profile string
	products, components, records, findings        int
	more, moreFindings                             int
	clients, entries, rounds                       int
	gzip, reuse                                    bool
}

func flags() (*flag.FlagSet, *options) {
	o := &options{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.postgres, "postgres", "", "measure on a new database of this PostgreSQL server; empty for SQLite")
	f.StringVar(&o.scales, "scales", "1", "sizes of the town, as factors of -products, with commas between")
	f.StringVar(&o.keep, "keep", "", "folder for documents, advisories and the SQLite file; a temporary one where empty")
	f.StringVar(&o.json, "json", "", "file for the figures as JSON, besides the table")
	f.StringVar(&o.scanner, "scanner", "", "osv-scanner's program, to compare with")
	f.StringVar(&o.profile, "profile", "", "file for CPU profiles of the server, numbered by its starts")
	f.IntVar(&o.products, "products", 1000, "products of the town")
	f.IntVar(&o.components, "components", 1000, "components of a product")
	f.IntVar(&o.records, "records", 31_000, "advisories")
	f.IntVar(&o.findings, "findings", 114_000, "findings that they come to")
	f.IntVar(&o.entries, "entries", 500_000, "entries of the log")
	f.IntVar(&o.more, "more", 250_000, "advisories after \"more\"")
	f.IntVar(&o.moreFindings, "more-findings", 1_000_000, "findings after \"more\"")
	f.IntVar(&o.clients, "clients", 3, "senders at the same time")
	f.IntVar(&o.rounds, "rounds", 300, "requests of each kind")
	f.BoolVar(&o.reuse, "reuse", false, "the SQLite file in -keep is filled already, by a run with the same sizes")
	f.BoolVar(&o.gzip, "gzip", false, "send documents packed")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "usage: go run ./bench [flags] NAME…")
		for _, m := range measures {
			fmt.Fprintf(f.Output(), "  %-11s %s\n", m.name, m.what)
		}
		f.PrintDefaults()
	}
	return f, o
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == serveInside {
		inside(os.Args[2:])
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f, o := flags()
	if err := f.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(f.Args())
	if err != nil {
		return err
	}
	r := newReport(o, args)
	for scale := range strings.SplitSeq(o.scales, ",") {
		factor, err := strconv.ParseFloat(scale, 64)
		if err != nil {
			return fmt.Errorf("-scales %q: %w", o.scales, err)
		}
		if err := atScale(ctx, o, r, factor, chosen); err != nil {
			return errors.Join(err, r.write(os.Stdout))
		}
	}
	return r.write(os.Stdout)
}

func choose(names []string) (chosen []measure, err error) {
	for _, n := range names {
		i := slices.IndexFunc(measures, func(m measure) bool { return m.name == n })
		if i < 0 {
			return nil, fmt.Errorf("%q is nothing to measure; see -help", n)
		}
		chosen = append(chosen, measures[i])
	}
	if len(chosen) == 0 {
		return nil, errors.New("say what to measure; see -help")
	}
	return chosen, nil
}

// atScale makes a town of that size and measures in it, one after the other.
func atScale(ctx context.Context, o *options, r *report, factor float64, chosen []measure) (err error) {
	b, err := newBench(o, r, factor)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, m := range chosen {
		b.say("── %s, ×%g", m.name, factor)
		if err := m.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}
