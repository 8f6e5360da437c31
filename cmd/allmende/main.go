// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Allmende is the open-source programme office of a public administration.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // the readers' clocks, also where the machine has no zones

	"allmende/internal/fault"
	"allmende/internal/platform/client"
)

//go:embed help
var help embed.FS

// Exit codes; help/main.*.txt documents them.
const (
	done    = 0
	broken  = 1 // ours to mend, or the machine's
	usage   = 2 // the call is wrong
	refused = 3 // an input was refused; the sentence says why
	missing = 4 // no such thing, or not to be seen
	doubt   = 5 // licence check: something has to be reviewed or is unknown
	denied  = 6 // licence check: something is denied
)

// A command is one subcommand.
type command struct {
	name string
	run  func(ctx context.Context, c *console, args []string) error
}

var commands = []command{
	{"serve", runServe}, {"demo", runDemo}, {"migrate", runMigrate}, {"sbom", runSBOM}, {"where", runWhere}, {"licence", runLicence},
	{"advisories", runAdvisories}, {"estate", runEstate}, {"token", runToken}, {"audit", runAudit}, {"person", runPerson}, {"retention", runRetention}, {"access", runAccess}, {"org", runOrg},
	{"backup", runBackup}, {"restore", runRestore}, {"doctor", runDoctor}, {"version", runVersion},
}

// A console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	lang     string
	terminal bool // err is one: progress bars make sense
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &console{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	if st, err := os.Stderr.Stat(); err == nil {
		c.terminal = st.Mode()&os.ModeCharDevice != 0
	}
	code := run(ctx, c, os.Args[1:])
	stop()
	os.Exit(code)
}

// run does one command and returns its exit code.
func run(ctx context.Context, c *console, args []string) int {
	c.lang = tongue(c.env)
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		return c.help(args)
	}
	i := slices.IndexFunc(commands, func(k command) bool { return k.name == args[0] })
	if i < 0 {
		return c.unknown(args[0])
	}
	err := commands[i].run(ctx, c, args[1:])
	return c.end(args[0], err)
}

// tongue reads the language from ALLMENDE_LANG, then LC_ALL, LC_MESSAGES and LANG.
func tongue(env func(string) (string, bool)) string {
	for _, name := range []string{"ALLMENDE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, ok := env(name); ok && v != "" {
			if strings.HasPrefix(v, "de") {
				return "de"
			}
			return "en"
		}
	}
	return "en"
}

func (c *console) say(en, de string) string {
	if c.lang == "de" {
		return de
	}
	return en
}

func (c *console) unknown(command string) int {
	fmt.Fprintf(c.err, "allmende: %q: %s\n", command, c.say("no such command; see allmende help", "diesen Befehl gibt es nicht; siehe allmende help"))
	return usage
}

func (c *console) help(args []string) int {
	name := "main"
	if len(args) > 1 {
		if name = args[1]; !slices.ContainsFunc(commands, func(k command) bool { return k.name == name }) {
			return c.unknown(name)
		}
	}
	text, err := help.ReadFile("help/" + name + "." + c.lang + ".txt")
	if err != nil {
		fmt.Fprintln(c.err, err)
		return broken
	}
	c.out.Write(text)
	return done
}

// errUsage says that the call was wrong; the sentence has been written already.
var errUsage = errors.New("usage")

// errRefused says that an input was refused; the report has been written already.
var errRefused = errors.New("refused")

// end writes what went wrong and returns the exit code that says how.
func (c *console) end(name string, err error) int {
	switch {
	case err == nil:
		return done
	case errors.Is(err, flag.ErrHelp):
		return c.help([]string{"help", name})
	case errors.Is(err, errUsage):
		return usage
	case errors.Is(err, errRefused):
		return refused
	case errors.Is(err, errDoubt):
		return doubt
	case errors.Is(err, errDenied):
		return denied
	}
	if _, known := errors.AsType[told](err); !known {
		fmt.Fprintf(c.err, "allmende %s: %s\n", name, sentence(c, err))
	}
	if p, ok := errors.AsType[*client.Problem](err); ok {
		return map[bool]int{true: missing, false: refused}[p.Status == 404]
	}
	switch kind := fault.Of(err); {
	case kind == fault.NotFound, errors.Is(err, fs.ErrNotExist):
		return missing
	case kind == fault.Internal, kind == fault.Upstream:
		return broken
	}
	return refused
}

// texts turn faults into sentences; set once the app is open.
var texts func(lang string, err error) string

func sentence(c *console, err error) string {
	if fault.Of(err) != fault.Internal && texts != nil {
		return texts(c.lang, err)
	}
	if f, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf(c.say("no such file: %s", "die Datei %s gibt es nicht"), f.Path)
	}
	if f, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, syscall.EISDIR) {
		return fmt.Sprintf(c.say("%s is a folder; name the files in it, for example %s/*.json", "%s ist ein Ordner; nennen Sie die Dateien darin, zum Beispiel %s/*.json"), f.Path, f.Path)
	}
	if n, ok := errors.AsType[*net.OpError](err); ok && n.Addr != nil && errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Sprintf(c.say("another program listens at %s already; choose another address with --listen", "unter %s hört schon ein anderes Programm; wählen Sie mit --listen eine andere Adresse"), n.Addr)
	}
	if n, ok := errors.AsType[*net.OpError](err); ok && n.Addr != nil && errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Sprintf(c.say("nobody answers at %s: connection refused", "unter %s antwortet niemand: Verbindung abgelehnt"), n.Addr)
	}
	return err.Error()
}
