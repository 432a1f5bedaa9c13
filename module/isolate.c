// SPDX-License-Identifier: GPL-2.0
/*
 * Verdict -> isolation: see isolate.h.
 *
 * Words are written only where a look in the same critical section has been:
 * links of objects on the grid of their slab, the descriptor of a page that is
 * this cache's slab, neighbours in a list that point back.
 */
#include "isolate.h"

#include <linux/bit_spinlock.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/spinlock.h>

#include "cache.h"
#include "compat.h"
#include "control.h"
#include "core/freeptr.h"
#include "core/isolate.h"
#include "counters.h"
#include "learned.h"
#include "maccess.h"
#include "scan.h"

/* kmem_cache_cpu.tid counts in these steps, and so stays its CPU's: slub.c. */
#ifdef CONFIG_PREEMPTION
#define TID_STEP	roundup_pow_of_two(CONFIG_NR_CPUS)
#else
#define TID_STEP	1
#endif

/* Tries at a slab's lock bit, whose holders have interrupts off. */
#define LOCK_TRIES	1000

/**
 * struct given_up - what was isolated
 * @page:	the slab, 0 if it was a sheaf's entry
 * @place:	which of its lists
 */
struct given_up {
	unsigned long page;
	enum slubwatch_place place;
};

/* Taken by the patrol and by guards on any CPU, in any of SLUB's locks. */
static DEFINE_RAW_SPINLOCK(lock);
static struct given_up given_up[SLW_ISOLATE_MOST];
static u32 used;

u32 slw_isolate_used(void)
{
	return READ_ONCE(used);
}

static bool was_given_up(unsigned long page, enum slubwatch_place place)
{
	u32 i;

	for (i = 0; i < used; i++)
		if (page && given_up[i].page == page && given_up[i].place == place)
			return true;
	return false;
}

/* One of isolate_max is taken, for good: the last step before anything is done. */
static enum slubwatch_isolation take_one(unsigned long page,
					 enum slubwatch_place place)
{
	enum slubwatch_isolation answer = SLUBWATCH_ISOLATION_DONE;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (was_given_up(page, place))
		answer = SLUBWATCH_ISOLATION_AGAIN;
	else if (used >= slw_config_isolate_max())
		answer = SLUBWATCH_ISOLATION_USED_UP;
	else
		given_up[used++] = (struct given_up) { page, place };
	raw_spin_unlock_irqrestore(&lock, flags);
	return answer;
}

static enum slubwatch_isolation is_allowed(const struct slw_geometry *g)
{
	if (!(slw_config_action() & SLW_ACTION_ISOLATE))
		return SLUBWATCH_ISOLATION_NOT_ASKED;
	return g->debug ? SLUBWATCH_ISOLATION_DEBUG_CACHE :
			  SLUBWATCH_ISOLATION_DONE;
}

static void count(u32 lost)
{
	slw_count(SLW_COUNT_ISOLATED_SLABS, 1);
	slw_count(SLW_COUNT_ISOLATED_OBJECTS, lost);
}

/* The cpu freelist. */

/*
 * tid first: from here on an interrupted fast path cannot end well, whatever
 * it has read.
 */
static bool end_freelist(const struct slw_geometry *g, unsigned long kc,
			 unsigned long last)
{
	unsigned long tid, slot = last + g->offset;

	if (!slw_load(kc + slw_layout.cpu.tid, &tid) ||
	    !slw_store(kc + slw_layout.cpu.tid, tid + TID_STEP))
		return false;
	if (last)
		return slw_store(slot, slw_freeptr_decode(g, 0, slot));
	return slw_store(kc + slw_layout.cpu.freelist, 0);
}

enum slubwatch_isolation
slw_isolate_cpu_freelist(const struct slw_geometry *g, unsigned long kc,
			 unsigned long page, unsigned long last, u32 lost)
{
	enum slubwatch_isolation answer = is_allowed(g);

	if (answer == SLUBWATCH_ISOLATION_DONE)
		answer = take_one(page, SLUBWATCH_PLACE_CPU_FREELIST);
	if (answer != SLUBWATCH_ISOLATION_DONE)
		return answer;
	if (!end_freelist(g, kc, last))
		return SLUBWATCH_ISOLATION_BUSY;
	count(lost);
	return SLUBWATCH_ISOLATION_DONE;
}
