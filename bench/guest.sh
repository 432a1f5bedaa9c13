#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figures of a booted kernel. Run by bench/guest.
#
# usage: guest.sh PART...
#
#   validate	a sweep beside SLUB's own validate_slab_cache(): ns a free object, and holds
#   growth	a sweep of one cache, by its objects
#   caches	a sweep of everything, by the number of caches
#   machine	a sweep of everything, once: for machines with more CPUs and nodes
#   memory	what slubwatch takes
#   dump	a sweep of one cache, then a panic, so that there is a dump
#   loss	what work takes: without slubwatch, with a patrol, with a guard, and without once more
#   once	before one of these: one round, of a tenth
#   work	what it takes as the kernel was booted
#   smoke	one sweep
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
	for _ in $(seq "$1"); do
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
		awk -v ns="$SWEEP_NS" -v o="$SWEEP_OBJECTS" -v c="$(status caches)" -v cpus="$(nproc)" 'BEGIN {
			printf "%5d caches, %2d CPUs: %10.1f us, %6.2f us a cache, %d free objects\n", c, cpus, ns / 1000, ns / 1000 / c, o }'
	done
	rmmod slubwatch_bench
	rmmod slubwatch
}

# Everything once, in a machine that has more of something.
machine() {
	load hold_us=1000
	sweeps 5 1
	awk -v ns="$SWEEP_NS" -v o="$SWEEP_OBJECTS" -v c="$(status caches)" -v cpus="$(nproc)" \
		-v nodes="$(find /sys/devices/system/node -name 'node[0-9]*' | wc -l)" 'BEGIN {
		printf "%2d CPUs, %d nodes: %10.1f us, %7.1f us a CPU, %d caches, %d free objects\n",
			cpus, nodes, ns / 1000, ns / 1000 / cpus, c, o }'
	rmmod slubwatch
}

# Since slubwatch counts what it allocates. Its module without what only loading needs.
memory() {
	echo "## memory: bytes, after 3 sweeps; neither the thread's stack nor the queue of work"
	load
	sweeps 3 1
	awk -v cpus="$(nproc)" -v core="$(cat /sys/module/slubwatch/coresize)" -v m="$(status memory_bytes)" \
		-v c="$(status caches)" 'BEGIN {
		printf "%d CPUs, %d caches: module %d, allocated %d: %.1f KiB\n", cpus, c, core, m, (core + m) / 1024 }'
	rmmod slubwatch
}

# For whoever reads the dump: the same cache. A panic, since crash opens no dump of a guest that is well.
dump() {
	load hold_us=1000
	insmod $BENCH_KO
	echo 200000 >$BENCH/objects
	sweeps 5 slubwatch_bench
	sweep slubwatch_bench
	echo "sweep $SWEEP_NS ns $SWEEP_OBJECTS objects"
	echo c >/proc/sysrq-trigger
}

# now_ns: with --icount, how many instructions
now_ns() { sed -n '/^now at/{s/[^0-9]//g;p;q}' /proc/timer_list; }

# work_of NAME: a fixed amount
work_of() {
	case $1 in
	files)	for i in $(seq 2000); do : >"/tmp/f.$i"; done; rm -f /tmp/f.* ;;
	tasks)	hackbench -l 40 -g 1 >/dev/null ;;
	net)	nc -l -p 7 >/dev/null &
		usleep 50000
		dd if=/dev/zero bs=1k count=20000 2>/dev/null | nc 127.0.0.1 7
		wait $! ;;
	cc)	cc1 -quiet -O2 /work.i -o /dev/null ;;
	esac
}

WORKS='files tasks net cc'

# works SETTING: one line each, `loss SETTING WORK NS`. Each takes about a second, so that the slowest
# patrol comes by too; hackbench falls into one of two rhythms each time, and so into a mixture.
works() {
	for work in $WORKS; do
		began=$(now_ns)
		for _ in $(seq "${TIMES:-10}"); do
			work_of "$work"
		done
		echo "loss $1 $work $(($(now_ns) - began))"
	done
}

# What is done for the first time takes longer.
warm_up() {
	ifconfig lo 127.0.0.1
	works warm-up >/dev/null
}

# Turn by turn within one boot; the first and the last are the same.
loss() {
	warm_up
	for _ in $(seq "${ROUNDS:-3}"); do
		works off
		load period_ms=1000
		works patrol-1000
		echo 100 >$SLW/period_ms
		works patrol-100
		echo 0 >$SLW/period_ms
		echo kmalloc-64 >$SLW/guard
		works guard
		rmmod slubwatch
		works off-again
	done
}

work() {
	warm_up
	for _ in $(seq "${ROUNDS:-3}"); do
		works "$(sed -n 's/.*as=\([^ ]*\).*/\1/p' /proc/cmdline)"
	done
}

once() { ROUNDS=1 TIMES=1; }

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
