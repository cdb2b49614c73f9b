# run · test · check · bench · train: everything a person or a machine does with this project.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
RECIPE ?= imdb-lstm

.PHONY: run test check bench train clean

run: $(VENV)/visitor
	$(BIN)/python -m lstm_viz app --port $(PORT)

test: $(VENV)/developer
	$(BIN)/python tests/browser/install.py
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/developer
	$(BIN)/python tests/browser/install.py
	$(BIN)/python -m benchmarks.recording
	$(BIN)/python -m benchmarks.page
	$(BIN)/python -m benchmarks.load

train: $(VENV)/developer
	$(BIN)/python -m lstm_viz.training $(RECIPE)

$(VENV)/visitor: requirements.txt constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/developer: $(VENV)/visitor pyproject.toml
	$(BIN)/pip install --quiet -c constraints.txt -e ".[dev,train]"
	touch $@

clean:
	rm -rf $(VENV)
