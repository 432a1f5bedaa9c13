#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""slubwatch-fleet on 1,000 simulated machines whose faults are known.

usage: test_fleet.py SLUBWATCH-FLEET

Prints TAP.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

KERNELS = ["6.1.0-50-cloud-amd64", "6.1.0-56-cloud-amd64", "6.12.107+deb13-cloud-amd64"]
PRODUCTS = ["R1", "R2", "R3"]
CACHES = [("kmalloc-64", 64, 32), ("kmalloc-192", 192, 96), ("kmalloc-256", 256, 128),
          ("dentry", 192, 96), ("filp", 256, 128)]
rng = random.Random(20)


def finding(seq, cache, note, kind="freepointer"):
    name, size, offset = cache
    lines = [["list", "cpu-freelist of cpu 1"], ["damage", note]] if note else []
    return {"seq": seq, "kind": kind, "cache": name, "object_size": size, "size": size,
            "offset": offset, "raw": f"0x{rng.getrandbits(64):016x}", "lines": lines}


def flip(bit):
    return (f"consistent with: decoded: bit {bit} flipped, now {rng.randint(0, 1)}; led to "
            f"object {rng.randint(0, 31)}")


def report(number):
    return {"host": f"node{number:04}", "machine": f"{number:032x}", "boot": f"b{number}",
            "kernel": KERNELS[number % 3], "product": PRODUCTS[number % 2 + (number % 5 == 0)],
            "tainted": 0, "time": 1000 + number, "status": {}, "findings": []}


def simulate():
    """The machines, and who has what."""
    machines = [report(i) for i in range(1000)]
    order = list(range(1000))
    rng.shuffle(order)
    take = iter(order)
    truth = {}

    def hurt(count, kind, make, fits=lambda m: True):
        chosen = []
        while len(chosen) < count:
            number = next(take)
            if fits(machines[number]):
                chosen.append(number)
                machines[number]["findings"] = make()
        truth[kind] = {f"node{n:04}/{n:032x}" for n in chosen}

    # a write after free in one kernel: an address, different on each machine
    hurt(20, "one kernel", lambda: [finding(1, CACHES[1],
         f"consistent with: as stored: 0x{rng.getrandbits(6) * 8:x} bytes into object 3 of this slab")],
         lambda m: m["kernel"] == KERNELS[1])
    # a driver that clears a bit in freed memory: looks like bad memory, but everywhere
    hurt(6, "cleared bit", lambda: [finding(1, CACHES[3], flip(1))])
    # a device of one product writing where it may not
    hurt(5, "one product", lambda: [finding(1, CACHES[2],
         f"consistent with: as stored: USB string descriptor, length 0x{rng.randint(4, 64):02x}")],
         lambda m: m["product"] == "R3")
    # memory with a stuck bit
    for i in range(5):
        bit = 40 + i
        hurt(1, f"stuck {bit}", lambda: [finding(s, rng.choice(CACHES), flip(bit))
                                         for s in range(1, rng.randint(3, 5))])
    # once, anything: nobody can tell
    hurt(10, "once", lambda: [finding(1, rng.choice(CACHES), flip(rng.randint(3, 39)))])
    # not classified
    hurt(1, "unclear", lambda: [finding(1, CACHES[4], None, "count")])
    return machines, truth


def run(fleet, paths, *options):
    done = subprocess.run([sys.executable, fleet, *options, *paths], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Tap:
    number, failed = 0, 0

    def check(self, what, passed, more=""):
        self.number += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.number} {what}")
        if not passed:
            print("#", more)


def main():
    fleet, tap = sys.argv[1], Tap()
    machines, truth = simulate()
    print("TAP version 13")
    with tempfile.TemporaryDirectory() as folder:
        for m in machines:
            with open(os.path.join(folder, m["host"] + ".json"), "w", encoding="utf-8") as f:
                json.dump(m, f)
        status, out, _ = run(fleet, [folder], "--json")
        groups = json.loads(out)
        tap.check("1,000 machines: findings", status == 1, status)
        by = {v: [g for g in groups if g["verdict"] == v] for v in ("software", "hardware", "undecided")}

        def has(verdict, kind, why):
            got = [g for g in by[verdict] if set(g["machines"]) == truth[kind]]
            tap.check(f"{kind}: {verdict}, {why}", len(got) == 1 and why in got[0]["why"], got or by[verdict])

        has("software", "one kernel", f"all run {KERNELS[1]}")
        has("software", "cleared bit", "of several kernels")
        has("software", "one product", "all are R3")
        tap.check("no other software", len(by["software"]) == 3, by["software"])
        for bit in range(40, 45):
            has("hardware", f"stuck {bit}", f"bit {bit} ")
        tap.check("no other hardware", len(by["hardware"]) == 5, by["hardware"])
        once = {m for g in by["undecided"] for m in g["machines"]}
        tap.check("the rest is undecided", once == truth["once"] | truth["unclear"], once)

        status, out, _ = run(fleet, [folder])
        tap.check("the table counts machines", "1000 machines, 47 with findings" in out
                  if sum(map(len, truth.values())) == 47 else False, out[:200])
        clean = [os.path.join(folder, m["host"] + ".json") for m in machines if not m["findings"]][:9]
        status, out, _ = run(fleet, clean)
        tap.check("machines without findings: 0", status == 0 and "9 machines, 0 with" in out, out)
        with open(os.path.join(folder, "zz.json"), "w", encoding="utf-8") as f:
            f.write('{"host": "x"')
        status, out, err = run(fleet, [os.path.join(folder, "zz.json")])
        tap.check("a broken file: 2", status == 2 and "no report" in err, err)
        status, out, err = run(fleet, [folder])
        tap.check("a broken file among others is counted", status == 1 and "1 files could not" in out, out[:80])
    print(f"1..{tap.number}")
    return tap.failed > 0


if __name__ == "__main__":
    sys.exit(main())
