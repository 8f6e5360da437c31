// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"

	"allmende/internal/app"
)

// serveInside is the word by which the bench starts itself as a server that writes a CPU
// profile of its whole life.
const serveInside = "serve-inside"

func inside(args []string) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := profiled(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func profiled(ctx context.Context, args []string) (err error) {
	f := flag.NewFlagSet(serveInside, flag.ContinueOnError)
	profile, where := f.String("profile", "", ""), f.String("db", "", "")
	blobs, listen := f.String("blobs", "", ""), f.String("listen", "", "")
	if err := f.Parse(args); err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Database: *where, Blobs: *blobs})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	out, err := os.Create(*profile)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "http://%s\n", l.Addr())
	return a.Serve(ctx, l, a.DB.Lite())
}
