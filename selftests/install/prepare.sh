#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In a fresh tree: install the package, and lay out what guest.sh needs.
#
# usage: prepare.sh PACKAGE

set -e
test=/slubwatch-test
mkdir -p $test
cp /project/source/selftests/install/guest.sh $test/
kernel=$(ls /lib/modules)

# An older kernel, whose headers are not here.
other=6.0.0-1-amd64
mkdir /lib/modules/$other
touch /boot/vmlinuz-$other
apt-get -q update
apt-get -qy --no-install-recommends install "$1" >$test/apt.log 2>&1 || { cat $test/apt.log; exit 1; }
cat $test/apt.log
grep -q "slubwatch: not built for $other: install linux-headers-$other" $test/apt.log
rm -r /lib/modules/$other /boot/vmlinuz-$other
echo "slubwatch: installed: $(dpkg-query -W -f='${Package} ${Version} ${db:Status-Status}' slubwatch-dkms)"
echo "dkms: $(dkms status slubwatch)"
dkms status slubwatch | grep -q "$kernel.*: installed"

# The injector is no part of the package.
cp -a /project/source /var/tmp/source
make -s -C /var/tmp/source KVER="$kernel" test_modules
cp /var/tmp/source/selftests/test_modules/slubwatch_inject.ko $test/
rm -rf /var/tmp/source

# Alerts as shipped, but that for a patrol that stands still, which is in a hurry.
sed '/alert: SlubwatchStale/,/labels:/{s/> 300/> 40/; s/for: .*/for: 0s/}' \
	/usr/share/doc/slubwatch-dkms/examples/prometheus/slubwatch.rules.yml >/etc/prometheus/slubwatch.rules.yml
cat >/etc/prometheus/prometheus.yml <<-END
	global: {scrape_interval: 10s, scrape_timeout: 10s, evaluation_interval: 2s}
	rule_files: [slubwatch.rules.yml]
	scrape_configs:
	  - job_name: node
	    static_configs: [{targets: ['localhost:9100']}]
END
promtool check config /etc/prometheus/prometheus.yml
