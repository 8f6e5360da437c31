// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/office/identity"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/outgoing"
	"allmende/internal/platform/serve"
)

// A Finding is one thing that the doctor looked at. State is ok, warn, fail or unknown;
// Say and Remedy are sentences in the reader's language, Remedy empty where all is well.
type Finding struct {
	Check  string `json:"check"`
	State  string `json:"state"`
	Say    string `json:"say"`
	Remedy string `json:"remedy,omitempty"`
}

// An Examination is what the doctor is asked to look at: the settings of the server, and
// what lies beside it.
type Examination struct {
	Options
	Listen    string
	Cert, Key string // files of the TLS certificate
	Backups   string // folder with backups
	Lang      string
}

// A doctor looks at one instance and changes nothing: it opens no server, makes no tables
// and sends no mail.
type doctor struct {
	Examination
	texts lang.Catalogue
	rooms []module
	db    *db.DB
	found []Finding
}

// A module is whatever has tables of its own.
type module struct {
	name  string
	files fs.FS
}

// Examine looks at everything and returns what it found, in a fixed order.
func Examine(ctx context.Context, e Examination) ([]Finding, error) {
	a := assemble(nil, e.Options)
	d := &doctor{Examination: e}
	for _, m := range a.modules() {
		d.rooms = append(d.rooms, module{m.Name, m.Files})
	}
	var err error
	if d.texts, err = a.words(); err != nil {
		return nil, err
	}
	d.settings()
	if d.reach(ctx) {
		defer d.db.Close()
		d.migrations(ctx)
		d.operator(ctx)
		d.integrity(ctx)
		d.clock(ctx)
		d.log(ctx)
	}
	d.disk()
	d.documents()
	d.mirrors(ctx)
	d.certificate(ctx)
	d.letters(ctx)
	d.keys(ctx)
	d.witnesses(ctx)
	d.providers(ctx)
	d.backups()
	return d.found, nil
}

func (d *doctor) note(check, state, say string, args ...any) {
	d.found = append(d.found, Finding{Check: check, State: state, Say: d.texts.T(d.Lang, say, args...)})
}

// advise adds what to do to what was noted last.
func (d *doctor) advise(remedy string, args ...any) {
	d.found[len(d.found)-1].Remedy = d.texts.T(d.Lang, remedy, args...)
}

func (d *doctor) settings() {
	host, _, _ := net.SplitHostPort(d.Listen)
	ip := net.ParseIP(host)
	open := d.Listen != "" && host != "localhost" && (ip == nil || !ip.IsLoopback())
	log := audit.New(nil, nil)
	log.Key, log.Witnesses = d.AuditKey, d.Witness
	unfit := log.Fit()
	switch err := errors.Join(d.Mail.Check(d.Home), pair(d.Cert, d.Key)); {
	case unfit != nil:
		d.note("settings", "fail", "app.doctor.settings.wrong", d.texts.Say(d.Lang, unfit))
		d.advise("app.doctor.settings.remedy")
	case err != nil:
		d.note("settings", "fail", "app.doctor.settings.wrong", err.Error())
		d.advise("app.doctor.settings.remedy")
	case open && d.Cert == "" && !d.Proxy && !strings.HasPrefix(d.Home, "https://"):
		d.note("settings", "warn", "app.doctor.settings.open", d.Listen)
		d.advise("app.doctor.settings.open_remedy")
	default:
		d.note("settings", "ok", "app.doctor.settings.fine")
	}
}

func pair(cert, key string) error {
	if (cert == "") != (key == "") {
		return errors.New("tls-cert and tls-key go together")
	}
	return nil
}

func (d *doctor) reach(ctx context.Context) bool {
	if !strings.HasPrefix(d.Database, "postgres") {
		if _, err := os.Stat(d.Database); err != nil { // opening would make the file
			d.note("database", "fail", "app.doctor.database.none", d.Database)
			d.advise("app.doctor.database.none_remedy", d.Database)
			return false
		}
	}
	var err error
	if d.db, err = db.Open(d.Database); err == nil {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = d.db.Ping(ctx)
	}
	if err != nil {
		if d.db != nil {
			d.db.Close()
			d.db = nil
		}
		d.note("database", "fail", "app.doctor.database.dead", Named(d.Database))
		d.advise("app.doctor.database.dead_remedy")
		return false
	}
	d.note("database", "ok", "app.doctor.database.fine", Named(d.Database), d.db.Kind())
	return true
}

// migrations compares what the database has with what this program brings.
func (d *doctor) migrations(ctx context.Context) {
	has, err := d.db.Migrated(ctx)
	if err != nil {
		d.note("tables", "fail", "app.doctor.tables.unread", err.Error())
		d.advise("app.doctor.database.dead_remedy")
		return
	}
	var brings []string
	for _, m := range d.rooms {
		names, _ := fs.Glob(m.files, "migrations/*.sql")
		for _, n := range names {
			brings = append(brings, m.name+"/"+n)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(brings), func(n string) bool { return slices.Contains(has, n) })
	unknown := slices.DeleteFunc(slices.Clone(has), func(n string) bool { return slices.Contains(brings, n) || strings.HasPrefix(n, "log/") })
	switch {
	case len(unknown) > 0:
		d.note("tables", "fail", "app.doctor.tables.newer", len(unknown), unknown[0])
		d.advise("app.doctor.tables.newer_remedy", Version)
	case len(missing) > 0:
		d.note("tables", "warn", "app.doctor.tables.older", len(missing), missing[0])
		d.advise("app.doctor.tables.older_remedy")
	default:
		d.note("tables", "ok", "app.doctor.tables.fine", len(has))
	}
}

// operator looks whether the organisation that is to operate the instance is there.
func (d *doctor) operator(ctx context.Context) {
	if d.Operator == "" {
		return
	}
	orgs, err := governance.New(d.db).AllOrgs(ctx)
	switch {
	case err != nil:
		d.note("operator", "unknown", "app.doctor.operator.unread")
	case !slices.ContainsFunc(orgs, func(o governance.Org) bool { return string(o.ID) == d.Operator }):
		d.note("operator", "fail", "app.operator_unknown", d.Operator)
		d.advise("app.doctor.operator.remedy")
	default:
		d.note("operator", "ok", "app.doctor.operator.fine", d.Operator)
	}
}

func (d *doctor) integrity(ctx context.Context) {
	flaws, known, err := d.db.Flaws(ctx)
	switch {
	case err != nil || len(flaws) > 0:
		d.note("integrity", "fail", "app.doctor.integrity.broken", strings.Join(append(flaws, inWords(err)...), "; "))
		d.advise("app.doctor.integrity.remedy")
	case !known:
		d.note("integrity", "unknown", "app.doctor.integrity.unknown")
	default:
		d.note("integrity", "ok", "app.doctor.integrity.fine")
	}
}

func inWords(err error) []string {
	if err == nil {
		return nil
	}
	return []string{err.Error()}
}

// drift is how far clocks may be apart: codes of apps live for half a minute.
const drift = 20 * time.Second

func (d *doctor) clock(ctx context.Context) {
	at, err := d.db.Time(ctx)
	apart := time.Since(at)
	switch {
	case err != nil || at.IsZero():
		d.note("clock", "unknown", "app.doctor.clock.unknown")
	case apart < -drift || !d.db.Lite() && apart > drift:
		d.note("clock", "fail", "app.doctor.clock.off", apart.Round(time.Second).String())
		d.advise("app.doctor.clock.remedy")
	default:
		d.note("clock", "ok", "app.doctor.clock.fine")
	}
}

// log proves the log against its own checkpoints, as "allmende audit verify" does.
func (d *doctor) log(ctx context.Context) {
	r, err := audit.VerifyDatabase(ctx, d.Database, audit.Trust{})
	switch {
	case err != nil:
		d.note("log", "unknown", "app.doctor.log.unread")
		d.advise("app.doctor.log.remedy")
	case !r.Good():
		d.note("log", "fail", "app.doctor.log.broken", r.All)
		d.advise("app.doctor.log.remedy")
	default:
		d.note("log", "ok", "app.doctor.log.fine", int(r.Size))
	}
}

const mib = 1 << 20

func (d *doctor) disk() {
	place := filepath.Dir(d.Database)
	if strings.HasPrefix(d.Database, "postgres") {
		place = "."
	}
	free, all, known := room(place)
	switch {
	case !known:
		d.note("disk", "unknown", "app.doctor.disk.unknown", place)
	case free < 200*mib:
		d.note("disk", "fail", "app.doctor.disk.left", int(free/mib), place)
		d.advise("app.doctor.disk.remedy")
	case free < 2048*mib || free < all/20:
		d.note("disk", "warn", "app.doctor.disk.left", int(free/mib), place)
		d.advise("app.doctor.disk.remedy")
	default:
		d.note("disk", "ok", "app.doctor.disk.left", int(free/mib), place)
	}
}

// sampled is how many documents are read and held against their sums.
const sampled = 100

func (d *doctor) documents() {
	folder := d.Blobs
	if folder == "" {
		folder = string(BlobsOf(d.Database))
	}
	looked, broken, err := soundness(folder, sampled)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.note("documents", "unknown", "app.doctor.documents.none", folder)
	case err != nil:
		d.note("documents", "fail", "app.doctor.documents.unread", folder, err.Error())
		d.advise("app.doctor.documents.remedy")
	case len(broken) > 0:
		d.note("documents", "fail", "app.doctor.documents.broken", len(broken), looked, broken[0])
		d.advise("app.doctor.documents.remedy")
	default:
		d.note("documents", "ok", "app.doctor.documents.fine", looked)
	}
}

func (d *doctor) mirrors(ctx context.Context) {
	if len(d.Mirrors) == 0 {
		d.note("mirrors", "unknown", "app.doctor.mirrors.none")
		return
	}
	for _, host := range d.Mirrors {
		if err := answers(ctx, host, "https://"+host+"/"); err != nil {
			d.note("mirrors", "warn", "app.doctor.mirrors.silent", host)
			d.advise("app.doctor.mirrors.remedy", host)
			continue
		}
		d.note("mirrors", "ok", "app.doctor.mirrors.fine", host)
	}
}

func (d *doctor) certificate(ctx context.Context) {
	until, err := time.Time{}, error(nil)
	switch {
	case d.Cert != "":
		until, err = serve.Expiry(d.Cert, d.Key)
	case strings.HasPrefix(d.Home, "https://"):
		until, err = shown(ctx, d.Home)
	default:
		d.note("certificate", "unknown", "app.doctor.certificate.none")
		return
	}
	left := int(time.Until(until).Hours() / 24)
	switch {
	case err != nil:
		d.note("certificate", "fail", "app.doctor.certificate.broken", err.Error())
		d.advise("app.doctor.certificate.remedy")
	case time.Now().After(until):
		d.note("certificate", "fail", "app.doctor.certificate.over", until)
		d.advise("app.doctor.certificate.remedy")
	case left < 14:
		d.note("certificate", "warn", "app.doctor.certificate.soon", until, left)
		d.advise("app.doctor.certificate.remedy")
	default:
		d.note("certificate", "ok", "app.doctor.certificate.soon", until, left)
	}
}

// shown is until when the certificate is valid that people are shown at an address.
func shown(ctx context.Context, home string) (time.Time, error) {
	u, err := url.Parse(home)
	if err != nil {
		return time.Time{}, err
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	line, err := (&tls.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return time.Time{}, err
	}
	defer line.Close()
	return line.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter, nil
}

func (d *doctor) letters(ctx context.Context) {
	if d.Mail.Host == "" {
		d.note("mail", "unknown", "app.doctor.mail.none")
		return
	}
	if err := d.Mail.Probe(ctx); err != nil {
		d.note("mail", "fail", "app.doctor.mail.dead", d.Mail.Address(), err.Error())
		d.advise("app.doctor.mail.remedy")
		return
	}
	d.note("mail", "ok", "app.doctor.mail.fine", d.Mail.Address())
}

// oldKey is the age at which a key should be replaced.
const oldKey = 2 * 365 * 24 * time.Hour

func (d *doctor) keys(ctx context.Context) {
	log := audit.New(d.db, nil)
	if log.Key = d.AuditKey; log.Key == "" {
		log.Key = AuditKeyOf(d.Database, cmp.Or(d.Blobs, string(BlobsOf(d.Database))))
	}
	if gone, err := d.lost(ctx, log); err == nil && gone {
		d.note("keys", "fail", "app.doctor.keys.lost", log.KeyFile())
		d.advise("app.doctor.keys.lost_remedy")
	} else if d.closed(log.KeyFile()) {
		d.signing(ctx, log)
	}
	if st, err := os.Stat(d.Key); d.closed(d.Key) && err == nil && time.Since(st.ModTime()) > oldKey {
		d.note("keys", "warn", "app.doctor.keys.old", d.Key, st.ModTime())
		d.advise("app.doctor.keys.old_remedy")
	}
}

// lost asks whether the key's file is missing although the log was signed already.
func (d *doctor) lost(ctx context.Context, log *audit.Service) (bool, error) {
	if d.db == nil {
		return false, nil
	}
	return log.Lost(ctx)
}

// closed looks whether a key's file, where there is one, is its owner's alone.
func (d *doctor) closed(name string) bool {
	if name == "" {
		return true
	}
	switch st, err := os.Stat(name); {
	case err != nil:
		d.note("keys", "unknown", "app.doctor.keys.none", name)
		return false
	case st.Mode().Perm()&0o077 != 0:
		d.note("keys", "fail", "app.doctor.keys.open", name, st.Mode().Perm().String())
		d.advise("app.doctor.keys.open_remedy", name)
	default:
		d.note("keys", "ok", "app.doctor.keys.fine", name)
	}
	return true
}

// signing looks since when the log is signed with the present key. The database knows: a file
// is as young as the last time somebody copied it.
func (d *doctor) signing(ctx context.Context, log *audit.Service) {
	if d.db == nil {
		return // said already
	}
	switch since, err := log.SignsSince(ctx); {
	case err != nil:
		d.note("rotation", "unknown", "app.doctor.keys.unread", err.Error())
	case since.IsZero():
		d.note("rotation", "unknown", "app.doctor.keys.unused")
	case time.Since(since) > oldKey:
		d.note("rotation", "warn", "app.doctor.keys.signs", since)
		d.advise("app.doctor.keys.signs_remedy")
	default:
		d.note("rotation", "ok", "app.doctor.keys.signs", since)
	}
}

// witnesses looks whether each can be met. Nothing is sent to them.
func (d *doctor) witnesses(ctx context.Context) {
	if len(d.Witness) == 0 {
		d.note("witness", "unknown", "app.doctor.witness.none")
		return
	}
	for _, w := range d.Witness {
		if err := d.witness(ctx, w); err != nil {
			d.note("witness", "warn", "app.doctor.witness.dead", w)
			d.advise("app.doctor.witness.remedy")
			continue
		}
		d.note("witness", "ok", "app.doctor.witness.fine", w)
	}
}

func (d *doctor) witness(ctx context.Context, w string) error {
	switch {
	case outgoing.Is(w):
		u, err := url.Parse(w)
		if err != nil {
			return err
		}
		return answers(ctx, u.Host, w)
	case strings.HasPrefix(w, "mailto:"):
		if d.Mail.Host == "" {
			return errors.New("no mail server")
		}
		return nil
	}
	st, err := os.Stat(strings.TrimPrefix(w, "file:"))
	if err == nil && !st.IsDir() {
		err = errors.New("no folder")
	}
	return err
}

// answers asks a host that is named for something; whatever it answers will do.
func answers(ctx context.Context, host, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	a, err := outgoing.New(host).Get(ctx, address, "", "")
	if a.Body != nil {
		a.Body.Close()
	}
	if _, answered := errors.AsType[*outgoing.StatusError](err); answered {
		return nil
	}
	return err
}

// providers looks whether people can sign in by each identity provider: its settings are
// sound, and it says of itself what OpenID Connect wants.
func (d *doctor) providers(ctx context.Context) {
	if len(d.Providers) == 0 {
		d.note("provider", "unknown", "app.doctor.provider.none")
		return
	}
	for _, p := range d.Providers {
		id := identity.New(nil)
		for _, l := range governance.Levels {
			id.Levels = append(id.Levels, l.Name)
		}
		if err := id.Use(d.Home, []identity.Provider{p}); err != nil {
			d.note("provider", "fail", "app.doctor.settings.wrong", err.Error())
			d.advise("app.doctor.settings.remedy")
		} else if err := id.Probe(ctx, p.ID); err != nil {
			d.note("provider", "fail", "app.doctor.provider.dead", p.Issuer)
			d.advise("app.doctor.provider.remedy")
		} else {
			d.note("provider", "ok", "app.doctor.provider.fine", p.Issuer)
		}
	}
}

func (d *doctor) backups() {
	if d.Backups == "" {
		d.note("backups", "unknown", "app.doctor.backups.unnamed")
		d.advise("app.doctor.backups.unnamed_remedy")
		return
	}
	newest := time.Time{}
	for _, b := range append(backupsIn(d.Backups), d.Backups) { // several by --keep, or one by itself
		if st, err := os.Stat(filepath.Join(b, "allmende.db")); err == nil && st.ModTime().After(newest) {
			newest = st.ModTime()
		}
	}
	switch age := time.Since(newest); {
	case newest.IsZero():
		d.note("backups", "fail", "app.doctor.backups.none", d.Backups)
		d.advise("app.doctor.backups.remedy")
	case age > 7*24*time.Hour:
		d.note("backups", "fail", "app.doctor.backups.newest", newest)
		d.advise("app.doctor.backups.remedy")
	case age > 36*time.Hour:
		d.note("backups", "warn", "app.doctor.backups.newest", newest)
		d.advise("app.doctor.backups.remedy")
	default:
		d.note("backups", "ok", "app.doctor.backups.newest", newest)
	}
}
