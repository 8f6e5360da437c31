// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"math"

	"allmende/internal/platform/serve"
)

// gauges are what whoever runs the instance watches, counted at each scrape. What cannot be
// counted is left out, with the reason in err.
func (a *App) gauges(ctx context.Context) (out []serve.Gauge, err error) {
	add := func(name, help, state string, n int, failed error) {
		if err = errors.Join(err, failed); failed == nil {
			out = append(out, serve.Gauge{Name: name, Help: help, State: state, Value: float64(n)})
		}
	}
	for _, state := range []string{"queued", "running", "failed"} {
		n, failed := a.Jobs.Count(ctx, state)
		add("allmende_jobs", "Background tasks on record that are not done, by state.", state, n, failed)
	}
	for _, state := range []string{"queued", "failed"} {
		n, failed := a.Mail.Count(ctx, state)
		add("allmende_letters", "Letters on record that were not sent, by state.", state, n, failed)
	}
	n, failed := a.SBOM.Present(ctx)
	add("allmende_documents", "Releases with a bill of materials.", "", n, failed)
	n, failed = a.DB.Size(ctx)
	add("allmende_database_bytes", "Size of the database.", "", n, failed)
	age, known, failed := a.Vulnerability.Age(ctx)
	if err = errors.Join(err, failed); failed != nil {
		return out, err
	}
	seconds := age.Seconds()
	if !known {
		seconds = math.Inf(1) // never is longer ago than any bound
	}
	return append(out, serve.Gauge{Name: "allmende_advisories_age_seconds", Help: "Since advisories were last read to the end; +Inf: never.", Value: seconds}), err
}
