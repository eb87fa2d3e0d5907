#!/usr/bin/env bash
# Builds what the browser downloads into target/site: wasm, JavaScript, CSS, public files,
# each with its .br and .gz beside it. The release binary embeds that folder.
# The same names and steps as `cargo leptos build --release`, from `[[workspace.metadata.leptos]]`.
# Not for: the server itself, see build.sh.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

tools=$ROOT/scripts/node_modules/.bin
next=$ROOT/target/site.next
stamp=$ROOT/target/site.stamp

wasm=""
if have_wasm_target; then
  say "the islands, as WebAssembly"
  cargo build --quiet --package frontend --lib --target "$WASM_TARGET" --profile wasm-release
  wasm=$(cargo_target_dir)/$WASM_TARGET/wasm-release/frontend.wasm
else
  warn "without islands: this Rust cannot compile for $WASM_TARGET. Everything works as plain forms; for the comfort on top: rustup target add $WASM_TARGET"
fi

# Everything that decides what the site will be, and what it was when it was done (`make dev`
# leaves its own there). Unchanged means nothing to do, and the server is not built anew.
state() {
  find style app/public scripts/build-site.sh scripts/precompress.mjs scripts/package-lock.json \
    Cargo.toml "$SITE" ${wasm:+"$wasm"} -type f -print0 2>/dev/null | sort -z | xargs -0 cksum | cksum
}
if [ -d "$SITE" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(state)" ]; then exit 0; fi

say "site files: wasm-bindgen, wasm-opt, CSS, compression"
rm -rf "$next" "$stamp"
mkdir -p "$next/pkg"

if [ -n "$wasm" ]; then
  "$(wasm_bindgen)" --target web --no-typescript --out-name rdv --out-dir "$next/pkg" "$wasm"
  # The page asks for rdv.wasm: `LEPTOS_OUTPUT_NAME` is set in .cargo/config.toml.
  "$tools/wasm-opt" -Oz --converge --strip-debug --strip-producers --strip-target-features \
    "$next/pkg/rdv_bg.wasm" -o "$next/pkg/rdv.wasm"
  # Kept for wasm-sizes.mjs: it still has the names of its functions.
  mv "$next/pkg/rdv_bg.wasm" "$ROOT/target/site.named.wasm"
  "$tools/esbuild" "$next/pkg/rdv.js" --minify --format=esm --target=es2021 --log-level=warning \
    --allow-overwrite --outfile="$next/pkg/rdv.js"
fi

browsers=$(sed -n 's/^browserquery = "\(.*\)"$/\1/p' Cargo.toml)
"$tools/lightningcss" --minify --bundle --targets "$browsers" style/main.css -o "$next/pkg/rdv.css"

if [ -d app/public ]; then cp -R app/public/. "$next/"; fi
node scripts/precompress.mjs "$next"

rm -rf "$SITE"
mv "$next" "$SITE"
state >"$stamp"
