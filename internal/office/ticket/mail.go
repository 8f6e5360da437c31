// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/mail"
)

// A Mail is one that came in, or went out as an answer from a case.
type Mail struct {
	ID      string
	Org     ospo.OrgID
	System  string
	Way     string // "in" or "out"
	Matter  string // empty where it belongs to no case
	Ident   string // Message-ID
	Refs    []string
	Sender  string // of one that went out: the reader
	Name    string
	Subject string
	Said    string
	Files   []string
	Sum     string // of the mail as it came
	State   string // "new", "opened", "added", "kept" or "sent"
	Why     string // key of why nothing came of it by itself
	Flaw    string // key of what could not be read
	Proof   string // server by whose word the sender is who stands there; empty for none
	Created string

	vouched bool // somebody of the office takes it in
}

// Time is when it came or went.
func (m Mail) Time() time.Time { return db.Time(m.Created) }

// Who is the name of the sender, or the address.
func (m Mail) Who() string {
	if m.Name != "" {
		return m.Name
	}
	return m.Sender
}

// Blobs keep contents; Drop is for those that nobody points to any more.
type Blobs interface {
	blob.Store
	Drop(sum string, since time.Time) (bool, error)
}

// Box is what the room needs for mails.
type Box struct {
	Blobs Blobs
	Rest  time.Duration // for which a content stays though nothing points to it: somebody may be about to
	// Held reports whether anything of any room points to a content.
	Held func(ctx context.Context, sum string) (bool, error)
	Out  *mail.Outbox
	// Become is a context in which the person with a mail address acts, where somebody below an
	// organisation has it.
	Become func(ctx context.Context, org ospo.OrgID, address string) (context.Context, bool, error)
	// Ask opens a case as the viewer; Remark adds what the viewer said to one, within a transaction.
	Ask    func(ctx context.Context, title, text string) (id string, err error)
	Remark func(ctx context.Context, tx *db.Tx, m Matter, text string) error
	// Guests reports whether an organisation lets somebody ask who has not signed in, from a mail address; Admit opens a case for
	// one, in the name of who acts, with a remark on who that is.
	Guests func(ctx context.Context, org ospo.OrgID, address string) (bool, error)
	Admit  func(ctx context.Context, tx *db.Tx, org ospo.OrgID, title, text, who string) error
	// Numbered finds a case below an organisation by its number, with the address of who asked.
	Numbered func(ctx context.Context, org ospo.OrgID, number string) (m Matter, asker string, found bool, err error)
}

// UseMail lets the room take mails in, and answer them.
func (s *Service) UseMail(b Box) {
	s.box = b
	b.Out.Handle("ticket.answer", mail.Kind{Sample: func() mail.Content {
		return answerLetter("Re: Planungswerkzeug", "2026-0007", "Guten Tag,\n\n…", "ospo@stadt.example", nil)
	}})
}

// mailbox is the system that has an address.
func (s *Service) mailbox(address string) (System, bool) {
	i := slices.IndexFunc(s.systems, func(y System) bool {
		return y.Kind == "mail" && strings.EqualFold(y.Address, strings.TrimSpace(address))
	})
	if i < 0 {
		return System{}, false
	}
	return s.systems[i], true
}

// Takes reports whether mails to an address are ours.
func (s *Service) Takes(address string) bool {
	_, ok := s.mailbox(address)
	return ok
}

// MostMail is how large a mail may be.
const MostMail = mostMail

// busy is how many mails of one sender within an hour are more than a person writes.
const busy = 20

// Arrive keeps a mail. Only when it returns without an error may whoever brought it forget it.
func (s *Service) Arrive(ctx context.Context, back, to string, raw []byte) error {
	sys, ok := s.mailbox(to)
	if !ok {
		return notFound()
	}
	if len(raw) > mostMail {
		return fault.New(fault.TooLarge, "ticket.mail.large", len(raw), mostMail)
	}
	l := ReadLetter(raw, back)
	print := printOf(l, raw)
	if known, err := s.store.printed(ctx, sys.ID, print); err != nil || known {
		return err
	}
	sum, err := s.box.Blobs.Put(raw)
	if err != nil {
		return err
	}
	m := Mail{ID: db.NewID(), Org: sys.Org, System: sys.ID, Way: "in", Ident: l.Ident, Refs: l.Refs, Sender: l.Sender, Name: l.Name, Subject: l.Subject, Said: l.Text, Files: l.Files, Sum: sum, State: "new", Why: l.Why, Flaw: l.Flaw, Proof: proven(l, sys.Proves)}
	if s.own(l.Sender) {
		m.Why = "ticket.mail.why.own"
	}
	act := ospo.Act{Org: sys.Org, Person: "system", What: "ticket.mail.receive", On: m.ID, Door: "job"}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		n, err := s.store.lately(ctx, tx, m, s.store.db.Now().Add(-time.Hour).UTC().Format(db.Clock))
		if err != nil {
			return err
		}
		if m.Why == "" && n >= busy {
			m.Why = "ticket.mail.why.many"
		}
		if m.Why != "" {
			m.State = "kept"
		}
		first, err := s.store.addMail(ctx, tx, m, print)
		if err == nil && !first { // the same came at the same time
			return s.letGo(ctx, tx, sum)
		}
		if err != nil || m.State == "kept" {
			return err
		}
		_, err = s.jobs.Enqueue(ctx, tx, "ticket.sort", post{Org: m.Org, Matter: m.ID, System: m.System}, "ticket.sort "+m.ID)
		return err
	})
}

// printOf tells whether a mail is the same as one before: mail servers bring one again where our answer
// was lost, by another way perhaps, so with other headers of its way. What it says, with all that came
// along, is the same then. One without a name of its own is the same only byte by byte.
func printOf(l Letter, raw []byte) string {
	if l.Ident == "" {
		return blob.Sum(raw)
	}
	_, said, _ := strings.Cut(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\n")
	return blob.Sum([]byte(strings.Join([]string{l.Ident, l.Sender, l.Subject, said}, "\x00")))
}

// own reports whether an address is one of ours: what we wrote is no question to us.
func (s *Service) own(address string) bool {
	return address != "" && (s.Takes(address) || strings.EqualFold(address, s.box.Out.Server.From))
}

var numbers = regexp.MustCompile(`\b(20[0-9]{2}-[0-9]{4,6})\b`)

// sort puts a mail into the case it belongs to, or opens one where a person of the house asks. Of a
// mail without proof anybody can be the sender: it opens one as somebody does who has not signed in, where that is let.
func (s *Service) sort(ctx context.Context, run *job.Run) error {
	var p post
	if err := run.Args(&p); err != nil {
		return err
	}
	m, err := s.store.mail(ctx, s.store.db.Read(), p.Org, p.Matter)
	if err != nil || m.State != "new" {
		return err
	}
	matter, found, err := s.belongs(ctx, m)
	if err != nil {
		return err
	}
	if found {
		return s.join(ctx, m, matter)
	}
	who, known, err := s.box.Become(ctx, m.Org, m.Sender)
	switch {
	case err != nil:
		return err
	case !known:
		return s.shelve(ctx, m, "ticket.mail.why.unknown")
	case m.Said == "":
		return s.shelve(ctx, m, "ticket.mail.why.empty")
	}
	if m.Proof == "" {
		err = s.admit(ctx, m)
	} else {
		err = s.ask(who, m)
	}
	if k := fault.Of(err); err != nil && k != fault.Internal && k != fault.Upstream && k != fault.Conflict {
		return s.shelve(ctx, m, "ticket.mail.why.refused")
	}
	return err
}

// mostAdmitted bounds what mails without proof open within an hour, whoever they name.
const mostAdmitted = 60

// admit opens a case by a mail of which nobody has checked who sent it.
func (s *Service) admit(ctx context.Context, m Mail) error {
	let, err := s.box.Guests(ctx, m.Org, m.Sender)
	if err != nil {
		return err
	}
	if !let {
		return s.shelve(ctx, m, "ticket.mail.why.unproven")
	}
	n, err := s.store.admitted(ctx, s.store.db.Read(), m.System, s.store.db.Now().Add(-time.Hour).UTC().Format(db.Clock))
	if err != nil {
		return err
	}
	if n >= mostAdmitted {
		return s.shelve(ctx, m, "ticket.mail.why.full")
	}
	act := ospo.Act{Org: m.Org, Person: stated, What: "ticket.mail.ask", Door: "job"}
	ctx = context.WithValue(ctx, asking{}, m)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.box.Admit(ctx, tx, m.Org, m.title(), m.said("de"), texts().T("de", "ticket.says.stated", m.Name, m.Sender))
	})
}

// ask opens a case in the name of the viewer. That the mail is settled is noted when the case is
// opened, in its transaction: so it is opened once.
func (s *Service) ask(ctx context.Context, m Mail) error {
	_, err := s.box.Ask(context.WithValue(ctx, asking{}, m), m.title(), m.said("de"))
	return err
}

// title is what a case is called that a mail opens.
func (m Mail) title() string {
	if m.Subject != "" {
		return m.Subject
	}
	title, _ := short(oneLine(m.Said), 80)
	return title
}

// asking is in a context what mail a case is opened by.
type asking struct{}

// said is what a mail says, with the names of what came with it.
func (m Mail) said(tongue string) string {
	if len(m.Files) == 0 {
		return m.Said
	}
	return m.Said + "\n" + texts().T(tongue, "ticket.says.mail_files", listing(tongue, m.Files))
}

// belongs finds the case of a mail: by the mails it answers to; else by the number in its subject,
// if the sender has a part in that case already.
func (s *Service) belongs(ctx context.Context, m Mail) (matter string, found bool, err error) {
	for _, ref := range m.Refs {
		if matter, found, err = s.store.thread(ctx, m.System, ref); err != nil || found {
			return matter, found, err
		}
	}
	for _, number := range numbers.FindAllString(m.Subject, 3) {
		one, asker, found, err := s.box.Numbered(ctx, m.Org, number)
		if err != nil {
			return "", false, err
		}
		if !found {
			continue
		}
		part, err := s.store.wrote(ctx, one.ID, m.Sender)
		if err != nil || part || strings.EqualFold(asker, m.Sender) {
			return one.ID, err == nil, err
		}
	}
	return "", false, nil
}

// join adds a mail to a case.
func (s *Service) join(ctx context.Context, m Mail, matter string) error {
	act := ospo.Act{Org: m.Org, Person: stated, What: "ticket.mail.add", On: matter, Door: "job"}
	sys, _ := s.system(m.System)
	proof := "none"
	if m.Proof != "" {
		who, known, err := s.box.Become(ctx, m.Org, m.Sender)
		if err != nil {
			return err
		}
		if act.Person, proof = "system", m.Proof; known {
			act.Person = door.From(who).Human()
		}
	}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"mail": m.ID})
		if err := s.Overhear(ctx, tx, m.Org, matter, Voice{Source: sys.Label, Name: m.Who(), Place: m.Subject, Proof: proof}, m.said("de")); err != nil {
			return err
		}
		return s.settle(ctx, tx, m, matter, "added")
	})
}

// settle notes what became of a mail, and has the files fetched that came with it.
func (s *Service) settle(ctx context.Context, tx *db.Tx, m Mail, matter, state string) error {
	if err := s.store.settle(ctx, tx, m, matter, state, ""); err != nil {
		return err
	}
	all := m.parcels(matter)
	if m.Proof == "" && !m.vouched {
		if err := s.ration(ctx, tx, all); err != nil {
			return err
		}
	}
	return s.expect(ctx, tx, all)
}

// shelve keeps a mail of which nothing comes by itself, with the reason.
func (s *Service) shelve(ctx context.Context, m Mail, why string) error {
	return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.settle(ctx, tx, m, "", "kept", why) })
}

// OpenMail opens a case by a mail that was kept, in the name of the viewer.
func (s *Service) OpenMail(ctx context.Context, id string) error {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	m, err := s.Mail(ctx, id)
	if err != nil {
		return err
	}
	if m.State != "kept" || m.Said == "" {
		return fault.New(fault.Conflict, "ticket.mail.settled")
	}
	m.vouched = true
	return s.ask(ctx, m)
}

// Mail is one that the viewer sees.
func (s *Service) Mail(ctx context.Context, id string) (Mail, error) {
	return s.store.mailSeen(ctx, door.From(ctx).Org, id)
}

// Answer sends a mail from a case to somebody who wrote in it, and says so in the case.
func (s *Service) Answer(ctx context.Context, id, to, text string) error {
	v := door.From(ctx)
	m, err := s.Matter(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	all, err := s.store.mails(ctx, m.Org, m.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o Mail) bool { return o.Way == "in" && o.Sender == to }) // the latest first
	switch {
	case i < 0:
		return fault.At("to", "ticket.mail.reader", to)
	case !s.box.Out.Ready():
		return fault.New(fault.Conflict, "ticket.mail.off")
	}
	if text = tidy(text); text == "" {
		return fault.At("text", "ticket.missing")
	}
	if _, cut := short(text, longestSaid); cut {
		return fault.At("text", "ticket.long", len([]rune(text)), longestSaid)
	}
	return s.answer(ctx, m, all[i], text)
}

func (s *Service) answer(ctx context.Context, m Matter, to Mail, text string) error {
	sys, ok := s.system(to.System)
	if !ok {
		return fault.New(fault.Conflict, "ticket.system_gone", to.System)
	}
	subject := to.Subject
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	refs := slices.Clone(to.Refs)
	slices.Reverse(refs)
	if to.Ident != "" {
		refs = append(refs, to.Ident)
	}
	id := db.NewID()
	out := Mail{ID: id, Org: m.Org, System: to.System, Way: "out", Matter: m.ID, Ident: s.box.Out.Ident(id), Refs: refs, Sender: to.Sender, Name: to.Name, Subject: subject, Said: text, State: "sent"}
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.ActFor(m.Org, "ticket.mail.answer", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"mail": id})
		l := mail.Letter{ID: id, Org: m.Org, To: to.Sender, Kind: "ticket.answer", Lang: "de", Args: "{}", Content: answerLetter(subject, m.Number, text, sys.Address, refs)}
		if err := s.box.Out.Enqueue(ctx, tx, l); err != nil {
			return err
		}
		if _, err := s.store.addMail(ctx, tx, out, id); err != nil {
			return err
		}
		return s.box.Remark(ctx, tx, m, texts().T(tongue(ctx), "ticket.says.answered", to.Who())+"\n"+text)
	})
}

// answerLetter is an answer as a letter: a paragraph for each of its own.
func answerLetter(subject, number, text, back string, refs []string) mail.Content {
	if !strings.Contains(subject, number) {
		subject += " [" + number + "]"
	}
	c := mail.Content{Subject: mail.Line{Key: "ticket.letter.line", Args: []any{subject}}, Thread: &mail.Thread{Back: back, Refs: refs}}
	for p := range strings.SplitSeq(text, "\n\n") {
		c.Lines = append(c.Lines, mail.Line{Key: "ticket.letter.line", Args: []any{p}})
	}
	return c
}
