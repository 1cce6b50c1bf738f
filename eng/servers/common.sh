# Sourced by the scripts of this folder.

# free_ports N: N different TCP ports on the loopback that nobody listens on.
free_ports() {
  node -e '
    const net = require("net"), wanted = Number(process.argv[1]), servers = [];
    const next = () => servers.length === wanted
      ? (console.log(servers.map(s => s.address().port).join(" ")), servers.forEach(s => s.close()))
      : servers.push(net.createServer().listen(0, "127.0.0.1", next));
    next();' "$1"
}

# listens PORT: somebody answers on that port of the loopback.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# await_end PID SECONDS: waits until the process is gone; fails when it is still there.
await_end() {
  local tenths=$(($2 * 10))
  while kill -0 "$1" 2>/dev/null; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}
