#!/usr/bin/env bash
# `make fuzz`: everything that reads what comes from outside, given anything at all, for longer
# than `make test` does. What fails is printed in its smallest form: make it a case of a test of its
# own, with what mends it.
#   PROPTEST_CASES=200000 scripts/fuzz.sh
# Of these, tests that send requests make a twentieth.
# Not for: every change; `make test` runs the same tests shorter.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

export INSTA_UPDATE=no
export PROPTEST_CASES=${PROPTEST_CASES:-20000}

say "$PROPTEST_CASES cases of each rule, $((PROPTEST_CASES / 20)) requests of each kind"
# The programs of tests named `bytes`, of `domain` and of `server`.
if have cargo-nextest; then
  scripts/with-postgres.sh cargo nextest run --no-fail-fast --status-level pass --test bytes
else
  scripts/with-postgres.sh cargo test --no-fail-fast --test bytes
fi
say "nothing broke, in $((SECONDS / 60)) min $((SECONDS % 60)) s"
