#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the patrol leaves out: slabs that nobody used since their last look, but
# not for longer than unchanged_sweeps; and CPUs that are isolated.
# Boot with isolcpus=1 for the second half.

. "${0%/*}/checks.sh"

# sweeps N: let the patrol make so many
sweeps() {
	last=$(($(status sweeps) + $1))
	set_param period_ms 20
	for try in $(seq 600); do
		[ "$(status sweeps)" -lt $last ] || break
		usleep 100000
	done
	set_param period_ms 0
	# It waits for the sweep that the patrol may be in the middle of.
	set_param scan no-such-cache
	[ "$(status sweeps)" -ge $last ]
}

: "${BENCH_KO:=$here/test_modules/slubwatch_bench.ko}"
BENCH=/sys/module/slubwatch_bench/parameters
isolated=$(cat /sys/devices/system/cpu/isolated)

begin
check "loads" load_slubwatch period_ms=0 cpu_permille=1000 hold_us=1000
check "patrols" sweeps 8
check "unchanged slabs are left out: $(status unchanged_skipped)" [ "$(status unchanged_skipped)" -gt 0 ]
left_out=$(status unchanged_skipped)
check "scans" set_param scan 1
check "a scan leaves nothing out" [ "$(status unchanged_skipped)" = "$left_out" ]
check "takes a bound of 1" set_param unchanged_sweeps 1
check "patrols" sweeps 3
check "with a bound of 1 nothing is left out" [ "$(status unchanged_skipped)" = "$left_out" ]

if [ -n "$isolated" ]; then
	check "scans" set_param scan 1
	check "the isolated CPU is left out" [ "$(status isolated_cpus_left_out)" = 1 ]
	check "and not covered: $(status coverage_percent) %" [ "$(status coverage_percent)" -lt 100 ]
	check "is told to visit it" set_param isolated_cpus 1
	check "scans" set_param scan 1
	check "visits all" [ "$(status isolated_cpus_left_out)" = 0 ]
else
	check "no CPU is left out" [ "$(status isolated_cpus_left_out)" = 0 ]
fi
check "no findings" [ "$(status findings)" = 0 ]

# Damage that no counter shows, in a slab that was just found clean.
check "takes a bound of 4" set_param unchanged_sweeps 4
check "a cache to damage" insmod "$BENCH_KO"
check "with objects" sh -c "echo 2000 >$BENCH/objects"
check "patrols" sweeps 6
check "damaged" sh -c "echo 1 >$BENCH/damage"
check "patrols as often as the bound says" sweeps 4
check "found" [ "$(status findings)" = 1 ]
check "mended" sh -c "echo 0 >$BENCH/damage"
check "patrols" sweeps 5
check "nothing else" [ "$(status findings)" = 1 ]
check "in that cache" grep -q "finding 1: freepointer in slubwatch_bench" "$SLW_DEBUG/findings"

# The same, found by a scan, in a slab that the patrol would leave out: told once.
check "damaged again" sh -c "echo 1 >$BENCH/damage"
check "scans" set_param scan 1
check "found" [ "$(status findings)" = 2 ]
check "patrols longer than the bound says" sweeps 6
check "and is the same finding" [ "$(status findings)" = 2 ]
check "mended" sh -c "echo 0 >$BENCH/damage"
check "in that cache" grep -q "finding 2: freepointer in slubwatch_bench" "$SLW_DEBUG/findings"
check "no bench any more" rmmod slubwatch_bench
check "unloads" unload_slubwatch
finish
