# Two commands do all the set-up: `make demo` and `make test`. Needed beforehand: GNU make and Python 3.11 to 3.13.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
WHEELS := ; sys_platform == "linux" and platform_machine == "x86_64"
OK_PYTHON := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

# The first Python that fits; `make PYTHON=/path/to/python3 …` chooses another.
PYTHON ?= $(firstword $(foreach python,python3.11 python3.12 python3.13 python3,\
	$(shell $(python) -c "$(OK_PYTHON)" 2>/dev/null && echo $(python))))

.PHONY: help demo serve test test-slow check lint bench bench-pages bench-deliveries lock clean chromium screenshots strings receivers lms-mock lms-openedx

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(STAMP) ## Show the whole service at work, then stop it
	@$(BIN)/grader demo

serve: $(STAMP) ## Run the service with a demo course until Ctrl-C
	@$(BIN)/grader up --demo-course

test: lint chromium ## Pass the tests (a few minutes)
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/grader check-exercise

test-slow: $(STAMP) ## Pass the tests that take minutes each, and prove the exercises on 20 secret seeds
	$(BIN)/pytest -m slow
	$(BIN)/grader check-exercise --seeds 20

check: $(STAMP) ## Prove that the exercises tell right from wrong
	@$(BIN)/grader check-exercise

lint: $(STAMP) ## Check style, types and which part knows which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

chromium: ## Install Debian's Chromium, with which pages are tested, if it is missing and we may
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
		|| echo "Chromium is missing and was not installed: the pages are not tested in it. apt-get install chromium" >&2

receivers: $(STAMP) ## Install a receiver of webhooks for Node into build/, and have it verify what is sent
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install npm" >&2; exit 1; }
	npm install --prefix build/receivers --no-audit --no-fund --no-save --ignore-scripts --loglevel=error standardwebhooks@1.1.1
	$(BIN)/pytest -rs tests/lms/test_receivers.py

lms-mock: $(STAMP) chromium ## Install an LMS of others, lti-provider-mock, into build/, and open links from it in Chromium
	$(PYTHON) -m venv build/lms-mock
	build/lms-mock/bin/pip install --disable-pip-version-check --quiet --requirement tests/lms/browser/mock.lock
	$(BIN)/pytest -rs tests/lms/browser/test_mock.py

screenshots: $(STAMP) chromium ## Write a picture of each page, at two widths and in two themes, to build/screenshots
	$(BIN)/python -m tests.e2e.screenshots build/screenshots

strings: $(STAMP) ## Gather what people read on pages in grader/web/translations/messages.pot
	$(BIN)/pybabel -q extract -F pyproject.toml --omit-header --no-location --sort-output -o grader/web/translations/messages.pot grader/web

lms-openedx: $(STAMP) ## Install Open edX's own LTI platform (AGPL, for this test alone) into build/, and send it scores
	$(PYTHON) -m venv build/openedx-env
	build/openedx-env/bin/pip install --disable-pip-version-check --quiet --requirement tests/lms/openedx/openedx.lock
	$(BIN)/pytest -rs tests/lms/openedx

bench: $(STAMP) ## Measure, each figure beside its twin
	@$(BIN)/python benchmarks/bench.py

bench-pages: $(STAMP) chromium ## Measure pages with 50 students at once, and the bytes of a first load
	@$(BIN)/python -m benchmarks.pages

bench-deliveries: $(STAMP) ## Measure what receivers of webhooks that are dead cost the others
	@$(BIN)/python -m benchmarks.deliveries

lock: $(STAMP) ## Write requirements.lock anew, from what is installed
	@sed -n '/^#/p' requirements.lock > requirements.lock.new
	@$(BIN)/pip freeze --all --exclude-editable --exclude pip | sed -e 's/+.*//' -e '/^atheris==/s/$$/ $(WHEELS)/' >> requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean: ## Remove what was built; var/ with its database stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# One go, so that pip resolves nothing by itself: the lock holds every version.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "grader needs Python 3.11, 3.12 or 3.13 with venv; none was found." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --quiet --requirement requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@
