#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# How long are SLUB's locks held and interrupts kept off? For lists of so many partial slabs, on an idle
# machine, the windows of ten sweeps by their length: half, 99 and 99.9 of a hundred are below, and the
# longest. Run it with `boot --icount 0`, and time is instructions: what an emulator's host does with the
# CPU meanwhile does not count.
#
# usage: holds.sh [PARTIAL-SLABS...]

. "${0%/*}/checks.sh"

: "${STORM_KO:=${INJECT_KO%/*}/slubwatch_storm.ko}"

# percentiles: of the histogram in status, in us
percentiles() {
	awk -F': ' '
		/^holds_below_/		{ split($1, w, "_"); n++; below[n] = w[3]; count[n] = $2; all += $2 }
		/^max_hold_ns/		{ max = $2 }
		function p(share,	i, sum) {
			for (i = 1; i < n && (sum += count[i]) < share * all; i++)
				;
			return "<" below[i]
		}
		END			{ printf "%d %s %s %s %.1f\n", all, p(0.5), p(0.99), p(0.999), max / 1000 }
	' "$SLW_DEBUG/status"
}

# measure PARTIAL-SLABS
measure() {
	insmod "$STORM_KO" threads=0 hold_slabs="$1" || return 1
	load_slubwatch period_ms=0 || return 1
	sweep=0
	while [ $sweep -lt 10 ]; do
		set_param scan 1
		sweep=$((sweep + 1))
	done
	# On more CPUs SLUB makes larger slabs; a page has sixteen of these objects.
	expected=$(($1 * 16 / $(cat /sys/kernel/slab/storm-partial/objs_per_slab)))
	echo "holds $(nproc) $1 $(status slabs_checked) $(percentiles) $(status coverage_percent)"
}

begin
# By instructions those of other CPUs count too: what the boot has left to do is to be done.
sleep 20
echo "# CPUs, partial slabs, slabs checked, windows, us: half of them, 99 %, 99.9 %, the longest; coverage"
[ $# -gt 0 ] || set -- 1000
for slabs; do
	check "sweeps over $slabs partial slabs" measure "$slabs"
	check "all of them were seen" [ "$(status slabs_checked)" -ge $((expected * 9)) ]
	check "no findings" [ "$(status findings)" = 0 ]
	unload_slubwatch
	rmmod slubwatch_storm
done
finish
