#!/usr/bin/env bash
# Installs what is missing, starts RabbitMQ and PostgreSQL of its own, runs every test, stops what it started.
# --fast: unit and in-memory tests only, no servers. The last line says "N passed, N failed".
set -u
cd "$(dirname "$0")" || exit 1
. eng/prerequisites.sh
. eng/servers.sh

fast=
for argument in "$@"; do
  case $argument in
    --fast) fast=1 ;;
    *) fail "unknown argument '$argument': use ./test.sh [--fast]" ;;
  esac
done

runner=
cleanup() {
  trap - EXIT INT TERM
  [ -z "$runner" ] || kill "$runner" 2>/dev/null
  stop_servers
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
need_dotnet
need_npm_packages
[ -n "$fast" ] || need_servers
mkdir -p .test
say "Building ..."
dotnet build MassTransit.Rollups.sln -nologo -v q -clp:NoSummary >.test/build.log 2>&1 || { grep -E 'error|warning' .test/build.log | sort -u | head -n 20 >&2; fail "the build failed; see .test/build.log"; }
if [ -z "$fast" ]; then
  say "Starting PostgreSQL and RabbitMQ ..."
  start_postgres
  start_rabbitmq
fi

passed=0 failed=0
for project in tests/*/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  program=$(dirname "$project")/bin/Debug/net10.0/$name
  log=.test/$name.log
  filter=()
  [ -z "$fast" ] || filter=(--filter-not-trait Needs=servers --ignore-exit-code 8)
  "$program" --no-progress --no-ansi "${filter[@]+"${filter[@]}"}" >"$log" 2>&1 </dev/null &
  runner=$!
  wait "$runner"; code=$?
  runner=
  ok=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -n 1)
  bad=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -n 1)
  skipped=$(sed -n 's/^ *skipped: *\([0-9]*\).*/\1/p' "$log" | tail -n 1)
  # A crash, a skipped test, or a project without a test is a failure too.
  if [ "$code" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then bad=1; fi
  [ "${skipped:-0}" -eq 0 ] || bad=$((${bad:-0} + skipped))
  passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0}))
  say "$name: ${ok:-0} passed, ${bad:-0} failed"
  [ "$code" -eq 0 ] || { grep -v '^$' "$log" | tail -n 60 >&2; }
done

cleanup
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
