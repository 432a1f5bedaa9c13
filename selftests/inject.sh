#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every injection this kernel allows: slubwatch must find it, as what it is and where it is, and
# nothing else; once it is repaired, it must find nothing.
#
# usage: inject.sh [ROW [PLACE [TARGET [BEFORE]]]]
#   ROW PLACE TARGET	shell patterns, * if not said
#   BEFORE		slabs that come before the victim's on a node's list (0); with more than 64 it is
#			walked in several batches, from both of its ends

. "${0%/*}/functions.sh"

ROW=${1:-*} PLACE=${2:-*} TARGET=${3:-*}

# look: sweep and compare; in PROBLEM what is not as it should be
look() {
	PROBLEM='' SWEEPS=0
	read_broken || { PROBLEM="the injector says that nothing is broken"; return; }
	if [ "$B_EXPECT" = nothing ]; then
		scan
	else
		scan_until_seen
	fi || { PROBLEM="the sweep failed"; return; }
	new_findings
	if [ "$B_EXPECT" = nothing ]; then
		[ $NR_FINDINGS = 0 ] || PROBLEM="reported: $FINDINGS"
	elif [ $NR_FINDINGS != 1 ]; then
		PROBLEM="$NR_FINDINGS findings for 1 ($B_EXPECT): $FINDINGS"
	elif finding_differs $FINDINGS; then
		PROBLEM="differs:$WHY"
	else
		case $B_EXPECT,$B_LIST,$B_CACHE in
		list-link,node-partial,slubwatch_inject) both_sides ;;
		esac
	fi
}

# slabs_seen: of the injector's cache, in the last sweep
slabs_seen() { awk '$1 == "slubwatch_inject" { print $3 }' "$SLW_DEBUG/caches"; }

# both_sides: a list that is broken is walked up to there from both of its ends: all of it is seen, in one
# sweep or, if the emulated machine is slow, in one of a few
both_sides() {
	read -r listed rest </sys/kernel/slab/slubwatch_inject/partial
	for try in 1 2 3 4 5; do
		[ "$(slabs_seen)" != "$listed" ] || return
		scan
	done
	PROBLEM="$(slabs_seen) slabs seen of the $listed on the broken list"
}

# mend: repair, sweep, and see nothing
mend() {
	echo 1 2>/dev/null >"$INJ/repair" || PROBLEM="$PROBLEM; could not be repaired"
	scan_all
	new_findings
	[ $NR_FINDINGS = 0 ] || PROBLEM="$PROBLEM; after the repair: $FINDINGS"
}

# attempt NAME PLACE TARGET: all of it once
attempt() {
	LACK=
	if ! break_it "$@"; then
		PROBLEM="could not be set up: ${ERROR##*: }"
		case $ERROR in *"not supported"*) LACK=$PROBLEM PROBLEM='' ;; esac
		return
	fi
	look
	mend
}

# run_row NAME PLACE TARGET: a cache that all of the machine uses gets more than one chance
run_row() {
	again=
	case $3 in
	own*)	echo $((row % cpus)) >"$INJ/cpu"; chances=1 ;;
	*)	echo -1 >"$INJ/cpu"; chances=3 ;;
	esac
	# What is kept of earlier findings makes reading the new one slow.
	[ $SEEN -lt 32 ] || load_slubwatch
	while :; do
		attempt "$@"
		[ -n "$PROBLEM" ] || break
		chances=$((chances - 1))
		[ $chances -gt 0 ] || break
		ktap_print_msg "$1 $2 $3: once more: $PROBLEM"
	done
	if [ -n "$LACK" ]; then
		ktap_test_skip "$1 $2 $3" "on this CPU"
	elif [ -z "$PROBLEM" ]; then
		[ "$SWEEPS" -le 1 ] || again=" (after $SWEEPS sweeps)"
		ktap_test_pass "$1 $2 $3: $B_EXPECT$again"
	else
		ktap_test_fail "$1 $2 $3: $PROBLEM"
	fi
}

run_or_skip() {
	row=$((row + 1))
	if [ "$4" = - ]; then
		ktap_test_skip "$1 $2 $3" "lacks $5"
	else
		run_row "$1" "$2" "$3"
	fi
}

ktap_print_header
load_modules
echo "${4:-0}" >"$INJ/before"
# Findings of before are no concern of this test.
scan
new_findings
[ $NR_FINDINGS = 0 ] || ktap_print_msg "there before: $FINDINGS"

set -- /sys/devices/system/cpu/cpu[0-9]*
cpus=$#
row=0
each_row run_or_skip

unload_modules
if no_splat; then
	ktap_test_pass "the kernel did not complain"
else
	ktap_test_fail "the kernel complained, see its log"
fi
ktap_set_plan $((row + 1))
ktap_finished
