/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records that cross the stages:
 *
 *   memory -> snapshot -> verdict -> finding -> report -> reaction
 *             slw_slab    slw_verdict  struct slubwatch_finding
 */
#ifndef _SLUBWATCH_CORE_TYPES_H
#define _SLUBWATCH_CORE_TYPES_H

#include "platform.h"
#include "stride.h"
#include "../slubwatch.h"

/*
 * kmem_cache.oo and .min pack a slab's order and its number of objects in one
 * word; oo_order() and oo_objects() in slub.c unpack it like this since 2.6.27.
 */
#define SLW_OO_SHIFT	16
#define SLW_OO_MASK	((1u << SLW_OO_SHIFT) - 1)

/**
 * struct slw_geometry - a cache's numbers, captured when a sweep reaches it
 * @cache:	address of the struct kmem_cache; compared, never followed
 * @random:	kmem_cache.random, the key of CONFIG_SLAB_FREELIST_HARDENED
 * @hardened:	free pointers are stored encoded
 * @debug:	has debug flags: SLUB checks it, and repairs it, by itself
 * @lockless:	a slab's {freelist, counters} are changed by one 16-byte cmpxchg
 * @size:	bytes from object to object
 * @object_size: bytes of an object as its user sees it (merging raises it)
 * @offset:	bytes from an object to its free pointer
 * @red_left:	bytes from the slab's start to its first object
 * @oo:		preferred order and objects of a slab
 * @min:	the same for the smallest slab allowed
 * @stride:	@size, made ready for walking chains
 */
struct slw_geometry {
	unsigned long cache;
	unsigned long random;
	bool hardened;
	bool debug;
	bool lockless;
	u32 size;
	u32 object_size;
	u32 offset;
	u32 red_left;
	u32 oo;
	u32 min;
	struct slw_stride stride;
};

/**
 * struct slw_slab - one slab, captured
 * @page:	address of the struct slab, or of the head struct page
 * @base:	address of its first byte
 * @cache:	slab.slab_cache
 * @freelist:	slab.freelist, captured together with @inuse .. @frozen
 * @inuse:	objects that are not on @freelist
 * @objects:	objects in the slab
 * @frozen:	a CPU owns it (or, before 6.8, it is on a cpu partial list)
 * @mark:	PG_workingset: since 6.8, it is on its node's partial list
 * @order:	order of the compound page
 * @node:	node the page is on
 * @is_slab:	the page is the head page of a slab
 */
struct slw_slab {
	unsigned long page;
	unsigned long base;
	unsigned long cache;
	unsigned long freelist;
	u32 inuse;
	u32 objects;
	bool frozen;
	bool mark;
	u32 order;
	int node;
	bool is_slab;
};

/*
 * What a look at something ends with.  All are counted, so that silence is
 * never mistaken for health.
 */
enum slw_outcome {
	SLW_CLEAN,	/* every invariant holds */
	SLW_SUSPECT,	/* one is broken; a second look decides */
	SLW_RACED,	/* could not be captured coherently: busy */
	SLW_UNREADABLE,	/* a load faulted */
	SLW_CUT,	/* longer than one window allows: not decided */
};

/**
 * struct slw_verdict - what was seen in one look
 * @outcome:	how the look ended; the rest says more for %SLW_SUSPECT only
 * @kind:	what is wrong
 * @object:	object whose link is bad, or which is there twice; 0 if none
 * @before:	the object whose link leads to @object, 0 if it is the first
 * @raw:	the bad word as it stands in memory
 * @decoded:	what the kernel makes of it
 * @expected:	what ought to be there, if that can be told
 * @found:	free objects found
 * @at:		bytes from @object to what is wrong with its content
 */
struct slw_verdict {
	enum slw_outcome outcome;
	enum slubwatch_kind kind;
	unsigned long object;
	unsigned long before;
	unsigned long raw;
	unsigned long decoded;
	unsigned long expected;
	u32 found;
	s32 at;
};

/* The same thing seen twice: what a second look must agree on. */
static inline bool slw_verdict_agree(const struct slw_verdict *a,
				     const struct slw_verdict *b)
{
	return a->outcome == b->outcome && a->kind == b->kind &&
	       a->object == b->object;
}

#endif /* _SLUBWATCH_CORE_TYPES_H */
