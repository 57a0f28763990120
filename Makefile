# Two commands for a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAPPORT := $(BIN)/python -m rapport
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test report check bench lock smoke clean

demo: $(VENV)/ready
	@$(RAPPORT) demo

report: $(VENV)/ready
	@$(RAPPORT) sync || test -f "$${RAPPORT_BUCKET:-rapport-data}/$${RAPPORT_PROJECT:-default}/engagement.sqlite"
	@$(RAPPORT) report
	@$(RAPPORT) serve

test: $(VENV)/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term

bench: $(VENV)/ready-test
	$(BIN)/python -m benchmarks

# What only a real project can show, after `rapport deploy`: make smoke PROJECT=... REGION=... [BUCKET=...] [NAME=...]
smoke:
	@bash deployment/smoke.sh "$(PROJECT)" "$(REGION)" "$(BUCKET)" "$(NAME)"

# Pins every package with its hashes, for every Python and platform, and names no host.
lock: $(VENV)/ready
	$(INSTALL) uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-header --no-annotate -q -o requirements-test.lock

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer: make PYTHON=python3.12 demo")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Rapport needs into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/ready-test: requirements-test.lock $(VENV)/ready
	@$(INSTALL) --require-hashes -r requirements-test.lock
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info rapport-demo
