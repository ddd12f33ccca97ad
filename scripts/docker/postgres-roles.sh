#!/usr/bin/env bash
# Run once by the PostgreSQL image on an empty volume: the owner, who migrates, and the role of web and worker, which
# row-level security binds. Neither is a superuser. `guerdon migrate` grants the second what it needs on each table.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname="${POSTGRES_DB:-guerdon}" \
  --set=database="${POSTGRES_DB:-guerdon}" \
  --set=owner_password="$GUERDON_OWNER_PASSWORD" --set=app_password="$GUERDON_APP_PASSWORD" <<'SQL'
CREATE ROLE guerdon_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE guerdon_app LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER DATABASE :"database" OWNER TO guerdon_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO guerdon_app;
SQL
