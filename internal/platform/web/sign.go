// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// A Verdict is one of four answers. Unknown is a value: it never counts as ok.
type Verdict string

const (
	OK      Verdict = "ok"
	Review  Verdict = "review"
	No      Verdict = "no"
	Unknown Verdict = "unknown"
)

// A Sign is one of the at most five signs on top of a record.
type Sign struct {
	Key     string // text key of the heading
	Verdict Verdict
	Text    string
	At      time.Time // when the verdict was reached
	Href    string    // the reason chain
}

// Icon names KERN's symbol for the sign.
func (s Sign) Icon() string { return Badge{Kind: string(s.Verdict)}.Icon() }

// A Field is one card of the overview: a figure with its state, date and source.
type Field struct {
	Key, Href    string
	Badge        Badge
	Figure, Unit string
	Note         string // since when, from which source
	Spark        template.HTML
}

// A Panel is a part of a page that another room shows: the release page of the estate
// shows the findings of the vulnerability room.
type Panel struct {
	Template string // file in the room's templates folder; it defines "panel"
	Data     any    // the panel's type, for the test that checks every template
	load     func(ctx context.Context, id string) (any, error)
}

// ShowPanel declares a panel about the thing with the given id.
func ShowPanel[P any](tmpl string, f func(ctx context.Context, id string) (P, error)) Panel {
	return Panel{tmpl, *new(P), func(ctx context.Context, id string) (any, error) { return f(ctx, id) }}
}

// ParsePanel returns the templates of a panel in one language.
func (s *Site) ParsePanel(room fs.FS, p Panel, tongue string) (*template.Template, error) {
	t, err := template.New(p.Template).Funcs(s.funcs(tongue)).ParseFS(files, "layout/parts.html")
	if err != nil {
		return nil, err
	}
	if parts, _ := fs.Glob(room, "templates/part_*.html"); len(parts) > 0 {
		if t, err = t.ParseFS(room, "templates/part_*.html"); err != nil {
			return nil, err
		}
	}
	return t.ParseFS(room, "templates/"+p.Template)
}

// Panels returns what renders all given panels for one thing, in the viewer's language.
func (s *Site) Panels(room fs.FS, panels ...Panel) (func(ctx context.Context, id string) (template.HTML, error), error) {
	views := map[string][]*template.Template{}
	for _, tongue := range lang.Tongues {
		for _, p := range panels {
			t, err := s.ParsePanel(room, p, tongue)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Template, err)
			}
			fold(t, s.Texts, tongue)
			views[tongue] = append(views[tongue], t)
		}
	}
	return func(ctx context.Context, id string) (template.HTML, error) {
		tongue := door.From(ctx).Lang
		if views[tongue] == nil {
			tongue = lang.Tongues[0]
		}
		var b bytes.Buffer
		for i, p := range panels {
			data, err := p.load(ctx, id)
			if err != nil {
				return "", err
			}
			if err := views[tongue][i].ExecuteTemplate(&b, "panel", data); err != nil {
				return "", err
			}
		}
		return template.HTML(b.String()), nil
	}, nil
}

// Spark draws the run of a figure as a small line. It is decoration: the figure itself
// stands beside it, the values in a table elsewhere. Fewer than two values draw nothing.
func Spark(values []int) template.HTML {
	if len(values) < 2 {
		return ""
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	var points []string
	var x, y float64
	for i, v := range values {
		x = 4 + 112*float64(i)/float64(len(values)-1)
		y = 18
		if high > low {
			y = 30 - 24*float64(v-low)/float64(high-low)
		}
		points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
	}
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 120 36" aria-hidden="true" focusable="false"><line x1="4" x2="116" y1="35" y2="35"/><polyline points="%s"/><circle cx="%.1f" cy="%.1f" r="3.5"/></svg>`,
		strings.Join(points, " "), x, y))
}
