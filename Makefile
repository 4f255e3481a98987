# Qunlian: `make run` is all that a fresh machine with Python 3.11 and make needs.
PYTHON ?= python3
# Tests run in an order drawn from SEED: the same for everybody unless one says e.g. `make test SEED=7`.
SEED ?= 20261122
BIN := .venv/bin

.PHONY: help run setup check check-types check-others test bench messages screenshots openapi clean

help:
	@echo "make run [ARGS='--port 8000 --empty']   start everything; Ctrl-C stops it"
	@echo "make setup      install what development needs     make test    all checks and tests"
	@echo "make check      all checks without the tests       make messages  bring translations up to date"
	@echo "make bench NAME=…   run one benchmark [ARGS='…']"

run:
	@$(PYTHON) tools/install.py
	@exec $(BIN)/qunlian up $(ARGS)

setup:
	@$(PYTHON) tools/install.py --development

check: setup
	@$(MAKE) --no-print-directory -j 2 check-types check-others

check-types:
	$(BIN)/mypy

check-others:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tools/migrations.py
	$(BIN)/python tools/messages.py check

test: check
	$(PYTHON) tools/chromium.py $(BIN)/pytest -n 2 --randomly-seed=$(SEED) $(ARGS)

bench:
	@$(PYTHON) tools/install.py --benchmarks
	$(BIN)/python -m benchmarks.$(NAME) $(ARGS)

messages: setup
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/messages.py compile

screenshots: setup
	QUNLIAN_WHOLE_DEMO=1 $(PYTHON) tools/chromium.py $(BIN)/pytest tests/browser/test_demo.py tests/browser/test_sandbox.py tests/browser/test_beside.py \
		tests/browser/test_moving_in.py -q
	@mkdir -p docs/images
	@for name in $$(grep -rhoE 'images/[a-z0-9_-]+\.png' README*.md docs | sort -u); do \
		cp "var/screenshots/$${name#images/}" docs/images/; done

openapi: setup
	$(BIN)/python -m qunlian.api.description

clean:
	rm -rf .venv .tools node_modules src/qunlian/site/static
