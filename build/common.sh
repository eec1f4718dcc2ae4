# Sourced by run, test and bench: where things are, and what the machine must have.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=Release
# shellcheck disable=SC2034 # for those who source this
bin=$root/artifacts/bin

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# library FILE PACKAGE: the machine has a shared library, from a Debian package where we may install one.
library() {
  if ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; then return 0; fi
  install_package "$1" "$2"
}

# program NAME PACKAGE: the same for a program.
program() {
  if command -v "$1" >/dev/null; then return 0; fi
  install_package "$1" "$2"
}

install_package() {
  if ! command -v apt-get >/dev/null; then
    say "$1 is missing and this is not Debian: install what Debian calls $2."
    return 1
  elif [[ $(id -u) != 0 ]]; then
    say "$1 is missing and only root may install it: apt-get install $2"
    return 1
  fi
  say "Installing $2 ..."
  { apt-get install -y -qq "$2" || { apt-get update -qq && apt-get install -y -qq "$2"; }; } >/dev/null 2>&1 || {
    say "Debian's package $2 could not be installed: try apt-get install $2 to see why."
    return 1
  }
}

compile() {
  command -v dotnet >/dev/null || fail 'The .NET SDK is missing: install the version global.json names.'
  library libsqlite3.so.0 libsqlite3-0 || fail 'Hotline needs the system library SQLite.'
  "$root/build/feed"
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  local log=$root/artifacts/build.log
  # One compiler for all projects, which halves the time; one of our own, so that it can be ended when they are built.
  local compiler=hotline-$$ code=0
  dotnet build "$root/artifacts/feed/Hotline.slnf" -c "$configuration" -m:2 -v quiet -nologo \
    -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" >"$log" 2>&1 || code=$?
  dotnet exec "$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk/$(dotnet --version)/Roslyn/bincore/VBCSCompiler.dll" -shutdown -pipename:"$compiler" >/dev/null 2>&1 || true
  [[ $code == 0 ]] || {
    grep -E 'error|warning' "$log" | sort -u | head -30 >&2
    fail "The build failed; all of it is in artifacts/build.log."
  }
}
