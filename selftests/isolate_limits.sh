#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# When nothing is isolated, and that it is said: not asked to, isolate_max used up, a cache that SLUB
# debugs; that a slab is isolated for new damage once more; and every way in which an isolation is told.

. "${0%/*}/checks.sh"

TRACE=/sys/kernel/tracing

repair() { echo 1 >"$INJ/repair"; }
settle() { echo 1 >"$INJ/settle"; }
again() { echo "${1:-1}" >"$INJ/again"; }
# look: does a sweep find one more?
look() { scan_until 'slubwatch_inject*' findings_are $(($(status findings) + 1)); }
# nothing_new: or nothing?
nothing_new() {
	found=$(status findings)
	scan 'slubwatch_inject*'
	findings_are "$found"
}

# said TEXT: the last report has it; said_nothing: of isolation
last_report() { awk '/^slubwatch: finding / { r = "" } { r = r $0 "\n" } END { printf "%s", r }' "$SLW_DEBUG/findings"; }
said() { last_report | grep -qF "isolated  $1"; }
said_nothing() { ! last_report | grep -q "^  isolated"; }
isolated() { [ "$(status isolated_slabs)" = "$1" ]; }
of_the_cache() { awk -v n="$1" '$1 == "slubwatch_inject" && $7 == n { found = 1 } END { exit !found }' "$SLW_DEBUG/caches"; }

begin
[ -r "$INJECT_KO" ] || skip_all "no $INJECT_KO"
load_modules
CHECKS=0
set_param period_ms 0
# A list is told to be of a wrong length only if one window sees all of it.
set_param hold_us 10000
mark_log
echo 1 >"$TRACE/events/slubwatch/enable"

check "by default it is off" [ "$(status isolation)" = off ]
check "damage is done" damage a1-text node-partial own
check "a sweep that is not asked to" look
check "isolates nothing" isolated 0
check "and says nothing of it" said_nothing

if is_debugged; then
	set_param action isolate
	check "nor one that is asked to, in a cache with debug flags" look
	check "which is said" said "no: SLUB itself looks after a cache with debug flags"
	check "and not done" isolated 0
	check "repaired" repair
	unload_modules
	finish
fi

set_param isolate_max 0
set_param action report,isolate
check "isolate_max=0" [ "$(status isolation)" = "used up" ]
check "a sweep that may not" look
check "isolates nothing" isolated 0
check "and says why" said "no: isolate_max is used up"
set_param isolate_max 1
check "one is allowed" [ "$(status isolation)" = on ]
check "a sweep that may" look
check "isolates it" isolated 1
check "and tells it once more" [ "$(status findings)" = 3 ]
check "with what it cost" said "$(status isolated_objects) objects of the slab given up"
check "the log has it" log_has "objects of the slab given up"
check "the tracepoint fired once" [ "$(grep -c 'slubwatch_isolate: seq=3 kind=freepointer cache=slubwatch_inject place=node-partial' "$TRACE/trace")" = 1 ]
check "the file caches has it" of_the_cache 1
check "the machine goes on" settle
check "nothing more is found" nothing_new

check "the next one is done" damage h-null node-partial own
check "is found" look
check "and not isolated" isolated 1
check "for isolate_max is used up" said "no: isolate_max is used up"
check "used up" [ "$(status isolation)" = "used up" ]
check "repaired" repair

set_param isolate_max 1024
echo Y >"$INJ/half"
check "a slab of which half is in use is broken" damage a1-text node-partial own
check "is found" look
check "and isolated" isolated 2
check "its other half is freed and broken too" again
check "is found" look
check "and isolated as well" isolated 3
check "the machine goes on" settle
check "the head of such a slab is overwritten" damage h-text node-partial own
check "is found" look
check "and the slab isolated" isolated 4
found=$(status findings)
check "its new head is overwritten too" again h-poison
check "is found" look
check "and isolated as well" isolated 5
check "and told, though it looks the same" [ "$(status findings)" = $((found + 1)) ]
check "by the tracepoint too" [ "$(grep -c "slubwatch_isolate: seq=$((found + 1)) kind=freelist-head" "$TRACE/trace")" = 1 ]
check "the machine goes on" settle
echo N >"$INJ/half"
check "nothing more is found" nothing_new

check "a list that is broken is found" damage l-count node-partial own
check "at the next sweep" look
check "is only told" said "no: damage of this kind is only told"
check "repaired" repair
check "nothing else was isolated" isolated 5
unload_modules
check "the kernel did not complain" no_splat
finish
