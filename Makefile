# Every target does its own set-up first, once: `make serve` on a bare machine is enough.
# What each does is in scripts/, one subject a file.

.PHONY: help serve dev test faults fuzz bench fmt site build setup-build setup-dev setup-test setup-bench

help:
	@echo "make serve   build the release, fill a demo practice, serve it on http://127.0.0.1:3000"
	@echo "make dev     rebuild and reload at each change"
	@echo "make test    everything that must be green: lints, tests on both databases, browser journeys"
	@echo "make faults  the tests of what must hold while things break, for longer"
	@echo "make fuzz    give anything at all to whatever reads what comes from outside, for longer"
	@echo "make bench   measure, beside yardsticks, and write docs/measured.md"
	@echo "make fmt     format the code"

serve: build
	@scripts/serve.sh

dev: setup-dev
	@scripts/dev.sh

test: setup-test
	@scripts/test.sh

faults: setup-test
	@scripts/faults.sh

fuzz: setup-test
	@scripts/fuzz.sh

bench: setup-bench
	@scripts/build-site.sh
	@scripts/bench.sh

fmt:
	@cargo fmt --all

# The release binary, with the site inside.
build: setup-build
	@scripts/build.sh

# Only the files for the browser, in target/site.
site: setup-build
	@scripts/build-site.sh

setup-build setup-dev setup-test setup-bench:
	@scripts/setup.sh $(@:setup-%=%)
