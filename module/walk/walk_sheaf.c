// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU's sheaves (since 6.18): main, spare and rcu_free.
 *
 * They are held by slub_percpu_sheaves.lock, of which a trylock is taken on that
 * CPU: its holders run with interrupts on, so being there with interrupts off is
 * not enough, and NMIs trylock it too.
 */
#include <linux/percpu.h>

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "walk/scan.h"
#include "walk/sheaf.h"

#ifdef local_trylock_irqsave
/* Where a CPU's sheaves hang, and what must be there. */
static const struct {
	const int *offset;
	enum slubwatch_place place;
	bool may_be_null;
} percpu_sheaves[] = {
	{ &slw_layout.pcs.main,		SLUBWATCH_PLACE_SHEAF_MAIN },
	{ &slw_layout.pcs.spare,	SLUBWATCH_PLACE_SHEAF_SPARE, true },
	{ &slw_layout.pcs.rcu_free,	SLUBWATCH_PLACE_SHEAF_RCU, true },
};

static unsigned int count_in_pcs(const struct slw_sheaf_walk *w,
				 unsigned long entry)
{
	struct slw_sheaf sheaf;
	unsigned long addr;
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(percpu_sheaves); i++)
		if (slw_read_long(w->at + *percpu_sheaves[i].offset, &addr) &&
		    slw_sheaf_capture(addr, &sheaf))
			n += slw_sheaf_count(&sheaf, entry, w->capacity);
	return n;
}

/* Is the sheaf of this row that of an earlier one too? */
static bool is_in_two_places(const struct slw_sheaf_walk *w, unsigned long addr)
{
	unsigned long other;
	unsigned int i;

	for (i = 0; i < w->row; i++)
		if (slw_read_long(w->at + *percpu_sheaves[i].offset, &other) &&
		    other == addr)
			return true;
	return false;
}

static bool walk_row(struct slw_scan *scan, struct slw_cache *c,
		     struct slw_sheaf_walk *w)
{
	unsigned long addr;

	scan->place = percpu_sheaves[w->row].place;
	if (!slw_read_long(w->at + *percpu_sheaves[w->row].offset, &addr)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return true;
	}
	if (!addr && percpu_sheaves[w->row].may_be_null)
		return true;
	if (is_in_two_places(w, addr)) {
		slw_record_list(scan, c, SLUBWATCH_KIND_SHEAF_POINTER, w->at,
				addr, 0);
		return true;
	}
	return slw_sheaf_check(scan, c, w, addr, 0, c->sheaf_capacity);
}

static void walk_pcs(struct slw_scan *scan, struct slw_cache *c,
		     struct slw_sheaf_walk *w)
{
	while (w->row < ARRAY_SIZE(percpu_sheaves) && walk_row(scan, c, w))
		w->row++;
	w->done = w->row == ARRAY_SIZE(percpu_sheaves);
}

/*
 * The lock behind a cpu_sheaves pointer that was overwritten is not to be taken.
 * It never changes in a cache's life: once main was seen to be this cache's, it
 * is known.
 */
static bool pcs_is_sound(struct slw_cache *c, unsigned long pcs)
{
	struct slw_sheaf sheaf;
	unsigned long addr;

	if (c->known_sheaves == c->cpu_sheaves)
		return true;
	if (!slw_read_long(pcs + slw_layout.pcs.main, &addr) ||
	    !slw_sheaf_capture(addr, &sheaf) || sheaf.cache != c->g.cache)
		return false;
	c->known_sheaves = c->cpu_sheaves;
	return true;
}

/* Times a CPU's sheaves are asked for before they are called busy. */
#define PCS_TRIES	20

static bool lock_pcs(local_trylock_t __percpu *lock, unsigned long *flags)
{
	int tries;

	for (tries = 0; tries < PCS_TRIES; tries++) {
		if (local_trylock_irqsave(lock, *flags))
			return true;
		cond_resched();
	}
	slw_count(SLW_COUNT_BUSY_SHEAVES, 1);
	return false;
}

static void walk_sheaves(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
	struct slw_sheaf_walk w = {
		.capacity = c->sheaf_capacity, .count = count_in_pcs,
	};
	local_trylock_t __percpu *lock;
	unsigned int windows;
	unsigned long flags;

	/* A bootstrap sheaf holds nothing: caches without sheaves, debug caches. */
	if (!c->cpu_sheaves || !c->sheaf_capacity)
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_SHEAF_MAIN);
	slw_addrset_clear(scan->set);
	w.at = (unsigned long)per_cpu_ptr((void __percpu *)c->cpu_sheaves, cpu);
	if (!pcs_is_sound(c, w.at)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return;
	}
	lock = (void __percpu *)(c->cpu_sheaves + slw_layout.pcs.lock);
	for (windows = 0; !w.done && windows < SLW_SHEAF_WINDOWS; windows++) {
		if (!lock_pcs(lock, &flags))
			return;
		slw_window_open(&scan->window);
		scan->hub = w.at;
		scan->moved = false;
		walk_pcs(scan, c, &w);
		slw_window_close(&scan->window);
		local_unlock_irqrestore(lock, flags);
		slw_scan_flush(scan);
	}
	c->now.lists_done += w.done && !scan->cut;
}
#else
static void walk_sheaves(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
}
#endif

const struct slw_walker slw_walk_sheaves = {
	.name = "sheaves",
	.needs = SLW_CAP_SHEAVES,
	.per_cpu = true,
	.walk = walk_sheaves,
};
