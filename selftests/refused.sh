#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A kernel that slubwatch does not know its way about in: it refuses to load, says why, and leaves
# nothing behind.  usage: refused.sh WORD	which the reason must have

. "${0%/*}/checks.sh"

load_refused() { ! insmod "$SLUBWATCH_KO" 2>/dev/null; }

begin
mark_log
check "refuses to load" load_refused
check "says that this kernel is not understood" log_has "slubwatch: this kernel is not understood: "
check "and why: $1" log_has "$1"
check "leaves no module behind" test ! -d /sys/module/slubwatch
check "and no files" test ! -d "$SLW_DEBUG"
check "the kernel did not complain" no_splat
finish
