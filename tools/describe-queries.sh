#!/bin/sh
# Describes every checked query against an empty database with all migrations, into .sqlx.
# Run by `make codegen`, which sets DATABASE_URL to a private server.
set -eu
cd "$(dirname "$0")/.."

scratch="describe_$$"
psql -qX "$DATABASE_URL" -c "CREATE DATABASE $scratch"
trap 'psql -qX "$DATABASE_URL" -c "DROP DATABASE $scratch"' EXIT
url=$(printf '%s' "$DATABASE_URL" | sed -E "s#/[^/?]*(\?.*)?\$#/$scratch#")

for file in services/runtime/migrations/*.sql services/[!r]*/migrations/*.sql; do
    [ -e "$file" ] && psql -qX "$url" -v ON_ERROR_STOP=1 -f "$file"
done

rm -rf .sqlx
mkdir .sqlx
# The macros describe a query when it is compiled, so what holds queries is compiled again.
touch services/*/src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$PWD/.sqlx" DATABASE_URL="$url" cargo check --workspace
touch services/*/src/lib.rs
