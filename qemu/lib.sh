# SPDX-License-Identifier: GPL-2.0
# Functions shared by the scripts of qemu/ and scripts/: cache, packages, other suites, table.
# To be sourced by bash; sets TOP, CACHE and TABLE.

set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${SLUBWATCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/slubwatch}
TABLE=$TOP/qemu/kernels.tbl
mkdir -p "$CACHE"
CACHE=$(readlink -f "$CACHE")	# the trixie tree has it mounted under this very name

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# usage: print the first comment block of the calling script, without the licence line
usage() { sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# with_lock FILE COMMAND...: one at a time; the lock goes with the process that holds it
with_lock() {
	local lock=$1
	shift
	mkdir -p "$(dirname "$lock")"
	(
		flock 9
		"$@" 9>&-
	) 9>"$lock"
}

# again COMMAND...: what asks a mirror, three times at most: it may be busy, or just about to change
again() {
	local pause

	for pause in 5 20 0; do
		"$@" && return
		[ $pause = 0 ] || { say "once more in $pause s: $1"; sleep $pause; }
	done
	return 1
}

# need_pkg PACKAGE...: install what is missing, by name, from the machine's own suites
need_pkg() {
	local p there missing=()

	there=$(dpkg-query -W -f='${Package}=${db:Status-Status} ' "$@" 2>/dev/null) || :
	for p; do
		case " $there" in *" $p=installed "*) ;; *) missing+=("$p") ;; esac
	done
	[ ${#missing[@]} = 0 ] || with_lock "$CACHE/apt/install.lock" install_pkgs "${missing[@]}"
}

install_pkgs() {
	local apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
	local log=$CACHE/apt/install.log

	say "installing $*"
	"${apt[@]}" install -y --no-install-recommends "$@" >"$log" 2>&1 && return
	again "${apt[@]}" update >"$log" 2>&1 || true
	again "${apt[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1 ||
		{ tail -n 20 "$log" >&2; die "cannot install: $*"; }
}

host_arch() { dpkg --print-architecture; }

# mirror_of SUITE: where this machine gets Debian from, by what apt itself says
mirror_of() {
	local codename uri suite=$1 kind=

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	case $suite in *-security) kind=-security ;; esac
	uri=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' |
		awk -v r="$codename$kind" '$1 == r && $2 == "main" && $3 ~ /debian/ && !n++ { print $3 }')
	[ -n "$uri" ] || die "no mirror of $codename$kind in this machine's apt configuration"
	echo "$uri"
}

# apt_for SUITE ARCH PROGRAM...: run an apt program on one suite only, with a state of our own
apt_for() {
	local suite=$1 arch=$2 program=$3 dir=$CACHE/apt/$1-$2
	shift 3
	"$program" -qq \
		-o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State="$dir" -o Dir::State::status=/dev/null \
		-o Dir::Cache="$dir" -o Dir::Cache::archives="$dir/archives" \
		-o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o APT::Sandbox::User=root -o Acquire::Languages=none \
		-o Acquire::Check-Valid-Until=false -o Acquire::Retries=3 "$@"
}

# suite_update SUITE ARCH: fetch the lists; leaves `index` (package, version, depends) for look-ups
suite_update() {
	local suite=$1 arch=$2 dir=$CACHE/apt/$1-$2

	say "reading the package lists of $suite ($arch)"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror_of "$suite") $suite main" \
		>"$dir/sources.list"
	# What cannot be fetched is no error of apt's own accord; with the lists of before it may do, though.
	again apt_for "$suite" "$arch" apt-get -o APT::Update::Error-Mode=any update >&2 ||
		apt_for "$suite" "$arch" apt-get update >&2 || die "cannot read the lists of $suite"
	apt_for "$suite" "$arch" apt-cache dumpavail | awk -v OFS='\t' '
		/^Package: /	{ p = $2 }
		/^Version: /	{ v = $2 }
		/^Depends: /	{ d = substr($0, 10) }
		/^$/		{ if (p ~ /^(linux|busybox)-/) print p, v, d; p = v = d = "" }
		END		{ if (p ~ /^(linux|busybox)-/) print p, v, d }' >"$dir/index.tmp"
	[ -s "$dir/index.tmp" ] || die "the lists of $suite are empty"
	mv "$dir/index.tmp" "$dir/index"
}

suite_index_locked() {
	local index=$CACHE/apt/$1-$2/index

	if [ ! -s "$index" ] || { [ -n "${REFRESH:-}" ] && [ -n "$(find "$index" -mmin +10)" ]; }; then
		suite_update "$1" "$2"
	fi
}

# index_of SUITES ARCH: "suite package version depends" lines, tab separated, of all the suites
index_of() {
	local suite

	for suite in ${1//,/ }; do
		with_lock "$CACHE/apt/$suite-$2.lock" suite_index_locked "$suite" "$2"
		sed "s/^/$suite\t/" "$CACHE/apt/$suite-$2/index"
	done
}

# unpack SUITE ARCH PACKAGE DIR [PATTERN]: download one package and unpack it there, or of it what
# matches; nothing else is kept
unpack() {
	local suite=$1 arch=$2 pkg=$3 dest=$4 pattern=${5:-*} tmp status=0

	tmp=$(mktemp -d "$CACHE/apt/get.XXXXXX")
	mkdir -p "$dest"
	(cd "$tmp" && again apt_for "$suite" "$arch" apt-get download "$pkg" >&2 &&
		dpkg-deb --fsys-tarfile ./*.deb | tar -C "$dest" --wildcards -xpf - "$pattern") || status=1
	rm -rf "$tmp"
	return $status
}

# rows [USE]: names of the kernels in the table, all or of one use
rows() { awk -v use="${1:-}" '!/^#/ && NF && (use == "" || $9 == use) { print $1 }' "$TABLE"; }

# row NAME: sets K_* to the columns of that kernel, and KERNEL to its folder in the cache
row() {
	local line

	line=$(awk -v n="$1" '!/^#/ && $1 == n' "$TABLE")
	[ -n "$line" ] || die "no kernel $1 in ${TABLE#"$TOP"/}; there are:" $(rows)
	read -r K_NAME K_SUITES K_IMAGE K_HEADERS K_ARCH K_FLAVOUR K_COMPILER K_CAPS K_USE <<<"$line"
	KERNEL=$CACHE/kernels/$K_NAME
}

# has_config NAME OPTION: is it set in this kernel? (fetched before) What is not ignores its parameters.
has_config() { grep -q "^$2=y" "$CACHE/kernels/$1/config"; }
