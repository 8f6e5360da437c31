// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	const own, read, write, train = "competence.own", "competence.read", "competence.write", "competence.train"
	return []api.Op{
		api.Get("competence-catalogue", "/competence/competences", own, "Competences as they apply in the caller's organisation, and which role needs which level", s.apiBook),
		api.Post("competence-change", "/competence/competences", write, "Change a competence, or add one, as a new version with a reason", s.apiChange),
		api.Get("competence-versions", "/competence/competences/{competence}", own, "What a competence is and has been, the present version first", s.apiVersions),
		api.Post("competence-need", "/competence/needs", write, "Set the level at which a role needs a competence", s.apiNeed),
		api.Get("competence-gaps", "/competence/gaps", own, "Who holds which role and lacks what; without competence.read counts of at least five people", s.apiGaps),
		api.Get("competence-gap", "/competence/gaps/{role}", own, "The same for one role", s.apiGap),
		api.Get("competence-me", "/competence/me", own, "The caller's own competences", s.apiMe),
		api.Post("competence-assess", "/competence/me", own, "Assess oneself", s.apiAssess),
		api.Get("competence-person", "/competence/people/{person}", read, "Somebody's competences", s.apiPerson),
		api.Post("competence-confirm", "/competence/people/{person}", "competence.confirm", "Confirm or correct somebody's competences; never the own ones", s.apiConfirm),
		api.Get("competence-trainings", "/competence/trainings", own, "Trainings; with a competence and a level those that close a gap", s.apiTrainings),
		api.Post("competence-training-add", "/competence/trainings", train, "Offer a training", s.apiAddTraining),
		api.Get("competence-training", "/competence/trainings/{training}", own, "A training with who comes, as far as the caller may see it", s.apiTraining),
		api.Post("competence-training-change", "/competence/trainings/{training}", train, "Change a training", s.apiSetTraining),
		api.Delete("competence-training-cancel", "/competence/trainings/{training}", train, "Call a training off", s.apiCancel),
		api.Post("competence-seat", "/competence/trainings/{training}/seats", own, "Wish for a training, or bring somebody a step on in it", s.apiSeat),
	}
}

// Catalogue is the competences with what roles need of them.
type Catalogue struct {
	Competences []Competence `json:"competences"`
	Needs       []Need       `json:"needs"`
	Source      string       `json:"source"`
	Checked     string       `json:"checked" doc:"Day on which the source was read."`
}

func (s *Service) apiBook(ctx context.Context, _ struct{}) (Catalogue, error) {
	b, err := s.Book(ctx)
	out := Catalogue{Competences: b.All, Needs: []Need{}, Source: Shipped.Source, Checked: Shipped.Checked}
	for i, c := range out.Competences { // who decided above is not shown
		if c.Org != door.From(ctx).Org {
			out.Competences[i].Org, out.Competences[i].OrgName, out.Competences[i].Person, out.Competences[i].Maker = "", "", "", ""
		}
	}
	for _, needs := range b.needs {
		out.Needs = append(out.Needs, needs...)
	}
	slices.SortFunc(out.Needs, func(x, y Need) int {
		if x.Role != y.Role {
			return map[bool]int{true: -1, false: 1}[x.Role < y.Role]
		}
		return b.place(x.Competence) - b.place(y.Competence)
	})
	return out, err
}

// Done says how many values were noted, or names what came of it.
type Done struct {
	ID    string `json:"id,omitempty"`
	Count int    `json:"count,omitempty"`
}

func (s *Service) apiChange(ctx context.Context, in struct{ Body Edit }) (Done, error) {
	b, err := s.Book(ctx)
	if err != nil {
		return Done{}, err
	}
	_, there := b.Find(in.Body.Key)
	return Done{ID: in.Body.Key}, s.Change(ctx, in.Body, !there)
}

func (s *Service) apiVersions(ctx context.Context, in struct {
	Competence string `path:"competence" doc:"Key of the competence, for example licence_law."`
}) (api.List[Competence], error) {
	all, err := s.Versions(ctx, in.Competence)
	return api.List[Competence]{Items: append([]Competence{}, all...)}, err
}

func (s *Service) apiNeed(ctx context.Context, in struct {
	Body struct {
		Role       string `json:"role" doc:"Key of the role."`
		Competence string `json:"competence" doc:"Key of the competence."`
		Level      int    `json:"level" doc:"1 to 4; 0 is not at all."`
		Reason     string `json:"reason"`
	}
}) (Done, error) {
	n, err := s.Require(ctx, in.Body.Role, map[string]int{in.Body.Competence: in.Body.Level}, in.Body.Reason)
	return Done{Count: n}, err
}

func (s *Service) apiGaps(ctx context.Context, in struct {
	Org string `query:"org" doc:"Id of an organisation; the caller's own where absent."`
}) (Overview, error) {
	return s.Overview(ctx, ospo.OrgID(in.Org))
}

func (s *Service) apiGap(ctx context.Context, in struct {
	Role string `path:"role" doc:"Key of the role."`
}) (Gap, error) {
	return s.Gap(ctx, in.Role)
}

func (s *Service) apiMe(ctx context.Context, _ struct{}) (Profile, error) { return s.Mine(ctx) }

// Values are levels by competence.
type Values struct {
	Levels map[string]int `json:"levels" doc:"Competence: 0 not known yet, 1 knows of it, 2 with help, 3 alone, 4 can teach it."`
	Note   string         `json:"note,omitempty"`
}

func (s *Service) apiAssess(ctx context.Context, in struct{ Body Values }) (Done, error) {
	n, err := s.Assess(ctx, in.Body.Levels, in.Body.Note)
	return Done{Count: n}, err
}

// PersonIn says which person an operation is about.
type PersonIn struct {
	Person string `path:"person" doc:"Id of the person."`
}

func (s *Service) apiPerson(ctx context.Context, in PersonIn) (Profile, error) {
	return s.Profile(ctx, ospo.PersonID(in.Person))
}

func (s *Service) apiConfirm(ctx context.Context, in struct {
	PersonIn
	Body Values
}) (Done, error) {
	n, err := s.Confirm(ctx, ospo.PersonID(in.Person), in.Body.Levels, in.Body.Note)
	return Done{Count: n}, err
}

func (s *Service) apiTrainings(ctx context.Context, in struct {
	Competence string `query:"competence" doc:"Key of a competence that it raises."`
	Level      int    `query:"level" doc:"To this level at least." minimum:"0" maximum:"4"`
	Open       bool   `query:"open" doc:"Those to come only."`
}) (api.List[Training], error) {
	all, err := s.Trainings(ctx, TrainingSieve{Competence: in.Competence, Level: in.Level, Open: in.Open})
	return api.List[Training]{Items: append([]Training{}, all...)}, err
}

func (s *Service) apiAddTraining(ctx context.Context, in struct{ Body TrainingInput }) (Done, error) {
	id, err := s.AddTraining(ctx, in.Body)
	return Done{ID: id}, err
}

// TrainingIn says which training an operation is about.
type TrainingIn struct {
	Training string `path:"training" doc:"Id of the training."`
}

// Attended is a training with who comes.
type Attended struct {
	Training Training `json:"training"`
	Seats    []Seat   `json:"seats"`
}

func (s *Service) apiTraining(ctx context.Context, in TrainingIn) (a Attended, err error) {
	if a.Training, err = s.Training(ctx, in.Training); err != nil {
		return a, err
	}
	seats, err := s.Seats(ctx, in.Training)
	a.Seats = append([]Seat{}, seats...)
	return a, err
}

func (s *Service) apiSetTraining(ctx context.Context, in struct {
	TrainingIn
	Body TrainingInput
}) (Done, error) {
	return Done{ID: in.Training}, s.ChangeTraining(ctx, in.Training, in.Body)
}

func (s *Service) apiCancel(ctx context.Context, in TrainingIn) (Done, error) {
	return Done{ID: in.Training}, s.CancelTraining(ctx, in.Training)
}

func (s *Service) apiSeat(ctx context.Context, in struct {
	TrainingIn
	Body struct {
		Person      ospo.PersonID `json:"person,omitempty" doc:"Id of a person; the caller where absent."`
		State       string        `json:"state" enum:"wish,planned,attended,certified,dropped"`
		Certificate string        `json:"certificate,omitempty" doc:"For certified: which, where it lies."`
	}
}) (Done, error) {
	if in.Body.Person == "" {
		in.Body.Person = door.From(ctx).Human()
	}
	return Done{ID: in.Training}, s.Seat(ctx, in.Training, in.Body.Person, in.Body.State, in.Body.Certificate)
}
