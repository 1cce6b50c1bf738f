# Sourced by the scripts of this folder.

# not_installed SERVER PACKAGE: says how to install it, and ends the script.
not_installed() { echo "$1 is not installed: install the package $2 (./test.sh does, as root or with sudo)." >&2; exit 69; }

# free_ports N: prints N different free TCP ports of the loopback. They lie below the range for outgoing connections, so that none of
# those takes the port before the server starts.
free_ports() {
  node -e '
    const net = require("net"), wanted = Number(process.argv[1]), servers = [];
    const next = () => {
      if (servers.length === wanted) {
        console.log(servers.map(s => s.address().port).join(" "));
        servers.forEach(s => s.close());
        return;
      }
      const server = net.createServer();
      server.once("error", next).listen(12000 + Math.floor(Math.random() * 20000), "127.0.0.1", () => { servers.push(server); next(); });
    };
    next();' "$1"
}

# listens PORT: succeeds if something listens on that port of the loopback.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# await_end PID SECONDS: waits until the process is gone; fails if it is still there after SECONDS.
await_end() {
  local tenths=$(($2 * 10))
  while kill -0 "$1" 2>/dev/null; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

# end_with_owner FOLDER: if ROLLUPS_SERVER_OWNER names the process that owns the server, a watcher stops the server once that process is
# gone, however it ended. The watcher leaves our process group too.
end_with_owner() {
  [ -n "${ROLLUPS_SERVER_OWNER:-}" ] || return 0
  local script
  script=$(readlink -f "${BASH_SOURCE[-1]}")
  setsid bash -c 'tail --pid="$1" -f /dev/null; rm -f "$3/owner.watcher"; "$2" stop "$3"; rmdir "$(dirname "$3")"' \
    watcher "$ROLLUPS_SERVER_OWNER" "$script" "$1" </dev/null >/dev/null 2>&1 &
  echo $! >"$1/owner.watcher"
}

# leave_owner FOLDER: ends that watcher.
leave_owner() {
  [ -s "$1/owner.watcher" ] || return 0
  local watcher
  watcher=$(cat "$1/owner.watcher")
  kill -TERM -- -"$watcher" 2>/dev/null || kill -TERM "$watcher" 2>/dev/null || true
}
