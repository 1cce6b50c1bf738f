#!/usr/bin/env bash
# A PgBouncer in front of a PostgreSQL on the loopback, for tests: in one folder, on a free port; stop removes the folder.
#   pgbouncer.sh start FOLDER PORT MODE SIZE   prints the connection string
#   pgbouncer.sh stop FOLDER
# PORT is the PostgreSQL's, MODE session, transaction or statement, SIZE the number of sessions.
set -euo pipefail
source "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || { echo "usage: pgbouncer.sh start|stop FOLDER [PORT MODE SIZE]" >&2; exit 64; }
action=$1 folder=$2

program=$(command -v pgbouncer || ls /usr/sbin/pgbouncer 2>/dev/null || true)
[ -n "$program" ] || not_installed PgBouncer pgbouncer

# PgBouncer refuses to run as root.
as_postgres() { if [ "$(id -u)" -eq 0 ]; then (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi; }

case $action in
  start)
    mkdir -p "$folder"
    port=$(free_ports 1)
    echo '"postgres" ""' >"$folder/users.txt"
    cat >"$folder/pgbouncer.ini" <<CONF
[databases]
* = host=127.0.0.1 port=$3
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $folder/users.txt
pool_mode = $4
default_pool_size = $5
ignore_startup_parameters = options,extra_float_digits
logfile = $folder/pgbouncer.log
pidfile = $folder/pgbouncer.pid
CONF
    [ "$(id -u)" -ne 0 ] || chown -R postgres: "$folder"
    as_postgres "$program" --daemon "$folder/pgbouncer.ini" >"$folder/start.log" 2>&1 </dev/null \
      || { cat "$folder/start.log" "$folder/pgbouncer.log" >&2; exit 1; }
    for _ in {1..600}; do listens "$port" && break; sleep 0.1; done
    listens "$port" || { cat "$folder/pgbouncer.log" >&2; exit 1; }
    echo "Host=127.0.0.1;Port=$port;Username=postgres"
    end_with_owner "$folder"
    ;;
  stop)
    leave_owner "$folder"
    if [ -s "$folder/pgbouncer.pid" ]; then
      pid=$(cat "$folder/pgbouncer.pid")
      kill -TERM "$pid" 2>/dev/null || true
      await_end "$pid" 10 || kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -rf "$folder"
    ;;
  *) echo "pgbouncer.sh: unknown action '$action': use start or stop." >&2; exit 64 ;;
esac
