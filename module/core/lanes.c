// SPDX-License-Identifier: GPL-2.0
/*
 * Many chains counted side by side: see lanes.h.
 */
#include "freeptr.h"
#include "lanes.h"
#include "load.h"

/*
 * Objects below this size share a page, and mostly a pair of lines, with so
 * many others that it pays to fetch them into the second-level cache, of which
 * far more can be on their way: bench/ has them at half the time, and larger
 * ones at twice.
 */
#define NEAR_SIZE	256

static inline void expect_load(const struct slw_geometry *g, unsigned long slot)
{
	if (g->size < NEAR_SIZE)
		__builtin_prefetch((const void *)slot, 0, 2);
	else
		__builtin_prefetch((const void *)slot, 0, 3);
}

void slw_lanes_add(struct slw_lanes *lanes, const struct slw_geometry *g,
		   const struct slw_slab *s, unsigned int id)
{
	struct slw_lane *l = &lanes->lane[lanes->walking];

	l->start = s->base + g->red_left;
	l->slot = s->freelist + g->offset;
	l->objects = s->objects;
	l->left = s->objects - s->inuse;
	l->id = id;
	if (l->left && slw_on_grid(&g->stride, l->start, l->objects, s->freelist))
		lanes->walking++;
	else if (l->left || s->freelist)
		lanes->suspect |= 1ull << id;
	expect_load(g, l->slot);
}

/*
 * One hop; false when the lane is at its end, and then it is @sound or not.  A
 * NULL that comes too early is on no grid.
 */
static inline bool lane_step(struct slw_lane *l, const struct slw_geometry *g,
			     bool *sound)
{
	unsigned long raw, to;

	*sound = false;
	if (unlikely(!slw_load(l->slot, &raw)))
		return false;
	to = slw_freeptr_decode(g, raw, l->slot);
	if (!--l->left) {
		*sound = !to;
		return false;
	}
	if (unlikely(!slw_on_grid(&g->stride, l->start, l->objects, to)))
		return false;
	l->slot = to + g->offset;
	expect_load(g, l->slot);
	return true;
}

/* A step further along the list, as long as that does not lead elsewhere. */
static void scout_step(const struct slw_scouts *scouts, struct slw_scout *scout,
		       unsigned int word)
{
	unsigned long link;

	if (!scout->left)
		return;
	scout->left--;
	if (scout->at >= scouts->low && scout->at < scouts->high &&
	    slw_load(scout->at, &link)) {
		scout->at = link + word;
		prefetch((const void *)link);
	} else {
		scout->left = 0;
	}
}

/* Not where the lanes need the registers. */
static noinline void scouts_step(struct slw_scouts *scouts)
{
	scout_step(scouts, &scouts->of[0], 0);
	scout_step(scouts, &scouts->of[1], sizeof(long));
}

bool slw_lanes_walk(struct slw_lanes *lanes, const struct slw_geometry *g,
		    unsigned int hops, struct slw_scouts *scouts)
{
	const struct slw_geometry numbers = *g;	/* in registers, as far as they go */
	struct slw_lane *l, *end = lanes->lane + lanes->walking;
	unsigned int until = scouts->every;
	bool sound;

	while (end > lanes->lane && hops--) {
		for (l = lanes->lane; l < end; ) {
			if (lane_step(l, &numbers, &sound)) {
				l++;
			} else {
				lanes->suspect |= (u64)!sound << l->id;
				*l = *--end;
			}
			if (!--until) {
				until = scouts->every;
				scouts_step(scouts);
			}
		}
	}
	lanes->walking = (unsigned int)(end - lanes->lane);
	return !lanes->walking;
}
