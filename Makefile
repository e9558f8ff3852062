# What people do with this project. Each target makes ready whatever it needs: the console, a PostgreSQL, a Python
# environment, Node modules. Needed beforehand: Rust (rustup), a C compiler, Node.js 20 with npm, Python 3 with venv.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A run of these targets starts from nothing more often than not: what incremental builds keep would fill the disk.
export CARGO_INCREMENTAL ?= 0

SEEDS ?= 100000
SECONDS_EACH ?= 20
CONSOLE_SOURCES := $(shell find console/src console/public -type f 2>/dev/null) \
	$(wildcard console/*.html console/*.json console/*.ts console/*.mjs)

.PHONY: help demo clean-demo test lint bench bench-matching simulate fuzz deny console prerequisites

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: prerequisites console/dist/index.html ## Start a federation on loopback and play the main job
	cargo build --release --locked -p comity
	target/release/comity demo $(ARGS)

clean-demo: ## Remove what the demo has stored
	rm -rf demo-data

test: prerequisites console/dist/index.html ## Run every test, with a PostgreSQL and an S3 server of their own
	tests/tools/postgres.sh tests/tools/s3.sh tests/tools/test.sh

lint: prerequisites console/dist/index.html ## Check formatting, lints and types
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cd console && npm run --silent typecheck
	for script in .ci/run tests/tools/*.sh; do bash -n "$$script"; done

bench: prerequisites console/dist/index.html ## Measure speed, with the limits and a peer beside us
	cargo build --release --locked -p comity
	cargo run --release --locked -p comity-bench -- $(ARGS)

bench-matching: ## Measure matching, peers in the same run: make bench-matching COMITY_DATA=../data ARGS=names
	COMITY_PEERS=$$(bench/matching/peers/python.sh) cargo run --release --locked -p comity-bench-matching -- $(or $(ARGS),all)

simulate: ## Run the delivery protocol under faults: make simulate SEEDS=100000
	cargo run --release --locked -p comity-simulation -- --seeds $(SEEDS) $(ARGS)

fuzz: ## Feed each parser with random bytes: make fuzz SECONDS_EACH=20 ARGS='dsse note'
	tests/tools/fuzz.sh $(SECONDS_EACH) $(ARGS)

deny: ## Check licences, sources, bans and advisories of all dependencies
	tests/tools/deny.sh

console: console/dist/index.html ## Build the web console

console/dist/index.html: $(CONSOLE_SOURCES)
	tests/tools/npm-ci.sh console
	cd console && npm run --silent build
	touch $@

prerequisites:
	@tests/tools/prerequisites.sh
