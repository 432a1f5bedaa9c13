#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figures of a booted kernel; parts: validate, growth, caches, memory, loss, smoke. Run by bench/guest.
#
# usage: guest.sh PART...
#
# Prints tables. No figure is judged here: it is how they relate within one table that says something,
# an emulated machine has neither caches nor a steady clock.

KO=/slubwatch.ko
BENCH_KO=/selftests/test_modules/slubwatch_bench.ko
SLW=/sys/module/slubwatch/parameters
BENCH=/sys/module/slubwatch_bench/parameters
STATUS=/sys/kernel/debug/slubwatch/status
TRACE=/sys/kernel/tracing

status() { sed -n "s/^$1: //p" $STATUS; }

# load [PARAMETER]...: without a patrol unless asked; its sweeps are traced
load() {
	insmod $KO period_ms=0 "$@"
	echo 1 >$TRACE/events/slubwatch/slubwatch_sweep/enable
}

# median: of the numbers on stdin
median() { sort -n | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'; }

# sweep CACHES: in SWEEP_NS and SWEEP_OBJECTS
sweep() {
	echo >$TRACE/trace
	echo "$1" >$SLW/scan
	# shellcheck disable=SC2046
	set -- $(sed -n 's/.*slubwatch_sweep: .*duration_ns=\([0-9]*\) .*objects=\([0-9]*\).*/\1 \2/p' $TRACE/trace)
	SWEEP_NS=$1 SWEEP_OBJECTS=$2
}

# sweeps N CACHES: medians of so many
sweeps() {
	n=$1
	for i in $(seq "$n"); do
		sweep "$2"
		echo "$SWEEP_NS"
	done >/tmp/sweeps
	SWEEP_NS=$(median </tmp/sweeps)
}

holds() { sed -n 's/^\(max_hold_ns\|holds_below_[0-9]*_us\): /\1=/p' $STATUS | tr '\n' ' '; }

# Beside SLUB's own, on the same list, turn by turn; hold_us as it is by default and one long window.
validate() {
	case $(uname -r) in
	6.1.*|6.12.*) ;;
	*) echo "validate: not on this kernel, where SLUB's own reports healthy slabs and repairs them"; return ;;
	esac
	echo "## 200000 objects of 256 bytes, a random half free: one cache, medians of 9"
	load
	insmod $BENCH_KO
	echo 200000 >$BENCH/objects
	for us in 50 10000; do
		echo $us >$SLW/hold_us
		rm -f /tmp/[vab]
		for i in 1 2 3 4 5 6 7 8 9; do
			echo 1 >$BENCH/validate
			cat $BENCH/validate >>/tmp/v
			sweep slubwatch_bench; echo "$SWEEP_NS" >>/tmp/a
			sweep slubwatch_bench; echo "$SWEEP_NS" >>/tmp/b
		done
		v=$(median </tmp/v) a=$(median </tmp/a) b=$(median </tmp/b)
		awk -v us="$us" -v v="$v" -v a="$a" -v b="$b" -v n="$SWEEP_OBJECTS" 'BEGIN {
			printf "hold_us %5d: %d free objects; validate %.0f ns each, sweep %.0f, again %.0f; sweep/validate %.2f, A/A %.2f\n",
				us, n, v / n, a / n, b / n, a / v, b / a }'
		echo "longest hold of validate, all of the call: $(sort -n /tmp/v | head -n 1) ns at least"
		echo "windows of slubwatch: $(holds)"
	done
	rmmod slubwatch_bench
	rmmod slubwatch
}

# How a sweep of one cache grows with its objects.
growth() {
	echo "## growth with objects: a sweep of one cache, medians of 5"
	load hold_us=1000
	insmod $BENCH_KO
	for n in 100 1000 10000 100000 1000000; do
		echo $n >$BENCH/objects || break
		sweeps 5 slubwatch_bench
		awk -v n="$n" -v ns="$SWEEP_NS" -v o="$SWEEP_OBJECTS" 'BEGIN {
			printf "%8d objects, %7d free: %10.1f us, %8.0f ns a free object\n", n, o, ns / 1000, ns / (o ? o : 1) }'
	done
	rmmod slubwatch_bench
	rmmod slubwatch
}

# And one of all caches with their number.
caches() {
	echo "## growth with caches: a sweep of everything, medians of 5"
	load hold_us=1000
	insmod $BENCH_KO
	for n in 0 10 100 1000 2000; do
		echo $n >$BENCH/caches || break
		sweeps 5 1
		awk -v n="$n" -v ns="$SWEEP_NS" -v o="$SWEEP_OBJECTS" -v c="$(status caches)" -v cpus="$(nproc)" 'BEGIN {
			printf "%5d caches, %2d CPUs: %10.1f us, %6.2f us a cache, %d free objects\n", c, cpus, ns / 1000, ns / 1000 / c, o }'
	done
	rmmod slubwatch_bench
	rmmod slubwatch
}

kmem() { awk '/^(Slab|VmallocUsed|Percpu):/ { n += $2 } END { print n }' /proc/meminfo; }

memory() {
	echo "## memory"
	load
	set -- $(sed -n 's/^slubwatch \([0-9]*\).*/\1/p' /proc/modules)
	echo "$(nproc) CPUs: module $1 bytes"
	awk '/slw_|slubwatch|kvmalloc_node/ && /pages=/ && /\[slubwatch\]|slw/ { print }' /proc/vmallocinfo
	rmmod slubwatch
}

# loop NAME: ms that a fixed amount of work takes
loop() {
	began=$(cut -d' ' -f1 /proc/uptime)
	case $1 in
	files)	for i in $(seq 300); do : >/tmp/f.$i; done; rm -f /tmp/f.* ;;
	tasks)	hackbench -l 60 -g 2 >/dev/null ;;
	forks)	for i in $(seq 60); do /bin/true; done ;;
	esac
	awk -v b="$began" '{ printf "%d\n", ($1 - b) * 1000 }' /proc/uptime
}

# What the machine loses, turn by turn within one boot; the first and the last row are the same.
loss() {
	echo "## loss: ms for the same work, medians of ${ROUNDS:-5}"
	rm -f /tmp/l.*
	for round in $(seq "${ROUNDS:-5}"); do
		for setting in off 1000 100 off-again; do
			case $setting in off*) ;; *) insmod $KO period_ms=$setting ;; esac
			for work in files tasks forks; do
				loop $work >>/tmp/l.$setting.$work
			done
			case $setting in off*) ;; *) rmmod slubwatch ;; esac
		done
	done
	for setting in off 1000 100 off-again; do
		for work in files tasks forks; do
			echo "$setting $work $(median </tmp/l.$setting.$work)"
		done
	done | awk '{ if ($1 == "off") base[$2] = $3
		printf "period_ms %-9s %-6s %6d ms  %.2f\n", $1, $2, $3, $3 / base[$2] }'
}

smoke() {
	load
	insmod $BENCH_KO
	echo 1000 >$BENCH/objects
	sweep slubwatch_bench
	echo "one sweep: $SWEEP_OBJECTS free objects, $SWEEP_NS ns"
	rmmod slubwatch_bench
	rmmod slubwatch
	[ "$SWEEP_OBJECTS" -gt 0 ]
}

for part; do
	$part || exit 1
done
