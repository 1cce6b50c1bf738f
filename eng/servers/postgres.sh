#!/usr/bin/env bash
# Our own PostgreSQL cluster for tests: in one folder, on a free port of the loopback; stop removes the folder.
#   postgres.sh start FOLDER   prints the connection string (without a database) as its only output
#   postgres.sh halt FOLDER    stops the server as a crash would, and keeps its folder
#   postgres.sh resume FOLDER  restarts it on the same port with everything committed; prints the same
#   postgres.sh pause FOLDER   stops all its processes with SIGSTOP; their connections stay open
#   postgres.sh continue FOLDER
#   postgres.sh stop FOLDER
#   postgres.sh primary FOLDER           like start, for a server with standbys
#   postgres.sh standby FOLDER PRIMARY   starts a standby of the primary in the folder PRIMARY; prints its connection string
#   postgres.sh promote FOLDER           makes the standby a primary
set -euo pipefail
source "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || { echo "usage: postgres.sh start|halt|resume|pause|continue|stop|primary|standby|promote FOLDER [PRIMARY]" >&2; exit 64; }
action=$1 folder=$2

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" -eq 0 ]; then (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi; }

programs=$(dirname "$(readlink -f "$(command -v pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl 2>/dev/null | sort -V | tail -1)")")
[ -x "$programs/initdb" ] || not_installed PostgreSQL postgresql

run() {
  as_postgres setsid "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/postgres.log" --wait --timeout=60 start \
    >"$folder/start.log" 2>&1 </dev/null || { cat "$folder/start.log" "$folder/postgres.log" >&2; exit 1; }
  echo "Host=127.0.0.1;Port=$(sed -n 's/^port = //p' "$folder/data/postgresql.conf");Username=postgres"
}

processes() { local first; first=$(head -n 1 "$folder/data/postmaster.pid"); echo "$first" $(cat "/proc/$first/task/$first/children"); }

# A stopped process handles no other signal.
halt() {
  go_on
  [ ! -f "$folder/data/postmaster.pid" ] \
    || as_postgres "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >/dev/null 2>&1 || true
}

# The first process before its children, so that it forks none meanwhile.
pause() { kill -STOP $(processes); }

go_on() { [ ! -f "$folder/data/postmaster.pid" ] || kill -CONT $(processes) 2>/dev/null || true; }

case $action in
  start | primary)
    mkdir -p "$folder"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$folder"
    # Only the cluster's creation skips fsync: a test that kills a node must find what the node committed.
    as_postgres "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync \
      >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
    # One role has to give its password: a test changes it under a running node.
    sed -i '1i host all node 127.0.0.1/32 scram-sha-256' "$folder/data/pg_hba.conf"
    port=$(free_ports 1)
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 500
shared_buffers = 64MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
min_wal_size = 80MB
autovacuum_max_workers = 1
CONF
    # Benchmarks count statements with it.
    [ ! -e "${programs%/bin}/lib/pg_stat_statements.so" ] \
      || echo "shared_preload_libraries = 'pg_stat_statements'" >>"$folder/data/postgresql.conf"
    [ "$action" = start ] || printf 'wal_level = replica\nmax_wal_senders = 4\n' >>"$folder/data/postgresql.conf"
    run
    end_with_owner "$folder"
    ;;
  standby)
    mkdir -p "$folder"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$folder"
    primary=$(sed -n 's/^port = //p' "$3/data/postgresql.conf")
    as_postgres "$programs/pg_basebackup" --host=127.0.0.1 --port="$primary" --username=postgres --pgdata="$folder/data" \
      --checkpoint=fast --no-sync --write-recovery-conf >"$folder/basebackup.log" 2>&1 || { cat "$folder/basebackup.log" >&2; exit 1; }
    sed -i "s/^port = .*/port = $(free_ports 1)/" "$folder/data/postgresql.conf"
    run
    end_with_owner "$folder"
    ;;
  promote) as_postgres "$programs/pg_ctl" --pgdata="$folder/data" --wait promote >/dev/null ;;
  halt) halt ;;
  resume) run ;;
  pause) pause ;;
  continue) go_on ;;
  stop)
    leave_owner "$folder"
    halt
    rm -rf "$folder"
    ;;
  *) echo "postgres.sh: '$action' is not start, halt, resume, pause, continue, stop, primary, standby or promote." >&2; exit 64 ;;
esac
