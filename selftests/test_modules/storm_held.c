// SPDX-License-Identifier: GPL-2.0
/*
 * A long list of partial slabs beside the storm: see storm.h.
 *
 * The free pointer is behind the object, since the cache has a constructor: so
 * all of the object can be written to while it is free.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "storm.h"

#define TIDE	4096ul	/* objects freed in a row, and then taken, at most */

static unsigned long hold_slabs;
module_param(hold_slabs, ulong, 0444);
MODULE_PARM_DESC(hold_slabs, "partial slabs to keep beside the storm (0)");

static unsigned int hold_size = 256;
module_param(hold_size, uint, 0444);
MODULE_PARM_DESC(hold_size, "bytes of an object in them, with its free pointer (256)");

static unsigned int hold_free = 50;
module_param(hold_free, uint, 0444);
MODULE_PARM_DESC(hold_free, "how many of a hundred objects of these are free (50)");

static struct kmem_cache *cache;
static void **kept;
static unsigned long nr_kept;

static void construct(void *object)
{
	memset(object, 0, sizeof(long));
}

/* Frees one of those kept; says whether there was one. */
static bool free_one(struct worker *w)
{
	void *object = xchg(&kept[storm_dice(w, nr_kept)], NULL);

	if (object)
		kmem_cache_free(cache, object);
	return object;
}

/* Takes one to keep; says whether there was room. */
static bool take_one(struct worker *w)
{
	void **slot = &kept[storm_dice(w, nr_kept)], *object;

	if (READ_ONCE(*slot))
		return false;
	object = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN);
	if (!object)
		return false;
	storm_scribble(object, hold_size - sizeof(long), w->seed);
	object = xchg(slot, object);
	if (object)
		kmem_cache_free(cache, object);
	return !object;
}

/* Until it was done so many times, or there is little left to do it with. */
static unsigned int do_many(struct worker *w, bool (*one)(struct worker *w),
			    unsigned int times)
{
	unsigned int done = 0, tries = 16 * times;

	while (done < times && tries-- && !kthread_should_stop()) {
		done += one(w);
		cond_resched();
	}
	return done;
}

/*
 * More at a time than sheaves and barn keep: what is freed then goes to slabs
 * that are on the list, and what is taken takes slabs off it, one behind the
 * other.  About as many stay free.
 */
void storm_round_held(struct worker *w)
{
	unsigned long quarter = nr_kept * (100 - hold_free) / 400;

	if (quarter)
		do_many(w, take_one, do_many(w, free_one, min(quarter, TIDE)));
	else
		schedule_timeout_interruptible(1);
}

void storm_drop(void)
{
	while (nr_kept) {
		if (kept[--nr_kept])
			kmem_cache_free(cache, kept[nr_kept]);
		cond_resched();
	}
	kvfree(kept);
	kmem_cache_destroy(cache);
}

/* Of each page's worth of objects some are freed again, in no order. */
int storm_hold(void)
{
	static struct worker w = { .seed = 88675123 };
	unsigned long n, i;

	if (hold_size < 2 * sizeof(long) || hold_size > PAGE_SIZE || hold_free > 100)
		return -EINVAL;
	n = hold_slabs * (PAGE_SIZE / hold_size);
	if (!n)
		return 0;
	kept = kvcalloc(n, sizeof(*kept), GFP_KERNEL);
	cache = kmem_cache_create("storm-partial", hold_size - sizeof(long), 0, 0,
				  construct);
	if (!kept || !cache)
		return -ENOMEM;
	for (nr_kept = 0; nr_kept < n; nr_kept++) {
		kept[nr_kept] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!kept[nr_kept])
			return -ENOMEM;
		cond_resched();
	}
	for (i = 0; i < n; i++)
		if (storm_dice(&w, 100) < hold_free) {
			kmem_cache_free(cache, kept[i]);
			kept[i] = NULL;
			cond_resched();
		}
	return 0;
}
