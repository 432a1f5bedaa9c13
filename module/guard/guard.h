/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guard: some caches are looked at where objects are taken from them, before
 * damage can be followed.
 *
 * Kernels with cpu slabs: probes on the allocation tracepoints look at the cpu
 * freelist that the allocation has left behind (guard_cpu.c).  Kernels with
 * sheaves: they look for the object in the sheaf it was taken from, and a probe
 * at the refill of sheaves looks at the slabs that the refill is about to take
 * from (guard_sheaf.c).
 */
#ifndef _SLUBWATCH_GUARD_H
#define _SLUBWATCH_GUARD_H

#include <linux/cache.h>
#include <linux/log2.h>
#include <linux/types.h>

#include "core/ahead.h"
#include "core/types.h"

struct kmem_cache;
struct slw_cache;
struct slw_record;

/*
 * No object: what is expected where nothing is, so that no head ever matches it.
 * Should one do so all the same, it is an address where nothing is mapped and a
 * load is fixed up: the last 2 MiB (x86: the unused hole, arm64: a guard region).
 */
#define SLW_GUARD_NOWHERE	(-(1UL << 21) + 1)

/**
 * struct slw_guard_cpu - what a guard knows of one CPU
 * @head:	head of the freelist when it was looked at last
 * @next:	where the link of @head leads: on the slab's grid; or, as @head, while
 *		nothing is known, %SLW_GUARD_NOWHERE
 * @page:	struct slab of the cpu slab that @start and @objects are of
 * @start:	address of its first object
 * @objects:	objects in it
 * @looks:	heads that were not the one expected: after a free, a refill
 * @elsewhere:	of those, the object was not of the cpu slab: its task has moved
 *		to another CPU since, an interrupt came between, or it is of
 *		another cache of the same size
 * @races:	closer looks that saw nothing wrong
 * @told:	object whose bad link was handed on last
 * @told_raw:	and that link: a circle that is left as it is comes by each time
 *
 * Written on that CPU only.  An interrupt's allocation may write @head and @next
 * between two stores: each is an object of the slab whatever the other is, and
 * that is all they are taken for.
 */
struct slw_guard_cpu {
	unsigned long head;
	unsigned long next;
	unsigned long page;
	unsigned long start;
	unsigned long objects;
	unsigned long looks;
	unsigned long elsewhere;
	unsigned long races;
	unsigned long told;
	unsigned long told_raw;
} ____cacheline_aligned;

/**
 * struct slw_guard - one guarded cache
 * @cache:	address of the kmem_cache
 * @next:	with the same hash
 * @next_of_size: with objects of about the same size
 * @sole_size:	size of its objects if there is no next of that, else 0
 * @cpus:	what it knows of each CPU
 * @freelist:	kmem_cache_cpu.freelist, and
 * @slab:	kmem_cache_cpu.slab, of each CPU
 * @stride:	of its objects
 * @g:		its numbers
 * @name:	its name
 * @c:		a copy of all that is known of it
 *
 * Read-only while probes are attached.  The cache's kobject is held, and with it
 * its kmem_cache_cpu (kmem_cache_release() in slub.c).
 */
struct slw_guard {
	unsigned long cache;
	struct slw_guard *next;
	struct slw_guard *next_of_size;
	u32 sole_size;
	struct slw_guard_cpu __percpu *cpus;
	unsigned long __percpu *freelist;
	unsigned long __percpu *slab;
	struct slw_stride stride;
	struct slw_geometry g;
	char name[SLUBWATCH_CACHE_NAME];
	struct slw_cache *c;
};

#define SLW_GUARD_BUCKETS	256

/**
 * struct slw_guards - the guarded caches, as the probes find them
 * @has_cache:	for each of @by_cache, and
 * @has_size:	of @by_size, whether there is one: all that most allocations ask
 * @nr:		how many
 * @kmalloc:	one of them is kmalloc()'s
 * @debug:	caches that were asked for and are not guarded: they have debug
 *		flags, SLUB takes their objects one by one and checks them itself
 * @by_cache:	by the address of the kmem_cache
 * @by_size:	by the power of two below the object size
 */
struct slw_guards {
	bool has_cache[SLW_GUARD_BUCKETS];
	bool has_size[BITS_PER_LONG];
	unsigned int nr;
	bool kmalloc;
	unsigned int debug;
	struct slw_guard *by_cache[SLW_GUARD_BUCKETS];
	struct slw_guard *by_size[BITS_PER_LONG];
};

/* One instruction; caches are about 256 bytes apart. */
static inline unsigned int slw_guard_bucket(unsigned long cache)
{
	return cache >> 8 & (SLW_GUARD_BUCKETS - 1);
}

static inline struct slw_guard *slw_guard_find(const struct slw_guards *guards,
					       unsigned long cache)
{
	struct slw_guard *g = guards->by_cache[slw_guard_bucket(cache)];

	while (g && g->cache != cache)
		g = g->next;
	return g;
}

/* Attach the probes.  Return: 0 or an errno.  Context: process, may sleep. */
int slw_guard_attach(struct slw_guards *guards);

/* Detach them; on return none is running. */
void slw_guard_detach(struct slw_guards *guards);

/* The same for what only kernels with sheaves have. */
int slw_guard_attach_sheaves(struct slw_guards *guards);
void slw_guard_detach_sheaves(void);

/**
 * slw_guard_look_at_sheaf() - was an object handed out that is free?
 * @g:		the guard
 * @object:	the object
 *
 * Context: any but NMI.
 */
void slw_guard_look_at_sheaf(const struct slw_guard *g, unsigned long object);

/**
 * slw_guard_slot() - room for a finding made at an allocation
 *
 * Context: interrupts off.
 * Return: where to copy it to before slw_guard_send(); NULL, and it is counted
 * as dropped, while too many are not told yet.
 */
struct slw_record *slw_guard_slot(void);

/* Hand on what was copied there; process context tells of it. */
void slw_guard_send(struct slw_record *r);

/**
 * slw_guard_report() - hand on a finding made at an allocation
 * @g:		the guard
 * @s:		the cpu slab, as captured
 * @v:		the verdict that two looks agreed on
 * @isolation:	what was done so that nobody follows it
 * @lost:	objects given up by that, at most
 *
 * Context: interrupts off.
 */
void slw_guard_report(const struct slw_guard *g, const struct slw_slab *s,
		      const struct slw_verdict *v,
		      enum slubwatch_isolation isolation, u32 lost);

/**
 * struct slw_guard_status - sums over CPUs and caches, for status
 * @caches:	guarded caches
 * @debug:	see struct slw_guards
 * @looks:	see struct slw_guard_cpu
 * @elsewhere:	see there
 * @races:	see there
 */
struct slw_guard_status {
	unsigned int caches;
	unsigned int debug;
	u64 looks;
	u64 elsewhere;
	u64 races;
};

/* Context: process, may sleep. */
void slw_guard_get_status(struct slw_guard_status *st);

/**
 * slw_guard_update() - guard the caches that match, and no others
 * @pattern: as in the parameter guard
 *
 * Does nothing while that is what is guarded already.
 *
 * Context: process, sweep lock, caches pinned.
 */
void slw_guard_update(const char *pattern);

/* Guard nothing any more, tell what is left to tell, free all. */
void slw_guard_exit(void);

#endif /* _SLUBWATCH_GUARD_H */
