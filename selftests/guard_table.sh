#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What becomes of the machine when free pointers are overwritten and objects allocated, with and
# without slubwatch, all CPUs under load. It may well not live to its end: each injection is announced
# and summed up by itself, for scripts/guard-table to count.
#
# usage: guard_table.sh MODE N [FIRST]	MODE is none, patrol:MS, guard or isolate
#
# Injections take turns: ten kinds of damage, then the other cache, then, in both, with a pause of up
# to PAUSE ms before the injector allocates. FIRST is where to go on.

. "${0%/*}/checks.sh"

MODE=$1
[ "$MODE" != patrol ] || { MODE=patrol PERIOD=$2; shift; }
N=$2 FIRST=${3:-0}
PAUSE=100

# What stays broken is told once and keeps its place; what is not any more, a sweep notices. Without
# isolation nothing would be told soon, for want of room.
make_room() {
	[ "$MODE" != guard ] || [ $(($1 % 16)) != 0 ] || echo 1 >"$SLW/scan"
}

# strike I: one injection
strike() {
	target=own pause=0
	[ $(($1 / 10 % 2)) = 0 ] || target=kmalloc-256
	[ $(($1 / 20 % 2)) = 0 ] || pause=$PAUSE
	echo "struck $1 $target $pause"
	if echo "1 $target $(($1 % 10)) $pause" 2>/dev/null >"$INJ/strikes"; then
		# Freed twice goes unseen with sheaves only; without them SLUB itself looks.
		awk -v i="$1" -v at="$target $pause" '
			$2 { print "tally", i, at, $0; any = 1 }
			END { if (!any) print "unset", i }' "$INJ/strikes"
	else
		echo "unset $1"
	fi
}

ktap_print_header
# First: what is not there cannot be guarded.
insmod "$INJECT_KO" || die "slubwatch_inject does not load"
guards='slubwatch_inject,kmalloc*-256'
case $MODE in
none)	;;
patrol)	insmod "$SLUBWATCH_KO" period_ms="$PERIOD" cpu_permille=1000 action=isolate isolate_max=1024 ;;
guard)	insmod "$SLUBWATCH_KO" period_ms=1000 guard="$guards" ;;
isolate) insmod "$SLUBWATCH_KO" period_ms=1000 guard="$guards" action=isolate isolate_max=1024 ;;
*)	die "no mode $MODE" ;;
esac || die "slubwatch does not load"
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
taskset -p 1 $$ >/dev/null 2>&1 || :
start_load ''
i=$FIRST
while [ "$i" -lt $((FIRST + N)) ]; do
	make_room "$i"
	strike "$i"
	i=$((i + 1))
done
stop_load
[ "$MODE" = none ] || sed -n 's/^\(guard_\|isolated_\|findings\)/# &/p' "$SLW_DEBUG/status"
echo "survived"
# After an oops there is nothing more to ask of it.
no_splat || reboot -f
rmmod slubwatch_inject
[ "$MODE" = none ] || rmmod slubwatch
if no_splat; then
	echo "clean"
	ktap_test_pass "the machine is as it was"
else
	ktap_test_fail "the kernel complained"
fi
ktap_set_plan 1
ktap_finished
