#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Compares what show_layout says of each kernel's BTF with what bpftool says: TAP, exit status 1
# if any member differs.
# Argument: the program show_layout

set -u

show_layout=$1
cache=${SLUBWATCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/slubwatch}
owners="kmem_cache kmem_cache_per_node_ptrs kmem_cache_cpu kmem_cache_node slab page"
owners="$owners slub_percpu_sheaves slab_sheaf node_barn"
running=/sys/kernel/btf/vmlinux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nr=0
failed=0

result() {
	nr=$((nr + 1))
	echo "$1 $nr - cross check: $2"
	case $1 in not*) failed=1 ;; esac
}

# members: bpftool's raw dump -> "structure.member offset", unnamed members flattened
members() {
	awk -v owners="$owners" '
	function strip(id) {
		while (kind[id] ~ /^(TYPEDEF|CONST|VOLATILE|RESTRICT|TYPE_TAG)$/)
			id = target[id]
		return id
	}
	function flatten(owner, id, base,    i, off) {
		for (i = 1; i <= nr[id]; i++) {
			off = base + offset[id, i]
			if (name[id, i] != "(anon)")
				print owner "." name[id, i], int(off / 8)
			else if (kind[strip(type[id, i])] ~ /^(STRUCT|UNION)$/)
				flatten(owner, strip(type[id, i]), off)
		}
	}
	function value(key,    i) {
		for (i = 1; i <= NF; i++)
			if (index($i, key "=") == 1)
				return substr($i, length(key) + 2)
	}
	/^\[/ {
		cur = substr($1, 2, length($1) - 2)
		kind[cur] = $2
		target[cur] = value("type_id")
		if ($2 ~ /^(STRUCT|UNION)$/ && $3 != "\x27(anon)\x27")
			id_name[cur] = substr($3, 2, length($3) - 2)
		next
	}
	kind[cur] ~ /^(STRUCT|UNION)$/ {
		nr[cur]++
		name[cur, nr[cur]] = substr($1, 2, length($1) - 2)
		type[cur, nr[cur]] = value("type_id")
		offset[cur, nr[cur]] = value("bits_offset")
	}
	END {
		n = split(owners, list)
		for (i = 1; i <= n; i++)
			wanted[list[i]] = 1
		for (id in id_name)
			if (id_name[id] in wanted)
				flatten(id_name[id], id, 0)
	}'
}

check() {
	local kernel=$1 btf=$2 differ

	if ! "$show_layout" "$btf" >"$work/all" 2>"$work/err"; then
		result ok "$kernel # SKIP $(head -n 1 "$work/err")"
		return
	fi
	if ! bpftool btf dump file "$btf" format raw >"$work/raw" 2>"$work/err"; then
		result ok "$kernel # SKIP bpftool cannot read it"
		return
	fi
	grep -v '^#' "$work/all" | sort >"$work/ours"
	members <"$work/raw" | sort -u >"$work/theirs"
	differ=$(comm -23 "$work/ours" "$work/theirs")
	if [ -s "$work/ours" ] && [ -z "$differ" ]; then
		result ok "$kernel: $(wc -l <"$work/ours") members"
		return
	fi
	printf '%s\n' "$differ" | sed 's/^/# not so in bpftool: /'
	result "not ok" "$kernel"
}

echo "TAP version 13"
if command -v bpftool >/dev/null; then
	for btf in "$cache"/kernels/*/btf; do
		[ -r "$btf" ] && check "$(basename "$(dirname "$btf")")" "$btf"
	done
	[ -r $running ] && check "the running one" $running
	[ $nr -gt 0 ] || result ok "kernels # SKIP no BTF in the cache"
else
	result ok "kernels # SKIP bpftool is not installed"
fi
echo "1..$nr"
exit $failed
