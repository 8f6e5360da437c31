// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job

import (
	"context"
	"net/http"
	"strconv"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ListPage is the list of tasks, the newest first.
type ListPage struct {
	Tasks []Task
	Pager web.Pager
}

// TaskPage is one task with its report.
type TaskPage struct {
	Task    Task
	Lines   []Line
	Live    bool // not ended yet: the page renews itself
	Percent int  // 0 to 100, -1 where nobody knows
	Pager   web.Pager
}

// Nav is the queue's line of the navigation.
var Nav = web.Entry{Side: web.Steer, Key: "job.nav", Href: "/job", Permit: "job.read"}

// Pages are the pages that show what runs.
func (q *Queue) Pages() []web.Page {
	return []web.Page{
		web.Show("GET /job", "job.read", "list.html", q.list),
		web.Show("GET /job/{task}", "job.read", "task.html", q.show),
	}
}

func (q *Queue) list(r *http.Request) (ListPage, error) {
	l := web.ReadListing(r, "-id")
	tasks, err := q.store.tasks(r.Context(), door.From(r.Context()).Org, r.URL.Query().Get("before"), l.Size+1)
	if err != nil || len(tasks) == 0 {
		return ListPage{}, err
	}
	p := ListPage{Tasks: tasks[:min(len(tasks), l.Size)]}
	if len(tasks) > l.Size {
		p.Pager.Next = l.With("before", p.Tasks[l.Size-1].ID)
	}
	return p, nil
}

const linesOnPage = 200

func (q *Queue) show(r *http.Request) (TaskPage, error) {
	t, err := q.Task(r.Context(), r.PathValue("task"))
	if err != nil {
		return TaskPage{}, err
	}
	l := web.ReadListing(r, "n")
	after, _ := strconv.Atoi(l.Get("line"))
	lines, err := q.store.report(r.Context(), t.ID, after, linesOnPage+1)
	p := TaskPage{Task: t, Lines: lines[:min(len(lines), linesOnPage)], Live: t.State == "queued" || t.State == "running", Percent: -1}
	if len(lines) > linesOnPage {
		p.Pager.Next = l.With("line", strconv.Itoa(lines[linesOnPage-1].N))
	}
	if t.Total > 0 {
		p.Percent = 100 * t.Done / t.Total
	}
	return p, err
}

// Task returns a task that the viewer may see.
func (q *Queue) Task(ctx context.Context, id string) (Task, error) {
	return q.store.task(ctx, door.From(ctx).Org, id)
}

// Ops are the operations that tell how work goes.
func (q *Queue) Ops() []api.Op {
	return []api.Op{
		api.Get("job-task", "/job/{task}", "job.read", "How far a task is, with its report", q.apiTask),
	}
}

// TaskAnswer is a task and the first thousand lines of its report.
type TaskAnswer struct {
	Task
	Lines []Line `json:"lines"`
}

func (q *Queue) apiTask(ctx context.Context, in struct {
	Task string `path:"task"`
}) (TaskAnswer, error) {
	t, err := q.Task(ctx, in.Task)
	if err != nil {
		return TaskAnswer{}, err
	}
	lines, err := q.store.report(ctx, t.ID, 0, 1000)
	return TaskAnswer{t, lines}, err
}
