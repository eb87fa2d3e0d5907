#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL: `with-postgres.sh COMMAND…`.
# The cluster lives in a temporary folder on a free loopback port, is told to the command in
# RDV_TEST_POSTGRES_URL (a superuser on the database `postgres`), and is gone afterwards.
#   RDV_TEST_POSTGRES_DURABLE=1  keep fsync on: for tests that kill the server
# RDV_TEST_POSTGRES_CTL is its pg_ctl, for tests that stop and start it.
#   RDV_TEST_POSTGRES_URL        already set: that server is used, nothing is started
#   RDV_POSTGRES_BIN             the folder of initdb and pg_ctl
# Not for: data that somebody wants to keep.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || die "usage: scripts/with-postgres.sh COMMAND…"
[ -z "${RDV_TEST_POSTGRES_URL:-}" ] || exec "$@"
bin=$(find_postgres) || die "PostgreSQL is missing: scripts/setup.sh test"

folder=$(mktemp -d "${TMPDIR:-/tmp}/rdv-postgres.XXXXXX")
chmod 711 "$folder"

# PostgreSQL refuses to run as root: then somebody without rights runs it.
as_owner() { "$@"; }
if is_root; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  as_owner() {
    if have runuser; then runuser -u "$owner" -- "$@"; else setpriv --reuid "$owner" --clear-groups -- "$@"; fi
  }
  have runuser || have setpriv || die "PostgreSQL does not run as root, and neither runuser nor setpriv is here to start it as $owner"
  # Binaries below root's own home are out of the owner's sight.
  if ! as_owner test -x "$bin/postgres" 2>/dev/null; then
    cp -R "$(dirname "$bin")" "$folder/native"
    chmod -R a+rX "$folder/native"
    bin=$folder/native/bin
  fi
  install -d -o "$owner" -m 700 "$folder/cluster"
else
  install -d -m 700 "$folder/cluster"
fi
cluster=$folder/cluster
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

durability="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
[ -z "${RDV_TEST_POSTGRES_DURABLE:-}" ] || durability=""

# pg_ctl for this cluster, for the command too: `"$RDV_TEST_POSTGRES_CTL" -m immediate stop`.
control() {
  (cd / && as_owner "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/server.log" -w -t 60 -o \
    "-c listen_addresses=127.0.0.1 -p $port -k '$cluster' -c max_connections=300 -c shared_buffers=64MB $durability" \
    "$@")
}

stop() {
  trap - EXIT INT TERM HUP
  control -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
port=
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cd / # a folder that the owner may enter
printf '%s' "$password" | as_owner sh -c "umask 077 && cat >'$cluster/password'"
as_owner "$bin/initdb" --pgdata="$cluster/data" --username=postgres --pwfile="$cluster/password" \
  --auth=password --encoding=UTF8 --no-locale --no-sync >"$folder/initdb.log" 2>&1 ||
  { cat "$folder/initdb.log" >&2 && die "initdb failed"; }

for attempt in 1 2 3; do
  port=$(node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  if control start >/dev/null 2>&1; then break; fi
  [ "$attempt" -lt 3 ] || { tail -20 "$cluster/server.log" >&2 && die "PostgreSQL did not start"; }
done
cd "$OLDPWD"

{
  printf '#!/usr/bin/env bash\n'
  declare -p bin cluster port durability owner 2>/dev/null || true
  declare -f have as_owner control
  printf 'control "$@"\n'
} >"$folder/ctl"
chmod 700 "$folder/ctl"
export RDV_TEST_POSTGRES_CTL=$folder/ctl
export RDV_TEST_POSTGRES_URL="postgres://postgres:$password@127.0.0.1:$port/postgres"
"$@"
