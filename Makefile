# SPDX-License-Identifier: GPL-2.0
# For people; Kbuild has what the kernel's build system needs.
KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build

kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR)$(1) \
	$(if $(1),KBUILD_EXTRA_SYMBOLS=$(CURDIR)/Module.symvers)

modules: headers ## slubwatch.ko, for KVER=... or KDIR=... if not the running kernel
	+$(call kbuild) modules

samples: modules ## the sample of a notifier
	+$(call kbuild,/samples) modules

test_modules: modules ## the injector and what else the selftests load
	+$(call kbuild,/selftests/test_modules) modules

headers:
	@test -e $(KDIR)/Makefile || { \
		echo "No headers in $(KDIR): install linux-headers-$(KVER), or say KDIR=..." >&2; \
		exit 1; }

.PHONY: modules samples test_modules headers
