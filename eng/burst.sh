#!/usr/bin/env bash
# Sends a burst of inputs through the whole node on real servers while the Advancer and the saga are stopped, then checks database, events
# and claims against the chain.
#   eng/burst.sh [--inputs N] [--pause SECONDS]     (50000 inputs; the consumers are stopped for 120 s or as long as the burst takes)
# The last line has the figures: inputs, stored while paused, outbox and queue, catch-up, fairness, peak memory per service. The exit code
# is not 0 if something was lost, repeated or too large.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/long-run.sh

numbers="inputs pause"
inputs=50000 pause=120
take_numbers "eng/burst.sh [--inputs N] [--pause SECONDS]" "$@"
[ "$inputs" -ge 5000 ] || fail "--inputs is $inputs: give at least 5000, or fairness cannot be measured."

prepare
result=$PWD/.test/burst.txt
rm -f "$result"
say "Sending $inputs inputs ..."
export ROLLUPS_BURST_INPUTS=$inputs ROLLUPS_BURST_PAUSE=$pause ROLLUPS_BURST_RESULT=$result
run_class burst BurstTests
code=$?
[ "$code" -eq 0 ] || tail -n 40 .test/burst.log >&2
[ -f "$result" ] || fail "the run ended without figures; see .test/burst.log"
tail -n 1 "$result"
exit $code
