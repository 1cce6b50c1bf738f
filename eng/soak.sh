#!/usr/bin/env bash
# Kills the node's services at random under load, on real servers, then checks database, events and claims against the chain.
#   eng/soak.sh [--kills N] [--seed S] [--minutes M] [--replicas R]
# By default 200 kills, on average 1.5 s apart, with seed 732 and one process per service.
# The last line is "kills N, epochs E accepted E, lost L, repeated R, double claims D". The exit code is not 0 if one of the last three is
# not.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/long-run.sh

numbers="kills seed minutes replicas"
kills=200 seed=732 minutes='' replicas=1
take_numbers "eng/soak.sh [--kills N] [--seed S] [--minutes M] [--replicas R]" "$@"
[ "$kills" -gt 0 ] || fail "--kills is 0: give at least 1."
[ "$replicas" -gt 0 ] || fail "--replicas is 0: give at least 1."

prepare
result=$PWD/.test/soak.txt
rm -f "$result"
say "Killing $kills times ..."
export ROLLUPS_SOAK_KILLS=$kills ROLLUPS_SOAK_SEED=$seed ROLLUPS_SOAK_MINUTES=$minutes
export ROLLUPS_SOAK_REPLICAS=$replicas ROLLUPS_SOAK_RESULT=$result
run_class soak RandomKillTests
code=$?
[ -f "$result" ] || { tail -n 40 .test/soak.log >&2; fail "the run ended without a verdict; see .test/soak.log"; }
head -n -1 "$result" >&2
tail -n 1 "$result"
exit $code
