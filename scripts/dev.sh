#!/usr/bin/env bash
# `make dev`: builds again and reloads the page at each change. A debug build: the gallery of
# components is at /_composants.
# Not for: measuring anything, a debug build is slow.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# cargo-leptos takes the tools it finds on PATH and checks no version: give it ours.
export PATH="$CARGO_LEPTOS_ROOT/bin:$(dirname "$(wasm_bindgen)"):$ROOT/scripts/node_modules/.bin:$PATH"
export RDV_DATABASE_URL=${RDV_DATABASE_URL:-sqlite:data/demo.db}
mkdir -p data

say "accounts and addresses of the demo practice"
RDV_LOG=warn cargo run --quiet --package server --bin rdv -- demo
export RDV_LOG=${RDV_LOG:-info,server=debug,app=debug,backend=debug}
exec cargo leptos watch -- serve
