# Sourced after prerequisites.sh by whatever starts the node's programs on servers: builds, and publishes them as they are shipped.

# One compiler for all projects, whatever the machine's settings say: each one that starts anew spends seconds on itself. It is this run's alone.
compiler=rollups-$$
shared=(-p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler")

# Ends that compiler; without this it would wait ten minutes for more.
end_compiler() { pkill -f -- "-pipename:$compiler( |\$)" 2>/dev/null || true; }

# build PROJECT LOG: what the log holds of errors is shown where it fails.
build() {
  say "Building ..."
  dotnet build "$1" -c Release "${shared[@]}" -nologo -v q -clp:NoSummary >"$2" 2>&1 || build_failed "$2"
}

# publish_programs FOLDER LOG: compiled for this machine, which halves what each of the many starts costs. The tests look there.
publish_programs() {
  dotnet publish tests/MortalNode -c Release -p:Precompiled=true "${shared[@]}" -o "$1" -nologo -v q -clp:NoSummary >"$2" 2>&1 || build_failed "$2"
  export ROLLUPS_TEST_PROGRAMS=$1
}

build_failed() {
  end_compiler
  grep -E 'error|warning' "$1" | sort -u | head -n 20 >&2
  fail "the build failed; see $1"
}
