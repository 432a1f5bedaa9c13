# SPDX-License-Identifier: GPL-2.0
# For tests that are a row of checks of slubwatch itself, on top of functions.sh. To be sourced.

. "${0%/*}/functions.sh"

# begin: needs root, the module, and debugfs
begin() {
	ktap_print_header
	[ "$(id -u)" = 0 ] || skip_all "must be root"
	[ -r "$SLUBWATCH_KO" ] || skip_all "no $SLUBWATCH_KO"
	[ -d /sys/kernel/debug/bdi ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	trap cleanup EXIT
	CHECKS=0
}

cleanup() {
	trap - EXIT
	stop_load
	[ ! -d "$SLW" ] || rmmod slubwatch
}

# check WHAT COMMAND...: passes if the command succeeds
check() {
	what=$1
	shift
	CHECKS=$((CHECKS + 1))
	if "$@"; then
		ktap_test_pass "$what"
	else
		ktap_test_fail "$what"
	fi
}

# damage ROW PLACE TARGET: done by the injector, or said why it could not be. To be checked: a machine may
# be using the list at that very moment.
damage() { break_it "$@" || { ktap_print_msg "not damaged: $ERROR"; return 1; }; }

finish() {
	ktap_set_plan $CHECKS
	ktap_finished
}

load_slubwatch() { insmod "$SLUBWATCH_KO" "$@"; }
unload_slubwatch() { rmmod slubwatch; }

: "${STORM_KO:=${INJECT_KO%/*}/slubwatch_storm.ko}"

# load_storm [PARAMETER...]: without khugepaged, which at nice 19 gets next to nothing of such a machine,
# and may be preempted as a reader of RCU: nothing that waits for a grace period would go on.
load_storm() {
	echo never 2>/dev/null >/sys/kernel/mm/transparent_hugepage/enabled
	insmod "$STORM_KO" "$@"
}

# param NAME: a parameter's value; set_param NAME VALUE: fails as the write does
param() { cat "$SLW/$1"; }
set_param() { printf '%s\n' "$2" 2>/dev/null >"$SLW/$1"; }

# status KEY: a value out of the file status
status() { sed -n "s/^$1: //p" "$SLW_DEBUG/status"; }

# sleep_until SECONDS COMMAND...: so long, and then until it succeeds, up to ten times as long but no more than five
# minutes on top: an emulated machine whose host has others to run, too, is that much slower
sleep_until() {
	sleep "$1"
	rest=$(($1 * 9))
	[ $rest -le 300 ] || rest=300
	shift
	until "$@" || [ $rest = 0 ]; do
		sleep 1
		rest=$((rest - 1))
	done
}

uptime_s() { sed 's/\..*//' /proc/uptime; }

# pids PATTERN: of tasks whose whole names match; patrol_pid: of the patrol's thread
pids() { grep -lxE "$1" /proc/[0-9]*/comm 2>/dev/null | sed 's/[^0-9]*//g'; }
patrol_pid() { pids slubwatch; }

# mark_log, log_has TEXT: what the kernel logged since the mark
mark_log() { echo "slubwatch-test: mark $((MARK = ${MARK:-0} + 1))" >/dev/kmsg; }
log_has() { dmesg | sed "1,/slubwatch-test: mark $MARK\$/d" | grep -qF "$1"; }

# kmalloc_objects: in use, by all of kmalloc()'s caches; of free ones SLUB keeps as few as it can
kmalloc_objects() {
	for cache in /sys/kernel/slab/*kmalloc-*/shrink; do
		echo 1 2>/dev/null >"$cache"
	done
	awk '/kmalloc-/ { n += $2 } END { print n + 0 }' /proc/slabinfo
}

# settled COMMAND LIMIT: what it prints once that is below LIMIT, or in the end: what the kernel frees later,
# of a load or of a module, goes with RCU and garbage collectors; a leak does not
settled() {
	for try in $(seq 30); do
		n=$($1)
		[ "$n" -ge "$2" ] || break
		sleep 1
	done
	echo "$n"
}

# Of its own accord one of --mmap maps half of a guest's memory.
STRESSORS='--exec 1 --udp 1 --msg 1 --key 1 --pipe 1 --mmap 1 --mmap-bytes 32m --timerfd 1 --epoll 1'

# start_load [STRESSORS], stop_load: what allocates, on all CPUs; these besides processes, files and
# sockets
start_load() {
	if command -v stress-ng >/dev/null; then
		# shellcheck disable=SC2086
		stress-ng --quiet --temp-path /tmp --fork "$(nproc)" --dentry 1 --sock 1 \
			${1-$STRESSORS} --timeout 100000 >/dev/null 2>&1 &
		LOAD=$!
	else
		# busybox has no more to offer: processes, files, pipes.
		LOAD=
		cpu=0
		while [ $cpu -lt "$(nproc)" ]; do
			while :; do
				for i in 1 2 3 4 5 6 7 8; do
					cat /proc/self/maps /proc/net/unix | tee "/tmp/load.$cpu.$i"
				done
				rm -f "/tmp/load.$cpu".*
			done >/dev/null 2>&1 &
			LOAD="$LOAD $!"
			cpu=$((cpu + 1))
		done
	fi
}

stop_load() {
	[ -z "${LOAD:-}" ] || kill $LOAD 2>/dev/null
	wait 2>/dev/null
	LOAD=
}
