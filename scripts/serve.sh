#!/usr/bin/env bash
# `make serve`: a demo practice in SQLite, then the server in the foreground.
# RDV_DATABASE_URL and every other variable of `rdv --help` count.
# Not for: production; see README.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

binary=$("$ROOT/scripts/build.sh" --path)
export RDV_DATABASE_URL=${RDV_DATABASE_URL:-sqlite:data/demo.db}
mkdir -p data

# Prints the accounts and addresses; on a database that holds the demo it changes nothing.
"$binary" demo
exec "$binary" serve
