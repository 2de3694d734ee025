# Footnote on one machine: `make run`, and ask. `make` alone lists what else there is.

PYTHON ?= python3

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

bin := .venv/bin
pip := $(bin)/python -m pip --disable-pip-version-check install --no-compile --constraint constraints.txt
# One line that counts, in place of a line for each package; nothing where nobody watches.
count := { if [ -t 1 ]; then awk '/^Collecting/ { printf "\r  %d packages", ++n; fflush() } END { print "" }'; \
  else cat > /dev/null; fi; }

# Every start of a function would compile its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:  # what a target needs is got in the order it names
.PHONY: prerequisites question-set help run install model check test bench bench-coldstart bench-ingest bench-retrieve bench-quality bench-unsupported bench-load bench-attacks bench-fuzz bench-soak bench-convergence bench-mutants test-cluster images screenshot upgrade clean

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What is not given here is as FOOTNOTE_* in the environment say. Tests never use the Elasticsearch that these name.
run: .venv/all .venv/model  ## Index the folder BUCKET, follow its changes, answer at PORT (also STATE, STORE).
	@ELASTICSEARCH_URL="$${FOOTNOTE_ELASTICSEARCH_URL:-$$ELASTICSEARCH_URL}" \
	  tests/elasticsearch/beside $(or $(STORE),$(FOOTNOTE_STORE),sqlite) $(bin)/footnote up \
	  $(if $(BUCKET),--bucket "$(BUCKET)") $(if $(PORT),--port "$(PORT)") \
	  $(if $(STATE),--state "$(STATE)") $(if $(STORE),--store "$(STORE)")

install: .venv/all .venv/model  ## Make the virtual environment .venv, with Footnote and the embedding model.

model: .venv/all  ## Get the embedding model, if it is not there.
	@$(bin)/python -m functions.embed.install

check: .venv/dev  ## Style, types, and who may import whom.
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

test: prerequisites .venv/dev .venv/model  ## Unit, contract and system tests: real processes, both stores, a browser.
	@tests/elasticsearch/beside elasticsearch $(bin)/pytest --numprocesses 3 --dist loadfile

bench: question-set bench-coldstart bench-ingest bench-retrieve bench-quality bench-unsupported bench-load bench-convergence bench-soak  ## All of these about FOLDER, one after the other: an hour and more.
	@$(bin)/python -m bench

bench-coldstart: .venv/dev .venv/model  ## Each function from nothing to its first answer, beside a bare one (ROUNDS).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.coldstart --rounds $(or $(ROUNDS),10)

bench-ingest: .venv/dev .venv/model  ## Documents into the index, beside LangChain and bare onnxruntime (ARGS=).
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.ingest $(ARGS)

bench-retrieve: question-set .venv/dev .venv/model  ## What retrieve adds to its database, with sentences and questions of FOLDER, a question set as BEIR's.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.retrieve "$(FOLDER)" $(if $(SIZES),--sizes $(SIZES))

bench-quality: question-set .venv/dev .venv/model  ## Retrieval and answers on FOLDER, a question set.
	$(bin)/python -m bench.quality "$(FOLDER)"

bench-unsupported: question-set .venv/dev .venv/model  ## Statements without support, planted about FOLDER and a model's own: how many are found out.
	$(bin)/python -m bench.unsupported "$(FOLDER)"

bench-convergence: .venv/dev .venv/model  ## Histories that go wrong, simulated on both stores and with real processes, for SECONDS from SEED on.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.convergence \
	  --seed "$(or $(SEED),0)" --seconds "$(or $(SECONDS),600)"

bench-mutants: .venv/dev  ## Mistakes made in a copy of the code: after how many histories each is found.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.convergence.mutants

bench-fuzz: .venv/dev  ## Damaged files of every format at the parsers, for SECONDS (also SEED): how many, and what was found.
	$(bin)/python -W ignore -m bench.fuzz $(or $(SECONDS),300) $(or $(SEED),1)

bench-load: question-set .venv/dev  ## A thousand users ask about FOLDER, a question set; beside tuned LangChain.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.load "$(FOLDER)" $(LOAD)

bench-soak: .venv/dev .venv/model  ## MINUTES of questions, uploads and deletions at once, and functions killed.
	@tests/elasticsearch/beside elasticsearch $(bin)/python -m bench.soak --minutes "$(or $(MINUTES),20)"

bench-attacks: .venv/dev .venv/model  ## Documents that attack their readers: how many of each kind get through.
	$(bin)/python -m bench.attacks

screenshot: .venv/dev  ## Take the README's picture of the page again, of what runs at PORT.
	$(bin)/python docs/screenshot.py "http://127.0.0.1:$(or $(PORT),8080)"

images:  ## Build the container images with docker, podman or buildah, and say how large they are.
	knative/build-images

test-cluster: .venv/dev  ## Install the charts on the cluster of the current context, and test them there (ARGS=, pytest's).
	tests/cluster/run $(ARGS)

prerequisites:
	@tests/prerequisites

question-set:
	@for file in corpus.jsonl queries.jsonl qrels; do [ -e "$(FOLDER)/$$file" ] || { echo "FOLDER=$(FOLDER) is no question" \
	  "set: it must hold corpus.jsonl, queries.jsonl and qrels; bench/README.md says of what form." >&2; exit 2; }; done

upgrade:  ## Move every dependency to its newest version, and pin it in constraints.txt.
	rm -rf .venv && $(PYTHON) -m venv .venv
	$(bin)/python -m pip --disable-pip-version-check install --editable '.[dev]'
	$(bin)/python -m pip --disable-pip-version-check freeze --exclude-editable > constraints.txt

clean:  ## Remove the virtual environment; what .footnote holds stays.
	rm -rf .venv

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "Footnote needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): install one, and name" \
	  "it as in: make run PYTHON=python3.12" >&2; exit 2; }
	@echo "Making the virtual environment .venv."
	@$(PYTHON) -m venv .venv || { echo "The module venv is missing: install it (on Debian: python3-venv)." >&2; exit 2; }
	@touch $@

.venv/all: .venv/python pyproject.toml constraints.txt
	@echo "Installing Footnote and what it needs into .venv."
	@$(pip) --editable '.[all]' | $(count)
	@touch $@

.venv/dev: .venv/python pyproject.toml constraints.txt
	@echo "Installing Footnote, what it needs and what its tests need into .venv."
	@$(pip) --editable '.[dev]' | $(count)
	@touch $@ .venv/all

.venv/model: .venv/all functions/embed/model.py functions/embed/install.py
	@$(bin)/python -m functions.embed.install
	@touch $@
