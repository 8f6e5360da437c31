// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Training is something by which people learn, with the levels to which it raises.
type Training struct {
	ID  string     `json:"id"`
	Org ospo.OrgID `json:"org,omitempty" doc:"Who keeps it; absent where that is an organisation above the caller's."`
	TrainingInput
	Cancelled string `json:"cancelled,omitempty" doc:"When it was called off."`
	Taken     int    `json:"taken" doc:"Seats that are planned or were used."`
	Own       bool   `json:"own" doc:"The caller's organisation can change it."`
}

// TrainingInput is what somebody says of a training.
type TrainingInput struct {
	Title    string         `json:"title"`
	Provider string         `json:"provider,omitempty"`
	About    string         `json:"about,omitempty"`
	Since    string         `json:"since,omitempty" doc:"First day, YYYY-MM-DD; absent where it can be begun at any time."`
	Until    string         `json:"until,omitempty" doc:"Last day, YYYY-MM-DD."`
	Place    string         `json:"place,omitempty"`
	Link     string         `json:"link,omitempty" doc:"https address."`
	Language string         `json:"language,omitempty" enum:"de,en,de+en" doc:"de where absent."`
	Cost     *int           `json:"cost,omitempty" doc:"In cents, for one person; absent where nobody knows."`
	Seats    int            `json:"seats,omitempty" doc:"0 is as many as come."`
	Aims     map[string]int `json:"aims" doc:"Competence: level to which it is raised, 1 to 4."`
}

// An Aim is a level to which a training raises a competence.
type Aim struct {
	Training, Competence string
	Level                int
}

// Bounds of a training.
const (
	mostSeats     = 100_000
	mostCost      = 100_000_000 // cents
	mostAims      = 30
	mostTrainings = 500
)

// Tongues are the languages that a training can be held in.
var Tongues = []string{"de", "en", "de+en"}

func (in TrainingInput) checked(b Book) (_ TrainingInput, err error) {
	if in.Title, err = fault.Words("title", in.Title, longestName); err != nil {
		return in, err
	}
	for field, text := range map[string]*string{"provider": &in.Provider, "about": &in.About, "place": &in.Place, "link": &in.Link} {
		if *text, err = fault.Text(field, *text, longestText); err != nil {
			return in, err
		}
	}
	if in.Language == "" {
		in.Language = Tongues[0]
	}
	if !slices.Contains(Tongues, in.Language) {
		return in, fault.At("language", "competence.language_bad", in.Language)
	}
	if u, err := url.Parse(in.Link); in.Link != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return in, fault.At("link", "competence.link_bad", in.Link)
	}
	if in.Cost != nil && (*in.Cost < 0 || *in.Cost > mostCost) {
		return in, fault.At("cost", "competence.cost_bad")
	}
	if in.Seats < 0 || in.Seats > mostSeats {
		return in, fault.At("seats", "competence.seats_bad", in.Seats, mostSeats)
	}
	return in, errors.Join(checkDays(in.Since, in.Until), checkAims(in.Aims, b))
}

func checkDays(since, until string) error {
	for field, day := range map[string]string{"since": since, "until": until} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fault.At(field, "competence.day_bad", day)
		}
	}
	if until != "" && until < since {
		return fault.At("until", "competence.until_first")
	}
	return nil
}

func checkAims(aims map[string]int, b Book) error {
	if len(aims) == 0 || len(aims) > mostAims {
		return fault.At("aims", "competence.aims_bad", mostAims)
	}
	for key, level := range aims {
		if _, ok := b.Find(key); !ok {
			return fault.At("aims", "competence.unknown_key", key)
		}
		if err := inLevels("aims", level, 1); err != nil {
			return err
		}
	}
	return nil
}

// AddTraining offers a training to the viewer's organisation and all below.
func (s *Service) AddTraining(ctx context.Context, in TrainingInput) (id string, err error) {
	defer fault.Wrap(&err, "add a training")
	in, err = s.checkTraining(ctx, in)
	if err != nil {
		return "", err
	}
	v := door.From(ctx)
	t := Training{ID: db.NewID(), Org: v.Org, TrainingInput: in}
	return t.ID, s.store.db.Write(ctx, v.Act("competence.training.add", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addTraining(ctx, tx, t)
	})
}

func (s *Service) checkTraining(ctx context.Context, in TrainingInput) (TrainingInput, error) {
	b, err := s.Book(ctx)
	if err != nil {
		return in, err
	}
	return in.checked(b)
}

// ChangeTraining changes a training of an organisation in view.
func (s *Service) ChangeTraining(ctx context.Context, id string, in TrainingInput) (err error) {
	defer fault.Wrap(&err, "change training %s", id)
	old, err := s.ownTraining(ctx, id)
	if err != nil {
		return err
	}
	if in, err = s.checkTraining(ctx, in); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(old.Org, "competence.training.change", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(old.TrainingInput, in)
		return s.store.setTraining(ctx, tx, Training{ID: id, Org: old.Org, TrainingInput: in})
	})
}

// CancelTraining calls a training off; who was planned in is told by the page.
func (s *Service) CancelTraining(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "call off training %s", id)
	t, err := s.ownTraining(ctx, id)
	if err != nil {
		return err
	}
	if t.Cancelled != "" {
		return fault.New(fault.Conflict, "competence.cancelled")
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(t.Org, "competence.training.cancel", id), func(tx *db.Tx) error {
		return s.store.cancelTraining(ctx, tx, t)
	})
}

func (s *Service) ownTraining(ctx context.Context, id string) (Training, error) {
	t, err := s.Training(ctx, id)
	if err == nil && !t.Own {
		err = fault.New(fault.Forbidden, "competence.training_above")
	}
	return t, err
}

// A TrainingSieve narrows the list: to those that raise a competence to a level at least, and
// to those that are still to come.
type TrainingSieve struct {
	Competence string
	Level      int
	Open       bool
}

// Trainings lists those of the organisations in view and above, by their first day.
func (s *Service) Trainings(ctx context.Context, f TrainingSieve) ([]Training, error) {
	q, root := s.store.db.Read(), door.From(ctx).Org
	all, err := s.store.trainings(ctx, q, root, "")
	if err != nil {
		return nil, err
	}
	aims, err := s.store.aims(ctx, q, root, "")
	if err != nil {
		return nil, err
	}
	today := s.today()
	for i := range all {
		all[i].fill(aims)
	}
	return slices.DeleteFunc(all, func(t Training) bool {
		return f.Competence != "" && t.Aims[f.Competence] < max(f.Level, 1) || f.Open && !t.Open(today)
	}), nil
}

func (t *Training) fill(aims []Aim) {
	t.Aims = map[string]int{}
	for _, a := range aims {
		if a.Training == t.ID {
			t.Aims[a.Competence] = a.Level
		}
	}
	if !t.Own {
		t.Org = ""
	}
}

// Open reports whether somebody can still come on a day.
func (t Training) Open(today string) bool {
	return t.Cancelled == "" && (t.Until == "" && (t.Since == "" || t.Since >= today) || t.Until >= today)
}

// Full reports whether all seats are taken.
func (t Training) Full() bool { return t.Seats > 0 && t.Taken >= t.Seats }

// Training returns one that the viewer sees.
func (s *Service) Training(ctx context.Context, id string) (Training, error) {
	q, root := s.store.db.Read(), door.From(ctx).Org
	all, err := s.store.trainings(ctx, q, root, id)
	if err != nil || len(all) == 0 {
		return Training{}, errorOr(err, notFound())
	}
	aims, err := s.store.aims(ctx, q, root, id)
	all[0].fill(aims)
	return all[0], err
}

// Closing lists, by competence, trainings to come that raise somebody to what is needed.
func closing(all []Training, st Standing, today string) (out []Training) {
	if st.State != Short && st.State != Unknown || st.Needed == 0 {
		return nil
	}
	for _, t := range all {
		if t.Open(today) && t.Aims[st.Competence] >= st.Needed {
			out = append(out, t)
		}
	}
	return out
}

// aimed lists the aims of a training in the order of the catalogue.
func aimed(t Training, b Book) []Aim {
	var out []Aim
	for _, key := range slices.Sorted(maps.Keys(t.Aims)) {
		out = append(out, Aim{t.ID, key, t.Aims[key]})
	}
	slices.SortStableFunc(out, func(x, y Aim) int { return b.place(x.Competence) - b.place(y.Competence) })
	return out
}

func (b Book) place(key string) int {
	return slices.IndexFunc(b.All, func(c Competence) bool { return c.Key == key })
}

func byName(a, b Person) int { return strings.Compare(a.Name+string(a.ID), b.Name+string(b.ID)) }

// Things says which ids in the log stand for trainings that the viewer may see.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.ID], hrefs[t.ID] = t.Title, "/competence/training/"+t.ID
	}
	return names, hrefs, err
}
