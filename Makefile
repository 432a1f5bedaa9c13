# SPDX-License-Identifier: GPL-2.0
# For people; Kbuild has what the kernel's build system needs.
KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build

# A folder of this tree as an external module; make's own variables go along.
kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR)$(1) \
	$(if $(1),KBUILD_EXTRA_SYMBOLS=$(CURDIR)/Module.symvers)

modules: headers ## slubwatch.ko for the running kernel; KVER=... or KDIR=... for another
	+$(call kbuild) modules

samples: modules ## samples/slubwatch_sample.ko, which is told of findings
	+$(call kbuild,/samples) modules

test_modules: modules ## the injector, for the selftests
	+$(call kbuild,/selftests/test_modules) modules

headers:
	@test -e $(KDIR)/Makefile || { \
		echo "No headers in $(KDIR): install linux-headers-$(KVER), or say KDIR=..." >&2; \
		exit 1; }

demo: ## field case A1 on a stock 6.1 kernel, caught before it faults, and not caught
	scripts/demo

check: ## everything CI tests: style, units, selftests on booted kernels
	scripts/check

unit: ## the pure code in user space, with sanitizers: some seconds
	$(MAKE) -C selftests/unit check

fuzz: ## the BTF reader, and decode, check and walk, under libFuzzer, a fixed number of runs
	$(MAKE) -C selftests/fuzz check

style: ## checkpatch, who includes whom
	scripts/check-style

sparse: headers ## sparse over the module
	+$(call kbuild) C=2 CF="-D__CHECK_ENDIAN__ -Wno-context" modules

dump: ## crashed guests dumped, and read with drgn: some gigabytes of debug information
	scripts/dump

matrix: ## every kernel of qemu/kernels.tbl in every boot of qemu/boots.tbl: hours; qemu/results.md
	scripts/check --matrix; status=$$?; scripts/results >qemu/results.md && exit $$status

cyclictest: ## wake-up latency on the rt kernels with and without slubwatch
	scripts/cyclictest

SURVIVE ?= 6.1-cloud
INJECTIONS ?= 300

survive: ## hundreds of injections, isolated under load; SURVIVE=kernel INJECTIONS=n
	scripts/selftest $(SURVIVE) --timeout 3600 -- survive.sh:$(INJECTIONS)

SOAK ?=
SECONDS ?= 3600

soak: ## an hour of storm on a kernel of each era, and a table of it; SOAK='kernels' SECONDS=n
	scripts/soak $(SECONDS) $(SOAK)

bite: ## does the storm bite? without one remedy at a time it must make false reports
	scripts/bite 6.1-cloud
	scripts/bite 7.3-cloud

deb: ## the Debian package slubwatch-dkms, in the cache
	scripts/make-deb

install-test: ## the package on fresh Debian 12 and 13 trees: installed, used, removed
	scripts/install-test bookworm trixie

signed-test: ## the package on a machine with Secure Boot, its module signed with an enrolled key
	scripts/signed-test

docs-check: ## the commands in the documents, as they are written
	scripts/docs-check

guard-table: ## what becomes of a machine whose free pointers are overwritten: hours
	scripts/guard-table

bench: ## how fast: natively some minutes, then in a booted guest
	bench/run

guard-cost: ## what the guard costs those who allocate, in instructions, beside slab_debug and KFENCE
	scripts/guard-cost

clean: ## what building leaves in the tree
	$(RM) -r .tmp_versions
	find . \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name '*.d' -o -name modules.order -o -name Module.symvers -o -name .module-common.o \) \
		-not -path './.git/*' -delete
	$(MAKE) -s -C selftests/unit clean
	$(MAKE) -s -C selftests/fuzz clean
	$(MAKE) -s -C bench clean

help: ## this
	@sed -n 's/^\([a-z_-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: modules samples test_modules headers demo check unit fuzz style sparse dump matrix cyclictest \
	survive soak bite deb install-test signed-test docs-check guard-table guard-cost bench clean help
