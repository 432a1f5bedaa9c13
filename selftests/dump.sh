#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guest's part of scripts/dump, which reads its memory afterwards.
#
# usage: dump.sh idle         free objects in every place; a sweep, the dump, a sweep: what
#                             slubwatch counted in both goes to the output
#        dump.sh action       field case A1; action=panic: the dump is of the moment of detection
#        dump.sh later        reported only; the dump is of whoever allocates next

. "${0%/*}/functions.sh"

# dump_port: the device of the port by which to ask
dump_port() {
	for name in /sys/class/virtio-ports/*/name; do
		[ "$(cat "$name")" = dump ] || continue
		name=${name%/name}
		echo "/dev/${name##*/}"
	done
}

# read_caches: in CACHES the module's file; by the shell alone, since a program has objects too
read_caches() {
	CACHES=
	while read -r line; do
		CACHES="$CACHES$1 $line
"
	done <"$SLW_DEBUG/caches"
}

idle() {
	port=$(dump_port)
	echo 20 >"$INJ/fill"
	exec 8>"$SLW/scan"
	for i in 1 2 3; do
		echo 1 >&8
		sleep 1
	done
	echo 1 >&8
	# Opening it asks; the answer comes when the dump is there.
	exec 9<>"$port"
	read -r answer <&9
	read_caches before
	before=$CACHES
	echo 1 >&8
	read_caches after
	echo "$answer"
	printf '%s%s' "$before" "$CACHES"
	grep -E '^(findings|busy|skipped|unreadable):' "$SLW_DEBUG/status"
}

# break_something: field case A1 where this kernel's next allocation finds it
break_something() {
	place=cpu-freelist
	grep -q 'a1-text cpu-freelist kmalloc-256 -' "$INJ_DEBUG/table" && place=node-partial
	until echo "a1-text $place kmalloc-256" >"$INJ/inject"; do :; done 2>/dev/null
	echo "broken: $(cat "$INJ/inject")"
}

action() {
	echo panic >"$SLW/action"
	break_something
	echo 1 >"$SLW/scan"
	echo "it did not panic"
}

# On the CPU whose list it is: another one may go on for long.
later() {
	break_something
	read_broken
	echo 1 >"$SLW/scan"
	taskset -p "$(printf '%x' $((1 << B_CPU)))" $$ >/dev/null
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ip link set lo up
		ip addr add "127.0.0.$((i + 1))/8" dev lo
		ip link set lo down
	done
	echo "it did not fault"
}

case $1 in
idle|action|later)
	insmod "$SLUBWATCH_KO" period_ms=0 && insmod "$INJECT_KO" && "$1" ;;
*)	echo "usage: $0 idle|action|later" >&2; exit 2 ;;
esac
