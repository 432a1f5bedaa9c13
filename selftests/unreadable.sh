#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A page of a slab cannot be read: it is taken out of the direct map. slubwatch says that it could not
# read it, finds what is damaged elsewhere, and nothing else; and once the page is back, all of it is sound.
#
# What is isolated on the way is lost, and its cache stays: tests that count caches come before this one.

. "${0%/*}/functions.sh"

CHECKS=0

problem() { PROBLEM="$PROBLEM; $*"; }

# check WHAT COMMAND...: passes if the command leaves nothing in PROBLEM
check() {
	what=$1 PROBLEM='' LACK=''
	shift
	CHECKS=$((CHECKS + 1))
	"$@"
	if [ -n "$PROBLEM" ]; then
		ktap_test_fail "$what$PROBLEM"
	elif [ -n "$LACK" ]; then
		ktap_test_skip "$what" "$LACK"
	else
		ktap_test_pass "$what"
	fi
}

# can ROW PLACE TARGET: can this be done here?
can() { grep -q "^$1 $2 $3 [a-z]" "$INJ_DEBUG/table"; }

# set_up ROW PLACE TARGET
set_up() { break_it "$@" || { problem "could not be set up: $ERROR"; return 1; }; }

# sweep: of the caches that are broken here alone
sweep() { scan 'slubwatch_inject*' || problem "a sweep failed"; }

# found_nothing WHEN
found_nothing() {
	new_findings
	[ $NR_FINDINGS = 0 ] || problem "$1: $FINDINGS"
}

# found_damage: exactly what is broken
found_damage() {
	read_broken
	scan_until_seen
	new_findings
	if [ $NR_FINDINGS != 1 ]; then
		problem "$NR_FINDINGS findings for 1: $FINDINGS"
	elif finding_differs $FINDINGS; then
		problem "differs:$WHY"
	fi
}

# unmap PAGE: in WAS what KEY was before, in BEFORE the free objects in front of it
unmap() {
	WAS=$(slw_status $KEY)
	echo "$1" 2>/dev/null >"$INJ/unmap" || { problem "there is no such page"; return 1; }
	read -r _ BEFORE <"$INJ/unmap"
}

# says_so: sweep until it was said twice; more often only if windows are too short, as on an emulated
# machine
says_so() {
	sweeps=0
	while sweep; [ $(($(slw_status $KEY) - WAS)) -lt 2 ]; do
		sweeps=$((sweeps + 1))
		[ $sweeps -lt 20 ] || { problem "$KEY: $(($(slw_status $KEY) - WAS))"; break; }
	done
	[ "$SAYS" = content ] || [ "$(slw_status coverage_percent)" -lt 100 ] || problem "counted as covered"
}

# all_there: the page is back: no sweep leaves out anything, if not for its time
all_there() {
	echo none >"$INJ/unmap" || problem "it cannot be put back"
	unreadable=$(slw_status unreadable)
	sweeps=0
	while sweep; [ "$(slw_status coverage_percent)" != 100 ]; do
		sweeps=$((sweeps + 1))
		[ $sweeps -lt 20 ] || { problem "not covered any more"; break; }
	done
	[ "$(slw_status unreadable)" = "$unreadable" ] || problem "unreadable afterwards"
	found_nothing "readable again"
}

# mend: after it every object was freed
mend() {
	echo 1 2>/dev/null >"$INJ/repair" || problem "could not be repaired"
	sweep
	found_nothing "after the repair"
}

# sound PLACE TARGET PAGE: nothing is damaged, and nothing is isolated
sound() {
	isolated=$(slw_status isolated_slabs)
	set_up sound "$1" "$2" || return
	if unmap "$3"; then
		says_so
		found_nothing "unreadable"
		all_there
	fi
	mend
	[ "$(slw_status isolated_slabs)" = "$isolated" ] || problem "isolated"
}

# damaged ROW PLACE TARGET PAGE: that is found all the same
damaged() {
	set_up "$1" "$2" "$3" || return
	if unmap "$4"; then
		found_damage
		[ "$SAYS" = nothing ] || says_so
		found_nothing "found once"
		all_there
	fi
	mend
}

# isolated ROW PLACE TARGET PAGE: and what is damaged, but nothing else, is taken out of service
isolated() {
	isolated=$(slw_status isolated_slabs)
	set_up "$1" "$2" "$3" || return
	if unmap "$4"; then
		found_damage
		sweep
		found_nothing "isolated"
		[ "$(slw_status isolated_slabs)" = $((isolated + 1)) ] || problem "not isolated, or too much"
		all_there
	fi
	echo 1 >"$INJ/settle" || problem "objects are not as they should be"
	sweep
	found_nothing "after it was settled"
}

# hidden PLACE: an entry that is on its slab's freelist too is neither called sound nor not
hidden() {
	set_up b10-on-freelist "$1" own || return
	if unmap free; then
		says_so
		found_nothing "unreadable"
		echo none >"$INJ/unmap"
		found_damage
	fi
	mend
}

# has_page ROW PLACE TARGET PAGE: broken so that there is one. Which objects are free is chance.
has_page() {
	tries=0
	while set_up "$1" "$2" "$3" && ! echo "$4" 2>/dev/null >"$INJ/unmap"; do
		echo 1 >"$INJ/repair"
		tries=$((tries + 1))
		[ $tries -lt 50 ] || { problem "there is no such page"; return 1; }
	done
	echo none >"$INJ/unmap"
}

# no_content: is there what keeps slubwatch from comparing it?
no_content() { [ ! -d /sys/kernel/debug/kprobes ] || grep -qw __asan_load8 /proc/kallsyms; }

# content PLACE TARGET PAGE: what is in free objects is looked at
content() {
	echo 'slubwatch_inject*' >"$SLW/watch"
	echo 1 >"$SLW/content"
	sweep
	if ! has_page sound "$@"; then
		:
	elif sweep; no_content; then
		LACK="content is not compared here: KASAN, or no kprobes"
	elif unmap "$3"; then
		says_so
		found_nothing "unreadable"
		all_there
	fi
	mend
	echo none >"$SLW/watch"
	echo 0 >"$SLW/content"
}

# guarded: what is handed out next but one is in that page
guarded() {
	set_up sound cpu-freelist own-large || return
	if unmap middle; then
		races=$(slw_status guard_races)
		echo "$BEFORE" >"$INJ/take" || problem "not allocated"
		ktap_print_msg "$BEFORE objects, $(($(slw_status guard_races) - races)) undecided by the guard"
		[ "$(slw_status guard_races)" -gt "$races" ] || problem "the guard saw nothing"
		found_nothing "unreadable"
		says_so
		all_there
	fi
	mend
}

# may_unmap: or why not
may_unmap() {
	set_up sound node-partial own || die "$PROBLEM"
	ERROR=$(echo head 2>&1 >"$INJ/unmap") || case $ERROR in
	*"not supported"*) skip_all "modules can take no page out of the direct map here" ;;
	*) die "$ERROR" ;;
	esac
	echo 1 >"$INJ/repair"
}

# of_slabs: lists of slabs
of_slabs() {
	KEY=unreadable SAYS=lists
	echo isolate >"$SLW/action"
	for place in cpu-freelist cpu-slab cpu-partial node-partial; do
		can sound $place own || continue
		check "$place: a slab of one page" sound $place own head
		for page in head middle first; do
			check "$place: one of more: $page" sound $place own-large $page
		done
	done
	echo report >"$SLW/action"
}

# beside BEFORE ROW...: damage next to it in the list
beside() {
	KEY=unreadable SAYS=lists
	echo "$1" >"$INJ/before"
	shift
	for row; do
		for page in next prev; do
			check "$row: found, the $page slab is unreadable" damaged "$row" node-partial own $page
		done
	done
	echo isolate >"$SLW/action"
	for page in next prev; do
		check "$1: isolated, the $page slab is unreadable" isolated "$1" node-partial own $page
	done
	echo report >"$SLW/action"
	echo 0 >"$INJ/before"
}

# of_sheaves PLACE...: nobody reads what is in them, unless content is looked at, or compares them with
# the freelist of their slab
of_sheaves() {
	for place; do
		can sound "$place" own || continue
		SAYS=nothing
		check "$place: a double free is found in it" damaged b10-duplicate "$place" own entry
		echo isolate >"$SLW/action"
		check "$place: and isolated" isolated b10-duplicate "$place" own entry
		echo report >"$SLW/action"
		SAYS=lists KEY=skipped_entries
		! can b10-on-freelist "$place" own || check "$place: the freelist of its slab is unreadable" hidden "$place"
		SAYS=content KEY=unreadable
		[ "$place" = sheaf-rcu ] || check "$place: content is unreadable" content "$place" own entry
	done
}

ktap_print_header
load_modules
scan
new_findings
[ $NR_FINDINGS = 0 ] || ktap_print_msg "there before: $FINDINGS"
KEY=unreadable
may_unmap
of_slabs
beside 3 a1-text b9-inuse-plus h-null a1-same
beside 80 a1-text
of_sheaves sheaf-main sheaf-spare sheaf-rcu barn-full
echo Y >"$INJ/half"
SAYS=content
check "node-partial: content is unreadable" content node-partial own-large inside
echo N >"$INJ/half"
SAYS=lists
# PREEMPT_RT has no guard.
if can sound cpu-freelist own-large && echo slubwatch_inject_large 2>/dev/null >"$SLW/guard"; then
	check "guarded" guarded
	echo none >"$SLW/guard"
fi

unload_modules
if no_splat; then
	ktap_test_pass "the kernel did not complain"
else
	ktap_test_fail "the kernel complained, see its log"
fi
ktap_set_plan $((CHECKS + 1))
ktap_finished
