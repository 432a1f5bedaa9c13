#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Parameters: good values are taken, bad ones refused with -EINVAL and one line
# that says what is accepted, and change nothing; the module refuses to load
# twice, and with bad values, and leaves nothing behind.

. "${0%/*}/checks.sh"

# refused NAME VALUE WORD: writing VALUE fails, the log says WORD, nothing changed
refused()
{
	before=$(param "$1" 2>/dev/null)
	mark_log
	if (set_param "$1" "$2") 2>/dev/null; then
		echo "# $1 took '$2'"
		return 1
	fi
	log_has "slubwatch: $1 takes" || {
		echo "# the log does not say what $1 takes"
		return 1
	}
	[ "$before" = "$(param "$1" 2>/dev/null)" ]
}

# taken NAME VALUE: writing VALUE works and reads back
taken()
{
	set_param "$1" "$2" && [ "$(param "$1")" = "$2" ]
}

# load_refused ARGS...: insmod fails, and nothing is left behind
load_refused()
{
	if insmod "$SLUBWATCH_KO" "$@" 2>/dev/null; then
		echo "# loaded with $*"
		rmmod slubwatch
		return 1
	fi
	[ ! -d /sys/module/slubwatch ] && [ ! -d /sys/kernel/debug/slubwatch ]
}

# without_btf: as on a kernel that has none
without_btf()
{
	mark_log
	unshare -m sh -c "umount -l /sys && ! insmod $SLUBWATCH_KO 2>/dev/null" &&
	log_has "cannot open /sys/kernel/btf/vmlinux" && [ ! -d /sys/module/slubwatch ]
}

begin
check "refuses to load without BTF, and says so" without_btf
check "refuses a bad period at load" load_refused period_ms=never
check "refuses a bad list of caches at load" load_refused caches=a,,b
check "refuses an unknown parameter value of action at load" load_refused action=explode
check "loads" load_slubwatch period_ms=0
check "refuses a second copy" sh -c "! insmod $SLUBWATCH_KO 2>/dev/null"

while read -r name value; do
	check "$name takes '$value'" taken "$name" "$value"
done <<-END
	period_ms 0
	period_ms 1
	period_ms 86400000
	cpu_permille 1
	cpu_permille 1000
	hold_us 5
	hold_us 10000
	unchanged_sweeps 1
	unchanged_sweeps 1000
	isolated_cpus 1
	isolated_cpus 0
	caches kmalloc-*,!kmalloc-8
	caches !dentry
	caches *
	action report
	action report,panic
	action report,isolate
	action report,isolate,panic
	isolate_max 0
	isolate_max 1024
END
set_param action report
set_param period_ms 0

while read -r name value; do
	check "$name refuses '$value'" refused "$name" "$value"
done <<-END
	period_ms -1
	period_ms 86400001
	period_ms 10ms
	period_ms
	cpu_permille 0
	cpu_permille 1001
	hold_us 4
	hold_us 10001
	hold_us x
	unchanged_sweeps 0
	unchanged_sweeps 1001
	isolated_cpus 2
	caches a,,b
	caches ,
	caches !
	caches $(printf '%0256d' 0)
	action nothing
	action report,
	action report,explode
	action isolate,
	isolate_max -1
	isolate_max 1025
	isolate_max x
	scan 0
	scan ,
END

check "scans one cache only" set_param scan kmalloc-64
check "an empty pattern of scan is refused" refused scan ""
check "unloads" unload_slubwatch
check "leaves no files behind" test ! -d /sys/kernel/debug/slubwatch
finish
