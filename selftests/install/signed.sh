#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the booted tree, under Secure Boot, the key of DKMS being enrolled: its module loads, no other does,
# and what lockdown leaves of it works.

cd /slubwatch-test || exit
number=0 failed=0
WHY='unsigned module loading is restricted|Loading of .* is rejected'

# check WHAT COMMAND...
check() {
	what=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number $what"
	else
		failed=1
		echo "not ok $number $what"
		tail -n 20 said | sed 's/^/# /'
	fi
	[ "$1" = has ] || mv said out
}

has() { grep -qE -e "$2" "$1" || { cat "$1"; return 1; }; }

# refused FILE WHY
refused() { ! insmod "$1" && dmesg | tail -n 5 | grep -E "$2"; }

check "Secure Boot is on" sh -c 'dmesg | grep -i "secure boot enabled"'
check "the kernel has locked itself down" has /sys/kernel/security/lockdown '\[integrity\]'
check "the enrolled key is among the kernel's" has /proc/keys 'DKMS module signing [Kk]ey'
check "the doctor tells" sh -c '! slubwatch doctor'
check "of Secure Boot" has out '^note +secureboot +on'
check "of lockdown" has out '^note +lockdown +integrity'
check "and what the module is signed with" has out '^ok +signed +by DKMS module signing [Kk]ey'
check "without a signature it is refused" refused ./unsigned.ko "$WHY"
check "with a key that nobody enrolled too" refused ./stranger.ko "$WHY"
check "that of DKMS is taken" modprobe slubwatch
check "and does not taint as unsigned" sh -c '! grep E /sys/module/slubwatch/taint'
check "a sweep finds nothing" slubwatch scan
check "parameters can be changed" slubwatch set period_ms 500
check "the findings can be read" slubwatch report
check "it unloads" rmmod slubwatch
echo "1..$number"
exit $failed
