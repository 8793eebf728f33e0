# The one front door: each target calls the real thing. `make up` and `make test` set up what is missing.
CARGO_TARGET_DIR ?= target
CARGO ?= cargo
# Cargo has to build where the programs are run from, also when make's command line names the place.
export CARGO_TARGET_DIR

.DEFAULT_GOAL := help
.PHONY: help up demo test lint bench codegen plugins tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Run everything locally, until Ctrl-C
	@tools/setup.sh up && $(CARGO) build --release -p pfms && $(MAKE) --no-print-directory plugins
	@exec $(CARGO_TARGET_DIR)/release/pfms up

demo: ## Walk the main journey against a running `make up`
	@exec $(CARGO_TARGET_DIR)/release/pfms demo

test: ## Run all tests against private servers
	@tools/setup.sh test && $(MAKE) --no-print-directory plugins && $(CARGO) build -p pfms
	@exec $(CARGO_TARGET_DIR)/debug/pfms with-servers -- $(CARGO) test --workspace

lint: ## Check format, lints, the API's style, licences and spelling
	@tools/setup.sh lint && $(CARGO) fmt --check && $(CARGO) clippy --workspace --all-targets -- -D warnings
	@.tools/npm/node_modules/.bin/buf lint && .tools/cargo/bin/cargo-deny --log-level error check bans licenses sources && .tools/venv/bin/typos

bench: ## Measure, and write docs/performance.md
	@tools/setup.sh up && $(CARGO) build --release -p pfms && $(MAKE) --no-print-directory plugins
	@$(CARGO) bench -p pfms-tests

codegen: ## Regenerate the Rust code and descriptor from proto/
	@tools/setup.sh up && $(CARGO) run -p pfms-proto-codegen

plugins: ## Build the first-party WebAssembly components
	@$(CARGO) run --release -p pfms-plugin-build

tools: ## Install servers and tools that are missing
	@tools/setup.sh up && tools/setup.sh lint
