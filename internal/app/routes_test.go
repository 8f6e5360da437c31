// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/award"
	"allmende/internal/engine/economics"
	"allmende/internal/engine/market"
	"allmende/internal/engine/number"
	"allmende/internal/engine/process"
	"allmende/internal/office/budget"
	"allmende/internal/office/casework"
	"allmende/internal/office/compat"
	"allmende/internal/office/competence"
	"allmende/internal/office/contract"
	"allmende/internal/office/desk"
	"allmende/internal/office/duty"
	"allmende/internal/office/governance"
	"allmende/internal/office/idea"
	"allmende/internal/office/licence"
	"allmende/internal/office/meeting"
	"allmende/internal/office/policy"
	"allmende/internal/office/procurement"
	"allmende/internal/office/scoring"
	"allmende/internal/office/ticket"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/web"
)

// A route is one page or operation, as the program lists them itself.
type route struct {
	method, path, permit string
	operation            bool
	foreign              bool // of a protocol that others have laid down
	room                 string
}

func (r route) String() string { return r.method + " " + r.path }

func (a *App) routes() []route {
	var out []route
	for _, m := range a.modules() {
		for _, p := range m.Pages {
			method, path, _ := strings.Cut(p.Pattern, " ")
			out = append(out, route{method, path, p.Permit, false, false, m.Name})
		}
		for _, op := range m.Ops {
			out = append(out, route{op.Method, op.Path, op.Permit, true, false, m.Name})
		}
		for _, f := range m.Foreign {
			method, path, _ := strings.Cut(f.Pattern, " ")
			out = append(out, route{method, path, web.Anyone, true, true, m.Name})
		}
	}
	return out
}

// foreignRoutes are those of protocols that others have laid down, by the beginning of their
// paths: who proves what how. Without that proof they refuse.
var foreignRoutes = map[string]string{
	"/identity/logout/": "back-channel logout: the token that the provider signed says who",
	"/ticket/hook/":     "a ticket system signs what it sends",
	"/scim/":            "SCIM: a token of ours with the scope of a directory",
}

// openRoutes need no permission; each says why. The routes themselves say web.Anyone, and
// one that says so without standing here fails.
var openRoutes = map[string]string{
	"GET /sign-in":                          "the door itself",
	"POST /sign-in":                         "the door itself",
	"POST /sign-out":                        "ends the session of the cookie that asks, else nothing",
	"GET /welcome/{link}":                   "a one-time link says who may",
	"POST /welcome/{link}":                  "a one-time link says who may",
	"POST /prefs":                           "sets two cookies",
	"GET /forgot":                           "asks for a letter, for who cannot sign in",
	"POST /forgot":                          "asks for a letter, for who cannot sign in; the answer is always the same",
	"GET /api":                              "describes the operations, shows no data",
	"GET /help":                             "explains the program",
	"GET /accessibility":                    "has to be readable by everybody (BITV 2.0, section 7)",
	"GET /imprint":                          "has to be readable by everybody",
	"GET /factor":                           "the own second factor, for who must set one up before anything else",
	"GET /factor/app":                       "the own second factor",
	"POST /factor/app":                      "the own second factor",
	"GET /factor/app/remove":                "the own second factor",
	"POST /factor/app/remove":               "the own second factor",
	"GET /factor/codes":                     "the own second factor",
	"POST /factor/codes":                    "the own second factor",
	"GET /factor/sign-in":                   "the second half of signing in",
	"POST /factor/sign-in":                  "the second half of signing in",
	"GET /digest":                           "the own letters",
	"POST /digest":                          "the own letters",
	"GET /digest/stop/{secret}":             "a link in a letter says whose letters are stopped",
	"POST /digest/stop/{secret}":            "a link in a letter says whose letters are stopped",
	"GET /retention/me":                     "what is kept about oneself is everybody's to know (GDPR Art. 15)",
	"GET /retention/me.json":                "as above",
	"GET /intake/at/{house}":                "where a city lets people ask without an account; else not found",
	"GET /intake/at/{house}/{door}":         "as above",
	"POST /intake/at/{house}/{door}":        "as above",
	"GET /intake/status/{secret}":           "a secret link says whose request",
	"POST /intake/status/{secret}/message":  "a secret link says whose request",
	"POST /intake/status/{secret}/reply":    "a secret link says whose request",
	"POST /intake/status/{secret}/withdraw": "a secret link says whose request",
	"GET /identity/sign-in/{provider}":      "sends to the provider of identities",
	"GET /identity/callback/{provider}":     "the provider sends back",
	"GET /identity/signed-out/{provider}":   "the provider sends back",
}

// openBelow are more of them, by the beginning of their paths.
var openBelow = map[string]string{
	"/factor/passkey": "the own second factor, and the second half of signing in",
}

// unfurnished are parameters that a city need not have an id for: what they name comes about
// by work that takes longer than this test. Strangers are asked with an invented one.
var unfurnished = map[string]string{
	"GET /tenant/export/{task}":    "an export of a whole organisation",
	"GET /retention/run/{run}":     "a run that ended something: it is asked of another one in retention_test.go",
	"GET /tenant/org/{org}/remove": "nobody removes the own organisation: it is asked of another one in operate_test.go",
}

func opened(r route) bool {
	ok := openRoutes[r.String()] != ""
	for start := range openBelow {
		ok = ok || strings.HasPrefix(r.path, start)
	}
	return ok
}

// reachable are routes with an id of ours in the path that a stranger with all rights at home
// is answered otherwise than "not found"; each says why that tells and changes nothing.
var reachable = map[string]string{
	"GET /casework/type/{type}":                       "the id names a procedure that comes with the program",
	"GET /casework/type/{type}/bpmn":                  "as above",
	"GET /casework/new/{type}":                        "as above: the form for a case of the stranger's own",
	"POST /casework/new/{type}":                       "as above",
	"GET /intake/ask/{door}":                          "the doors are the same everywhere: a request of the stranger's own",
	"POST /intake/ask/{door}":                         "as above",
	"GET /role/kind/{role}":                           "the key names a role that every city has, each its own version",
	"GET /role/kind/{role}/edit":                      "as above",
	"POST /role/kind/{role}/edit":                     "as above: a version for the stranger's own city",
	"POST /role/kind/{role}/retire":                   "as above: proposed for the stranger's own city",
	"POST /role/kind/{role}/restore":                  "as above",
	"GET /api/v1/role/roles/{role}":                   "as above",
	"GET /competence/role/{role}":                     "the key names a role that every city has; who holds it is the stranger's own",
	"GET /competence/role/{role}/edit":                "as above",
	"POST /competence/role/{role}/edit":               "as above: what it needs in the stranger's own city",
	"GET /competence/kind/{competence}":               "the key names a competence that every city has, each its own version",
	"GET /competence/kind/{competence}/edit":          "as above",
	"POST /competence/kind/{competence}/edit":         "as above: a version for the stranger's own city",
	"GET /api/v1/competence/gaps/{role}":              "as above",
	"GET /api/v1/competence/competences/{competence}": "as above",
	"GET /duty/catalogue/{entry}":                     "what licences oblige to is common to all",
	"GET /vulnerability/{key}":                        "advisories are common to all; who is hit is counted for the viewer",
	"GET /api/v1/vulnerability/advisories/{id}":       "as above",
	"POST /api/v1/audit/findings/{id}/steps":          "what is sent is looked at first, and lacks the step",
	"POST /api/v1/licence/own/{own}":                  "what is sent is looked at first, and names no class",
	"GET /mail/preview/{kind}":                        "a kind of letter with invented content",
	"GET /retention/rule/{rule}":                      "the kinds of entry are common to all; each city has its own period",
	"POST /retention/rule/{rule}":                     "as above: a period for the stranger's own city",
	"POST /api/v1/retention/rules/{rule}":             "as above",
	"GET /policy/profile/{profile}":                   "the id names a profile that comes with the program",
	"POST /api/v1/policy/profiles/{profile}":          "as above: a copy for the stranger's own city",
	"POST /policy/profile/{profile}/adopt":            "as above: proposed for the stranger's own city",
	"GET /api/v1/policy/profiles/{profile}":           "as above",
}

// A site is a city with a thing of each kind, and everybody who asks for it.
type site struct {
	*App
	t                         *testing.T
	ctx                       context.Context
	admin, colleague, foreign visitor
	list                      []route
	ids                       map[string]string // "software/id": an id of ours
	asks                      map[string]string // path: what our pages ask it
	api                       *described
	forms                     map[string]formed // by action
}

// A formed is a form as a page shows it, filled in.
type formed struct {
	values url.Values
	file   string // name of the field that takes a file
}

const ours = "quittenstadt"

// told is how everything of ours is called, and nothing that is asked.
const told = "Quitten"

func furnishSite(t *testing.T, a *App) *site {
	t.Helper()
	s := &site{App: a, t: t, list: a.routes(), ids: map[string]string{"advisorie/id": "CVE-2021-44228", "form": "txt"}, asks: map[string]string{}, forms: map[string]formed{}}
	var city caller
	s.ctx, city = join(t, a, "", told+"stadt")
	a.Vulnerability.Operator, a.Tenant.Operator = ours, ours
	join(t, a, "", "Fremdstadt")
	s.admin = a.signIn(t, ours, "quittenadmin", "admin")
	s.colleague = a.signIn(t, ours, "kollege", "none")
	s.foreign = a.signIn(t, "fremdstadt", "fremd", "admin")
	visitor{t: t, app: a}.do("POST", "/sign-in", url.Values{"login": {"quittenadmin@quittenstadt.example"}, "password": {sentence}}) // a second session, which can be ended
	for _, version := range []string{"1.0", "2.0"} {
		status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j(told+"verfahren", version, "2.14.1")))
		s.must(status, body)
		var taken struct{ Release string }
		if err := json.Unmarshal([]byte(body), &taken); err != nil {
			t.Fatal(err)
		}
		s.ids["release"] = taken.Release // one that has a bill of materials, and stays: the first of the register is taken out of service
	}
	s.must(city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)))
	s.must(city.do("POST", "/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"`+told+`akte","kind":"proprietary","releases":[{"version":"3","uses":[{"contract":"`+told+`vertrag","supplier":"`+told+`haus"}]}]}`)))
	kind, body := form("register.csv", []byte("Name;Version\n"+told+"liste;1\n"))
	r := httptest.NewRequest("POST", "/estate/import", body)
	r.Header.Set("Content-Type", kind)
	r.AddCookie(&http.Cookie{Name: "allmende", Value: s.admin.cookie})
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	s.ids["import/id"] = w.Header().Get("Location")[strings.LastIndex(w.Header().Get("Location"), "/")+1:]
	if w := s.admin.do("POST", "/identity/mappings/add", url.Values{"source": {"scim"}, "value": {"quittengruppe"}, "gives": {"reader"}, "target": {ours}}); w.Code != 303 {
		t.Fatalf("a mapping of a group: %d %s", w.Code, w.Body)
	}
	s.people()
	s.licences()
	if err := a.Jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.look()
	s.add()
	s.ids["entrie/id"] = s.ids["entry/id"]
	return s
}

var adding = regexp.MustCompile(`/(add|new|raise)$`)

// add sends each form that adds something, where a route wants an id that no page has shown,
// and looks again.
func (s *site) add() {
	lacking := func(r route) bool { _, missing := s.address(r); return len(missing) > 0 && r.permit != web.Anyone }
	if !slices.ContainsFunc(s.list, lacking) {
		return
	}
	for _, r := range s.list {
		if r.method == "POST" && !r.operation && adding.MatchString(r.path) && !strings.Contains(r.path, "{") {
			s.ask(s.admin, r, r.path)
		}
	}
	s.look()
}

func (s *site) must(status int, body string) {
	s.t.Helper()
	if status != 201 {
		s.t.Fatalf("%d %s", status, body)
	}
}

// licences adds what is decided about licences: an exception and a question.
func (s *site) licences() {
	if _, err := s.Policy.Except(door.With(s.ctx, door.Viewer{Org: ours, Person: "operator", Grants: []string{"*"}, Door: "cli"}), policy.ExceptionInput{Licence: "SSPL-1.0", Reason: told + "grund"}); err != nil {
		s.t.Fatal(err)
	}
	if w := s.admin.do("POST", "/policy/ask", url.Values{"text": {told + "frage"}, "licence": {"SSPL-1.0"}, "context": {"internal"}}); w.Code != 303 {
		s.t.Fatalf("a question: %d %s", w.Code, w.Body)
	}
}

// people adds what belongs to people: a token, a role, an absence, a proposal, a letter.
func (s *site) people() {
	s.t.Helper()
	v := door.From(s.ctx)
	v.Person, v.Door = ospo.PersonID(s.admin.person()), "web"
	ctx := door.With(s.t.Context(), v)
	check := func(_ any, err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	check(s.Governance.AddPerson(ctx, act, governance.Person{ID: "quittenperson", Org: ours, Name: told + "e Person", Login: "person@quittenstadt.example", Level: "reader"}))
	check(s.Governance.CreateToken(ctx, v.Act("governance.token.add", ""), ours, told+"schlüssel", []string{"sbom.read"}, s.DB.Now().AddDate(0, 0, 9)))
	check(s.Role.Grant(ctx, RoleGrant{Role: "developer", Person: "quittenperson", Org: ours, Decision: told + "beschluss"}))
	check(s.Role.Grant(ctx, RoleGrant{Role: "coordinator", Person: "quittenperson", Org: ours, Decision: told + "beschluss"})) // waits
	check(s.Role.Leave(ctx, "quittenperson", "", s.DB.Now().AddDate(0, 0, 9).Format("2006-01-02")))
	training, err := s.Competence.AddTraining(ctx, competence.TrainingInput{Title: told + "schulung", Aims: map[string]int{"development": 3}})
	check(nil, err)
	check(nil, s.Competence.Seat(ctx, training, "quittenperson", "wish", ""))
	check(s.Competence.Confirm(ctx, "quittenperson", map[string]int{"development": 1}, told+"anmerkung"))
	team, err := s.Meeting.AddTeam(ctx, meeting.TeamInput{Name: told + "runde", Roles: []string{"developer"}, Chair: "quittenperson", At: "10:00"})
	check(nil, err)
	today := s.DB.Now().Format("2006-01-02")
	session, err := s.Meeting.Plan(ctx, team, meeting.SessionInput{Day: today})
	check(nil, err)
	point, err := s.Meeting.AddItem(ctx, session, told+"punkt")
	check(nil, err)
	check(nil, s.Meeting.Attend(ctx, session, map[ospo.PersonID]string{"quittenperson": "present"}))
	check(s.Meeting.Decide(ctx, point, meeting.DecisionInput{Text: told + "beschluss", Reason: told + "grund", Responsible: "quittenperson"}))
	check(nil, s.Ticket.Use([]TicketSystem{{ID: "quittensystem", Label: told + "system", Kind: "zammad", URL: "http://127.0.0.1:9", Org: ours, Token: "x", Secret: strings.Repeat("x", 32)},
		{ID: "quittenpost", Label: told + "post", Kind: "mail", Address: "ospo@quittenstadt.example", Org: ours}}))
	check(nil, s.Ticket.Arrive(ctx, "wer@anderswo.example", "ospo@quittenstadt.example", []byte("From: wer@anderswo.example\r\nSubject: "+told+"mail\r\n\r\n"+told+"text\r\n")))
	check(nil, s.Ticket.Connect(ctx, ticket.Connection{System: "quittensystem", State: "on", Place: told + "gruppe", Customer: "x@quittenstadt.example", Tongue: "de",
		Push: map[string]string{"open": "open", "done": "closed", "refused": "closed", "withdrawn": "closed"}}))
	matter, err := s.Casework.Open(ctx, casework.Input{Type: "advice", Title: told + "vorgang", Facts: map[string]string{"question": told + "frage"}})
	check(nil, err)
	opened, err := s.Casework.Show(ctx, matter)
	check(nil, err)
	for _, t := range opened.Tasks { // an opinion
		if t.Result == "" {
			check(nil, s.Casework.Complete(ctx, matter, t.ID, told+"ergebnis", map[string]string{"topic": "use", "answer": told + "antwort", "answer_source": told + "quelle"}, 0))
			break
		}
	}
	_, err = s.Casework.Move(ctx, matter, "refer", told+"grund", 0)
	check(nil, err)
	check(s.Casework.Reopen(ctx, matter, told+"grund"))
	deal, err := s.Contract.Add(ctx, contract.Input{Title: told + "pflege", Supplier: told + "haus", Kind: "support", Proprietary: "yes", Reason: told + "grund"})
	check(nil, err)
	check(s.Contract.Owe(ctx, deal, told+"leistung", today))
	check(s.Contract.DrawPlan(ctx, deal))
	check(s.Contract.DrawReport(ctx))
	pot, err := s.Budget.AddPot(ctx, budget.PotInput{Name: told + "topf", Kind: "programme"})
	check(nil, err)
	check(s.Budget.AddCondition(ctx, pot, budget.ConditionInput{What: told + "auflage", Due: today}))
	measure, err := s.Budget.AddMeasure(ctx, pot, budget.MeasureInput{Title: told + "maßnahme"})
	check(nil, err)
	check(s.Budget.Book(ctx, measure, budget.BookingInput{Day: today, State: budget.Committed, Kind: "feature", Amount: "10", Text: told + "auftrag"}))
	check(s.Budget.Ask(ctx, measure, told+"frage"))
	check(s.Budget.State(ctx, measure, budget.SavingInput{Method: told + "schätzung"}))
	s.prepare(ctx, check)
	check(s.Desk.Attach(ctx, matter, told+"datei.txt", strings.NewReader(told+"inhalt")))
	check(s.Desk.Join(ctx, matter, desk.LinkInput{To: "https://www.example/" + told}))
	check(s.Desk.Keep(ctx, desk.Text{Name: told + "baustein", DE: told + "text"}))
	check(nil, s.Casework.Comment(ctx, matter, "@person@quittenstadt.example "+told+"bemerkung"))
	advice, _ := process.Written("advice")
	check(s.Procedure.Keep(ctx, string(advice), told+"grund"))
	check(s.Library.Keep(ctx, string(market.Write(market.Shipped())), told+"grund"))
	wish, err := s.Idea.Add(ctx, idea.Input{Title: told + "idee", Purpose: told + "zweck", Asker: told + "amt"})
	check(nil, err)
	check(nil, s.Idea.Decide(ctx, wish, "accepted", told+"grund", ""))
	check(nil, s.Licence.AddOwn(ctx, licence.OwnInput{ID: "LicenseRef-haus", Name: told + "lizenz", Text: told + "wortlaut", Reason: told + "grund"}))
	s.ids["licence"], s.ids["own"] = "LicenseRef-haus", "LicenseRef-haus"
	doubts, err := s.Licence.Clarify(ctx, "", "")
	check(nil, err)
	check(s.Licence.Conclude(ctx, doubts[0].Package, licence.ConclusionInput{Expression: "LicenseRef-haus", Reason: told + "grund"}))
	duties, _, err := s.Duty.Rows(ctx, duty.Sieve{State: duty.Pending})
	check(nil, err)
	check(s.Duty.Decide(ctx, duties[0].Release, duty.Input{Duty: duties[0].Duty, State: "acknowledged", Reason: told + "grund"}))
	_, err = s.Compat.Import(ctx, told+"matrix.json", "2024-05-25", []byte(`{"MIT": {"MIT": "Same"}}`))
	check(nil, err)
	check(s.Compat.Choose(ctx, compat.ChoiceInput{Questions: compat.Questions{Work: told + "werk", Kind: "library", Aim: "wide", Rights: "all"}, Licence: "MIT", Reason: told + "grund"}))
	check(nil, s.DB.Write(ctx, v.Act("mail.test", told), func(tx *db.Tx) error {
		return s.Mail.Enqueue(ctx, tx, mail.Letter{Org: ours, To: "x@quittenstadt.example", Kind: "mail.test", Lang: "de", Args: "{}"})
	}))
}

// score closes a round for a frozen setup, scored by two.
func (s *site) score(ctx context.Context, paper string, check func(any, error)) {
	v := door.From(ctx)
	v.Person = "quittenperson"
	price, points := number.Int(1000), number.Int(5)
	round, err := s.Scoring.Open(ctx, paper, 1)
	check(nil, err)
	check(nil, s.Scoring.SetBids(ctx, round, []scoring.Tender{{Name: told + "bieter", Price: &price}}, true))
	for _, who := range []context.Context{ctx, door.With(ctx, v)} {
		check(nil, s.Scoring.State(who, round, scoring.None, ""))
		check(nil, s.Scoring.Score(who, round, []scoring.Mark{{Bid: 1, Criterion: "c-1", Points: &points, Remark: told + "anmerkung"}}, true))
	}
	check(nil, s.Scoring.Close(ctx, round))
}

// prepare freezes an award setup, tries it, and opens its second edition; and a study likewise.
func (s *site) prepare(ctx context.Context, check func(any, error)) {
	whole, zero := number.Int(100), number.Exact{}
	setup := award.Setup{Title: told + "vergabe", Formula: award.Formula{Method: "price_quotient", PriceWeight: new(number.Int(30))}, Minimum: &zero, Ties: []string{award.ByLot},
		Criteria: []award.Criterion{{ID: "c-1", Title: told + "kriterium", Weight: whole, Max: number.Int(10)}}}
	id, err := s.Procurement.Add(ctx, procurement.Input{Setup: setup})
	check(nil, err)
	price := number.Int(1000)
	_, err = s.Procurement.Try(ctx, id, []award.Bid{{ID: told + "angebot", Price: &price, Points: map[string]number.Exact{"c-1": number.Int(5)}}}, procurement.Compared{}, award.Draws{Count: 1})
	check(nil, err)
	p, _, err := s.Procurement.Show(ctx, id)
	check(nil, err)
	check(nil, s.Procurement.Freeze(ctx, id, p.Changed))
	check(nil, s.Procurement.Reopen(ctx, id, told+"grund"))
	s.score(ctx, id, check)
	study := economics.Study{Title: told + "rechnung", Day: "2026-11-28", Base: 2026, Years: 1, Rate: economics.Rate{Value: number.Exact{}, Date: "2026-11-01", Source: told + "quelle"},
		Alternatives: []economics.Alternative{{ID: "a-1", Title: told + "weg"}, {ID: "a-2", Title: told + "umweg"}}}
	id, err = s.Procurement.AddStudy(ctx, procurement.StudyInput{Study: study})
	check(nil, err)
	survey := market.Survey{Title: told + "markt", Need: told + "bedarf", Sources: []market.Source{{Name: "openCode", Day: "2026-11-01", Query: told + "frage"}}, Chosen: "make", Result: told + "ergebnis"}
	for _, way := range market.Shipped().Ways {
		survey.Ways = append(survey.Ways, market.Way{ID: way.ID, Reason: told + "weg"})
	}
	surveyed, err := s.Procurement.AddSurvey(ctx, procurement.SurveyInput{Survey: survey})
	check(nil, err)
	described, err := s.Procurement.AddDescription(ctx, procurement.DescriptionInput{Description: market.Description{Title: told + "leistung", Aim: told + "ziel", Items: []market.Item{{Kind: market.Must, Text: told + "muss"}}}})
	check(nil, err)
	for _, id := range []string{id, surveyed, described} {
		p, _, err = s.Procurement.Show(ctx, id)
		check(nil, err)
		check(nil, s.Procurement.Freeze(ctx, id, p.Changed))
		check(nil, s.Procurement.Reopen(ctx, id, told+"grund"))
	}
}

var (
	address  = regexp.MustCompile(`(?:href|action|formaction)="(/[^"#]*)"`)
	formTag  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	fieldTag = regexp.MustCompile(`(?s)<input([^>]*)>|<select([^>]*)>(.*?)</select>|<textarea([^>]*)>(.*?)</textarea>|<button([^>]*)>`)
	option   = regexp.MustCompile(`<option value="([^"]*)"( selected)?`)
)

func attribute(tag, name string) string {
	for start := 0; ; {
		i := strings.Index(tag[start:], name+`="`)
		if i < 0 {
			return ""
		}
		i += start
		start = i + len(name) + 2
		if i == 0 || strings.ContainsRune(" \t\n", rune(tag[i-1])) {
			value, _, _ := strings.Cut(tag[start:], `"`)
			return html.UnescapeString(value)
		}
	}
}

// look reads the city's pages as who administers it, for ids in addresses and for forms. Of
// a page that is asked for in many ways (sorted, sieved, by page) it reads three.
func (s *site) look() {
	seen, named, ways, next := map[string]bool{}, map[string]bool{}, map[string]int{}, []string{"/"}
	for _, r := range s.list {
		if r.method == "GET" && !r.operation && !strings.Contains(r.path, "{") && r.permit != web.Anyone {
			next = append(next, r.path)
		}
	}
	for len(next) > 0 && len(seen) < 2000 {
		path := next[0]
		next = next[1:]
		if seen[path] || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/api/openapi") {
			continue
		}
		seen[path] = true
		if page, _, _ := strings.Cut(path, "?"); ways[page] == 3 {
			continue
		} else {
			ways[page]++
		}
		w := s.admin.do("GET", path, nil)
		body := w.Body.String()
		if w.Code != 200 || !strings.Contains(body, "<html") {
			continue
		}
		for _, m := range address.FindAllStringSubmatch(body, -1) {
			if to := html.UnescapeString(m[1]); !named[to] {
				named[to] = true
				s.name(to)
				if s.isPage(to) {
					next = append(next, to)
				}
			}
		}
		for _, m := range formTag.FindAllStringSubmatch(body, -1) {
			s.fill(m[1], m[2], path)
		}
	}
}

// isPage reports whether an address is looked at, not sent to.
func (s *site) isPage(to string) bool {
	path, _, _ := strings.Cut(to, "?")
	return slices.ContainsFunc(s.list, func(r route) bool { return r.method == "GET" && !r.operation && matches(r.path, path) != nil })
}

// matches returns the parameters of a pattern as they stand in a path, by "software/id".
func matches(pattern, path string) map[string]string {
	one, other := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(one) != len(other) {
		return nil
	}
	out := map[string]string{}
	for i, part := range one {
		if strings.HasPrefix(part, "{") && other[i] != "" {
			value, err := url.PathUnescape(other[i])
			if err != nil {
				return nil
			}
			out[parameter(one, i)] = value
		} else if part != other[i] {
			return nil
		}
	}
	return out
}

// parameter names a parameter after itself, or, where it is called id, after what is before.
func parameter(parts []string, i int) string {
	name := strings.Trim(parts[i], "{}")
	if name == "id" {
		return strings.TrimSuffix(parts[i-1], "s") + "/id"
	}
	return name
}

// name keeps the ids of ours that stand in an address, and what it asks.
func (s *site) name(to string) {
	path, query, _ := strings.Cut(to, "?")
	if query != "" && s.asks[path] == "" {
		s.asks[path] = query
	}
	if slices.ContainsFunc(s.list, func(o route) bool { return o.path == path }) {
		return
	}
	for _, r := range s.list {
		if r.operation {
			continue
		}
		for name, value := range matches(r.path, path) {
			if s.ids[name] == "" {
				s.ids[name] = value
			}
		}
	}
}

// fill takes a form with what stands in it; what is empty gets a word. What is ours by name
// is replaced, so that an echo of it is not taken for a leak.
func (s *site) fill(tag, inside, page string) {
	if attribute(tag, "method") != "post" {
		return
	}
	f := formed{values: url.Values{}}
	for _, m := range fieldTag.FindAllStringSubmatch(inside, -1) {
		input, sel, options, area := m[1], m[2], m[3], m[4]
		switch {
		case input != "":
			name, kind, value := attribute(input, "name"), attribute(input, "type"), attribute(input, "value")
			switch {
			case kind == "file":
				f.file = name
			case (kind == "radio" || kind == "checkbox") && !strings.Contains(input, " checked"):
			case value == "" && kind == "date":
				f.values.Set(name, "2030-01-01")
			case value == "" || strings.Contains(value, told):
				f.values.Set(name, "Feindlich")
			default:
				f.values.Add(name, value)
			}
		case sel != "":
			value := ""
			for _, o := range option.FindAllStringSubmatch(options, -1) {
				if value == "" || o[2] != "" {
					value = html.UnescapeString(o[1])
				}
			}
			f.values.Set(attribute(sel, "name"), value)
		case area != "":
			f.values.Set(attribute(area, "name"), "Feindlich")
		}
	}
	actions := []string{attribute(tag, "action")}
	if actions[0] == "" {
		actions[0] = page
	}
	for _, m := range regexp.MustCompile(`formaction="([^"]*)"`).FindAllStringSubmatch(inside, -1) {
		actions = append(actions, html.UnescapeString(m[1]))
	}
	for _, to := range actions {
		if _, ok := s.forms[to]; !ok {
			s.forms[to] = f
		}
	}
}

// address puts ids of ours into a route. missing names those that there are none of.
func (s *site) address(r route) (path string, missing []string) {
	parts := strings.Split(r.path, "/")
	for i, part := range parts {
		if part == "{$}" {
			parts[i] = ""
			continue
		}
		if !strings.HasPrefix(part, "{") {
			continue
		}
		name := parameter(parts, i)
		if s.ids[name] == "" {
			missing = append(missing, name)
		}
		parts[i] = url.PathEscape(cmp.Or(s.ids[name], "none"))
	}
	return strings.Join(parts, "/"), missing
}

// ask sends what a route wants, with ids of ours wherever one fits.
func (s *site) ask(v visitor, r route, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	var req *http.Request
	q := url.Values{}
	for _, name := range []string{"software", "release", "document", "org", "person", "from", "to", "package", "id", "parent", "q", "supplier"} {
		if id := cmp.Or(s.ids[name], s.ids[name+"/id"]); id != "" {
			q.Set(name, id)
		}
	}
	q.Set("permission", "sbom.read")
	q.Set("package", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1")
	if diff, err := url.ParseQuery(s.asks["/sbom/diff"]); err == nil && r.path == "/api/v1/sbom/why" {
		q.Set("release", diff.Get("from"))
	}
	if asked, err := url.ParseQuery(s.asks[strings.TrimSuffix(strings.TrimPrefix(path, "/api/v1"), ".csv")]); err == nil {
		for name, values := range asked {
			q[name] = values
		}
	}
	q.Set("reason", "Feindlich")
	switch {
	case r.method == "GET" || r.method == "DELETE":
		req = httptest.NewRequest(r.method, path+"?"+q.Encode(), nil)
	case r.operation:
		kind, body := s.body(r)
		req = httptest.NewRequest(r.method, path+"?"+q.Encode(), strings.NewReader(body))
		req.Header.Set("Content-Type", kind)
	default:
		f := s.forms[path]
		if f.file != "" {
			kind, body := form("register.csv", []byte("Name;Version\nFeindlich;1\n"))
			req = httptest.NewRequest(r.method, path, body)
			req.Header.Set("Content-Type", kind)
			break
		}
		values := url.Values{}
		for k, v := range f.values {
			values[k] = v
		}
		if len(values) == 0 {
			values = url.Values{"name": {"Feindlich"}, "reason": {"Feindlich"}, "note": {"Feindlich"}, "org": {ours}, "why": {"Feindlich"}}
		}
		req = httptest.NewRequest(r.method, path, strings.NewReader(values.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != "" {
		req.AddCookie(&http.Cookie{Name: "allmende", Value: v.cookie})
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, req)
	return w
}

// body makes a body as the OpenAPI document describes it, with ids of ours by name.
func (s *site) body(r route) (kind, text string) {
	if s.api == nil {
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
		if err := json.Unmarshal(w.Body.Bytes(), &s.api); err != nil {
			s.t.Fatal(err)
		}
	}
	doc := s.api
	content := doc.Paths[r.path][strings.ToLower(r.method)].RequestBody.Content
	c, ok := content["application/json"]
	switch {
	case ok && c.Schema.Format != "binary":
		out, err := json.Marshal(s.sample("", c.Schema, doc.Components.Schemas, 0))
		if err != nil {
			s.t.Fatal(err)
		}
		return "application/json", string(out)
	case strings.Contains(r.path, "import"):
		return "text/csv", "Name;Version\nFeindlich;1\n"
	}
	return "application/json", log4j("Feindlich", "1", "2.14.1")
}

// described is what the test reads of the OpenAPI document.
type described struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Properties map[string]schema
	Items      *schema
}

func (s *site) sample(name string, c schema, all map[string]schema, depth int) any {
	if c.Ref != "" {
		c = all[c.Ref[strings.LastIndex(c.Ref, "/")+1:]]
	}
	kind := fmt.Sprint(c.Type)
	switch {
	case len(c.Enum) > 0:
		return c.Enum[0]
	case strings.Contains(kind, "object"):
		out := map[string]any{}
		for k, p := range c.Properties {
			if depth < 4 {
				out[k] = s.sample(k, p, all, depth+1)
			}
		}
		return out
	case strings.Contains(kind, "array"):
		if c.Items == nil || depth > 3 {
			return []any{}
		}
		return []any{s.sample(name, *c.Items, all, depth+1)}
	case strings.Contains(kind, "integer"), strings.Contains(kind, "number"):
		return 1
	case strings.Contains(kind, "boolean"):
		return false
	}
	if id := cmp.Or(s.ids[name], s.ids[name+"/id"]); id != "" {
		return id
	}
	if slices.Contains([]string{"since", "until", "released", "ends"}, name) || strings.Contains(name, "date") || strings.HasSuffix(name, "until") {
		return "2030-01-01"
	}
	return cmp.Or(map[string]string{"kind": "open", "role": "developer"}[name], "Feindlich")
}

// rows writes down all rows of all tables, or of those that are ours, to be compared. What
// keeps house by itself is left out.
func (s *site) rows(oursOnly bool) map[string]string {
	s.t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	if !s.DB.Lite() {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
	}
	tables, err := db.Texts(s.t.Context(), s.DB.Read(), query)
	if err != nil || len(tables) < 20 {
		s.t.Fatal(tables, err)
	}
	out := map[string]string{}
	for _, table := range tables {
		if slices.Contains([]string{"governance_session", "governance_try", "job_lease"}, table) {
			continue // when somebody was last seen; failed tries; who works
		}
		var lines []string
		rows, err := s.DB.Read().QueryContext(s.t.Context(), `SELECT * FROM `+table)
		if err != nil {
			s.t.Fatal(table, err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				s.t.Fatal(table, err)
			}
			if i := slices.Index(columns, "org"); !oursOnly || i >= 0 && fmt.Sprint(values[i]) == ours {
				lines = append(lines, fmt.Sprintf("%v", values))
			}
		}
		if err := rows.Err(); err != nil {
			s.t.Fatal(table, err)
		}
		rows.Close()
		slices.Sort(lines)
		out[table] = strings.Join(lines, "\n")
	}
	return out
}

// same reports the tables in which something changed.
func (s *site) same(before map[string]string, oursOnly bool, who string, r route) map[string]string {
	s.t.Helper()
	after := s.rows(oursOnly)
	for table, was := range before {
		if after[table] != was {
			s.t.Errorf("%s: %s changed %s:\n%.600s", r, who, table, difference(was, after[table]))
		}
	}
	return after
}

func difference(was, is string) string {
	var out []string
	old := strings.Split(was, "\n")
	for line := range strings.SplitSeq(is, "\n") {
		if !slices.Contains(old, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}

// Each route that the program lists is asked by three who may not: by nobody, by who
// administers another city and has our ids, and by a colleague who may nothing. They are
// sent to the door, find nothing, are refused; no answer tells of us; no row of ours and no
// entry of our log is another afterwards. The routes come from the program, so that one
// without its check cannot land; whoever administers our city gets through with the same
// ids, so that the test sees what it is about.
func TestR13EveryRouteIsClosedToStrangers(t *testing.T) {
	t.Parallel() // takes minutes
	each(t, func(t *testing.T, a *App) {
		s := furnishSite(t, a)
		count := map[string]map[string]int{}
		all, mine := s.rows(false), s.rows(true)
		for _, r := range s.list {
			path, missing := s.address(r)
			n := count[r.room]
			if n == nil {
				n = map[string]int{}
				count[r.room] = n
			}
			n["routes"]++
			if r.foreign {
				s.strange(r, path)
				s.same(all, false, "nobody, or a colleague without permission,", r)
				n["foreign"]++
				continue
			}
			if r.permit == web.Anyone {
				if !opened(r) {
					t.Errorf("%s is open to anyone; say why in openRoutes, or give it a permission", r)
				}
				n["open"]++
				continue
			}
			if len(missing) > 0 && unfurnished[r.String()] == "" {
				t.Errorf("%s: no page of ours leads to an id for %v; furnish the city with one", r, missing)
			}
			s.nobody(r, path)
			s.refused(r, path)
			if r.method != "GET" {
				all = s.same(all, false, "nobody, or a colleague without permission,", r)
			}
			s.found(r, path)
			if r.method != "GET" {
				mine, all = s.same(mine, true, "who administers another city", r), s.rows(false)
				n["that write"]++
			} else {
				n["that read"]++
				if w := s.ask(s.admin, r, path); unfurnished[r.String()] == "" && (w.Code == 401 || w.Code == 403 || w.Code == 404) {
					t.Errorf("%s: whoever administers is answered %d at %s; the test does not see what it is about", r, w.Code, path)
				}
			}
			n["closed"]++
		}
		s.same(all, false, "who only reads", route{method: "GET", path: "any"})
		for r := range openRoutes {
			if !slices.ContainsFunc(s.list, func(o route) bool { return o.String() == r && o.permit == web.Anyone && !o.foreign }) {
				t.Errorf("%s is listed as open and is no such route; take it out", r)
			}
		}
		for r := range reachable {
			if !slices.ContainsFunc(s.list, func(o route) bool { return o.String() == r }) {
				t.Errorf("%s is listed as reachable and is no route; take it out", r)
			}
		}
		s.alive()
		strangers(t, count)
	})
}

// strangers writes what was counted into a document that people read, and holds it against
// the one there is: a route that came, went or changed sides shows in a change's diff.
func strangers(t *testing.T, count map[string]map[string]int) {
	t.Helper()
	const path = "../../docs/strangers.md"
	kinds := []string{"routes", "closed", "that read", "that write", "open", "foreign"}
	text := strings.NewReplacer("{invented}", fmt.Sprint(len(unfurnished)), "{reachable}", fmt.Sprint(len(reachable))).Replace(strangersText)
	for _, room := range append(slices.Sorted(maps.Keys(count)), "") {
		row := "| " + cmp.Or(room, "**all**") + " |"
		for _, kind := range kinds {
			n := count[room][kind]
			for _, one := range count {
				if room == "" {
					n += one[kind]
				}
			}
			row += fmt.Sprintf(" %d |", n)
		}
		text += row + "\n"
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	has, err := os.ReadFile(path)
	if err != nil || string(has) != text {
		t.Errorf("other routes than docs/strangers.md counts (%v); if that is meant, run: go test ./internal/app -run R13EveryRoute -update\n%s", err, difference(string(has), text))
	}
}

const strangersText = `<!-- SPDX-FileCopyrightText: 2026 The Allmende authors

SPDX-License-Identifier: EUPL-1.2 -->

# Strangers at every door

Written by TestR13EveryRouteIsClosedToStrangers ([routes_test.go](../internal/app/routes_test.go)), on SQLite and on PostgreSQL; it fails
where the counts are others.

The program lists its own routes, so that a new one is asked like all others. Three ask each: nobody, a colleague who may nothing, and who
administers another city and has our ids; the first two must be sent to the door or refused, the third must find nothing, no answer may tell
of us, and every row of every table must be the same afterwards. Whoever administers our city then gets through with the same ids, so that
the test sees what it is about.

*Closed* are those that all three ask. *Open* are those that need no permission, *foreign* those of protocols that others have laid down and that
prove by their own means (OpenID Connect, SCIM). Each exception stands in the test with its reason: every open route, {reachable} that
answer otherwise than "not found" to the third (a name that every city has), {invented} that are asked with an invented id.

| Room | Routes | closed | that read | that write | open | foreign |
|---|---|---|---|---|---|---|
`

// nobody is sent to the door by pages that are looked at, and refused by all else.
func (s *site) nobody(r route, path string) {
	w := s.ask(visitor{t: s.t, app: s.App}, r, path)
	want := 401
	if r.method == "GET" && !r.operation {
		want = 303
	}
	if to := w.Header().Get("Location"); w.Code != want || want == 303 && !strings.HasPrefix(to, "/sign-in?back=") || strings.Contains(w.Body.String(), told) {
		s.t.Errorf("%s: nobody is answered %d %s, want %d, and nothing of ours", r, w.Code, to, want)
	}
}

// strange asks a route of a foreign protocol without the proof that it wants.
func (s *site) strange(r route, path string) {
	known := false
	for start := range foreignRoutes {
		known = known || strings.HasPrefix(r.path, start)
	}
	if !known {
		s.t.Errorf("%s speaks a protocol that foreignRoutes does not know; say there who proves what", r)
	}
	for _, v := range []visitor{{t: s.t, app: s.App}, s.colleague} {
		if w := s.ask(v, r, path); w.Code < 400 || w.Code >= 500 || strings.Contains(strings.ReplaceAll(w.Body.String(), told+"stadt", ""), told) {
			s.t.Errorf("%s answers %d without any proof, want a refusal and nothing of ours", r, w.Code)
		}
	}
}

// refused is a colleague who may nothing.
func (s *site) refused(r route, path string) {
	w := s.ask(s.colleague, r, path)
	if w.Code != 403 || strings.Contains(strings.ReplaceAll(w.Body.String(), told+"stadt", ""), told) {
		s.t.Errorf("%s: who may nothing is answered %d, want 403, and nothing of ours", r, w.Code)
	}
}

// found is who may everything in another city: with an id of ours there is nothing.
func (s *site) found(r route, path string) {
	w := s.ask(s.foreign, r, path)
	if strings.Contains(w.Body.String(), told) {
		at := strings.Index(w.Body.String(), told)
		s.t.Errorf("%s: a stranger is told (%d) what is ours: %.300s", r, w.Code, w.Body.String()[max(0, at-150):])
	}
	if w.Code >= 500 {
		s.t.Errorf("%s: a stranger breaks it: %d", r, w.Code)
	}
	if strings.Contains(r.path, "{") && r.path != "/{$}" && w.Code != 404 && w.Code != 403 && reachable[r.String()] == "" {
		s.t.Errorf("%s: a stranger with an id of ours is answered %d %s, want 404; or say in reachable why not", r, w.Code, w.Header().Get("Location"))
	}
}

// alive lets who administers send what the strangers sent: most of it must work, else the
// strangers were refused for other reasons.
func (s *site) alive() {
	worked, writes := 0, 0
	var not []string
	last := slices.Clone(s.list) // whole organisations at the end: without them nothing works
	slices.SortStableFunc(last, func(a, b route) int {
		return strings.Index(a.path, "/tenant/") - strings.Index(b.path, "/tenant/")
	})
	for _, r := range last {
		if r.method == "GET" || r.permit == web.Anyone {
			continue
		}
		path, _ := s.address(r)
		writes++
		if w := s.ask(s.admin, r, path); w.Code < 400 || w.Code == 422 || w.Code == 400 || w.Code == 409 {
			worked++
		} else {
			not = append(not, fmt.Sprint(r, " ", w.Code))
		}
	}
	if s.t.Logf("%d of %d writes get through for who administers; not: %v", worked, writes, not); worked*10 < writes*7 {
		s.t.Errorf("only %d of %d writes get through for who administers", worked, writes)
	}
}
