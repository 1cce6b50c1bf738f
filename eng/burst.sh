#!/usr/bin/env bash
# A burst of inputs through the whole node on real servers, while the Advancer and the saga stand still; then database, events and claims are held against the chain.
#   eng/burst.sh [--inputs N] [--pause SECONDS]     (50000 inputs; the consumers stand still for 120 s or as long as the burst takes)
# The last line has the figures: inputs, stored while paused, outbox and queue, catch-up, fairness, peak memory by service; not 0 when something is lost, repeated or too large.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/prerequisites.sh

inputs=50000 pause=120
number() { case $2 in ''|*[!0-9]*) fail "$1 is '$2': give a whole number." ;; esac; }
while [ $# -gt 0 ]; do
  case $1 in
    --inputs|--pause)
      [ $# -ge 2 ] || fail "$1 wants a number."
      number "$1" "$2"
      declare "${1#--}=$2"
      shift 2 ;;
    *) fail "unknown argument '$1': use eng/burst.sh [--inputs N] [--pause SECONDS]" ;;
  esac
done
[ "$inputs" -ge 5000 ] || fail "--inputs is $inputs: give at least 5000, or there is nothing to be fair about."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
need_dotnet
need_npm_packages
need_servers
mkdir -p .test
say "Building ..."
dotnet build tests/Reliability -nologo -v q -clp:NoSummary >.test/burst-build.log 2>&1 || { tail -n 20 .test/burst-build.log >&2; fail "the build failed; see .test/burst-build.log"; }
result=$PWD/.test/burst.txt
rm -f "$result"
say "Sending $inputs inputs ..."
export ROLLUPS_BURST_INPUTS=$inputs ROLLUPS_BURST_PAUSE=$pause ROLLUPS_BURST_RESULT=$result
tests/Reliability/bin/Debug/net10.0/Rollups.Reliability.Tests --progress off --no-ansi --filter-class '*BurstTests' >.test/burst.log 2>&1
code=$?
[ "$code" -eq 0 ] || tail -n 40 .test/burst.log >&2
[ -f "$result" ] || fail "the run did not come to its figures; see .test/burst.log"
tail -n 1 "$result"
exit $code
