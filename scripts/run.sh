#!/usr/bin/env bash
# From a fresh clone to a server with its demo. GUERDON_* settings are read by `guerdon run` itself.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh python node build
exec .venv/bin/guerdon run
