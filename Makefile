# `make run` starts Footnote on this machine. `make` lists all targets.

PYTHON ?= python3

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

bin := .venv/bin
pip := $(bin)/python -m pip --disable-pip-version-check install --no-compile --constraint constraints.txt
# Replaces pip's line per package by one running count; prints nothing if the output is not a terminal.
count := { if [ -t 1 ]; then awk '/^Collecting/ { printf "\r  %d packages", ++n; fflush() } END { print "" }'; \
  else cat > /dev/null; fi; }

# If it were set, every start of a function would compile its modules again.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:  # prerequisites depend on the order in which a target lists them
.PHONY: prerequisites question-set help run install model check test bench bench-coldstart bench-ingest bench-retrieve bench-quality bench-unsupported bench-load bench-attacks bench-fuzz bench-soak bench-convergence bench-mutants test-cluster images screenshot upgrade clean

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Everything not given here comes from FOOTNOTE_* in the environment. Tests never use the Elasticsearch named there.
run: .venv/all .venv/model  ## Index the folder BUCKET, follow its changes and answer at PORT (also STATE, STORE).
	@ELASTICSEARCH_URL="$${FOOTNOTE_ELASTICSEARCH_URL:-$$ELASTICSEARCH_URL}" \
	  tests/elasticsearch/beside $(or $(STORE),$(FOOTNOTE_STORE),sqlite) $(bin)/footnote up \
	  $(if $(BUCKET),--bucket "$(BUCKET)") $(if $(PORT),--port "$(PORT)") \
	  $(if $(STATE),--state "$(STATE)") $(if $(STORE),--store "$(STORE)")

install: .venv/all .venv/model  ## Create the virtual environment .venv with Footnote and the embedding model.

model: .venv/all  ## Download the embedding model, if it is missing.
	@$(bin)/python -m functions.embed.install

check: .venv/dev  ## Check style, types and import rules.
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

# The second, optimizing compiler would take a third of the CPU time of a node that lives for minutes.
test: prerequisites .venv/dev .venv/model  ## Run unit, contract and system tests: real processes, both stores, a browser.
	@ES_JAVA_OPTS=-XX:TieredStopAtLevel=1 tests/elasticsearch/beside elasticsearch $(bin)/pytest --numprocesses 3 --dist loadfile

bench: question-set bench-coldstart bench-ingest bench-retrieve bench-quality bench-unsupported bench-load bench-convergence bench-soak  ## Run those below except mutants, fuzz and attacks, with FOLDER: more than an hour.
	@$(bin)/python -m bench

bench-coldstart: .venv/dev .venv/model  ## Measure each function's start to its first answer, beside a bare function's (ROUNDS).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.coldstart --rounds $(or $(ROUNDS),10)

bench-ingest: .venv/dev .venv/model  ## Measure indexing, beside LangChain and bare onnxruntime (ARGS=).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.ingest $(ARGS)

bench-retrieve: question-set .venv/dev .venv/model  ## Measure what retrieve adds to its database's time, with the BEIR question set FOLDER (SIZES).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.retrieve "$(FOLDER)" $(if $(SIZES),--sizes $(SIZES))

bench-quality: question-set .venv/dev .venv/model  ## Measure retrieval and answers on the question set FOLDER.
	$(bin)/python -m bench.quality "$(FOLDER)"

bench-unsupported: question-set .venv/dev .venv/model  ## Count how many unsupported statements about FOLDER are caught, planted and a model's own.
	$(bin)/python -m bench.unsupported "$(FOLDER)"

bench-convergence: .venv/dev .venv/model  ## Check that index and bucket agree after random failures, on both stores and with real processes (SECONDS, SEED).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.convergence \
	  --seed "$(or $(SEED),0)" --seconds "$(or $(SECONDS),600)"

bench-mutants: .venv/dev  ## Plant bugs in a copy of the code, and count the histories until bench-convergence finds each.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.convergence.mutants

bench-fuzz: .venv/dev  ## Send damaged files of every format to the parsers (SECONDS, SEED).
	$(bin)/python -W ignore -m bench.fuzz $(or $(SECONDS),300) $(or $(SEED),1)

bench-load: question-set .venv/dev  ## Measure a thousand users at once on the question set FOLDER, beside tuned LangChain (LOAD=).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.load "$(FOLDER)" $(LOAD)

bench-soak: .venv/dev .venv/model  ## Run questions, uploads, deletions and killed functions together for MINUTES.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.soak --minutes "$(or $(MINUTES),20)"

bench-attacks: .venv/dev .venv/model  ## Count the attacks by documents that get through.
	$(bin)/python -m bench.attacks

screenshot: .venv/dev  ## Retake the README's picture of the page, from the Footnote at PORT.
	$(bin)/python docs/screenshot.py "http://127.0.0.1:$(or $(PORT),8080)"

images:  ## Build the container images with docker, podman or buildah, and print their sizes.
	knative/build-images

test-cluster: .venv/dev  ## Install the charts on the cluster of the current context and test them (ARGS= for pytest).
	tests/cluster/run $(ARGS)

prerequisites:
	@tests/prerequisites

question-set:
	@for file in corpus.jsonl queries.jsonl qrels; do [ -e "$(FOLDER)/$$file" ] || { echo "FOLDER=$(FOLDER) is not a question" \
	  "set: it must hold corpus.jsonl, queries.jsonl and qrels; bench/README.md describes their format." >&2; exit 2; }; done

upgrade:  ## Upgrade every dependency, and pin the versions in constraints.txt.
	rm -rf .venv && $(PYTHON) -m venv .venv
	$(bin)/python -m pip --disable-pip-version-check install --editable '.[dev]'
	$(bin)/python -m pip --disable-pip-version-check freeze --exclude-editable > constraints.txt

clean:  ## Remove the virtual environment; .footnote stays.
	rm -rf .venv

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "Footnote needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): install a newer one, and" \
	  "name it: make run PYTHON=python3.12" >&2; exit 2; }
	@echo "Making the virtual environment .venv."
	@$(PYTHON) -m venv .venv || { echo "The module venv is missing: install it (on Debian: python3-venv)." >&2; exit 2; }
	@touch $@

.venv/all: .venv/python pyproject.toml constraints.txt
	@echo "Installing Footnote and its dependencies into .venv."
	@$(pip) --editable '.[all]' | $(count)
	@touch $@

.venv/dev: .venv/python pyproject.toml constraints.txt
	@echo "Installing Footnote, its dependencies and those of its tests into .venv."
	@$(pip) --editable '.[dev]' | $(count)
	@touch $@ .venv/all

.venv/model: .venv/all functions/embed/model.py functions/embed/install.py
	@$(bin)/python -m functions.embed.install
	@touch $@
