// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package economics

import (
	"time"

	"allmende/internal/engine/number"
)

// Bounds of a study.
const (
	MostYears        = 50
	MostAlternatives = 20
	MostLines        = 200
)

// Kinds of lines. Exit and end of life have to be looked at for each alternative.
const (
	Once      = "once"        // in the year From
	Yearly    = "yearly"      // each year from From to To
	Exit      = "exit"        // leaving it: data out, contracts, training for the next; in the year From
	EndOfLife = "end_of_life" // erasing, archiving, disposing; in the year From
)

// A Line of an alternative: what it costs or brings in. Amount is 0 or more; for Exit and
// EndOfLife 0 has to have a Reason.
type Line struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	Kind      string        `json:"kind"`
	Benefit   bool          `json:"benefit,omitempty"` // else a cost
	Amount    number.Exact  `json:"amount"`
	From      int           `json:"from"` // year, 0 is the base year
	To        int           `json:"to,omitempty"`
	Growth    number.Exact  `json:"growth,omitzero"`  // each year after From: 0.03 is 3 %
	Effective bool          `json:"effective"`        // whether it changes the budget, or is time of people who are there anyway
	Risk      *number.Exact `json:"risk,omitempty"`   // in place of the alternative's: surcharge on a cost, discount on a benefit
	Reason    string        `json:"reason,omitempty"` // how the amount was come by
}

// An Alternative. The surcharges are for the risk variant: 0.2 is 20 %.
type Alternative struct {
	ID          string       `json:"id"`
	Title       string       `json:"title"`
	Lines       []Line       `json:"lines"`
	CostRisk    number.Exact `json:"cost_risk,omitzero"`
	BenefitRisk number.Exact `json:"benefit_risk,omitzero"`

	Points map[string]number.Exact `json:"points,omitempty"` // by criterion, 0 to 10; nobody scored what is not in it
}

// A Study compares alternatives with the first of them.
type Study struct {
	Title        string        `json:"title"`
	Day          string        `json:"day"`  // on which it was made, YYYY-MM-DD
	Base         int           `json:"base"` // calendar year that is year 0
	Years        int           `json:"years"`
	Rate         Rate          `json:"rate"`
	Alternatives []Alternative `json:"alternatives"`
	Criteria     []Criterion   `json:"criteria,omitempty"` // of the utility value
}

// Kinds of faults: with one of them there is no result.
const (
	RateUndated    = "rate_undated"   // no date, or none that is a day
	RateUnsourced  = "rate_unsourced" // nobody can look it up
	RateOutside    = "rate_outside"   // not from −50 % to 100 %
	RateLater      = "rate_later"     // published after the study was made
	DayMissing     = "day_missing"
	YearsOutside   = "years_outside"
	TooFew         = "too_few" // nothing to compare with
	TooMany        = "too_many"
	Unnamed        = "unnamed"
	Twice          = "twice"
	KindUnknown    = "kind_unknown"
	AmountNegative = "amount_negative" // the sign is said by Benefit
	YearOutside    = "year_outside"
	GrowthOutside  = "growth_outside" // not above −100 % and up to 100 %
	RiskOutside    = "risk_outside"   // below 0, or a discount above 100 %
	Weightless     = "weights_zero"   // nothing weighs anything
	TooLong        = "too_long"       // a number of more than 256 bits
	ScoreOutside   = "score_outside"  // not 0 to 10

	CriterionUnknown = "criterion_unknown" // points for what the study has no criterion for
)

// A Fault says what is wrong and where; rooms have the words.
type Fault struct {
	Kind        string
	Alternative string
	Line        string
	Got         string
}

// Faults lists why a study cannot be calculated.
func (s Study) Faults() (out []Fault) {
	out = s.rateFaults()
	if s.Years < 0 || s.Years > MostYears {
		return append(out, Fault{Kind: YearsOutside, Got: number.Int(int64(s.Years)).String()})
	}
	switch n := len(s.Alternatives); {
	case n < 2:
		out = append(out, Fault{Kind: TooFew})
	case n > MostAlternatives:
		return append(out, Fault{Kind: TooMany})
	}
	seen := map[string]bool{}
	for _, a := range s.Alternatives {
		if a.ID == "" {
			out = append(out, Fault{Kind: Unnamed})
		}
		if seen[a.ID] {
			out = append(out, Fault{Kind: Twice, Alternative: a.ID})
		}
		seen[a.ID] = true
		out = append(out, a.faults(s.Years)...)
	}
	return append(out, s.utilityFaults()...)
}

var one = number.Int(1)

func (s Study) rateFaults() (out []Fault) {
	r := s.Rate
	day, err := time.Parse(time.DateOnly, s.Day)
	if err != nil {
		out = append(out, Fault{Kind: DayMissing, Got: s.Day})
	}
	published, bad := time.Parse(time.DateOnly, r.Date)
	switch {
	case bad != nil:
		out = append(out, Fault{Kind: RateUndated, Got: r.Date})
	case err == nil && published.After(day):
		out = append(out, Fault{Kind: RateLater, Got: r.Date})
	}
	if r.Source == "" {
		out = append(out, Fault{Kind: RateUnsourced})
	}
	if long(r.Value) || r.Value.Cmp(one.Neg().Div(number.Int(2))) < 0 || r.Value.Cmp(one) > 0 {
		out = append(out, Fault{Kind: RateOutside, Got: r.Value.String()})
	}
	return out
}

// long reports whether a number has more digits than anybody means; powers of it would fill
// the memory.
func long(x number.Exact) bool { return x.Bits() > 256 }

func (a Alternative) faults(years int) (out []Fault) {
	if len(a.Lines) > MostLines {
		return []Fault{{Kind: TooMany, Alternative: a.ID}}
	}
	if long(a.CostRisk) || long(a.BenefitRisk) {
		out = append(out, Fault{Kind: TooLong, Alternative: a.ID})
	}
	if a.CostRisk.Sign() < 0 || a.BenefitRisk.Sign() < 0 || a.BenefitRisk.Cmp(one) > 0 {
		out = append(out, Fault{Kind: RiskOutside, Alternative: a.ID})
	}
	seen := map[string]bool{}
	for _, l := range a.Lines {
		for _, kind := range l.faults(years) {
			out = append(out, Fault{kind, a.ID, l.ID, l.got(kind)})
		}
		if seen[l.ID] {
			out = append(out, Fault{Kind: Twice, Alternative: a.ID, Line: l.ID})
		}
		seen[l.ID] = true
	}
	return out
}

func (l Line) faults(years int) (kinds []string) {
	if l.ID == "" {
		kinds = append(kinds, Unnamed)
	}
	if long(l.Amount) || long(l.Growth) || l.Risk != nil && long(*l.Risk) {
		kinds = append(kinds, TooLong)
	}
	if l.Kind != Once && l.Kind != Yearly && l.Kind != Exit && l.Kind != EndOfLife {
		kinds = append(kinds, KindUnknown)
	}
	if l.Amount.Sign() < 0 {
		kinds = append(kinds, AmountNegative)
	}
	if l.From < 0 || l.From > years || l.Kind == Yearly && (l.To < l.From || l.To > years) {
		kinds = append(kinds, YearOutside)
	}
	if l.Growth.Cmp(one.Neg()) <= 0 || l.Growth.Cmp(one) > 0 {
		kinds = append(kinds, GrowthOutside)
	}
	if l.Risk != nil && (l.Risk.Sign() < 0 || l.Benefit && l.Risk.Cmp(one) > 0) {
		kinds = append(kinds, RiskOutside)
	}
	return kinds
}

func (l Line) got(kind string) string {
	switch kind {
	case KindUnknown:
		return l.Kind
	case AmountNegative:
		return l.Amount.String()
	case YearOutside:
		return number.Int(int64(l.From)).String() + "–" + number.Int(int64(l.To)).String()
	case GrowthOutside:
		return l.Growth.String()
	case RiskOutside:
		return l.Risk.String()
	}
	return ""
}

// Kinds of gaps: what nobody has stated, and what makes a figure older than it looks.
const (
	ExitMissing      = "exit_missing"
	EndMissing       = "end_missing"
	ZeroUnreasoned   = "zero_unreasoned" // exit or end of life for nothing, without a reason
	RateOld          = "rate_old"        // published more than a year before the study
	NothingEffective = "nothing_effective"
	AnchorsMissing   = "anchors_missing" // nobody says what earns how many points
	ScoreMissing     = "score_missing"   // the utility value is an interval
)

// A Gap is told with the result; it does not count as 0, and it does not stop the calculation.
type Gap struct {
	Kind        string `json:"kind"`
	Alternative string `json:"alternative,omitempty"`
	Line        string `json:"line,omitempty"`
}

func (s Study) gaps() (out []Gap) {
	day, _ := time.Parse(time.DateOnly, s.Day)
	if published, _ := time.Parse(time.DateOnly, s.Rate.Date); published.AddDate(1, 0, 0).Before(day) {
		out = append(out, Gap{Kind: RateOld})
	}
	for _, a := range s.Alternatives {
		stated, effective := map[string]bool{}, false
		for _, l := range a.Lines {
			stated[l.Kind] = true
			effective = effective || l.Effective
			if (l.Kind == Exit || l.Kind == EndOfLife) && l.Amount.Sign() == 0 && l.Reason == "" {
				out = append(out, Gap{ZeroUnreasoned, a.ID, l.ID})
			}
		}
		if !stated[Exit] {
			out = append(out, Gap{Kind: ExitMissing, Alternative: a.ID})
		}
		if !stated[EndOfLife] {
			out = append(out, Gap{Kind: EndMissing, Alternative: a.ID})
		}
		if !effective {
			out = append(out, Gap{Kind: NothingEffective, Alternative: a.ID})
		}
	}
	return out
}
