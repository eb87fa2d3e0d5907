#!/usr/bin/env bash
# `make bench`: the parts alone (criterion), then the whole program under load beside its
# yardsticks, on SQLite and on a PostgreSQL that really syncs; writes docs/measured.md.
# Not for: a verdict on a busy machine; close what else runs.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

export RDV_TEST_POSTGRES_DURABLE=1
export RDV_MEASURED=$ROOT/docs/measured.md
scripts/with-postgres.sh sh -c "cargo bench --package backend --bench '*' && cargo bench --package server --bench measured"
