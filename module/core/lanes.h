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

/* Chains walked side by side, at most: as many as a set of them has bits. */
#define SLW_LANES	64

/**
 * struct slw_lane - a chain that is counted
 * @start:	address of the slab's first object
 * @slot:	address of the link to follow next
 * @objects:	objects of the slab
 * @left:	objects that the chain has to have from here on, at least 1
 * @id:		its bit in a set of chains
 */
struct slw_lane {
	unsigned long start;
	unsigned long slot;
	unsigned long objects;
	u32 left;
	u32 id;
};

/**
 * struct slw_lanes - chains that are counted side by side
 * @walking:	how many have not come to an end; the others are forgotten
 * @suspect:	chains that are not sound
 * @lane:	those that are walking
 */
struct slw_lanes {
	unsigned int walking;
	u64 suspect;
	struct slw_lane lane[SLW_LANES];
};

/**
 * slw_lanes_add() - begin with the chain of a slab
 * @lanes:	all zero before the first one, with less than SLW_LANES walking
 * @g:		numbers of the cache
 * @s:		the slab; its objects and inuse must have passed slw_check_slab()
 * @id:		its bit in the set, less than SLW_LANES
 */
void slw_lanes_add(struct slw_lanes *lanes, const struct slw_geometry *g,
		   const struct slw_slab *s, unsigned int id);

/**
 * struct slw_scout - goes ahead along a list of slabs, in one direction
 * @at:		address of the word that leads to the next link
 * @left:	steps it may still take
 */
struct slw_scout {
	unsigned long at;
	unsigned int left;
};

/**
 * struct slw_scouts - run ahead along a list of slabs while lanes are walked
 * @low:	the first address that may be loaded from
 * @high:	and the end of those
 * @every:	hops between two steps of both, at least 1
 * @of:		one from each end of the list: the one by the first word of a link,
 *		the other by its second
 *
 * The list is one more dependent chase, a miss a slab; from both of its ends there
 * are two at a time.  The scouts take these misses among those of the lanes, so
 * that the next slabs to be captured are in the cache; they decide nothing.  A link
 * may be damaged: nothing is loaded but from where such links can be.  All zero but
 * @every are scouts that stay.
 */
struct slw_scouts {
	unsigned long low;
	unsigned long high;
	unsigned int every;
	struct slw_scout of[2];
};

/**
 * slw_lanes_walk() - walk lanes side by side
 * @lanes:	started lanes
 * @g:		numbers of their cache
 * @hops:	most links to follow in each before coming back
 * @scouts:	moved along meanwhile
 *
 * Context: as for slw_chain_walk(); terminates as that does.
 * Return: true when none is walking any more, false when @hops were not enough.
 */
bool slw_lanes_walk(struct slw_lanes *lanes, const struct slw_geometry *g,
		    unsigned int hops, struct slw_scouts *scouts);

#endif /* _SLUBWATCH_CORE_LANES_H */
