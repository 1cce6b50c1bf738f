#!/usr/bin/env bash
# Installs what is missing, starts RabbitMQ and PostgreSQL of its own, runs every test, stops what it started.
# --fast: unit and in-memory tests only, no servers. The last line says "N passed, N failed".
set -u
cd "$(dirname "$0")" || exit 1
. eng/prerequisites.sh
. eng/programs.sh

fast=
for argument in "$@"; do
  case $argument in
    --fast) fast=1 ;;
    *) fail "unknown argument '$argument': use ./test.sh [--fast]" ;;
  esac
done

# Of this run alone, and gone with it: the servers, and whatever a test program that was killed left behind. Not below the checkout: PostgreSQL runs as a
# user of its own, who may not get in there.
servers=
# Names of the test programs that run, by the pid of the shell that waits for each.
declare -A running=() begun=()
cleanup() {
  trap - EXIT INT TERM
  end_compiler
  [ ${#running[@]} -eq 0 ] || kill "${!running[@]}" 2>/dev/null
  wait
  [ -n "$servers" ] || return 0
  if [ -z "$fast" ]; then
    eng/servers/rabbitmq.sh stop "$servers/rabbitmq" &
    eng/servers/postgres.sh stop "$servers/postgres"
    wait
  fi
  # Servers of a test program that was ended stop by themselves when they see it, and write until then.
  for _ in {1..30}; do
    rm -rf "$servers" 2>/dev/null && break
    sleep 1
  done
  servers=
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

start_servers() {
  say "Starting PostgreSQL and RabbitMQ ..."
  # In sessions of their own: Ctrl-C would break off a start half-way, and a server that has started can be stopped.
  setsid eng/servers/rabbitmq.sh start "$servers/rabbitmq" >.test/rabbitmq.address &
  rabbitmq=$!
  setsid eng/servers/postgres.sh start "$servers/postgres" >.test/postgres.address &
  postgres=$!
}

await_servers() {
  wait "$postgres" || fail "PostgreSQL did not start."
  wait "$rabbitmq" || fail "RabbitMQ did not start."
  ROLLUPS_TEST_POSTGRES=$(cat .test/postgres.address) ROLLUPS_TEST_RABBITMQ=$(cat .test/rabbitmq.address)
  export ROLLUPS_TEST_POSTGRES ROLLUPS_TEST_RABBITMQ
}

# run_project NAME PROGRAM: runs one test program in a process group of its own, leaves its output and its exit code in .test.
run_project() {
  # Ctrl-C reaches every process of the terminal's group; what is to end tells this one by SIGTERM, and it ends what it started.
  trap '' INT
  local filter=()
  [ -z "$fast" ] || filter=(--filter-not-trait Needs=servers --ignore-exit-code 8)
  TMPDIR=$servers/tmp setsid "$2" --progress off --no-ansi --timeout 60m "${filter[@]+"${filter[@]}"}" >".test/$1.log" 2>&1 </dev/null &
  local program=$!
  trap 'stop_program "$program"' TERM
  wait "$program"
  echo $? >".test/$1.exit"
  end_group "$program"
}

# stop_program PID: a test program is given time to stop the servers of its own; one that does not come to its end is killed.
stop_program() {
  kill "$1" 2>/dev/null
  { sleep 20; kill -KILL "$1"; } 2>/dev/null &
  local killer=$!
  wait "$1"
  kill "$killer" 2>/dev/null
  end_group "$1"
  exit 143
}

# end_group PID: the services that a killed test program has started would run on, each for itself.
end_group() { kill -KILL -- "-$1" 2>/dev/null; }

count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$2" | tail -n 1; }

# show_failures LOG: the beginning of each failed test, where its reason is, and the end of the log.
show_failures() {
  awk '/^failed /{left=20} left>0 && NF {print substr($0, 1, 600); left--}' "$1" | head -n 200
  say "..."
  grep -v '^ *$' "$1" | tail -n 30 | cut -c 1-600
}

# report NAME SECONDS: adds a finished project to the sums, and shows what it printed where something failed.
report() {
  local log=.test/$1.log code ok bad skipped
  code=$(cat ".test/$1.exit" 2>/dev/null || echo 1)
  ok=$(count succeeded "$log") bad=$(count failed "$log") skipped=$(count skipped "$log")
  ok=${ok:-0} bad=${bad:-0}
  # A crash, a skipped test, or a project without a test is a failure too.
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  bad=$((bad + ${skipped:-0}))
  [ -n "$fast" ] || [ $((ok + bad)) -gt 0 ] || bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
  say "$1: $ok passed, $bad failed, $2 s"
  [ "$bad" -eq 0 ] || show_failures "$log" >&2
}

# Most of what starts here ends within a minute or two: to compile a method anew, and better, after 30 calls takes a third of its time and pays for itself in none.
export DOTNET_TC_CallCountThreshold=0x200
need_dotnet
need_npm_packages
[ -n "$fast" ] || need_servers
rm -rf .test
mkdir -p .test
servers=$(mktemp -d "${TMPDIR:-/tmp}/rollups-test.XXXXXX") || fail "no temporary folder can be made."
mkdir "$servers/tmp"
chmod 755 "$servers" "$servers/tmp"
# The servers start while the compiler works: they wait for most of that time.
[ -n "$fast" ] || start_servers
build MassTransit.Rollups.sln .test/build.log
[ -n "$fast" ] || publish_programs "$PWD/.test/programs" .test/publish.log
end_compiler
[ -n "$fast" ] || await_servers

# end_one: waits for one of the running test programs to end, and adds it to the sums.
end_one() {
  local ended=
  wait -n -p ended "${!running[@]}"
  report "${running[$ended]}" $((SECONDS - begun[$ended]))
  unset "running[$ended]"
}

# begin NAME: runs a project's test program, as soon as there is room for it.
begin() {
  [ ${#running[@]} -lt "$at_once" ] || end_one
  run_project "$1" "tests/$1/bin/Release/net10.0/Rollups.$1.Tests" &
  running[$!]=$1 begun[$!]=$SECONDS
}

# As many at a time as there are cores. The longest begin, so that none of them is left alone at the end: the services as processes before all, and the search of
# the model, which keeps one core busy, when the first short ones are through.
at_once=$(nproc)
[ "$at_once" -ge 2 ] || at_once=2
longest="Reliability Advancer Integration Messaging EvmReader Claimer Model"
passed=0 failed=0
for name in $longest; do begin "$name"; done
for project in tests/*/Rollups.*.Tests.csproj; do
  name=$(basename "$(dirname "$project")")
  case " $longest " in *" $name "*) ;; *) begin "$name" ;; esac
done
while [ ${#running[@]} -gt 0 ]; do end_one; done

cleanup
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
