// SPDX-License-Identifier: GPL-2.0
/*
 * Does slubwatch see what is there?  See selftest.h.
 *
 * In a cache that nobody else uses every free object is known.  First it is
 * learned how this kernel marks its slabs, and looked where it puts an object
 * that is freed; then real sweeps must count the free objects there are; last,
 * with all of them back in their slabs, each slab's chain must consist of
 * exactly the objects that are free.
 */
#include "selftest.h"

#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "compat.h"
#include "core/check.h"
#include "core/freelist.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "patrol.h"

#define NAME		"slubwatch_selftest"
#define OBJECT_SIZE	192
#define OBJECTS		256

struct slw_learned slw_learned __ro_after_init = {
	.cpu_partial_frozen = -1,
};

/*
 * Generic KASAN keeps what is freed in its quarantine, off every list, until
 * that is full or kmem_cache_shrink() empties it: kasan_cache_shrink().
 */
#define QUARANTINED	IS_ENABLED(CONFIG_KASAN_GENERIC)

/**
 * struct trial - the private cache and what is allocated from it
 * @c:		the cache as walkers know it
 * @objects:	every object ever allocated; a freed one has bit 0 set
 * @seen:	bitmap for one chain
 */
struct trial {
	struct slw_cache c;
	unsigned long objects[OBJECTS];
	unsigned long seen[BITS_TO_LONGS(SLW_MAX_OBJECTS + 1)];
};

/*
 * usersize keeps find_mergeable() away in every kernel up to 6.4, later there
 * is a flag for it; a constructor would move the free pointer out of the object.
 */
#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

struct kmem_cache * __init slw_selftest_create(void)
{
	return kmem_cache_create_usercopy(NAME, OBJECT_SIZE, 0, SLAB_NO_MERGE,
					  0, OBJECT_SIZE, NULL);
}

static bool __init is_held(unsigned long object)
{
	return !(object & 1);
}

static void __init free_one(struct trial *t, unsigned int i)
{
	kmem_cache_free(t->c.s, (void *)t->objects[i]);
	t->objects[i] |= 1;
}

static void __init free_all(struct trial *t)
{
	unsigned int i;

	for (i = 0; i < OBJECTS; i++)
		if (t->objects[i] && is_held(t->objects[i]))
			free_one(t, i);
}

/* The first slab's worth of objects is behind the CPU: a full slab by now. */
static void __init learn_cpu_partial(struct trial *t)
{
	unsigned long partial, kc;
	struct slw_slab s;

	if (!slw_has_cap(SLW_CAP_CPU_PARTIAL) || !t->c.cpu_slab)
		return;
	kc = (unsigned long)this_cpu_ptr((void __percpu *)t->c.cpu_slab);
	slw_capture_slab_of(t->objects[0], &s);
	if (slw_read_long(kc + slw_layout.cpu.partial, &partial) &&
	    partial == s.page && slw_capture_slab(partial, &s) == SLW_CLEAN)
		slw_learned.cpu_partial_frozen = s.frozen;
}

/*
 * Is the object freed last on this CPU where this kernel puts it: on top of the
 * main sheaf, at the head of the cpu freelist, or, when its slab is not the cpu
 * slab, at the head of its slab's own?  (Debug caches: only the last.)
 */
static bool __init is_last_freed(const struct trial *t, unsigned long object)
{
	unsigned long at, head = 0;
	struct slw_slab s;
	u32 size = 0;

	if (t->c.sheaf_capacity) {
		at = (unsigned long)this_cpu_ptr((void __percpu *)t->c.cpu_sheaves);
		return slw_read_long(at + slw_layout.pcs.main, &at) &&
		       slw_read_u32(at + slw_layout.sheaf.size, &size) && size &&
		       size <= t->c.sheaf_capacity &&
		       slw_read_long(at + slw_layout.sheaf.objects +
				     (size - 1) * sizeof(head), &head) &&
		       head == object;
	}
	if (t->c.cpu_slab) {
		at = (unsigned long)this_cpu_ptr((void __percpu *)t->c.cpu_slab);
		if (!slw_read_long(at + slw_layout.cpu.freelist, &head))
			return false;
	}
	slw_capture_slab_of(object, &s);
	return head == object || (slw_capture_slab(s.page, &s) == SLW_CLEAN &&
				  s.freelist == object);
}

/* KFENCE may answer instead of the cache: such an object is on no list. */
static unsigned long __init allocate_one(struct trial *t)
{
	void *object = kmem_cache_alloc(t->c.s, GFP_KERNEL);

	while (object && is_kfence_address(object)) {
		kmem_cache_free(t->c.s, object);
		object = kmem_cache_alloc(t->c.s, GFP_KERNEL);
	}
	return (unsigned long)object;
}

/* SLUB poison is no zero, and so is told apart. */
static void __init learn_init_on_free(struct trial *t)
{
	unsigned long object = allocate_one(t);
	u8 copy[OBJECT_SIZE];
	u32 i;

	if (!object)
		return;
	memset((void *)object, 1, OBJECT_SIZE);
	kmem_cache_free(t->c.s, (void *)object);
	if (!slw_read(copy, object, OBJECT_SIZE))
		return;
	for (i = 0; i < sizeof(long) && t->c.g.offset + i < OBJECT_SIZE; i++)
		copy[t->c.g.offset + i] = 0;
	slw_learned.init_on_free = !memchr_inv(copy, 0, OBJECT_SIZE);
}

/* On one CPU, so that what it frees is on its own lists. */
static int __init allocate(void *arg)
{
	struct trial *t = arg;
	unsigned int i;

	learn_init_on_free(t);
	for (i = 0; i < OBJECTS; i++) {
		t->objects[i] = allocate_one(t);
		if (!t->objects[i])
			return -ENOMEM;
	}
	free_one(t, 0);
	learn_cpu_partial(t);
	for (i = 2; i < OBJECTS; i += 2)
		free_one(t, i);
	return QUARANTINED || is_last_freed(t, t->objects[i - 2] & ~1ul) ?
	       0 : -EINVAL;
}

static unsigned long __init slab_of(unsigned long object, struct slw_slab *s)
{
	slw_capture_slab_of(object & ~1ul, s);
	return s->page;
}

/* Free objects in the slabs that ours are in. */
static u64 __init count_free(const struct trial *t)
{
	struct slw_slab s, other;
	unsigned int i, j;
	u64 free = 0;

	for (i = 0; i < OBJECTS; i++) {
		slab_of(t->objects[i], &s);
		for (j = 0; j < i; j++)
			if (slab_of(t->objects[j], &other) == s.page)
				break;
		if (j == i)
			free += s.objects;
		free -= is_held(t->objects[i]);
	}
	return free;
}

static void __init get_found(u64 *found, u64 *findings, bool *complete)
{
	struct slw_cache *c;
	unsigned int i;

	*found = 0;
	*findings = 0;
	*complete = false;
	slw_caches_lock();
	slw_for_each_cache(c) {
		if (strcmp(c->name, NAME))
			continue;
		*complete = c->last.lists_due &&
			    c->last.lists_due == c->last.lists_done;
		*findings = c->findings;
		for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
			*found += c->last.objects[i];
	}
	slw_caches_unlock();
}

/*
 * Sweeps may meet a busy lock, and windows may be too short: an emulator translates
 * each piece of this code when it is run for the first time, so that on a loaded
 * host one try comes little farther than the last.
 */
#define SWEEP_TRIES	100

static int __init sweep_own(u64 *found)
{
	bool complete = false;
	u64 findings = 0;
	int tries, err;

	for (tries = 0; tries < SWEEP_TRIES && !complete; tries++) {
		err = slw_patrol_run(NAME, false);
		if (err)
			return err;
		get_found(found, &findings, &complete);
	}
	if (complete && !findings)
		return 0;
	pr_err("slubwatch: self-test: %s\n", findings ?
	       "healthy lists were reported as corrupt" :
	       "no sweep was complete");
	return -EINVAL;
}

/*
 * Before and after everything goes back to its slab and the empty slabs to the
 * page allocator.  Between the two sweeps only whole slabs may be lost: those
 * of which the sheaves held all objects, or nobody any.
 */
static int __init try_sweeps(struct trial *t)
{
	u64 before, after, free;
	int err = sweep_own(&before);

	if (err)
		return err;
	kmem_cache_shrink(t->c.s);
	free = count_free(t);
	err = sweep_own(&after);
	if (err)
		return err;
	if (after == free &&
	    (QUARANTINED ||
	     (before >= free &&
	      !((before - free) % (t->c.g.oo & SLW_OO_MASK)))))
		return 0;
	pr_err("slubwatch: self-test: sweeps found %llu and %llu free objects of %llu\n",
	       before, after, free);
	return -EINVAL;
}

/* Exactly the objects that are not held are on the slab's freelist. */
static bool __init chain_is_exact(struct trial *t, const struct slw_slab *s)
{
	static const struct slw_expect e = {
		.frozen = 0, .mark = -1, .node = -1,
	};
	struct slw_verdict v;
	struct slw_chain chain;
	unsigned int i;
	int index;

	if (!slw_check_slab(&t->c.g, s, &e, &v))
		return false;
	memset(t->seen, 0, BITS_TO_LONGS(s->objects) * sizeof(t->seen[0]));
	slw_chain_start(&chain, &t->c.g, s, s->freelist, t->seen);
	if (!slw_chain_walk(&chain, s->objects + 1))
		return false;
	slw_chain_verdict(&chain, (int)(s->objects - s->inuse), 0, &v);
	if (v.outcome != SLW_CLEAN)
		return false;
	for (i = 0; i < OBJECTS; i++) {
		index = slw_grid_index(&t->c.g, s->base + t->c.g.red_left,
				       s->objects * t->c.g.size,
				       t->objects[i] & ~1ul);
		if (index >= 0 &&
		    slw_seen(t->seen, index) == is_held(t->objects[i]))
			return false;
	}
	return true;
}

static int __init try_chains(struct trial *t)
{
	struct slw_slab s;
	unsigned int i;

	for (i = 1; i < OBJECTS; i += 2) {
		if (slw_capture_slab(slab_of(t->objects[i], &s), &s) !=
		    SLW_CLEAN || !chain_is_exact(t, &s)) {
			pr_err("slubwatch: self-test: a known chain of free objects was not found exactly\n");
			return -EINVAL;
		}
		if (s.freelist && !s.frozen)
			slw_learned.partial_mark = s.mark;
	}
	return 0;
}

/*
 * In 5.10 a cache may have SLAB_RED_ZONE and its pad, and yet objects from the
 * slab's start on.  Later kernels know no such thing, and asking them would
 * switch slab debugging on for good: create_cache() enables slub_debug_enabled.
 */
static void __init learn_red_zones(void)
{
	struct kmem_cache *s;
	struct slw_slab slab;
	void *object;
	u32 slot = 0;

	if (!slw_layout.slab.is_page)
		return;
	s = kmem_cache_create(NAME "_red", OBJECT_SIZE, 0, SLAB_RED_ZONE, NULL);
	object = s ? kmem_cache_alloc(s, GFP_KERNEL) : NULL;
	if (object && slw_read_u32((unsigned long)s + slw_layout.cache.size, &slot) &&
	    slot) {
		slw_capture_slab_of((unsigned long)object, &slab);
		slw_learned.no_red_zones =
			!(((unsigned long)object - slab.base) % slot);
	}
	if (object)
		kmem_cache_free(s, object);
	kmem_cache_destroy(s);
}

/* A cache with debug flags does without it on any CPU: SLAB_NO_CMPXCHG. */
static void __init learn_pair(const struct trial *t)
{
	slw_learned.pair_known = t->c.g.debug ||
				 t->c.g.lockless == slw_has_cmpxchg_pair();
	if (!slw_learned.pair_known)
		pr_warn("slubwatch: how this kernel changes a freelist is not known, nothing will be isolated\n");
}

static int __init run_steps(struct trial *t)
{
	int err;

	if (!slw_cache_capture(&t->c) || !slw_check_geometry(&t->c.g)) {
		pr_err("slubwatch: self-test: the private cache's numbers make no sense\n");
		return -EINVAL;
	}
	learn_pair(t);
	err = smp_call_on_cpu(cpumask_first(cpu_online_mask), allocate, t,
			      false);
	if (err)
		pr_err("slubwatch: self-test: the object freed last was not found (%d)\n",
		       err);
	else
		err = try_sweeps(t) ?: try_chains(t);
	return err;
}

int __init slw_selftest_run(struct kmem_cache *s)
{
	struct trial *t = kvzalloc(sizeof(*t), GFP_KERNEL);
	int err;

	if (!t)
		return -ENOMEM;
	learn_red_zones();
	t->c.s = s;
	err = run_steps(t);
	free_all(t);
	kvfree(t);
	return err;
}
