// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import "encoding/json"

// A Summary says in plain words what a licence allows and asks for. It is ours, made from the
// licence's text, and no legal advice.
type Summary struct {
	About      Text    `json:"about"`
	Rights     []Point `json:"rights"`
	Conditions []Point `json:"conditions"`
	Limits     []Point `json:"limits,omitempty"`
	Reviewed   string  `json:"reviewed"` // day on which somebody read it against the text
}

// A Point is one right or condition, with the clause that it stands in.
type Point struct {
	Text
	Clause string `json:"clause,omitempty"`
}

// summaryFile is data/summaries.json: points by key, and which licence has which.
type summaryFile struct {
	Reviewed string
	Points   map[string]Text
	Licences map[string]struct {
		About                      Text
		Rights, Conditions, Limits [][2]string // point, clause
		Like                       string      // has the points of another, which differs only in name
	}
}

// Summaries are those of the program, by id.
var Summaries = func() map[string]Summary {
	var f summaryFile
	text, err := files.ReadFile("data/summaries.json")
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		panic("licence: data/summaries.json: " + err.Error())
	}
	return f.summaries()
}()

func (f summaryFile) summaries() map[string]Summary {
	out := make(map[string]Summary, len(f.Licences))
	for id, l := range f.Licences {
		of := l
		if l.Like != "" {
			of = f.Licences[l.Like]
		}
		out[id] = Summary{About: l.About, Rights: f.points(id, of.Rights), Conditions: f.points(id, of.Conditions), Limits: f.points(id, of.Limits), Reviewed: f.Reviewed}
	}
	return out
}

func (f summaryFile) points(id string, all [][2]string) (out []Point) {
	for _, p := range all {
		text, ok := f.Points[p[0]]
		if !ok {
			panic("licence: data/summaries.json: " + id + " has a point " + p[0] + " that is not there")
		}
		out = append(out, Point{text, p[1]})
	}
	return out
}
