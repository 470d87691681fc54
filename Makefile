# gradelbo: every target makes or completes the environment it needs.

PYTHON := .venv/bin/python

.PHONY: help demo demo-course test corpus bands artifacts hostile fuzz crash public audit sample bench bench-guard bench-peers pictures docs lint types freeze clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 13

demo: ## grade sample submissions; prints the scores and where results.json lies
	./setup.sh --no-torch --quiet
	$(PYTHON) -m autograder demo

demo-course: ## regrade 300 made-up students of cs229-ps3 into a ledger and write the report; stop and start it as you like
	./setup.sh --dev --no-torch --quiet
	@test -d demo/course/export || $(PYTHON) -m tests.harness.course.synthetic demo/course/export --students 300 --light
	$(PYTHON) -m autograder regrade demo/course/export --homework cs229-ps3 --out demo/course/runs
	$(PYTHON) -m autograder report demo/course/pages --runs demo/course/runs --export demo/course/export

test: lint ## everything CI runs: lint, types and all tests
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m pytest -n 2 --dist worksteal

corpus: ## grade every submission of tests/corpus; `make test` takes one in eight
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m pytest -n 2 --dist worksteal tests/harness/test_corpus.py --corpus 1

bands: ## train the mixture VAE of dl2024-hw4 from five seeds and hold what it reaches against its bands; `make test` takes one
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m pytest --training 5 tests/oracles/dl2024_hw4/test_gmvae.py -k bands

hostile: ## grade every submission of tests/corpus/hostile and hold each against what it must get
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m tests.harness.hostile --all

fuzz: ## hand in random archives, names and sizes, other ones each time
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m tests.harness.test_intake_fuzz

crash: ## kill regrades at random moments, sixty times, and hold each ledger against an uninterrupted run's
	./setup.sh --dev --no-torch --quiet
	$(PYTHON) -m tests.harness.course.crash --kills 60

public: ## hold the recorded answers of the public cases against the live reference, on every corpus submission
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m tests.harness.public_verdicts

audit: ## hold the grading of every homework against mutants, right variants and other cases; ten minutes to an hour each
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m autograder audit

sample: ## the same for cs229-ps3, on one mutant and one corpus entry in sixteen: two minutes
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m autograder audit cs229-ps3 --sample 16

artifacts: ## train the reference's runs of cse599i-hw1 anew, an hour on one core; what was interrupted goes on
	./setup.sh --dev --torch --quiet
	for part in 8b 8c 8d; do OMP_NUM_THREADS=1 $(PYTHON) -m reference.cse599i_hw1.train $$part \
	  --data student_template/cse599i_hw1/cse599i_hw1/data/mini --out build/artifacts/$$part || exit 1; done

bench: ## hold the speed of grading against its targets in one run: a table, JSON and a plot in build/bench
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m bench
	$(PYTHON) -m bench.walls

bench-peers: ## the same small homework in four other autograders, each in an environment of its own in build/peers-env
	./setup.sh --dev --torch --quiet
	$(PYTHON) -m bench.peers

pictures: ## draw docs/pictures anew; needs a Chromium
	./setup.sh --dev --no-torch --quiet
	$(PYTHON) -m tests.harness.pictures

bench-guard: ## fail when grading costs more than 1.5 times what bench/ratios.json says, twice in a row
	./setup.sh --dev --no-torch --quiet
	$(PYTHON) -m bench.guard

docs: ## the pages of docs/ as a site in build/site; its tool gets an environment of its own
	test -x build/docs-env/bin/zensical || { python3 -m venv build/docs-env && build/docs-env/bin/pip install -q zensical==0.0.73; }
	build/docs-env/bin/zensical build

lint: types ## ruff and mypy, and the house check where it is at hand
	$(PYTHON) -m ruff check .
	@if [ -f ../shared/checks/house.py ]; then $(PYTHON) ../shared/checks/house.py; fi

types: ## mypy, strict, on the machinery
	./setup.sh --dev --no-torch --quiet
	$(PYTHON) -m mypy

freeze: ## draw the cases of every homework anew and store them with the reference's answers
	./setup.sh --torch --quiet
	$(PYTHON) -m autograder freeze

clean: ## remove what the tools and the demo left; the environment stays
	rm -rf demo results build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
