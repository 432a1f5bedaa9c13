// SPDX-License-Identifier: GPL-2.0
/*
 * What walkers have in common: see scan.h.
 */
#include "walk/scan.h"

#include <linux/delay.h>
#include <linux/sched.h>

#include "counters.h"
#include "finding/record.h"
#include "finding/scene.h"
#include "memory/cache.h"
#include "react/tell.h"
#include "walk/isolate.h"
#include "walk/pace.h"

atomic64_t slw_counters[SLW_NR_COUNTERS];
atomic64_t slw_place_objects[SLUBWATCH_NR_PLACES];

/* One more list of @c is due; until it is walked to its end it is not done. */
void slw_scan_begin(struct slw_scan *scan, struct slw_cache *c,
		    enum slubwatch_place place)
{
	c->now.lists_due++;
	scan->place = place;
	scan->cut = false;
	/* Content takes longer than chains: slab by slab, so that none is last. */
	scan->lanes = c->promises ? 1 : SLW_LANES;
	scan->scouts = (struct slw_scouts) { .every = 1 };
}

bool slw_scan_record(struct slw_scan *scan, struct slw_cache *c,
		     const struct slw_slab *s, const struct slw_verdict *v)
{
	struct slw_record *r = &scan->found[scan->nr_found];
	u32 i;

	if (scan->nr_found == SLW_FOUND) {
		slw_count(SLW_COUNT_DROPPED, 1);
		memset(scan->met, 0, sizeof(scan->met));
		return false;
	}
	scan->nr_found++;
	slw_record_fill(r, &c->g, c->name, s, v);
	r->f.place = scan->place;
	r->f.cpu = scan->cpu;
	r->f.node = scan->node;
	for (i = 0; i < ARRAY_SIZE(scan->met); i++)
		slw_scene_met(r, i, scan->met[i]);
	memset(scan->met, 0, sizeof(scan->met));
	/* Before the self-test is through, nothing is trusted. */
	if (scan->proven)
		slw_isolate(scan, c, s, v, &r->f);
	return r->f.isolation == SLUBWATCH_ISOLATION_DONE;
}

void slw_scan_flush(struct slw_scan *scan)
{
	unsigned int i;

	/* A visit holds up its CPU and hotplug: the sweep does it afterwards. */
	if (scan->cpu >= 0)
		return;
	for (i = 0; i < scan->nr_found; i++)
		slw_tell(&scan->found[i], scan->proven);
	scan->nr_found = 0;
	cond_resched();
	slw_pace_rest();
}

/* Tries at a lock: the first with a short spin between, the rest with sleep. */
#define SPIN_TRIES	10
#define LOCK_TRIES	60

bool slw_scan_trylock(bool (*try)(void *lock, unsigned long *flags),
		      void *lock, unsigned long *flags)
{
	unsigned int tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		if (try(lock, flags))
			return true;
		if (tries < SPIN_TRIES)
			ndelay(500);
		else
			usleep_range(20, 100);
	}
	slw_count(SLW_COUNT_BUSY_LOCK, 1);
	return false;
}
