#!/usr/bin/env bash
# Kills the node's services at random under load, on real servers, and holds database, events and claims against the chain afterwards.
#   eng/soak.sh [--kills N] [--seed S] [--minutes M] [--replicas R]     (200 kills, seed 732, 1.5 s between two kills on average, one process of each service)
# The last line says "kills N, epochs E accepted E, lost L, repeated R, double claims D"; not 0 when one of the last three is not.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/prerequisites.sh

kills=200 seed=732 minutes= replicas=1
number() { case $2 in ''|*[!0-9]*) fail "$1 is '$2': give a whole number." ;; esac; }
while [ $# -gt 0 ]; do
  case $1 in
    --kills|--seed|--minutes|--replicas)
      [ $# -ge 2 ] || fail "$1 wants a number."
      number "$1" "$2"
      declare "${1#--}=$2"
      shift 2 ;;
    *) fail "unknown argument '$1': use eng/soak.sh [--kills N] [--seed S] [--minutes M] [--replicas R]" ;;
  esac
done
[ "$kills" -gt 0 ] || fail "--kills is 0: give at least 1."
[ "$replicas" -gt 0 ] || fail "--replicas is 0: give at least 1."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
need_dotnet
need_npm_packages
need_servers
mkdir -p .test
say "Building ..."
dotnet build tests/Reliability -nologo -v q -clp:NoSummary >.test/soak-build.log 2>&1 || { tail -n 20 .test/soak-build.log >&2; fail "the build failed; see .test/soak-build.log"; }
result=$PWD/.test/soak.txt
rm -f "$result"
say "Killing $kills times ..."
export ROLLUPS_SOAK_KILLS=$kills ROLLUPS_SOAK_SEED=$seed ROLLUPS_SOAK_MINUTES=$minutes ROLLUPS_SOAK_REPLICAS=$replicas ROLLUPS_SOAK_RESULT=$result
tests/Reliability/bin/Debug/net10.0/Rollups.Reliability.Tests --progress off --no-ansi --filter-class '*RandomKillTests' >.test/soak.log 2>&1
code=$?
[ -f "$result" ] || { tail -n 40 .test/soak.log >&2; fail "the run did not come to its verdict; see .test/soak.log"; }
head -n -1 "$result" >&2
tail -n 1 "$result"
exit $code
