#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Wake-up latency of a real-time task with and without slubwatch, by turns in one boot, under load: a
# table to look at.  No time is asserted.  usage: cyclictest.sh [ROUNDS [SECONDS]]

. "${0%/*}/checks.sh"

rounds=${1:-5} seconds=${2:-10}

# measure: the worst of all CPUs in MIN AVG MAX, in us
measure() {
	out=$(cyclictest --quiet --mlockall --smp --priority=80 --interval=1000 --duration="$seconds" 2>/dev/null) ||
		return 1
	read -r MIN AVG MAX <<-END
		$(echo "$out" | sed -n 's/^T:.*Min: *\([0-9]*\).*Avg: *\([0-9]*\).*Max: *\([0-9]*\).*/\1 \2 \3/p' |
			awk '{ for (i = 1; i <= 3; i++) if ($i > m[i]) m[i] = $i } END { print m[1], m[2], m[3] }')
	END
	[ -n "$MAX" ]
}

# both ROUND: without, then with a patrol ten times as frequent as it is if nothing is said
both() {
	measure || return 1
	line="$MIN $AVG $MAX"
	load_slubwatch period_ms=100 || return 1
	measure && sweeps=$(status sweeps) && [ "$(status findings)" = 0 ] && unload_slubwatch || return 1
	# shellcheck disable=SC2086
	printf '# %5d   %6d %6d %6d   %6d %6d %6d   %6d\n' "$1" $line "$MIN" "$AVG" "$MAX" "$sweeps"
	[ "$sweeps" -gt 0 ]
}

begin
command -v cyclictest >/dev/null || skip_all "no cyclictest"
start_load
echo "# us          without slubwatch     slubwatch period_ms=100"
echo "# round      min    avg    max      min    avg    max   sweeps"
round=1
while [ "$round" -le "$rounds" ]; do
	check "round $round: measured twice, swept, nothing found" both "$round"
	round=$((round + 1))
done
stop_load
finish
