/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done about damage so that nobody follows the bad pointer: which
 * recipe, and what it costs.
 */
#ifndef _SLUBWATCH_CORE_ISOLATE_H
#define _SLUBWATCH_CORE_ISOLATE_H

#include "types.h"

/* One recipe for each way in which free objects hang somewhere. */
enum slw_recipe {
	SLW_RECIPE_NONE,	/* only told */
	SLW_RECIPE_CUT,		/* a cpu freelist ends before the bad link */
	SLW_RECIPE_DROP,	/* the cpu slab loses its own freelist */
	SLW_RECIPE_UNLINK,	/* a slab leaves its partial list without one */
	SLW_RECIPE_REMOVE,	/* an entry leaves its sheaf */
	SLW_NR_RECIPES
};

/**
 * slw_recipe_for() - is there something to be done about this?
 * @kind:	of a finding
 * @place:	where it was found
 *
 * Only where the chain or the entry itself is what is wrong, so that without it
 * everything that is left is right.
 *
 * Return: the recipe, %SLW_RECIPE_NONE if there is none.
 */
enum slw_recipe slw_recipe_for(enum slubwatch_kind kind,
			       enum slubwatch_place place);

/**
 * slw_counters_given_up() - slab.counters once its freelist was given up
 * @counters:	the word as it is
 * @frozen:	what its frozen bit is to be
 *
 * What get_freelist() in slub.c leaves: every object is in use.  The bits above
 * @frozen hold other live data in 7.x and stay.
 */
unsigned long slw_counters_given_up(unsigned long counters, bool frozen);

/**
 * slw_most_given_up() - objects lost with a slab's own freelist, at most
 * @counters:	slab.counters before
 * @found:	free objects that a walk has met
 *
 * Exact but where the counters themselves are what is wrong.
 */
u32 slw_most_given_up(unsigned long counters, u32 found);

/**
 * slw_most_cut_off() - objects lost when a cpu freelist is cut, at most
 * @s:		the cpu slab
 * @kept:	objects in front of the cut
 *
 * Free objects of the cpu freelist count as in use, so those behind a bad link
 * cannot be told from those that somebody has.
 */
u32 slw_most_cut_off(const struct slw_slab *s, u32 kept);

#endif /* _SLUBWATCH_CORE_ISOLATE_H */
