// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package app is the one list of what Allmende can do, and the one place where rooms are
// introduced to each other.
package app

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/office/audit"
	"allmende/internal/office/budget"
	"allmende/internal/office/casework"
	"allmende/internal/office/compat"
	"allmende/internal/office/competence"
	"allmende/internal/office/contract"
	"allmende/internal/office/desk"
	"allmende/internal/office/digest"
	"allmende/internal/office/duty"
	"allmende/internal/office/estate"
	"allmende/internal/office/factor"
	"allmende/internal/office/governance"
	"allmende/internal/office/idea"
	"allmende/internal/office/identity"
	"allmende/internal/office/intake"
	"allmende/internal/office/library"
	"allmende/internal/office/licence"
	"allmende/internal/office/meeting"
	"allmende/internal/office/policy"
	"allmende/internal/office/procedure"
	"allmende/internal/office/procurement"
	"allmende/internal/office/retention"
	"allmende/internal/office/role"
	"allmende/internal/office/sbom"
	"allmende/internal/office/scoring"
	"allmende/internal/office/tenant"
	"allmende/internal/office/ticket"
	"allmende/internal/office/vulnerability"
	"allmende/internal/office/where"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/clam"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/pace"
	"allmende/internal/platform/serve"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// Version is the version of the program; releases set it when linking.
var Version = "0.1.0-dev"

// Options are the settings of one instance.
type Options struct {
	Database string   // SQLite file or postgres:// address
	Blobs    string   // folder of documents; beside the SQLite file where empty
	Demo     bool     // says on every page that the data is invented
	Mirrors  []string // hosts that advisories may be fetched from
	Operator string   // id of the organisation that operates the instance in the browser and changes advisories for all; empty: the one at the top changes advisories, the command line operates
	Fresh    int      // for how many days advisories count as fresh; zero is the default
	Proxy    bool     // believe the proxy in front who calls: X-Forwarded-For, X-Forwarded-Proto
	Limits   Limits   // of one bill of materials; zero is the default
	Witness  []string // who gets the checkpoints of the log; see audit.Service
	Token    string   // by which witnesses that are instances let this one in
	AuditKey string   // key that checkpoints of the log are signed with, or its file; beside the SQLite file where empty
	Heads    string   // folder of letterheads for text documents; empty: our own design
	Home     string   // the address under which people reach this instance, for links; empty: that of each request
	Mail     mail.Server

	Tickets   []TicketSystem // that cases are kept in step with
	Providers []Provider     // that people may sign in by
	Idle      time.Duration  // after which a session ends without a request; zero is the default
	Absolute  time.Duration  // after which it ends in any case
	Directory string         // level of people of a directory to whom no group gives one; "reader" where empty

	Scanner    string // address of ClamAV for files that belong to cases: host:port, or the path of a socket; empty: none is asked
	Attachment int64  // bytes of such a file; zero is the default
}

// App is Allmende, ready to serve.
type App struct {
	DB    *db.DB
	Blobs blob.Folder
	Jobs  *job.Queue
	Mail  *mail.Outbox
	Texts lang.Catalogue

	Governance    *governance.Service
	Factor        *factor.Service
	Identity      *identity.Service
	Estate        *estate.Service
	SBOM          *sbom.Service
	Vulnerability *vulnerability.Service
	Where         *where.Service
	Licence       *licence.Service
	Duty          *duty.Service
	Compat        *compat.Service
	Role          *role.Service
	Competence    *competence.Service
	Meeting       *meeting.Service
	Casework      *casework.Service
	Contract      *contract.Service
	Budget        *budget.Service
	Procurement   *procurement.Service
	Scoring       *scoring.Service
	Library       *library.Service
	Desk          *desk.Service
	Intake        *intake.Service
	Idea          *idea.Service
	Procedure     *procedure.Service
	Ticket        *ticket.Service
	Policy        *policy.Service
	Approval      *approval.Desk
	Audit         *audit.Service
	Tenant        *tenant.Service
	Retention     *retention.Service
	Digest        *digest.Service

	Rooms   []office.Room
	Site    *web.Site
	API     *api.Door
	Handler http.Handler
	Figures *serve.Figures
	Pace    *pace.Meter // of each account, and of each address that has not signed in; nil bounds nothing

	LMTP net.Listener // where mails are handed in; nil for nowhere

	crossed pace.Meter // of entries in the log about other sites, by person
}

// New opens the database, brings its tables up to date and wires the rooms together.
func New(ctx context.Context, o Options) (_ *App, err error) {
	d, err := db.Open(o.Database)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", Named(o.Database), err)
	}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if err := o.Mail.Check(o.Home); err != nil {
		return nil, err
	}
	a := assemble(d, o)
	if err := a.Governance.LimitSessions(o.Idle, o.Absolute); err != nil {
		return nil, err
	}
	if err := a.migrate(ctx); err != nil {
		return nil, err
	}
	if err := a.SBOM.Resume(ctx); err != nil {
		return nil, err
	}
	if err := a.receive(ctx, o); err != nil {
		return nil, err
	}
	if err := a.connectTickets(ctx, o.Tickets); err != nil {
		return nil, err
	}
	return a, a.mount(o)
}

// assemble wires the rooms together on a database, and does nothing there.
func assemble(d *db.DB, o Options) *App {
	blobs := blob.Folder(o.Blobs)
	if blobs == "" {
		blobs = BlobsOf(o.Database)
	}
	q := job.New(d)
	a := &App{DB: d, Blobs: blobs, Jobs: q, Mail: mail.New(d),
		Governance: governance.New(d), Factor: factor.New(d), Identity: identity.New(d), Estate: estate.New(d, q, blobs), SBOM: sbom.New(d, blobs, q),
		Vulnerability: vulnerability.New(d, q), Duty: duty.New(d), Where: where.New(d), Compat: compat.New(d), Licence: licence.New(d, q), Role: role.New(d), Competence: competence.New(d), Meeting: meeting.New(d), Casework: casework.New(d), Procedure: procedure.New(d), Ticket: ticket.New(d, q), Contract: contract.New(d), Budget: budget.New(d), Intake: intake.New(d), Idea: idea.New(d), Desk: desk.New(d, blobs, q), Procurement: procurement.New(d), Scoring: scoring.New(d), Library: library.New(d), Policy: policy.New(d), Approval: approval.New(d), Audit: audit.New(d, q), Tenant: tenant.New(d, blobs, q), Retention: retention.New(d, q), Digest: digest.New(d, q),
		Figures: &serve.Figures{Version: Version}, crossed: pace.Meter{Burst: 1, Every: time.Minute}}
	a.SBOM.Limits = o.Limits.Or(sbom.Defaults)
	if o.Scanner != "" {
		a.Desk.Use(clam.Client{Address: o.Scanner})
	}
	a.Desk.Most = cmp.Or(o.Attachment, a.Desk.Most)
	a.Vulnerability.Mirrors, a.Governance.TrustProxy = o.Mirrors, o.Proxy
	a.Vulnerability.Operator, a.Vulnerability.Fresh = ospo.OrgID(o.Operator), o.Fresh
	if a.Audit.Key = o.AuditKey; o.AuditKey == "" {
		a.Audit.Key = AuditKeyOf(o.Database, string(blobs))
	}
	a.Mail.Server, a.Mail.Home, a.Governance.Home, a.Factor.Home = o.Mail, strings.TrimSuffix(o.Home, "/"), strings.TrimSuffix(o.Home, "/"), strings.TrimSuffix(o.Home, "/")
	a.Intake.Home = strings.TrimSuffix(o.Home, "/")
	a.Ticket.Home, a.Ticket.From = a.Mail.Home, a.Governance.Address
	a.Audit.Witnesses, a.Audit.WitnessToken = o.Witness, o.Token
	a.introduce()
	a.Rooms = []office.Room{a.Estate.Room(), a.SBOM.Room(), a.Vulnerability.Room(), a.Where.Room(), a.Licence.Room(), a.Duty.Room(), a.Policy.Room(), a.Compat.Room(), a.Governance.Room(), a.Factor.Room(), a.Identity.Room(), a.Role.Room(), a.Competence.Room(), a.Meeting.Room(), a.Casework.Room(), a.Desk.Room(), a.Procedure.Room(), a.Ticket.Room(), a.Intake.Room(), a.Idea.Room(), a.Procurement.Room(), a.Scoring.Room(), a.Library.Room(), a.Contract.Room(), a.Budget.Room(), a.Audit.Room(), a.Retention.Room(), a.Digest.Room(), a.Tenant.Room()}
	a.Tenant.Tables, a.Tenant.Operator = a.tables(), ospo.OrgID(o.Operator)
	a.Retention.Stocks = a.stocks()
	return a
}

// Words are the texts of the house, for commands that have no database.
func Words() (lang.Catalogue, error) { return assemble(nil, Options{}).words() }

// words loads the texts of all rooms.
func (a *App) words() (lang.Catalogue, error) {
	files := []fs.FS{web.Files, sheet.Files}
	for _, r := range a.modules() {
		files = append(files, r.Files)
	}
	return lang.Load(files...)
}

// Named is an address of a database without its password, wherever that stands in it.
func Named(address string) string {
	if !strings.HasPrefix(address, "postgres") {
		return address
	}
	address, _, _ = strings.Cut(address, "?")
	if at := strings.LastIndex(address, "@"); at > 0 {
		return "postgres://…" + address[at:]
	}
	return address
}

// BlobsOf is the folder of documents that belongs to a database.
func BlobsOf(address string) blob.Folder {
	if strings.HasPrefix(address, "postgres") {
		return "allmende.blobs"
	}
	return blob.Folder(address + ".blobs")
}

// AuditKeyOf is the file of the key that belongs to a database: beside it, or beside the
// documents of one that is a server.
func AuditKeyOf(address, blobs string) string {
	if strings.HasPrefix(address, "postgres") {
		return blobs + ".audit-key"
	}
	return address + ".audit-key"
}

// migrate brings all tables up to date: governance first, for the others' views build on
// its tree.
func (a *App) migrate(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, "governance", a.Governance.Room().Files); err != nil {
		return err
	}
	if err := a.DB.Migrate(ctx, "job", job.Files); err != nil {
		return err
	}
	if err := a.DB.Migrate(ctx, "approval", approval.Files); err != nil {
		return err
	}
	if err := a.DB.Migrate(ctx, "mail", mail.Files); err != nil {
		return err
	}
	for _, r := range a.Rooms {
		if err := a.DB.Migrate(ctx, r.Name, r.Files); err != nil {
			return err
		}
	}
	return nil
}

// modules are the rooms, and beside them what has pages without being one.
func (a *App) modules() []office.Room {
	return append(slices.Clone(a.Rooms),
		office.Room{Name: "approval", Files: approval.Files, Nav: []web.Entry{approval.Nav}, Pages: a.Approval.Pages(), Ops: a.Approval.Ops()},
		office.Room{Name: "job", Files: job.Files, Nav: []web.Entry{job.Nav}, Pages: a.Jobs.Pages(), Ops: a.Jobs.Ops()},
		office.Room{Name: "mail", Files: mail.Files, Nav: []web.Entry{mail.Nav}, Pages: a.Mail.Pages()},
		office.Room{Name: "app", Files: own, Pages: a.pages()})
}

// mount puts pages and operations behind one handler.
func (a *App) mount(o Options) (err error) {
	if a.Texts, err = a.words(); err != nil {
		return err
	}
	a.SBOM.Texts, a.Identity.Texts, a.Role.Texts, a.Role.Permissions = a.Texts, a.Texts, a.Texts, a.permissions()
	a.Governance.Permissions = a.Role.Permissions
	a.Mail.Texts, a.Retention.Texts, a.Digest.Texts, a.Approval.Texts = a.Texts, a.Texts, a.Texts, a.Texts
	a.Site = &web.Site{Texts: a.Texts, Version: Version, Demo: o.Demo, Orgs: a.Governance.Orgs, Extra: a.counts}
	mux := http.NewServeMux()
	if err := web.Static(mux); err != nil {
		return err
	}
	var ops []api.Op
	for _, r := range a.modules() {
		a.Site.Nav = append(a.Site.Nav, r.Nav...)
		ops = append(ops, r.Ops...)
		for _, f := range r.Foreign {
			mux.Handle(f.Pattern, f)
		}
		a.Site.Mount(mux, r.Files, r.Pages)
	}
	if a.Estate.Panels, err = a.panels(func(r office.Room) []web.Panel { return r.Release }); err != nil {
		return err
	}
	if a.Licence.Panels, err = a.panels(func(r office.Room) []web.Panel { return r.Licence }); err != nil {
		return err
	}
	if a.Estate.SoftwarePanels, err = a.panels(func(r office.Room) []web.Panel { return r.Software }); err != nil {
		return err
	}
	if a.Vulnerability.Panels, err = a.panels(func(r office.Room) []web.Panel { return r.Advisory }); err != nil {
		return err
	}
	if a.Casework.Panels, err = a.panels(func(r office.Room) []web.Panel { return r.Case }); err != nil {
		return err
	}
	a.API = api.Mount(mux, Version, a.Texts, ops)
	a.Figures.Gauges = a.gauges
	mux.Handle("GET /metrics", a.Figures)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("/", a.missing)
	guard := serve.Guard{Proxy: o.Proxy, Secure: strings.HasPrefix(o.Home, "https://")}
	inner := a.letIn(a.sameSite(mux, a.legible(mux)))
	if o.Heads != "" {
		heads, err := odt.ReadLetterheads(o.Heads)
		if err != nil {
			return err
		}
		plain := inner
		inner = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			plain.ServeHTTP(w, r.WithContext(heads.With(r.Context())))
		})
	}
	a.Handler = serve.Around(guard.Over(inner), a.Figures)
	return nil
}

// panels draws what all rooms that the viewer may look into show on a thing of another room.
func (a *App) panels(of func(office.Room) []web.Panel) (func(ctx context.Context, id string) (template.HTML, error), error) {
	var draw []func(context.Context, string) (template.HTML, error)
	for _, r := range a.Rooms {
		if len(of(r)) == 0 {
			continue
		}
		f, err := a.Site.Panels(r.Files, of(r)...)
		if err != nil {
			return nil, err
		}
		draw = append(draw, func(ctx context.Context, id string) (template.HTML, error) {
			if !door.From(ctx).May(cmp.Or(r.Under, r.Name) + ".read") {
				return "", nil
			}
			return f(ctx, id)
		})
	}
	return func(ctx context.Context, id string) (template.HTML, error) {
		var all template.HTML
		for _, f := range draw {
			part, err := f(ctx, id)
			if err != nil {
				return "", err
			}
			all += part
		}
		return all, nil
	}, nil
}

// letIn finds out who asks and puts them into the context, readers in turn. Files and signs
// of life are everybody's at once.
func (a *App) letIn(next http.Handler) http.Handler {
	known := serve.InTurn(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := a.Governance.Viewer(r)
		if err := a.pace(r, v); err != nil {
			a.refuse(w, r, err)
			return
		}
		r = r.WithContext(door.With(r.Context(), v))
		switch {
		case v.Barred != "" && !leads("/sign-in", r.URL.Path):
			a.refuse(w, r, fault.New(fault.Forbidden, v.Barred))
		case v.Must == "" || leads(v.Must, r.URL.Path):
			next.ServeHTTP(w, r)
		case r.Method == http.MethodGet && v.Door == "web":
			http.Redirect(w, r, v.Must, http.StatusSeeOther)
		default:
			a.refuse(w, r, fault.New(fault.Forbidden, "app.must"))
		}
	}), serve.AtOnce(!a.DB.Lite()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.ContainsFunc([]string{"/static/", "/livez", "/readyz", "/metrics"}, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) }) {
			next.ServeHTTP(w, r)
			return
		}
		known.ServeHTTP(w, r)
	})
}

// leads reports whether a path is part of what a session must do first, or a way out.
func leads(must, path string) bool {
	return path == must || strings.HasPrefix(path, must+"/") || slices.Contains([]string{"/sign-out", "/prefs", "/help", "/accessibility", "/imprint"}, path)
}

// patience is how long the database may take to give a sign of life.
const patience = 3 * time.Second

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if err := a.DB.Ping(ctx); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// missing answers what no route takes.
func (a *App) missing(w http.ResponseWriter, r *http.Request) {
	a.refuse(w, r, fault.New(fault.NotFound, "fault.not_found"))
}

// refuse answers an error: at the API with problem details, to a directory in the form of
// SCIM, else with a page.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		a.API.Refuse(w, r, err)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/scim/") {
		a.Identity.Refuse(w, r, err)
		return
	}
	a.Site.Refuse(w, r, err)
}

// Close lets what runs beside requests end, and closes the database.
func (a *App) Close() error {
	a.Governance.Wait()
	a.SBOM.Wait()
	return a.DB.Close()
}
