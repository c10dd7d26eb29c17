# The clinic's commands. The interpreter is always .venv/bin/python; PYTHON=… names another one to make .venv from.
.PHONY: help run test eval ingest lock
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8000
PY := .venv/bin/python
INSTALLED := .venv/.installed
comma := ,

# Thai word lists ship with PyThaiNLP: it need not make a folder in anybody's home, nor look for news
export PYTHAINLP_READ_ONLY := 1
export PYTHAINLP_OFFLINE := 1
# Python may keep what it compiled, in .venv too: starts are twice as fast
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make run    install, ingest knowledge/, serve on port $(PORT) with the chat simulator"
	@echo "make test   install, then every check: format, lint, types, tests"
	@echo "make eval   score the answers, and write docs/evaluation.md and docs/sample-answers.md"
	@echo "make lock   write requirements.lock anew from pyproject.toml"
	@echo "Variables: PORT=$(PORT) HOST=$(HOST) PYTHON=/path/to/python SIMULATOR=0 (make run with real channels, settings from .env)"

# ---- make run ----

# The simulator speaks for LINE and Slack, so made-up credentials do. A real token in the environment is left alone, and the app refuses to
# start with it beside the simulator. With SIMULATOR=0 nothing is set here: the settings come from the environment and .env.
SIMULATOR ?= 1
ifneq ($(SIMULATOR),0)
run: export SIMULATOR := $(SIMULATOR)
run: export LINE_CHANNEL_SECRET ?= simulator
run: export SLACK_SIGNING_SECRET ?= simulator
run: export PUBLIC_URL ?= http://127.0.0.1:$(PORT)
ifndef LINE_CHANNEL_ACCESS_TOKEN
run: export LINE_CHANNEL_ACCESS_TOKEN := simulator
run: export LINE_API_HOST ?= http://127.0.0.1:$(PORT)/simulator
endif
ifndef SLACK_BOT_TOKEN
run: export SLACK_BOT_TOKEN := simulator
run: export SLACK_API_URL ?= http://127.0.0.1:$(PORT)/simulator/slack/api
run: export NO_PROXY := 127.0.0.1$(if $(NO_PROXY),$(comma)$(NO_PROXY))
endif
endif

run: $(INSTALLED)
	@$(PY) ingest.py build --if-changed || { \
	  $(PY) ingest.py releases --json 2>/dev/null | grep -q '"active": [1-9]' || exit 1; \
	  echo; echo "The documents were not taken (reasons above); the release that was active goes on answering."; }
	@echo
ifneq ($(SIMULATOR),0)
	@echo "  chat simulator  http://127.0.0.1:$(PORT)/simulator/   http://127.0.0.1:$(PORT)/simulator/slack"
endif
	@echo "  staff console   http://127.0.0.1:$(PORT)/console/"
	@$(PY) -m app.console.accounts first
	@echo "  webhooks        http://127.0.0.1:$(PORT)/webhooks/line   http://127.0.0.1:$(PORT)/webhooks/slack"
	@echo "  health          http://127.0.0.1:$(PORT)/healthz   http://127.0.0.1:$(PORT)/readyz"
	@echo "  metrics         http://127.0.0.1:$(PORT)/metrics"
	@echo "  Ctrl-C stops; what was asked and not answered yet is kept"
	@echo
	@exec $(PY) -m app.main --host $(HOST) --port $(PORT)

# ---- make test ----

test: $(INSTALLED)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy --strict app ingest.py tests
	$(PY) -m pytest -n auto --dist loadfile

# Sets of questions about other documents have a corpus of their own, beside the clinic's
LAWS := ../shared/data/laws/texts
LAWS_QUESTIONS := ../shared/data/questions/laws-dev.jsonl

eval: $(INSTALLED)
	@$(PY) ingest.py build --if-changed
	@if [ -f $(LAWS_QUESTIONS) ]; then \
	  export DATA_DIR=data/laws KNOWLEDGE_DIR=$(LAWS) DATABASE_URL= CHROMA_URL=; \
	  $(PY) ingest.py build --if-changed && $(PY) -m app.evaluation $(LAWS_QUESTIONS) --keep data/laws/scores.json --json >/dev/null || exit 1; \
	else echo "$(LAWS_QUESTIONS) is not here: only the golden questions are asked"; fi
	@$(PY) -m app.evaluation knowledge/golden.jsonl --report docs/evaluation.md --answers docs/sample-answers.md $(if $(wildcard $(LAWS_QUESTIONS)),--with data/laws/scores.json)

lock: $(INSTALLED)
	$(PY) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

# ---- .venv: exactly what requirements.lock names, each file checked against its hash ----

$(INSTALLED): requirements.lock pyproject.toml
	@$(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11) none; do \
	    $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  done; \
	  if [ $$python = none ]; then \
	    echo "Python 3.11 or newer with its venv module is needed; 'python3' here is: $$(python3 --version 2>&1 | head -n 1)"; \
	    echo "On Debian and Ubuntu:  sudo apt-get install python3 python3-venv"; \
	    echo "Elsewhere:             install it from python.org, or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; \
	    exit 1; \
	  fi; \
	  echo "making .venv with $$($$python --version)"; \
	  $$python -m venv --clear .venv; }
	@echo "installing what requirements.lock names; the first time takes a minute or two"
	@$(PY) -m uv --version >/dev/null 2>&1 || { \
	  awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements.lock >.venv/uv.txt && \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt; }
	@# where only pip knows the way to the packages (a mirror, a proxy), pip does the same, slower
	@$(PY) -m uv pip sync --quiet --python $(PY) --require-hashes requirements.lock || \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@
