#!/usr/bin/env bash
# Writes benchmarks/results.json and benchmarks/RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh python-dev node build
exec .venv/bin/python -m benchmarks "$@"
