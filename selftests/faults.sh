#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Allocations that fail, at any step of a load and at any time of a patrol. A load ends with -ENOMEM and
# nothing of it left, or works; what is missing at run time is counted; nothing is reported, nothing leaks.
# Needs a kernel with CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC (those with the fragment lockdep).
#
# usage: faults.sh [LOADS [FIRST]]	of all the allocations of a load, so many fail, evenly spread, from
#					the FIRST on

. "${0%/*}/checks.sh"

loads=${1:-200}
first=${2:-1}
FAULTS="/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc"
FAIL_NTH=${0%/*}/fail_nth
ENOMEM=12
# vmalloc() says at length that it had no memory, whoever asked; trace_module_add_events() warns, and in 6.12
# what eventfs lets go of then. So the log is kept off the console, and searched here for what would be a splat.
LOG=/tmp/faults.log
SPLAT='BUG:|WARNING:|INFO:|Oops|general protection|possible |inconsistent|suspicious|invalid context'

# fault SETTING VALUE: for both kinds of allocations, if they have it
fault() {
	for kind in $FAULTS; do
		[ ! -e "$kind/$1" ] || echo "$2" >"$kind/$1"
	done
}

# load_failing N: sets ERR and LEFT. An emulated CPU with lockdep needs longer windows.
load_failing() {
	read -r ERR LEFT <<END
$("$FAIL_NTH" "$1" "$SLUBWATCH_KO" "period_ms=0 hold_us=1000")
END
	[ -n "$LEFT" ]
}

# nothing_left: of a load that failed
nothing_left() {
	[ ! -d /sys/module/slubwatch ] && [ ! -d "$SLW_DEBUG" ] &&
		! grep -q slubwatch /proc/vmallocinfo /proc/slabinfo
}

# quiet: nothing in the log is a splat of other making
quiet() {
	dmesg -c >>$LOG
	! grep -E "$SPLAT" $LOG | grep -v -E 'WARNING: .*at event_(define_fields|file_put)\+' | sed 's/^/# /' | grep .
}

# sound: it sweeps, and says that all is well; without its files, if these could not be made, in the log
sound() {
	set_param scan 1 || return 1
	if [ -e "$SLW_DEBUG/status" ]; then
		[ "$(status findings)" = 0 ]
	else
		! dmesg | grep -q 'slubwatch: finding'
	fi
}

# one_load N: with a failure at the Nth allocation
one_load() {
	load_failing "$1" || return 1
	case $ERR in
	0)		survived=$((survived + 1)); sound && rmmod slubwatch && nothing_left ;;
	"$ENOMEM")	refused=$((refused + 1)); nothing_left ;;
	*)		false ;;
	esac
}

many_loads() {
	n=$first refused=0 survived=0
	LEFT=0
	# Not every load takes as many: one with some left had no failure.
	while [ "$n" -le "$all" ] && [ "$LEFT" = 0 ]; do
		one_load "$n" || {
			echo "# allocation $n: error $ERR, $LEFT left"
			dmesg | tail -n 3 | sed 's/^/# /'
			return 1
		}
		dmesg -c >>$LOG
		n=$((n + (all + loads - 1) / loads))
	done
	echo "# loads with a failed allocation: $((refused + survived)), of these refused with -ENOMEM: $refused"
	[ $refused -gt 0 ]
}

# Without a failure: how many allocations are there?
count_allocations() {
	load_failing 1000000 && [ "$ERR" = 0 ] || return 1
	all=$((1000000 - LEFT))
	echo "# allocations of a load: $all"
	rmmod slubwatch
}

# One allocation in three of the patrol's and of this shell's fails, those that may sleep too.
patrol_failing() {
	load_slubwatch period_ms=1 cpu_permille=1000 hold_us=1000 watch='kmalloc-*' || return 1
	echo 1 >/proc/"$(patrol_pid)"/make-it-fail
	ask_failing &
	echo 1 >/proc/$!/make-it-fail
	fault probability 33
	wait $!
	fault probability 0
}

# ask_failing: for sweeps and files, and change what can be changed
ask_failing() {
	i=0
	while [ $i -lt 100 ]; do
		echo 1 >"$SLW/scan"
		while read -r _; do :; done <"$SLW_DEBUG/status"
		while read -r _; do :; done <"$SLW_DEBUG/findings"
		while read -r _; do :; done <"$SLW_DEBUG/caches"
		echo "kmalloc-*" >"$SLW/caches"
		echo none >"$SLW/watch"
		echo "kmalloc-*" >"$SLW/watch"
		echo "*" >"$SLW/caches"
		i=$((i + 1))
	done 2>/dev/null
}

begin
[ -e /proc/self/fail-nth ] && [ -d /sys/kernel/debug/failslab ] ||
	skip_all "this kernel has no CONFIG_FAILSLAB"
[ -x "$FAIL_NTH" ] || skip_all "no $FAIL_NTH"
dmesg -n 4
fault probability 0
fault interval 1
fault times -1
fault verbose 0
fault task-filter Y
fault ignore-gfp-wait N
fault min-order 0
check "the allocations of a load are counted" count_allocations
before=$(kmalloc_objects)
check "loads without one of them" many_loads
bound=$((before + refused + survived))
after=$(settled kmalloc_objects $bound)
check "objects in use did not grow by one a load ($before, $after)" [ "$after" -lt $bound ]
check "a patrol without one in three of them" patrol_failing
check "with nothing to report" sound
sed -n 's/^/# /; /sweeps\|skipped\|unread/p' "$SLW_DEBUG/status"
check "unloads" unload_slubwatch
check "nothing is left" nothing_left
check "nothing in the log but that" quiet
finish
