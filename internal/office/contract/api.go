// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"

	"allmende/internal/engine/clause"
	"allmende/internal/platform/api"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("contract-list", "/contract/contracts", mayRead, "Contracts of the caller's organisation and below", s.apiList),
		api.Post("contract-add", "/contract/contracts", mayWrite, "Add a contract", s.apiAdd),
		api.Get("contract-one", "/contract/contracts/{contract}", mayRead, "A contract with its next end, the last day of notice, and its topics", s.apiOne),
		api.Post("contract-change", "/contract/contracts/{contract}", mayWrite, "Change a contract", s.apiChange),
		api.Post("contract-answer", "/contract/contracts/{contract}/answers", mayWrite, "Answer the questions, and get a hint on the EVB-IT type and topics, to be checked by whoever is responsible", s.apiAnswer),
		api.Post("contract-choose", "/contract/contracts/{contract}/topics", mayWrite, "Settle which topics the contract has; each brings what is owed", s.apiChoose),
		api.Get("contract-owed", "/contract/owed", mayRead, "What is owed because of contracts, by its day", s.apiOwed),
		api.Post("contract-owe", "/contract/contracts/{contract}/owed", mayWrite, "Add something owed that no topic brings", s.apiOwe),
		api.Post("contract-settle", "/contract/owed/{owed}", mayWrite, "Mark something owed as fulfilled with evidence, or as not owed with a reason", s.apiSettle),
		api.Post("contract-before", "/contract/contracts/{contract}/before", mayWrite, "Settle in one step what was due before the day from which the duties of a contract count, with a reason", s.apiBefore),
		api.Post("contract-plan-draw", "/contract/contracts/{contract}/papers", mayWrite, "Draw the plan of a contract: its content is kept with a SHA-256", s.apiDrawPlan),
		api.Post("contract-report-draw", "/contract/papers", mayWrite, "Draw the report on proprietary software as of today", s.apiDrawReport),
		api.Get("contract-papers", "/contract/papers", mayRead, "Plans of a contract that were drawn, or reports, the latest first", s.apiPapers),
		api.Get("contract-paper", "/contract/papers/{drawn}", mayRead, "A plan or a report as it was drawn, with its content and SHA-256", s.apiPaper),
		api.Get("contract-exceptions", "/contract/exceptions", mayRead, "All proprietary software in force with its reason, those without one first", s.apiExceptions),
	}
}

// Done names what came of it.
type Done struct {
	ID string `json:"id,omitempty"`
}

func (s *Service) apiList(ctx context.Context, in struct {
	api.Paging
	Text        string `query:"text" doc:"Part of title, number, supplier or software."`
	State       string `query:"state" enum:"running,ended"`
	Proprietary string `query:"proprietary" enum:"unknown,no,yes"`
}) (api.List[Contract], error) {
	all, next, err := s.Contracts(ctx, Sieve{Text: in.Text, State: in.State, Proprietary: in.Proprietary, After: in.After, Size: in.Size})
	out := api.List[Contract]{Items: append([]Contract{}, all...)}
	if next != nil {
		out.Next = keyset.Cursor(next...)
	}
	return out, err
}

func (s *Service) apiAdd(ctx context.Context, in struct{ Body Input }) (Done, error) {
	id, err := s.Add(ctx, in.Body)
	return Done{id}, err
}

// ContractIn says which contract an operation is about.
type ContractIn struct {
	Contract string `path:"contract" doc:"Id of the contract."`
}

// Full is a contract with what follows from its days, and its topics.
type Full struct {
	Contract Contract `json:"contract"`
	End      string   `json:"end,omitempty" doc:"Renewals included."`
	NoticeBy string   `json:"noticeBy,omitempty" doc:"Last day of notice, by the calendar; the contract decides."`
	Missed   string   `json:"missed,omitempty" doc:"Day of notice that passed, so that the contract went on."`
	Topics   []string `json:"topics"`
	Owed     []Owed   `json:"owed"`
}

func (s *Service) apiOne(ctx context.Context, in ContractIn) (f Full, err error) {
	p, err := s.Plan(ctx, in.Contract)
	if err != nil {
		return f, err
	}
	l := s.leaving(p.Contract)
	f = Full{Contract: p.Contract, End: l.End, NoticeBy: l.By, Missed: l.Missed, Topics: []string{}}
	for _, c := range p.Chosen {
		f.Topics = append(f.Topics, c.Topic.ID)
	}
	owed, err := s.Owed(ctx, p.ID, "", "")
	f.Owed = append([]Owed{}, owed...)
	return f, err
}

func (s *Service) apiChange(ctx context.Context, in struct {
	ContractIn
	Body struct {
		SeenIn
		Input
	}
}) (Done, error) {
	return Done{in.Contract}, s.Change(ctx, in.Contract, in.Body.Seen, in.Body.Input)
}

// SeenIn says what a caller knows of what they change.
type SeenIn struct {
	Seen string `json:"seen" minLength:"1" doc:"changed of the contract as the caller read it. Where somebody else was faster, what both say is told and nothing is written."`
}

// Advice is what follows from answers: a hint.
type Advice struct {
	Set     string        `json:"set" doc:"Edition of questions and topics."`
	Checked string        `json:"checked" doc:"Day on which it was checked."`
	Type    string        `json:"type,omitempty" doc:"EVB-IT type; absent while a question is open."`
	Ask     string        `json:"ask,omitempty" doc:"Question on which the type depends."`
	Topics  []TopicAdvice `json:"topics"`
}

// TopicAdvice is the verdict on a topic.
type TopicAdvice struct {
	Topic   string   `json:"topic"`
	Verdict string   `json:"verdict" enum:"fits,open,not"`
	Open    []string `json:"open,omitempty" doc:"Questions on which it depends."`
	Basis   string   `json:"basis" doc:"S: seen in a source; O: our own proposal; SO: both."`
	Wording string   `json:"wording" doc:"Our own, in German."`
}

func (s *Service) apiAnswer(ctx context.Context, in struct {
	ContractIn
	Body struct {
		SeenIn
		Answers map[string]string `json:"answers" doc:"Question: answer."`
	}
}) (a Advice, err error) {
	if err := s.Answer(ctx, in.Contract, in.Body.Seen, in.Body.Answers); err != nil {
		return a, err
	}
	return s.advice(s.Set.Plan(in.Body.Answers)), nil
}

func (s *Service) advice(p clause.Plan) Advice {
	a := Advice{Set: s.Set.Edition(), Checked: s.Set.Checked, Type: p.Type, Ask: p.Ask}
	for _, v := range p.Topics {
		t, _ := s.Set.Topic(v.Topic)
		a.Topics = append(a.Topics, TopicAdvice{v.Topic, v.Verdict, v.Open, t.Basis, t.Wording.DE})
	}
	return a
}

func (s *Service) apiChoose(ctx context.Context, in struct {
	ContractIn
	Body struct {
		SeenIn
		Choice
	}
}) (Done, error) {
	return Done{in.Contract}, s.Choose(ctx, in.Contract, in.Body.Seen, in.Body.Choice)
}

// Settled says how much was settled.
type Settled struct {
	Settled int `json:"settled"`
}

func (s *Service) apiBefore(ctx context.Context, in struct {
	ContractIn
	Body struct {
		Reason string `json:"reason"`
	}
}) (Settled, error) {
	n, err := s.SettleBefore(ctx, in.Contract, in.Body.Reason)
	return Settled{n}, err
}

func (s *Service) apiOwed(ctx context.Context, in struct {
	Contract string `query:"contract" doc:"Of this contract only."`
	State    string `query:"state" enum:"open,fulfilled,waived"`
	Until    string `query:"until" doc:"Owed by this day, YYYY-MM-DD."`
}) (api.List[Owed], error) {
	all, err := s.Owed(ctx, in.Contract, in.State, in.Until)
	return api.List[Owed]{Items: append([]Owed{}, all...)}, err
}

func (s *Service) apiOwe(ctx context.Context, in struct {
	ContractIn
	Body struct {
		What string `json:"what"`
		Due  string `json:"due" doc:"Day, YYYY-MM-DD."`
	}
}) (Done, error) {
	id, err := s.Owe(ctx, in.Contract, in.Body.What, in.Body.Due)
	return Done{id}, err
}

func (s *Service) apiSettle(ctx context.Context, in struct {
	Owed string `path:"owed" doc:"Id of what is owed."`
	Body Settlement
}) (Done, error) {
	return Done{in.Owed}, s.Settle(ctx, in.Owed, in.Body)
}

func (s *Service) apiExceptions(ctx context.Context, _ struct{}) (Report, error) {
	r, err := s.Report(ctx)
	r.All = append([]Exception{}, r.All...)
	return r, err
}

func (s *Service) apiDrawPlan(ctx context.Context, in ContractIn) (Done, error) {
	id, err := s.DrawPlan(ctx, in.Contract)
	return Done{id}, err
}

func (s *Service) apiDrawReport(ctx context.Context, _ struct{}) (Done, error) {
	id, err := s.DrawReport(ctx)
	return Done{id}, err
}

func (s *Service) apiPapers(ctx context.Context, in struct {
	Contract string `query:"contract" doc:"Id of a contract, for its plans. Absent: reports."`
}) (api.List[Paper], error) {
	all, err := s.Papers(ctx, in.Contract)
	return api.List[Paper]{Items: append([]Paper{}, all...)}, err
}

func (s *Service) apiPaper(ctx context.Context, in struct {
	Drawn string `path:"drawn" doc:"Id of what was drawn."`
}) (Paper, error) {
	p, _, err := s.Paper(ctx, in.Drawn)
	return p, err
}
