// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/expiry"
)

// A Due is what the rules would end of one kind in one organisation.
type Due struct {
	Kind    string     `json:"kind"`
	Org     ospo.OrgID `json:"org" doc:"system for what belongs to the instance."`
	OrgName string     `json:"orgName,omitempty"`
	N       int        `json:"n" doc:"How many would end."`
	Held    int        `json:"held" doc:"How many stay because of a hold."`
	Oldest  time.Time  `json:"oldest,omitzero" doc:"From when on the oldest of them ages."`
	Before  time.Time  `json:"before" doc:"What ages from before that moment is due."`
	Days    int        `json:"days"`
	End     string     `json:"end"`
	Source  string     `json:"source" doc:"The rule and its version."`

	before string // as kept
}

// A round is one look at everything that may be due.
type round struct {
	book  book
	orgs  map[ospo.OrgID]bool // that are looked at; nil for all, and the instance
	whole map[ospo.OrgID]bool // exempt as a whole
	held  []string            // people who are exempt
	now   time.Time
}

// round reads rules and holds. root is whose tree is looked at; the instance looks at all.
func (s *Service) round(ctx context.Context, root ospo.OrgID) (r round, err error) {
	q := s.store.db.Read()
	r.now = s.store.db.Now()
	if r.book, err = s.book(ctx, q); err != nil {
		return r, err
	}
	if root != instance {
		orgs, err := s.store.scope(ctx, q, root)
		if err != nil {
			return r, err
		}
		r.orgs = map[ospo.OrgID]bool{}
		for _, o := range orgs {
			r.orgs[ospo.OrgID(o)] = true
		}
	}
	if r.held, err = s.store.heldPeople(ctx, q, s.today()); err != nil {
		return r, err
	}
	whole, err := s.store.heldOrgs(ctx, q, s.today())
	r.whole = map[ospo.OrgID]bool{}
	for _, o := range whole {
		r.whole[ospo.OrgID(o)] = true
	}
	return r, err
}

// looksAt reports whether an organisation's rows are looked at. Those of organisations that
// are gone, and those of nobody yet, are the instance's.
func (r round) looksAt(org ospo.OrgID) bool { return r.orgs == nil || r.orgs[org] }

// before is the moment before which rows of a kind are due in an organisation; empty for never.
func (r round) before(kind string, org ospo.OrgID) (string, Rule) {
	rule, ok := r.book.rule(kind, org)
	if !ok || rule.End == "keep" || rule.Days == 0 {
		return "", rule
	}
	return r.now.AddDate(0, 0, -rule.Days).UTC().Format(db.Clock), rule
}

// soonest is the shortest period that any organisation has for a kind.
func (r round) soonest(kind string) string {
	before, _ := r.before(kind, "")
	for org := range r.book.decided[kind] {
		b, _ := r.before(kind, org)
		before = max(before, b)
	}
	return before
}

// Preview says what the rules would end now in the viewer's organisations, and ends nothing.
func (s *Service) Preview(ctx context.Context) (out []Due, err error) {
	defer fault.Wrap(&err, "preview of the rules")
	r, err := s.round(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	for _, stock := range s.Stocks {
		some, err := s.due(ctx, r, stock)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// due counts what is due of one stock, by organisation.
func (s *Service) due(ctx context.Context, r round, stock expiry.Stock) (out []Due, err error) {
	q := s.store.db.Read()
	soonest := r.soonest(stock.Kind)
	if soonest == "" || stock.Common && r.orgs != nil {
		return nil, nil
	}
	rough, err := stock.Tallies(ctx, q, soonest, nil)
	if err != nil {
		return nil, err
	}
	// Organisations with the same rule are counted together: one question a period.
	exact := map[string]map[ospo.OrgID][2]expiry.Tally{}
	for _, t := range rough {
		before, rule := r.before(stock.Kind, t.Org)
		if before == "" || !r.looksAt(t.Org) {
			continue
		}
		if exact[before] == nil {
			if exact[before], err = s.tallied(ctx, q, stock, before, r.held); err != nil {
				return nil, err
			}
		}
		pair := exact[before][t.Org]
		all, free := pair[0], pair[1]
		if all.N == 0 {
			continue
		}
		d := Due{Kind: stock.Kind, Org: t.Org, N: free.N, Held: all.N - free.N, Oldest: moved(all.Oldest), Before: db.Time(before), Days: rule.Days, End: rule.End, Source: rule.Source, before: before}
		if r.whole[t.Org] {
			d.N, d.Held = 0, all.N
		}
		out = append(out, d)
	}
	return out, s.store.name(ctx, out)
}

// tallied counts all that is older, and all of it that no held person's is.
func (s *Service) tallied(ctx context.Context, q db.Querier, stock expiry.Stock, before string, held []string) (map[ospo.OrgID][2]expiry.Tally, error) {
	out := map[ospo.OrgID][2]expiry.Tally{}
	for i, spared := range [][]string{nil, held} {
		all, err := stock.Tallies(ctx, q, before, spared)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			pair := out[t.Org]
			pair[i] = t
			out[t.Org] = pair
		}
	}
	return out, nil
}

// moved reads a kept time, which for some stocks is a day.
func moved(text string) time.Time {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t
	}
	return db.Time(text)
}

// A Watch follows a run.
type Watch interface {
	Progress(ctx context.Context, done, total int, note string) error
	Report(ctx context.Context, level, place, key string, args ...any) error
}

// Apply ends what is due in the organisations that root sees. Each transaction ends some rows
// and says so in the log and in the report of the run, so that a run that was cut short is
// taken up where it was: what has gone is not due any more.
func (s *Service) Apply(ctx context.Context, act ospo.Act, run string, root ospo.OrgID, watch Watch) (out []Due, err error) {
	defer fault.Wrap(&err, "apply the rules")
	r, err := s.round(ctx, root)
	if err != nil {
		return nil, err
	}
	stocks := map[string]expiry.Stock{}
	total, done := 0, 0
	for _, stock := range s.Stocks {
		some, err := s.due(ctx, r, stock)
		if err != nil {
			return nil, err
		}
		stocks[stock.Kind] = stock
		for _, d := range some {
			total += d.N
		}
		out = append(out, some...)
	}
	for i := range out {
		d := &out[i]
		before := done
		if err := s.end(ctx, act, run, r, stocks[d.Kind], *d, func(n int) error {
			done += n
			return watch.Progress(ctx, done, max(total, done), d.Kind)
		}); err != nil {
			return out, err
		}
		left := d.N
		if d.N = done - before; d.N == 0 && d.Held == 0 && left == 0 {
			continue
		}
		if err := watch.Report(ctx, map[bool]string{true: "ok", false: "warning"}[d.N == left], d.Kind+" "+d.OrgName, "retention.line", d.N, d.Held, left-d.N); err != nil {
			return out, err
		}
	}
	return out, watch.Progress(ctx, total, total, "")
}

// end ends what is due of one kind in one organisation, batch by batch.
func (s *Service) end(ctx context.Context, act ospo.Act, run string, r round, stock expiry.Stock, d Due, tell func(n int) error) error {
	if d.N == 0 {
		return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.ended(ctx, tx, run, d, 0) })
	}
	for skip := 0; ; {
		ids, err := stock.Due(ctx, s.store.db.Read(), d.Org, d.before, r.held, skip, stock.Size())
		if err != nil || len(ids) == 0 {
			return err
		}
		free, err := s.free(ctx, stock.Kind, ids)
		if err != nil {
			return err
		}
		skip += len(ids) - len(free)
		if len(free) == 0 {
			continue
		}
		act := act
		act.Org, act.What, act.On = d.Org, "retention.apply", stock.Kind
		n := 0
		err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
			if n, err = stock.Finish(ctx, tx, free); err != nil {
				return err
			}
			tx.Act.Diff = diff(stock.Kind, n, 0)
			return s.store.ended(ctx, tx, run, d, n)
		})
		if err != nil {
			return err
		}
		if n == 0 { // somebody else was faster
			skip += len(free)
		}
		if err := tell(n); err != nil {
			return err
		}
	}
}

// left is the stock of people, who may have a reason to stay.
const left = "governance.left"

// free leaves out people whom something bars from being erased.
func (s *Service) free(ctx context.Context, kind string, ids []string) ([]string, error) {
	if kind != left {
		return ids, nil
	}
	var failed error
	free := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		for _, ask := range s.Bars {
			bar, err := ask(ctx, ospo.PersonID(id))
			if err != nil {
				failed = err
			}
			if bar != nil {
				return true
			}
		}
		return false
	})
	return free, failed
}
