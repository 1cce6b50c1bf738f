#!/usr/bin/env bash
# Installs what is missing, starts its own RabbitMQ and PostgreSQL, runs every test, and stops what it started.
# --fast: unit and in-memory tests only, without servers and without processes of the node. The last line is "N passed, N failed".
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

# Projects in which every test needs servers.
only_servers="Model Reliability"

# This run's own folder, deleted at its end: the servers, and whatever a killed test program leaves behind. It is outside the checkout
# because PostgreSQL runs as its own user, who may have no access there.
servers=
# The running test programs, and when each began, by the pid of the shell that waits for it.
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
  # The servers of a killed test program stop by themselves once they notice, and write until then.
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
  # In their own sessions: Ctrl-C would interrupt a start half-way, but a server that has started can be stopped.
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

# run_project NAME PROGRAM: runs one test program in its own process group, and leaves its output and exit code in .test. The longest
# program runs as two halves, each with servers and services of its own.
run_project() {
  # Ctrl-C reaches every process of the terminal's group. This shell ignores it: cleanup sends it SIGTERM, and it then stops what it
  # started.
  trap '' INT
  local filter=()
  case $1 in
    Outages) filter=(--filter-namespace Rollups.Reliability.Tests.Outages) ;;
    Reliability) filter=(--filter-not-namespace Rollups.Reliability.Tests.Outages) ;;
  esac
  [ -z "$fast" ] || filter=(--filter-not-trait Needs=servers --filter-not-trait Speed=slow --ignore-exit-code 8)
  local arguments=(--progress off --no-ansi --output Detailed --timeout 60m "${filter[@]+"${filter[@]}"}")
  TMPDIR=$servers/tmp setsid "$2" "${arguments[@]}" >".test/$1.log" 2>&1 </dev/null &
  local program=$!
  trap 'stop_program "$program"' TERM
  wait "$program"
  echo $? >".test/$1.exit"
  end_group "$program"
}

# stop_program PID: gives a test program time to stop its own servers, then kills it.
stop_program() {
  kill "$1" 2>/dev/null
  { sleep 20; kill -KILL "$1"; } 2>/dev/null &
  local killer=$!
  wait "$1"
  kill "$killer" 2>/dev/null
  end_group "$1"
  exit 143
}

# end_group PID: kills the services that a killed test program started; they would keep running.
end_group() { kill -KILL -- "-$1" 2>/dev/null; }

count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$2" | tail -n 1; }

# show_failures LOG: prints the start of each failed test, which has its reason, and the end of the log.
show_failures() {
  awk '/^failed /{left=20} /^passed /{left=0} left>0 && NF {print substr($0, 1, 600); left--}' "$1" | head -n 200
  say "..."
  grep -vE '^ *$|^passed ' "$1" | tail -n 30 | cut -c 1-600
}

# summarise_failures LOG: prints the name of each failed test, and the first lines of its reason.
summarise_failures() {
  awk '/^failed /{left=7} /^passed /{left=0} left>0 && NF {print substr($0, 1, 300); left--}' "$1" | head -n 70
}

# report NAME SECONDS: adds a finished project to the totals, and shows its output if something failed.
report() {
  local log=.test/$1.log code ok bad skipped
  code=$(cat ".test/$1.exit" 2>/dev/null || echo 1)
  ok=$(count succeeded "$log") bad=$(count failed "$log") skipped=$(count skipped "$log")
  ok=${ok:-0} bad=${bad:-0}
  # A crash, a skipped test and a project without tests count as failures too.
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  bad=$((bad + ${skipped:-0}))
  [ -n "$fast" ] || [ $((ok + bad)) -gt 0 ] || bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
  say "$1: $ok passed, $bad failed, $2 s"
  [ "$bad" -eq 0 ] || show_failures "$log" >&2
}

# Most programs here end within a minute or two. Recompiling a method after 30 calls takes a third of their time and never pays off. Nor
# does mapping the memory of compiled code twice, a defence against attackers, which takes a quarter of it.
export DOTNET_TC_CallCountThreshold=0x200 DOTNET_EnableWriteXorExecute=0
need_dotnet
need_npm_packages
[ -n "$fast" ] || need_servers
mkdir -p .test
# The results of benchmarks stay: eng/bench.sh writes all of them into its document, those of earlier runs too.
find .test -mindepth 1 -maxdepth 1 ! -name benchmarks -exec rm -rf {} +
servers=$(mktemp -d "${TMPDIR:-/tmp}/rollups-test.XXXXXX") || fail "cannot create a temporary folder."
mkdir "$servers/tmp"
chmod 755 "$servers" "$servers/tmp"
# The servers start while the compiler runs: they spend most of that time waiting.
[ -n "$fast" ] || start_servers
if [ -n "$fast" ]; then
  # Projects without a test that runs here, and what only they reference, are not built.
  fast_projects=()
  for project in tests/*/Rollups.*.Tests.csproj; do
    name=$(basename "$(dirname "$project")")
    case " $only_servers " in *" $name "*) ;; *) fast_projects+=("$project") ;; esac
  done
  listed=$(printf '"%s",' "${fast_projects[@]}")
  printf '{"solution":{"path":"../MassTransit.Rollups.sln","projects":[%s]}}' "${listed%,}" >.test/fast.slnf
  build .test/fast.slnf .test/build.log
  end_compiler
else
  build MassTransit.Rollups.sln .test/build.log
  "${publication[@]}" >.test/publish.log 2>&1 || build_failed .test/publish.log
  end_compiler
  await_servers
fi

# end_one: waits for one of the running test programs to end, and adds it to the totals.
end_one() {
  local ended='' name
  wait -n -p ended "${!running[@]}"
  name=${running[$ended]}
  unset "running[$ended]"
  report "$name" $((SECONDS - begun[$ended]))
}

# begin NAME: runs a project's test program.
begin() {
  local project=$1 folder
  [ "$1" != Outages ] || project=Reliability
  folder=.test/run/$project
  if [ -n "$fast" ]; then folder=tests/$project/bin/Release/net10.0; elif [ ! -d "$folder" ]; then compiled "$project"; fi
  run_project "$1" "$folder/Rollups.$project.Tests" &
  running[$!]=$1 begun[$!]=$SECONDS
}

# Programs that start a process for each service. One of them loads a core and more, and part of its load comes by the clock (heads,
# syncs, probes): where two run beside each other on slow cores, that part alone outgrows the cores, and neither comes forward.
many_processes="Outages Integration Reliability"
has_many() { case " $many_processes " in *" $1 "*) ;; *) return 1 ;; esac }

# is_busy: whether something else uses more than half of the cores' time, over two seconds.
is_busy() {
  local before after field all=0
  read -r -a before </proc/stat
  sleep 2
  read -r -a after </proc/stat
  for field in 1 2 3 4 5 6 7 8; do all=$((all + after[field] - before[field])); done
  # Idle, and idle while a disk works.
  [ $((2 * (after[4] + after[5] - before[4] - before[5]))) -lt "$all" ]
}

# may_begin NAME: whether the program may run beside those that are running. One runs per core; one more while none of them has many
# processes, because each of the others spends a third of its time waiting. Of those with many processes one runs at a time, and alone on
# a busy machine.
may_begin() {
  local name most many=
  [ ${#running[@]} -gt 0 ] || return 0
  most=$(nproc)
  [ "$most" -ge 2 ] || most=2
  for name in "${running[@]}"; do ! has_many "$name" || many=1; done
  if has_many "$1"; then
    [ -z "$many" ] || return 1
    many=1
  fi
  if [ -n "$many" ] && [ -n "$busy" ]; then return 1; fi
  if [ -z "$many" ] && [ -z "$busy" ]; then most=$((most + 1)); fi
  [ ${#running[@]} -lt "$most" ]
}

# The longest start first, so that none runs alone at the end.
if [ -n "$fast" ]; then
  projects=(Messaging Ethereum Node EvmReader Lifecycle Transactions Claimer Prt Scheduling)
else
  projects=(Outages Integration Reliability Messaging EvmReader Cli Machines Node Advancer Persistence Api Model Transactions Claimer)
fi
for project in tests/*/Rollups.*.Tests.csproj; do
  name=$(basename "$(dirname "$project")")
  [ -z "$fast" ] || case " $only_servers " in *" $name "*) continue ;; esac
  case " ${projects[*]} " in *" $name "*) ;; *) projects+=("$name") ;; esac
done

busy=
if is_busy; then busy=1 && say "Other programs keep the cores busy: fewer tests run beside each other."; fi
passed=0 failed=0
# The first that may begin, until none is left.
while [ ${#projects[@]} -gt 0 ]; do
  chosen=
  for i in "${!projects[@]}"; do
    if may_begin "${projects[i]}"; then chosen=$i && break; fi
  done
  if [ -z "$chosen" ]; then end_one && continue; fi
  begin "${projects[chosen]}"
  unset "projects[chosen]"
done
while [ ${#running[@]} -gt 0 ]; do end_one; done

cleanup
# Once more, because each program's output can be long and whoever reads a log begins at its end.
for log in .test/*.log; do summarise_failures "$log"; done >&2
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
