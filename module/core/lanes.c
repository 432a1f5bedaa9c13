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

static inline bool lane_stop(struct slw_lane *l)
{
	l->found = SLW_LANE_BAD;
	l->pos = 0;
	return false;
}

/* Take a new position; false when the lane stops there. */
static inline bool lane_move(struct slw_lane *l, const struct slw_geometry *g,
			     unsigned long to)
{
	l->pos = to;
	if (!to)
		return false;
	if (unlikely(!slw_on_grid(&g->stride, l->start, l->objects, to)))
		return lane_stop(l);
	expect_load(g, to + g->offset);
	return true;
}

void slw_lane_start(struct slw_lane *l, const struct slw_geometry *g,
		    const struct slw_slab *s, unsigned long head)
{
	*l = (struct slw_lane) {
		.start = s->base + g->red_left,
		.objects = s->objects,
	};
	lane_move(l, g, head);
}

/* One hop; false when the lane stops. */
static inline bool lane_step(struct slw_lane *l, const struct slw_geometry *g)
{
	unsigned long slot = l->pos + g->offset, raw;

	if (unlikely(l->found == l->objects || !slw_load(slot, &raw)))
		return lane_stop(l);
	l->found++;
	return lane_move(l, g, slw_freeptr_decode(g, raw, slot));
}

/* A step further along the list, as long as that does not lead elsewhere. */
static void scout_step(struct slw_scout *scout)
{
	if (!scout->left)
		return;
	scout->left--;
	if (scout->link >= scout->low && scout->link < scout->high &&
	    slw_load(scout->link, &scout->link))
		prefetch((const void *)scout->link);
	else
		scout->left = 0;
}

bool slw_lanes_walk(struct slw_lane *lanes, unsigned int n,
		    const struct slw_geometry *g, unsigned int hops,
		    struct slw_scout *scout)
{
	const struct slw_geometry numbers = *g;	/* in registers, as far as they go */
	unsigned int walking = n, until = scout->every;
	struct slw_lane *l;

	while (walking && hops--) {
		walking = 0;
		for (l = lanes; l < lanes + n; l++) {
			if (!l->pos)
				continue;
			walking += lane_step(l, &numbers);
			if (!--until) {
				until = scout->every;
				scout_step(scout);
			}
		}
	}
	return !walking;
}
