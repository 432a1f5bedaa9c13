// SPDX-License-Identifier: GPL-2.0
/*
 * The caches that are broken, and objects held of them.
 */
#include "inject.h"

#include <linux/mm.h>

#include "../../module/compat.h"

struct slw_layout slw_layout __ro_after_init;

/* The object is rebuilt at each allocation anyway; see struct target. */
static void construct(void *object)
{
	*(char *)object = 0;
}

struct target inj_targets[INJ_NR_TARGETS] = {
	[INJ_OWN]	  = { "own", 256, .own = true,
			      .cache = "slubwatch_inject" },
	[INJ_OWN_CTOR]	  = { "own-ctor", 256, .own = true, .ctor = construct,
			      .cache = "slubwatch_inject_ctor" },
	[INJ_OWN_LARGE]	  = { "own-large", 2560, .own = true,
			      .cache = "slubwatch_inject_large" },
	[INJ_KMALLOC_192] = { "kmalloc-192", 192 },
	[INJ_KMALLOC_256] = { "kmalloc-256", 256 },
};

/*
 * One call of kmalloc(), and so one cache even with CONFIG_RANDOM_KMALLOC_CACHES,
 * which goes by the address returned to: not by a jump, which would return to
 * whoever called here.
 */
static noinline unsigned long allocate_any(const struct target *t)
{
	void *object = t->own ? kmem_cache_alloc(t->s, GFP_KERNEL) :
				kmalloc(t->size, GFP_KERNEL);

	barrier();
	return (unsigned long)object;
}

static void free_any(const struct target *t, unsigned long object)
{
	if (t->own)
		kmem_cache_free(t->s, (void *)object);
	else
		kfree((void *)object);
}

/* KFENCE may answer instead of the cache: such an object is on no list. */
static unsigned long allocate(const struct target *t)
{
	unsigned long object = allocate_any(t);

	while (object && is_kfence_address((void *)object)) {
		free_any(t, object);
		object = allocate_any(t);
	}
	return object;
}

int inj_stock_init(struct stock *stock, unsigned int max)
{
	*stock = (struct stock) { .max = max };
	stock->objects = kvmalloc_array(max, sizeof(*stock->objects),
					GFP_KERNEL);
	return stock->objects ? 0 : -ENOMEM;
}

int inj_take(struct target *t, struct stock *stock)
{
	unsigned long object;

	if (stock->n == stock->max)
		return -ENOSPC;
	object = allocate(t);
	if (!object)
		return -ENOMEM;
	stock->objects[stock->n++] = object;
	return 0;
}

/* The order of those behind it stays. */
void inj_drop(struct target *t, struct stock *stock, unsigned int i)
{
	unsigned long object = stock->objects[i];

	stock->n--;
	memmove(&stock->objects[i], &stock->objects[i + 1],
		(stock->n - i) * sizeof(object));
	free_any(t, object);
}

/* In one pass: with many CPUs there are a hundred thousand behind them. */
void inj_thin(struct target *t, struct stock *stock, unsigned int from,
	      unsigned int to)
{
	unsigned int i, kept = from;

	for (i = from; i < stock->n; i++) {
		if (i < to && i % 3)
			free_any(t, stock->objects[i]);
		else
			stock->objects[kept++] = stock->objects[i];
	}
	stock->n = kept;
}

void inj_drop_all(struct target *t, struct stock *stock)
{
	while (stock->n)
		inj_drop(t, stock, stock->n - 1);
}

/* SLAB_DEBUG_FLAGS of mm/slab.h */
#define INJ_DEBUG_FLAGS	((__force u32)(SLAB_RED_ZONE | SLAB_POISON | \
				       SLAB_STORE_USER | SLAB_TRACE | \
				       SLAB_CONSISTENCY_CHECKS))

static void capture_geometry(struct target *t)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)t->s;

	t->g = (struct slw_geometry) {
		.cache = s,
		.hardened = slw_has_cap(SLW_CAP_HARDENED),
		.size = u32_at(s + l->size),
		.object_size = u32_at(s + l->object_size),
		.offset = u32_at(s + l->offset),
		.oo = u32_at(s + l->oo),
		.min = u32_at(s + l->min),
	};
	if (u32_at(s + l->flags) & (__force u32)SLAB_RED_ZONE)
		t->g.red_left = u32_at(s + l->red_left_pad);
	t->g.debug = u32_at(s + l->flags) & INJ_DEBUG_FLAGS;
	if (t->g.hardened)
		t->g.random = word_at(s + l->random);
}

static void capture(struct target *t)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)t->s;

	capture_geometry(t);
	t->cache = (const char *)word_at(s + l->name);
	if (slw_has_cap(SLW_CAP_CPU_SLAB))
		t->cpu_slab = word_at(s + l->cpu_slab);
	if (slw_has_cap(SLW_CAP_SHEAVES)) {
		t->capacity = u32_at(s + l->sheaf_capacity);
		t->pcs = word_at(s + l->cpu_sheaves);
	}
}

/* As in module/selftest.c: none of them may be merged with another. */
#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

static int create_own(struct target *t)
{
	if (t->ctor)
		t->s = kmem_cache_create(t->cache, t->size, 0, SLAB_NO_MERGE,
					 t->ctor);
	else
		t->s = kmem_cache_create_usercopy(t->cache, t->size, 0,
						  SLAB_NO_MERGE, 0, t->size,
						  NULL);
	return t->s ? 0 : -ENOMEM;
}

/* The cache that kmalloc() takes objects of this size from. */
static int find_kmalloc(struct target *t)
{
	unsigned long object = allocate(t);

	if (!object)
		return -ENOMEM;
	t->s = (void *)word_at(inj_slab_of(object) + slw_layout.slab.slab_cache);
	free_any(t, object);
	return 0;
}

int inj_targets_create(void)
{
	struct target *t;
	int err;

	for (t = inj_targets; t < inj_targets + INJ_NR_TARGETS; t++) {
		err = t->own ? create_own(t) : find_kmalloc(t);
		if (err) {
			inj_targets_destroy();
			return err;
		}
		capture(t);
	}
	return 0;
}

bool inj_destroy_leaked;

void inj_targets_destroy(void)
{
	struct target *t;

	/* An object on its way back by RCU. */
	rcu_barrier();
	for (t = inj_targets; t < inj_targets + INJ_NR_TARGETS; t++)
		if (t->own && (!t->leaked || inj_destroy_leaked))
			kmem_cache_destroy(t->s);
}

unsigned long inj_node(const struct target *t, int nid)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)t->s;

	if (slw_has(l->per_node))
		return word_at(s + l->per_node + l->per_node_node +
			       (unsigned long)nid * l->per_node_stride);
	return word_at(s + l->node + (unsigned long)nid * sizeof(void *));
}

unsigned long inj_barn(const struct target *t, int nid)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long n;

	if (slw_has(l->per_node))
		return word_at((unsigned long)t->s + l->per_node +
			       l->per_node_barn +
			       (unsigned long)nid * l->per_node_stride);
	n = slw_has(slw_layout.node.barn) ? inj_node(t, nid) : 0;
	return n ? word_at(n + slw_layout.node.barn) : 0;
}
