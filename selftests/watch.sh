#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Watched caches and the content of free objects: what was written after it was freed is found, with
# the stack that freed it, and nothing else is.
#
# usage: watch.sh [zero|debug]	zero: the guest was booted with init_on_free=1
#				debug: with slab_debug=FZPU,slubwatch_scribble (slub_debug before 6.1)

. "${0%/*}/checks.sh"

SCRIBBLE_KO=${INJECT_KO%/*}/slubwatch_scribble.ko
SCR=/sys/module/slubwatch_scribble/parameters
SHOWN=
mode=${1:-}

scribble() { echo "$2" 2>/dev/null >"$SCR/$1"; }

# report: the report of the newest finding
report() { awk '/^slubwatch: finding /{ text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$SLW_DEBUG/findings"; }

# reported TEXT: does the newest report say it?
reported() { report | grep -qF -- "$1"; }

# shows OFFSET WORD: does the newest report show it where it was written?
shows() { report | grep -qE "^ *\+$(($1 / 16 * 16)) .*$2"; }

# maps: does its map show others of the list? Of a sheaf nobody walks a list.
maps() { [ -e /sys/kernel/slab/slubwatch_scribble/sheaf_capacity ] || report | grep -qE '^ {12}[fc]  met on'; }

# found_one KIND CACHE: exactly one new finding, and it is this
found_one() {
	new_findings
	[ "$NR_FINDINGS" = 1 ] || { ktap_print_msg "$NR_FINDINGS findings: $FINDINGS"; return 1; }
	case $FINDINGS in *" $1 $2 "*) ;; *) ktap_print_msg "$FINDINGS"; return 1 ;; esac
}

found_none() {
	new_findings
	[ "$NR_FINDINGS" = 0 ] || { ktap_print_msg "$NR_FINDINGS findings: $FINDINGS"; return 1; }
}

# A window may be too short on an emulated machine, and another sweep begins elsewhere.
scan_some() {
	for i in 1 2 3 4 5 6; do scan "$1" || return 1; done
}

# scan_until_new CACHE: sweeps until there is a new finding
scan_until_new() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		scan "$1" || return 1
		[ "$(status findings)" = "$SEEN" ] || return 0
	done
}

# write_to TARGET CACHE OFFSET: once more if the machine has used the object meanwhile
write_to() {
	for try in 1 2 3; do
		scribble prepare "$1" || return 1
		scan_some "$2"
		! scribble write "$3" || { scan_until_new "$2"; return 0; }
	done
	return 1
}

# provoke TARGET CACHE OFFSET: the same, of what must be seen. A kmalloc cache is everybody's: once more if what
# was known of the object was forgotten, as it must be as soon as somebody might have had it.
provoke() {
	for try in 1 2 3 4 5; do
		write_to "$@" || return 1
		[ "$(status findings)" = "$SEEN" ] || return 0
		[ "$1" != own ] || return 1
		ktap_print_msg "once more: $(grep ^content "$SLW_DEBUG/status" | tr '\n' ' ')"
		scribble undo 1
	done
	return 1
}

written() {
	target=$1 cache=$2 at=$3
	check "$cache: written at $at" provoke "$target" "$cache" "$at"
	check "$cache: found" found_one use-after-free-write "$cache"
	check "$cache: at $at" reported "written   at +$at of the object"
	check "$cache: what was written" reported "raw       0x7777777704090304"
	check "$cache: what that is" reported "USB string descriptor, length 0x04, LANGID 0x0409"
	check "$cache: its bytes" shows "$at" 7777777704090304
	check "$cache: the slab's other free objects" maps
	check "$cache: who freed it" reported "slubwatch_scribble_free"
	check "$cache: who had it" reported "slubwatch_scribble_alloc"
	# One report of each cache is worth reading.
	[ "$KTAP_CNT_FAIL$SHOWN" = "0$cache" ] || report | sed 's/^/# /'
	SHOWN=$cache
	scribble undo 1
	scan_some "$cache"
	check "$cache: nothing more" found_none
}

# What the kernel's settings say: kind, where
filled() {
	check "$1 at $2: written" provoke own slubwatch_scribble "$2"
	check "$1 at $2: found" found_one "$1" slubwatch_scribble
	check "$1 at $2: where" reported "written   at $3"
	[ "$KTAP_CNT_FAIL" = 0 ] || report | sed 's/^/# /'
	scribble undo 1
	scan_some slubwatch_scribble
	check "$1 at $2: nothing more" found_none
}

# A finding has its cache watched from the next sweep on; an entry of a sheaf has no link to break.
escalation() {
	if [ -e /sys/kernel/slab/slubwatch_scribble/sheaf_capacity ]; then
		CHECKS=$((CHECKS + 1))
		ktap_test_skip "action=watch" "the object is in a sheaf"
		return
	fi
	check "action=watch is taken" set_param action watch
	check "a broken link" provoke own slubwatch_scribble 0x60
	check "is found" found_one freepointer slubwatch_scribble
	scan slubwatch_scribble
	check "and its cache watched" [ "$(status watched_caches)" = 1 ]
	scribble undo 1
	check "the rest is asked for anew" eval 'rmmod slubwatch && load_slubwatch period_ms=0 hold_us=2000'
	SEEN=0
}

begin
check "loads" load_slubwatch period_ms=0 hold_us=2000
SEEN=0
insmod "$SCRIBBLE_KO" || die "slubwatch_scribble does not load"
trap 'rmmod slubwatch_scribble; cleanup' EXIT
taskset -p 1 $$ >/dev/null 2>&1 || :

case $mode in
zero)
	filled content 0x68 "+0x68"
	;;
debug)
	filled content 0x68 "+0x68"
	filled redzone -4 "-0x4"
	;;
*)
	check "watch= is refused" eval "! set_param watch ''"
	check "watch_kib=1 is refused" eval '! set_param watch_kib 1'
	check "content=2 is refused" eval '! set_param content 2'
	check "nothing is watched" [ "$(status watched_caches)$(status watch_events)$(status watch_objects)" = 000 ]
	check "watch" set_param watch slubwatch_scribble,kmalloc-192
	check "two caches are watched" [ "$(status watched_caches)" = 2 ]
	check "there is a history" [ "$(status watch_events)" -gt 0 ]
	# Whichever object it is: none may be without a place among those that are remembered.
	for round in 1 2 3 4 5; do
		written own slubwatch_scribble 0x68
	done
	if [ -e /sys/kernel/slab/slubwatch_scribble/sheaf_capacity ]; then
		ktap_print_msg "kmalloc caches are not compared where kmalloc_nolock() is"
	else
		written 192 kmalloc-192 0x68
		# Where the bytes around the free pointer do not reach.
		check "watch another" set_param watch slubwatch_scribble,kmalloc-512
		written 512 kmalloc-512 0x1c0
	fi

	# What is allocated and freed untold is none of ours to report.
	scribble prepare own
	scan_some slubwatch_scribble
	for fill in a b c; do
		scribble bulk $fill || check "bulk" false
		scan_some slubwatch_scribble
	done
	check "in bulk: nothing is reported" found_none
	scribble prepare own
	scan_some slubwatch_scribble
	scribble prepare own
	scan_some slubwatch_scribble
	check "allocated and freed anew: nothing is reported" found_none

	check "no longer" set_param watch none
	escalation
	check "nothing is held" [ "$(status watched_caches)$(status watch_events)$(status watch_objects)" = 000 ]
	check "written to unwatched" write_to own slubwatch_scribble 0x68
	check "is not seen" found_none
	scribble undo 1
	;;
esac
check "rmmod" eval 'rmmod slubwatch_scribble && unload_slubwatch'
trap - EXIT
check "the kernel did not complain" no_splat
finish
