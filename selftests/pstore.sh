#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Two lives: in the first, damage is found and something else kills the machine; in the second, after a
# reset, what was found is read out of the memory that ramoops keeps.
#
# Needs ramoops loaded, with memory that survives, and records of a few kB.

. "${0%/*}/functions.sh"

PSTORE=/tmp/pstore

# kept WHAT REGEX: is it in what is left of the first life?
kept() {
	if grep -qE "$2" "$PSTORE"/dmesg-ramoops-*; then
		ktap_test_pass "kept: $1"
	else
		ktap_test_fail "not kept: $1"
	fi
}

mkdir -p "$PSTORE"
mount -t pstore pstore "$PSTORE" || skip_all "no pstore"
[ -d /sys/module/ramoops ] || skip_all "no ramoops"

if ! ls "$PSTORE"/dmesg-ramoops-* >/dev/null 2>&1; then
	insmod "$SLUBWATCH_KO" period_ms=0 && insmod "$INJECT_KO" || die "the modules do not load"
	break_it a1-text node-partial own || die "not damaged: $ERROR"
	scan_until 1 findings_are 1
	# As any machine's log goes on: only its end fits a record of ramoops.
	i=0
	while [ $i -lt 400 ]; do
		echo "slubwatch-test: filler $((i += 1)), one of many lines that follow" >/dev/kmsg
	done
	echo c >/proc/sysrq-trigger
	die "it did not panic"
fi

ktap_print_header
grep -h 'slubwatch:' "$PSTORE"/dmesg-ramoops-* | sed 's/^/# /'
kept "the finding" 'slubwatch: finding 1: freepointer in slubwatch_inject'
kept "its list, its word" 'node-partial.*0x0*72006900560338'
kept "what it looks like" 'USB string descriptor, length 0x38'
kept "the end" 'Kernel panic - not syncing: sysrq triggered crash'
if grep -q 'Freechain corrupt' "$PSTORE"/dmesg-ramoops-*; then
	ktap_test_fail "the report of the time of detection is there: what the panic said is not shown"
else
	ktap_test_pass "the panic has told it once more: the first report is no longer there"
fi
ktap_set_plan 5
ktap_finished
