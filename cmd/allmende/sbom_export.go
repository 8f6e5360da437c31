// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"net/url"
)

// exportSBOM writes a release's bill of materials with concluded licences to the standard output.
func (c *console) exportSBOM(ctx context.Context, args []string) error {
	fs, s := c.flags("sbom")
	s.remote(fs)
	software := fs.String("software", "", "name of the product")
	release := fs.String("release", "", "id of the release, or version of the product")
	format := fs.String("format", "cyclonedx", "cyclonedx, spdx or spdx3")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 || *release == "" {
		fmt.Fprintln(c.err, c.say("usage: allmende sbom export --release ID | --software NAME --release VERSION [--format cyclonedx|spdx|spdx3]",
			"Aufruf: allmende sbom export --release KENNUNG | --software NAME --release VERSION [--format cyclonedx|spdx|spdx3]"))
		return errUsage
	}
	id, version := *release, ""
	if *software != "" {
		id, version = "", *release
	}
	cl, err := c.ask(s)
	if err != nil {
		return err
	}
	var data []byte
	if cl != nil {
		q := url.Values{"format": {*format}}
		for k, v := range map[string]string{"release": id, "software": *software, "version": version, "org": *s.org} {
			if v != "" {
				q.Set(k, v)
			}
		}
		data, err = cl.Get(ctx, "/duty/sbom", q)
	} else if a, acting, bad := c.act(ctx, s); bad != nil {
		err = bad
	} else {
		defer a.Close()
		data, err = a.ExportSBOM(acting, id, *software, version, *format)
	}
	if err != nil {
		return err
	}
	_, err = c.out.Write(data)
	return err
}
