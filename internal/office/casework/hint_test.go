// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"allmende/internal/engine/process"
	"allmende/internal/office/casework"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// Paul is told what the market survey found where he is asked for it, and nowhere else; Ada reads
// on the proposal that its facts stand against the survey.
func TestASurveyIsToldWhereItIsAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		def, err := process.Parse([]byte(strings.ReplaceAll(buying, "id: market,", "id: survey_market,")))
		w.ok(err)
		w.Definitions = []*process.Definition{def}
		w.Surveyed = func(_ context.Context, c casework.Case) ([]casework.Hint, error) {
			h := casework.Hint{Said: "Quelloffen: Kalender.", Link: "/procurement/survey/s1"}
			if c.Facts["model"] == "proprietary" {
				h.Against = "Die Erkundung nennt Kalender."
			}
			return []casework.Hint{h}, nil
		}
		langs := []fs.FS{w.Room().Files, approval.Files}
		site := webtest.New(t, langs, w.Room().Files, w.Room().Pages, w.Room().Ops)
		id := w.open()
		if _, body := site.As(door.From(w.paul())).Get("/casework/case/" + id + "/task/" + w.task(id, "survey_market")); !strings.Contains(body, "Quelloffen: Kalender.") || !strings.Contains(body, `href="/procurement/survey/s1"`) || strings.Contains(body, "nennt Kalender") {
			t.Errorf("the form says %s", body)
		}
		if _, body := site.As(door.From(w.lea())).Get("/casework/case/" + id + "/task/" + w.task(id, "licence")); strings.Contains(body, "Kalender") {
			t.Error("another task tells of the survey")
		}
		w.ok(w.Complete(w.paul(), id, w.task(id, "survey_market"), "", map[string]string{"model": "proprietary", "price": "1", "because": "keine"}, 0))
		w.ok(w.Complete(w.lea(), id, w.task(id, "licence"), "", map[string]string{"opinion": "ja"}, 0))
		proposal, err := w.Move(w.paul(), id, "clear", "passt", 0)
		w.ok(err)
		status, body := webtest.New(t, langs, approval.Files, w.wait.Pages(), w.wait.Ops()).As(door.From(w.ada())).Get("/approval/" + proposal)
		if status != 200 || !strings.Contains(body, "Die Erkundung nennt Kalender.") || !strings.Contains(body, "Widerspruch") {
			t.Errorf("the proposal says %d %s", status, body)
		}
	})
}
