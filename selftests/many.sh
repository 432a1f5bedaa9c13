#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# More damaged slabs on one list than are kept of one window: one sweep tells them all.

. "${0%/*}/checks.sh"

SCRIBBLE_KO=${INJECT_KO%/*}/slubwatch_scribble.ko
SCR=/sys/module/slubwatch_scribble/parameters
MANY=10

# found N: new findings, all of links in the cache's list
found() {
	new_findings
	[ "$NR_FINDINGS" = "$1" ] &&
	[ "$(grep -c '^slubwatch: finding .*: freepointer in slubwatch_scribble' "$SLW_DEBUG/findings")" = $MANY ] &&
	return
	ktap_print_msg "$NR_FINDINGS: $FINDINGS"
	return 1
}

begin
check "loads" load_slubwatch period_ms=0 hold_us=2000
SEEN=0
insmod "$SCRIBBLE_KO" || die "slubwatch_scribble does not load"
trap 'rmmod slubwatch_scribble; cleanup' EXIT
# Where a hardened free pointer of 192 bytes is.
check "the links of $MANY slabs are overwritten" sh -c "echo '$MANY 0x60' >$SCR/many"
check "sweeps" scan_until slubwatch_scribble findings_are $MANY
check "each is told" found $MANY
check "sweeps again" scan slubwatch_scribble
check "and told once" found 0
check "all are put back" sh -c "echo 1 >$SCR/undo"
check "sweeps" scan slubwatch_scribble
check "nothing more" found 0
check "nothing was dropped" [ "$(status findings_dropped)" = 0 ]
check "unloads" unload_slubwatch
finish
