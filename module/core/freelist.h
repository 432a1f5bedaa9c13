/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walking chains of free objects.
 *
 * A chain is followed only as long as every link leads to an object of its own
 * slab, so each load is inside memory that the caller holds by a lock.  A chain
 * here knows which objects it has met, and how it came to where it is; where only
 * its soundness is asked, lanes.h is faster.
 */
#ifndef _SLUBWATCH_CORE_FREELIST_H
#define _SLUBWATCH_CORE_FREELIST_H

#include "types.h"

/* Most objects a slab can have: slab.objects is 15 bits wide. */
#define SLW_MAX_OBJECTS		32767

enum slw_chain_state {
	SLW_CHAIN_WALKING,
	SLW_CHAIN_ENDED,	/* by a NULL pointer, as it should be */
	SLW_CHAIN_WILD,		/* a link leads out of the slab or off the grid */
	SLW_CHAIN_CYCLE,	/* an object was met a second time */
	SLW_CHAIN_SHARED,	/* an object of the other list of the slab was met */
	SLW_CHAIN_UNREADABLE,	/* a load faulted */
};

/**
 * struct slw_chain - one chain on its way
 * @g:		numbers of the cache
 * @start:	address of the slab's first object
 * @seen:	one bit for each object of the slab that was met
 * @other:	the same of the slab's other list, NULL if it has none
 * @pos:	the object to visit next; once stopped, where the last link led
 * @prev:	the object whose link led to @pos, 0 for the head
 * @before:	the object whose link led to @prev, 0 if that was the head's
 * @raw:	@prev's link as stored; the head itself for the head
 * @index:	place of @pos in the slab
 * @objects:	objects of the slab
 * @found:	objects met so far
 * @state:	walking, or why it stopped
 */
struct slw_chain {
	const struct slw_geometry *g;
	unsigned long start;
	unsigned long *seen;
	const unsigned long *other;
	unsigned long pos;
	unsigned long prev;
	unsigned long before;
	unsigned long raw;
	u32 index;
	u32 objects;
	u32 found;
	enum slw_chain_state state;
};

/**
 * slw_grid_index() - which object of its slab an address is
 * @g:		numbers of the cache
 * @start:	address of the slab's first object
 * @span:	bytes of all its objects
 * @addr:	any value
 *
 * The predicate of check_valid_pointer() in slub.c.
 *
 * Return: the index, or -1 when @addr is not the start of an object.
 */
static inline int slw_grid_index(const struct slw_geometry *g,
				 unsigned long start, u32 span,
				 unsigned long addr)
{
	unsigned long offset = addr - start;
	u32 index;

	if (offset >= span)
		return -1;
	index = (u32)offset / g->size;
	return index * g->size == (u32)offset ? (int)index : -1;
}

static inline bool slw_seen(const unsigned long *seen, u32 index)
{
	return seen[index / BITS_PER_LONG] >> (index % BITS_PER_LONG) & 1;
}

/**
 * slw_chain_start() - begin a chain at its head
 * @c:		the chain, filled
 * @g:		numbers of the cache, its stride too
 * @s:		the slab; its objects must have passed slw_check_slab()
 * @head:	first free object as found in a list head, 0 for an empty chain
 * @seen:	bitmap of at least @s->objects bits, zeroed
 */
void slw_chain_start(struct slw_chain *c, const struct slw_geometry *g,
		     const struct slw_slab *s, unsigned long head,
		     unsigned long *seen);

/**
 * slw_chain_walk() - walk a chain
 * @c:		a started chain
 * @hops:	most links to follow before coming back
 *
 * Context: the caller keeps the slab as it is, except that objects may be
 * pushed in front of the captured head.  Terminates after at most one more
 * hop than there are objects, whatever the memory holds.
 * Return: true when it has stopped, false when @hops were not enough.
 */
bool slw_chain_walk(struct slw_chain *c, unsigned int hops);

/**
 * slw_chain_verdict() - what a stopped chain means
 * @c:		a chain; one still walking gives %SLW_CUT
 * @expect:	free objects it must have; 0 to @limit if negative
 * @limit:	free objects it may have at most
 * @v:		filled
 *
 * Count rule: len(slab.freelist) == objects - inuse is kept by every
 * {freelist, counters} update of slub.c (__slab_free(), get_freelist(),
 * acquire_slab(), freeze_slab(), get_from_partial_node()).
 */
void slw_chain_verdict(const struct slw_chain *c, int expect, u32 limit,
		       struct slw_verdict *v);

#endif /* _SLUBWATCH_CORE_FREELIST_H */
