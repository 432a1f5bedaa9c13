#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Install, by name, what building and testing needs on a fresh Debian 12, and take the kernel's own
# test helpers and style checker out of its source package. Does nothing if all is there.
#
# usage: setup.sh
#
# Leaves in the cache: kselftest/ (ktap_helpers.sh, kselftest.h, ...) and checkpatch/ (checkpatch.pl
# and its word list).

. "$(dirname "$0")/../qemu/lib.sh"

PACKAGES=(
	bc bpftool busybox-static ca-certificates cpio debootstrap dpkg-dev gcc-12 git kmod libc6-dev
	make perl qemu-system-x86 rsync sparse util-linux
	bzip2 gzip lz4 xz-utils zstd
)
SELFTESTS=tools/testing/selftests
WANTED=(
	$SELFTESTS/kselftest/ktap_helpers.sh
	$SELFTESTS/kselftest/runner.sh
	$SELFTESTS/kselftest/prefix.pl
	$SELFTESTS/kselftest.h
	$SELFTESTS/kselftest_harness.h
	scripts/checkpatch.pl
	scripts/spelling.txt
	scripts/const_structs.checkpatch
)

# take_sources: the wanted files, straight out of the source package
take_sources() {
	local suite=trixie pkg

	[ ! -e "$CACHE/checkpatch" ] || [ ! -e "$CACHE/kselftest" ] || return 0
	pkg=$(index_of $suite "$(host_arch)" | cut -f2 | grep -E '^linux-source-[0-9.]+$' | sort -V | tail -n 1)
	say "taking kselftest and checkpatch out of $pkg"
	TMP=$(mktemp -d "$CACHE/source.XXXXXX")
	trap 'rm -rf "$TMP"' EXIT
	unpack $suite "$(host_arch)" "$pkg" "$TMP/deb" || die "cannot get $pkg"
	mkdir "$TMP/src"
	tar -C "$TMP/src" --strip-components=1 --wildcards -xf "$TMP"/deb/usr/src/linux-source-*.tar.* \
		"${WANTED[@]/#/*/}" || die "$pkg does not have all of ${WANTED[*]}"

	rm -rf "$CACHE/kselftest" "$CACHE/checkpatch"
	mv "$TMP/src/$SELFTESTS/kselftest.h" "$TMP/src/$SELFTESTS/kselftest_harness.h" "$TMP/src/$SELFTESTS/kselftest"
	mv "$TMP/src/$SELFTESTS/kselftest" "$CACHE/kselftest"
	mv "$TMP/src/scripts" "$CACHE/checkpatch"
}

[ $# = 0 ] || usage
need_pkg "${PACKAGES[@]}"
with_lock "$CACHE/source.lock" take_sources
