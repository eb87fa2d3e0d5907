#!/usr/bin/env bash
# Fails when a crate knows what it must not: the arrows between our crates point one way, the
# rules know no I/O, the browser gets nothing of the server.
# Not for: versions or licences of dependencies.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

wrong=0
blame() {
  warn "$*"
  wrong=1
}

# tree ARGUMENTS…: names of the packages below, one a line.
tree() { cargo tree --edges normal,no-proc-macro --prefix none --format '{p}' "$@" | awk '{ print $1 }' | sort -u; }

# forbid WHERE "NAMES" TREE-ARGUMENTS…
forbid() {
  local where=$1 names=$2 name found
  shift 2
  found=$(tree "$@")
  for name in $names; do
    if grep -qx "$name" <<<"$found"; then blame "$where depends on $name (see: cargo tree $* -i $name)"; fi
  done
}

# points_to CRATE "CRATES" TREE-ARGUMENTS…: of our crates, it may know these and no other.
points_to() {
  local crate=$1 allowed=" $1 $2 " other
  shift 2
  for other in $(tree -p "$crate" "$@" | grep -xE 'domain|i18n|backend|app|server|frontend'); do
    [[ $allowed == *" $other "* ]] || blame "$crate depends on $other: the arrows of the workspace point the other way"
  done
}

io="sqlx sqlx-core lettre tokio chrono-tz rand getrandom axum hyper icalendar argon2"
browser=(-p frontend --target "$WASM_TARGET")

forbid "domain" "$io backend leptos" -p domain
forbid "i18n" "$io backend leptos" -p i18n --all-features
forbid "the WebAssembly of frontend" "sqlx sqlx-core lettre tokio chrono-tz rand axum hyper icalendar argon2 fluent-bundle backend server" "${browser[@]}"

points_to domain ""
points_to i18n "domain" --all-features
points_to backend "domain i18n" --features testing
points_to app "domain i18n backend" --features ssr
points_to server "domain i18n backend app"
points_to frontend "domain i18n app" --target "$WASM_TARGET"

# The clock and new identifiers are arguments of the rules.
for feature in "uuid:v4 v6 v7 rng rng-rand rng-getrandom" "chrono:clock now iana-time-zone"; do
  features=$(cargo tree -p domain --edges normal --prefix none --format '{lib} {f}' |
    awk -v crate="${feature%%:*}" '$1 == crate { print $2 }' | tr ',' '\n')
  for name in ${feature#*:}; do
    if grep -qx "$name" <<<"$features"; then blame "domain turns on the feature $name of ${feature%%:*}: time and ids are arguments there"; fi
  done
done

exit $wrong
