#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a sweep of one cache takes, by the slabs in it: "slabs objects nanoseconds", for scripts/draw.
# The fastest of ten sweeps each; no test, but fails if there is nothing to measure.

. "${0%/*}/functions.sh"

TRACE=/sys/kernel/tracing

# sweeps: ten of them; the fastest
sweeps() {
	echo >$TRACE/trace
	for i in 1 2 3 4 5 6 7 8 9 10; do scan slubwatch_inject; done
	sed -n 's/.*slubwatch_sweep: .*duration_ns=\([0-9]*\) slabs=\([0-9]*\) objects=\([0-9]*\).*/\2 \3 \1/p' \
		$TRACE/trace | sort -n -k3 | head -n 1
}

load_modules
echo 10000 >$SLW/hold_us
echo 1 >$TRACE/events/slubwatch/slubwatch_sweep/enable
echo "# TAP version 13"
echo "# $(uname -r), $(nproc) CPUs"
for slabs in 1 2 4 8 16 24 32; do
	echo $slabs >$INJ/fill || break
	sweeps
done | tee /tmp/cost
echo 0 >$INJ/fill
echo 0 >$TRACE/events/slubwatch/slubwatch_sweep/enable
[ -s /tmp/cost ]
