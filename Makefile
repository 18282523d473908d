# Aftercare Triage. `make help` lists what there is. Needs Python 3.11+, make and a C library; installs the rest into .venv.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: setup demo check test fast browser golden storm bench bench-rules bench-courses bench-replay bench-due bench-latency bench-outage bench-first-view bench-desk bench-outcomes screenshots lock help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## install the locked dependencies into .venv

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -c 'import sys; sys.exit("Python 3.11 or later is needed") if sys.version_info < (3, 11) else None'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup ## run a demo clinic in ./demo and print what to try (PORT=8000)
	@$(BIN)/triage demo --dir demo --port $(or $(PORT),8000)

check: setup ## lint, types, floors of the house, the shipped protocol
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > /dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }
	@$(BIN)/triage protocol check seeds/protocols/smp > /dev/null

test: check browser ## check, and every test, on SQLite and on PostgreSQL
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

fast: setup ## the rules and the spec alone
	@$(BIN)/python -m pytest tests/rules tests/spec tests/outcomes

browser: setup
	@sh .ci/chromium.sh

golden: setup ## write the golden boundary cases anew; read the difference before you commit it
	@$(BIN)/triage protocol boundaries seeds/protocols/smp > tests/golden/smp.jsonl

storm: setup ## kill everything at random under load, and count what is lost (MINUTES=10)
	@$(BIN)/python -m bench.storm --minutes $(or $(MINUTES),10)

bench: setup ## measure a check-in over HTTP against its floor
	@$(BIN)/python -m bench.check_in

bench-rules: setup ## measure one judgement and a million against a floor and other engines (in .venv-bench)
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/rules/requirements.txt
	@.venv-bench/bin/python -m bench.rules

bench-courses: setup ## judge generated healing and danger courses by the shipped protocol
	@$(BIN)/python -m bench.courses

bench-replay: setup ## replay a million stored check-ins
	@$(BIN)/python -m bench.replay

bench-due: setup ## measure finding what is due among a million, on both engines
	@$(BIN)/python -m bench.due

bench-latency: setup ## measure from a report to its first mail (MINUTES=5)
	@$(BIN)/python -m bench.latency --minutes $(or $(MINUTES),5)

bench-outage: setup ## stop a mail server for ten minutes and count what comes afterwards
	@$(BIN)/python -m bench.outage

bench-first-view: setup browser ## measure when a patient's page is of use, on a slow network
	@$(BIN)/python -m bench.first_view

bench-desk: setup ## the desk's pages with 100,000 patients and 5,000 open alerts, on both engines
	@$(BIN)/python -m bench.desk

bench-outcomes: setup ## read two million check-ins as columns, and compute every figure of the audit
	@$(BIN)/python -m bench.outcomes

screenshots: setup browser ## take a picture of every screen, of patients and of staff, into ./screenshots
	@$(BIN)/python -m tests.web.screens screenshots
	@$(BIN)/python -m tests.web.staff_screens screenshots/staff

lock: ## resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --extra dev pyproject.toml --output-file requirements.lock
