# The two commands a newcomer needs are `make certify` and `make test`; each does all the set-up there is.
# `make help` lists the others.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Node 24 or newer is used where it is found; else it is brought from the npm registry into .tools/.
NODE_VERSION := 24.21.0
FOUND_NODE := $(shell command -v node 2>/dev/null)
NODE_MAJOR := $(shell node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
ifeq ($(shell test $(NODE_MAJOR) -ge 24 && echo yes),yes)
NODE := $(FOUND_NODE)
else
NODE := $(CURDIR)/.tools/node/bin/node
endif
NODE_PLATFORM := $(shell uname -s | tr 'A-Z' 'a-z')-$(shell uname -m | sed -e s/x86_64/x64/ -e s/aarch64/arm64/)
export PATH := $(dir $(NODE)):$(CURDIR)/node_modules/.bin:$(PATH)
KIT := $(NODE) conformance/cli/main.ts
INSTALLED := node_modules/.installed

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

$(CURDIR)/.tools/node/bin/node:
	@echo "Node $(NODE_MAJOR) is older than 24: bringing Node $(NODE_VERSION) into .tools/"
	@mkdir -p .tools/download
	@cd .tools/download && npm pack --silent node-$(NODE_PLATFORM)@$(NODE_VERSION) >/dev/null
	@mkdir -p .tools/node && tar -xzf .tools/download/node-$(NODE_PLATFORM)-$(NODE_VERSION).tgz -C .tools/node --strip-components=1
	@rm -rf .tools/download && test -x $@ && touch $@

$(INSTALLED): package.json package-lock.json | $(NODE)
	@npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p .tools && printf '#!/bin/sh\nexec "%s" "%s/conformance/cli/main.ts" "$$@"\n' '$(NODE)' '$(CURDIR)' > .tools/milagro-trust && chmod +x .tools/milagro-trust
	@touch $@

.PHONY: setup
setup: $(INSTALLED) ## install Node (if needed) and the packages
