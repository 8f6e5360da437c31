// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/web"
)

// RecordPage is a justification as it was frozen.
type RecordPage struct {
	Record
	Of                     Justification
	Readable               bool
	Number                 string // of the case
	Lines                  []FactRow
	Doings                 []DoingRow
	Asker, Decider, Second string
	DeciderAs, SecondAs    string // in which role, or in place of which
	Rule, Step, From, To   string
	Others                 []Record
	Reopened               []Event     // since: the decision may not stand any more
	Guards                 []string    // what the rule asked for, in words
	Lay                    []Enclosure // papers of other rooms that the record names
	Beside, After          []Enclosure // those that it does not name: from before the decision, and added since
}

// A DoingRow is a task of a record in words.
type DoingRow struct {
	Doing
	Called, RoleName, Who string
}

func (s *Service) recordPage(r *http.Request) (p RecordPage, err error) {
	ctx := r.Context()
	c, record, j, err := s.record(ctx, r.PathValue("case"), r.URL.Query().Get("n"))
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	who := func(id ospo.PersonID, then string) string {
		name := cmp.Or(actor(tongue(ctx), id), then)
		if name == "" { // an older record says the id alone
			var failed error
			name, failed = s.store.person(ctx, id)
			err = errorOr(err, failed)
		}
		return cmp.Or(name, string(id))
	}
	p = RecordPage{Record: record, Of: j, Readable: j.Format != "", Number: c.Number(), Decider: who(j.Decision.Decider, j.Decision.DecidedBy), Asker: who(j.Asker, j.AskerName), Rule: j.Procedure.Name.In(tongue(ctx)),
		From: j.Decision.From.In(tongue(ctx)), To: j.Decision.To.In(tongue(ctx)), Step: j.Decision.Name.In(tongue(ctx))}
	p.DeciderAs = inRole(ctx, names, j.Decision.Role, map[bool]string{true: vacantRole}[j.Decision.Instead])
	if j.Decision.Second != "" {
		p.Second, p.SecondAs = who(j.Decision.Second, j.Decision.SecondName), inRole(ctx, names, j.Decision.SecondRole, "")
		if p.SecondAs == "" { // version 1 did not say which role was wanted
			p.SecondAs = cmp.Or(inRole(ctx, names, j.Decision.Wanted, cmp.Or(j.Decision.Why, vacantRole)), say(ctx, "casework.second.vacant"))
		}
	}
	for _, f := range j.Facts {
		p.Lines = append(p.Lines, FactRow{Name: f.Name.In(tongue(ctx)), Word: frozenWords(ctx, f), Known: f.Value != nil, Lines: f.Type == "lines"})
	}
	for _, t := range j.Tasks {
		row := DoingRow{Doing: t, Called: t.Task.In(tongue(ctx)), RoleName: inRole(ctx, names, t.Role, map[bool]string{true: vacantRole}[t.Instead])}
		if t.Doer != "" {
			row.Who = who(t.Doer, t.Name)
		}
		p.Doings = append(p.Doings, row)
	}
	if d, ok := s.definition(c.Org, j.Procedure.ID, j.Procedure.Version); ok && (j.Procedure.SHA256 == "" || j.Procedure.SHA256 == d.Sum) { // another text may have that number elsewhere
		p.Guards = guardWords(ctx, d, j.Decision.Condition)
	}
	var failed error
	p.Lay, p.Beside, p.After, failed = s.papers(ctx, c, record, j)
	err = errorOr(err, failed)
	all, more := s.proven(ctx, s.store.db.Read(), c)
	for _, one := range all {
		if one.N != record.N {
			p.Others = append(p.Others, one)
		}
	}
	events, gone := s.store.events(ctx, s.store.db.Read(), c)
	for _, e := range events {
		if e.What == "reopened" && e.At >= record.Created {
			p.Reopened = append(p.Reopened, e)
		}
	}
	return p, errors.Join(err, more, gone)
}

// inRole is a role by name, or that somebody acted in place of it and why; nothing of none.
func inRole(ctx context.Context, names map[string]string, role, instead string) string {
	if role == "" || instead == "" {
		return named(names, role)
	}
	return say(ctx, "casework.instead."+instead, named(names, role))
}

// recordFile hands out the bytes that the sum is of.
func (s *Service) recordFile(r *http.Request) (web.Download, error) {
	c, record, j, err := s.record(r.Context(), r.PathValue("case"), r.URL.Query().Get("n"))
	if err := errorOr(err, record.kept()); err != nil {
		return web.Download{}, err
	}
	if err := s.unveiled(r.Context(), c, j); err != nil {
		return web.Download{}, err
	}
	return web.Download{Name: say(r.Context(), "casework.record.file") + "-" + c.Number() + "-" + db.Time(record.Created).Format("2006-01-02") + ".json", Type: "application/json",
		Write: func(w io.Writer) error { _, err := io.WriteString(w, record.Body); return err }}, nil
}
