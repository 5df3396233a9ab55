# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt
EXAMPLE := examples/harbour-fire

.PHONY: demo test lint types gate rates licences test-install mutants docs fuzz clean

# The stamp says that .venv holds what pyproject.toml and constraints.txt ask for.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade "pip>=24"
	$(PIP) -e ".[dev]"
	touch $@

demo: $(VENV)/.ready ## compare an example story: prints the result, writes a page to open
	@mkdir -p demo-output
	$(BIN)/storydiff compare $(EXAMPLE) --output demo-output/comparison.json
	$(BIN)/storydiff render demo-output/comparison.json --output demo-output/comparison.html
	$(BIN)/storydiff render demo-output/comparison.json
	@echo "Open demo-output/comparison.html in a browser to read the comparison."

test: lint types ## lint, types and tests; fails where they reach less than 95 % of the branches
	$(BIN)/pytest --cov

test-install: $(VENV)/.ready ## build, install into an empty environment, and use what was installed
	$(BIN)/pytest -m install tests/test_install.py

mutants: $(VENV)/.ready ## change the code a little, everywhere: which changes does no test notice?
	$(PIP) "mutmut==3.8.1"
	$(BIN)/python -m mutmut run
	$(BIN)/python -m mutmut results

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy

gate: $(VENV)/.ready ## alignment quality on the stories in the repository, against the floors
	$(BIN)/python -m benchmarks.alignment --gate

rates: $(VENV)/.ready ## measure the error rates on our own stories again, and publish them
	$(BIN)/storydiff bench --publish storydiff/data/rates.json

licences: $(VENV)/.ready ## the page of licences, from what is installed
	$(BIN)/python docs/licences.py > docs/licences.md

TARGETS := text html records segmentation quotations quantities comparison
SECONDS_EACH := 600

fuzz: $(VENV)/.ready ## ten minutes of each target; what breaks a promise is kept in fuzz-found/
	for target in $(TARGETS); do $(BIN)/python -m tests.fuzz.run $$target --seconds $(SECONDS_EACH) || exit 1; done

docs: $(VENV)/.ready ## the pages, built strictly into site/; serve them with python -m http.server -d site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "Open site/index.html to read the pages."

clean:
	rm -rf $(VENV) build dist *.egg-info demo-output site mutants .coverage
