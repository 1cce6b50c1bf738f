#!/usr/bin/env bash
# Runs the whole node on a local chain with the real contracts, in one process, and shows it in the terminal.
#   ./run.sh [--exit-after-demo] [--consensus authority|quorum|prt] [--anvil-port N] [--epoch-length N]
#   ./run.sh --app "COMMAND" [--send TEXT]...      runs your own application instead of the echo; docs/run-your-application.md
set -eu
from=$PWD
cd "$(dirname "$0")"
. eng/prerequisites.sh
need_dotnet
need_npm_packages
mkdir -p .run
say "Building ..."
dotnet build src/Services/Cli/Rollups.Cli.csproj -c Release -nologo -v q -clp:NoSummary >.run/build.log 2>&1 \
  || { tail -n 20 .run/build.log >&2; fail "the build failed; see .run/build.log"; }
rollups=$PWD/src/Services/Cli/bin/Release/net10.0/rollups
# The command of --app is relative to the caller's folder.
cd "$from"
exec "$rollups" devnet "$@"
