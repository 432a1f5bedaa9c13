#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Allocations that fail, at every step of a load and at any time of a patrol: a load ends with an error or
# works, and what is missing at run time is counted; nothing is reported, nothing leaks, nothing crashes.
# Needs a kernel with CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC (the rows *-lockdep).
#
# usage: faults.sh [STEPS]

. "${0%/*}/checks.sh"

steps=${1:-2000}
FAULTS="/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc"

# fault SETTING VALUE: for both kinds of allocations
fault() {
	for kind in $FAULTS; do
		[ ! -e "$kind/$1" ] || echo "$2" >"$kind/$1"
	done
}

# insmod_failing N: the Nth allocation of the task that loads fails
insmod_failing() {
	sh -c "echo $1 >/proc/self/fail-nth; exec insmod $SLUBWATCH_KO period_ms=0" 2>/dev/null
}

# sound: it sweeps, and says that all is well
sound() {
	set_param scan 1 && [ "$(status findings)" = 0 ]
}

# Until so many loads in a row had their fault behind them, or none at all.
load_failing() {
	n=1 failed=0 row=0
	while [ $n -le "$steps" ] && [ $row -lt 40 ]; do
		if insmod_failing $n; then
			row=$((row + 1))
			sound || return 1
			rmmod slubwatch || return 1
		else
			row=0 failed=$((failed + 1))
			[ ! -d /sys/module/slubwatch ] || return 1
		fi
		n=$((n + 1))
	done
	echo "# $failed of $((n - 1)) loads failed"
	[ $failed -gt 0 ] && [ $row = 40 ]
}

# One allocation in three of the patrol's and of this shell's fails, those that may sleep too.
patrol_failing() {
	load_slubwatch period_ms=1 cpu_permille=1000 || return 1
	for task in $(pgrep slubwatch) $$; do
		echo 1 >/proc/"$task"/make-it-fail
	done
	fault probability 33
	i=0
	while [ $i -lt 100 ]; do
		echo 1 >"$SLW/scan"
		read -r line <"$SLW_DEBUG/status"
		read -r line <"$SLW_DEBUG/findings"
		read -r line <"$SLW_DEBUG/caches"
		echo "kmalloc-*" >"$SLW/caches"
		echo "*" >"$SLW/caches"
		i=$((i + 1))
	done 2>/dev/null
	fault probability 0
	echo 0 >/proc/$$/make-it-fail
	set_param caches '*'
}

begin
[ -e /proc/self/fail-nth ] && [ -e /sys/kernel/debug/failslab ] ||
	skip_all "this kernel has no CONFIG_FAILSLAB"
fault probability 0
fault interval 1
fault times -1
fault verbose 0
fault task-filter Y
fault ignore-gfp-wait N
check "each allocation of a load fails in turn" load_failing
check "allocations of a patrol fail" patrol_failing
check "and then it goes on as ever" sound
sed -n 's/^/# /; /sweeps\|skipped\|unread/p' "$SLW_DEBUG/status"
check "unloads" unload_slubwatch
check "no splat" no_splat
finish
