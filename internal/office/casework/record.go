// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
)

// A Record is a justification as it was frozen. It is never altered; a later decision in the
// same case opens the next one.
type Record struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"-"`
	Case    string     `json:"case"`
	N       int        `json:"n" doc:"Counts the records of the case."`
	Body    string     `json:"body" doc:"The justification as canonical JSON: members by name, no blanks. Empty where it names papers that the caller may not see."`
	Sum     string     `json:"sum" doc:"SHA-256 of body, in hexadecimal."`
	Created string     `json:"created"`
	Proof   string     `json:"proof" enum:"proven,altered,unproven,missing" doc:"proven: body and sum are those that the case's events and the log know; unproven: the log does not know the sum (any more); missing: the events or the log know the record, and it is not kept any more: id and body are empty."`
}

// Time is when it was frozen.
func (r Record) Time() time.Time { return db.Time(r.Created) }

// Intact reports whether what is kept still has its sum.
func (r Record) Intact() bool { return sum(r.Body) == r.Sum }

func sum(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}

// justificationFormat is that of new records. Version 1 did not say in which role somebody
// decided; version 2 named people by their ids alone, and no papers.
const justificationFormat = "allmende-justification/3"

// A Justification is what a record says. People stand in it by their ids and by what they were
// called then.
type Justification struct {
	Format    string        `json:"format"` // see justificationFormat
	Case      string        `json:"case"`
	Number    string        `json:"number"`
	Org       ospo.OrgID    `json:"org"`
	OrgName   string        `json:"orgName"`
	Title     string        `json:"title"`
	Asker     ospo.PersonID `json:"asker"`
	AskerName string        `json:"askerName"`
	Opened    string        `json:"opened"`
	Procedure Procedure     `json:"procedure"`
	Decision  Decision      `json:"decision"`
	Facts     []Fact        `json:"facts"`
	Tasks     []Doing       `json:"tasks"`
	Evidence  []Exhibit     `json:"evidence"`
	Earlier   string        `json:"earlier,omitempty"` // sum of the record before
}

// A Procedure names the rules by which a case went.
type Procedure struct {
	ID      string       `json:"id"`
	Version int          `json:"version"`
	Name    process.Text `json:"name"`
	Source  string       `json:"source"`
	Checked string       `json:"checked"`
	Text    string       `json:"text,omitempty"`   // id of the text that a house has written
	SHA256  string       `json:"sha256,omitempty"` // of the text; records from before its time do not say it
}

// A Decision is who decided what, when and why.
type Decision struct {
	Step       string        `json:"step"`
	Name       process.Text  `json:"name"`
	From       process.Text  `json:"from"`
	To         process.Text  `json:"to"`
	Outcome    string        `json:"outcome"`
	Condition  string        `json:"condition"` // the guard that held
	Reason     string        `json:"reason"`
	Decider    ospo.PersonID `json:"decider"`
	DecidedBy  string        `json:"deciderName"`
	Role       string        `json:"deciderRole"`    // whose part the decision is
	Instead    bool          `json:"deciderInstead"` // nobody held that role: the decider acted in its place
	Second     ospo.PersonID `json:"second"`
	SecondName string        `json:"secondName"`
	SecondRole string        `json:"secondRole"`    // held by the second person; empty in place of it
	Wanted     string        `json:"secondWanted"`  // the role that the procedure asks for
	Why        string        `json:"secondInstead"` // "vacant": nobody held it; "barred": all who did proposed, asked, or deputised for who did
	Decided    string        `json:"decided"`
}

// Time is when it was decided.
func (d Decision) Time() time.Time { return db.Time(d.Decided) }

// A Fact is an answer as it was known; a null value is one that nobody gave.
type Fact struct {
	ID    string        `json:"id"`
	Name  process.Text  `json:"name"`
	Type  string        `json:"type"`
	Value any           `json:"value"`
	Word  *process.Text `json:"word,omitempty"` // of a choice
}

// A Doing is a task with who did it.
type Doing struct {
	Task    process.Text  `json:"task"`
	Role    string        `json:"role"`
	Result  string        `json:"result"`
	Doer    ospo.PersonID `json:"doer"`
	Name    string        `json:"doerName"`
	Ended   string        `json:"ended"`
	Note    string        `json:"note"`
	Instead bool          `json:"instead"` // nobody held the role: the doer acted in its place
}

// Time is when a task ended.
func (d Doing) Time() time.Time { return db.Time(d.Ended) }

// freeze keeps the justification of a step that has just been taken.
func (s *Service) freeze(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, t process.Transition, from string, by decision) error {
	tasks, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return err
	}
	old, err := s.proven(ctx, tx, c) // missing ones count: none takes the number of another
	if err != nil {
		return err
	}
	j := justify(d, c, t, from, by, tx.Now)
	for _, one := range tasks {
		j.Tasks = append(j.Tasks, Doing{s.taskText(c.Org, d.ID, d.Version, one.Task), one.Role, one.Result, one.Doer, calledThen(one.Doer, one.DoerName), one.Ended, one.Note, one.Instead})
	}
	if j.Decision.DecidedBy, err = s.nameThen(ctx, by.by); err != nil {
		return err
	}
	if j.Decision.SecondName, err = s.nameThen(ctx, by.second); err != nil {
		return err
	}
	if j.Evidence, err = s.evidence(ctx, c); err != nil {
		return err
	}
	n := 1
	if len(old) > 0 {
		j.Earlier, n = old[0].Sum, old[0].N+1
	}
	body, err := canonical(j)
	if err != nil {
		return err
	}
	r := Record{ID: db.NewID(), Org: c.Org, Case: c.ID, N: n, Body: body, Sum: sum(body), Created: tx.Now}
	if err := s.store.freeze(ctx, tx, r); err != nil {
		return err
	}
	tx.Act.Diff = joined(tx.Act.Diff, change.Added(map[string]string{"record": strconv.Itoa(r.N), "sha256": r.Sum}))
	return s.store.happened(ctx, tx, c, by.by, "frozen", "", map[string]string{"record": strconv.Itoa(r.N), "sha256": r.Sum})
}

func justify(d *process.Definition, c Case, t process.Transition, from string, by decision, now string) Justification {
	was, _ := d.State(from)
	to, _ := d.State(t.To)
	j := Justification{Format: justificationFormat, Case: c.ID, Number: c.Number(), Org: c.Org, OrgName: c.OrgName, Title: c.Title, Asker: c.Asker, AskerName: calledThen(c.Asker, c.AskerName), Opened: c.Created,
		Procedure: Procedure{d.ID, d.Version, d.Name, d.Source, d.Checked, d.Text, d.Sum},
		Decision: Decision{Step: t.ID, Name: t.Name, From: was.Name, To: to.Name, Outcome: to.Outcome, Condition: t.Guard, Reason: by.reason, Decider: by.by, Role: by.role, Instead: by.instead,
			Second: by.second, SecondRole: by.secondRole(), Wanted: by.wanted, Why: by.why, Decided: now},
		Facts: []Fact{}, Tasks: []Doing{}}
	for _, f := range d.Asks(c.Facts) {
		fact := Fact{ID: f.ID, Name: f.Name, Type: f.Type, Value: c.Facts[f.ID]}
		for _, choice := range f.Choices {
			if choice.ID == fact.Value {
				fact.Word = &choice.Name
			}
		}
		j.Facts = append(j.Facts, fact)
	}
	return j
}

// canonical writes a value as JSON with its members by name and without blanks, so that the
// same value has the same bytes.
func canonical(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var any any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&any); err != nil {
		return "", err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(any)
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), err
}

// Records lists what was frozen in a case, the latest first, each with whether it is as it was.
func (s *Service) Records(ctx context.Context, id string) ([]Record, error) {
	c, err := s.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.proven(ctx, s.store.db.Read(), c)
}

// kept returns a fault where a record is missing: there is nothing to hand out.
func (r Record) kept() error {
	if r.Proof == missing {
		return fault.New(fault.NotFound, "casework.record_gone", r.N)
	}
	return nil
}

// record returns one of a case by its number; the latest where none is given. Where its body
// cannot be read the justification is the zero one.
func (s *Service) record(ctx context.Context, id, n string) (c Case, r Record, j Justification, err error) {
	if c, err = s.Case(ctx, id); err != nil {
		return c, r, j, err
	}
	all, err := s.proven(ctx, s.store.db.Read(), c)
	if err != nil {
		return c, r, j, err
	}
	for _, one := range all {
		if n == "" || n == strconv.Itoa(one.N) {
			if one.Proof != missing && json.Unmarshal([]byte(one.Body), &j) != nil {
				j, one.Proof = Justification{}, altered
			}
			return c, one, j, nil
		}
	}
	return c, r, j, fault.New(fault.NotFound, "casework.record_none")
}
