# Sourced by test.sh: a RabbitMQ node and a PostgreSQL cluster of their own, on the loopback, in $SERVERS, on free ports.

free_port() { node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

pg_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

need_servers() {
  missing=
  [ -n "$(pg_bin)" ] || missing="$missing postgresql"
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing="$missing rabbitmq-server"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt_install $missing
}

start_postgres() {
  PG_PORT=$(free_port)
  PG_DATA=$(mktemp -d /tmp/rollups-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$PG_DATA"
  ( cd /tmp
    as_postgres "$(pg_bin)/initdb" -D "$PG_DATA/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null
    as_postgres "$(pg_bin)/pg_ctl" -D "$PG_DATA/data" -w -l "$PG_DATA/log" \
      -o "-p $PG_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PG_DATA -c max_connections=400 -c shared_buffers=64MB" start >/dev/null ) \
    || fail "PostgreSQL did not start; its log: $(tail -n 3 "$PG_DATA/log" 2>/dev/null)"
  export ROLLUPS_TEST_POSTGRES="Host=127.0.0.1;Port=$PG_PORT;Username=postgres"
}

start_rabbitmq() {
  RABBIT=$(mktemp -d /tmp/rollups-rabbitmq.XXXXXX)
  amqp=$(free_port); management=$(free_port); distribution=$(free_port)
  ERL_EPMD_PORT=$(free_port); export ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1
  printf '[rabbitmq_management].\n' >"$RABBIT/plugins"
  cat >"$RABBIT/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$amqp
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
log.console = false
disk_free_limit.absolute = 50MB
CONF
  rabbit_env() {
    env HOME="$RABBIT" RABBITMQ_NODENAME="rollups-$amqp@localhost" RABBITMQ_MNESIA_BASE="$RABBIT/mnesia" RABBITMQ_LOG_BASE="$RABBIT/log" \
      RABBITMQ_ENABLED_PLUGINS_FILE="$RABBIT/plugins" RABBITMQ_CONFIG_FILE="$RABBIT/rabbitmq" RABBITMQ_DIST_PORT="$distribution" \
      RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_PID_FILE="$RABBIT/pid" RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' "$@"
  }
  rabbit_env /usr/lib/rabbitmq/bin/rabbitmq-server >"$RABBIT/out" 2>&1 &
  RABBIT_JOB=$!
  rabbit_env /usr/lib/rabbitmq/bin/rabbitmqctl wait --timeout 90 --pid "$RABBIT_JOB" >/dev/null 2>&1 \
    || rabbit_env /usr/lib/rabbitmq/bin/rabbitmqctl wait --timeout 60 "$RABBIT/pid" >/dev/null 2>&1 \
    || fail "RabbitMQ did not start: $(tail -n 3 "$RABBIT/out")"
  rabbit_env /usr/lib/rabbitmq/bin/rabbitmqctl await_startup >/dev/null 2>&1 || fail "RabbitMQ did not come up."
  export ROLLUPS_TEST_RABBITMQ="127.0.0.1:$amqp" ROLLUPS_TEST_RABBITMQ_MANAGEMENT="http://127.0.0.1:$management"
}

stop_servers() {
  if [ -n "${RABBIT:-}" ]; then
    rabbit_env timeout 30 /usr/lib/rabbitmq/bin/rabbitmqctl stop >/dev/null 2>&1
    [ -z "${RABBIT_JOB:-}" ] || { kill "$RABBIT_JOB" 2>/dev/null; wait "$RABBIT_JOB" 2>/dev/null; }
    # The port mapper outlives its nodes; this one is ours, by its port.
    pkill -f "epmd.*$RABBIT" 2>/dev/null
    epmd -port "$ERL_EPMD_PORT" -kill >/dev/null 2>&1
    rm -rf "$RABBIT"; RABBIT=
  fi
  if [ -n "${PG_DATA:-}" ]; then
    ( cd /tmp; as_postgres "$(pg_bin)/pg_ctl" -D "$PG_DATA/data" -m immediate stop >/dev/null 2>&1 )
    rm -rf "$PG_DATA"; PG_DATA=
  fi
}
