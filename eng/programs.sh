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

# Publishes everything that the tests run, compiled ahead of time: compiling at run time takes four fifths of a test program's CPU, and
# half of what each start of a service costs. A build of the same projects must have ended.
export ROLLUPS_TEST_PROGRAMS=$PWD/.test/programs
publication=(
  dotnet publish tests/Reliability -c Release -p:Precompiled=true "${shared[@]}" -o "$ROLLUPS_TEST_PROGRAMS" -nologo -v q -clp:NoSummary
)

# assemblies FOLDER: name, size and time of each assembly in it. The compiler's copies of one assembly agree in all three.
assemblies() { find "$1" -maxdepth 1 -name '*.dll' -printf '%f %s %T@\n' | LC_ALL=C sort; }

# compiled NAME: makes a copy of a test program in .test/run, in hard links, that has the published form of each assembly it shares with
# the published programs.
compiled() {
  local built=tests/$1/bin/Release/net10.0 copy=.test/run/$1
  mkdir -p .test/run
  cp -al "$built" "$copy"
  LC_ALL=C comm -12 <(assemblies "$built") <(assemblies tests/Reliability/bin/Release/net10.0) | while read -r assembly _; do
    [ ! -e "$ROLLUPS_TEST_PROGRAMS/$assembly" ] || ln -f "$ROLLUPS_TEST_PROGRAMS/$assembly" "$copy/$assembly"
  done
}

build_failed() {
  end_compiler
  grep -E 'error|warning' "$1" | sort -u | head -n 20 >&2
  fail "the build failed; see $1"
}
