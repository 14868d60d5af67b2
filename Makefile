# segloss - scores segmentations and analyses losses.
#
#   make                 build build/segloss
#   make deps            install the Debian packages that building and testing need (apt, as root or with sudo)
#   make demo            score data_samples and print the tables
#   make check           run all tests; check-asan (addresses and undefined behaviour) and check-tsan under a sanitizer
#   make check-fast      the unit tests that need less than a second each; make check-losses/region: those of one folder
#   make check-paths     the kernels for every instruction set, and a build without threads, give the same bytes
#   make check-oddfiles  odd files of other projects against their expected values: ODDFILES=folder
#   make fuzz            each reader 10 s under libFuzzer (clang): FUZZ_SECONDS=
#   make check-cluster   a Slurm cluster on this machine, GNU Parallel, mpirun and Snakemake (make deps-cluster first)
#   make install         program, manual and completions: PREFIX=/usr/local DESTDIR=
#   make golden          write the reference values of tests/golden anew with the oracle (Python; make deps-golden)
#   make docs            write the generated parts of man/, completions/ and README.md anew
#   make bench           measure speed and memory against the limits of the machine and installed peers: BENCH_ROUNDS=5
#   make bench-growth    the same with more voxels and with more classes
#   make bench-peers     install what bench compares with, where Debian has it
#   make format          clang-format all sources
#   make OPENMP=0        build without threads

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc
OPENMP  ?= 1
CFLAGS  ?= -O2 -g
VERSION := 0.1.0

DEPS_BUILD := gcc make pkg-config libpng-dev zlib1g-dev libdeflate-dev libisal-dev libyajl-dev libnifti2-dev libnifti-dev
DEPS_TEST  := libcmocka-dev bats mandoc jq parallel zsh fish librsvg2-bin
DEPS_BENCH := python3-scipy python3-pil python3-torch plastimatch
DEPS_GOLDEN := python3-numpy python3-scipy python3-nibabel python3-skimage python3-pil python3-torch
DEPS_CLUSTER := slurm-wlm munge parallel openmpi-bin snakemake

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wvla
STD      := -std=c11 -D_GNU_SOURCE -ffp-contract=off
NIFTI    := $(firstword $(wildcard /usr/include/nifti /usr/local/include/nifti /opt/homebrew/include/nifti))
PKGS     := libpng zlib libdeflate libisal yajl
INCLUDES := -Isrc -Isrc/tools -Itests $(if $(NIFTI),-I$(NIFTI)) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS     := $(shell pkg-config --libs $(PKGS) 2>/dev/null || echo -lpng -lz -ldeflate -lisal -lyajl) -lnifti2 -lnifticdf -lznz -lm -ldl
OMP      := $(if $(filter 1,$(OPENMP)),-fopenmp)
COMPILE  := $(STD) $(WARN) $(CFLAGS) $(OMP) $(EXTRA) $(INCLUDES) -DSEG_VERSION='"$(VERSION)"' -MMD -MP
LINK     := $(CFLAGS) $(OMP) $(EXTRA) $(LDFLAGS)

SOURCES  := $(filter-out src/main.c src/tools/segloss-%,$(shell find src -name '*.c' | sort))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
SUPPORT  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TOOLS    := $(patsubst src/tools/%.c,$(BUILD)/%,$(wildcard src/tools/*.c))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(shell find tests -name 'test_*.c' | sort))
SCRIPTS  := $(sort $(wildcard tests/*.bats tests/*/*.bats))
# Left out by check-fast: tests that train, need large maps, or start the program many times.
SLOW     := $(addprefix $(BUILD)/tests/,evaluate/test_first_reading report/test_report metrics/test_engine \
              losses/test_first_reading losses/boundary/% tools/train/%)

# `make V=1` shows the commands.
Q := $(if $(V),,@)

.PHONY: all deps deps-golden deps-cluster golden demo check check-cluster check-now check-fast check-asan check-tsan check-paths check-oddfiles bench bench-growth bench-peers fuzz fuzz-run install uninstall docs format clean
.SECONDARY:

all: $(BUILD)/segloss $(TOOLS)

# The kernels of src/simd are compiled for several instruction sets; the program chooses at run time.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
$(BUILD)/src/simd/v4.o: COMPILE += -march=x86-64-v4
$(BUILD)/src/simd/v3.o: COMPILE += -march=x86-64-v3
endif

$(BUILD)/segloss: $(BUILD)/src/main.o $(BUILD)/libsegloss.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LINK) -o $@ $^ $(LIBS)

$(BUILD)/libsegloss.a: $(OBJECTS)
	@echo '  AR   $@'
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo '  CC   $<'
	$(Q)$(CC) $(COMPILE) -c -o $@ $<

$(BUILD)/src/losses/boundary/inverse_form_weights.o: src/losses/boundary/inverse_form.sgif

$(TOOLS): $(BUILD)/%: $(BUILD)/src/tools/%.o $(BUILD)/libsegloss.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LINK) -o $@ $^ $(LIBS)

# Every header of src but the lists (all.h, formats.h), which are included in the midst of a table.
$(BUILD)/tests/headers.h: $(shell find src -name '*.h')
	@mkdir -p $(@D)
	$(Q)grep -l '^#ifndef SEG_' $(sort $^) | sed 's|^src/\(.*\)|#include "\1"|' >$@
	$(Q)echo "enum { HEADERS = $$(wc -l <$@) };" >>$@

$(BUILD)/tests/test_headers.o: $(BUILD)/tests/headers.h
$(BUILD)/tests/test_headers.o: COMPILE += -I$(BUILD)/tests

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT) $(BUILD)/libsegloss.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LINK) -o $@ $^ $(LIBS) -lcmocka

# Programs that make allocations fail (support/failing_memory.h).
$(BUILD)/tests/base/test_json: LINK += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# What pkg-config answers changes when deps installs libraries, so whatever may follow deps in one command runs in a
# make of its own.
demo check: | $(filter deps,$(MAKECMDGOALS))

deps:
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get update -q
	$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(DEPS_BUILD) $(DEPS_TEST)

deps-golden:
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get update -q
	$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(DEPS_GOLDEN)

# /usr/bin/python3 is the one that Debian's packages belong to.
golden:
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_golden.py
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_skeletons.py
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_objects.py tests/golden/objects 1
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_maps.py tests/golden/maps 1

deps-cluster:
	$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(DEPS_CLUSTER)

demo:
	$(MAKE) --no-print-directory all
	BUILD=$(BUILD) sh data_samples/demo.sh

check:
	$(MAKE) --no-print-directory check-now

check-now: all $(TESTS)
	@BUILD=$(BUILD) tests/run.sh $(TESTS) $(filter-out tests/cluster/%,$(SCRIPTS))

check-fast:
	$(MAKE) --no-print-directory check-some SOME='$(filter-out $(SLOW),$(TESTS)) tests/test_rooms.bats'

# One folder of tests, as check-losses or check-losses/region.
check-%:
	$(if $(wildcard tests/$*/.),,$(error check-$*: there is no folder tests/$*))
	$(MAKE) --no-print-directory check-some SOME='$(filter $(BUILD)/tests/$*/%,$(TESTS)) $(filter tests/$*/%,$(SCRIPTS))'

check-some: all $(filter-out %.bats,$(SOME))
	@BUILD=$(BUILD) tests/run.sh $(SOME)

check-asan:
	$(MAKE) check BUILD=$(BUILD)-asan CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    EXTRA='-fsanitize=address,undefined -fno-sanitize-recover=all'

# gcc's OpenMP runtime is not instrumented and reports races that are none; clang's tells the sanitizer what it does.
check-tsan:
	TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66' \
	OMP_TOOL_LIBRARIES=$(firstword $(wildcard /usr/lib/llvm-*/lib/libarcher.so)) \
	$(MAKE) check BUILD=$(BUILD)-tsan CC=clang CFLAGS='-O1 -g' EXTRA=-fsanitize=thread

check-paths: $(BUILD)/segloss
	$(MAKE) BUILD=$(BUILD)-serial OPENMP=0 $(BUILD)-serial/segloss
	sh tests/same_bytes.sh $(BUILD)/segloss $(BUILD)-serial/segloss

ODDFILES ?= ../shared/oddfiles
check-oddfiles: $(BUILD)/tests/io/oddfile
	BUILD=$(BUILD) tests/io/oddfiles.sh $(ODDFILES)

FUZZ_SECONDS ?= 10
fuzz:
	$(MAKE) fuzz-run BUILD=$(BUILD)-fuzz CC=clang OPENMP=0 CFLAGS='-O1 -g' \
	    EXTRA='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined'

FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz-run: $(FUZZERS)
	tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS)

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(SUPPORT) $(BUILD)/libsegloss.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS) -lcmocka

check-cluster: all
	BUILD=$(BUILD) tests/run.sh tests/cluster/cluster.bats

# The data take 2 GB (bench) and 20 MB (bench-growth), outside the tree, and are made once.
BENCH_DATA ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/segloss-bench
BENCH      := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*.c))

bench bench-growth: all $(BENCH)
	@mkdir -p '$(BENCH_DATA)'
	@$(BUILD)/tests/bench/make_data '$(BENCH_DATA)' $(if $(filter bench,$@),bench,growth)
	@cd '$(BENCH_DATA)' && $(CURDIR)/$(BUILD)/tests/bench/run $(if $(filter bench,$@),bench,growth) \
	    $(CURDIR)/$(BUILD)/segloss $(CURDIR)/$(BUILD)/tests/bench/limit $(CURDIR)/tests/bench

bench-peers:
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get update -q
	$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(DEPS_BENCH)

MAN1 := $(wildcard man/*.1)
MAN5 := $(wildcard man/*.5)
MAN7 := $(wildcard man/*.7)

install: $(BUILD)/segloss
	install -D -m 755 $(BUILD)/segloss $(DESTDIR)$(PREFIX)/bin/segloss
	install -d $(foreach n,1 5 7,$(DESTDIR)$(PREFIX)/share/man/man$(n))
	install -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(MAN5) $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(MAN7) $(DESTDIR)$(PREFIX)/share/man/man7
	install -D -m 644 completions/segloss.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/segloss
	install -D -m 644 completions/_segloss $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_segloss
	install -D -m 644 completions/segloss.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/segloss.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/segloss
	rm -f $(foreach page,$(MAN1),$(DESTDIR)$(PREFIX)/share/man/man1/$(notdir $(page)))
	rm -f $(foreach page,$(MAN5),$(DESTDIR)$(PREFIX)/share/man/man5/$(notdir $(page)))
	rm -f $(foreach page,$(MAN7),$(DESTDIR)$(PREFIX)/share/man/man7/$(notdir $(page)))
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/segloss
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_segloss
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/segloss.fish

docs: $(BUILD)/segloss-docs
	$(BUILD)/segloss-docs .

FORMAT ?= clang-format
format:
	@$(FORMAT) -i $(shell find src tests -name '*.[ch]' -o -name '*.inc')

clean:
	rm -rf $(BUILD) $(BUILD)-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
