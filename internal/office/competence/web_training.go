// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// First and Last are the days of a training as times; Price is its cost in whole units.
func (t Training) First() time.Time { return db.Time(t.Since) }

// Last is the zero time where a training is one day, or has none.
func (t Training) Last() time.Time { return db.Time(t.Until) }

// Priced reports whether somebody knows what it costs.
func (t Training) Priced() bool { return t.Cost != nil }

// Price is the cost in euros.
func (t Training) Price() float64 {
	if t.Cost == nil {
		return 0
	}
	return float64(*t.Cost) / 100
}

// TrainingsPage is the list of trainings.
type TrainingsPage struct {
	Rows     []TrainingRow
	Kinds    []web.Choice
	MayTrain bool
	Narrow   bool
	Past     bool // those that are over, too
}

// A TrainingRow is a training with its aims in the reader's language.
type TrainingRow struct {
	Training
	Aims []AimRow
	Over bool
}

// An AimRow is an aim with the name of its competence.
type AimRow struct {
	Aim
	Name string
}

func (s *Service) trainingsPage(r *http.Request) (p TrainingsPage, err error) {
	q := r.URL.Query()
	p.Past, p.MayTrain = q.Get("past") != "", may(r, "competence.train")
	b, err := s.Book(r.Context())
	if err != nil {
		return p, err
	}
	key := q.Get("competence")
	if _, ok := b.Find(key); !ok {
		key = ""
	}
	all, err := s.Trainings(r.Context(), TrainingSieve{Competence: key, Open: !p.Past})
	for _, t := range all {
		p.Rows = append(p.Rows, s.trainingRow(t, b, tongue(r)))
	}
	for _, c := range b.All {
		p.Kinds = append(p.Kinds, web.Choice{Value: c.Key, Label: c.Name.In(tongue(r)), Chosen: c.Key == key})
	}
	p.Narrow = key != "" || p.Past
	return p, err
}

func (s *Service) trainingRow(t Training, b Book, tongue string) TrainingRow {
	row := TrainingRow{Training: t, Over: !t.Open(s.today())}
	for _, a := range aimed(t, b) {
		row.Aims = append(row.Aims, AimRow{a, b.names([]string{a.Competence}, tongue)[0]})
	}
	return row
}

// TrainingPage is one training, with who comes.
type TrainingPage struct {
	TrainingRow
	Seats     []SeatRow
	Me        SeatRow
	People    []web.Choice // who can be planned in
	Chosen    string
	MayTrain  bool
	SeeOthers bool
}

// A SeatRow is a seat with the steps that the viewer can take.
type SeatRow struct {
	Seat
	Next []string
	Cert bool // a step notes a certificate
}

func (s *Service) trainingPage(r *http.Request) (p TrainingPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	t, err := s.Training(ctx, r.PathValue("training"))
	if err != nil {
		return p, err
	}
	b, err := s.Book(ctx)
	if err != nil {
		return p, err
	}
	p.TrainingRow, p.MayTrain, p.SeeOthers = s.trainingRow(t, b, v.Lang), v.May("competence.train"), v.May("competence.train") || v.May("competence.read")
	seats, err := s.Seats(ctx, t.ID)
	if err != nil {
		return p, err
	}
	me, self := Person{ID: v.Human()}, door.Viewer{Person: v.Human(), Org: v.Org} // with no permission but to decide for oneself
	p.Me = SeatRow{Next: s.nextStates(self, t, me, "")}
	for _, seat := range seats {
		if seat.Person == me.ID {
			p.Me = SeatRow{Seat: seat, Next: s.nextStates(self, t, me, seat.State)}
		}
		row := SeatRow{Seat: seat, Next: s.nextStates(v, t, Person{ID: seat.Person}, seat.State)}
		row.Cert = slices.Contains(row.Next, "certified")
		p.Seats = append(p.Seats, row)
	}
	return p, s.offerPeople(r, &p)
}

// offerPeople lists who has no seat yet.
func (s *Service) offerPeople(r *http.Request, p *TrainingPage) error {
	if !p.MayTrain || p.Over {
		return nil
	}
	people, err := s.store.people(r.Context(), s.store.db.Read(), door.From(r.Context()).Org)
	for _, one := range people {
		if !slices.ContainsFunc(p.Seats, func(b SeatRow) bool { return b.Person == one.ID && b.State != "dropped" }) {
			p.People = append(p.People, web.Choice{Value: string(one.ID), Label: one.Name + ", " + one.House})
		}
	}
	return err
}

func (s *Service) setSeat(r *http.Request) (p TrainingPage, next string, err error) {
	if p, err = s.trainingPage(r); err != nil {
		return p, "", err
	}
	person := ospo.PersonID(r.PostFormValue("person"))
	if person == "" {
		person = door.From(r.Context()).Human()
	}
	p.Chosen = string(person)
	return p, "/competence/training/" + p.ID, s.Seat(r.Context(), p.ID, person, r.PostFormValue("state"), r.PostFormValue("certificate"))
}

func (s *Service) cancelTraining(r *http.Request) (string, error) {
	id := r.PathValue("training")
	return "/competence/training/" + id, s.CancelTraining(r.Context(), id)
}

// TrainingForm is a training as it is written down.
type TrainingForm struct {
	TrainingInput
	ID      string
	Price   string // in euros, as written
	Places  string // seats, as written
	Tongues []web.Choice
	Rows    []LevelRow
}

func (s *Service) trainingForm(r *http.Request, id string, in TrainingInput) (p TrainingForm, err error) {
	b, err := s.Book(r.Context())
	p = TrainingForm{TrainingInput: in, ID: id}
	for _, c := range b.All {
		if level := in.Aims[c.Key]; !c.Retired || level > 0 {
			p.Rows = append(p.Rows, LevelRow{c.Key, c.Name.In(tongue(r)), levelChoices(level, 1)})
		}
	}
	for _, l := range Tongues {
		p.Tongues = append(p.Tongues, web.Choice{Value: l, Chosen: l == in.Language})
	}
	return p, err
}

func (s *Service) newTraining(r *http.Request) (TrainingForm, error) {
	in := TrainingInput{Language: Tongues[0], Aims: map[string]int{}}
	if key := r.URL.Query().Get("competence"); keyForm.MatchString(key) {
		in.Aims[key] = 3
	}
	return s.trainingForm(r, "", in)
}

func (s *Service) editTraining(r *http.Request) (p TrainingForm, err error) {
	t, err := s.ownTraining(r.Context(), r.PathValue("training"))
	if err != nil {
		return p, err
	}
	if p, err = s.trainingForm(r, t.ID, t.TrainingInput); t.Cost != nil {
		p.Price = strings.TrimSuffix(strconv.FormatFloat(t.Price(), 'f', 2, 64), ".00")
	}
	if t.Seats > 0 {
		p.Places = strconv.Itoa(t.Seats)
	}
	return p, err
}

// filled reads the form; what cannot be read is a fault, together with the form.
func (s *Service) filled(r *http.Request, id string) (TrainingForm, error) {
	v := r.PostFormValue
	aims, err := s.posted(r)
	if err != nil {
		return TrainingForm{}, err
	}
	in := TrainingInput{Title: v("title"), Provider: v("provider"), About: v("about"), Since: v("since"), Until: v("until"), Place: v("place"), Link: v("link"),
		Language: v("language"), Aims: aims}
	p, err := s.trainingForm(r, id, in)
	if err != nil {
		return p, err
	}
	p.Price, p.Places = strings.TrimSpace(v("cost")), strings.TrimSpace(v("seats"))
	if p.Price != "" {
		euros, err := strconv.ParseFloat(strings.Replace(p.Price, ",", ".", 1), 64)
		if err != nil || euros < 0 || euros > mostCost/100 {
			return p, fault.At("cost", "competence.cost_bad")
		}
		cost := int(math.Round(euros * 100))
		p.Cost = &cost
	}
	if p.Places != "" {
		if p.Seats, err = strconv.Atoi(p.Places); err != nil {
			return p, fault.At("seats", "competence.seats_bad", p.Places, mostSeats)
		}
	}
	return p, nil
}

func (s *Service) addTraining(r *http.Request) (TrainingForm, string, error) {
	p, err := s.filled(r, "")
	if err != nil {
		return p, "", err
	}
	id, err := s.AddTraining(r.Context(), p.TrainingInput)
	return p, "/competence/training/" + id, err
}

func (s *Service) setTraining(r *http.Request) (TrainingForm, string, error) {
	t, err := s.ownTraining(r.Context(), r.PathValue("training"))
	if err != nil {
		return TrainingForm{}, "", err
	}
	p, err := s.filled(r, t.ID)
	if err != nil {
		return p, "", err
	}
	return p, "/competence/training/" + t.ID, s.ChangeTraining(r.Context(), t.ID, p.TrainingInput)
}
