# segloss - scores segmentations and analyses losses.
#
#   make                 build build/segloss
#   make deps            install the Debian packages that building and testing need (apt, as root or with sudo)
#   make demo            score data_samples and print the tables
#   make check           run all tests; check-asan (addresses and undefined behaviour) and check-tsan under a sanitizer
#   make check-fast      the unit tests that need less than a second each; make check-losses/region: those of one folder
#   make check-paths     the kernels for every instruction set, and builds without threads or ISA-L, give the same bytes
#   make check-oddfiles  odd files of other projects against their expected values: ODDFILES=folder
#   make fuzz            each reader 10 s under libFuzzer (clang): FUZZ_SECONDS=
#   make check-faults    every command with the k-th allocation, read, write ... failing, for every k: FAULT_TRIES=
#   make check-kill      signals at random moments to runs that are resumed: KILL_SIGNALS=200
#   make check-cluster   a Slurm cluster on this machine, GNU Parallel, mpirun and Snakemake (make deps-cluster first)
#   make install         program, manual and completions: PREFIX=/usr/local DESTDIR=
#   make golden          write the reference values of tests/golden anew with the oracle (Python; make deps-golden)
#   make docs            write the generated parts of man/ (also its figures), completions/ and README.md
#   make bench           measure speed and memory against the limits of the machine and installed peers: BENCH_ROUNDS=5
#   make bench-growth    the same with more voxels and with more classes
#   make bench-peers     install what bench compares with, where Debian has it
#   make format          clang-format all sources
#   make lib             libsegloss as a static and a shared library; make install-lib: both, header, segloss.pc, manual
#   make static          build/static/segloss: one file without shared libraries
#   make dist            segloss-VERSION.tar.xz, with the same bytes every time
#   make deb             Debian packages of program, library and headers (needs debhelper; lintian checks them)
#   make wheel           the static program as a Python wheel
#   make OPENMP=0        build without threads
#   make ISAL=0          inflate with zlib where ISA-L is missing: slower, same values
#
# CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS of the environment or the command line are honoured; NIFTI= is the folder of
# the NIfTI headers where neither pkg-config nor the compiler finds it.

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc
OPENMP  ?= 1
CFLAGS  ?= -O2 -g
VERSION := 0.2.0
SOVERSION := 0
ISAL    ?= 1

DEPS_BUILD := gcc make pkg-config libpng-dev libtiff-dev zlib1g-dev libdeflate-dev libisal-dev libyajl-dev libnifti2-dev libnifti-dev
DEPS_TEST  := libcmocka-dev bats mandoc jq parallel zsh fish librsvg2-bin python3-numpy python3-tifffile python3-nibabel python3-pil teem-apps python3-jsonschema libxml2-utils
DEPS_BENCH := python3-scipy python3-pil python3-torch plastimatch
DEPS_GOLDEN := python3-numpy python3-scipy python3-nibabel python3-skimage python3-pil python3-torch
DEPS_CLUSTER := slurm-wlm munge parallel openmpi-bin snakemake

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wvla
STD      := -std=c11 -D_GNU_SOURCE -ffp-contract=off
NIFTI    ?= $(firstword $(patsubst %,%/nifti,$(filter-out /usr/include,$(shell pkg-config --variable=includedir niftilib 2>/dev/null))) \
              $(wildcard /usr/include/nifti /usr/local/include/nifti /opt/homebrew/include/nifti))
PKGS     := libpng libtiff-4 zlib libdeflate $(if $(filter 0,$(ISAL)),,libisal) yajl
INCLUDES := -Isrc -Isrc/tools -Itests $(if $(NIFTI),-I$(NIFTI)) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS_OF_PKGS := $(shell pkg-config --libs $(PKGS) 2>/dev/null || \
                  echo -lpng -ltiff -lz -ldeflate $(if $(filter 0,$(ISAL)),,-lisal) -lyajl)
LIBS     := $(LIBS_OF_PKGS) -lnifti2 -lnifticdf -lznz -lm -ldl $(LDLIBS)
OMP      := $(if $(filter 1,$(OPENMP)),-fopenmp)
COMPILE  := $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) $(OMP) $(EXTRA) $(INCLUDES) -DSEG_VERSION='"$(VERSION)"' \
              $(if $(filter 0,$(ISAL)),-DSEG_WITHOUT_ISAL) -MMD -MP
LINK     := $(CFLAGS) $(OMP) $(EXTRA) $(LDFLAGS)

SOURCES  := $(filter-out src/main.c src/tools/segloss-%,$(shell find src -name '*.c' | sort))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
SUPPORT  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TOOLS    := $(patsubst src/tools/%.c,$(BUILD)/%,$(wildcard src/tools/*.c))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(shell find tests -name 'test_*.c' | sort))
SCRIPTS  := $(sort $(wildcard tests/*.bats tests/*/*.bats))
# Left out by check-fast: tests that train, need large maps, or start the program many times.
SLOW     := $(addprefix $(BUILD)/tests/,evaluate/test_first_reading library/test_threads report/test_report metrics/test_engine \
              losses/test_first_reading losses/boundary/% tools/train/%)

# `make V=1` shows the commands.
Q := $(if $(V),,@)

.PHONY: all libraries lib static install-lib dist deps deps-golden deps-cluster golden demo check check-cluster check-faults check-kill check-now check-fast check-asan check-tsan check-paths check-oddfiles bench bench-growth bench-peers fuzz fuzz-run install uninstall docs format clean
.SECONDARY:

all: $(BUILD)/segloss $(TOOLS)

# ---- the libraries that segloss is built on ----

# A program that needs each library; it fails to compile or link where one is missing.
PROBE_HEADERS := png.h zlib.h libdeflate.h yajl/yajl_parse.h nifti2_io.h nifticdf.h \
                 $(if $(filter 0,$(ISAL)),,isa-l.h) $(if $(OMP),omp.h)
HASH  := \#
PROBE = { printf '$(HASH)include <stddef.h>\n'; printf '$(HASH)include <%s>\n' $(PROBE_HEADERS); echo 'int main(void) { return 0; }'; }

# A sentence instead of a compiler's error.
libraries: $(BUILD)/libraries
$(BUILD)/libraries:
	@mkdir -p $(@D)
	@$(PROBE) | $(CC) $(CPPFLAGS) $(CFLAGS) $(OMP) $(EXTRA) $(INCLUDES) -x c - -o $@.probe $(LINK) $(LIBS) 2>$@.log || { \
	    echo "segloss: a library that the build needs is missing, or $(CC) does not find it:" >&2; \
	    grep -m 3 -E 'error|cannot find|not found' $@.log >&2; \
	    echo "segloss: on Debian and Ubuntu 'make deps' installs $(DEPS_BUILD)" >&2; \
	    $(if $(OMP),if grep -q 'omp' $@.log; then echo "segloss: OpenMP for clang is in libomp-dev; 'make OPENMP=0' builds without threads" >&2; fi;) \
	    exit 2; }
	@mv $@.probe $@

# ---- the program ----

# The kernels of src/simd are compiled for several instruction sets; the program chooses at run time.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
$(BUILD)/src/simd/v4.o $(BUILD)/pic/src/simd/v4.o: COMPILE += -march=x86-64-v4
$(BUILD)/src/simd/v3.o $(BUILD)/pic/src/simd/v3.o: COMPILE += -march=x86-64-v3
endif

$(BUILD)/segloss: $(BUILD)/src/main.o $(BUILD)/libsegloss.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LINK) -o $@ $^ $(LIBS)

$(BUILD)/libsegloss.a: $(OBJECTS)
	@echo '  AR   $@'
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile | $(BUILD)/libraries
	@mkdir -p $(@D)
	@echo '  CC   $<'
	$(Q)$(CC) $(COMPILE) -c -o $@ $<

# ---- the library ----

PUBLIC  := src/segloss.h src/base/error.h src/library/scorer.h
SHARED  := libsegloss.so.$(SOVERSION)
PIC     := -fPIC -fno-semantic-interposition -ffunction-sections -fdata-sections
# Of the program's parts only those that the public functions need are linked in.
PIC_OBJECTS := $(patsubst %.c,$(BUILD)/pic/%.o,$(filter-out src/tools/% src/docs/%,$(SOURCES)))

lib: $(BUILD)/libsegloss.a $(BUILD)/$(SHARED) $(BUILD)/segloss.pc

$(BUILD)/pic/%.o: %.c Makefile | $(BUILD)/libraries
	@mkdir -p $(@D)
	@echo '  CC   $< (shared)'
	$(Q)$(CC) $(COMPILE) $(PIC) -c -o $@ $<

$(BUILD)/$(SHARED): $(PIC_OBJECTS) src/packaging/libsegloss.map
	@echo '  LD   $@'
	$(Q)$(CC) $(LINK) -shared -Wl,-soname,$(SHARED) -Wl,--version-script=src/packaging/libsegloss.map \
	    -Wl,--gc-sections $(if $(findstring sanitize,$(EXTRA)),,-Wl,-z,defs) -o $@ $(PIC_OBJECTS) $(LIBS) -lpthread
	$(Q)ln -sf $(SHARED) $(BUILD)/libsegloss.so

# Made each time, as it depends on PREFIX.
.PHONY: $(BUILD)/segloss.pc
$(BUILD)/segloss.pc:
	@mkdir -p $(@D)
	$(Q)sed -e '/^#/d' -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@PKGS@|$(PKGS)|' -e 's|@LIBS@|-lnifti2 -lnifticdf -lznz -lm -ldl -lpthread $(OMP)|' src/packaging/segloss.pc.in >$@

# ---- one file without shared libraries ----

# Debian has no static ISA-L, so zlib inflates here. librsvg is loaded at run time, which a static program cannot do.
STATIC_LIBS = $(shell pkg-config --static --libs $(filter-out libisal yajl,$(PKGS))) -lyajl_s -lstdc++ -lnifti2 -lnifticdf -lznz -lz -lm

static:
	$(MAKE) --no-print-directory BUILD=$(BUILD)/static ISAL=0 CPPFLAGS='$(CPPFLAGS) -DSEG_STATIC' LDFLAGS='$(LDFLAGS) -static -s' \
	    LIBS='$(STATIC_LIBS)' $(BUILD)/static/segloss
	@ls -l $(BUILD)/static/segloss

$(BUILD)/src/losses/boundary/inverse_form_weights.o $(BUILD)/pic/src/losses/boundary/inverse_form_weights.o: src/losses/boundary/inverse_form.sgif

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
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_agreement.py tests/golden/agreement 1
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_robust.py tests/golden/robust 1
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_conclusions.py
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/golden/oracle/make_reading.py

deps-cluster:
	$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(DEPS_CLUSTER)

demo:
	$(MAKE) --no-print-directory all
	BUILD=$(BUILD) sh data_samples/demo.sh

check:
	$(MAKE) --no-print-directory check-now

check-now: all lib $(TESTS)
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
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 \
	$(MAKE) check BUILD=$(BUILD)-asan CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    EXTRA='-fsanitize=address,undefined -fno-sanitize-recover=all'

# gcc's OpenMP runtime is not instrumented and reports races that are none; clang's tells the sanitizer what it does.
check-tsan:
	TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66' \
	OMP_TOOL_LIBRARIES=$(firstword $(wildcard /usr/lib/llvm-*/lib/libarcher.so)) \
	$(MAKE) check BUILD=$(BUILD)-tsan CC=clang CFLAGS='-O1 -g' EXTRA=-fsanitize=thread

check-paths: $(BUILD)/segloss
	$(MAKE) BUILD=$(BUILD)-serial OPENMP=0 $(BUILD)-serial/segloss
	$(MAKE) BUILD=$(BUILD)-zlib ISAL=0 $(BUILD)-zlib/segloss $(BUILD)-zlib/tests/io/test_inflate
	$(BUILD)-zlib/tests/io/test_inflate
	sh tests/same_bytes.sh $(BUILD)/segloss $(BUILD)-serial/segloss $(BUILD)-zlib/segloss

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

# Every command with its k-th allocation, read, write, open, rename, flush or thread failing: all k, or FAULT_TRIES of each
# kind. And signals at random moments.
FAULT_TRIES  ?= 0
KILL_SIGNALS ?= 200
check-faults: $(BUILD)/segloss $(BUILD)/faults/faults $(BUILD)/faults/failing_calls.so
	$(BUILD)/faults/faults $(BUILD)/segloss $(BUILD)/faults/failing_calls.so tests/golden $(FAULT_TRIES)

check-kill: $(BUILD)/segloss
	tests/faults/kill.sh $(BUILD)/segloss tests/golden $(KILL_SIGNALS)

$(BUILD)/faults/faults: tests/faults/faults.c Makefile
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) -O2 -o $@ $<

$(BUILD)/faults/failing_calls.so: tests/faults/failing_calls.c Makefile
	@mkdir -p $(@D)
	$(CC) $(STD) $(filter-out -Wpedantic,$(WARN)) -O2 -shared -fPIC -o $@ $< -ldl

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

LIBDIR ?= $(PREFIX)/lib

# install(1) with a sentence when the place cannot be written.
define writable
	@mkdir -p '$(DESTDIR)$(PREFIX)' 2>/dev/null && [ -w '$(DESTDIR)$(PREFIX)' ] || { \
	    echo "segloss: $(DESTDIR)$(PREFIX) cannot be written, a folder for the installation was wanted (PREFIX= or DESTDIR=, or sudo)" >&2; exit 2; }
endef

install-lib: lib
	$(writable)
	install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(PREFIX)/share/man/man3'
	install -m 644 $(BUILD)/libsegloss.a '$(DESTDIR)$(LIBDIR)'
	install -m 755 $(BUILD)/$(SHARED) '$(DESTDIR)$(LIBDIR)'
	ln -sf $(SHARED) '$(DESTDIR)$(LIBDIR)/libsegloss.so'
	for header in $(PUBLIC:src/%=%); do install -D -m 644 src/$$header '$(DESTDIR)$(PREFIX)'/include/segloss/$$header; done
	install -m 644 $(BUILD)/segloss.pc '$(DESTDIR)$(LIBDIR)/pkgconfig'
	install -m 644 $(wildcard man/*.3) '$(DESTDIR)$(PREFIX)/share/man/man3'

install: $(BUILD)/segloss
	$(writable)
	install -D -m 755 $(BUILD)/segloss $(DESTDIR)$(PREFIX)/bin/segloss
	install -d $(foreach n,1 5 7,$(DESTDIR)$(PREFIX)/share/man/man$(n))
	install -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(MAN5) $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(MAN7) $(DESTDIR)$(PREFIX)/share/man/man7
	install -D -m 644 src/packaging/segloss-report.schema.json '$(DESTDIR)$(PREFIX)/share/segloss/segloss-report.schema.json'
	install -D -m 644 completions/segloss.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/segloss
	install -D -m 644 completions/_segloss $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_segloss
	install -D -m 644 completions/segloss.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/segloss.fish

uninstall:
	rm -rf '$(DESTDIR)$(PREFIX)/share/segloss'
	rm -f $(addprefix '$(DESTDIR)$(LIBDIR)'/,libsegloss.a libsegloss.so $(SHARED) pkgconfig/segloss.pc)
	rm -f $(foreach page,$(wildcard man/*.3),'$(DESTDIR)$(PREFIX)'/share/man/man3/$(notdir $(page)))
	rm -rf '$(DESTDIR)$(PREFIX)/include/segloss'
	rm -f $(DESTDIR)$(PREFIX)/bin/segloss
	rm -f $(foreach page,$(MAN1),$(DESTDIR)$(PREFIX)/share/man/man1/$(notdir $(page)))
	rm -f $(foreach page,$(MAN5),$(DESTDIR)$(PREFIX)/share/man/man5/$(notdir $(page)))
	rm -f $(foreach page,$(MAN7),$(DESTDIR)$(PREFIX)/share/man/man7/$(notdir $(page)))
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/segloss
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_segloss
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/segloss.fish

# ---- archives and packages ----

NAME := segloss-$(VERSION)
# The date of this version in CHANGELOG.md, so that the same sources give the same bytes.
EPOCH = $(or $(SOURCE_DATE_EPOCH),$(shell date -u -d "$$(sed -n 's/^## \[$(VERSION)\] - //p' CHANGELOG.md)" +%s))
# What git knows, or in an unpacked archive all files but those that were made.
DIST_FILES = { git ls-files 2>/dev/null | grep . || find . -type f ! -path './build*' ! -name '*.tar.xz' | sed 's|^\./||'; }

dist:
	@$(DIST_FILES) | LC_ALL=C sort | tar --create --no-recursion --files-from=- --transform='s|^|$(NAME)/|S' --mtime=@$(EPOCH) \
	    --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=ustar | xz -9 -T1 >$(NAME).tar.xz
	@ls -l $(NAME).tar.xz

# $(call tool,PROGRAM,PACKAGE): a sentence when a program is missing.
define tool
	@command -v $(1) >/dev/null || { echo "segloss: $(1) is missing, which 'make $@' needs (install $(2))" >&2; exit 2; }
endef

.PHONY: deb wheel
# The packages are not uploaded to Debian, so no bug is closed and no mail address belongs to them.
NOT_UPLOADED := initial-upload-closes-no-bugs,bogus-mail-host,bogus-mail-host-in-debian-changelog

# The packages are built as Debian does it, from the archive and with src/packaging/debian.
deb:
	$(call tool,dpkg-buildpackage,dpkg-dev)
	$(call tool,dh,debhelper)
	$(MAKE) --no-print-directory dist
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb
	mv $(NAME).tar.xz $(BUILD)/deb/segloss_$(VERSION).orig.tar.xz
	tar -xJf $(BUILD)/deb/segloss_$(VERSION).orig.tar.xz -C $(BUILD)/deb
	cp -r src/packaging/debian $(BUILD)/deb/$(NAME)/debian
	cd $(BUILD)/deb/$(NAME) && env -u MAKEFLAGS -u CC dpkg-buildpackage --build=binary --no-sign -j$(JOBS) >../build.log 2>&1 || { tail -20 ../build.log; exit 2; }
	@if command -v lintian >/dev/null; then lintian --fail-on error,warning --suppress-tags $(NOT_UPLOADED) $(BUILD)/deb/*.changes; \
	    else echo "lintian is not installed: the packages are not checked"; fi
	@ls -l $(BUILD)/deb/*.deb

# The static program as a Python wheel: installed by pip, run without Python.
wheel: static
	$(call tool,python3,python3)
	python3 src/packaging/make_wheel.py $(BUILD)/static/segloss $(VERSION) $(EPOCH) $(BUILD)

JOBS ?= $(shell nproc 2>/dev/null || echo 1)

docs: $(BUILD)/segloss-docs $(BUILD)/segloss
	$(BUILD)/segloss-docs .
	$(BUILD)/segloss curves -q --no-caption --width 183 -o $(BUILD)/figures >$(BUILD)/figures.log
	cp $(BUILD)/figures/curves.svg man/curves.svg
	cd data_samples && $(abspath $(BUILD))/segloss view -q abdomen/unet/case_02.nii.gz abdomen/truth/case_02.nii.gz \
	    -o ../man/case.svg

FORMAT ?= clang-format
format:
	@$(FORMAT) -i $(shell find src tests -name '*.[ch]' -o -name '*.inc')

clean:
	rm -rf $(BUILD) $(BUILD)-*

-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -name '*.d' -type f -print 2>/dev/null)
