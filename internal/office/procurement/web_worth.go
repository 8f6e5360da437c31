// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"

	"allmende/internal/engine/economics"
	"allmende/internal/engine/number"
)

// A WorthRow is the utility value of an alternative: one number, or two where points are missing.
type WorthRow struct {
	Title, Low, High string
	Parts            []PartRow
}

// A PartRow is what a criterion contributes; Points is empty where nobody scored it.
type PartRow struct {
	Title, Number, Weight, Points, Means, Share, Copied string
}

// Sure reports whether each criterion is scored.
func (w WorthRow) Sure() bool { return w.Low == w.High }

// Total is the value in words.
func (w WorthRow) Total(ctx context.Context) string {
	if w.Sure() {
		return w.Low
	}
	return say(ctx, "procurement.worth.between", w.Low, w.High)
}

func worthRow(ctx context.Context, s economics.Study, w economics.Worth) WorthRow {
	out := WorthRow{Title: studyPlace(ctx, s, w.Alternative, ""), Low: w.Low.Text(tongue(ctx), 2), High: w.High.Text(tongue(ctx), 2)}
	for i, part := range w.Parts {
		c := s.Criteria[i] // parts have the order of the criteria
		row := PartRow{Title: c.Title, Number: c.Corresponds, Weight: typed(tongue(ctx), part.Weight), Share: part.Share.Text(tongue(ctx), 2)}
		if part.Points == nil {
			row.Share = say(ctx, "procurement.unknown")
		} else {
			row.Points = typed(tongue(ctx), *part.Points)
			if whole := int(part.Points.Float()); part.Points.Cmp(number.Int(int64(whole))) == 0 { // between steps there are no words
				row.Means = c.Anchors[whole]
			}
		}
		out.Parts = append(out.Parts, row)
	}
	return out
}

// worthTitle is what a criterion of the utility value is called.
func worthTitle(s economics.Study, id string) string {
	for _, c := range s.Criteria {
		if c.ID == id {
			return c.Title
		}
	}
	return ""
}
