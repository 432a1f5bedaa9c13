#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A healthy machine in a storm: all that leaves SLUB's lists half done, at once
# and often, with the patrol at its fastest and sweeps asked for from several
# tasks besides.  Nothing may be reported, and all that was not decided must be
# accounted for.
#
# usage: storm.sh [SECONDS [PARTIAL-SLABS[,SIZE[,FREE]] [ASPECT|PARAMETER=VALUE]...]]
#
# PARTIAL-SLABS: so many are kept beside the storm, of objects of SIZE bytes (256), of which FREE of a
# hundred are free (50)
# ASPECT: what rages besides the module slubwatch_storm; all that the machine
# has if none is said: stress hotplug memory shrink owners freeze scans
# PARAMETER: of slubwatch, other than the storm's; caches= holds for the sweeps that are asked for too

. "${0%/*}/checks.sh"

seconds=${1:-60}
partial=${2:-500}
IFS=, read -r slabs size free <<END
$partial
END
[ $# -gt 2 ] && shift 2 || set --
aspects='' parameters='' swept=1
for word; do
	case $word in
	*=*)	parameters="$parameters $word" ;;
	*)	aspects="$aspects $word" ;;
	esac
	case $word in
	caches=*) swept=${word#*=} ;;
	esac
done
: "${aspects:=stress hotplug memory shrink owners freeze scans}"
STORM=/sys/module/slubwatch_storm/parameters

# Each aspect is a loop of its own; it ends with the file $raging.
raging=/tmp/storm.raging

# A CPU goes and comes.
rage_hotplug() {
	cpu=/sys/devices/system/cpu/cpu$(($(nproc) - 1))/online
	[ -w "$cpu" ] || return
	while [ -e $raging ]; do
		echo 0 >"$cpu"
		sleep 1
		echo 1 >"$cpu" && count hotplug
		sleep 2
	done
}

# A memory block is taken offline, if that can be done, and comes back.
rage_memory() {
	while [ -e $raging ]; do
		for block in /sys/devices/system/memory/memory*/state; do
			[ -w "$block" ] && [ -e $raging ] || continue
			echo offline >"$block" 2>/dev/null || continue
			sleep 1
			echo online >"$block" && count memory
		done
		sleep 1
	done
}

rage_shrink() {
	while [ -e $raging ]; do
		for cache in /sys/kernel/slab/*/shrink; do
			[ -e $raging ] || break
			echo 1 2>/dev/null >"$cache"
		done
		count shrink
	done
}

# Modules that own caches of their own come and go.
rage_owners() {
	modprobe -n dm-mod 2>/dev/null || [ -e "$INJECT_KO" ] || return
	while [ -e $raging ]; do
		insmod "$INJECT_KO" 2>/dev/null && rmmod slubwatch_inject && count owners
		sleep 1
	done
}

# Through the freezer and back, as for a suspend.
rage_freeze() {
	echo freezer 2>/dev/null >/sys/power/pm_test || return
	# In five thousand pieces of a millisecond, and the storm's threads do not freeze.
	echo 0 2>/dev/null >/sys/module/suspend/parameters/pm_test_delay
	while [ -e $raging ]; do
		sleep 5
		echo mem 2>/dev/null >/sys/power/state && count freeze
	done
}

# Sweeps of everything, or of what was said, one after the other, before all else: with so much to do on
# the machine one would take a minute.
rage_scans() {
	renice -n -20 -p "$(exec sh -c 'echo $PPID')" >/dev/null
	while [ -e $raging ]; do
		set_param scan "$swept" && count scans
	done
}

# Others want one meanwhile; one runs at a time, so none of the long list.
want_scans() {
	while [ -e $raging ]; do
		set_param scan "$1" && count scans
		sleep 1
	done
}

# Memory runs short now and then.
rage_stress() {
	while [ -e $raging ]; do
		stress-ng --quiet --oomable --vm 1 --vm-bytes 95% --timeout 5 >/dev/null 2>&1
		count stress
		sleep 5
	done
}

# count WHAT: one more of it
count() { echo >>"/tmp/storm.$1"; }
counted() { cat "/tmp/storm.$1" 2>/dev/null | wc -l; }

start_storm() {
	touch $raging
	for aspect in $aspects; do
		rage_"$aspect" &
	done
	case "$swept $aspects " in
	"1 "*" scans "*)	want_scans 'kmalloc-*' & want_scans 'storm-*,!storm-partial' & ;;
	esac
}

stop_storm() {
	rm -f $raging
	stop_load
}

# every_load_ran: has each thread of the module done something?
every_load_ran() {
	cat $STORM/done
	! grep -q '=0 ' $STORM/done
}

swept() { [ "$(status sweeps)" -gt 1 ]; }
looked() { [ "$(status objects_checked)" -gt $((seconds * 500)) ]; }
enough() { swept && looked && every_load_ran >/dev/null; }

# set_parameters: those that were said; loaded with them, the self-test might not get through
set_parameters() {
	for parameter in $parameters; do
		set_param "${parameter%%=*}" "${parameter#*=}" || return
	done
}

# accounted: busy and skipped are the sums of their reasons
accounted() {
	awk -F'[_:]' '
		/^(busy|skipped):/	{ sum[$1] = $2 }
		/^(busy|skipped)_/	{ split($0, kv, ": "); of[$1] += kv[2] }
		END { exit !(sum["busy"] == of["busy"] && sum["skipped"] == of["skipped"]) }' \
		"$SLW_DEBUG/status"
}

begin
[ -r "$STORM_KO" ] || skip_all "no $STORM_KO"
check "the storm rises" load_storm \
	hold_slabs="$slabs" hold_size="${size:-256}" hold_free="${free:-50}"
check "loads" load_slubwatch period_ms=1 cpu_permille=1000 hold_us=500 \
	caches='*,!storm-partial'
[ -z "$parameters" ] || check "takes$parameters" set_parameters
began=$(uptime_s)
start_load
start_storm
sleep_until "$seconds" enough
check "every load of the storm ran" every_load_ran
stop_storm
echo "# seconds: $(($(uptime_s) - began))"
for aspect in $aspects; do
	echo "# $aspect: $(counted "$aspect")"
done
check "swept" swept
check "objects checked: $(status objects_checked)" looked
check "no findings" [ "$(status findings)" = 0 ]
check "none dropped" [ "$(status findings_dropped)" = 0 ]
check "nothing in the file findings" test -z "$(cat "$SLW_DEBUG/findings")"
check "all that was not decided has its reason" accounted
check "no splat" no_splat
sed 's/^/# /' "$SLW_DEBUG/status"
[ "$(status findings)" = 0 ] || sed 's/^/# /' "$SLW_DEBUG/findings" | head -n 200
check "unloads" unload_slubwatch
check "the storm ends" rmmod slubwatch_storm
finish
