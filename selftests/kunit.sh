#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# SLUB's own suite, slub_kunit, beside sweeps. It overwrites objects of caches that it makes for that, and
# counts what SLUB says: that must come out as ever, and what slubwatch reports must be of those caches.
# Needs a kernel with CONFIG_SLUB_KUNIT_TEST (those with the fragment lockdep).
#
# usage: kunit.sh [SUITES]

. "${0%/*}/checks.sh"

suites=${1:-20}
KUNIT_KO=${0%/*}/kunit.ko
SUITE_KO=${0%/*}/slub_kunit.ko

one_suite() {
	dmesg -c >/dev/null
	insmod "$SUITE_KO" || return 1
	rmmod slub_kunit
	dmesg | grep -q '\] ok [0-9]* \(- \)\?slub_test'
}

many_suites() {
	i=0
	while [ $i -lt "$suites" ]; do
		one_suite || { dmesg | sed 's/^/# /'; return 1; }
		i=$((i + 1))
	done
}

found() { grep '^slubwatch: finding' "$SLW_DEBUG/findings"; }
found_elsewhere() { found | grep -v ' in TestSlub_'; }

begin
[ -r "$SUITE_KO" ] || skip_all "this kernel has no slub_kunit"
# What a kernel does not know of these, it only warns of.
check "the frame of the suite loads" insmod "$KUNIT_KO" enable=1 autorun=1
check "loads" load_slubwatch period_ms=1 cpu_permille=1000 hold_us=1000
touch /tmp/scanning
while [ -e /tmp/scanning ]; do set_param scan 1; done &
check "$suites suites pass" many_suites
rm /tmp/scanning
wait
check "swept" [ "$(status sweeps)" -gt 1 ]
check "nothing found in other caches" test -z "$(found_elsewhere)"
found | sed 's/^slubwatch: finding [0-9]*/# told/' | sort | uniq -c | sed 's/^ *\([0-9]*\) # /# \1 /'
check "no splat" no_splat
check "unloads" unload_slubwatch
finish
