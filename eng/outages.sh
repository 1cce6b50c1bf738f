#!/usr/bin/env bash
# The outages of the suite in their long form: RabbitMQ, PostgreSQL and Anvil go away under the whole node, and the L1 endpoint misbehaves
# for all services.
#   eng/outages.sh [--seconds N] [--cuts N] [--fault N] [--seed S]
# The broker is away for N seconds and each other outage lasts a quarter of that (60), each server's connections are cut that often (3),
# and each fault of the endpoint lasts that many seconds (10), in the order of the seed (732). Prints the time of each recovery; the exit
# code is not 0 if something was lost.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/long-run.sh

numbers="seconds cuts fault seed"
seconds=60 cuts=3 fault=10 seed=732
take_numbers "eng/outages.sh [--seconds N] [--cuts N] [--fault N] [--seed S]" "$@"
[ "$cuts" -gt 0 ] || fail "--cuts is 0: give at least 1."

prepare
export ROLLUPS_OUTAGE_SECONDS=$seconds ROLLUPS_OUTAGE_CUTS=$cuts ROLLUPS_FAULT_SECONDS=$fault ROLLUPS_FAULT_SEED=$seed
say "Taking the servers away ..."
run_class outages OutageTests
code=$?
[ $code -eq 0 ] || tail -n 40 .test/outages.log >&2
grep -E ' after [0-9.]+ s$' .test/outages.log
exit $code
