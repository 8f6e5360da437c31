// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package clause picks from a short list of questions which EVB-IT type fits a purchase and
// which topics its contract should settle, each with a reason and a wording of our own.
//
// What it says is a hint, to be checked by whoever is responsible for the contract. Questions,
// types and topics are data (data/contract.yaml) with source, certainty and the day on which
// they were checked. A question that nobody answered never counts as no: the type stays open,
// and a topic that depends on it is told as open, with the question.
//
// Days are calendar days; nothing here knows today.
package clause

import (
	"bytes"
	_ "embed" // the questions, types and topics
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Text is a text in both languages.
type Text struct {
	DE string `yaml:"de" json:"de"`
	EN string `yaml:"en" json:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" {
		return t.EN
	}
	return t.DE
}

// A Set is one edition of questions, types and topics.
type Set struct {
	ID        string `yaml:"id"`
	Version   int    `yaml:"version"`
	Source    string `yaml:"source"`
	Certainty Text   `yaml:"certainty"`
	Checked   string `yaml:"checked"` // day, YYYY-MM-DD

	Questions []Question        `yaml:"questions"`
	Types     []Type            `yaml:"types"`
	First     string            `yaml:"first"` // node of the tree where it begins
	Tree      map[string]Branch `yaml:"tree"`
	Topics    []Topic           `yaml:"topics"`
}

// A Question is asked of whoever prepares a contract.
type Question struct {
	ID      string   `yaml:"id"`
	Ask     Text     `yaml:"ask"`
	Help    Text     `yaml:"help"`
	Answers []Answer `yaml:"answers"`
}

// An Answer is one that can be given.
type Answer struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:"text"`
}

// A Type is one of the EVB-IT. Revised says whether the revision of 2026 for open source
// changed it: yes, no, or unknown where no source says so.
type Type struct {
	ID        string `yaml:"id"`
	Name      Text   `yaml:"name"`
	Revised   string `yaml:"revised"`
	Note      Text   `yaml:"note"`
	Source    string `yaml:"source"`
	Certainty string `yaml:"certainty"` // read: a press report or the publisher's page was read; own: our reading
}

// A Branch is a node of the tree: what is asked, and where each answer leads. A step is the
// name of a type, or of another node.
type Branch struct {
	Ask string            `yaml:"ask"`
	To  map[string]string `yaml:"to"`
}

// A Topic is something that the contract should settle.
type Topic struct {
	ID      string                `yaml:"id"`
	Name    Text                  `yaml:"name"`
	Basis   string                `yaml:"basis"` // S: seen in a source; O: our own proposal; SO: both
	Source  string                `yaml:"source"`
	Why     Text                  `yaml:"why"`
	Wording Text                  `yaml:"wording"` // ours
	When    []map[string][]string `yaml:"when"`    // it fits where one of these holds; none: always
	Owed    []Owed                `yaml:"owed"`
}

// Owed is something that has to happen once the topic stands in a contract.
type Owed struct {
	ID   string `yaml:"id"`
	What Text   `yaml:"what"`
	Due  Due    `yaml:"due"`
}

//go:embed data/contract.yaml
var shipped []byte

// Shipped is the edition that comes with the program.
var Shipped = func() *Set {
	s, err := Read(shipped)
	if err != nil {
		panic("clause: contract.yaml: " + err.Error())
	}
	return s
}()

// Read reads an edition and checks that it holds together.
func Read(data []byte) (*Set, error) {
	s := &Set{}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil {
		return nil, err
	}
	return s, s.check()
}

// Edition names the set with its version: "contract@1".
func (s *Set) Edition() string { return s.ID + "@" + strconv.Itoa(s.Version) }

// Question returns one by its id.
func (s *Set) Question(id string) (Question, bool) {
	return find(s.Questions, func(q Question) bool { return q.ID == id })
}

// Type returns one by its id.
func (s *Set) Type(id string) (Type, bool) {
	return find(s.Types, func(t Type) bool { return t.ID == id })
}

// Topic returns one by its id.
func (s *Set) Topic(id string) (Topic, bool) {
	return find(s.Topics, func(t Topic) bool { return t.ID == id })
}

func find[T any](all []T, f func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, f); i >= 0 {
		return all[i], true
	}
	return *new(T), false
}

// Allows reports whether an answer belongs to a question.
func (s *Set) Allows(question, answer string) bool {
	q, ok := s.Question(question)
	return ok && slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.ID == answer })
}

// check names what is wrong with an edition: words that are missing, steps that lead nowhere,
// answers that the tree forgets, questions that nobody asks.
func (s *Set) check() error {
	if s.ID == "" || s.Version < 1 || s.Source == "" || !isDay(s.Checked) || blank(s.Certainty) {
		return fmt.Errorf("want id, version from 1, source, certainty in both languages and a day on which it was checked, got %q %d %q %q", s.ID, s.Version, s.Source, s.Checked)
	}
	for _, q := range s.Questions {
		if q.ID == "" || blank(q.Ask) || len(q.Answers) < 2 {
			return fmt.Errorf("question %q: want words in both languages and two answers at least", q.ID)
		}
		for _, a := range q.Answers {
			if a.ID == "" || blank(a.Text) {
				return fmt.Errorf("question %s, answer %q: want words in both languages", q.ID, a.ID)
			}
		}
	}
	for _, t := range s.Types {
		if blank(t.Name) || blank(t.Note) || !slices.Contains([]string{"yes", "no", "unknown"}, t.Revised) || t.Source == "" || t.Certainty != "read" && t.Certainty != "own" {
			return fmt.Errorf("type %q: want name and note in both languages, revised (yes, no, unknown), source and certainty (read, own)", t.ID)
		}
	}
	if err := s.checkTree(s.First, nil); err != nil {
		return err
	}
	return s.checkTopics()
}

func blank(t Text) bool { return t.DE == "" || t.EN == "" }

func (s *Set) checkTree(step string, way []string) error {
	if _, ok := s.Type(step); ok {
		return nil
	}
	b, ok := s.Tree[step]
	q, asked := s.Question(b.Ask)
	switch {
	case !ok:
		return fmt.Errorf("the tree leads to %q, which is neither a node nor a type", step)
	case slices.Contains(way, step):
		return fmt.Errorf("the tree comes back to %q", step)
	case !asked || len(b.To) != len(q.Answers):
		return fmt.Errorf("node %s asks %q and leads on from %d answers; want a question and all of its answers", step, b.Ask, len(b.To))
	}
	for answer, next := range b.To {
		if !s.Allows(b.Ask, answer) {
			return fmt.Errorf("node %s: %q is no answer to %s", step, answer, b.Ask)
		}
		if err := s.checkTree(next, append(slices.Clone(way), step)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) checkTopics() error {
	for _, t := range s.Topics {
		if blank(t.Name) || blank(t.Why) || blank(t.Wording) || !slices.Contains([]string{"S", "O", "SO"}, t.Basis) || (t.Basis != "O") != (t.Source != "") {
			return fmt.Errorf("topic %q: want name, reason and wording in both languages, and a source exactly where the basis is S or SO", t.ID)
		}
		for _, one := range t.When {
			for question, answers := range one {
				for _, a := range answers {
					if !s.Allows(question, a) {
						return fmt.Errorf("topic %s: %q is no answer to %q", t.ID, a, question)
					}
				}
			}
		}
		for _, o := range t.Owed {
			if o.ID == "" || blank(o.What) || !o.Due.valid() {
				return fmt.Errorf("topic %s, owed %q: want words in both languages and a day that counts from start or end", t.ID, o.ID)
			}
		}
	}
	return nil
}
