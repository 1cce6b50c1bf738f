# Sourced after prerequisites.sh by scripts that start the node's programs on servers: builds them, and publishes them as shipped.

# One compiler for all projects, whatever the machine's settings, because each new one spends seconds on its start. No other run shares it.
compiler=rollups-$$
shared=(-p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler")

# Ends that compiler, which would otherwise wait ten minutes for more work.
end_compiler() { pkill -f -- "-pipename:$compiler( |\$)" 2>/dev/null || true; }

# build PROJECT LOG: shows the log's errors if the build fails.
build() {
  say "Building ..."
  dotnet build "$1" -c Release "${shared[@]}" -nologo -v q -clp:NoSummary >"$2" 2>&1 || build_failed "$2"
}

# Publishes ahead-of-time compiled programs, which halves the cost of each of the many starts, to the folder that the tests use. A build
# of the same projects must have ended.
export ROLLUPS_TEST_PROGRAMS=$PWD/.test/programs
publication=(dotnet publish tests/MortalNode -c Release -p:Precompiled=true "${shared[@]}" -o "$ROLLUPS_TEST_PROGRAMS" -nologo -v q -clp:NoSummary)

build_failed() {
  end_compiler
  grep -E 'error|warning' "$1" | sort -u | head -n 20 >&2
  fail "the build failed; see $1"
}
