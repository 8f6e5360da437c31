// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("budget-pots", "/budget/pots", mayRead, "Budgets and funding programmes with their sums", s.apiPots),
		api.Post("budget-pot-add", "/budget/pots", mayWrite, "Add a budget or a funding programme", s.apiAddPot),
		api.Get("budget-pot", "/budget/pots/{pot}", mayRead, "A pot with its conditions, and its measures with what was planned, committed and spent", s.apiPot),
		api.Post("budget-condition-add", "/budget/pots/{pot}/conditions", mayWrite, "Note what a pot asks for", s.apiCondition),
		api.Post("budget-condition-settle", "/budget/conditions/{condition}", mayWrite, "Say that a condition is fulfilled, with evidence, or does not apply, with a reason", s.apiSettle),
		api.Post("budget-pot-change", "/budget/pots/{pot}", mayWrite, "Change a pot", s.apiChangePot),
		api.Post("budget-measure-change", "/budget/measures/{measure}", mayWrite, "Change what is said of a measure; its bookings stay", s.apiChangeMeasure),
		api.Get("budget-measure", "/budget/measures/{measure}", mayRead, "A measure with its sums, what it saves, and the questions to the treasurer", s.apiMeasureOne),
		api.Post("budget-question", "/budget/measures/{measure}/questions", mayWrite, "Ask the treasurer whether own developments of a measure are to be capitalised", s.apiAsk),
		api.Post("budget-answer", "/budget/questions/{enquiry}", mayWrite, "Keep what the treasurer said, and on what that rests", s.apiAnswer),
		api.Post("budget-measure-add", "/budget/pots/{pot}/measures", mayWrite, "Plan a measure", s.apiMeasure),
		api.Get("budget-bookings", "/budget/bookings", mayRead, "Bookings, the oldest first", s.apiBookings),
		api.Post("budget-book", "/budget/measures/{measure}/bookings", mayWrite, "Book what was committed or spent; bookings are never changed", s.apiBook),
		api.Post("budget-reverse", "/budget/bookings/{booking}/reversal", mayWrite, "Take a booking back by another one, with a reason", s.apiReverse),
		api.Post("budget-saving", "/budget/measures/{measure}/savings", mayWrite, "State what a measure saves, with a method, from low to high", s.apiSaving),
	}
}

// Done names what came of it.
type Done struct {
	ID string `json:"id,omitempty"`
}

// Sums are exact numbers as text; what is unknown is absent.
type Sums struct {
	Planned   string `json:"planned,omitempty"`
	Committed string `json:"committed" doc:"Still to be paid."`
	Spent     string `json:"spent"`
	Left      string `json:"left,omitempty" doc:"Less than 0 is overspent."`
	Hours     string `json:"hours,omitempty" doc:"Contributions in hours at their rate, promised and given. They pay nothing out of the pot and are in none of the other sums."`
}

func sums(planned string, x Sum) Sums {
	out := Sums{Planned: planned, Committed: x.Committed.String(), Spent: x.Spent.String()}
	if left, ok := Left(planned, x.Used()); ok {
		out.Left = left.String()
	}
	if x.Hours.Sign() != 0 {
		out.Hours = x.Hours.String()
	}
	return out
}

// Summed is a pot with its sums.
type Summed struct {
	Pot
	Sums Sums `json:"sums"`
}

func (s *Service) summed(ctx context.Context, p Pot) (Summed, error) {
	all, err := s.Bookings(ctx, p.ID, "")
	return Summed{p, sums(p.Amount, Total(all))}, err
}

func (s *Service) apiPots(ctx context.Context, _ struct{}) (out api.List[Summed], err error) {
	out.Items = []Summed{}
	all, err := s.Pots(ctx)
	for _, p := range all {
		one, err := s.summed(ctx, p)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, one)
	}
	return out, err
}

func (s *Service) apiAddPot(ctx context.Context, in struct{ Body PotInput }) (Done, error) {
	id, err := s.AddPot(ctx, in.Body)
	return Done{id}, err
}

// PotIn says which pot an operation is about.
type PotIn struct {
	Pot string `path:"pot" doc:"Id of the pot."`
}

// PotOut is a pot with all that belongs to it.
type PotOut struct {
	Pot        Summed       `json:"pot"`
	Conditions []Condition  `json:"conditions"`
	Measures   []MeasureOut `json:"measures"`
}

// MeasureOut is a measure with its sums.
type MeasureOut struct {
	Measure
	Sums      Sums       `json:"sums"`
	Saving    *Saving    `json:"saving,omitempty" doc:"The latest statement; absent where there is none."`
	Questions []Question `json:"questions" doc:"To the treasurer, the latest first."`
}

func (s *Service) measureOut(ctx context.Context, m Measure) (out MeasureOut, err error) {
	booked, err := s.Bookings(ctx, "", m.ID)
	if err != nil {
		return out, err
	}
	out = MeasureOut{Measure: m, Sums: sums(m.Planned, Total(booked))}
	stated, err := s.Savings(ctx, m.ID)
	if err != nil {
		return out, err
	}
	if len(stated) > 0 {
		out.Saving = &stated[0]
	}
	asked, err := s.Questions(ctx, m.ID)
	out.Questions = append([]Question{}, asked...)
	return out, err
}

// SeenIn says what a caller knows of what they change.
type SeenIn struct {
	Seen string `json:"seen" minLength:"1" doc:"changed as the caller read it. Where somebody else was faster, what both say is told and nothing is written."`
}

func (s *Service) apiChangePot(ctx context.Context, in struct {
	PotIn
	Body struct {
		SeenIn
		PotInput
	}
}) (Done, error) {
	return Done{in.Pot}, s.ChangePot(ctx, in.Pot, in.Body.Seen, in.Body.PotInput)
}

func (s *Service) apiChangeMeasure(ctx context.Context, in struct {
	MeasureIn
	Body struct {
		SeenIn
		MeasureInput
	}
}) (Done, error) {
	return Done{in.Measure}, s.ChangeMeasure(ctx, in.Measure, in.Body.Seen, in.Body.MeasureInput)
}

func (s *Service) apiMeasureOne(ctx context.Context, in MeasureIn) (out MeasureOut, err error) {
	m, err := s.Measure(ctx, in.Measure)
	if err != nil {
		return out, err
	}
	return s.measureOut(ctx, m)
}

func (s *Service) apiAsk(ctx context.Context, in struct {
	MeasureIn
	Body struct {
		Asked string `json:"asked"`
	}
}) (Done, error) {
	id, err := s.Ask(ctx, in.Measure, in.Body.Asked)
	return Done{id}, err
}

func (s *Service) apiAnswer(ctx context.Context, in struct {
	Question string `path:"enquiry" doc:"Id of the question."`
	Body     struct {
		Answer string `json:"answer"`
		Basis  string `json:"basis" doc:"On what the answer rests: a rule, a letter."`
	}
}) (Done, error) {
	return Done{in.Question}, s.Answer(ctx, in.Question, in.Body.Answer, in.Body.Basis)
}

func (s *Service) apiPot(ctx context.Context, in PotIn) (out PotOut, err error) {
	p, err := s.Pot(ctx, in.Pot)
	if err != nil {
		return out, err
	}
	if out.Pot, err = s.summed(ctx, p); err != nil {
		return out, err
	}
	conditions, err := s.Conditions(ctx, p.ID, "", "")
	if err != nil {
		return out, err
	}
	out.Conditions, out.Measures = append([]Condition{}, conditions...), []MeasureOut{}
	all, err := s.store.measures(ctx, s.store.db.Read(), door.From(ctx).Org, p.ID, "")
	for _, m := range all {
		one, err := s.measureOut(ctx, m)
		if err != nil {
			return out, err
		}
		out.Measures = append(out.Measures, one)
	}
	return out, err
}

func (s *Service) apiCondition(ctx context.Context, in struct {
	PotIn
	Body ConditionInput
}) (Done, error) {
	id, err := s.AddCondition(ctx, in.Pot, in.Body)
	return Done{id}, err
}

func (s *Service) apiSettle(ctx context.Context, in struct {
	Condition string `path:"condition" doc:"Id of the condition."`
	Body      struct {
		State    string `json:"state" enum:"fulfilled,waived"`
		Evidence string `json:"evidence" doc:"Evidence, or the reason why it does not apply."`
		Link     string `json:"link,omitempty" doc:"https address of the evidence."`
	}
}) (Done, error) {
	return Done{in.Condition}, s.Settle(ctx, in.Condition, in.Body.State, in.Body.Evidence, in.Body.Link)
}

func (s *Service) apiMeasure(ctx context.Context, in struct {
	PotIn
	Body MeasureInput
}) (Done, error) {
	id, err := s.AddMeasure(ctx, in.Pot, in.Body)
	return Done{id}, err
}

func (s *Service) apiBookings(ctx context.Context, in struct {
	Pot     string `query:"pot" doc:"Of this pot only."`
	Measure string `query:"measure" doc:"Of this measure only."`
}) (api.List[Booking], error) {
	all, err := s.Bookings(ctx, in.Pot, in.Measure)
	return api.List[Booking]{Items: append([]Booking{}, all...)}, err
}

// MeasureIn says which measure an operation is about.
type MeasureIn struct {
	Measure string `path:"measure" doc:"Id of the measure."`
}

func (s *Service) apiBook(ctx context.Context, in struct {
	MeasureIn
	Body BookingInput
}) (Done, error) {
	id, err := s.Book(ctx, in.Measure, in.Body)
	return Done{id}, err
}

func (s *Service) apiReverse(ctx context.Context, in struct {
	Booking string `path:"booking" doc:"Id of the booking."`
	Body    struct {
		Reason string `json:"reason"`
	}
}) (Done, error) {
	id, err := s.Reverse(ctx, in.Booking, in.Body.Reason)
	return Done{id}, err
}

func (s *Service) apiSaving(ctx context.Context, in struct {
	MeasureIn
	Body SavingInput
}) (Done, error) {
	id, err := s.State(ctx, in.Measure, in.Body)
	return Done{id}, err
}
