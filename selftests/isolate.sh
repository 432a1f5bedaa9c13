#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# action=isolate: every injection this kernel allows is found, and what there is a recipe for is taken
# out of service; thousands of objects later the machine lives, and slubwatch finds nothing more. What
# there is none for is left alone, and repaired.
#
# usage: isolate.sh [ROW [PLACE [TARGET]]]	shell patterns, * if not said; TARGET own* if not said

. "${0%/*}/functions.sh"

ROW=${1:-*} PLACE=${2:-*} TARGET=${3:-own*}
# said: what the last report says was done
said() {
	awk '/^slubwatch: finding / { said = "nothing" }
		$1 == "isolated" { sub(/^ *isolated */, ""); said = $0 }
		END { print said }' "$SLW_DEBUG/findings"
}

# nothing_more: sweep twice; in PROBLEM what is found
nothing_more() {
	scan_all && scan
	new_findings
	[ $NR_FINDINGS = 0 ] || PROBLEM="$PROBLEM; afterwards: $FINDINGS"
}

# look: sweep; in PROBLEM what is not as it should be
look() {
	scan_until_seen
	new_findings
	read_broken
	if [ $NR_FINDINGS != 1 ]; then
		PROBLEM="$NR_FINDINGS findings for 1 ($B_EXPECT): $FINDINGS"
	elif finding_differs $FINDINGS; then
		PROBLEM="differs:$WHY"
	fi
}

# go_on: it was isolated: give everything back, take thousands, sweep
go_on() {
	DONE=$(said)
	case $DONE in
	nothing|no:*) PROBLEM="$PROBLEM; not isolated: $DONE" ;;
	esac
	[ "$(slw_status isolated_slabs)" = $((isolated + 1)) ] || PROBLEM="$PROBLEM; not counted"
	echo 1 >"$INJ/settle" || PROBLEM="$PROBLEM; objects are not as they should be"
	# In 5.10 of every cache, later of debug caches only. Where the free pointer is outside the object,
	# 5.10 looks at those of objects in use too, and would find the damage in what was given up.
	[ "$B_CACHE" != slubwatch_inject ] || echo 1 2>/dev/null >"/sys/kernel/slab/$B_CACHE/validate"
}

# leave_alone: there is no recipe: nothing was changed, so that it can be repaired
leave_alone() {
	DONE=$(said)
	case $DONE in
	no:*only\ told*) ;;
	*) PROBLEM="$PROBLEM; not left alone: $DONE" ;;
	esac
	[ "$(slw_status isolated_slabs)" = "$isolated" ] || PROBLEM="$PROBLEM; counted"
	echo 1 2>/dev/null >"$INJ/repair" || PROBLEM="$PROBLEM; could not be repaired"
}

# run_row NAME PLACE TARGET
run_row() {
	PROBLEM=''
	isolated=$(slw_status isolated_slabs)
	echo $((row % cpus)) >"$INJ/cpu"
	if ! break_it "$@"; then
		case $ERROR in
		*"not supported"*) ktap_test_skip "$1 $2 $3" "on this CPU" ;;
		*) ktap_test_fail "$1 $2 $3: could not be set up: ${ERROR##*: }" ;;
		esac
		return
	fi
	look
	if has_recipe "$B_EXPECT" "$2"; then go_on; else leave_alone; fi
	nothing_more
	if [ -z "$PROBLEM" ]; then
		ktap_test_pass "$1 $2 $3: $DONE"
	else
		ktap_test_fail "$1 $2 $3: $PROBLEM"
	fi
}

# What cannot be done here, or must not be found, is another test's.
run_if_found() {
	case $4 in -|nothing) return ;; esac
	row=$((row + 1))
	run_row "$1" "$2" "$3"
}

ktap_print_header
load_modules
echo isolate >"$SLW/action"
echo 1024 >"$SLW/isolate_max"
scan
new_findings
[ $NR_FINDINGS = 0 ] || ktap_print_msg "there before: $FINDINGS"

set -- /sys/devices/system/cpu/cpu[0-9]*
cpus=$#
row=0
each_row run_if_found
[ $row -gt 0 ] || die "no row of the table matches"

PROBLEM=
cpus_off_and_on || PROBLEM="a CPU does not go off and on"
nothing_more
row=$((row + 1))
if [ -z "$PROBLEM" ]; then
	ktap_test_pass "CPUs go off and on"
else
	ktap_test_fail "CPUs go off and on: $PROBLEM"
fi

ktap_print_msg "isolated: $(slw_status isolated_slabs) times, $(slw_status isolated_objects) objects"
unload_modules
if no_splat; then
	ktap_test_pass "the kernel did not complain"
else
	ktap_test_fail "the kernel complained, see its log"
fi
ktap_set_plan $((row + 1))
ktap_finished
