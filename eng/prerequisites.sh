# Sourced by run.sh and test.sh: installs what the machine lacks, and nothing that is there already.

# Turns off the usage telemetry of the .NET SDK and of the test platform.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else fail "'$*' needs root, and sudo is missing: run it as root once, then start again."
  fi
}

# Installs Debian packages without starting their services.
apt_install() {
  command -v apt-get >/dev/null 2>&1 || fail "missing: $*. apt-get is not available: install them by hand."
  say "Installing $* ..."
  policy=/usr/sbin/policy-rc.d
  made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" && made_policy=1
  fi
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } \
    >"${APT_LOG:-/dev/null}" 2>&1 || apt_failed=1
  [ -z "$made_policy" ] || as_root rm -f "$policy"
  [ -z "${apt_failed:-}" ] || fail "apt-get could not install $*."
}

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK 10 is not on PATH: install it (package dotnet-sdk-10.0), then start again."
  dotnet --version >/dev/null 2>&1 || fail "no installed .NET SDK matches global.json (10.0): install the .NET SDK 10, then start again."
}

need_npm_packages() {
  command -v npm >/dev/null 2>&1 || apt_install nodejs npm
  if [ ! -d node_modules/@cartesi/rollups ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "Installing Anvil and the contracts with npm ..."
    npm ci --ignore-scripts --loglevel=error >&2 || fail "npm ci failed."
  fi
}

need_servers() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  # Its folder is on root's PATH only.
  command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  # Spin turns the model of tests/Model into a C program, and GCC compiles it.
  command -v spin >/dev/null 2>&1 || missing+=(spin)
  command -v gcc >/dev/null 2>&1 || missing+=(gcc libc6-dev)
  # The tests of the live page open it.
  command -v chromium >/dev/null 2>&1 || missing+=(chromium fonts-dejavu-core)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}
