#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guest is to panic, and its console to show why.
#
# usage: panic.sh action     action=panic: at detection
#        panic.sh guard      the same, by the guard: before the damage is followed
#        panic.sh later      of something else, after a finding: told once more

. "${0%/*}/checks.sh"

insmod "$SLUBWATCH_KO" period_ms=0
insmod "$INJECT_KO"
[ "$1" = later ] || set_param action panic
if [ "$1" = guard ]; then
	set_param guard slubwatch_inject
	echo 1 own >"$INJ/strikes"
fi
damage a1-text node-partial own
scan_until 1 findings_are 1
if [ "$1" = later ]; then
	dmesg -c >/dev/null
	echo "slubwatch-test: now something else" >/dev/kmsg
	echo c >/proc/sysrq-trigger
fi
sleep 5
echo "not ok 1 it did not panic"
exit 1
