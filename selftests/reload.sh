#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Load and unload, many times, under load: no splat (the boot's log is scanned),
# no leak.  usage: reload.sh [CYCLES [storm [SECONDS]]]
#
# storm: in the storm of slubwatch_storm besides
# SECONDS: fewer cycles if this is over before

. "${0%/*}/checks.sh"

cycles=${1:-200}
storm=${2:-}
seconds=${3:-100000}

# one_cycle: load, patrol and scan at once, unload in the middle of that; every eighth time another scan
# waits for the first to end. An emulated CPU that others want too takes ten times as long for the same chain.
one_cycle()
{
	insmod "$SLUBWATCH_KO" period_ms=1 cpu_permille=1000 hold_us=500 || return 1
	set_param scan 1 &
	scanner=$!
	[ $((i % 8)) != 0 ] || set_param scan kmalloc-256
	rmmod slubwatch
	wait $scanner
	[ ! -d /sys/module/slubwatch ]
}

many_cycles()
{
	i=0
	while [ $i -lt "$cycles" ] && [ $(($(uptime_s) - began)) -lt "$seconds" ]; do
		one_cycle || { echo "# cycle $i"; return 1; }
		i=$((i + 1))
	done
	cycles=$i
}

# vmalloc areas and caches that carry the module's name
leftovers()
{
	! grep -q slubwatch /proc/vmallocinfo &&
	! grep -q slubwatch /proc/slabinfo
}

no_findings()
{
	load_slubwatch period_ms=0 && set_param scan 1 &&
	[ "$(status findings)" = 0 ] && unload_slubwatch
}

# At a lower priority: what waits for the cycles' grace periods, sweeps and work items is to be little
# of the time, and the storm has all that is left.
rise() {
	[ -z "$storm" ] || load_storm || return 1
	start_load "$@"
	sleep 1
	# shellcheck disable=SC2046
	renice -n 15 -p $(pids 'storm/.*|stress-ng.*') >/dev/null
}

fall() {
	stop_load
	[ -z "$storm" ] || rmmod slubwatch_storm
}

# Those that are freed and wait for one flush of all TLBs are listed too, the next insmod brings it.
areas() { grep -vc unpurged /proc/vmallocinfo; }
percpu() { sed -n 's/^Percpu: *\([0-9]*\).*/\1/p' /proc/meminfo; }

begin
# Only what leaves the shell some time of an emulated CPU.  It takes per-cpu memory itself (every process
# does, since 6.2), of which pages stay: so it has been there before it is measured.
rise ''
sleep 10
fall
before=$(percpu) areas=$(areas) objects=$(kmalloc_objects)
rise
# The cycles before all else, but not what was started before: it is not them who are to wait.
renice -n -20 -p $$ >/dev/null
began=$(uptime_s)
check "cycles of load, scan and unload under load" many_cycles
echo "# cycles: $cycles in $(($(uptime_s) - began)) s"
fall
check "nothing with the module's name is left" leftovers
after=$(settled percpu $((before + 65)))
check "per-cpu memory did not grow ($before kB, $after kB)" [ "$after" -le $((before + 64)) ]
# One a cycle would show.
after=$(settled areas $((areas + cycles)))
check "vmalloc areas did not ($areas, $after)" [ "$after" -lt $((areas + cycles)) ]
# Those of the load are among them, and it was another one before.
after=$(settled kmalloc_objects $((objects + cycles + 2000)))
check "objects in use did not grow by one a cycle ($objects, $after)" [ "$after" -lt $((objects + cycles + 2000)) ]
check "and it still finds nothing wrong" no_findings
finish
