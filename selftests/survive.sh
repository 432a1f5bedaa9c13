#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Many injections, each isolated by a patrol that never rests or by a sweep, while all CPUs are under
# load and another one frees objects of the very slab: the machine lives, and its outcomes are counted.
#
# usage: survive.sh [INJECTIONS [SEED]]

. "${0%/*}/checks.sh"

INJECTIONS=${1:-100} SEED=${2:-1}

# rows: as many as are to be done, drawn from those there is a recipe for. Not those that a free which
# comes before slubwatch turns into worse: onto a list without a head it puts a slab on a second list, and
# a count that is too low lets it free a slab in use.
rows() {
	while read -r name place target kind lack; do
		case $target in own*) ;; *) continue ;; esac
		case $name in h-null|b9-inuse-minus) continue ;; esac
		! has_recipe "$kind" "$place" || echo "$name $place $target"
	done <"$INJ_DEBUG/table" |
		awk -v n="$INJECTIONS" -v seed="$SEED" '
			{ row[NR] = $0 }
			END {
				srand(seed)
				for (i = 0; i < n && NR; i++)
					print row[int(rand() * NR) + 1]
			}'
}

# isolated_now BEFORE: has it been isolated? Sweeps until it was.
isolated_now() {
	sweeps=0
	while [ $sweeps -lt 20 ]; do
		[ "$(slw_status isolated_slabs)" = "$1" ] || return 0
		scan 'slubwatch_inject*' || return 1
		sweeps=$((sweeps + 1))
	done
	return 1
}

# one NAME PLACE TARGET: inject, isolate, go on
one() {
	before=$(slw_status isolated_slabs)
	echo $((done % $(nproc))) >"$INJ/cpu"
	if ! break_it "$@"; then
		unset=$((unset + 1))
	elif isolated_now "$before"; then
		isolated=$((isolated + 1))
		echo 1 >"$INJ/settle" || broken="$broken $*;"
	else
		missed="$missed $*;"
		echo 1 2>/dev/null >"$INJ/repair" || :
	fi
	done=$((done + 1))
}

ktap_print_header
load_modules
CHECKS=0
set_param cpu_permille 500
set_param hold_us 500
set_param isolate_max 1024
set_param action isolate
set_param period_ms 10
echo Y >"$INJ/races"
start_load ''

done=0 isolated=0 unset=0 missed='' broken=''
rows >/tmp/survive.rows
while read -r name place target; do
	one "$name" "$place" "$target"
done </tmp/survive.rows
ktap_print_msg "injections $done, isolated $isolated, not set up $unset, missed:$missed, broken:$broken"
sed 's/^/# /' "$SLW_DEBUG/status"

check "all of the $isolated that could be set up were isolated under load" [ $isolated = $((done - unset)) ]
check "most of $done could be" [ $isolated -gt $((done / 2)) ]
check "no object of what was given up was handed out, and none twice" [ -z "$broken" ]
check "CPUs go off and on" cpus_off_and_on
stop_load
echo 0 >"$SLW/period_ms"
found=$(slw_status findings)
check "sweeps" scan
check "and finds nothing more" [ "$(slw_status findings)" = "$found" ]
check "unloads" unload_modules
check "the kernel did not complain" no_splat
finish
