#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every free object of a cache is looked at: with some in each place, slubwatch's counts by place
# must be what the injector counts by itself.

. "${0%/*}/functions.sh"

# census: the injector's counts, in N_PLACE (with _ for -); PLACES in its order; in SLABS_ONLY
# whether they can only be in slabs on a node's list
census() {
	PLACES='' CACHE='' SLABS_ONLY='' N_slabs=
	while read -r key value; do
		case $key in
		cache)	CACHE=$value; continue ;;
		slabs_only) SLABS_ONLY=$value; continue ;;
		slabs)	N_slabs=$value; continue ;;
		esac
		PLACES="$PLACES $key"
		eval "N_$(echo "$key" | tr - _)=\$value"
	done <"$INJ/census"
}

# row: slubwatch's counts of the same cache, in S_PLACE
row() {
	S_slabs=
	header=$(sed -n 1p "$SLW_DEBUG/caches")
	line=$(awk -v c="$CACHE" '$1 == c' "$SLW_DEBUG/caches")
	set -- $line
	for column in $header; do
		eval "S_$(echo "$column" | tr - _)=\$1"
		shift
	done
}

# needed PLACE: must this kernel have filled it?
needed() {
	case $SLABS_ONLY:$1 in
	1:cpu-*|1:sheaf-*|1:barn-*) return 1 ;;
	esac
	case $1 in
	cpu-freelist)	has cpu_slab ;;
	cpu-slab)	has cpu_slab && [ "$cpus" -gt 1 ] ;;
	cpu-partial)	has cpu_partial ;;
	sheaf-rcu)	has sheaves && [ ! -e /sys/kernel/realtime ] && ! uname -v | grep -q PREEMPT_RT ;;
	sheaf-*)	has sheaves ;;
	barn-full)	has barn ;;
	barn-empty)	false ;;
	*)		true ;;
	esac
}

has() { case " $caps " in *" $1 "*) return 0 ;; esac; return 1; }

# scan_whole: everything once, then the cache alone until a sweep has left nothing out. On an emulated
# machine a window may be too short for a chain; then it says so, and in the end the windows are as long
# as they can be.
scan_whole() {
	hold_us=$(cat "$SLW/hold_us")
	scan_tries
	failed=$?
	echo "$hold_us" >"$SLW/hold_us"
	return $failed
}

scan_tries() {
	read_status
	left_out=$LEFT_OUT
	scan || return 1
	sweeps=0
	while read_status; [ "$LEFT_OUT" != "$left_out" ]; do
		left_out=$LEFT_OUT sweeps=$((sweeps + 1))
		[ $sweeps -lt 20 ] || return 1
		[ $sweeps -lt 10 ] || echo 10000 >"$SLW/hold_us"
		scan "$CACHE" || return 1
	done
}

# compare SLABS: fill so many and compare each place
compare() {
	if ! echo "$1" >"$INJ/fill"; then
		ktap_test_fail "$1 slabs: cannot be filled"
		return
	fi
	census
	scan_whole || ktap_test_fail "$1 slabs: the sweep failed"
	census
	row
	for place in slabs $PLACES; do
		key=$(echo "$place" | tr - _)
		eval "n=\$N_$key s=\$S_$key"
		if [ "$n" != "$s" ]; then
			ktap_test_fail "$1 slabs: $place: there are $n, slubwatch saw $s"
		elif [ "$n" = 0 ] && needed "$place"; then
			ktap_test_fail "$1 slabs: $place: nothing there to see"
		else
			ktap_test_pass "$1 slabs: $place: $n"
		fi
	done
}

# every_cache: is there a row for each cache of sysfs? Links are other names of merged ones.
every_cache() {
	there=0
	for cache in /sys/kernel/slab/*; do
		[ -L "$cache" ] || there=$((there + 1))
	done
	seen=$(($(wc -l <"$SLW_DEBUG/caches") - 1))
	ktap_print_msg "$there caches, $seen seen"
	[ "$seen" = "$there" ]
}

ktap_print_header
load_modules
set -- /sys/devices/system/cpu/cpu[0-9]*
cpus=$#
caps=$(sed -n 's/^capabilities: //p' "$SLW_DEBUG/status")
scan
new_findings

if every_cache; then
	ktap_test_pass "every cache is seen"
else
	ktap_test_fail "every cache is seen"
fi
compare 20
# Longer than one window
compare 1000
# And with little in it
compare 1
echo 0 >"$INJ/fill"

new_findings
if [ $NR_FINDINGS = 0 ]; then
	ktap_test_pass "nothing was reported"
else
	ktap_test_fail "reported: $FINDINGS"
fi
unload_modules
if no_splat; then
	ktap_test_pass "the kernel did not complain"
else
	ktap_test_fail "the kernel complained, see its log"
fi
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
