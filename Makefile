# Two commands matter: `make run` shows it working, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# `requirements/runtime.txt` is a kiosk's, `receipt.txt` and `queue.txt` one's with a slip printer or a CUPS queue, `dev.txt` holds
# them and all that development and CI need.
LOCK   := $(BIN)/uv --system-certs pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
          --no-header --no-emit-index-url --no-emit-find-links -q

SEED     ?=
STATIONS ?= 2
DAYS     ?= 2
SEEDS    ?= 100

.PHONY: setup run test test-machine check bench mutants sbom model simulate reliability lock format clean system-packages model-packages reader

setup: $(READY)

# A virtual environment of our own, every file checked against its hash, bytecode compiled once.
$(READY): pyproject.toml requirements/dev.txt
	@./tools/setup "$(PYTHON)" "$(VENV)"
	@touch $@

run: $(READY)
	@$(BIN)/ktp-station demo

system-packages:
	@./tools/system-packages

model-packages:
	@./tools/model-packages

# The contactless reader's binding, built here; needs what system-packages installs.
reader: system-packages $(READY)
	@$(BIN)/pip --quiet --disable-pip-version-check install --require-hashes -r requirements/reader.txt

test: system-packages model-packages reader
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -p no:cacheprovider

# Lint, types, layers and the pure tests: for every save.
check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -p no:cacheprovider tests/unit tests/tidy

# A Debian guest under qemu: real kernel, real USB bus, real power cut. Not part of `test`; writes docs/MACHINE.md.
test-machine: $(READY)
	@$(BIN)/python -m guest

# The protocol in a model checker, and the production code explored, each rule taken out once: some minutes.
model: model-packages $(READY)
	@$(BIN)/python -m model

# Whole stations on virtual time: one seed with its story, or without a SEED a small campaign (docs/SIMULATION.md).
simulate: $(READY)
ifeq ($(SEED),)
	@$(BIN)/python -m simulation campaign --seeds $(SEEDS)
else
	@$(BIN)/python -m simulation seed $(SEED) --stations $(STATIONS) --days $(DAYS)
endif

bench: $(READY)
	@$(BIN)/python -m bench

# Take each rule of print-once out of a copy of the tree; the test of its law must fail. Writes var/mutants.json.
mutants: $(READY)
	@$(BIN)/python -m mutants

# Bill of materials of a kiosk, CycloneDX, from the lock.
sbom: $(READY)
	@$(BIN)/python tools/sbom.py --lock requirements/runtime.txt --to var/sbom.cdx.json

# The reliability table: lanes beside each other, at most an hour; writes docs/RELIABILITY.md. SHORT=1, ROW=4, SEED=1 for less or again.
reliability: $(READY) reader
	@PYTHONPATH=tests $(BIN)/python -m reliability $(if $(SHORT),--short) $(if $(ROW),--row $(ROW)) $(if $(SEED),--seed $(SEED))

lock:
	$(LOCK) --extra hub --extra dev -o requirements/dev.txt
	$(LOCK) --extra hub -c requirements/dev.txt -o requirements/runtime.txt
	$(LOCK) --extra receipt -c requirements/dev.txt -o requirements/receipt.txt
	$(LOCK) --extra queue -c requirements/dev.txt -o requirements/queue.txt
	$(LOCK) --extra reader -c requirements/dev.txt -o requirements/reader.txt

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .hypothesis
