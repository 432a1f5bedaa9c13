#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One damage, told once in every way there is: debugfs, log, taint, tracepoint, notifier; and what the
# report says of it.

. "${0%/*}/checks.sh"

SAMPLE_KO=$here/slubwatch_sample.ko
TRACE=/sys/kernel/tracing

findings_have() { grep -qF "$1" "$SLW_DEBUG/findings"; }
trace_has() { grep -q "slubwatch_$1: .*$2" "$TRACE/trace"; }

repair() { echo 1 >"$INJ/repair"; }

# notes ROW TEXT...: the report on this damage has these texts
notes() {
	row=$1
	shift
	found=$(status findings)
	damage "$row" node-partial own && scan_until 1 findings_are $((found + 1)) || return 1
	for text; do
		findings_have "$text" || { echo "# no '$text'"; cat "$SLW_DEBUG/findings"; return 1; }
	done
	repair && scan_all
}

begin
[ -r "$INJECT_KO" ] || skip_all "no $INJECT_KO"
mark_log
load_slubwatch period_ms=0
check "the sample of a notifier loads" insmod "$SAMPLE_KO"
check "slubwatch cannot go while somebody is registered" sh -c "! rmmod slubwatch 2>/dev/null"
insmod "$INJECT_KO"
echo 1 >"$TRACE/events/slubwatch/enable"
check "field case A1 is done" damage a1-text node-partial own
check "a sweep finds it" scan_until 1 findings_are 1
check "findings has it" findings_have "slubwatch: finding 1: freepointer in slubwatch_inject"
check "once" [ "$(grep -c '^slubwatch: finding' "$SLW_DEBUG/findings")" = 1 ]
check "it ends with an empty line" [ -z "$(tail -n 1 "$SLW_DEBUG/findings")" ]
check "it says USB string descriptor" findings_have "USB string descriptor, length 0x38"
check "it says UTF-16LE" findings_have 'UTF-16LE text "Vir'
check "it shows the raw word" findings_have "raw       0x0072006900560338"
check "the log has it, in SLUB's words" log_has "slubwatch:  Freechain corrupt"
if [ -r /proc/sys/kernel/tainted ]; then
	check "the kernel is tainted as by SLUB" [ $(($(cat /proc/sys/kernel/tainted) & 32)) = 32 ]
else
	CHECKS=$((CHECKS + 1))
	ktap_test_skip "the kernel is tainted as by SLUB" "no /proc/sys"
fi
check "the tracepoint fired" trace_has finding "kind=freepointer cache=slubwatch_inject .*raw=0x72006900560338"
check "so did that of the sweep" trace_has sweep "objects="
check "the notifier was called" log_has "slubwatch_sample: finding 1: freepointer in slubwatch_inject"
check "status counts one" [ "$(status findings)" = 1 ]
check "another sweep sees it and counts that" scan_until 1 findings_have "seen      2 times"
check "but does not tell it again" findings_are 1
check "repaired" repair
check "it is gone" scan_all
check "nothing more is found" findings_are 1
check "the finding stays to be read" findings_have "slubwatch: finding 1:"
check "the same damage is done again" damage a1-text node-partial own
check "which is new" scan_until 1 findings_are 2
repair && scan_all

# At the word itself noise behind it makes one in 5,000 the beginning of an interface descriptor, which is told then.
check "A2: LANGID" notes a2-langid-62 "LANGID"
check "B6: list poison" notes b6-list-poison "LIST_POISON"
check "B6: slab poison" notes b6-slab-poison "0x6b"
check "B1: text" notes b1-ascii "text"

echo 0 >"$TRACE/events/slubwatch/enable"
rmmod slubwatch_inject slubwatch_sample
check "unloads" unload_slubwatch
finish
