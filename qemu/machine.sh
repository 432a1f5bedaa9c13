# SPDX-License-Identifier: GPL-2.0
# What a guest runs on: KVM or emulation, and which machine. To be sourced behind lib.sh.

# kvm_works: a machine that really runs on it; remembered until the next reboot
kvm_works() {
	local note=$CACHE/kvm.$(id -u)-$(cat /proc/sys/kernel/random/boot_id) answer=no

	if [ ! -e "$note" ]; then
		if [ -w /dev/kvm ] && { sleep 0.7; echo info status; echo quit; } 2>/dev/null |
				timeout 10 "${QEMU[@]}" -accel kvm -cpu host -m 16 -nodefaults -display none \
					-monitor stdio 2>/dev/null | grep -a 'VM status: running' >/dev/null; then
			answer=yes
		fi
		rm -f "$CACHE/kvm.$(id -u)-"*
		echo $answer >"$note"
	fi
	[ "$(cat "$note")" = yes ]
}

# machine: sets QEMU and MACHINE by the architecture, ICOUNT and CPUS
machine() {
	case $K_ARCH in
	# the check of the timer panics when this machine is busy
	amd64)	QEMU=(qemu-system-x86_64) CONSOLE='ttyS0 no_timer_check' MACHINE=(-M q35)
		need_pkg qemu-system-x86 seabios ;;
	arm64)	QEMU=(qemu-system-aarch64) CONSOLE=ttyAMA0 MACHINE=(-M virt)
		need_pkg qemu-system-arm ;;
	esac
	if [ -z "${ICOUNT:-}" ] && [ "$K_ARCH" = "$(host_arch)" ] && kvm_works; then
		MACHINE+=(-accel kvm -cpu host)
		return
	fi
	if [ -n "${ICOUNT:-}" ]; then
		MACHINE+=(-accel tcg,thread=single -icount "shift=$ICOUNT,sleep=off")
		# qemu 7.2 brings up no second processor then.
		[ "$CPUS" = 1 ] || [ "$K_ARCH" = amd64 ] || die "--icount: one processor of $K_ARCH only"
		[ "$CPUS" = 1 ] || QEMU=("$TOP/qemu/trixie" --qemu "${QEMU[@]}")
	else
		MACHINE+=(-accel tcg,thread=multi)
	fi
	case $K_ARCH in
	# qemu 7.2 without KVM leaves garbage in the flags after cmpxchg16b, which the slab fast path
	# uses: a few boots in a hundred then crash, looking just like a bug in the allocator
	# By instructions, each byte of a `rep stosb` would count as one.
	amd64)	MACHINE+=(-cpu "max,-cx16${ICOUNT:+,-erms,-fsrm}") ;;
	# its own pointer authentication: the architected one takes most of the time
	arm64)	MACHINE+=(-cpu max,pauth-impdef=on) ;;
	esac
}
