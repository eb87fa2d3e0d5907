#!/usr/bin/env bash
# `make test`: everything that must be green, in order, stopping at the first failure.
# Tools are there already (setup.sh test); a missing one fails the run, nothing is skipped.
# Not for: a part of it; the commands below work alone too.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# step NAME COMMAND…: says what runs and how long it took.
step() {
  local name=$1 start=$SECONDS
  shift
  say "$name"
  "$@" || die "$name: failed after $((SECONDS - start)) s"
  say "$name: ok, $((SECONDS - start)) s"
}

lint_wasm() {
  cargo clippy --quiet --target "$WASM_TARGET" --package frontend --package app --package i18n \
    --package domain --no-default-features --features app/hydrate -- -D warnings
}

unit_tests() {
  if have cargo-nextest; then
    scripts/with-postgres.sh cargo nextest run --no-fail-fast --status-level fail --final-status-level slow
  else
    scripts/with-postgres.sh cargo test --quiet --no-fail-fast --lib --bins --tests
  fi
}

# The fixtures of end2end/support start the release binary themselves.
journeys() { (cd end2end && npx tsc --noEmit && npx playwright test); }

export RDV_TEST_PYTHON=$CACHE/venv/bin/python
export RDV_CHROMIUM
RDV_CHROMIUM=$(find_chromium) || die "no Chromium: scripts/setup.sh test"
export RDV_BIN
RDV_BIN=$(scripts/build.sh --path)
export INSTA_UPDATE=no

step "format" cargo fmt --all --check
step "lints, host" cargo clippy --quiet --all-targets -- -D warnings
step "lints, WebAssembly" lint_wasm
step "arrows between crates" scripts/check-arrows.sh
step "unit, property, storage and HTTP tests" unit_tests
step "examples in the documentation" cargo test --quiet --doc
step "site and release binary" scripts/build.sh
step "weight of the WebAssembly" scripts/check-budget.sh
step "the binary alone, in an empty folder" node scripts/check-binary.mjs "$RDV_BIN"
step "journeys in the browser" journeys

say "all green in $((SECONDS / 60)) min $((SECONDS % 60)) s"
