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
# How often the program is killed, PostgreSQL stopped, the disk broken, an upgrade killed; how
# many clients vanish, and how many visits two nodes book.
export RDV_KILL_ROUNDS=${RDV_KILL_ROUNDS:-30}
export RDV_OUTAGES=${RDV_OUTAGES:-5}
export RDV_DISK_ROUNDS=${RDV_DISK_ROUNDS:-12}
export RDV_UPGRADE_KILLS=${RDV_UPGRADE_KILLS:-100000}
export RDV_VANISHING=${RDV_VANISHING:-3000}
export RDV_NODES_BOOKINGS=${RDV_NODES_BOOKINGS:-300}

say "a random life of twice $RDV_SIMULATION_STEPS steps, seed $RDV_SIMULATION_SEED; $RDV_KILL_ROUNDS rounds of kill -9"
# Which of them proves what is in docs/faults.md.
tests=(--test simulation --test booking_race --test clock_jumps --test jobs --test smtp --test upgrade
  --test backup --test store_contract --test faults --test process)
if have cargo-nextest; then
  scripts/with-postgres.sh cargo nextest run --no-fail-fast --status-level fail --final-status-level slow "${tests[@]}" ||
    die "to repeat it: RDV_SIMULATION_SEED=$RDV_SIMULATION_SEED make faults"
else
  scripts/with-postgres.sh cargo test --no-fail-fast "${tests[@]}" ||
    die "to repeat it: RDV_SIMULATION_SEED=$RDV_SIMULATION_SEED make faults"
fi
say "all of it held, in $((SECONDS / 60)) min $((SECONDS % 60)) s"
