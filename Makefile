# Needs Python 3.11 or newer and make. PYTHON names another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo docs test test-all lint clean

# The demo installs what runs; the tests add their tools to the same environment.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "gradproof needs Python 3.11 or newer; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	touch $@

# The derivation has errors in it, so that its judgement ends with status 1.
demo: $(VENV)/.installed
	$(BIN)/gradproof check
	$(BIN)/gradproof verify --bundled huang2019; test $$? -eq 1

# The derivation has errors in it, as in the demo.
docs: $(VENV)/.installed
	$(BIN)/gradproof check --format markdown > docs/formulas.md
	$(BIN)/gradproof verify --bundled rnn-by-hand --format markdown > docs/report.md; test $$? -eq 1

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A file of tests runs in one process: what it computes once, and what its models cache, is kept.
test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow'

test-all: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
