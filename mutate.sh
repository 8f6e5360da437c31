#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Allmende authors
#
# SPDX-License-Identifier: EUPL-1.2
#
# Breaks one rule at a time, in a copy, and shows that its test notices. A rule that
# nothing was found to break for is as much a failure as one whose breach survives.
#
#   ./mutate.sh            all
#   ./mutate.sh R05 R13    only these
#   ./mutate.sh award      what decisions rest on, by package
#
# R15 needs ALLMENDE_TEST_CHROMIUM; ALLMENDE_CHECK_NO_BROWSER=1 leaves it out.
set -uo pipefail
cd "$(dirname "$0")"
source_tree=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/allmende-mutate.XXXXXX")
trap 'rm -rf "$work"' EXIT
only=("$@")
caught=0 bad=0
unset ALLMENDE_TEST_PG # one database is enough to notice

mkdir "$work/clean" "$work/tree"
git ls-files -co --exclude-standard -z | xargs -0 ls -d 2>/dev/null | tar -cf - -T - | tar -xf - -C "$work/clean"
cp -a "$work/clean/." "$work/tree/"
cd "$work/tree"

# The rule tests read source and need no compiling of what they read: one binary does.
go test -c -o "$work/arch.test" ./internal/arch || exit 1
arch() { (cd internal/arch && "$work/arch.test" -test.run "^TestR?$1"); }
tested() { go test -vet=off -timeout 60m "$1" -run "$2"; }

# pick PATTERN FILE… prints the first of the files that PATTERN (Perl, over the whole text) fits.
pick() {
  local pattern=$1 f; shift
  for f in "$@"; do
    [ -f "$f" ] && perl -0ne "exit(m{$pattern}ms ? 0 : 1)" "$f" && { echo "$f"; return; }
  done
}

wanted() { [ "${#only[@]}" = 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }

# m RULE WHAT FILE PERL TEST… changes FILE by a Perl expression and expects TEST to fail.
m() {
  local rule=$1 what=$2 file=$3 expr=$4; shift 4
  wanted "$rule" || return 0
  if [ -z "$file" ] || ! [ -f "$file" ]; then
    printf 'NOTHING TO BREAK  %-4s %s\n' "$rule" "$what"; bad=$((bad + 1)); return
  fi
  perl -0pi -e "$expr" "$file"
  if cmp -s "$file" "$work/clean/$file"; then
    printf 'NOTHING TO BREAK  %-4s %s (in %s)\n' "$rule" "$what" "$file"; bad=$((bad + 1)); return
  fi
  judge "$rule" "$what ($file)" "$@"
  cp -p "$work/clean/$file" "$file"
}

# new RULE WHAT FILE TEXT TEST… adds a file and expects TEST to fail.
new() {
  local rule=$1 what=$2 file=$3 text=$4; shift 4
  wanted "$rule" || return 0
  printf '// SPDX-FileCopyrightText: 2026 The Allmende authors\n//\n// SPDX-License-Identifier: EUPL-1.2\n\n%b\n' "$text" >"$file"
  judge "$rule" "$what ($file)" "$@"
  rm "$file"
}

judge() {
  local rule=$1 what=$2 out; shift 2
  if out=$("$@" 2>&1); then
    printf 'SURVIVED          %-4s %s\n' "$rule" "$what"; bad=$((bad + 1))
  elif ! grep -q -- '--- FAIL' <<<"$out"; then
    printf 'BROKE THE BUILD   %-4s %s\n%s\n' "$rule" "$what" "$(tail -n 5 <<<"$out")"; bad=$((bad + 1))
  else
    printf 'caught            %-4s %s\n' "$rule" "$what"; caught=$((caught + 1))
    [ -z "${VERBOSE-}" ] || grep -m 1 -A 1 -- '--- FAIL' <<<"$out" | tail -n 1
  fi
}

# What fails already would seem to be caught.
baseline() {
  "$@" >"$work/base" 2>&1 && return
  echo "broken already, before any mutation: $*"; grep -v '^PASS' "$work/base" | head -n 40; exit 1
}
baseline arch ''
if wanted R12; then baseline tested ./internal/platform/db .; fi
if wanted R09 || wanted R10 || wanted R13; then baseline tested ./internal/app 'TestR09|TestR10|TestR13'; fi

# The files to break, chosen by what is in them.
domain=$(ls internal/office/*/*.go | grep -vE '/(web|api|store|jobs|files|doc)[^/]*\.go$|_test\.go$')
stores=$(ls internal/office/*/store*.go)
room_file=$(pick '^import \(' $domain)
room_dir=$(dirname "${room_file:-internal/office/estate/x}")
neighbour=$(ls -d internal/office/*/ | sed 's,/$,,' | grep -v "^$room_dir$" | head -n 1)
engine_file=$(pick '^import \(' $(ls internal/engine/*/*.go | grep -v _test.go))
templates=$(ls internal/office/*/templates/*.html)
into='s#^import \(#import (\n\t'

m R01 "a room imports its neighbour" "$room_file" "$into"'_ "allmende/'"$neighbour"'"#m' arch 01
m R01 "the platform knows an engine" internal/platform/web/site.go "$into"'_ "allmende/internal/engine/purl"#m' arch 01
m R01 "an engine knows the platform" "$engine_file" "$into"'_ "allmende/internal/platform/db"#m' arch 01
m R01 "a room uses a package made for tests" "$room_file" "$into"'_ "allmende/internal/platform/db/dbtest"#m' arch 01
m R02 "a guest sits in the wrong room" "$room_file" "$into"'_ "modernc.org/sqlite"#m' arch 02
m R02 "a guest was never introduced" docs/dependencies.md 's#^\| .modernc.org/sqlite.[^\n]*\n##m' arch 02
m R02 "a guest has no reason" docs/dependencies.md 's#^(\| .modernc.org/sqlite. \|[^|]*\|)[^|]*\|#$1 |#m' arch 02
m R03 "an engine reads files" "$engine_file" "$into"'_ "os"#m' arch 03
m R03 "an engine asks the clock" "$engine_file" 's#^import \(#import (\n\t"time"#m; s#\z#\nvar started = time.Now()\n#' arch 03
m R04 "HTTP in a domain file" "$room_file" "$into"'_ "net/http"#m' arch 04
m R04 "SQL in a domain file" "$room_file" 's#\z#\nconst q = "SELECT id FROM log_entry_view WHERE org = \$1"\n#' arch 04
m R04 "the database in the app" internal/app/app.go 's#\z#\nconst q = "SELECT id FROM log_entry_view WHERE org = \$1"\n#' arch 04
m R05 "a store reads a foreign table" "$(pick 'FROM [a-z]+_[a-z]+_view' $stores)" 's#(FROM [a-z]+_[a-z]+)_view#$1#' arch 05
m R05 "a table without the name of its owner" "$(pick 'CREATE TABLE' internal/office/*/migrations/*.sql)" 's#CREATE TABLE [a-z]+_#CREATE TABLE other_#' arch 05
m R06 "parameters out of order" "$(pick '= \$1[^\x60]*= \$2' $stores)" 's#= \$1([^\x60]*?= )\$2#= \$2$1\$1#' arch 06
m R07 "a room is not listed in the app" "$(pick '\bestate\.New\(' internal/app/*.go)" 's#\bestate\.New\(#newEstate(#g' arch 07
m R07 "migrations with a gap" "$(pick . internal/office/*/migrations/0001_*.sql)" 'use File::Copy; copy($ARGV, $ARGV =~ s,0001_,0099_,r); s#\z#-- \n#' arch 07
rm -f internal/office/*/migrations/0099_*.sql; cp -a "$work/clean/internal/office/." internal/office/
m R08 "a package without introduction" "$(pick '^// Package' internal/office/*/doc.go)" 's#^// Package #// The package #m' arch 08
m R08 "two packages of one name" "$(pick '^package purl' internal/engine/purl/*.go)" 's#^package \w+#package db#m' arch 08
m R09 "a misspelt field in a template" "$(pick '\{\{\.[A-Z]\w+\}\}' $templates)" 's#\{\{\.([A-Z]\w+)\}\}#{{.$1x}}#' tested ./internal/app TestR09
m R10 "a renamed field of the API" "$(pick 'json:"name"' internal/office/*/api*.go $domain)" 's#json:"name"#json:"nome"#' tested ./internal/app TestR10
new R11 "a test on one database" internal/office/governance/one_test.go 'package governance\n\nimport (\n\t"testing"\n\n\t"allmende/internal/platform/db"\n)\n\nfunc TestOne(t *testing.T) {\n\tif _, err := db.Open(t.TempDir() + "/x.db"); err != nil {\n\t\tt.Fatal(err)\n\t}\n}' arch 11
m R12 "a write beside the transaction" "$(pick '\btx\.ExecContext' $stores)" 's#\btx\.ExecContext#s.db.ExecContext#' arch 12
m R12 "an act without a name" "$(pick '\.Write\(ctx, [^\n]*"[a-z]+\.[a-z_.]+"' $domain $(ls internal/office/*/jobs*.go))" 's#(\.Write\(ctx, [^\n]*)"[a-z]+\.([a-z_]+)[a-z_.]*"#$1"$2"#' arch 12
m R12 "a write that is not logged" internal/platform/db/tx.go 's#tx\.seal\(ctx, append\(tx\.acts, tx\.Act\)\)#error(nil)#' tested ./internal/platform/db .
m R12 "a read handle that writes" internal/platform/db/db.go 's#&_pragma=query_only\(1\)##' tested ./internal/platform/db .
m R13 "a table without organisation" "$(pick '^  org ' internal/office/*/migrations/*.sql)" 's#^  org #  who #m' arch 13
m R13 "a common table that does not say why" "$(pick '^-- common:' internal/office/*/migrations/*.sql)" 's#^-- common:.*##mg' arch 13
m R13 "the organisation forgotten in a condition" "$(pick 'WHERE org = \$1' $stores)" 's#WHERE org = \$1#WHERE \$1 = \$1#g' arch 13
m R13 "a foreign organisation sees the estate" "$(pick 'governance_scope_view s ON s\.org = r\.org' internal/office/estate/store*.go)" 's#governance_scope_view s ON s\.org = [ru]\.org#governance_scope_view s ON true#g' tested ./internal/app TestR13
m R14 "a text missing in German" "$(pick '^  "[a-z]+\.' internal/office/*/lang/de.json)" 's#^  "[a-z]+\.[^\n]*,\n##m' arch 14
m R14 "a text left in English" internal/platform/web/lang/de.json 's#: "[^"]*"#: "Search the estate"#' arch 14
m R14 "another number of arguments" "$(pick '%s' internal/office/*/lang/en.json)" 's#%s#X#' arch 14
m R14 "a key without a text" "$(pick 'fault\.New\([a-zA-Z.]+, "[a-z]+\.' $domain)" 's#(fault\.New\([a-zA-Z.]+, "[a-z]+\.)#$1un#' arch 14
m R14 "a word in a template" "$(pick '</p>' $templates)" 's#</p># Hinweis</p>#' arch 14
m REUSE "a file without a licence" internal/fault/fault.go 's#SPDX-License-Identifier#Licence#' arch Every
m REUSE "a vendored file was changed" internal/platform/web/assets/htmx-4.0.1/htmx.min.js 's#htmx#htnx#' arch Vendored
# What decisions rest on: each is broken where it is decided.
engine() { tested "./internal/engine/$1" .; }
room() { tested "./internal/office/$1" "$2"; }
for one in award economics process workdays number filetype market clause; do if wanted "$one"; then baseline engine "$one"; fi; done
for one in casework:TestWhoMayAgree procedure:TestAHouse scoring:TestBidsAre ticket:TestARequestWithoutProof; do
  if wanted "${one%:*}"; then baseline room "${one%:*}" "${one#*:}"; fi
done
m award "a bid below the minimum takes part" internal/engine/award/evaluate.go 's#l\.Cmp\(\*s\.Minimum\) < 0#false#' engine award
m award "the first of equal bids wins" internal/engine/award/evaluate.go 's#\tcase len\(first\) > 1:#\tcase len(first) > 99:#' engine award
m award "the span of the prices is no reason to stop" internal/engine/award/lint.go 's#m\.ID == "interp_span"#m.ID == "span"#' engine award
m award "a criterion may name a product" internal/engine/award/lint.go 's#find\("product", c\.ID, "text", p\)#_ = p#' engine award
m economics "money later is worth the same" internal/engine/economics/calculate.go 's#factor = factor\.Mul\(step\)#_ = step#' engine economics
m economics "a rate without a day" internal/engine/economics/study.go 's#case bad != nil:#case bad != nil \&\& false:#' engine economics
m process "what nobody stated lets pass" internal/engine/process/guard.go 's#return verdict\{lacking: d\.lacking\(r, string\(u\), facts\)\}#return verdict{yes: u != ""}#' engine process
m workdays "holidays are worked on" internal/engine/workdays/workdays.go 's#\]\s*= true\n#] = false\n#' engine workdays
m number "twelve thousand is twelve" internal/engine/number/read.go 's#decimal && len\(rest\) == 3#false \&\& len(rest) == 3#' engine number
m filetype "macros come in" internal/engine/filetype/filetype.go 's#case slices\.Contains\(macroed, ext\):#case false:#' engine filetype
m market "openCode need not be asked" internal/engine/market/survey.go 's#all\.add\("opencode", "", 0, ""\)#_ = openCode#' engine market
m clause "notice is a day late" internal/engine/clause/days.go 's#AddDate\(0, 0, -n\.N\)#AddDate(0, 0, 1-n.N)#' engine clause
m casework "one person is four eyes" "$(pick 'h\.Person == b\.proposer' internal/office/*/*.go)" 's#\|\| h\.Person == b\.proposer##; s#if one == other \{#if false {#' room casework TestWhoMayAgree
m procedure "a writer enacts the own text" internal/office/procedure/procedure.go 's#v\.Human\(\) == "" \|\| v\.Human\(\) == t\.Person:#v.Human() == "":#' room procedure TestAHouse
m scoring "points of others are seen before" internal/office/scoring/book.go 's#p\.Person != who && !\(open && b\.handed\(p\.Person\)\)#false#' room scoring TestBidsAre
m ticket "any request counts as the other side" internal/office/ticket/hook.go 's#hmac\.Equal\(got, h\.Sum\(nil\)\)#len(got) > 0#' room ticket TestARequestWithoutProof
if [ -n "${ALLMENDE_TEST_CHROMIUM-}" ]; then
  m R15 "a page that does not say its language" internal/platform/web/layout/page.html 's#<html lang="[^"]*"#<html#' tested "./$(dirname "$(grep -l 'func TestR15' internal/app/*_test.go internal/browser/*_test.go 2>/dev/null | head -n 1)")" TestR15
elif [ -z "${ALLMENDE_CHECK_NO_BROWSER-}" ] && wanted R15; then
  printf 'NOTHING TO BREAK  R15  set ALLMENDE_TEST_CHROMIUM to the path of a Chromium\n'; bad=$((bad + 1))
fi

cd "$source_tree"
printf '%d mutations caught, %d not\n' "$caught" "$bad"
[ "$bad" = 0 ]
