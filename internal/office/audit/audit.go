// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
)

// An Entry is one line of the log.
type Entry struct {
	ID         string    `json:"id" doc:"Ordered by time."`
	At         time.Time `json:"at"`
	Org        string    `json:"org" doc:"The organisation acted for; system for the instance itself."`
	OrgName    string    `json:"orgName,omitempty"`
	Person     string    `json:"person" doc:"Id of a person, or token: and the id of a token, or system, operator, unknown, guest."`
	PersonName string    `json:"personName,omitempty"`
	What       string    `json:"what" doc:"The act: room and verb, for example sbom.upload."`
	Thing      string    `json:"thing,omitempty" doc:"What it was done to: an id or a name."`
	ThingName  string    `json:"thingName,omitempty"`
	Door       string    `json:"door" doc:"web, api, cli or job."`
	Request    string    `json:"request,omitempty" doc:"Id of the request or job, to find the lines of the server's log."`

	Number int64           `json:"number" doc:"Place in the log: from 1, without gaps."`
	Role   string          `json:"role,omitempty" doc:"Keys of the roles that the person held there, with blanks between; absent where the rights came from the account alone."`
	Diff   json.RawMessage `json:"diff,omitempty" doc:"Each member that changed, with its values before and after."`
	Erased bool            `json:"erased,omitempty" doc:"What changed was taken out of the log for a person's sake."`

	Roles  string `json:"-"` // names of the roles acted in
	Phrase string `json:"-"` // text key of the act; empty where there is none
	Href   string `json:"-"` // page of the thing; empty where there is none
	Actor  string `json:"-"` // "system", "operator", "unknown", "guest" or "mail" for who is no person; else empty
}

// A Filter narrows the log; empty parts narrow nothing.
type Filter struct {
	Org, Person, Thing, Door string
	What                     string    // an act, or the beginning of one up to a dot: "sbom"
	From, To                 time.Time // from the one on, before the other
	Before                   string    // id of an entry: only what is older
}

// Service reads the log.
type Service struct {
	store store
	queue *job.Queue

	// Key is the secret key that checkpoints are signed with, or the file that holds it;
	// where there is no such file, one is made.
	Key string

	// Witnesses get each checkpoint: a folder (file:/mnt/audit), an e-mail address
	// (mailto:audit@city.example), another instance (https://…), which WitnessToken opens.
	Witnesses    []string
	WitnessToken string
	Mail         func(ctx context.Context, to, origin string, size int64, note string) error // nil where nobody sends mail

	// Remembered tells whoever a finding is addressed to that its day is near, within the
	// transaction that marks it; nil where nobody does.
	Remembered func(ctx context.Context, tx *db.Tx, f Finding) error

	// Answers says of each person whether they may answer findings about an organisation, as
	// far as the viewer sees; nil where nobody knows, and everybody counts as one who may.
	Answers func(ctx context.Context, org ospo.OrgID) (func(ospo.PersonID) bool, error)

	// RoleNames are the names of roles in the viewer's language, by their keys; nil where
	// nobody knows any.
	RoleNames func(ctx context.Context) (map[string]string, error)

	// Things say what ids in the log stand for: their names and pages. Each room may hand
	// one in; ids that it does not know, or that the viewer may not see, it leaves out.
	Things []func(ctx context.Context, ids []string) (names, hrefs map[string]string, err error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "audit", Files: files, Rows: rows, Stocks: stocks, Nav: s.nav(), Pages: s.pages(), Ops: s.ops(), Permits: []string{"audit.answer"}}
}

// Most is how many entries an export holds.
const Most = 50_000

// Entries lists at most n entries that the viewer may see, the newest first.
func (s *Service) Entries(ctx context.Context, f Filter, n int) ([]Entry, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	all, err := s.store.entries(ctx, door.From(ctx).Org, f, n)
	if err != nil {
		return nil, err
	}
	return all, s.word(ctx, all)
}

// Entry returns one entry that the viewer may see, by its id.
func (s *Service) Entry(ctx context.Context, id string) (Entry, error) {
	if err := (Filter{Before: id}).check(); err != nil {
		return Entry{}, err
	}
	e, err := s.store.entry(ctx, door.From(ctx).Org, id)
	if err != nil {
		return e, err
	}
	all := []Entry{e}
	err = s.word(ctx, all)
	return all[0], err
}

// rolesOf says roles by their names; one that has none any more by its key.
func rolesOf(keys string, names map[string]string) string {
	var out []string
	for _, key := range strings.Fields(keys) {
		out = append(out, cmp.Or(names[key], key))
	}
	return strings.Join(out, ", ")
}

// word adds what people call acts, actors and things.
func (s *Service) word(ctx context.Context, all []Entry) error {
	var names map[string]string
	if s.RoleNames != nil && slices.ContainsFunc(all, func(e Entry) bool { return e.Role != "" }) {
		var err error
		if names, err = s.RoleNames(ctx); err != nil {
			return err
		}
	}
	for i := range all {
		all[i].Roles = rolesOf(all[i].Role, names)
		if all[i].Org == instance && door.From(ctx).Org != instance {
			all[i].Diff = nil // that something was done is for all at the top; with what, may be another's
		}
		all[i].Phrase = phrase(all[i].What)
		if slices.Contains(actors, all[i].Person) {
			all[i].Actor = all[i].Person
		}
	}
	return s.name(ctx, all)
}

// Recent lists the n newest acts that people and programs did, for the overview: no
// signing in and out, nothing that the instance did by itself, and what somebody did to the
// same thing several times once.
func (s *Service) Recent(ctx context.Context, n int) ([]Entry, error) {
	all, err := s.Entries(ctx, Filter{}, max(10*n, 50))
	type deed struct{ what, thing, person string }
	told := map[deed]bool{}
	all = slices.DeleteFunc(all, func(e Entry) bool {
		d := deed{e.What, e.Thing, e.Person}
		if told[d] || e.Actor == "system" || slices.Contains(quiet, e.What) {
			return true
		}
		told[d] = true
		return false
	})
	return all[:min(n, len(all))], err
}

// quiet are acts that are no news to anybody else.
var quiet = []string{"governance.sign_in", "governance.sign_out", "governance.sign_in.refused", "governance.act_for", "governance.session.end", "vulnerability.survey", "retention.apply"}

// actors act in the log without being in the register of people.
var actors = []string{"system", "operator", "unknown", "guest", "mail"}

// check refuses what cannot be in the log, before the database is asked.
func (f Filter) check() error {
	for field, v := range map[string]string{"org": f.Org, "person": f.Person, "thing": f.Thing, "door": f.Door, "what": f.What, "before": f.Before} {
		if len(v) > 500 || strings.ToValidUTF8(v, "") != v || strings.ContainsRune(v, 0) {
			return fault.At(field, "audit.filter_bad", 500)
		}
	}
	return nil
}

// askedAtOnce is about how many things a room is asked: SQLite takes at most 32,766
// parameters in a statement.
const askedAtOnce = 5_000

// name fills in what the things are called.
func (s *Service) name(ctx context.Context, all []Entry) error {
	var ids []string
	for _, e := range all {
		if e.Thing != "" {
			ids = append(ids, e.Thing)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return nil
	}
	names, hrefs, err := s.called(ctx, ids)
	if err != nil {
		return err
	}
	for i, e := range all {
		if name := names[e.Thing]; name != "" {
			all[i].ThingName, all[i].Href = name, hrefs[e.Thing]
		}
	}
	return nil
}

// called returns names and pages of what ids stand for, as far as the viewer may see it.
func (s *Service) called(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	for some := range slices.Chunk(ids, askedAtOnce) {
		for _, ask := range s.Things {
			n, h, err := ask(ctx, some)
			if err != nil {
				return nil, nil, err
			}
			maps.Copy(names, n)
			maps.Copy(hrefs, h)
		}
	}
	return names, hrefs, nil
}

// known are the acts that have words, by the texts of this room.
var known = func() map[string]bool {
	text, err := files.ReadFile("lang/de.json")
	if err != nil {
		panic("audit: " + err.Error()) // the file is missing from the program itself
	}
	var all map[string]string
	if err := json.Unmarshal(text, &all); err != nil {
		panic("audit: lang/de.json: " + err.Error())
	}
	out := map[string]bool{}
	for key := range all {
		out[key] = strings.HasPrefix(key, "audit.act.")
	}
	return out
}()

// phrase returns the text key of an act, or nothing where it has no words.
func phrase(what string) string {
	if key := "audit.act." + what; known[key] {
		return key
	}
	return ""
}

// own are the texts of this room, for files that explain themselves.
var own = func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("audit: " + err.Error()) // the texts are part of the program itself
	}
	return c
}()
