# microcred: `make run` to try it, `make test` to prove it.

PYTHON ?= python3
PORT ?= 8000
MICROCRED_DATA ?= data
DEMO = PORT=$(PORT) MICROCRED_DATA=$(MICROCRED_DATA) MICROCRED_DEMO=1 MICROCRED_SECURE_COOKIES=0 \
	MICROCRED_DISTRICT="Lakeshore District School Board"
UV = VIRTUAL_ENV=.venv .uv/bin/uv
VERSION_OF_UV = 0.13.9
PYTEST = .venv/bin/python -m pytest -q
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: run setup setup-test test test-sqlite test-postgres test-browser check format bench translations lock clean

run: .venv/.run $(MICROCRED_DATA)/microcred.sqlite
	@echo "microcred: http://127.0.0.1:$(PORT)   Sign in with one click as any of the people shown there. Stop with Ctrl-C."
	@$(DEMO) exec .venv/bin/gunicorn -c deploy/gunicorn.conf.py app:app

$(MICROCRED_DATA)/microcred.sqlite: $(wildcard migrations/versions/*.py)
	@$(DEMO) .venv/bin/python -m microcred.keys $(MICROCRED_DATA)/keys
	@$(DEMO) .venv/bin/flask --app app demo
	@touch $@

setup: .venv/.run

setup-test: .venv/.test

.uv/bin/uv:
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(VERSION_OF_UV)

.venv/bin/python: .uv/bin/uv
	@$(PYTHON) -m venv --without-pip .venv

.venv/.run: .venv/bin/python pyproject.toml requirements.lock $(wildcard microcred/translations/*/LC_MESSAGES/*.po)
	@$(UV) pip install --quiet -r pyproject.toml -c requirements.lock
	@.venv/bin/pybabel -q compile -d microcred/translations
	@touch $@

.venv/.test: .venv/.run
	@$(UV) pip install --quiet -r pyproject.toml --group test --group check -c requirements.lock
	@touch $@

test: test-sqlite test-postgres test-browser

test-sqlite: .venv/.test
	$(PYTEST) --ignore=tests/browser

test-postgres: .venv/.test
	$(PYTEST) --ignore=tests/browser --database=postgres

test-browser: .venv/.test
ifneq ($(CHROMIUM),)
	$(PYTEST) tests/browser
else ifeq ($(CI),true)
	@echo "No Chromium was found, and under CI the browser tests must run." && exit 1
else
	@echo "The browser tests were NOT run: no Chromium was found. Install one (Debian: apt-get install chromium) and run make test again."
endif

check: .venv/.test
	.venv/bin/ruff format --check --quiet app.py microcred tests migrations deploy benchmarks
	.venv/bin/ruff check --quiet app.py microcred tests migrations deploy benchmarks
	.venv/bin/mypy --no-error-summary app.py microcred tests benchmarks
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/deptry --no-ansi .
	.venv/bin/python -m tests.drift
	.venv/bin/python -m tests.catalogues

format: .venv/.test
	.venv/bin/ruff format --quiet app.py microcred tests migrations deploy benchmarks
	.venv/bin/ruff check --quiet --fix app.py microcred tests migrations deploy benchmarks

bench: .venv/.run
	.venv/bin/python -m benchmarks
	.venv/bin/python -m benchmarks.thanks

translations: .venv/.test
	-.venv/bin/python -m tests.catalogues --update
	.venv/bin/pybabel -q compile -d microcred/translations

lock: .uv/bin/uv
	.uv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade pyproject.toml --group test --group check -o requirements.lock

clean:
	rm -rf .venv .uv messages.pot
