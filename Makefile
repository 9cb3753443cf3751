# The targets a newcomer needs; each sets up what it needs. `make build` first, then any other.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SOURCES := setup.py pyproject.toml $(wildcard fastdense/kernels/*.pyx fastdense/kernels/*.pxi \
	fastdense/kernels/*.pxd fastdense/kernels/*.h)

.PHONY: build demo test lint docs bench bars bench-peers clean prove promises parallel asan tsan \
	valgrind arm lint-release wheels openmp limited-api coverage

# The proofs of docs/quality.md. Each is a target of its own, which adds itself to this list.
PROOFS := promises parallel asan tsan valgrind arm openmp limited-api coverage

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
	$(RUN) -m mypy
	$(RUN) -m mypy.stubtest fastdense --mypy-config-file pyproject.toml --allowlist tests/stubtest-allowlist.txt

coverage: build
	$(RUN) -m pip install --quiet --disable-pip-version-check "coverage>=7.10"
	$(RUN) prove/cover.py

lint-release: build
	shipping/lint.sh $(RUN)

# Warnings are errors. The tutorial trains on MNIST, on the sample of it where there is no network.
docs: build
	$(RUN) -m sphinx --fail-on-warning --keep-going --quiet -b html docs build/docs
	$(RUN) docs/check_site.py build/docs
	@echo "build/docs/index.html"

# The peers run in .venv, or in FASTDENSE_PEERS_PYTHON if that is set; who is missing is skipped.
bench: build
	$(RUN) -m pytest bench --benchmark-only -q --benchmark-max-time=0.3
	$(RUN) bench/report.py

bars: build
	$(RUN) bench/bars.py

bench-peers: build
	$(RUN) -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt

prove: build
	$(RUN) prove/all.py $(sort $(PROOFS))

# The long parts of tests/promises, whose short parts are in `make test`.
promises: build
	FASTDENSE_PROVE=1 $(RUN) -m pytest tests/promises

# Of its own folder, so that no other run of pytest loads the plugin.
parallel: build
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target build/parallel "pytest-run-parallel>=0.10"
	PYTHONPATH=build/parallel $(RUN) prove/parallel.py

# prove/: each builds an engine of its own in build/ and fails on the first report.
asan tsan valgrind arm: build
	PYTHON=$(RUN) prove/$@.sh

# dist/: an sdist, and from it a tried wheel for every CPython >= 3.10 of this machine.
wheels: build
	$(RUN) prove/wheels.py

# With FASTDENSE_PEERS_PYTHON, or `make bench-peers` before.
openmp: wheels
	$(RUN) prove/openmp.py

limited-api: build
	$(RUN) prove/limited_api.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .benchmarks bench/report docs/api docs/proofs docs/tutorial
	rm -f fastdense/kernels/*.so fastdense/kernels/*.c mnist_*.png
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
