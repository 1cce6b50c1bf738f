#!/usr/bin/env bash
# Our own RabbitMQ node for tests: with its own name, folder, epmd and ports, all on the loopback; stop removes the folder.
#   rabbitmq.sh start FOLDER   prints the management API's address, with the AMQP port in its query, as its only output
#   rabbitmq.sh halt FOLDER    stops the node and keeps its folder
#   rabbitmq.sh resume FOLDER  restarts it on the same ports with its stored data; prints the same
#   rabbitmq.sh pause FOLDER   stops it with SIGSTOP; its connections stay open
#   rabbitmq.sh continue FOLDER
#   rabbitmq.sh control FOLDER COMMAND...  runs a command of rabbitmqctl on it
#   rabbitmq.sh stop FOLDER
set -euo pipefail
source "$(dirname "$0")/common.sh"
[ $# -eq 2 ] || { [ "${1-}" = control ] && [ $# -gt 2 ]; } \
  || { echo "usage: rabbitmq.sh start|halt|resume|pause|continue|stop FOLDER, or control FOLDER COMMAND..." >&2; exit 64; }
action=$1 folder=$2

# The program itself, because the script on the PATH requires the package's own user and folders.
program=/usr/lib/rabbitmq/bin/rabbitmq-server

configure() {
  [ -x "$program" ] || not_installed RabbitMQ rabbitmq-server
  mkdir -p "$folder/home"
  free_ports 4 >"$folder/ports"
  read -r amqp management distribution epmd <"$folder/ports"
  cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$amqp
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
loopback_users.guest = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.relative = 0.2
# The list of connections is a statistic too, and tests wait for it.
collect_statistics_interval = 500
CONF
  echo '[rabbitmq_management].' >"$folder/enabled_plugins"
  : >"$folder/rabbitmq-env.conf"
}

name_node() {
  read -r amqp management distribution epmd <"$folder/ports"
  export HOME=$folder/home ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$epmd
  export RABBITMQ_NODENAME=rollups-$amqp@localhost RABBITMQ_CONF_ENV_FILE=$folder/rabbitmq-env.conf
}

control() { name_node; "${program%-server}ctl" --quiet "$@" >&2; }

run() {
  name_node
  export RABBITMQ_DIST_PORT=$distribution
  export RABBITMQ_MNESIA_BASE=$folder/mnesia RABBITMQ_LOG_BASE=$folder/log RABBITMQ_PID_FILE=$folder/rabbitmq.pid
  export RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced.config
  export RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
  cd "$folder"
  # Our own epmd, in the foreground, so that it can be stopped by its pid. Both leave our process group: Ctrl-C is for the tests, which
  # stop them in order.
  setsid epmd -port "$epmd" -address 127.0.0.1 </dev/null >epmd.log 2>&1 &
  echo $! >epmd.pid
  setsid "$program" </dev/null >startup.log 2>&1 &
  local starter=$! tenths=900
  until listens "$amqp" && listens "$management"; do
    kill -0 "$starter" 2>/dev/null && ((tenths-- > 0)) || { echo "RabbitMQ did not start:" >&2; tail -n 20 startup.log >&2; stop; exit 1; }
    sleep 0.1
  done
  echo "http://guest:guest@127.0.0.1:$management/?amqp=$amqp"
}

pause() { kill -STOP "$(cat "$folder/rabbitmq.pid")"; }

go_on() { [ ! -s "$folder/rabbitmq.pid" ] || kill -CONT "$(cat "$folder/rabbitmq.pid")" 2>/dev/null || true; }

halt() {
  local name pid
  # A stopped process handles no other signal.
  go_on
  for name in rabbitmq epmd; do
    [ -s "$folder/$name.pid" ] || continue
    pid=$(cat "$folder/$name.pid")
    kill -TERM "$pid" 2>/dev/null || continue
    await_end "$pid" 20 || kill -KILL "$pid" 2>/dev/null || true
  done
}

stop() {
  leave_owner "$folder"
  halt
  rm -rf "$folder"
}

case $action in
  start) configure && run && end_with_owner "$folder" ;;
  halt) halt ;;
  resume) run ;;
  pause) pause ;;
  continue) go_on ;;
  control) control "${@:3}" ;;
  stop) stop ;;
  *) echo "rabbitmq.sh: '$action' is not start, halt, resume, pause, continue, control or stop." >&2; exit 64 ;;
esac
