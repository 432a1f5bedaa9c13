#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the booted tree: load, break, and look wherever people look; then remove the package.
#
# usage: guest.sh NETCONSOLE-PORT

cd /slubwatch-test || exit
INJ=/sys/module/slubwatch_inject/parameters
EXAMPLES=/usr/share/doc/slubwatch-dkms/examples
PROM=/var/lib/prometheus/node-exporter/slubwatch.prom
export LC_ALL=C.UTF-8 HOME=/root

number=0 failed=0

# check WHAT COMMAND...: what it says is in out, for the next check to look at
check() {
	local what=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number $what"
	else
		failed=1
		echo "not ok $number $what"
		tail -n 30 said | sed 's/^/# /'
	fi
	[ "$1" = has ] || mv said out
}

# exits STATUS COMMAND...
exits() {
	local want=$1 got=0
	shift
	"$@" || got=$?
	[ $got = "$want" ] || { echo "exit status $got"; return 1; }
}

# soon COMMAND...: succeeds within a minute or two
soon() {
	local i
	for ((i = 0; i < 20; i++)); do
		"$@" && return
		sleep 5
	done
	# why not?
	promtool query instant http://localhost:9090 up
	systemctl status --no-pager prometheus prometheus-node-exporter | tail -n 20
	return 1
}

has() { grep -qE -e "$2" "$1" || { cat "$1"; return 1; }; }

# new_finding: break, sweep until it is found, repair, sweep until nothing is wrong
new_finding() {
	until echo "a1-text node-partial kmalloc-256" >$INJ/inject; do sleep 1; done
	slubwatch scan kmalloc-256
	echo 1 >$INJ/repair
	slubwatch scan kmalloc-256
	true
}

# query PROMQL: has it a result?
query() { promtool query instant http://localhost:9090 "$1" | grep . ; }

firing() { query "ALERTS{alertname=\"$1\",alertstate=\"firing\"}"; }

collect() { systemctl start slubwatch-collect.service; }

# record_with COMMAND...: makes a finding while it runs; what it says is in record.out
record_with() {
	"$@" >record.out 2>&1 &
	# perf and trace-cmd say nothing when they are ready, bpftrace does.
	[ "$1" != bpftrace ] || soon grep -q Attach record.out
	sleep 20
	new_finding
	sleep 3
	kill -INT $!
	wait $!
	true
}

nothing_left() {
	! find / -xdev \( -path /slubwatch-test -o -path /proc -o -path /sys -o -path /var/log -o -path /tmp \
		-o -path '/etc/systemd/system/slubwatch-boot.*' -o -path /etc/prometheus \
		-o -path /etc/systemd/system/graphical.target.wants -o -path /run/systemd \) -prune \
		-o -name '*slubwatch*' -print | grep . &&
	! grep -r slubwatch /lib/modules/*/modules.dep &&
	! dkms status slubwatch | grep . &&
	! dpkg-query -W slubwatch-dkms 2>/dev/null | grep . &&
	[ ! -e /sys/module/slubwatch ]
}

port=$1
mkdir -p /etc/slubwatch/handlers.d
cat >/etc/slubwatch/handlers.d/test <<-'END'
	#!/bin/sh
	echo "$@" >>/slubwatch-test/handled
	cat >/slubwatch-test/handled.json
END
chmod +x /etc/slubwatch/handlers.d/test

ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0
modprobe netconsole "netconsole=@10.0.2.15/eth0,$port@10.0.2.2/"

check "not loaded by itself" [ ! -e /sys/module/slubwatch ]
check "it cannot be told then" exits 2 slubwatch
check "the doctor says how" exits 2 slubwatch doctor
check "in one line" has out "stop +module +not loaded: modprobe slubwatch"
check "the module loads by its name" modprobe slubwatch
check "it is the one of DKMS" sh -c 'modinfo -F filename slubwatch | grep updates/dkms'
check "the doctor is content" slubwatch doctor
cat out
check "a sweep finds nothing" exits 0 slubwatch scan
systemctl enable --now slubwatch-collect.timer
check "the collector runs" collect
check "the numbers are there" has $PROM '^slubwatch_up 1$'
check "Prometheus has them" soon query 'slubwatch_up == 1'
check "no alert" sh -c '! promtool query instant http://localhost:9090 ALERTS | grep .'

check "the parameters are listed, and what for" slubwatch set
check "in one line each" has out '^period_ms +1000 +ms between patrol sweeps'
check "a bad value is refused" exits 2 slubwatch set period_ms soon
check "with what is accepted" has out 'period_ms takes 0 or 1 to 86400000 ms'

insmod ./slubwatch_inject.ko
new_finding >first 2>&1
check "the damage is found" has first '1 new, 1 found'
check "report has it" exits 1 slubwatch report
cat out
check "with what it looks like" has out 'USB string descriptor'
check "and json" exits 1 slubwatch report 1 --json
cp out report.json
check "which is json" python3 -c 'import json; d = json.load(open("report.json")); assert d["findings"][0]["cache"] == "kmalloc-256"'
check "slubwatch-fleet reads it" exits 1 slubwatch-fleet report.json
check "the collector tells" collect
check "the journal has it, with fields" sh -c 'journalctl --no-pager -o json SLUBWATCH_KIND=freepointer |
	python3 -c "
import json, sys
m = [json.loads(l) for l in sys.stdin]
assert len(m) == 1 and m[0][\"SLUBWATCH_CACHE\"] == \"kmalloc-256\" and m[0][\"PRIORITY\"] == \"2\", m
"'
check "the handler has run" has handled '^1 freepointer kmalloc-256$'
check "with the report" python3 -c 'import json; assert json.load(open("handled.json"))["findings"][0]["seq"] == 1'
check "the collector once more" collect
check "tells nothing twice" [ "$(wc -l <handled)" = 1 ]
check "Prometheus fires" soon firing SlubwatchFinding
cat out
check "a good one is taken" slubwatch set period_ms 0
sleep 45
collect
check "without a patrol it says stale" soon firing SlubwatchStale
slubwatch set period_ms 1000

# without -N perf keeps a copy of the module
record_with perf record -N -q -a -e 'slubwatch:*' -o perf.data
perf script -i perf.data >perf.out 2>&1
check "perf record" has perf.out 'slubwatch:slubwatch_finding: seq=2 kind=freepointer cache=kmalloc-256'
record_with trace-cmd record -q -e slubwatch -o trace.dat
trace-cmd report -i trace.dat >trace.out 2>&1
check "trace-cmd" has trace.out 'slubwatch_finding:.*seq=3 kind=freepointer cache=kmalloc-256'
record_with bpftrace $EXAMPLES/bpftrace/findings.bt
# Some bpftraces (Debian 13's) read every string of a tracepoint from the wrong place, the kernel's own too.
bpftrace -e 'tracepoint:sched:sched_process_exec { printf("<%s>\n", str(args->filename)); exit(); }' \
	-c /bin/true >strings.out 2>&1
if grep -q '<>' strings.out; then
	check "bpftrace, without strings: it has none of the kernel's own either" \
		has record.out '^finding 4: .*raw 0x72006900560338'
else
	check "bpftrace" has record.out '^finding 4: freepointer in kmalloc-256, node-partial, raw 0x72006900560338'
fi
check "with a histogram of the sweeps" has record.out '@sweep_us:'

tmux new-session -d -x 110 -y 40 'slubwatch watch; echo "exit status $?"; sleep 1000'
# What it costs is known from the second picture on.
pictured() { tmux capture-pane -p >watch.out; grep -q 'of a CPU' watch.out; }
soon pictured
cat watch.out
check "watch shows the findings" has watch.out 'findings +4 found, the newest 4: freepointer in kmalloc-256'
check "and what it costs" has watch.out 'cost +[0-9.]+ % of a CPU'
tmux send-keys q
ended() { tmux capture-pane -p >watch.out; grep -q 'exit status' watch.out; }
soon ended
check "q quits, with the verdict" has watch.out 'exit status 1'
tmux kill-server

check "completion knows the commands" bash -c '. /usr/share/bash-completion/completions/slubwatch
	COMP_WORDS=(slubwatch re) COMP_CWORD=1; _slubwatch; [ "${COMPREPLY[*]}" = report ]'
check "and the caches" bash -c '. /usr/share/bash-completion/completions/slubwatch
	COMP_WORDS=(slubwatch scan kmalloc-25) COMP_CWORD=2; _slubwatch; [ "${COMPREPLY[*]}" = kmalloc-256 ]'
check "the handler for bugreports" sh -c "$EXAMPLES/handlers/10-bugreport 1 a b && tar tzf /var/crash/slubwatch-*.gz | grep findings"
rm -f /var/crash/slubwatch-*

rmmod slubwatch_inject
rm -rf /etc/slubwatch
check "the package goes" apt-get -qy purge slubwatch-dkms
check "and nothing is left" nothing_left
echo "1..$number"
exit $failed
