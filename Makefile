# run · test · check · bench · train: everything a person or a machine does with this project.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
RECIPE ?= imdb-lstm
# Test files are dealt out to as many processes; WORKERS=0 is for a debugger.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile
# As an older processor computes: oneDNN, PyTorch, OpenBLAS and MKL without AVX, on one thread.
OTHER  := ONEDNN_MAX_CPU_ISA=SSE41 ATEN_CPU_CAPABILITY=default OPENBLAS_CORETYPE=Nehalem \
          MKL_CBWR=COMPATIBLE OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: run test test-other-processor check bench train clean

run: $(VENV)/visitor
	$(BIN)/python -m lstm_viz app --port $(PORT)

test: $(VENV)/developer
	$(BIN)/python tests/browser/install.py
	$(PYTEST) $(TESTS)

test-other-processor: $(VENV)/developer
	$(OTHER) $(PYTEST) -m "not slow" \
	    --ignore=tests/app --ignore=tests/browser --ignore=tests/data $(TESTS)

check: $(VENV)/developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

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

clean:
	rm -rf $(VENV)
