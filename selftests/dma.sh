#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Field case A2 done by a device: four bytes of a USB language descriptor, by DMA, into a free object of
# kmalloc-192, or, under KASAN, whose quarantine holds what kmalloc() had, of the injector's own cache. The
# patrol must find it, say what it is, and the machine must live on. At +8 of the free pointer it must find
# nothing: the limit that README states.
#
# Needs QEMU's edu device, and no_hash_pointers, since the device is told the real address.

. "${0%/*}/functions.sh"

EDU=/sys/module/slubwatch_edu/parameters
LANGID=04090304		# as a number: the bytes are 04 03 09 04

# wait_for_patrol: until it has looked at everything once more. A device's write does not show in what SLUB
# counts: a slab that was just seen as it is may be left out for unchanged_sweeps.
wait_for_patrol() {
	until=$(($(sweeps) + $(cat "$SLW/unchanged_sweeps") + 1))
	while [ "$(sweeps)" -lt "$until" ]; do usleep 10000; done
}

# wait_for_finding: once more if something was left out meanwhile
wait_for_finding() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		read_status
		left_out=$LEFT_OUT
		wait_for_patrol
		read_status
		[ "$TOTAL" = "$SEEN" ] && [ "$LEFT_OUT" != "$left_out" ] || return 0
	done
}

sweeps() { sed -n 's/^sweeps: //p' "$SLW_DEBUG/status"; }

# offset_of CACHE: where in an object it is
offset_of() { sed -n "/ in $1\$/,/^\$/s/.* offset //p" "$SLW_DEBUG/findings" | head -n 1; }

# by_dma ROW SHIFT: break it, SHIFT bytes from the free pointer on
by_dma() {
	what="$1 $PLACE $TARGET"
	until echo "$what" >"$INJ/inject"; do
		[ $((tries += 1)) -lt 20 ] || die "$what: cannot be set up"
	done 2>/dev/null
	read_broken
	at=$(printf '%x' $((0x$B_OBJECT + OFFSET + $2)))
	echo "$at $LANGID" >"$EDU/write" || die "the device does not write"
}

# check WHAT COMMAND...
check() {
	what=$1
	shift
	if "$@"; then ktap_test_pass "$what"; else ktap_test_fail "$what"; fi
}

said() { grep -q "$1" "$SLW_DEBUG/findings"; }

# found ROW SHIFT
found() {
	by_dma "$1" "$2"
	wait_for_finding
	new_findings
	if [ $NR_FINDINGS != 1 ]; then
		ktap_test_fail "$1: $NR_FINDINGS findings by the patrol: $FINDINGS"
	elif finding_differs $FINDINGS; then
		ktap_test_fail "$1: differs:$WHY"
	else
		ktap_test_pass "$1: $B_EXPECT in $B_CACHE, $B_LIST, found by the patrol"
	fi
	mended "$1"
}

# mended ROW: -ESTALE if what the device was to write is not there
mended() {
	check "$1: what the device wrote is taken back" sh -c "echo 1 >$INJ/repair"
	wait_for_patrol
	new_findings
	check "$1: nothing more" [ $NR_FINDINGS = 0 ]
}

ktap_print_header
load_modules
ls /sys/bus/pci/devices/*/device >/dev/null 2>&1 || skip_all "no PCI"
grep -q 0x11e8 /sys/bus/pci/devices/*/device || skip_all "no edu device"
grep -q no_hash_pointers /proc/cmdline || skip_all "addresses are hashed"
insmod "${INJECT_KO%inject.ko}edu.ko" || die "slubwatch_edu does not load"
# The offset is told by the report below.
PLACE=cpu-freelist TARGET=kmalloc-192 OFFSET=96
can() { grep -q "^a2-langid $PLACE $TARGET f" "$INJ_DEBUG/table"; }
can || PLACE=node-partial
can || TARGET=own OFFSET=128
tries=0
echo Y >"$INJ/by_device"
echo 1000 >"$SLW/cpu_permille"
echo 20 >"$SLW/period_ms"

check "an address that is none is refused" sh -c "! echo '10 1' 2>/dev/null >$EDU/write"
found a2-langid 0
check "a2-langid: it says what was written" said 'LANGID'
check "the offset is what it says" [ "$(offset_of "$B_CACHE")" = $OFFSET ]
found a2-langid-62 2
by_dma a2-langid-miss 8
wait_for_patrol
new_findings
check "a2-langid-miss: behind the free pointer: nothing" [ $NR_FINDINGS = 0 ]
mended a2-langid-miss

rmmod slubwatch_edu
unload_modules
check "the kernel did not complain" no_splat
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
