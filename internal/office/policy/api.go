// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("policy-releases", "/policy/releases", mayRead, "Releases in view with their licence verdicts", s.apiReleases),
		api.Get("policy-release", "/policy/releases/{release}", mayRead, "The licence verdict on a release, with reasons", s.apiRelease),
		api.Get("policy-report", "/policy/releases/{release}/report", mayRead, "Each component with licence, rule, decision, who and when", s.apiReport),
		api.Post("policy-context", "/policy/releases/{release}/contexts", mayWrite, "Say how a release is used; where a component ceases to be denied, a second person has to agree", s.apiContext),
		api.Post("policy-choose", "/policy/choices", mayWrite, "Record which licence is chosen for a component that offers several; where it ceases to be denied, a second person has to agree", s.apiChoose),
		api.Get("policy-judge", "/policy/judge", mayRead, "What a profile says of a licence in a context", s.apiJudge),
		api.Get("policy-profiles", "/policy/profiles", mayRead, "Profiles in their latest versions", s.apiProfiles),
		api.Get("policy-profile", "/policy/profiles/{profile}", mayRead, "A profile with its rules", s.apiProfile),
		api.Post("policy-profile-change", "/policy/profiles/{profile}", mayWrite, "Make another version of a profile, or a copy; a second person has to agree", s.apiChange),
		api.Get("policy-conflicts", "/policy/conflicts", mayRead, "On what two profiles disagree, or what one contradicts itself in", s.apiConflicts),
		api.Post("policy-simulate", "/policy/simulations", mayRead, "What a change of a profile would do; changes nothing", s.apiSimulate),
		api.Post("policy-adopt", "/policy/standard", mayWrite, "Choose the profile that applies in the organisation; a second person has to agree", s.apiAdopt),
		api.Get("policy-exceptions", "/policy/exceptions", mayRead, "Exceptions, those in force first", s.apiExceptions),
		api.Post("policy-except", "/policy/exceptions", mayWrite, "Ask for an exception; a second person has to agree", s.apiExcept),
		api.Delete("policy-exception-end", "/policy/exceptions/{exception}", mayWrite, "End an exception before its day", s.apiEndException),
		api.Get("policy-questions", "/policy/questions", mayRead, "Questions to the licence manager, those that wait first", s.apiQuestions),
		api.Post("policy-ask", "/policy/questions", mayAsk, "Ask the licence manager", s.apiAsk),
		api.Get("policy-question", "/policy/questions/{question}", mayRead, "A question with facts, opinion and decision", s.apiQuestion),
		api.Post("policy-advise", "/policy/questions/{question}/opinion", mayWrite, "Write an opinion on a question down", s.apiAdvise),
		api.Post("policy-decide", "/policy/questions/{question}/decision", mayDecide, "Answer a question", s.apiDecide),
		api.Delete("policy-withdraw", "/policy/questions/{question}", mayAsk, "Take a question back", s.apiWithdraw),
	}
}

// Made names what came of an act.
type Made struct {
	ID string `json:"id"`
}

// ReleaseIn says which release an operation is about.
type ReleaseIn struct {
	Release ospo.ReleaseID `path:"release" doc:"Id of the release."`
}

// ProfileIn says which profile an operation is about.
type ProfileIn struct {
	Profile string `path:"profile" doc:"Id of the profile."`
}

// QuestionIn says which question an operation is about.
type QuestionIn struct {
	Question string `path:"question" doc:"Id of the question."`
}

func listed[T any](all []T, err error) (api.List[T], error) {
	return api.List[T]{Items: append([]T{}, all...)}, err
}

func (s *Service) apiReleases(ctx context.Context, in struct {
	api.Paging
	Q       string `query:"q" doc:"Part of the product's name." maxLength:"300"`
	Verdict string `query:"verdict" enum:"allow,review,unknown,deny"`
	Context string `query:"context" enum:"internal,service,source,binary,linked,upstream"`
	Licence string `query:"licence" doc:"Part of the text of a licence that the release contains, or that the product is under itself." maxLength:"300"`
}) (api.List[Row], error) {
	all, _, next, err := s.Releases(ctx, Filter{Text: in.Q, Verdict: in.Verdict, Context: in.Context, Licence: in.Licence, After: in.After, Size: in.Size})
	return api.List[Row]{Items: append([]Row{}, all...), Next: next}, err
}

func (s *Service) apiRelease(ctx context.Context, in ReleaseIn) (Judgement, error) {
	j, err := s.Judge(ctx, in.Release)
	j.Lines = append([]Line{}, j.Lines...)
	return j, err
}

func (s *Service) apiReport(ctx context.Context, in ReleaseIn) (Report, error) {
	r, err := s.Report(ctx, in.Release)
	r.Lines, r.Items = append([]Line{}, r.Lines...), append([]ReportItem{}, r.Items...)
	return r, err
}

func (s *Service) apiContext(ctx context.Context, in struct {
	ReleaseIn
	Body struct {
		Contexts []ospo.Context `json:"contexts" doc:"None: as the uses in the register say."`
		Reason   string         `json:"reason,omitempty"`
	}
}) (Outcome, error) {
	return s.SetContext(ctx, in.Release, in.Body.Contexts, in.Body.Reason)
}

// ChoiceInput is a choice as somebody makes it.
type ChoiceInput struct {
	Component string `json:"component" doc:"Package URL; the choice holds for all its versions that offer the same."`
	Licence   string `json:"licence" doc:"What the component offers, as its bill of materials says."`
	Chosen    string `json:"chosen"`
	Reason    string `json:"reason"`
}

func (s *Service) apiChoose(ctx context.Context, in struct{ Body ChoiceInput }) (Outcome, error) {
	b := in.Body
	return s.Choose(ctx, Choice{Component: b.Component, Licence: b.Licence, Chosen: b.Chosen, Reason: b.Reason})
}

// An Answer is what a profile says of a licence.
type Answer struct {
	Profile string         `json:"profile"`
	Version string         `json:"version"`
	Context ospo.Context   `json:"context"`
	Finding engine.Finding `json:"finding"`
	Reasons []string       `json:"reasons" doc:"The steps in the reader's language."`
}

func (s *Service) apiJudge(ctx context.Context, in struct {
	Licence   string       `query:"licence" required:"true" doc:"Licence or expression." maxLength:"10000"`
	Component string       `query:"component" doc:"Package URL." maxLength:"500"`
	Context   ospo.Context `query:"context" default:"internal" enum:"internal,service,source,binary,linked,upstream"`
	Profile   string       `query:"profile" doc:"Id of a profile; absent: that of the organisation." maxLength:"60"`
}) (Answer, error) {
	l, p, err := s.Licence(ctx, in.Profile, in.Context, in.Licence, in.Component)
	return Answer{p.ID, p.Version, in.Context, l.Finding, append([]string{}, chain(ctx, p, l.Finding)...)}, err
}

func (s *Service) apiProfiles(ctx context.Context, _ struct{}) (api.List[Profile], error) {
	return listed(s.Profiles(ctx))
}

func (s *Service) apiProfile(ctx context.Context, in ProfileIn) (Profile, error) {
	return s.Profile(ctx, in.Profile)
}

func (s *Service) apiChange(ctx context.Context, in struct {
	ProfileIn
	Body ProfileChange
}) (Outcome, error) {
	return s.Change(ctx, in.Profile, in.Body)
}

func (s *Service) apiConflicts(ctx context.Context, in struct {
	One   string `query:"one" required:"true" doc:"Id of a profile." maxLength:"60"`
	Other string `query:"other" doc:"Id of another; absent: the one with itself." maxLength:"60"`
}) (api.List[engine.Conflict], error) {
	return listed(s.Conflicts(ctx, in.One, in.Other))
}

func (s *Service) apiSimulate(ctx context.Context, in struct {
	Body struct {
		Profile string `json:"profile"`
		engine.Change
	}
}) (Simulation, error) {
	return s.Simulate(ctx, in.Body.Profile, ProfileChange{Change: in.Body.Change})
}

func (s *Service) apiAdopt(ctx context.Context, in struct {
	Body struct {
		Profile string `json:"profile"`
		Reason  string `json:"reason"`
	}
}) (Outcome, error) {
	return s.Adopt(ctx, in.Body.Profile, in.Body.Reason)
}

func (s *Service) apiExceptions(ctx context.Context, _ struct{}) (api.List[Exception], error) {
	return listed(s.Exceptions(ctx))
}

func (s *Service) apiExcept(ctx context.Context, in struct{ Body ExceptionInput }) (Outcome, error) {
	return s.Except(ctx, in.Body)
}

func (s *Service) apiEndException(ctx context.Context, in struct {
	Exception string `path:"exception" doc:"Id of the exception."`
}) (Made, error) {
	return Made{in.Exception}, s.EndException(ctx, in.Exception)
}

func (s *Service) apiQuestions(ctx context.Context, in struct {
	State string `query:"state" enum:"open,advised,decided,withdrawn"`
}) (api.List[Question], error) {
	return listed(s.Questions(ctx, in.State))
}

func (s *Service) apiAsk(ctx context.Context, in struct{ Body QuestionInput }) (Made, error) {
	id, err := s.Ask(ctx, in.Body)
	return Made{id}, err
}

func (s *Service) apiQuestion(ctx context.Context, in QuestionIn) (Question, error) {
	return s.Question(ctx, in.Question)
}

func (s *Service) apiAdvise(ctx context.Context, in struct {
	QuestionIn
	Body struct {
		Opinion string `json:"opinion"`
	}
}) (Made, error) {
	return Made{in.Question}, s.Advise(ctx, in.Question, in.Body.Opinion)
}

func (s *Service) apiDecide(ctx context.Context, in struct {
	QuestionIn
	Body DecisionInput
}) (Outcome, error) {
	return s.Decide(ctx, in.Question, in.Body)
}

func (s *Service) apiWithdraw(ctx context.Context, in QuestionIn) (Made, error) {
	return Made{in.Question}, s.Withdraw(ctx, in.Question)
}
