#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Field case A1 replayed: a USB string descriptor over a free object of kmalloc-256.
#
# usage: demo.sh watched     with slubwatch patrolling: the report, before anything faults
#        demo.sh unwatched   without: the oops in whoever allocates next

. "${0%/*}/functions.sh"

DAMAGE='a1-text cpu-freelist kmalloc-256'

# uptime in ms
now() {
	read -r up _ </proc/uptime
	up=${up%.*}${up#*.}0
	echo "${up#0}"
}

# busy: what any machine does; it allocates from kmalloc-256 sooner or later
busy() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ip link set lo up
		ip addr add 127.0.0.$((i + 1))/8 dev lo
		ip link set lo down
		cat /proc/net/dev /proc/self/mountinfo >/dev/null
	done 2>/dev/null
}

break_something() {
	until echo "$DAMAGE" >"$INJ/inject"; do :; done 2>/dev/null
	echo "damage done:     $(cat $INJ/inject | tr ' ' '\n' | grep -E '^(cache|list|cpu|raw)=' | tr '\n' ' ')"
}

watched() {
	insmod "$SLUBWATCH_KO" period_ms=10 cpu_permille=1000
	insmod "$INJECT_KO"
	echo 1 >/sys/kernel/tracing/events/slubwatch/slubwatch_finding/enable
	break_something
	began=$(now)
	until grep -q . "$SLW_DEBUG/findings"; do :; done
	echo "found within:    $(($(now) - began)) ms of the damage, nothing has faulted:"
	echo "                 $(dmesg | grep -c 'general protection\|BUG:\|Oops') oopses in the log"
	echo
	echo "\$ cat /sys/kernel/debug/slubwatch/findings"
	cat "$SLW_DEBUG/findings"
	echo "\$ cat /sys/kernel/tracing/trace"
	grep -v '^#' /sys/kernel/tracing/trace
	echo
	echo 1 >"$INJ/repair"
	echo "repaired, and the machine goes on:"
	busy
	echo "                 $(dmesg | grep -c 'general protection\|BUG:\|Oops') oopses in the log"
	rmmod slubwatch_inject slubwatch
}

unwatched() {
	insmod "$INJECT_KO"
	break_something
	began=$(now)
	# In the background: who faults may do so with a lock held.
	while :; do busy; done &
	tries=0
	until dmesg | grep -q 'general protection fault\|unable to handle\|stack segment'; do
		usleep 20000
		[ $((tries += 1)) -lt 1000 ] || { echo "nothing has faulted"; exit 1; }
	done
	echo "faulted after:   $(($(now) - began)) ms, in a task that did nothing wrong:"
	echo
	dmesg | grep -A 40 'general protection fault\|unable to handle\|stack segment' |
		grep -E 'fault|unable|CPU:|RIP:|Call Trace|\+0x' | head -n 14
}

case $1 in
watched|unwatched)	"$1" ;;
*)	echo "usage: $0 watched|unwatched" >&2; exit 2 ;;
esac
