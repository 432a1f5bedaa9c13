#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the guard costs those who allocate: the same loops with nothing guarded, with another cache
# guarded, and with theirs, by turns in one boot; in units of the clock, and as ratios to the first.
#
# usage: pace.sh [ROUNDS [N]]	lower quartile of so many rounds of N operations
#
# Under qemu -icount shift=0 the units are instructions.

. "${0%/*}/functions.sh"

ROUNDS=${1:-9} N=${2:-2048}
: "${PACE_KO:=$here/test_modules/slubwatch_pace.ko}"
PACE=/sys/module/slubwatch_pace/parameters/run
KINDS='pair batch kmalloc kmalloc-batch'
# Another cache of the same tracepoint.
OTHERS='dentry kmalloc-2k'

measure() {
	for kind in $KINDS; do
		echo "$kind $N" >"$PACE"
		echo "$kind $1 $(cat "$PACE")" >>/tmp/pace
	done
}

ktap_print_header
insmod "$PACE_KO" || die "slubwatch_pace does not load"
insmod "$SLUBWATCH_KO" period_ms=0 || die "slubwatch does not load"
round=0
: >/tmp/pace
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	echo none >"$SLW/guard"
	measure none
	for other in $OTHERS; do
		echo "$other" >"$SLW/guard"
		measure "$other"
	done
	echo slubwatch_pace,kmalloc-256 >"$SLW/guard"
	measure guarded
done
echo none >"$SLW/guard"
sort -k1,1 -k2,2 -k3,3n /tmp/pace | awk '
	{ key = $1 " " $2; if (!n[key]++) order[++keys] = key; value[key, n[key]] = $3 }
	END {
		for (i = 1; i <= keys; i++) {
			key = order[i]; split(key, k, " ")
			at[key] = value[key, int((n[key] + 3) / 4)]
			kinds[k[1]] = 1; modes[k[2]] = 1
		}
		for (kind in kinds) for (mode in modes) {
			key = kind " " mode
			printf "# %-14s %-12s %9.1f %7.3f\n", kind, mode, at[key], at[key] / at[kind " none"]
		}
	}' | sort
rmmod slubwatch
rmmod slubwatch_pace
if no_splat; then ktap_test_pass "measured"; else ktap_test_fail "the kernel complained"; fi
ktap_set_plan 1
ktap_finished
