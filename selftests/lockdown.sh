#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What lockdown leaves of slubwatch, loaded before lockdown is raised. Nothing takes that back: the last
# test of a boot.

. "${0%/*}/checks.sh"

LOCKDOWN=/sys/kernel/security/lockdown
TRACE=/sys/kernel/tracing
SAMPLE_KO=$here/slubwatch_sample.ko

# refused COMMAND...
refused() { ! "$@" 2>/dev/null; }

readable() { cat "$SLW_DEBUG/$1" >/dev/null; }

# finds N: a damage is done, found and repaired
finds() {
	damage a1-text node-partial own && scan_until 1 findings_are "$1" || return 1
	echo 1 >"$INJ/repair" && scan_all
	findings_are "$1" && [ "$(grep -c '^slubwatch: finding' "$SLW_DEBUG/findings")" = "$1" ]
}

enable_event() { echo "$1" >"$TRACE/events/slubwatch/slubwatch_finding/enable"; }

# works N LEVEL: what works at any level; N findings in the end
works() {
	check "$2: it is in force" grep -qF "[$2]" $LOCKDOWN
	check "$2: a module that is not signed is refused" refused insmod "$SAMPLE_KO"
	for file in status findings caches; do
		check "$2: $file can be read" readable $file
	done
	check "$2: parameters can be read" [ "$(param hold_us)" = 50 ]
	check "$2: and written" set_param cpu_permille 20
	check "$2: a damage is found and told" finds "$1"
}

begin
[ -r "$INJECT_KO" ] || skip_all "no $INJECT_KO"
[ -e $LOCKDOWN ] || mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
[ -e $LOCKDOWN ] || skip_all "no lockdown in this kernel"
load_slubwatch period_ms=0
insmod "$INJECT_KO"

echo integrity >$LOCKDOWN
works 1 integrity
check "integrity: the tracepoint can be switched on" enable_event 1
check "integrity: a damage is found once more" finds 2
check "integrity: and is heard" grep -q "slubwatch_finding: seq=2 kind=freepointer" $TRACE/trace

echo confidentiality >$LOCKDOWN
works 3 confidentiality
check "confidentiality: the tracepoint is out of reach" refused enable_event 0
check "confidentiality: the log is not" sh -c "dmesg | grep -q 'slubwatch: finding 3'"

rmmod slubwatch_inject
check "it unloads" unload_slubwatch
finish
