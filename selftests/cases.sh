#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The field cases, one by one: what the report must say of each.
#
# usage: cases.sh [CASE]	a shell pattern, * if not said
#
# For each it prints a line "# case|CASE|ROW|PLACE|TARGET|KIND|WHAT THE REPORT SAYS OF THE DAMAGE";
# scripts/cases makes a table of them.

. "${0%/*}/functions.sh"

CASE=${1:-*}

# CASE ROW PLACE TARGET and what the report must have, patterns of grep's, @ for a blank. EXPECTED: it
# must name the pointer that stood there. Where a kernel has no such place, the line is left out. BYTE
# and NOISE: see wanted().
table() {
	cat <<-'END'
		A1	a1-text		cpu-freelist	kmalloc-256	as.stored:@USB@string@descriptor,@length@0x38 UTF-16LE@text@"Vir
		A1	a1-text		node-partial	own		as.stored:@USB@string@descriptor,@length@0x38 UTF-16LE@text@"Vir
		A1	a1-same		node-partial	own		stood@in@1@more@place@of@the@slab and@1@time@in@the@cache's@other
		A1	a1-decoded	node-partial	own		decoded:@USB@string@descriptor,@length@0x38 UTF-16LE@text@"Vir
		A1	h-text		node-partial	own		USB@string@descriptor,@length@0x38 UTF-16LE@text@"Vir
		A1	l-text		node-partial	own		USB@string@descriptor,@length@0x38 UTF-16LE@text@"Vir
		A2	a2-langid	node-partial	kmalloc-192	USB@string@descriptor,@length@0x04,@LANGID@0x0409 low@half
		A2	a2-langid-62	node-partial	kmalloc-192	USB@string@descriptor,@length@0x04,@LANGID@0x0409
		A2	a2-langid-miss	node-partial	kmalloc-192	-
		A3	a3-byte5	node-partial	own		decoded:@byte@BYTE@zeroed,@was@0x[0-9a-f]*;@led@to@object EXPECTED
		A3	a3-byte5-raw	node-partial	own		as@stored:@byte@BYTE@zeroed,@was@0x[0-9a-f]*;@led@to@object EXPECTED
		A4	a4-text		node-partial	own		text@"`rlayfs/
		B1	b1-ascii	node-partial	own		text@"t-0:2/en
		B1	b5-next-slot-used node-partial	own		unless@*the@object@is@in@use USB@string
		B2	b2-garbage	node-partial	own		no[it][sh]
		B3	b3-low-byte	node-partial	own		as@stored:@byte@BYTE@zeroed,@was@0x EXPECTED
		B4	b4-zero		node-partial	own		as@stored:@all@bytes@are@zero NOISE
		B4	b4-end		node-partial	own		found.*free@objects,@expected
		B5	b5-bit3		node-partial	own		bit@3@flipped EXPECTED differs@*by@.*,@1@bit$
		B5	b5-bit12	node-partial	own		bit@1[2-9]@flipped
		B5	b5-bit62	node-partial	own		bit@62@flipped EXPECTED
		B5	b5-next-slot-back node-partial	own		object@[0-9]*@of@this@slab
		B12	b5-bit62	node-partial	kmalloc-256	bit@62@flipped same@bit@62@in@finding.*speaks@for@hardware
		B12	b5-bit62	node-partial	own-ctor	same@bit@62@in@findings.*:@a@constant@bit@speaks@for@hardware
		B12	a1-text		node-partial	own		same@word@in@finding.*it@was@written
		B6	b6-list-poison	node-partial	own		LIST_POISON1
		B6	b6-list-poison2	node-partial	own		LIST_POISON2
		B6	h-poison	node-partial	own		LIST_POISON1 same@word@in@finding@
		B6	h-poison	node-partial	own-ctor	LIST_POISON1 same@word@in@findings@
		B6	l-poison	node-partial	own		LIST_POISON1
		B6	b6-slab-poison	node-partial	own		every@byte@is@0x6b,@POISON_FREE
		B6	b6-5a5a		node-partial	own		every@byte@is@0x5a,@POISON_INUSE
		B6	b6-deadbeef	node-partial	own		0xdeadbeef@in@both@halves
		B6	b6-4141		node-partial	own		every@byte@is@0x41,@'A'
		B7	b7-self		node-partial	own		its@own@object,@as@if@freed@twice
		B7	b7-aba		node-partial	own		object@[0-9]*@of@this@slab
		B7	b7-two-lists	cpu-slab	own		two@lists
		B8	b8-other-slab	node-partial	own		object@[0-9]*@of@a@slab@of@slubwatch_inject
		B8	b8-other-cache	node-partial	own		decoded:@object@[0-9]*@of@a@slab@of@kmalloc-512
		B8	b8-other-cache-raw node-partial	own		as@stored:@object@[0-9]*@of@a@slab@of@kmalloc-512
		B8	b8-no-slab	node-partial	own		no@object
		B8	b8-free-page	node-partial	own		in@a@free@page
		B8	b8-kernel	node-partial	own		decoded:@panic+0x0/
		B8	b8-kernel-raw	node-partial	own		as@stored:@panic+0x0/
		B8	b8-user		node-partial	own		an@address@of@user@space
		B8	s-cache		node-partial	own		consistent@with:@kmem_cache@kmalloc-
		B9	b9-inuse-plus	node-partial	own		found.*free@objects,@expected
		B9	b9-objects	node-partial	own		found
		B9	b9-frozen	node-partial	own		found
		B10	b10-duplicate	sheaf-main	own		twice
		B10	b10-misaligned	sheaf-main	own		0x8@into@object
		B10	b10-foreign	sheaf-main	own		object@[0-9]*@of@a@slab@of@kmalloc-512
		B10	b10-garbage	sheaf-main	own		USB@string@descriptor,@length@0x38
		B10	b10-on-freelist	sheaf-main	own		double@free
	END
}

# Of every finding whose object is known: where it was found, and the bytes around it
scene_is_whole() {
	has '^  list      ' && has '^  cache     ' && has '^            flags 0x' || return 1
	has '^  object    ' || return 0
	has '^  map  *0  ' && has '^            X  the bad one' && has '^  bytes     around the bad word'
}

# No bytes from outside the slab: nobody says what is there, or that it is mapped
bytes_are_the_slabs() {
	printf '%s\n' "$REPORT" | awk '
		/^  cache /	{ sub(/.*: size /, ""); size = $0 + 0 }
		/^  slab /	{ sub(/.*order /, ""); for (end = 4096; n < $0 + 0; n++) end *= 2 }
		/^  object /	{ sub(/.*number /, ""); start = $0 * size }
		/^ +[+-][0-9]+  [0-9a-f]/ && (start + $1 < 0 || start + $1 >= end) { exit 1 }'
}

# has PATTERN: the report on the new finding has such a line, where it is cut joined again
has() {
	printf '%s\n' "$REPORT" | awk '
		/^              /	{ sub(/^ +/, " "); line = line $0; next }
		NR > 1	{ print line }
			{ line = $0 }
		END	{ print line }' | grep -q -e "$1"
}

# said LABEL: what a line with this label says
said() { printf '%s\n' "$REPORT" | sed -n "s/^  $1  *//p"; }

# damage: notes of the report, in one line
notes() {
	printf '%s\n' "$REPORT" | awk '
		/^  damage /	{ sub(/^  damage +/, ""); notes = $0; on = 1; next }
		on && /^              /	{ sub(/^ +/, " "); notes = notes $0; next }
		on && /^            /	{ sub(/^ +/, ""); notes = notes "; " $0; next }
		on		{ exit }
		END		{ print notes }'
}

# wanted TEXT: what the report must have, as a pattern. BYTE is the one that was zeroed, which noise may have had
# as zero before; by chance it is zero both as decoded and as stored, and then the latter is told. NOISE is noise
# only if it does not decode to what may be an address: of five levels of page tables one word in 128 does.
wanted() {
	text=$1
	case $text in
	*BYTE*)
		text=${text%BYTE*}${B_BYTE:-none}${text#*BYTE}
		[ $((B_RAW >> 8 * ${B_BYTE:-0} & 255)) != 0 ] || text=as@stored:${text#*:} ;;
	NOISE)
		text=decoded:@noise
		case $B_DECODED in 0x00*|0xff*) text="$text\\|decoded:@an@address@of@" ;; esac ;;
	esac
	[ -n "$HARDENED" ] || { text=${text#as?stored:@} text=${text#decoded:@}; }
	printf '%s' "$text" | tr @ ' '
}

# look TEXT...: in PROBLEM what the report lacks
look() {
	PROBLEM='' REPORT='' KIND=nothing
	read_broken
	read_was
	if [ "$1" = - ]; then
		scan
	else
		scan_until_seen
	fi || { PROBLEM="the sweep failed"; return; }
	new_findings
	if [ "$1" = - ]; then
		[ $NR_FINDINGS = 0 ] || PROBLEM="reported: $FINDINGS"
		return
	fi
	[ $NR_FINDINGS = 1 ] || { PROBLEM="$NR_FINDINGS findings for 1: $FINDINGS"; return; }
	# shellcheck disable=SC2086
	! finding_differs $FINDINGS || PROBLEM="differs:$WHY"
	KIND=${FINDINGS#* } KIND=${KIND%% *}
	REPORT=$(awk -v seq="${FINDINGS%% *}" '/^slubwatch: finding / { on = $3 + 0 == seq } on' \
		"$SLW_DEBUG/findings")
	for text; do
		case $text in
		EXPECTED)
			[ "$(said expected)" = "$WAS" ] ||
				PROBLEM="$PROBLEM expected '$(said expected)' for $WAS," ;;
		*)	has "$(wanted "$text")" || PROBLEM="$PROBLEM no '$text'," ;;
		esac
	done
	scene_is_whole || PROBLEM="$PROBLEM the scene is not whole,"
	bytes_are_the_slabs || PROBLEM="$PROBLEM bytes of another slab,"
	printf '%s\n' "$REPORT" | awk 'length > 99 { exit 1 }' || PROBLEM="$PROBLEM a line is too long,"
}

# read_was: the link that the injector overwrote
read_was() {
	WAS=$(sed -n 's/.* was=\([^ ]*\).*/\1/p' "$INJ/inject")
}

# attempt ROW PLACE TARGET TEXT...
attempt() {
	break_it "$1" "$2" "$3" || { PROBLEM="could not be set up: ${ERROR##*: }"; return; }
	shift 3
	look "$@"
	echo 1 2>/dev/null >"$INJ/repair" || PROBLEM="$PROBLEM could not be repaired,"
	scan_all
	new_findings
	[ $NR_FINDINGS = 0 ] || PROBLEM="$PROBLEM after the repair: $FINDINGS"
}

# run_case CASE ROW PLACE TARGET TEXT...: others use kmalloc's caches too, and take free pages
run_case() {
	name="$1 $2 $3 $4"
	case $2:$4 in *:kmalloc*|b8-free-page:*) chances=3 ;; *) chances=1 ;; esac
	id=$1 row=$2 place=$3 target=$4
	shift
	while :; do
		attempt "$@"
		chances=$((chances - 1))
		{ [ -n "$PROBLEM" ] && [ $chances -gt 0 ]; } || break
		ktap_print_msg "$name: once more: $PROBLEM"
	done
	if [ -n "$PROBLEM" ]; then
		ktap_test_fail "$name: $PROBLEM"
		SHOWN=
	else
		ktap_test_pass "$name"
	fi
	# One report of each case is worth reading.
	[ "$id" = "$SHOWN" ] || printf '%s\n' "$REPORT" | sed 's/^/# /'
	SHOWN=$id
	echo "# case|$id|$row|$place|$target|$KIND|$(notes)"
}

ktap_print_header
load_modules
# Where free pointers are stored as they are, there are not two words to look at.
HARDENED=$(slw_status era | grep hardened) || :
set -f
scan
new_findings
n=0 SHOWN=
table >/tmp/cases
exec 3</tmp/cases
while read -r id row place target texts <&3; do
	case $id in $CASE) ;; *) continue ;; esac
	n=$((n + 1))
	# " KIND" if it can be done here, " - WHY" if not, nothing if there is no such row
	line=$(grep "^$row $place $target " "$INJ_DEBUG/table")
	case ${line#"$row $place $target "} in
	'')	ktap_test_fail "$id $row $place $target: no such row" ;;
	-*)	ktap_test_skip "$id $row $place $target" "lacks ${line##* - }" ;;
	# shellcheck disable=SC2086
	*)	run_case "$id" "$row" "$place" "$target" $texts ;;
	esac
done
exec 3<&-
rm /tmp/cases

unload_modules
if no_splat; then
	ktap_test_pass "the kernel did not complain"
else
	ktap_test_fail "the kernel complained, see its log"
fi
ktap_set_plan $((n + 1))
ktap_finished
