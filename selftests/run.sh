#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs tests one after the other and names each in what it prints.
#
# usage: run.sh TEST[:ARGUMENT]...    a colon stands for a blank
#
# Exit status 1 if one of them failed.

set -f	# a test's argument may be a pattern of its own
here=${0%/*}
failed=0
for test; do
	echo "# test $test"
	# shellcheck disable=SC2046
	sh "$here"/$(echo "$test" | tr : ' ')
	status=$?
	case $status in
	0|4)	;;
	*)	failed=1; echo "# $test: exit status $status" ;;
	esac
done
exit $failed
