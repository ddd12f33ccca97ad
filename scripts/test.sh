#!/usr/bin/env bash
# Runs the checks of one mode and ends with what each took: scripts/test.sh full | fast | lint
# Every check runs, whatever failed before it; the exit code is 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

titles=() results=() times=()

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

full() {
  setup python-dev node build
  lint_steps
  # Two processes, since the dialects do not share one; side by side, for there are two cores at least. PostgreSQL takes
  # longer, and the browser's turn comes meanwhile.
  beside "Python on PostgreSQL" .venv/bin/pytest --postgres
  step "Python on SQLite" .venv/bin/pytest
  step "TypeScript" npm test --silent
  if CHROMIUM_PATH="$(scripts/chromium.sh)"; then
    export CHROMIUM_PATH
    step "Browser: elements and pages" npm run test:browser --silent
    step "Browser: end to end" npm run test:e2e --silent
  else
    step "Browser" false
  fi
  join_beside
}

fast() {
  setup python-dev node
  step "ruff check" .venv/bin/ruff check .
  step "mypy" .venv/bin/mypy
  beside "oxlint and tsc" nice npm run check --silent
  # What starts servers or processes, races, or walks at random is left to `make test`; of the wings points and tiers are in.
  step "Python on SQLite, quick ones" .venv/bin/pytest -m "not slow and not redis" \
    --ignore tests/web --ignore tests/schema --ignore tests/cases --ignore tests/promises --ignore tests/faults \
    --ignore tests/jobs --ignore tests/connect --ignore tests/demo --ignore tests/test_cli.py \
    --ignore-glob '*/test_docs.py' --ignore-glob '*/test_races.py' --ignore-glob '*/test_machine.py' \
    --ignore tests/programs/test_importing.py --ignore tests/programs/replay --ignore tests/programs/templates \
    $(printf -- '--ignore tests/programs/%s ' campaign game giving paid referral stored_value tasks)
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
  titles+=("$title") results+=("$result") times+=($((SECONDS - started)))
}

# Starts a check whose output is kept until join_beside shows it.
beside() {
  beside_title="$1" beside_started=$SECONDS beside_output="$(mktemp)"
  shift
  "$@" </dev/null >"$beside_output" 2>&1 &
  beside_pid=$!
}

join_beside() {
  local result=ok
  wait "$beside_pid" || result=FAILED
  printf '\n══ %s\n' "$beside_title"
  cat "$beside_output"
  rm -f "$beside_output"
  titles+=("$beside_title") results+=("$result") times+=($((SECONDS - beside_started)))
}

summary() {
  local i code=0
  printf '\n══ Summary\n'
  for i in "${!titles[@]}"; do
    printf '  %-6s  %4d s  %s\n' "${results[i]}" "${times[i]}" "${titles[i]}"
    [[ "${results[i]}" == ok ]] || code=1
  done
  printf '  %-6s  %4d s  in all\n' "" "$SECONDS"
  exit "$code"
}

main "$@"
