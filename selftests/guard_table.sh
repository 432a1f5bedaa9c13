#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What becomes of the machine when free pointers are overwritten and objects allocated, with and
# without slubwatch. It may well not live to its end: each injection is announced and summed up by
# itself, for scripts/guard-table to count.
#
# usage: guard_table.sh MODE N TARGET CACHE	MODE is none, patrol:MS, guard or isolate

. "${0%/*}/functions.sh"

MODE=$1 N=$2 TARGET=$3 CACHE=$4
[ "$MODE" != patrol ] || { MODE="patrol:$2" N=$3 TARGET=$4 CACHE=$5; }

case $MODE in
none)		;;
patrol:*)	insmod "$SLUBWATCH_KO" period_ms="${MODE#*:}" cpu_permille=1000 action=isolate ;;
guard)		insmod "$SLUBWATCH_KO" period_ms=0 guard="$CACHE" ;;
isolate)	insmod "$SLUBWATCH_KO" period_ms=1000 guard="$CACHE" action=isolate ;;
esac
[ "$MODE" = none ] || echo 1024 >"$SLW/isolate_max"
insmod "$INJECT_KO"
i=0
while [ $i -lt "$N" ]; do
	i=$((i + 1))
	echo "struck $i"
	echo "1 $TARGET $((i - 1))" >"$INJ/strikes" || exit 1
	sed "s/^/tally /" "$INJ/strikes" | grep -v ' 0 0 0 0 0$'
done
echo "survived"
