# segloss - scores segmentations and analyses losses.
#
#   make                 build build/segloss
#   make deps            install the Debian packages that building and testing need (apt, as root or with sudo)
#   make demo            score data_samples and print the tables
#   make check           run all tests
#   make check-asan      the tests under AddressSanitizer; check-ubsan and check-tsan likewise
#   make install         PREFIX=/usr/local DESTDIR=
#   make docs            write the generated parts of man/, completions/ and README.md anew
#   make bench           measure; see tests/bench
#   make format          clang-format all sources
#   make OPENMP=0        build without threads

PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= cc
OPENMP  ?= 1
CFLAGS  ?= -O2 -g
VERSION := 0.1.0

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wvla
STD      := -std=c11 -D_GNU_SOURCE -ffp-contract=off
NIFTI    := $(firstword $(wildcard /usr/include/nifti /usr/local/include/nifti /opt/homebrew/include/nifti))
PKGS     := libpng zlib libdeflate libisal json-c
INCLUDES := -Isrc -Itests $(if $(NIFTI),-I$(NIFTI)) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS     := $(shell pkg-config --libs $(PKGS) 2>/dev/null || echo -lpng -lz -ldeflate -lisal -ljson-c) -lnifti2 -lznz -lm
OMP      := $(if $(filter 1,$(OPENMP)),-fopenmp)
ALL_CFLAGS := $(STD) $(WARN) $(CFLAGS) $(OMP) $(EXTRA) $(INCLUDES) -DSEG_VERSION='"$(VERSION)"' -MMD -MP

sources  = $(sort $(wildcard $(1)/*.c $(1)/*/*.c $(1)/*/*/*.c))
SOURCES  := $(filter-out src/main.c src/tools/%,$(call sources,src))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
SUPPORT  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TOOLS    := $(patsubst src/tools/%.c,$(BUILD)/%,$(wildcard src/tools/*.c))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(filter tests/%,$(shell find tests -name 'test_*.c' 2>/dev/null | sort)))

.PHONY: all tools deps demo check check-asan check-ubsan check-tsan install docs bench format clean
.SECONDARY:

all: $(BUILD)/segloss tools

tools: $(TOOLS)

$(BUILD)/segloss: $(BUILD)/src/main.o $(BUILD)/libsegloss.a
	$(CC) $(CFLAGS) $(OMP) $(EXTRA) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libsegloss.a: $(OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(TOOLS): $(BUILD)/%: $(BUILD)/src/tools/%.o $(BUILD)/libsegloss.a
	$(CC) $(CFLAGS) $(OMP) $(EXTRA) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT) $(BUILD)/libsegloss.a
	$(CC) $(CFLAGS) $(OMP) $(EXTRA) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

check: all $(TESTS)
	BUILD=$(BUILD) tests/run.sh $(TESTS)

check-asan:
	$(MAKE) check BUILD=$(BUILD)-asan CFLAGS='-O1 -g -fno-omit-frame-pointer' EXTRA=-fsanitize=address

check-ubsan:
	$(MAKE) check BUILD=$(BUILD)-ubsan CFLAGS='-O1 -g' EXTRA='-fsanitize=undefined -fno-sanitize-recover=all'

clean:
	rm -rf $(BUILD) $(BUILD)-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
