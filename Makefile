# Everything works in a virtual environment of the project's own, .venv; nothing else on the machine is changed.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 4
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export ESXLAB_SCHOOL := $(CURDIR)/.esxlab/school
# A test runs hundreds of commands: where each of them compiled every module anew, it took a fifth longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-real test-real-kill test-real-class test-real-rootless test-model truth-lab seen seen-again check fuzz bench torture format clean

# The main job on the embedded school: three groups come up, are checked, one of them goes away again.
demo: .venv/ready
	@$(BIN)/python -m tests.demo

.PHONY: demo-sites
# Three embedded schools, their three runners, and a centre that asks them over a folder; no server, no root.
demo-sites: .venv/ready
	@$(BIN)/python -m tests.demo_sites

# Unit, golden, contract, whole commands on the embedded school, and today's share of the bad peers of
# `make hostile`: pytest's first lines say which, ESXLAB_SHARE=2026-11-29 asks that day's again. Most of a
# test's time is waiting, so there are more workers than processors.
test: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# The truth lab: one group of specs/tp.yaml on real Debian machines, emulated where there is no KVM. Linux only.
test-real: truth-lab
	$(BIN)/pytest -x -s tests/real/truth_lab.py

# The truth lab in trouble: machines, all machines, and the school's process are killed in the middle of a provision.
test-real-kill: truth-lab
	$(BIN)/pytest -x -s tests/real/killed_lab.py

# Two groups at once against one: less than twice as long, where one does not fill every core.
test-real-class: truth-lab
	$(BIN)/pytest -x -s tests/real/two_groups.py

# Without root: for an ordinary user, who may make namespaces and open /dev/net/tun.
test-real-rootless: truth-lab
	$(BIN)/pytest -x -s tests/real/rootless_lab.py

.PHONY: test-french test-matrix
# The truth lab's course on a model that a French installer might have left.
test-french: truth-lab
	$(BIN)/pytest -x -s tests/real/french_lab.py

# Other Debians, architectures, languages, shells, DHCP clients and exercises (tests/matrix.py), some minutes for each
# row; MATRIX="student trixie-dhcpcd" for some of them. Afterwards: `make seen-again`.
test-matrix: truth-lab
	@missing=$$(MATRIX="$(MATRIX)" $(BIN)/python -m tests.matrix) || exit 1; \
	  test -z "$$missing" || { echo "first: apt-get install --no-install-recommends $$missing"; exit 1; }
	MATRIX="$(MATRIX)" $(BIN)/pytest -s tests/real/matrix_lab.py

# Debian's own installer with the answers of `esxlab model build`: (a) unmodified, until it fetches its own parts;
# (b) `model build` itself on engine qemu, with stand-ins (tests/real/standins), killed and powered off on the way; (c) with ISO=path (and
# MIRROR=url for a netinst image) the true one from end to end. What it was at, and for how long, is printed.
# MODEL=answers is (a) alone, hybrid (b), iso (c).
test-model: truth-lab
	@missing=$$($(BIN)/python -m tests.real.installer_programs); \
	  test -z "$$missing" || { echo "first: apt-get install --no-install-recommends $$missing"; exit 1; }
	ISO=$(ISO) MIRROR=$(MIRROR) $(BIN)/pytest -x -s $(or $(MODEL:%=tests/real/installer_%.py),\
	  tests/real/installer_answers.py tests/real/installer_hybrid.py tests/real/installer_iso.py)

# docs/what-was-seen.md, from what these three see. After `make test-real` alone: `make seen-again`.
seen: test-real test-real-kill
	-$(MAKE) test-real-class
	$(MAKE) seen-again

seen-again: .venv/ready
	$(BIN)/python -m tests.seen

truth-lab: .venv/ready
	@missing=$$($(BIN)/python -m esxlab.sim.qemu.programs); \
	  test -z "$$missing" || { echo "first: apt-get install --no-install-recommends $$missing"; exit 1; }
	$(BIN)/python -m esxlab.sim.build

# Style, types (on three systems), the arrows between the rooms, links, generated files; what `make test` does not
# name in tests/real can be read. Warnings are errors.
check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin
	$(BIN)/lint-imports
	$(BIN)/python -m tests.links
	$(BIN)/python -m tests.generated --check
	$(BIN)/pytest -qq --collect-only tests/real/*.py

# Bytes of every sort at the spec loader; FUZZ="--seconds 60 --seed 7" for less, or for others.
fuzz: .venv/ready
	$(BIN)/python -m tests.fuzz_spec $(or $(FUZZ),--seconds 600)

# Figures, as ratios measured in one run; no figure passes or fails. Some ten minutes of two idle processors;
# BENCH="small slow" for some parts, BENCH_GROUPS=30,100,0 for smaller classes.
bench: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	$(BIN)/python -m tests.bench $(BENCH)

# Every break of every command while things take their time, and 200 kills at random, then the same command
# again, once: trials, failures, the longest waits. About 40 minutes of two processors; docs/torture.md.
# TORTURE="--resume" goes on where a run was stopped.
torture: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	$(BIN)/python -m tests.torture $(TORTURE)

.PHONY: outage
# vSphere out of reach, or restarting, for a whole minute in the middle of everything. Some minutes.
outage: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	ESXLAB_OUTAGE_S=60 $(BIN)/pytest -n 2 tests/contract/test_vsphere_outage.py tests/scenario/test_restarts.py

.PHONY: hostile
# Bad servers, routers, guests, datastores and homes, each with every command that meets it (`make test`: with
# one of them, another one each day).
hostile: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	ESXLAB_SHARE=whole $(BIN)/pytest -n $(WORKERS) --dist worksteal tests/hostile

.PHONY: worlds
# Schools that differ in every dimension, each with the whole life of a class (docs/worlds.md; `make test`: two of
# them). Some 20 minutes of two processors; WORLDS="--numbers 3,7" for some of them.
worlds: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	$(BIN)/python -m tests.worlds --shrink 10 $(WORLDS)

.PHONY: promises
# Breaks one line of the program at a time, in a copy: the test of each promise must notice. Some minutes.
promises: .venv/ready
	$(BIN)/python -m esxlab.sim.build
	$(BIN)/python -m tests.broken_promises

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@
