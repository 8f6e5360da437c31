// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

const (
	mayRead   = "policy.read"
	mayAsk    = "policy.ask"
	mayWrite  = "policy.write"
	mayDecide = "policy.decide"
)

var nav = []web.Entry{{Side: web.Take, Key: "policy.nav", Href: "/policy", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /policy", mayRead, "list.html", s.listPage),
		web.File("GET /policy.csv", mayRead, s.exportFile("csv")),
		web.File("GET /policy.xlsx", mayRead, s.exportFile("xlsx")),
		web.File("GET /policy.json", mayRead, s.exportFile("json")),

		web.Show("GET /policy/release/{release}", mayRead, "release.html", s.releasePage),
		web.Form("POST /policy/release/{release}", mayWrite, "release.html", s.setUsage),
		web.Show("GET /policy/release/{release}/choose", mayWrite, "choose.html", s.choosePage),
		web.Form("POST /policy/release/{release}/choose", mayWrite, "choose.html", s.choose),
		web.Show("GET /policy/release/{release}/report", mayRead, "report.html", s.reportPage),
		web.File("GET /policy/release/{release}/report.odt", mayRead, s.reportFile),

		web.Show("GET /policy/profiles", mayRead, "profiles.html", s.profilesPage),
		web.Show("GET /policy/profile/{profile}", mayRead, "profile.html", s.profilePage),
		web.Form("POST /policy/profile/{profile}/adopt", mayWrite, "profile.html", s.adopt),
		web.Show("GET /policy/simulate", mayRead, "simulate.html", s.simulatePage),
		web.Form("POST /policy/simulate", mayWrite, "simulate.html", s.saveChange),

		web.Show("GET /policy/exceptions", mayRead, "exceptions.html", s.exceptionsPage),
		web.Form("POST /policy/exceptions", mayWrite, "exceptions.html", s.addException),
		web.Do("POST /policy/exception/{exception}/end", mayWrite, s.endException),

		web.Show("GET /policy/questions", mayRead, "questions.html", s.questionsPage),
		web.Show("GET /policy/ask", mayAsk, "ask.html", s.askPage),
		web.Form("POST /policy/ask", mayAsk, "ask.html", s.ask),
		web.Show("GET /policy/question/{question}", mayRead, "question.html", s.questionPage),
		web.Form("POST /policy/question/{question}/advise", mayWrite, "question.html", s.advise),
		web.Form("POST /policy/question/{question}/decide", mayDecide, "question.html", s.decide),
		web.Do("POST /policy/question/{question}/withdraw", mayAsk, s.withdraw),
	}
}

// ListPage is the portfolio: every release in view with its verdict.
type ListPage struct {
	Rows            []ListRow
	Count           int
	Heads           []web.Head
	Chips           []web.Chip
	Pager           web.Pager
	Filter          Filter
	Sort            string
	Verdicts        []engine.Verdict
	Contexts        []ospo.Context
	Profile         Profile
	Open            int // questions that wait
	XLSX, CSV, JSON string
	MayAsk          bool
}

// A ListRow is a row with its badge.
type ListRow struct {
	Row
	Badge web.Badge
}

var sorts = []string{"verdict", "name", "-deny", "-unknown", "-review"}

func readFilter(r *http.Request) (web.Listing, Filter) {
	l := web.ReadListing(r, sorts...)
	return l, Filter{Text: l.Get("q"), Verdict: l.Get("verdict"), Context: l.Get("context"), Licence: l.Get("licence"), Sort: l.Sort, Desc: l.Desc, After: l.After, Size: l.Size}
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	l, f := readFilter(r)
	all, count, next, err := s.Releases(ctx, f)
	if err != nil {
		return p, err
	}
	b, err := s.book(ctx)
	if err != nil {
		return p, err
	}
	p = ListPage{Count: count, Filter: f, Sort: r.URL.Query().Get("sort"), Verdicts: []engine.Verdict{engine.Deny, engine.Unknown, engine.Review, engine.Allow}, Contexts: ospo.Contexts, Profile: b.profile,
		XLSX: l.Export("xlsx"), CSV: l.Export("csv"), JSON: l.Export("json"), MayAsk: door.From(ctx).May(mayAsk)}
	for _, row := range all {
		p.Rows = append(p.Rows, ListRow{row, badge(ctx, row.Verdict)})
	}
	p.Heads = []web.Head{l.Head("policy.product", "name"), l.Head("policy.verdict", "verdict"), l.Head("policy.deny", "-deny"), l.Head("policy.unknown", "-unknown"), l.Head("policy.review", "-review"),
		{Key: "policy.allow", Numeric: true}, {Key: "policy.contexts"}, {Key: "policy.worst"}}
	for i := 2; i <= 4; i++ {
		p.Heads[i].Numeric = true
	}
	p.Chips = l.Chips("q", "policy.filter.text", "verdict", "policy.verdict", "context", "policy.context", "licence", "policy.licence")
	for i, c := range p.Chips {
		switch c.Label {
		case "policy.verdict":
			p.Chips[i].Value = say(ctx, "policy.verdict."+c.Value)
		case "policy.context":
			p.Chips[i].Value = say(ctx, "policy.context."+c.Value)
		}
	}
	if n := len(all); n > 0 {
		p.Pager = l.Pager(next != "", string(all[n-1].Release))
	}
	waits, err := s.Questions(ctx, "")
	for _, q := range waits {
		if q.State == Open || q.State == Advised {
			p.Open++
		}
	}
	return p, err
}

// exportFile hands the list out as a file, filtered and sorted as it is.
func (s *Service) exportFile(format string) func(*http.Request) (web.Download, error) {
	kinds := map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "json": "application/json"}
	return func(r *http.Request) (web.Download, error) {
		ctx := r.Context()
		_, f := readFilter(r)
		f.After, f.Size = "", 0
		all, _, _, err := s.Releases(ctx, f)
		if err != nil {
			return web.Download{}, err
		}
		d := web.Download{Name: say(ctx, "policy.file") + "." + format, Type: kinds[format]}
		t := listTable(ctx, all)
		switch format {
		case "json":
			d.Write = func(w io.Writer) error { return json.NewEncoder(w).Encode(append([]Row{}, all...)) }
		case "xlsx":
			d.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "policy.title"), t) }
		default:
			d.Write = func(w io.Writer) error { return sheet.WriteCSV(w, t) }
		}
		return d, nil
	}
}

func listTable(ctx context.Context, all []Row) (t sheet.Table) {
	for _, key := range []string{"policy.product", "policy.version", "policy.owner", "policy.verdict", "policy.deny", "policy.unknown", "policy.review", "policy.allow", "policy.contexts", "policy.worst"} {
		t.Head = append(t.Head, say(ctx, key))
	}
	for _, r := range all {
		worst := ""
		for i, w := range r.Worst {
			if i > 0 {
				worst += "; "
			}
			worst += w
		}
		t.Rows = append(t.Rows, []string{r.Name, r.Version, r.Owner, say(ctx, "policy.verdict."+string(r.Verdict)), strconv.Itoa(r.Tally.Deny), strconv.Itoa(r.Tally.Unknown), strconv.Itoa(r.Tally.Review), strconv.Itoa(r.Tally.Allow),
			contextWords(ctx, r.Contexts), worst})
	}
	return t
}

// sign is the release's sign of licences.
func (s *Service) sign(ctx context.Context, release ospo.ReleaseID) (web.Sign, error) {
	v, err := s.Verdict(ctx, release)
	if fault.Of(err) == fault.NotFound && err != nil {
		return web.Sign{Key: "policy.sign", Verdict: web.Unknown, Text: say(ctx, "policy.sign.no_document")}, nil // taken out of service
	}
	return web.Sign{Key: "policy.sign", Verdict: web.Verdict(badgeKinds[v.Verdict]), Text: v.reason(ctx), At: s.store.db.Now(), Href: "/policy/release/" + string(release)}, err
}

// fields is the room's card on the overview.
func (s *Service) fields(ctx context.Context) ([]web.Field, error) {
	if !door.From(ctx).May(mayRead) {
		return nil, nil
	}
	all, _, _, err := s.Releases(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	n := map[engine.Verdict]int{}
	for _, r := range all {
		n[r.Verdict]++
	}
	f := web.Field{Key: "policy.nav", Href: "/policy", Figure: lang.Num(tongue(ctx), int64(n[engine.Deny])), Unit: say(ctx, "policy.field.unit"),
		Note: say(ctx, "policy.field.note", n[engine.Unknown], n[engine.Review], n[engine.Allow]), Badge: badge(ctx, engine.Allow)}
	for _, v := range []engine.Verdict{engine.Deny, engine.Review, engine.Unknown} {
		if n[v] > 0 {
			f.Badge = badge(ctx, v)
			break
		}
	}
	if len(all) == 0 {
		f.Badge = badge(ctx, engine.Unknown)
	}
	return []web.Field{f}, nil
}

// badgeKinds are the kinds of badge for verdicts.
var badgeKinds = map[engine.Verdict]string{engine.Allow: "ok", engine.Review: "review", engine.Unknown: "unknown", engine.Deny: "no"}

func badge(ctx context.Context, v engine.Verdict) web.Badge {
	return web.Badge{Kind: badgeKinds[v], Word: say(ctx, "policy.verdict."+string(v))}
}
