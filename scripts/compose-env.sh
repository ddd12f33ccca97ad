#!/usr/bin/env bash
# Prints fresh secrets for docker-compose.yml: scripts/compose-env.sh > .env
set -euo pipefail

for name in GUERDON_SECRET_KEY GUERDON_OWNER_PASSWORD GUERDON_APP_PASSWORD POSTGRES_PASSWORD VALKEY_PASSWORD; do
  printf '%s=%s\n' "$name" "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')"
done
