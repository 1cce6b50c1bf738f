#!/usr/bin/env bash
# Checks both claims of tests/Model/moves.pml with the crash and the copy in the same run, about a minute of one core. The suite checks
# the second claim with one of them at a time.
#   eng/model.sh
# Prints what Spin found for each claim. The exit code is not 0 if a claim does not hold or a search was cut short.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/prerequisites.sh

[ $# -eq 0 ] || fail "unknown argument '$1': eng/model.sh takes none."
need_servers
folder=$(mktemp -d "${TMPDIR:-/tmp}/rollups-model.XXXXXX") || fail "cannot create a temporary folder."
trap 'rm -rf "$folder"' EXIT
model=$PWD/tests/Model/moves.pml

# check CLAIM COMPILE RUN: the options with which GCC compiles the search, and those of the search itself.
check() {
  local report
  say "Checking that $1 ..."
  # shellcheck disable=SC2086
  report=$(cd "$folder" && spin -a "$model" >spin.log && gcc -w -O2 $2 -o pan pan.c && ./pan $3 -m100000 -w22) \
    || fail "the search did not run: $report"
  case $report in
    *"max search depth too small"* | *"out of memory"*) fail "the search was cut short: $report" ;;
    *"errors: 0"*) printf '%s: holds, %s\n' "$1" "$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1 states/p' <<<"$report")" ;;
    *) fail "it does not hold that $1: $report" ;;
  esac
}

check "no move happens twice" "-DSAFETY -DNOCLAIM" ""
check "no committed move stays unfinished" "-DNFAIR=3" "-a -f"
