# Everything here works on a machine with only make and Python 3.11 or later; the first run makes its own set-up.

VENV := .venv/bin
CANDIDATES := python3.13 python3.12 python3.11 python3 python
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for python in $(CANDIDATES); do $$python -c "$(RECENT)" 2>/dev/null && echo $$python && break; done)
SET_UP = $(or $(PYTHON),$(error Python 3.11 or later is needed and none of $(CANDIDATES) is: install it, then run make again)) deploy/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test check e2e lock clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: ## run the service with demonstration data: http://localhost:8000 (settings: PORT, MAIL_PORT, DATA_DIR… see .env.example)
	@$(SET_UP) requirements.txt
	@$(VENV)/python -m planner.launcher

test: ## run every test, browser included
	@$(SET_UP) requirements-test.txt --browser
	@$(VENV)/pytest tests

check: ## check style, types, import floors and the rules of the architecture
	@$(SET_UP) requirements-test.txt
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/pytest tests/architecture

e2e: ## run the browser tests alone
	@$(SET_UP) requirements-test.txt --browser
	@$(VENV)/pytest tests/e2e

COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --extra local
lock: ## choose and lock the newest versions of the dependencies (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

clean: ## remove .venv, caches, and the demonstration data and mails under DATA_DIR
	@$(SET_UP) --clean
