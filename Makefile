# Every target is a command of tools/dev.py, which needs Python 3.11 or newer and nothing else.
# ARGS goes to what the target starts: make test ARGS="-k calendars"
PYTHON ?= python3
DEV = @$(PYTHON) tools/dev.py
.DEFAULT_GOAL := help
.PHONY: help setup run demo fmt lint test kernels bench lock vendor pictures

help: ## Show these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with Quarterdeck in it
	$(DEV) setup

run: ## Set up, then start web and worker; EMPTY=1 leaves the demo out
	$(DEV) run $(if $(filter 1,$(EMPTY)),--empty) $(ARGS)

demo: ## Load the demo department
	$(DEV) demo $(ARGS)

fmt: ## Format the code
	$(DEV) fmt

lint: ## Check the code against every rule of the house
	$(DEV) lint

test: ## Run all tests on SQLite and on PostgreSQL, with the browser
	$(DEV) test $(ARGS)

kernels: ## Test the kernels in an environment without Django
	$(DEV) kernels $(ARGS)

bench: ## Print the benchmarks
	$(DEV) bench $(ARGS)

lock: ## Resolve requirements/*.in anew; ARGS=--upgrade takes newer versions
	$(DEV) lock $(ARGS)

vendor: ## Fetch the browser files that vendor.toml names
	$(DEV) vendor $(ARGS)

pictures: ## Take the pictures of the README anew
	$(DEV) pictures
