/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lanes: many chains of free objects counted side by side.
 *
 * A hop is one cache miss; the misses of different chains overlap.  A lane says
 * only whether its chain is sound, with as little work a hop as that takes:
 * every link leads to an object of the slab, and the chain ends after as many as
 * there have to be.  That is as strict as a walk with a bitmap (freelist.h), for
 * a chain that ends has met no object twice.  What is wrong with one that is not
 * sound takes such a walk.
 */
#ifndef _SLUBWATCH_CORE_LANES_H
#define _SLUBWATCH_CORE_LANES_H

#include "types.h"

/**
 * struct slw_lane - a chain that is counted
 * @start:	address of the slab's first object
 * @pos:	the object to visit next, 0 once the lane has stopped
 * @objects:	objects of the slab
 * @found:	objects met so far; %SLW_LANE_BAD once a link led elsewhere, there
 *		were more than objects in the slab, or a load faulted
 */
struct slw_lane {
	unsigned long start;
	unsigned long pos;
	u32 objects;
	u32 found;
};

/* More than any slab has. */
#define SLW_LANE_BAD	(~0u)

/**
 * slw_lane_start() - begin at a head
 * @l:		the lane, filled
 * @g:		numbers of the cache
 * @s:		the slab; its objects must have passed slw_check_slab()
 * @head:	first free object as found in a list head, 0 for none
 */
void slw_lane_start(struct slw_lane *l, const struct slw_geometry *g,
		    const struct slw_slab *s, unsigned long head);

/**
 * struct slw_scout - runs ahead along a list of slabs while lanes are walked
 * @low:	the first address that may be loaded from
 * @high:	and the end of those
 * @link:	where it is: an address whose first word leads to the next link
 * @left:	steps it may still take
 * @every:	hops between two of them, at least 1
 *
 * The list is one more dependent chase, a miss a slab.  The scout takes these
 * misses among those of the lanes, so that the next slabs to be captured are in
 * the cache; it decides nothing.  A link may be damaged: nothing is loaded but from
 * where such links can be.  All zero but @every is a scout that stays.
 */
struct slw_scout {
	unsigned long low;
	unsigned long high;
	unsigned long link;
	unsigned int left;
	unsigned int every;
};

/**
 * slw_lanes_walk() - walk lanes side by side
 * @lanes:	started lanes
 * @n:		how many
 * @g:		numbers of their cache
 * @hops:	most links to follow in each before coming back
 * @scout:	moved along meanwhile
 *
 * Context: as for slw_chain_walk(); terminates as that does.
 * Return: true when every lane has stopped, false when @hops were not enough.
 */
bool slw_lanes_walk(struct slw_lane *lanes, unsigned int n,
		    const struct slw_geometry *g, unsigned int hops,
		    struct slw_scout *scout);

#endif /* _SLUBWATCH_CORE_LANES_H */
