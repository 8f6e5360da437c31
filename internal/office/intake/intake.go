// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"sync"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/pace"
)

// What one must be allowed to.
const (
	mayAsk   = "intake.ask"   // ask, and follow what one has asked
	mayRead  = "intake.read"  // see requests as their askers do, who came as a guest, and the figures
	mayWrite = "intake.write" // let guests ask
)

// guest acts for whoever asks without an account.
const guest ospo.PersonID = "guest"

// A Request is what somebody asks. Facts are written as a person would, by id of the field.
type Request struct {
	Type  string
	Org   ospo.OrgID
	Title string
	Facts map[string]string
}

// A Standing is where a request stands, for its asker: in words, with roles instead of people.
type Standing struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	Title        string        `json:"title"`
	Type         string        `json:"type" doc:"Id of the procedure."`
	TypeName     string        `json:"typeName"`
	State        string        `json:"state" doc:"Where it stands, in words."`
	Outcome      string        `json:"outcome" enum:",done,refused,withdrawn" doc:"Empty while it is open."`
	Opened       time.Time     `json:"opened"`
	Waits        []Wait        `json:"waits" doc:"Who is dealing with it now."`
	Past         []Past        `json:"past" doc:"What has happened."`
	Answer       []Said        `json:"answer" doc:"The answer; none before there is one."`
	Question     string        `json:"question,omitempty" doc:"What the office asks back."`
	Withdrawable bool          `json:"withdrawable"`
	Asker        ospo.PersonID `json:"-"`
	Turn         Turn          `json:"-"` // the zero one where it is not the asker's turn
}

// A Turn is a task of the asker's that is open, with what it asks.
type Turn struct {
	Task    string // id
	Name    string
	Def     *process.Definition
	Known   process.Facts
	Written func(f process.Field) string              // what is known, as a person writes it
	Asks    func(facts process.Facts) []process.Field // what it asks, given answers
}

// Ended reports whether the request is over.
func (s Standing) Ended() bool { return s.Outcome != "" }

// A Wait is work that is under way.
type Wait struct {
	Role  string `json:"role" doc:"Name of the role whose turn it is."`
	Task  string `json:"task"`
	Due   string `json:"due,omitempty" doc:"Day, YYYY-MM-DD; absent where none is set."`
	Yours bool   `json:"yours" doc:"It is the asker's turn."`
	Late  bool   `json:"late" doc:"The day has passed."`
}

// Until is the day by which it is expected.
func (w Wait) Until() time.Time {
	t, _ := time.Parse(time.DateOnly, w.Due) // none is the zero day
	return t
}

// A Past is one thing that happened.
type Past struct {
	Kind string    `json:"kind" enum:"opened,moved,done,reopened,message,told" doc:"message: of the asker; told: of the office."`
	Name string    `json:"name,omitempty" doc:"Of the state or the task."`
	Text string    `json:"text,omitempty" doc:"What was said to the asker, or by them."`
	At   time.Time `json:"at"`
}

// A Said is a question with its answer.
type Said struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// A Served is what the figures know of a request; times are zero where there is none.
type Served struct {
	Type                      string
	Created, Answered, Closed time.Time
	Outcome                   string
}

// A Match is something that there is already.
type Match struct {
	Kind string `json:"kind" enum:"software,case"`
	Name string `json:"name"`
	Href string `json:"href"`
}

// A Desk is where requests become cases. What begins with a transaction acts for a guest, in an
// organisation that lets guests ask.
type Desk interface {
	Kind(ctx context.Context, org ospo.OrgID, id string) (*process.Definition, error)
	First(d *process.Definition, facts process.Facts) []process.Field
	Open(ctx context.Context, r Request) (id string, err error)
	Mine(ctx context.Context) ([]Standing, error)
	Standing(ctx context.Context, org ospo.OrgID, id string) (Standing, error)
	Say(ctx context.Context, id, text string) error
	Withdraw(ctx context.Context, id string) error
	Served(ctx context.Context, since time.Time) ([]Served, error)
	Land(ctx context.Context) (string, error)

	Admit(ctx context.Context, tx *db.Tx, r Request, who string) (id, number string, err error)
	Hear(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, text string) error
	Recall(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error
	// Reply does a task of a guest's, with its answers by id of the field.
	Reply(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, task string, written map[string]string) error
	// Deals reports whether it is the viewer's turn in a case.
	Deals(ctx context.Context, id string) (bool, error)
}

// Service is the counter.
type Service struct {
	store store
	mail  *mail.Outbox
	calls pace.Meter // of guests who ask, by network
	says  pace.Meter // of what they say afterwards

	Desk Desk
	// Alike finds software and open requests that are called like something.
	Alike func(ctx context.Context, name string) ([]Match, error)
	// From is whom a request counts for that nobody has signed in for.
	From Caller
	Home string // address of this instance, for links; empty: links are paths
}

// New returns the counter kept in d.
func New(d *db.DB) *Service {
	return &Service{store: store{d}, calls: pace.Meter{Burst: 10, Every: 2 * time.Minute}, says: pace.Meter{Burst: 10, Every: time.Minute}}
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "intake", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Case: s.panels()}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("intake: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

// say is a text of the room in the reader's language.
func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
