#!/usr/bin/env bash
# Runs the checks of one mode and ends with what each took: scripts/test.sh full | fast | lint
# Every check runs, whatever failed before it; the exit code is 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

# The tests start dozens of processes: each would compile all its modules anew, which takes six seconds.
unset PYTHONDONTWRITEBYTECODE
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

main() {
  case "${1:-}" in
    full) full ;;
    fast) fast ;;
    lint) lint ;;
    *)
      echo "Usage: scripts/test.sh full | fast | lint" >&2
      exit 2
      ;;
  esac
  summary
}

# Two lanes, for there are two cores at least, which take about as long as each other.
full() {
  setup python-dev node build
  CHROMIUM_PATH="$(scripts/chromium.sh)" && export CHROMIUM_PATH
  beside other_lane
  lint_steps
  step "Python on SQLite" .venv/bin/pytest
  step "Browser: end to end" npm run test:e2e --silent
  join_beside
}

# Another process of pytest, since the dialects do not share one.
other_lane() {
  step "Python on PostgreSQL" .venv/bin/pytest --postgres
  step "TypeScript" npm test --silent
  step "Browser: elements and pages" npm run test:browser --silent
}

fast() {
  setup python-dev node
  step "ruff check" .venv/bin/ruff check .
  step "mypy" .venv/bin/mypy
  beside step "oxlint and tsc" nice npm run check --silent
  # What starts servers or processes, races, or walks at random is left to `make test`; of the wings points and tiers are in.
  step "Python on SQLite, quick ones" .venv/bin/pytest -m "not slow and not redis" \
    --ignore tests/web --ignore tests/schema --ignore tests/cases --ignore tests/promises --ignore tests/faults \
    --ignore tests/jobs --ignore tests/connect --ignore tests/demo --ignore tests/test_cli.py \
    --ignore-glob '*/test_docs.py' --ignore-glob '*/test_races.py' --ignore-glob '*/test_machine.py' \
    --ignore-glob '*/test_killed.py' \
    --ignore tests/programs/test_importing.py --ignore tests/programs/replay --ignore tests/programs/templates \
    $(printf -- '--ignore tests/programs/%s ' campaign coalition game giving paid referral stored_value tasks)
  join_beside
}

lint() {
  setup python-dev node
  lint_steps
}

lint_steps() {
  step "ruff check" .venv/bin/ruff check .
  step "ruff format" .venv/bin/ruff format --check .
  step "mypy" .venv/bin/mypy
  step "import rule" .venv/bin/lint-imports
  step "oxlint and tsc" npm run check --silent
}

# Without an environment no check can say anything.
setup() {
  scripts/setup.sh "$@" || exit 1
}

step() {
  local title="$1" started=$SECONDS result=ok
  shift
  printf '\n══ %s\n' "$title"
  "$@" </dev/null || result=FAILED
  printf '  %-6s  %4d s  %s\n' "$result" $((SECONDS - started)) "$title" >>"$work/results"
}

# Starts steps whose output is kept until join_beside shows it.
beside() {
  "$@" >"$work/beside" 2>&1 &
  beside_pid=$!
}

join_beside() {
  wait "$beside_pid" || printf '  %-6s  %6s  %s\n' FAILED "" "what ran beside" >>"$work/results"
  cat "$work/beside"
}

summary() {
  printf '\n══ Summary\n'
  cat "$work/results"
  printf '  %-6s  %4d s  in all\n' "" "$SECONDS"
  ! grep -q '^  FAILED' "$work/results"
}

main "$@"
