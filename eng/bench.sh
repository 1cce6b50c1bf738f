#!/usr/bin/env bash
# Measures the node against its goals (docs/benchmarks.md) and writes what it measured into that document: published programs, on a
# PostgreSQL and a RabbitMQ of its own, with fsync and confirms on. Leave the machine alone meanwhile.
#   eng/bench.sh             every measure that has a goal
#   eng/bench.sh --quick     inputs per second, hop, and epoch closed to claim, with smaller samples: about five minutes after the build
#   eng/bench.sh NAME...     only these benchmarks; the others keep their last results in the document
#   eng/bench.sh --no-write  leaves docs/benchmarks.md as it is
# One line per measure on stdout: "name: value unit, ratio R to WHAT, goal G, met|missed". The exit code is not 0 if a benchmark failed;
# a missed goal is no failure.
set -u
cd "$(dirname "$0")/.." || exit 1
. eng/prerequisites.sh
. eng/programs.sh

arguments=() write=1
for argument in "$@"; do
  case $argument in
    --no-write) write= ;;
    *) arguments+=("$argument") ;;
  esac
done

programs=$PWD/.test/bench-programs
servers= benchmarks=
cleanup() {
  trap - EXIT INT TERM
  end_compiler
  # The benchmarks and every service that they started are one process group.
  if [ -n "$benchmarks" ]; then
    kill -TERM -- "-$benchmarks" 2>/dev/null
    for _ in {1..50}; do kill -0 -- "-$benchmarks" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$benchmarks" 2>/dev/null
  fi
  [ -n "$servers" ] || return 0
  wait
  eng/servers/rabbitmq.sh stop "$servers/rabbitmq" &
  eng/servers/postgres.sh stop "$servers/postgres"
  wait
  rm -rf "$servers"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

need_dotnet
need_npm_packages
need_servers
mkdir -p .test
servers=$(mktemp -d "${TMPDIR:-/tmp}/rollups-bench.XXXXXX") || fail "cannot create a temporary folder."
mkdir "$servers/tmp"
chmod 755 "$servers" "$servers/tmp"
say "Building and publishing ..."
rm -rf "$programs"
dotnet publish tests/Benchmarks -c Release -p:Precompiled=true "${shared[@]}" -o "$programs" -nologo -v q -clp:NoSummary \
  >.test/bench-publish.log 2>&1 || build_failed .test/bench-publish.log
end_compiler
# In their own sessions: Ctrl-C would interrupt a start half-way, but a server that has started can be stopped.
say "Starting PostgreSQL and RabbitMQ ..."
setsid eng/servers/rabbitmq.sh start "$servers/rabbitmq" >.test/bench-rabbitmq.address &
rabbitmq=$!
setsid eng/servers/postgres.sh start "$servers/postgres" >.test/bench-postgres.address || fail "PostgreSQL did not start."
wait "$rabbitmq" || fail "RabbitMQ did not start."

ROLLUPS_TEST_POSTGRES=$(cat .test/bench-postgres.address) ROLLUPS_TEST_RABBITMQ=$(cat .test/bench-rabbitmq.address)
export ROLLUPS_TEST_POSTGRES ROLLUPS_TEST_RABBITMQ ROLLUPS_TEST_PROGRAMS=$programs
TMPDIR=$servers/tmp setsid "$programs/Rollups.Benchmarks" "${arguments[@]+"${arguments[@]}"}" </dev/null &
benchmarks=$!
wait "$benchmarks"
code=$?
benchmarks=
[ -z "$write" ] || [ "$code" -eq 64 ] || "$programs/Rollups.Benchmarks" write || code=1
exit "$code"
