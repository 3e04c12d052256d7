# The two commands a newcomer needs are `make certify` and `make test`; each does all the set-up there is.
# `make help` lists the others. Targets are relative paths, since make cannot have one with a space, and a clone may lie
# in a folder that has one; what is written here is understood by make 3.81, which is that of macOS.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Node 24 or newer is used where it is found; else it is brought from the npm registry into .tools/.
NODE_VERSION := 24.21.0
NODE_MAJOR := $(shell node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
ifeq ($(shell test $(NODE_MAJOR) -ge 24 && echo yes),yes)
BROUGHT_NODE :=
else
BROUGHT_NODE := .tools/node/bin/node
endif
NODE_PLATFORM := $(shell uname -s | tr 'A-Z' 'a-z')-$(shell uname -m | sed -e s/x86_64/x64/ -e s/aarch64/arm64/)
# What Node compiled and stripped of types is kept from the first module on: 0.13 s of CPU at each start.
export NODE_COMPILE_CACHE ?= $(or $(TMPDIR),/tmp)/node-compile-cache
export PATH := $(if $(BROUGHT_NODE),$(CURDIR)/.tools/node/bin:)$(CURDIR)/node_modules/.bin:$(PATH)
# As the kit's command line: conformance/cli/milagro-trust.
KIT_HEAP := --min-semi-space-size=16 --max-semi-space-size=32 --initial-heap-size=256
KIT := conformance/cli/milagro-trust
TARGETS := dist/conformance/targets
BUILT := dist/.built
INSTALLED := node_modules/.installed

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

.tools/node/bin/node:
	@echo "Node $(NODE_MAJOR) is older than 24: bringing Node $(NODE_VERSION) into .tools/"
	@mkdir -p .tools/download
	@cd .tools/download && npm pack --silent node-$(NODE_PLATFORM)@$(NODE_VERSION) >/dev/null
	@mkdir -p .tools/node && tar -xzf .tools/download/node-$(NODE_PLATFORM)-$(NODE_VERSION).tgz -C .tools/node --strip-components=1
	@rm -rf .tools/download && test -x $@ && touch $@

$(INSTALLED): package.json package-lock.json | $(BROUGHT_NODE)
	@npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p .tools && ln -sf ../conformance/cli/milagro-trust .tools/milagro-trust
	@touch $@

.PHONY: setup
setup: $(BUILT) ## install Node (if needed) and the packages, and build

# --- what the project is for ---------------------------------------------------------------------

OF_DTA = $(KIT) certify $(ARGS)
OF_RELAY = $(KIT) certify $(TARGETS)/reference-relay.target.yaml --report out/report-relay $(ARGS)
OF_IDP = $(KIT) certify $(TARGETS)/reference-idp.target.yaml --report out/report-idp $(ARGS)
OF_PAT = $(KIT) certify $(TARGETS)/reference-pat.target.yaml --with dta='$(or $(DTA),$(TARGETS)/reference.target.yaml)' --report out/report-pat $(ARGS)
# A client is asked one question at a time and leaves a core idle: it is judged beside the services, and told of after them.
OF_ALL = mkdir -p out; trap 'exit 130' INT; status=0; $(OF_PAT) > out/certify-pat.log 2>&1 & pat=$$!; \
  $(OF_DTA) || status=$$?; $(OF_RELAY) || status=$$?; $(OF_IDP) || status=$$?; \
  wait $$pat || status=$$?; cat out/certify-pat.log; exit $$status

# Options go to the kit, and are for the D-TA alone: make certify ARGS='--chain container'
.PHONY: certify
certify: setup ## certify the reference, each role, against a real bitcoind; reports in out/report*/
	@$(if $(ARGS),$(OF_DTA),$(OF_ALL))

.PHONY: certify-dta
certify-dta: setup ## certify the reference D-TA; report in out/report/
	@$(OF_DTA)

.PHONY: certify-relay
certify-relay: setup ## certify the reference relay; report in out/report-relay/
	@$(OF_RELAY)

.PHONY: certify-idp
certify-idp: setup ## certify the reference IdP, at which a person logs in with Chromium; report in out/report-idp/
	@$(OF_IDP)

# As on two machines, one after the other.
.PHONY: certify-shards
certify-shards: setup ## certify the reference in two shards, and join their reports; report in out/report-shards/
	@for i in 1 2; do $(KIT) certify --shard $$i/2 --seed shards --report out/shard-$$i --quiet || exit; done
	@$(KIT) merge out/shard-1 out/shard-2 --report out/report-shards

.PHONY: certify-image-idp
certify-image-idp: setup ## certify the reference IdP as a container image (make reference-image)
	@$(KIT) certify $(TARGETS)/reference-image-idp.target.yaml --report out/report-image-idp $(ARGS)

.PHONY: certify-image
certify-image: setup ## certify the reference as a container image (make reference-image)
	@$(KIT) certify $(TARGETS)/reference-image.target.yaml --report out/report-image $(ARGS)

.PHONY: certify-pat
certify-pat: setup ## certify the reference's client, and ask it about a real D-TA (DTA=<manifest>)
	@$(OF_PAT)

.PHONY: certify-python
certify-python: setup ## certify the D-TA in Python (Debian's python3-grpcio and python3-cryptography)
	@$(KIT) certify conformance/targets/python-dta.target.yaml --report out/report-python $(ARGS)

.PHONY: certify-python-pat
certify-python-pat: setup ## certify the client in Python (Debian's python3-cryptography)
	@$(KIT) certify conformance/targets/python-pat.target.yaml --report out/report-python-pat $(ARGS)

.PHONY: test
test: setup ## run the tests
	@$(KIT) doctor > /dev/null || { $(KIT) doctor; exit 3; }
	@test -n "$(BROWSER)" || echo "The browser tests of the report are left out: there is no Chromium (apt-get install chromium, or set CHROMIUM)."
	@test -n "$(PYTHON_PARTS)" || echo "The tests of the D-TA and the client in Python are left out: /usr/bin/python3 lacks what apt-get install python3-grpcio python3-cryptography brings."
	@test -n "$(DOCKER)" || echo "The tests of targets in containers are left out: no Docker daemon answers."
	@test -n "$(CONTROL_GROUPS)" || echo "The tests of control groups are left out: this user can make none, and the kit limits targets by the shell."
	@CHROMIUM='$(BROWSER)' mocha --parallel --jobs $(JOBS) --timeout 10s $(if $(BROWSER),,--ignore '**/*.browser.test.ts') $(if $(PYTHON_PARTS),,--ignore '**/python-*.test.ts') \
	  $(if $(DOCKER),,--ignore '**/*.docker.test.ts') $(if $(CONTROL_GROUPS),,--ignore '**/*.root.test.ts') $(TESTS) $(ARGS)

# Tests wait for processes more than they work, and no file shares anything with another. A test that hangs is told from one
# whose neighbour has the core by 10 s, not mocha's 2 s.
JOBS ?= 2
# The longest files come first, so that none is waited for at the end.
TESTS ?= 'docs/**/*.test.ts' 'conformance/**/*.test.ts' 'vectors/**/*.test.ts' 'spec/**/*.test.ts' 'schemas/**/*.test.ts' 'reference/**/*.test.ts'
BROWSER := $(if $(CHROMIUM),$(CHROMIUM),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))
# Where the containers of the chain have to be tried, so have those of targets.
DOCKER = $(if $(findstring container,$(MILAGRO_CHAIN_WAYS)),there,$(shell docker info >/dev/null 2>&1 && echo there))
CONTROL_GROUPS = $(shell PATH='$(PATH)' node --input-type=module -e "import { ControlGroup } from './conformance/kit/control-group.ts'; if (ControlGroup.make('milagro-trust-probe', 1)?.remove()) console.log('there')")
PYTHON_PARTS = $(shell /usr/bin/python3 -c 'import cryptography, google.protobuf, grpc' 2>/dev/null && echo there)

# --- testing the tester --------------------------------------------------------------------------

.PHONY: faults
faults: setup ## certify each broken target and see its fault caught; out/faults.json (ONLY=<id>, SHARD=<i/n>, ARGS=--whole)
	@node conformance/faults/run.ts $(if $(SHARD),--shard $(SHARD)) $(ARGS) $(ONLY)

.PHONY: mutants
mutants: setup ## make one thing wrong with every answer of the reference, and see it noticed; out/mutants.json
	@node conformance/mutants/run.ts

.PHONY: null-targets
null-targets: setup ## certify programs that implement nothing; out/null-targets.json
	@node conformance/targets/null/run.ts $(ONLY)

.PHONY: hostile
hostile: setup ## certify targets that want to hang, fill or outlive the kit; out/hostile.json (ONLY=<id>)
	@node --disable-warning=ExperimentalWarning conformance/targets/hostile/run.ts $(ONLY)

.PHONY: coverage
coverage: setup ## what of the specification is looked at, from real runs; out/coverage.json (REPORTS=<folders> of runs there are)
	@node conformance/kit/coverage-run.ts $(REPORTS)

.PHONY: bench
bench: setup ## measure against named peers; out/bench.json (ONLY=<id prefix>)
	@test -d out/peers/node_modules/bcoin || npm install --prefix out/peers --ignore-scripts --loglevel=error bcoin@1.0.2 > /dev/null || echo 'bcoin cannot be had: what is measured against it is left out'
	@ONLY='$(ONLY)' node --expose-gc reference/bench/main.ts

.PHONY: bench-kit
bench-kit: setup ## how much faster two scenes at a time are than one, and what a check costs; out/bench-kit.json
	@node $(KIT_HEAP) conformance/bench/parallel.ts

.PHONY: fuzz
fuzz: setup ## the reference, the oracle and the client in Python on 250,000 generated inputs and more (SEED=<n>, FUZZ=<times what make test does>)
	@SEED='$(or $(SEED),1)' FUZZ='$(or $(FUZZ),20)' mocha vectors/fuzz/differential.test.ts $(if $(PYTHON_PARTS),vectors/fuzz/python-client.test.ts)

.PHONY: fuzz-long
fuzz-long: setup ## a million inputs a parser, for the night; out/fuzz.json (SEED=<n>, INPUTS=<n>, ONLY=<name>)
	@SEED='$(or $(SEED),1)' INPUTS='$(or $(INPUTS),1000000)' ONLY='$(ONLY)' node vectors/fuzz/long.ts

# --- what is made by tools -----------------------------------------------------------------------

.PHONY: gen
gen: setup ## generate types from proto/ and schemas/, and what explain and reports tell of the faults
	@node proto/tools/generate.ts
	@node schemas/tools/make-types.ts
	@node conformance/faults/tools/list-causes.ts
	@node conformance/faults/tools/list-coverage.ts
	@node conformance/suites/tools/write-openid-modules.ts

.PHONY: vectors
vectors: setup ## make the test vectors anew, and verify them
	@node vectors/tools/record-chain.ts
	@node vectors/tools/generate.ts
	@node conformance/faults/tools/list-coverage.ts
	@$(KIT) vectors verify

.PHONY: spec
spec: setup ## check the prose and its examples; out/spec/index.html and ledger.json
	@node spec/tools/main.ts

.PHONY: spec-diff
spec-diff: setup ## what changed since an earlier revision of the specification (FROM=1.0-draft.1, ARGS=--json)
	@node spec/tools/main.ts --diff $(or $(FROM),1.0-draft.1) $(ARGS)

.PHONY: picture
picture: setup ## make the picture of a report in the README, from out/report/
	@node docs/tools/picture.ts

.PHONY: chain-image
chain-image: ## build the container image of the chain from Debian's package
	@images/chain/build.sh

.PHONY: reference-image
reference-image: setup ## build a container image of the reference, for targets of mode image
	@images/reference/build.sh

.PHONY: build
build: $(BUILT) ## make one program of each command line, in dist/, which is what is run and published

$(BUILT): $(INSTALLED) $(shell find conformance reference schemas -name '*.test.ts' -prune -o \( -name '*.ts' -o -name '*.json' -o -name '*.yaml' -o -name '*.binpb' \) -print)
	@node conformance/tools/build.ts

# --- checks --------------------------------------------------------------------------------------

.PHONY: check
check: check-types check-lint check-format check-borders check-dead check-proto check-fresh ## everything that is checked without running it

.PHONY: check-types check-lint check-format check-borders check-dead check-proto check-fresh
check-types: setup
	@tsc -p .
check-lint: setup
	@oxlint --type-aware --quiet
check-format: setup
	@prettier --check --log-level warn .
check-borders: setup
	@depcruise --output-type err reference conformance vectors spec schemas proto docs | sed '/missing-tsc-transpiler/,$$d' # it reads by swc
check-dead: setup
	@knip
check-proto: setup
	@cd proto && buf lint && buf format -d --exit-code && buf breaking --against breaking-baseline.binpb
check-fresh: setup
	@node proto/tools/generate.ts --check
	@node schemas/tools/make-types.ts --check
	@node conformance/faults/tools/list-causes.ts --check
	@node conformance/faults/tools/list-coverage.ts --check
	@node vectors/tools/generate.ts --check

.PHONY: clean
clean: ## remove what was built and reported
	@rm -rf dist out
