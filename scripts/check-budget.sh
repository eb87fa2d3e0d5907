#!/usr/bin/env bash
# Fails when the WebAssembly that a patient downloads is heavier than 120 kB (brotli).
# Not for: the weight of a whole page, which the browser tests measure as it arrives.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

LIMIT=120000
file=$SITE/pkg/rdv.wasm.br
[ -f "$file" ] || die "$file is missing: scripts/build-site.sh"
size=$(wc -c <"$file" | tr -d ' ')
[ "$size" -le "$LIMIT" ] || die "rdv.wasm is $size bytes in brotli, over the budget of $LIMIT. What grew: node scripts/wasm-sizes.mjs target/site.named.wasm"
say "rdv.wasm: $size bytes in brotli, of $LIMIT"
