#!/usr/bin/env bash
# `make faults`: the tests of what must hold while things break, longer than `make test` runs
# them, on a PostgreSQL that really syncs. A seed can be given to repeat a life that failed:
#   RDV_SIMULATION_SEED=7 scripts/faults.sh
# Not for: every change; `make test` runs the same tests shorter.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

export RDV_TEST_POSTGRES_DURABLE=1 INSTA_UPDATE=no
export RDV_TEST_PYTHON=$CACHE/venv/bin/python
# Steps of one life; there is one on each database.
export RDV_SIMULATION_STEPS=${RDV_SIMULATION_STEPS:-50000}
export RDV_SIMULATION_SEED=${RDV_SIMULATION_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
export RDV_KILL_ROUNDS=${RDV_KILL_ROUNDS:-30}

say "a random life of twice $RDV_SIMULATION_STEPS steps, seed $RDV_SIMULATION_SEED; $RDV_KILL_ROUNDS rounds of kill -9"
tests=(--package backend --test simulation --test booking_race --test jobs --test smtp
  --package server --test kill --test process)
if have cargo-nextest; then
  scripts/with-postgres.sh cargo nextest run --no-fail-fast --status-level fail --final-status-level slow "${tests[@]}" ||
    die "to repeat it: RDV_SIMULATION_SEED=$RDV_SIMULATION_SEED make faults"
else
  scripts/with-postgres.sh cargo test --no-fail-fast "${tests[@]}" ||
    die "to repeat it: RDV_SIMULATION_SEED=$RDV_SIMULATION_SEED make faults"
fi
say "all of it held, in $((SECONDS / 60)) min $((SECONDS % 60)) s"
