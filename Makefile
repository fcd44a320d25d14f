# make help lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := shared services/loans services/repayments services/oversight services/reporting deploy/local deploy/branch
INSTALLED := $(VENV)/.installed
PEERS := .venv-peers
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo -E)
SOURCES := $(addsuffix /src,$(MEMBERS))

.DEFAULT_GOAL := help
.PHONY: help install system demo up check check-grafana contracts format test test-spark peers bench \
  bench-services bench-import bench-queries lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(INSTALLED) ## create .venv with everything in it

$(INSTALLED): requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  $(addprefix -e ,$(MEMBERS))
	@$(BIN)/python -m compileall -q $(SOURCES)
	@touch $@

system: ## install what the tests take from Debian: a browser, and Prometheus to check its rules
	@command -v chromium >/dev/null && command -v promtool >/dev/null \
	  || { $(AS_ROOT) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(AS_ROOT) \
	       apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core prometheus; }

demo: install ## play the demo through the real services; EXIT=1 ends by itself
	$(BIN)/policy-credit demo $(if $(EXIT),--exit)

up: install ## start Kafka, PostgreSQL and every service, until Ctrl-C
	$(BIN)/policy-credit up

check: install ## format, lint, types, one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES) tests
	$(BIN)/lint-imports
	$(BIN)/policy-credit contracts --check docs
	$(BIN)/policy-credit indicators --check docs
	$(BIN)/policy-credit dashboards --check

contracts: install ## write what is generated: catalogues, schemas and AsyncAPI into docs/, and dashboards
	$(BIN)/policy-credit contracts docs
	$(BIN)/policy-credit indicators docs
	$(BIN)/policy-credit dashboards

check-grafana: ## hold the dashboards against the types that Grafana publishes; needs npm
	cd deploy/grafana/types && npm ci --silent --no-audit --no-fund && npm run --silent check

format: install ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: install system ## every test, against a real Kafka and a real PostgreSQL
	$(BIN)/pytest --numprocesses 2 --dist loadfile

test-spark: install ## Apache Spark gives the archive's figures too: fetches 400 MB, needs a Java
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	$(BIN)/pytest tests/unit/reporting/test_replay_by_spark.py

$(PEERS)/.installed: tests/performance/peers.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

peers: ## create .venv-peers, with what make bench compares with
	@$(MAKE) --no-print-directory $(PEERS)/.installed || { rm -rf $(PEERS); \
	  echo "Quix Streams and Bytewax cannot be installed here, so they will not be measured." >&2; }

bench: install peers ## measure how figures come from the log; PARTS=catchup,peers,live,audit QUICK=1 GROW=10 WRITE=1
	PYTHONPATH=tests $(BIN)/python -m performance.bench $(if $(QUICK),--quick) $(if $(GROW),--grow $(GROW)) \
	  $(if $(PARTS),--parts $(PARTS)) $(if $(WRITE),--write)

bench-services: install ## measure the writing services; QUICK=1 tries it, WRITE=1 renews docs/benchmarks.md
	PYTHONPATH=tests $(BIN)/python -m performance.services $(if $(QUICK),--quick) $(if $(WRITE),--write)

bench-import: install ## measure the import of existing books; QUICK=1 tries it, WRITE=1 renews docs/benchmarks.md
	PYTHONPATH=tests $(BIN)/python -m performance.importing $(if $(QUICK),--quick) $(if $(WRITE),--write)

bench-queries: install ## measure the reporting API on a country's history; HISTORY=folder, QUICK=1, WRITE=1
	PYTHONPATH=tests $(BIN)/python -m performance.queries $(if $(HISTORY),--history $(HISTORY)) \
	  $(if $(QUICK),--quick) $(if $(WRITE),--write)

lock: install ## renew requirements.lock and tests/performance/peers.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade requirements.in -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade tests/performance/peers.in \
	  -o tests/performance/peers.lock

clean: ## remove the environment and all local data
	rm -rf $(VENV) $(PEERS) .local .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
