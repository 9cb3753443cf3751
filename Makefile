# The targets a newcomer needs; each sets up what it needs. `make build` first, then any other.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SOURCES := setup.py pyproject.toml $(wildcard fastdense/kernels/*.pyx fastdense/kernels/*.pxi \
	fastdense/kernels/*.pxd fastdense/kernels/*.h)

.PHONY: build demo test lint bench bench-peers clean

build: $(VENV)/built

$(RUN):
	$(PYTHON) -m venv $(VENV)

# Editable: Python files are used as they are, compiled modules are made anew when they changed.
$(VENV)/built: $(RUN) $(SOURCES)
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

demo: build
	$(RUN) -m fastdense mnist

test: build
	$(RUN) -m pytest

lint: build
	$(RUN) -m ruff check .
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" cython-lint fastdense/kernels/*.pyx fastdense/kernels/*.pxi fastdense/kernels/*.pxd

# NumPy's own BLAS is a peer: the two variables that slow it down on some machines are unset.
bench: build
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(RUN) -m pytest bench --benchmark-only -q
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(RUN) bench/report.py

bench-peers: build
	$(RUN) -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .benchmarks bench/report
	rm -f fastdense/kernels/*.so fastdense/kernels/*.c mnist_*.png
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
