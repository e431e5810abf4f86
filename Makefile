# Everything that Peerline needs sets itself up: `make run` and `make test` work on a fresh clone.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PAGE := server/peerline_server/web/index.html
PAGE_SOURCES := $(shell find web ui client-js -name node_modules -prune -o -name test -prune -o \
	\( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.mjs' -o -name '*.svg' \) -print)
# The output of targets that run at once, one after another, where make can do that.
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync)
export PYTHONUTF8 := 1

.PHONY: help run test test-quick test-extension test-python test-static fuzz fuzz-documents fuzz-updates fuzz-editors chaos crowd plans plans-nodes check \
	check-npm check-python check-types docs pictures format generate vsix setup setup-dev \
	setup-at-once setup-emacs setup-firefox setup-reach setup-servers setup-vscode web web-if-node bench bench-quick bench-anchors bench-editor bench-hostile bench-documents bench-vscode bench-cluster clean

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup web-if-node ## Serve a sample session with a guide in it
	@$(BIN)/peerline demo --data-dir .peerline

test: setup-at-once setup-vscode setup-emacs setup-firefox setup-reach setup-servers web vsix ## Run every check and test, real editors included
	@$(MAKE) --no-print-directory --jobs 3 test-python test-static

test-python:
	$(BIN)/python -m pytest -n 2 --maxfail 10 --durations 10

# Real editors leave a tenth of two processors idle: what has no deadlines takes that.
test-static:
	@nice $(MAKE) --no-print-directory $(TOGETHER) test-extension check-types check-npm check-python

test-quick: setup-dev setup-servers ## Run the unit and contract tests but the long ones, two minutes
	$(BIN)/python -m pytest -n 3 -m "not long" --durations 10 tests/unit tests/contract

test-extension: setup-vscode ## Run the unit tests of the VS Code extension, the panel and the client
	npm test --silent --workspace client-js --workspace ui --workspace vscode-extension --workspace web

fuzz: setup-dev ## Throw 100,000 cases at the decoder, some minutes
	PEERLINE_FUZZ_CASES=100000 $(BIN)/python -m pytest tests/property/test_decoder_fuzz.py --timeout=0 -q

fuzz-updates: setup-dev ## Throw 100,000 mutated updates at a shared document, some minutes
	PEERLINE_FUZZ_UPDATES=100000 $(BIN)/python -m pytest tests/property/test_document_updates_fuzz.py --timeout=0 -q
fuzz-editors: setup-dev ## Have two real Neovims do random work in one file (SEED=N for the same again)
	PEERLINE_EDITOR_SEED=$${SEED:-$$(date +%s)} $(BIN)/python -m pytest tests/e2e/editors_fuzz.py --timeout=300 -q

chaos: setup-dev ## Kill a server under load a hundred times, some minutes
	PEERLINE_CHAOS_ROUNDS=100 PEERLINE_CHAOS_SEED=$${SEED:-$$(date +%s)} $(BIN)/python -m pytest tests/reliability/test_killed.py --timeout=0 -q

crowd: setup-dev setup-servers ## Kill an owner of 200 sessions and 1,000 clients, and restart three servers with 200 in turn, some minutes
	PEERLINE_CROWD_SESSIONS=200 PEERLINE_CROWD_CLIENTS=5 $(BIN)/python -m pytest tests/cluster/test_crowd.py --timeout=0 -q
	PEERLINE_ROLLING_SESSIONS=200 PEERLINE_ROLLING_WRITERS=1 PEERLINE_ROLLING_DRAIN_SECONDS=5 $(BIN)/python -m pytest tests/cluster/test_rolling.py --timeout=0 -q

plans: setup-dev ## Run 500 random plans of many clients, a quarter of an hour
	$(BIN)/python -m tests.plans --seed $${SEED:-$$(date +%s)} --count 500 --shrink

plans-nodes: setup-dev setup-servers ## Run 100 random plans on several servers, with faults of all of them, half an hour (COUNT=N for N of each kind)
	$(BIN)/python -m tests.plans --nodes --seed $${SEED:-$$(date +%s)} --count $${COUNT:-60} --steps 80
	$(BIN)/python -m tests.plans --nodes --documents --seed $${SEED:-$$(date +%s)} --count $${COUNT:-40} --steps 80

fuzz-documents: setup-dev ## Run 500 random plans of people in one shared document, and 100 in two Neovims, half an hour (COUNT=N for N of each)
	$(BIN)/python -m tests.plans --editors --seed $${SEED:-$$(date +%s)} --count $${COUNT:-100} --steps 60 --shrink
	$(BIN)/python -m tests.plans --documents --seed $${SEED:-$$(date +%s)} --count $${COUNT:-500} --shrink

check: check-types check-python check-npm ## Run every static check

check-types: setup-dev
	npx --no-install pyright

check-python: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	scripts/check-words
	$(BIN)/lint-imports
	$(BIN)/python -m peerline.protocol.generate --check
	$(BIN)/python -m tests.cases.generate --check
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

check-npm: setup-dev web
	npx --no-install biome check .
	npx --no-install tsc --project client-js
	npx --no-install tsc --project vscode-extension
	npx --no-install tsc --project ui
	npx --no-install tsc --project vscode-extension/panel
	npx --no-install tsc --project web
	node web/check-sizes.mjs

format: setup-dev ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npx --no-install biome check --write .

generate: setup-dev ## Write the JSON Schema and the TypeScript from the models, and the client's cases
	$(BIN)/python -m peerline.protocol.generate
	$(BIN)/python -m tests.cases.generate

docs: setup-dev ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

pictures: setup-dev setup-vscode vsix web ## Take the pictures of the README and the docs; needs tmux
	$(BIN)/python -m scripts.capture_vscode
	$(BIN)/python -m scripts.capture_vscode docs/_build/vscode
	$(BIN)/python -m scripts.capture_together
	$(BIN)/python -m scripts.capture_page
	scripts/capture
	scripts/capture-watch
	$(BIN)/python -m scripts.capture_watch_agents
	$(BIN)/python -m scripts.capture_neovim docs/_build/neovim

web: $(PAGE) ## Build the page for browsers into the server's package

web-if-node:
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory web; else \
		echo "The page for browsers needs Node.js 20 or newer: it is left out."; fi

vsix: setup-dev web ## Build vscode-extension/peerline.vsix
	@scripts/build-vsix $(VENV)

bench: setup-dev benchmarks/node/node_modules/.done ## Measure Peerline beside other servers, ten minutes
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.editor
	$(BIN)/python -m benchmarks.keystrokes
	$(BIN)/python -m benchmarks.plot

bench-quick: setup-dev ## The same beside a bare websockets broadcast only, a minute
	$(BIN)/python -m benchmarks --quick --rounds 2

bench-anchors: setup-dev ## Replay edits with known truth, and count where comments end up
	$(BIN)/python -m benchmarks.anchors

bench-editor: setup-dev ## From editor to editor, and what typing in big files costs the bridge
	$(BIN)/python -m benchmarks.editor
	$(BIN)/python -m benchmarks.key_to_text
	$(BIN)/python -m benchmarks.keystrokes

bench-hostile: setup-dev ## Flood a server, and time an honest chat beside, some minutes
	$(BIN)/python -m benchmarks.hostile

bench-documents: setup-dev .cache/bench-documents/.done ## Measure shared documents beside other servers
	$(BIN)/python -m benchmarks.documents

bench-cluster: setup-dev setup-servers ## What an event, a relayed socket and a letter cost on Postgres, two minutes
	$(BIN)/python -m benchmarks.cluster

bench-vscode: setup-vscode vsix ## From a key in one VS Code to the cursor in another
	$(BIN)/python -m benchmarks.vscode

setup: $(VENV)/.run ## Install what `make run` needs

setup-dev: $(VENV)/.dev node_modules/.done ## Install what the checks and tests need

setup-at-once:
	@$(MAKE) --silent --jobs 2 setup-dev

setup-emacs: ## Install Emacs with eglot for the tests
	@scripts/setup-emacs

setup-firefox: ## Install the Firefox that the tests drive
	@scripts/setup-firefox

setup-reach: ## Install the SSH server and the Caddy that the tests start
	@scripts/setup-reach

setup-servers: ## Install the Postgres and nginx that the tests start
	@scripts/setup-servers

setup-vscode: .cache/vscode/.done ## Install the VS Code and the Chromium that the tests drive

$(VENV)/.run: pyproject.toml scripts/setup-python
	@scripts/setup-python $(VENV) '.[neovim,watch]'
	@touch $@

$(VENV)/.dev: pyproject.toml scripts/setup-python scripts/setup-compiler
	@scripts/setup-python $(VENV) '.[dev]'
	@scripts/setup-compiler
	@touch $@ $(VENV)/.run

$(PAGE): node_modules/.done $(PAGE_SOURCES)
	@echo "Building the page for browsers..."
	@node web/build.mjs

node_modules/.done: package.json .npmrc client-js/package.json ui/package.json vscode-extension/package.json web/package.json tests/e2e/yjs/package.json tests/e2e/web/package.json tests/agents/package.json
	@echo "Installing the npm tools..."
	@npm install --loglevel=error
	@touch $@

.cache/vscode/.done: scripts/setup-vscode tests/e2e/vscode/package.json node_modules/.done
	@scripts/setup-vscode .cache/vscode
	@touch $@

benchmarks/node/node_modules/.done: benchmarks/node/package.json
	@cd benchmarks/node && npm install --loglevel=error
	@touch $@

.cache/bench-documents/.done: $(wildcard benchmarks/documents/others/*/*)
	@mkdir -p .cache && rm -rf .cache/bench-documents && cp -r benchmarks/documents/others .cache/bench-documents
	@cd .cache/bench-documents/hocuspocus && npm install --loglevel=error --no-audit --no-fund
	@cd .cache/bench-documents/y-websocket && npm install --loglevel=error --no-audit --no-fund
	@cd .cache/bench-documents/pycrdt-websocket && python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt
	@touch $@

clean: ## Remove what was set up; sessions stay
	rm -rf $(VENV) .cache node_modules benchmarks/node/node_modules vscode-extension/dist .pytest_cache .ruff_cache .hypothesis
