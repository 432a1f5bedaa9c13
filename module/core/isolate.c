// SPDX-License-Identifier: GPL-2.0
/*
 * Verdict -> recipe: see isolate.h.
 */
#include "isolate.h"

#define K(kind)		(1u << SLUBWATCH_KIND_##kind)
#define P(place)	(1u << SLUBWATCH_PLACE_##place)

/*
 * A count of the cpu freelist is no reason: whether the chain is too long or
 * slab.inuse too small cannot be told, and the chain itself is sound.
 */
static const struct {
	u32 places;
	u32 kinds;
	enum slw_recipe recipe;
} recipes[] = {
	{ P(CPU_FREELIST),
	  K(FREEPTR) | K(HEAD) | K(CYCLE), SLW_RECIPE_CUT },
	{ P(CPU_SLAB),
	  K(FREEPTR) | K(HEAD) | K(CYCLE) | K(DUPLICATE) | K(COUNT),
	  SLW_RECIPE_DROP },
	{ P(CPU_PARTIAL) | P(NODE_PARTIAL),
	  K(FREEPTR) | K(HEAD) | K(CYCLE) | K(COUNT) | K(NO_FREE),
	  SLW_RECIPE_UNLINK },
	{ P(SHEAF_MAIN) | P(SHEAF_SPARE) | P(SHEAF_RCU) | P(BARN_FULL),
	  K(SHEAF_FOREIGN) | K(SHEAF_MISALIGNED) | K(SHEAF_DUPLICATE) |
	  K(SHEAF_FREE), SLW_RECIPE_REMOVE },
};

enum slw_recipe slw_recipe_for(enum slubwatch_kind kind,
			       enum slubwatch_place place)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(recipes); i++)
		if (recipes[i].places >> place & 1)
			return recipes[i].kinds >> kind & 1 ?
			       recipes[i].recipe : SLW_RECIPE_NONE;
	return SLW_RECIPE_NONE;
}

/* inuse:16, objects:15, frozen:1, as decode_counters() in snapshot.c has it. */
static u32 objects_of(unsigned long counters)
{
	return counters >> 16 & 0x7fff;
}

unsigned long slw_counters_given_up(unsigned long counters, bool frozen)
{
	u32 objects = objects_of(counters);
	unsigned long low = (unsigned long)frozen << 31 | objects << 16 | objects;

	return (counters & ~0xfffffffful) | low;
}

u32 slw_most_given_up(unsigned long counters, u32 found)
{
	u32 objects = objects_of(counters), inuse = counters & 0xffff;
	u32 free = inuse <= objects ? objects - inuse : objects;

	return free > found ? free : found;
}

u32 slw_most_cut_off(const struct slw_slab *s, u32 kept)
{
	return s->inuse > kept ? s->inuse - kept : 0;
}
