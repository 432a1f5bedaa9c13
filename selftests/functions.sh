# SPDX-License-Identifier: GPL-2.0
# Functions shared by the tests that load modules. To be sourced by a POSIX shell, busybox ash too;
# few forks, since a test machine may be an emulated one.
#
# The environment may say where things are:
#   SLUBWATCH_KO	slubwatch.ko; the folder above this one if not said
#   INJECT_KO		slubwatch_inject.ko; test_modules/ here if not said
#   KTAP_HELPERS	kselftest's ktap_helpers.sh, for TAP output by its own functions

here=${0%/*}
[ "$here" != "$0" ] || here=.
: "${SLUBWATCH_KO:=$here/../slubwatch.ko}"
: "${INJECT_KO:=$here/test_modules/slubwatch_inject.ko}"

SLW=/sys/module/slubwatch/parameters
SLW_DEBUG=/sys/kernel/debug/slubwatch
INJ=/sys/module/slubwatch_inject/parameters
INJ_DEBUG=/sys/kernel/debug/slubwatch_inject

# TAP, if kselftest does not bring its own: same names, same exit codes.
if [ -r "${KTAP_HELPERS:-}" ]; then
	. "$KTAP_HELPERS"
else
	KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4
	KTAP_TESTNO=1 KTAP_CNT_PASS=0 KTAP_CNT_FAIL=0 KTAP_CNT_SKIP=0
	ktap_print_header() { echo "TAP version 13"; }
	ktap_print_msg() { echo "# $*"; }
	ktap_set_plan() { echo "1..$1"; }
	ktap_skip_all() { echo "1..0 # SKIP $*"; }
	ktap_result() {
		echo "$1 $KTAP_TESTNO $2"
		KTAP_TESTNO=$((KTAP_TESTNO + 1))
	}
	ktap_test_pass() { ktap_result ok "$*"; KTAP_CNT_PASS=$((KTAP_CNT_PASS + 1)); }
	ktap_test_fail() { ktap_result "not ok" "$*"; KTAP_CNT_FAIL=$((KTAP_CNT_FAIL + 1)); }
	ktap_test_skip() {
		description=$1
		shift
		ktap_result ok "$description # SKIP $*"
		KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
	}
	ktap_print_totals() {
		echo "# Totals: pass:$KTAP_CNT_PASS fail:$KTAP_CNT_FAIL xfail:0 xpass:0 skip:$KTAP_CNT_SKIP error:0"
	}
	ktap_finished() {
		ktap_print_totals
		[ "$KTAP_CNT_FAIL" = 0 ] || exit "$KSFT_FAIL"
		exit "$KSFT_PASS"
	}
fi

# kselftest's own says SKIP without the reason.
if command -v __ktap_test >/dev/null; then
	ktap_test_skip() {
		__ktap_test ok "$1" "SKIP ${*#"$1"}"
		KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
	}
fi

# skip_all REASON: nothing of this test can be done here
skip_all() {
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

# die WHAT: the test itself is broken
die() {
	ktap_print_msg "$*"
	ktap_test_fail "$*"
	exit "$KSFT_FAIL"
}

# load_modules: both, without a patrol of its own; unloaded again at exit
load_modules() {
	[ "$(id -u)" = 0 ] || skip_all "must be root"
	[ -r "$SLUBWATCH_KO" ] || skip_all "no $SLUBWATCH_KO"
	[ -r "$INJECT_KO" ] || skip_all "no $INJECT_KO"
	[ -d /sys/kernel/debug/bdi ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	trap unload_modules EXIT
	load_slubwatch
	insmod "$INJECT_KO" || die "slubwatch_inject does not load"
	# Away from the CPU whose lists are broken, if there is another.
	taskset -p 1 $$ >/dev/null 2>&1 || :
}

# load_slubwatch: anew if it is there; what it had found is forgotten. Of lists alone: what is written
# into free objects to break them is no finding of its own (that is for watch.sh).
load_slubwatch() {
	[ ! -d "$SLW" ] || rmmod slubwatch || die "slubwatch does not unload"
	insmod "$SLUBWATCH_KO" period_ms=0 content=0 || die "slubwatch does not load"
	SEEN=0
}

# unload_modules: repairs what is broken still
unload_modules() {
	trap - EXIT
	[ ! -d "$INJ" ] || rmmod slubwatch_inject || ktap_print_msg "slubwatch_inject does not unload"
	[ ! -d "$SLW" ] || rmmod slubwatch || ktap_print_msg "slubwatch does not unload"
}

# scan [CACHES]: one sweep, everything if no caches are said
scan() { echo "${1:-1}" >"$SLW/scan"; }

# read_status: of it, in TOTAL the findings, in LEFT_OUT what sweeps did not get to see
read_status() {
	TOTAL=0 LEFT_OUT=0
	while read -r key value; do
		case $key in
		findings:)	TOTAL=$value ;;
		busy:|skipped:|unreadable:) LEFT_OUT=$((LEFT_OUT + value)) ;;
		max_hold_ns:)	break ;;
		esac
	done <"$SLW_DEBUG/status"
}

# scan_until_seen: sweep until there is something new, or a sweep has left nothing out; in SWEEPS how
# often. On an emulated machine a window may be too short for a long chain.
scan_until_seen() {
	SWEEPS=0
	read_status
	while [ $SWEEPS -lt 100 ]; do
		left_out=$LEFT_OUT
		scan || return 1
		SWEEPS=$((SWEEPS + 1))
		read_status
		[ "$TOTAL" = "$SEEN" ] || break
		[ "$LEFT_OUT" != "$left_out" ] || break
	done
}

# scan_until CACHES COMMAND...: sweep until it succeeds; fails if a sweep has left nothing out and it does not
scan_until() {
	caches=$1
	shift
	for try in $(seq 20); do
		read_status
		left_out=$LEFT_OUT
		scan "$caches" || return 1
		"$@" && return
		read_status
		[ "$LEFT_OUT" != "$left_out" ] || return 1
	done
	return 1
}

# scan_all [CACHES]: until a sweep has left nothing out, ten times at most. What was repaired is over for slubwatch
# once all of its cache was seen without, and only then is the same damage told anew.
scan_all() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		read_status
		left_out=$LEFT_OUT
		scan "$@" || return 1
		read_status
		[ "$LEFT_OUT" != "$left_out" ] || return 0
	done
	ktap_print_msg "ten sweeps have left something out, each"
}

# findings_are N: so many in all
findings_are() { [ "$(slw_status findings)" = "$1" ]; }

# new_findings: those since the last call, one a line, in FINDINGS, their number in NR_FINDINGS:
#   SEQ KIND CACHE LIST cpu|node ID OBJECT STRUCT RAW DECODED FOUND
# where what a report does not say is "-"
new_findings() {
	FINDINGS=
	read_status
	NR_FINDINGS=$((TOTAL - SEEN))
	[ $NR_FINDINGS != 0 ] || return 0
	FINDINGS=$(awk -v seen="$SEEN" '
		function flush() {
			if (seq > seen)
				print seq, kind, cache, list, of, id, object, page, raw,
					decoded == "-" ? raw : decoded, found
		}
		/^slubwatch: finding / {
			flush()
			seq = $3 + 0; kind = $4; cache = $6
			list = of = id = object = page = raw = decoded = found = "-"
			next
		}
		# A label stands behind two blanks; what goes on, further in.
		seq <= seen || !/^  [a-z]/ { next }
		$1 == "list"	{ list = $2; of = $4; id = $5 }
		$1 == "slab"	{ page = $NF; sub(/\)$/, "", page) }
		$1 == "object" || $1 == "at" { object = $2 }
		$1 == "raw"	{ raw = $2 }
		$1 == "decoded"	{ decoded = $2 }
		$1 == "found"	{ found = $2 + 0 }
		END		{ flush() }' "$SLW_DEBUG/findings")
	SEEN=$TOTAL
}

# read_broken: what the injector says is broken, in B_EXPECT B_CACHE B_LIST B_CPU B_NODE B_OBJECT
# B_STRUCT B_RAW B_DECODED, and in B_BYTE the one that differs, if one does
read_broken() {
	B_EXPECT='' B_CACHE='' B_LIST='' B_CPU='' B_NODE='' B_OBJECT='' B_STRUCT='' B_RAW='' B_DECODED='' B_BYTE=''
	read -r line <"$INJ/inject" || return 1
	for word in $line; do
		value=${word#*=}
		case $word in
		expect=*)	B_EXPECT=$value ;;
		cache=*)	B_CACHE=$value ;;
		list=*)		B_LIST=$value ;;
		cpu=*)		B_CPU=$value ;;
		node=*)		B_NODE=$value ;;
		object=*)	B_OBJECT=$value ;;
		struct=*)	B_STRUCT=$value ;;
		raw=*)		B_RAW=$value ;;
		decoded=*)	B_DECODED=$value ;;
		byte=*)		B_BYTE=$value ;;
		esac
	done
}

# same_address PRINTED EXPECTED: a report leaves out what is 0
same_address() {
	[ "$1" = "$2" ] || { [ "$1" = - ] && [ "$2" = 0000000000000000 ]; }
}

# finding_differs SEQ KIND ...: does one line of FINDINGS differ from read_broken()? Says how in WHY.
finding_differs() {
	WHY=
	[ "$2" = "$B_EXPECT" ] || WHY="$WHY kind $2 for $B_EXPECT,"
	[ "$3" = "$B_CACHE" ] || WHY="$WHY cache $3 for $B_CACHE,"
	[ "$4" = "$B_LIST" ] || WHY="$WHY list $4 for $B_LIST,"
	case $5 in
	cpu)	[ "$6" = "$B_CPU" ] || WHY="$WHY cpu $6 for $B_CPU," ;;
	*)	[ "$6" = "$B_NODE" ] || WHY="$WHY node $6 for $B_NODE," ;;
	esac
	same_address "$7" "$B_OBJECT" || WHY="$WHY object $7 for $B_OBJECT,"
	same_address "$8" "$B_STRUCT" || WHY="$WHY slab $8 for $B_STRUCT,"
	case $2 in
	count|not-slab|cache-numbers) ;;
	objects|frozen|partial-mark|wrong-node|list-count|sheaf-size)
		[ "${11}" = "$((B_RAW))" ] || WHY="$WHY found ${11} for $((B_RAW))," ;;
	*)
		[ "$9" = "$B_RAW" ] || WHY="$WHY raw $9 for $B_RAW,"
		[ "${10}" = "$B_DECODED" ] || WHY="$WHY decoded ${10} for $B_DECODED," ;;
	esac
	[ -n "$WHY" ]
}

# slw_status KEY: a value out of the file status
slw_status() { sed -n "s/^$1: //p" "$SLW_DEBUG/status"; }

# is_debugged: one boot parameter, slab_debug, decides for every cache
is_debugged() { [ "$(cat /sys/kernel/slab/slubwatch_inject/sanity_checks)" = 1 ]; }

# A row may meet a machine that is just using the lists.
TRIES=5

# break_it NAME PLACE TARGET: in ERROR why not
break_it() {
	tries=0
	until echo "$1 $2 $3" 2>/dev/null >"$INJ/inject"; do
		tries=$((tries + 1))
		[ $tries -lt $TRIES ] && continue
		ERROR=$(echo "$1 $2 $3" 2>&1 >"$INJ/inject") || return 1
		break
	done
}

# each_row FUNCTION: what the injector can do here, as far as the patterns in ROW, PLACE and TARGET say;
# the function is given NAME PLACE TARGET KIND [LACK]
each_row() {
	exec 3<"$INJ_DEBUG/table"
	while read -r name place target kind lack <&3; do
		case $name in $ROW) ;; *) continue ;; esac
		case $place in $PLACE) ;; *) continue ;; esac
		case $target in $TARGET) ;; *) continue ;; esac
		"$1" "$name" "$place" "$target" "$kind" "$lack"
	done
	exec 3<&-
}

# has_recipe KIND PLACE: does action=isolate do something about it?
has_recipe() {
	case $1 in
	count|duplicate) [ "$2" != cpu-freelist ] ;;
	freepointer|freelist-head|cycle|no-free) ;;
	sheaf-foreign|sheaf-misaligned|sheaf-duplicate|sheaf-free) ;;
	*) return 1 ;;
	esac
}

# cpus_off_and_on: all but the first, one after the other
cpus_off_and_on() {
	for online in /sys/devices/system/cpu/cpu[1-9]*/online; do
		[ -w "$online" ] || continue
		echo 0 >"$online" && echo 1 >"$online" || return 1
	done
}

# no_splat: has the kernel not complained of itself since boot? By taint W or D, or without sysctl by its log,
# less what qemu/splats.allow names.
no_splat() {
	if [ ! -r /proc/sys/kernel/tainted ]; then
		cat "$here/splats.allow" "$here/../qemu/splats.allow" 2>/dev/null | grep -vE '^(#|$)' >/tmp/splats.allow
		! dmesg | grep -E '(WARNING|BUG): |Oops' | grep -vE -f /tmp/splats.allow | sed 's/^/# /' | grep .
		return
	fi
	# Not by `read`: it asks byte by byte, and /proc/sys answers once only.
	taint=$(cat /proc/sys/kernel/tainted)
	[ $((taint & 640)) = 0 ]
}
