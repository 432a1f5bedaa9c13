// SPDX-License-Identifier: GPL-2.0
/*
 * Memory -> snapshot: see snapshot.h.
 */
#include "memory/snapshot.h"

#include <linux/mm.h>
#include <linux/page-flags.h>

#include "compat.h"
#include "memory/cache.h"
#include "memory/maccess.h"

/* Looks at {freelist, counters} before it is called busy. */
#define PAIR_TRIES	64

static void decode_counters(unsigned long word, struct slw_slab *s)
{
	s->inuse = word & 0xffff;
	s->objects = slw_counters_objects(word);
	s->frozen = word >> 31 & 1;
}

/*
 * Writers store the pair with one 16-byte cmpxchg, or, in caches and on CPUs
 * without it, freelist first and counters second under PG_locked
 * (slab_lock() in slub.c).  As long as nobody pops, every write lowers inuse
 * and changes the head, so neither value comes back: both the same before and
 * after, and no lock seen in between, means that they belong together.
 *
 * Left is a CPU that lets a writer's freelist be seen before its lock bit; the
 * second look at a suspect is made for that too.
 */
static bool try_pair(struct page *page, struct slw_slab *s, bool *stable)
{
	unsigned long at = (unsigned long)page, counters, again, freelist;
	bool locked;

	if (!slw_load(at + slw_layout.slab.counters, &counters) ||
	    !slw_load(at + slw_layout.slab.freelist, &s->freelist))
		return false;
	smp_rmb();	/* with the acquire of bit_spin_lock() */
	locked = slw_page_flags(page) & BIT(PG_locked);
	smp_rmb();	/* with the release of bit_spin_unlock() */
	if (!slw_load(at + slw_layout.slab.counters, &again) ||
	    !slw_load(at + slw_layout.slab.freelist, &freelist))
		return false;
	*stable = counters == again && s->freelist == freelist && !locked;
	decode_counters(counters, s);
	return true;
}

static enum slw_outcome capture_pair(struct page *page, struct slw_slab *s)
{
	bool stable;
	int tries;

	for (tries = 0; tries < PAIR_TRIES; tries++) {
		if (!try_pair(page, s, &stable))
			return SLW_UNREADABLE;
		if (stable)
			return SLW_CLEAN;
		cpu_relax();
	}
	return SLW_RACED;
}

static void capture_page(struct page *page, struct slw_slab *s)
{
	s->is_slab = true;
	s->base = (unsigned long)page_address(page);
	/* Overwritten it may be any byte; one too large is no cache's all the same. */
	s->order = min(compound_order(page), SLW_LAST_ORDER + 1u);
	s->node = page_to_nid(page);
	s->mark = slw_page_flags(page) & BIT(PG_workingset);
}

enum slw_outcome slw_capture_slab(unsigned long addr, struct slw_slab *s)
{
	struct page *page = slw_page_at(addr);

	/* A tail page is no slab; PageSlab() of a tail differs between eras. */
	if (!page || compound_head(page) != page || !PageSlab(page)) {
		*s = (struct slw_slab) { .page = addr };
		return SLW_CLEAN;
	}
	s->page = addr;
	capture_page(page, s);
	if (!slw_load(addr + slw_layout.slab.slab_cache, &s->cache))
		return SLW_UNREADABLE;
	return capture_pair(page, s);
}

void slw_capture_slab_of(unsigned long object, struct slw_slab *s)
{
	struct page *page = slw_page_of(object);
	unsigned long addr = (unsigned long)page, counters;

	*s = (struct slw_slab) { .page = addr };
	if (!page || !PageSlab(page))
		return;
	capture_page(page, s);
	if (!slw_load(addr + slw_layout.slab.slab_cache, &s->cache) ||
	    !slw_load(addr + slw_layout.slab.counters, &counters)) {
		s->is_slab = false;
		return;
	}
	decode_counters(counters, s);
}
