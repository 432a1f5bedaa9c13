#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Field case A1 as it was found in the field, on a kernel that stores free pointers as they are: the very
# value stands in kmem_cache_cpu.freelist, or one allocation away from it.

. "${0%/*}/checks.sh"

A1=0x0072006900560338

# told WHAT TEXT...: there is one finding more, and the last report has all of these texts
told() {
	seen=$((${seen:-0} + 1))
	[ "$(status findings)" = $seen ] || { echo "# $(status findings) findings for $seen"; return 1; }
	report=$(sed -n "/^slubwatch: finding $seen:/,\$p" "$SLW_DEBUG/findings")
	for text; do
		echo "$report" | grep -qF -- "$text" || { echo "# no '$text' in:"; echo "$report"; return 1; }
	done
}

repair() { echo 1 >"$INJ/repair" && scan && [ "$(status findings)" = $seen ]; }

begin
load_slubwatch period_ms=0
case " $(status capabilities) " in *" hardened "*) unload_slubwatch; skip_all "free pointers are hardened" ;; esac
insmod "$INJECT_KO"
taskset -p 1 $$ >/dev/null 2>&1
seen=0 TRIES=20
for cache in kmalloc-256 own; do
	check "$cache: the first free object of a CPU is overwritten" damage a1-text cpu-freelist $cache
	check "a sweep ends" scan
	check "it is told as it stands there" told "freepointer in " "list      cpu-freelist of cpu" \
		"raw       $A1" "USB string descriptor, length 0x38" 'UTF-16LE text "Vir'
	check "repaired, and nothing more is told" repair
done
check "the CPU's freelist is that value" damage h-text cpu-freelist own
check "a sweep ends" scan
check "it is told as it stands there" told "freelist-head in " "list      cpu-freelist of cpu" \
	"raw       $A1" "USB string descriptor, length 0x38" 'UTF-16LE text "Vir'
check "repaired, and nothing more is told" repair
rmmod slubwatch_inject
check "unloads" unload_slubwatch
check "the kernel did not complain" no_splat
finish
