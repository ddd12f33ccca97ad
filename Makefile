# Every target is one script of scripts/, so that it can be read, and run without make.
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Install, build, migrate, load the demo, serve (GUERDON_PORT, GUERDON_DATA_DIR, …: docs/settings.md)
	@scripts/run.sh

.PHONY: test
test: ## Everything: lint, types, SQLite, PostgreSQL, Valkey, TypeScript, a real browser
	@scripts/test.sh full

.PHONY: test-fast
test-fast: ## The inner loop, under a minute: lint, types, quick tests on SQLite
	@scripts/test.sh fast

.PHONY: lint
lint: ## Style, types and the import rule, Python and TypeScript
	@scripts/test.sh lint

.PHONY: format
format: ## Put Python into its one format and sort its imports
	@scripts/setup.sh python-dev
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

.PHONY: build
build: ## Build the console and the widgets
	@scripts/setup.sh node build

.PHONY: bench
bench: ## Measure the figures of benchmarks/RESULTS.md beside their limits
	@scripts/bench.sh

.PHONY: clean
clean: ## Remove what was installed and built; the data in var/ stays
	@rm -rf .venv .tools node_modules console/dist widgets/dist platform/*.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find platform tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
