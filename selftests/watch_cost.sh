#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What watching costs an allocation and its free, in ns, in three states by turns: no probes; probes
# because of another cache; the cache itself watched. A measurement: nothing is asserted of time.
#
# usage: watch_cost.sh [PAIRS [ROUNDS]]

. "${0%/*}/checks.sh"

pairs=${1:-20000} rounds=${2:-5}
SCR=/sys/module/slubwatch_scribble/parameters

measure() {
	echo "$pairs" >"$SCR/pairs"
	echo $(($(cat "$SCR/pairs") / pairs))
}

begin
check "loads" load_slubwatch period_ms=0
insmod "${INJECT_KO%/*}/slubwatch_scribble.ko" || die "slubwatch_scribble does not load"
trap 'rmmod slubwatch_scribble; cleanup' EXIT
round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	set_param watch none
	none=$(measure)
	set_param watch kmem_cache_node
	other=$(measure)
	set_param watch slubwatch_scribble
	ktap_print_msg "ns a pair: no probes $none, another cache watched $other, watched $(measure)"
done
ktap_print_msg "memory: watch_kib=$(param watch_kib): $(status watch_events) events, $(status watch_objects) objects"
check "measured" true
finish
