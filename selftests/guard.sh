#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guard: damage to what is allocated from next, followed by allocations. With action=isolate
# the machine survives all of it and hands out nothing twice.
#
# Where it cannot be right (PREEMPT_RT) the guard must refuse, and say so; caches with debug flags it must
# leave to SLUB, and say so.
#
# usage: guard.sh [N [TARGET]]	injections each, 45 if not said; own and kmalloc-256

. "${0%/*}/functions.sh"

N=${1:-45} TARGETS=${2:-own kmalloc-256}
# Injections between two sweeps: what they close makes room for new findings.
ROUND=18
CHECKS=0

# check WHAT COMMAND...: passes if the command succeeds
check() {
	what=$1
	shift
	CHECKS=$((CHECKS + 1))
	if "$@"; then ktap_test_pass "$what"; else ktap_test_fail "$what"; fi
}

status() { sed -n "s/^$1: //p" "$SLW_DEBUG/status"; }
set_param() { printf '%s\n' "$2" 2>/dev/null >"$SLW/$1"; }

# is PARAMETER VALUE
is() { [ "$(cat "$SLW/$1")" = "$2" ]; }
refuses() { ! set_param guard "$1" && is guard none; }
refused_at_load() { ! insmod "$SLUBWATCH_KO" guard=dentry 2>/dev/null; }

# cache_of TARGET: what the guard is told
cache_of() {
	case $1 in
	own)	echo slubwatch_inject ;;
	own-*)	echo slubwatch_inject_ctor ;;
	# With CONFIG_RANDOM_KMALLOC_CACHES there are several, and the injector has one of them.
	kmalloc-*) echo "kmalloc*${1#kmalloc}" ;;
	*)	echo "$1" ;;
	esac
}

# strike N TARGET: in rounds; sums it up in $TALLY, a line a kind: KIND N BEFORE LATER NEVER WRONG
strike() {
	left=$1
	: >/tmp/tallies
	while [ "$left" -gt 0 ]; do
		round=$((left < ROUND ? left : ROUND))
		left=$((left - round))
		echo "$round $2" >"$INJ/strikes" || return 1
		cat "$INJ/strikes" >>/tmp/tallies
		scan
	done
	TALLY=$(awk '{ if (!($1 in n)) order[++kinds] = $1
			n[$1] += $2; before[$1] += $3; later[$1] += $4; never[$1] += $5; wrong[$1] += $6 }
		END { for (i = 1; i <= kinds; i++) { k = order[i]
			print k, n[k], before[k], later[k], never[k], wrong[k] } }' /tmp/tallies)
}

show_tally() {
	printf '# %-14s %6s %6s %6s %6s %6s\n' "$1" n before later never wrong
	echo "$TALLY" | while read -r kind n before later never wrong; do
		printf '# %-14s %6d %6d %6d %6d %6d\n' "$kind" "$n" "$before" "$later" "$never" "$wrong"
	done
}

# Every kind was tried, and nothing wrong was handed out.
nothing_wrong() {
	echo "$TALLY" | awk '$2 == 0 && $1 != "double-free" || $6 != 0 { bad = 1 } END { exit bad || !NR }'
}

# What the free pointer shows is seen before it is followed; a byte or a bit may make it a free
# object further on, and NULL ends the list early: that is not to be seen, and harms nobody. In
# front of a refill another slab may have come.
seen_in_time() {
	echo "$TALLY" | awk '$4 != 0 { bad = 1 }
		$1 !~ /^(null|byte|bit)$/ && $3 != $2 { bad = 1 }
		END { exit bad || !NR }'
}

nothing_new() {
	read_status
	seen=$TOTAL
	scan
	read_status
	[ "$TOTAL" = "$seen" ]
}

# logged TEXT: since the test began
logged() { dmesg | sed '1,/slubwatch-test: guard begins$/d' | grep -qF "$1"; }

# wild: what no allocation follows as long as the lists have objects, the guard must not follow either
wild() {
	for row in 'c-ones cpu-freelist' 'b10-ones sheaf-spare'; do
		grep -q "^$row own [a-z]" "$INJ_DEBUG/table" || continue
		# shellcheck disable=SC2086
		break_it $row own && echo 3 >"$INJ/take" && echo 1 >"$INJ/repair" || return 1
	done
}

# refill: ten damaged slabs before one refill; that cache can never be destroyed any more
refill() {
	insmod "${INJECT_KO%/*}/slubwatch_scribble.ko" || return 1
	set_param guard slubwatch_scribble
	isolated=$(status isolated_slabs) told=$(status findings)
	echo '10 0x60' >/sys/module/slubwatch_scribble/parameters/many &&
	echo x >/sys/module/slubwatch_scribble/parameters/bulk || return 1
	for try in 1 2 3 4 5 6 7 8 9 10; do
		sleep 1
		isolated_now=$(($(status isolated_slabs) - isolated)) told_now=$(($(status findings) - told))
		[ $isolated_now != $told_now ] || break
	done
	ktap_print_msg "isolated $isolated_now, told $told_now"
	[ $isolated_now -gt 4 ] && [ $isolated_now = $told_now ]
}

# buckets: caches that kmem_buckets_create() made are kmalloc()'s, too; mounting takes from them
buckets() {
	set_param guard 'memdup_user-*'
	mkdir -p /tmp/mnt
	for n in 1 2 3 4 5 6 7 8 9 10; do
		mount -t tmpfs none /tmp/mnt && umount /tmp/mnt || return 1
	done
	[ "$(status guard_looks)" -gt "$1" ]
}

# finish: what ends every way through here
finish() {
	unload_modules
	check "the kernel did not complain" no_splat
	ktap_set_plan $CHECKS
	ktap_finished
}

ktap_print_header
load_modules
echo "slubwatch-test: guard begins" >/dev/kmsg
check "nothing is guarded at first" is guard none
if ! set_param guard own; then
	check "refused, and nothing is changed" is guard none
	check "and the log says why" logged "slubwatch: guard takes only none here: "
	check "none is taken" set_param guard none
	rmmod slubwatch
	check "insmod with it is refused too" refused_at_load
	load_slubwatch
	finish
fi
if is_debugged; then
	check "a cache with debug flags is no error" set_param guard slubwatch_inject
	check "it is not guarded" [ "$(status guarded_caches)" = 0 ]
	check "which is counted" [ "$(status guarded_not_debug)" = 1 ]
	check "and the log says so" logged "slubwatch: 1 more have debug flags"
	check "and why" logged "SLUB checks them itself"
	finish
fi
set_param guard none
check "an empty element is refused" refuses "a,,b"
check "a cache that is not there is no error" set_param guard no_such_cache
check "and none is guarded" [ "$(status guarded_caches)" = 0 ]
set_param action isolate
set_param isolate_max 1024
for target in $TARGETS; do
	set_param guard "$(cache_of "$target")"
	check "$target: guarded" [ "$(status guarded_caches)" -ge 1 ]
	check "$target: survives $N injections" strike "$N" "$target"
	show_tally "$target"
	check "$target: nothing wrong is handed out" nothing_wrong
	if grep -q '^capabilities:.* sheaves' "$SLW_DEBUG/status"; then
		ktap_test_skip "$target: what can be seen is seen in time" "not promised with sheaves"
		CHECKS=$((CHECKS + 1))
	else
		check "$target: what can be seen is seen in time" seen_in_time
	fi
	check "$target: nothing is left of it" nothing_new
	for key in guard_looks guard_elsewhere guard_races isolated_slabs findings_dropped; do
		ktap_print_msg "$key: $(status $key)"
	done
done
set_param period_ms 0
set_param guard slubwatch_inject
check "a pointer that no allocation follows is not followed here" wild
if grep -q '^capabilities:.* sheaves' "$SLW_DEBUG/status"; then
	check "all that was isolated before a refill is told" refill
fi
if grep -q '^capabilities:.* cpu_slab' "$SLW_DEBUG/status" && ls -d /sys/kernel/slab/memdup_user-* >/dev/null 2>&1; then
	check "caches of buckets are looked at" buckets "$(status guard_looks)"
fi
check "a wildcard guards more than one" set_param guard 'kmalloc-*'
check "namely some" [ "$(status guarded_caches)" -gt 4 ]
set_param guard none
check "none at last" [ "$(status guarded_caches)" = 0 ]
finish
