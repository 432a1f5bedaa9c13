#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A healthy machine under load: the patrol at its fastest reports nothing, and
# looks at millions of objects.  usage: healthy.sh [SECONDS [WATCH [UNCHANGED-SWEEPS]]]
# WATCH: caches to watch meanwhile, as in the parameter

. "${0%/*}/checks.sh"

seconds=${1:-60}
watch=${2:-none}
# Objects a second at least; keeping a history takes an emulated CPU most of its time.
least=5000
[ "$watch" = none ] || least=200

# Looking into an object takes as long as many a link.
looks() { echo $(($(status objects_checked) + $(status content_checked))); }
swept() { [ "$(status sweeps)" -gt 1 ]; }
looked() { [ "$(looks)" -gt $((seconds * least)) ]; }
enough() { swept && looked; }

begin
# An emulated CPU takes ten times as long for the same chain.
check "loads" load_slubwatch period_ms=10 cpu_permille=1000 hold_us=500 watch="$watch" watch_kib=8192 \
	unchanged_sweeps="${3:-1}"
start_load
sleep_until "$seconds" enough
stop_load
check "swept" swept
check "objects checked: $(looks)" looked
check "no findings" [ "$(status findings)" = 0 ]
check "nothing unreadable" [ "$(status unreadable)" = 0 ]
check "none dropped" [ "$(status findings_dropped)" = 0 ]
check "nothing in the file findings" test -z "$(cat "$SLW_DEBUG/findings")"
sed 's/^/# /' /sys/kernel/debug/slubwatch/status
check "unloads" unload_slubwatch
finish
