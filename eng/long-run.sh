# Sourced by burst.sh, outages.sh and soak.sh, the long forms of the reliability tests: parses their arguments, which are whole numbers,
# and runs one test class.
. eng/prerequisites.sh
. eng/programs.sh

# take_numbers USAGE ARGUMENT...: "--name N" sets the variable of that name, if $numbers lists it.
take_numbers() {
  local usage=$1
  shift
  while [ $# -gt 0 ]; do
    case " $numbers " in
      *" ${1#--} "*) [ "${1#--}" != "$1" ] || fail "unknown argument '$1': use $usage" ;;
      *) fail "unknown argument '$1': use $usage" ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a number."
    case $2 in ''|*[!0-9]*) fail "$1 is '$2': give a whole number." ;; esac
    printf -v "${1#--}" %s "$2"
    shift 2
  done
}

prepare() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
  need_dotnet
  need_npm_packages
  need_servers
  mkdir -p .test
  build tests/Reliability .test/build.log
  "${publication[@]}" >.test/publish.log 2>&1 || build_failed .test/publish.log
  end_compiler
}

# run_class NAME CLASS: runs the test classes whose names end so, leaves their output with its figures in .test/NAME.log, and returns the
# exit code.
run_class() {
  tests/Reliability/bin/Release/net10.0/Rollups.Reliability.Tests --progress off --no-ansi --xunit-diagnostics on \
    --filter-class "*$2" >".test/$1.log" 2>&1
}
