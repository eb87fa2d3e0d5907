#!/usr/bin/env bash
# Builds the one file that is shipped: the release binary `rdv` with the site inside.
# Prints nothing but progress; its path is `scripts/build.sh --path`.
# Not for: installing tools, see setup.sh.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

binary=$(cargo_target_dir)/release/rdv
if [ "${1:-}" = --path ]; then
  printf '%s\n' "$binary"
  exit 0
fi

"$ROOT/scripts/build-site.sh"
say "the binary rdv, optimised (the first time: some minutes)"
cd "$ROOT" && cargo build --quiet --release --package server --bin rdv
