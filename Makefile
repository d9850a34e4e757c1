# Attain: build, run, test. `make help` lists what there is to do.
# One rule a kind of file; everything is found by its folder, so that a new file needs no line here.

VARIANT ?= release
B       := build/$(VARIANT)
GEN     := build/gen
SERVICES := application assessment funding notification gateway

PACKAGES := libuv libzmq libpq libprotobuf-c libsodium libmicrohttpd jansson libcyaml libical libcurl libcrypto
CFLAGS_PACKAGES := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
# Pages: for one source alone, and linked to what uses it alone.
PAGES := pangocairo cairo-pdf
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lm \
        -Wl,--as-needed $(shell pkg-config --libs $(PAGES) 2>/dev/null)

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wformat=2 -Wundef -Wvla \
        -Wimplicit-fallthrough -Wdouble-promotion -Wnull-dereference -Wdate-time -Wconversion \
        -Wno-sign-conversion -Werror=attributes
WARN_gcc := -Wlogical-op -Wduplicated-cond -Wduplicated-branches
BASE := -std=gnu17 -g -fno-common -fno-strict-aliasing -fstack-protector-strong -fPIE -MD -MP \
        -D_GNU_SOURCE -iquote common -iquote services -iquote tests/support -iquote $(GEN) -isystem $(GEN) $(CFLAGS_PACKAGES)
OPT_release := -O2 -D_FORTIFY_SOURCE=3
OPT_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_clang   := -O2
OPT_mutate  := -O0 -fPIC
OPT_fuzz    := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CC_release := gcc
CC_asan    := gcc
CC_clang   := clang
CC_fuzz    := clang
CC_mutate  := gcc
CC := $(CC_$(VARIANT))
CFLAGS := $(BASE) $(OPT_$(VARIANT)) $(WARN) $(WARN_$(CC))
CFLAGS_GEN := $(filter-out -W%,$(CFLAGS)) -w
LDFLAGS := -pie -Wl,-z,relro,-z,now $(filter -fsanitize% -fno-sanitize%,$(OPT_$(VARIANT)))

.PHONY: all
all: $(addprefix $(B)/bin/,$(SERVICES) attain)

# ---- generated: protobuf-c from proto/, tables from .sql ----
PROTO   := $(wildcard proto/attain/v1/*.proto)
PROTO_C := $(PROTO:proto/%.proto=$(GEN)/%.pb-c.c)
SQL     := $(wildcard common/sql/queries.sql services/*/sql/queries.sql)
SQL_C   := $(SQL:%.sql=$(GEN)/%.sql.c)

$(GEN)/%.pb-c.c: proto/%.proto $(wildcard proto/attain/v1/options.proto)
	@mkdir -p $(GEN)
	protoc-c -Iproto -I/usr/include --c_out=$(GEN) $<
# Headers are written along with their sources.
$(GEN)/%.pb-c.h: $(GEN)/%.pb-c.c ;
$(GEN)/messages.h: $(GEN)/messages.c ;
$(GEN)/google/protobuf/descriptor.pb-c.c:
	@mkdir -p $(GEN)
	protoc-c -I/usr/include --c_out=$(GEN) /usr/include/google/protobuf/descriptor.proto
$(GEN)/%.sql.c: %.sql common/sql2c.awk
	@mkdir -p $(@D)
	awk -f common/sql2c.awk -v header=$(@:.c=.h) $< > $@

PAPER_CFLAGS := $(shell pkg-config --cflags $(PAGES) 2>/dev/null | sed 's/-I/-isystem /g')
$(B)/services/assessment/paper.o $(B)/services/assessment/paper.tidy: CFLAGS += $(PAPER_CFLAGS)

GENERATED := $(PROTO_C) $(GEN)/google/protobuf/descriptor.pb-c.c $(SQL_C) $(GEN)/messages.c
# The table of all messages, their numbers, field bounds and documentation (proto/protogen.c).
$(GEN)/messages.c: $(PROTO) $(GEN)/protogen
	protoc -Iproto -I/usr/include --include_imports --include_source_info \
	       --descriptor_set_out=$(GEN)/attain.desc $(PROTO)
	$(GEN)/protogen $(GEN)/attain.desc $(GEN)
$(GEN)/protogen: proto/protogen.c $(GEN)/google/protobuf/descriptor.pb-c.c
	gcc -std=gnu17 -O1 -g -Wall -Wextra -Werror -isystem $(GEN) -o $@ $^ -lprotobuf-c

.PHONY: generate
generate: $(GENERATED)

# ---- objects ----
COMMON_SRC := $(wildcard common/*.c)
GEN_OBJ    := $(GENERATED:$(GEN)/%.c=$(B)/gen/%.o)
COMMON_OBJ := $(COMMON_SRC:%.c=$(B)/%.o) $(GEN_OBJ)

$(B)/gen/%.o: $(GEN)/%.c | $(GENERATED)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS_GEN) -c -o $@ $<
$(B)/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS) -c -o $@ $<
$(B)/libcommon.a: $(COMMON_OBJ)
	@rm -f $@; ar rcs $@ $^

# A service is its folder; operator/ makes the command `attain`.
service_src = $(shell find services/$(1) -name '*.c' 2>/dev/null)
define SERVICE
$(B)/bin/$(2): $$(patsubst %.c,$(B)/%.o,$$(call service_src,$(1))) $(B)/libcommon.a
	@mkdir -p $$(@D)
	@echo "  LD   $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ -Wl,--start-group $$^ -Wl,--end-group $$(LIBS)
endef
$(foreach s,$(SERVICES),$(eval $(call SERVICE,$(s),$(s))))
$(eval $(call SERVICE,operator,attain))
# The operator folds every service's events: it is linked to all of them.
$(B)/bin/attain: $(B)/libservices.a

# ---- tests: each tests/<tier>/<name>.c is a program; tests/support is linked to all ----
SUPPORT_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/support/*.c))
# What tests may reach in a service: everything but its main.c.
DOMAIN_OBJ  := $(patsubst %.c,$(B)/%.o,$(filter-out %/main.c,$(shell find services -name '*.c' 2>/dev/null)))
$(B)/libservices.a: $(DOMAIN_OBJ)
	@rm -f $@; ar rcs $@ $^
$(B)/tests/bin/%: $(B)/tests/%.o $(SUPPORT_OBJ) $(B)/libservices.a $(B)/libcommon.a
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
test_programs = $(patsubst tests/%.c,$(B)/tests/bin/%,$(wildcard tests/$(1)/*.c))

# Tests that a mutant is loaded before: everything of ours is in one shared library (tests/mutate/mutate.mjs).
$(B)/libattain.so: $(DOMAIN_OBJ) $(COMMON_OBJ) $(SUPPORT_OBJ)
	@echo "  LD   $@"
	@$(CC) -shared -o $@ $^ $(LIBS) -lcmocka
$(B)/tests/mutated/%: $(B)/tests/unit/%.o $(B)/libattain.so
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) -pie -o $@ $< -L$(B) -lattain -Wl,-rpath,$(abspath $(B)) -lcmocka $(LIBS)
.PHONY: mutated compiler
mutated: $(patsubst tests/unit/%.c,$(B)/tests/mutated/%,$(filter-out tests/unit/random_commands.c,\
         $(shell grep -lE 'domain\.h|_given\.h|_steps\.h|decision\.h|fsm\.h|workday\.h|money\.h|edition\.h' tests/unit/*.c)))
compiler:
	@echo $(CC) $(CFLAGS)

-include $(shell find build/$(VARIANT) -name '*.d' 2>/dev/null)
.PRECIOUS: $(B)/%.o $(GEN)/%.pb-c.c $(GEN)/%.sql.c
.DELETE_ON_ERROR:

# ---- checks ----
# A source's .tidy follows its object, and so everything that it includes.
LINT_SRC := $(shell find common services tests -name '*.c' -not -path '*/node_modules/*' 2>/dev/null)
.PHONY: setup rules lint objects tidy proto-record
setup:
	@deploy/local/setup.sh
rules:
	@tests/checks/rules.sh
lint:
	@DEEP=$(DEEP) TIMES=$(TIMES) tests/checks/lint.sh
proto-record:
	@tests/checks/lint.sh record
objects: $(LINT_SRC:%.c=$(B)/%.o)
tidy: $(LINT_SRC:%.c=$(B)/%.tidy)
$(B)/%.tidy: %.c $(B)/%.o .clang-tidy
	@clang-tidy --quiet $< -- $(CFLAGS) 2>$@.err || { grep -v 'warnings\? generated' $@.err; exit 1; }
	@mv $@.err $@

# ---- commands ----
.PHONY: help run test demo crash bench mutate
help:
	@awk '/^# [a-z]+: / { sub(/^# /, ""); name = $$1; sub(/^[^ ]+ /, ""); printf "  make %-9s %s\n", substr(name, 1, length(name) - 1), $$0 }' Makefile
# run: install, build, start all of Attain as a sandbox; Ctrl-C stops it
run:
	@deploy/local/run.sh
# test: everything that is checked, setting up what it needs; ends with `N passed, N failed`
test:
	@tests/run.sh
# demo: both main lines on a throw-away stack, narrated
demo: setup all
	@node deploy/local/demo.mjs
# crash: both main lines under random kill -9 (KILLS=200 for the long form), then the invariants
crash: setup all
	@node tests/crash/crash.mjs
# bench: the figures, with peers in the same run (QUICK=1 for the short form)
bench: setup all bench-parts
	@node tests/bench/bench.mjs
# mutate: changes rules one at a time and tells which changes no unit test notices (SAMPLE=60 for some, AGAIN=1 for the last survivors)
mutate: setup
	@$(MAKE) -s -j2 VARIANT=mutate mutated
	@node tests/mutate/mutate.mjs $(WORDS)
# rules: the list of rules against the tests
# lint: format, tidy, banned calls, includes, documentation, protocol, OpenAPI
# setup: install what building, running and testing need
# generate: make the generated sources in build/gen

# ---- bench ----
# The load generator stands alone; it speaks TLS by OpenSSL. The peers come from npm, by their lock file.
.PHONY: bench-parts
bench-parts: $(B)/tests/bin/bench/load tests/bench/node_modules/.package-lock.json
$(B)/tests/bin/bench/load: $(B)/tests/bench/load.o $(B)/common/base.o $(B)/common/clock.o
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ -lssl -lcrypto
# Packages of npm, by their lock file.
%/node_modules/.package-lock.json: %/package-lock.json
	@npm ci --prefix $* --no-audit --no-fund --silent
	@touch $@
