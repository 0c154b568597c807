# Everything a newcomer types. It needs Python 3.11 or later, make, and the package registries; nothing else.
SHELL := /bin/sh
BIN := .venv/bin
MADE := .venv/.made
# passed on to the command, for example: make demo ARGS="--report report.json"
ARGS ?=

.PHONY: help env demo up test bench lock clean
.DEFAULT_GOAL := help

help: ## show this page
	@echo 'claims-ledger: a medical-insurance agency (医保经办机构), from enrollment to the sealed day.'
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo 'Begin with: make demo'

env: $(MADE) ## make the environment .venv from requirements.lock

$(MADE): requirements.lock pyproject.toml deploy/environment.sh
	@deploy/environment.sh
	@touch $@

demo: $(MADE) ## run the main job on a synthetic county, with real PostgreSQL and Kafka (two minutes)
	@$(BIN)/claims demo $(ARGS)

up: $(MADE) ## run the whole stack and print its addresses, until Ctrl-C
	@$(BIN)/claims up $(ARGS)

test: $(MADE) ## everything that CI runs: format, lint, types, imports, schemas, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/claims schemas --check
	$(BIN)/pytest --numprocesses 2 --dist loadgroup $(ARGS)

bench: $(MADE) ## measure end to end against the bare pipe; the last line is JSON
	@$(BIN)/python -m tests.bench $(ARGS)

lock: $(MADE) ## choose the newest allowed dependencies and write requirements.lock
	$(or $(wildcard .state/uv/bin/uv),uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--all-extras --group dev --upgrade pyproject.toml -o requirements.lock

clean: ## delete the environment, caches and the state of the embedded stack
	@for lock in .state/*/lock .state/lock; do \
		if [ -f $$lock ] && [ -x $(BIN)/python ]; then $(BIN)/python -m deploy.embedded --discard $${lock%/lock} || exit; fi; \
	done
	rm -rf .venv .state .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
