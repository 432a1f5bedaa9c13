#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The commands slubwatch and slubwatch-doctor, on the real module. With TOOL_RECORD set, a bugreport is
# printed, for scripts/check-tool to read: of a cache that everybody knows, which may be in use just then.

. "${0%/*}/checks.sh"

TOOL=$here/slubwatch
OUT=/tmp/tool.out
TARGET=own CACHE=slubwatch_inject
[ -z "${TOOL_RECORD:-}" ] || TARGET=kmalloc-256 CACHE=kmalloc-256

# tool STATUS ARGUMENT...: it exits with that; what it says is in OUT
tool() {
	want=$1
	shift
	sh "$TOOL" "$@" >$OUT 2>&1
	got=$?
	[ $got = "$want" ] || { echo "# exit status $got"; sed 's/^/# /' $OUT; return 1; }
}

# tool_finds: a sweep does; another one if that has left something out
tool_finds() {
	for try in 1 2 3 4 5 6 7 8 9; do
		read_status
		left_out=$LEFT_OUT
		! tool 1 scan $CACHE || return 0
		read_status
		[ "$LEFT_OUT" != "$left_out" ] || return 1
	done
	return 1
}

says() { grep -qF -e "$1" $OUT || { sed 's/^/# /' $OUT; return 1; }; }

# first_row: of caches, the name
first_row() { sed -n '2s/ .*//p' $OUT; }

begin
[ -r "$TOOL" ] || skip_all "no $TOOL"
[ -r "$INJECT_KO" ] || skip_all "no $INJECT_KO"
check "without the module it cannot tell" tool 2 status
check "and says what to do" says "modprobe slubwatch"
check "metrics say so too" tool 2 metrics
check "as a number" says "slubwatch_up 0"
check "the doctor names what is in the way" tool 2 doctor
check "which is the module" says "stop  module"

load_slubwatch period_ms=0
check "the doctor is content" tool 0 doctor
check "a sweep finds nothing" tool 0 scan
check "it says so" says "0 found in all"
check "a list that is none is refused" tool 2 scan ,
check "status says so" tool 0 status
check "in words" says "nothing found"
check "there is no report" tool 0 report
check "nor in json" tool 0 report --json
check "which is a list of none" says '"findings": []'
check "wrong usage is no verdict" tool 2 report --laste
check "the parameters are listed" tool 0 set
check "with their values" [ "$(awk '$1 == "hold_us" { print $2 }' $OUT)" = 50 ]
check "a bad value is refused" tool 2 set hold_us 4
check "and says what is accepted" says "hold_us takes 5 to 10000 us"
check "which changes nothing" [ "$(param hold_us)" = 50 ]
check "a good one is taken" tool 0 set hold_us 60
check "as it is" [ "$(param hold_us)" = 60 ]
check "one that is not there is named" tool 2 set hold_ms 60

insmod "$INJECT_KO"
check "damage is done" damage a1-text node-partial $TARGET
check "and is found" tool_finds
check "it says so" says "1 new, 1 found in all"
check "status says so" tool 1 status
check "in words" says "1: freepointer in $CACHE"
check "report has it" tool 1 report
check "as the module says it" cmp -s $OUT "$SLW_DEBUG/findings"
check "json has it" tool 1 report --json
check "with its kind" says "\"seq\": 1, \"kind\": \"freepointer\", \"cache\": \"$CACHE\""
check "its place" says '"place": "node-partial", "cpu": null, "node": 0'
check "and its word" says '"raw": "0x0072006900560338"'
check "caches are sorted" tool 1 caches
check "the damaged one first" [ "$(first_row)" = $CACHE ]
check "metrics count it" tool 0 metrics
check "by cache and kind" says "slubwatch_findings_kept{cache=\"$CACHE\",kind=\"freepointer\"} 1"
check "a bugreport is made" tool 1 bugreport /tmp/bug.tar.gz
rm -rf /tmp/bug
mkdir /tmp/bug && gzip -dc /tmp/bug.tar.gz | tar -C /tmp/bug -xf -
set -- /tmp/bug/*
check "and can be read" tool 1 -r "$1" report
check "with the same finding" cmp -s $OUT "$SLW_DEBUG/findings"
check "it has the doctor's word" [ -s "$1/doctor" ]
check "watch wants a terminal" tool 2 watch
[ -z "${TOOL_RECORD:-}" ] || { echo "# begin"; base64 /tmp/bug.tar.gz; echo "# end"; }
echo 1 >"$INJ/repair"
rmmod slubwatch_inject
check "unloads" unload_slubwatch
finish
