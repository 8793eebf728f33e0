# The one front door: each target calls the real thing. `make up` and `make test` set up what is missing.
CARGO_TARGET_DIR ?= target
CARGO ?= cargo
PLUGINS = $(CARGO) run --release -p pfms-plugin-build
# The rules' own workspace, in the folder where their components are built.
GUEST = --manifest-path plugins/guest/Cargo.toml --target-dir $(CARGO_TARGET_DIR)/guest
# Queries are checked against the committed data: `make test` sets DATABASE_URL, to a database without tables.
export SQLX_OFFLINE ?= true

.DEFAULT_GOAL := help
.PHONY: help up demo test authors fuzz schemathesis tax-oracles lint bench codegen plugins tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Run everything locally, until Ctrl-C
	@tools/setup.sh up && $(CARGO) build --release -p pfms && $(PLUGINS)
	@exec $(CARGO_TARGET_DIR)/release/pfms up

demo: ## Walk the main journey against a running `make up`
	@exec $(CARGO_TARGET_DIR)/release/pfms demo

# One build for all: another selection of packages would build the dependencies with other features once more.
test: ## Run all tests against private servers
	@tools/setup.sh test && $(CARGO) test --workspace --no-run && $(PLUGINS)
	@$(CARGO) test $(GUEST) --workspace --locked
	@exec $(CARGO_TARGET_DIR)/debug/pfms with-servers -- $(CARGO) test --workspace

authors: ## Make, build and test projects in TypeScript and Python, with what npm and PyPI bring
	@tools/setup.sh up && exec $(CARGO) test --workspace --test projects -- --ignored --nocapture

lint: ## Check format, lints, the API's style, licences and spelling
	@tools/setup.sh lint && $(CARGO) fmt --check && $(CARGO) fmt --check --all --manifest-path plugins/guest/Cargo.toml
	@$(CARGO) clippy --workspace --all-targets -- -D warnings
	@$(CARGO) clippy $(GUEST) --workspace --all-targets --locked -- -D warnings
	@.tools/npm/node_modules/.bin/buf lint && .tools/cargo/bin/cargo-deny --log-level error check bans licenses sources && .tools/venv/bin/typos

fuzz: ## Feed parsers with what no client should send, FUZZ_SECONDS (20) for each
	@tools/setup.sh fuzz && exec tools/fuzz.sh

schemathesis: ## Draw many requests from the OpenAPI document, and hold the answers against it
	@tools/setup.sh test && $(CARGO) test --workspace --no-run
	@SCHEMATHESIS_CASES=$${SCHEMATHESIS_CASES:-100} exec $(CARGO_TARGET_DIR)/debug/pfms with-servers -- $(CARGO) test --workspace --test mesh schemathesis

tax-oracles: ## Compare countries' taxes with independent engines, household by household
	@tools/setup.sh up && exec tools/tax-oracles/run.sh

bench: ## Measure, and write docs/performance.md; only to look: SECTIONS="writes hops"
	@tools/setup.sh up && tools/tax-oracles/run.sh install us && $(CARGO) build --release -p pfms && $(PLUGINS)
	@$(CARGO) bench -p pfms-tests -- $(SECTIONS)

codegen: ## Regenerate what derives from proto/ and plugins/wit, and describe the SQL queries
	@tools/setup.sh up && $(CARGO) run -p pfms-proto-codegen && $(CARGO) run -p pfms-plugin-author && $(CARGO) build -p pfms
	@exec $(CARGO_TARGET_DIR)/debug/pfms with-servers -- tools/describe-queries.sh

plugins: ## Build the first-party WebAssembly components
	@$(PLUGINS)

tools: ## Install servers and tools that are missing
	@tools/setup.sh up && tools/setup.sh lint
