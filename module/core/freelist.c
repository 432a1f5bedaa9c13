// SPDX-License-Identifier: GPL-2.0
/*
 * Walking chains of free objects: see freelist.h.
 */
#include "freelist.h"
#include "freeptr.h"
#include "load.h"

static bool test_and_set_seen(unsigned long *seen, u32 index)
{
	unsigned long bit = 1ul << (index % BITS_PER_LONG);
	unsigned long *word = &seen[index / BITS_PER_LONG];
	bool was = *word & bit;

	*word |= bit;
	return was;
}

static bool chain_stop(struct slw_chain *c, enum slw_chain_state why)
{
	c->state = why;
	return false;
}

/* Take a new position; false when the chain stops there. */
static bool chain_move(struct slw_chain *c, unsigned long to)
{
	unsigned long index;

	c->pos = to;
	if (!to)
		return chain_stop(c, SLW_CHAIN_ENDED);
	/* Both in one: outside of the slab, or between objects. */
	index = slw_stride_index(&c->g->stride, to - c->start);
	if (unlikely(index >= c->objects))
		return chain_stop(c, SLW_CHAIN_WILD);
	c->index = (u32)index;
	prefetch((const void *)(to + c->g->offset));
	return true;
}

void slw_chain_start(struct slw_chain *c, const struct slw_geometry *g,
		     const struct slw_slab *s, unsigned long head,
		     unsigned long *seen)
{
	*c = (struct slw_chain) {
		.g = g,
		.start = s->base + g->red_left,
		.seen = seen,
		.raw = head,
		.objects = s->objects,
		.state = SLW_CHAIN_WALKING,
	};
	chain_move(c, head);
}

/* May the object at hand be visited?  False when the chain stops here. */
static bool chain_visit(struct slw_chain *c)
{
	if (unlikely(test_and_set_seen(c->seen, c->index)))
		return chain_stop(c, SLW_CHAIN_CYCLE);
	if (unlikely(c->other && slw_seen(c->other, c->index)))
		return chain_stop(c, SLW_CHAIN_SHARED);
	return true;
}

/* One hop; false when the chain stops. */
static bool chain_step(struct slw_chain *c)
{
	unsigned long slot = c->pos + c->g->offset;

	if (unlikely(!chain_visit(c)))
		return false;
	c->found++;
	c->before = c->prev;
	c->prev = c->pos;
	if (unlikely(!slw_load(slot, &c->raw)))
		return chain_stop(c, SLW_CHAIN_UNREADABLE);
	return chain_move(c, slw_freeptr_decode(c->g, c->raw, slot));
}

bool slw_chain_walk(struct slw_chain *c, unsigned int hops)
{
	while (c->state == SLW_CHAIN_WALKING && hops--)
		chain_step(c);
	return c->state != SLW_CHAIN_WALKING;
}

static bool count_is_wrong(const struct slw_chain *c, int expect, u32 limit)
{
	return expect >= 0 ? c->found != (u32)expect : c->found > limit;
}

void slw_chain_verdict(const struct slw_chain *c, int expect, u32 limit,
		       struct slw_verdict *v)
{
	*v = (struct slw_verdict) {
		.outcome = SLW_SUSPECT,
		.object = c->prev,
		.before = c->before,
		.raw = c->raw,
		.decoded = c->pos,
		.found = c->found,
	};

	switch (c->state) {
	case SLW_CHAIN_WALKING:
		v->outcome = SLW_CUT;
		break;
	case SLW_CHAIN_UNREADABLE:
		v->outcome = SLW_UNREADABLE;
		break;
	case SLW_CHAIN_WILD:
		v->kind = c->prev ? SLUBWATCH_KIND_FREEPTR :
				    SLUBWATCH_KIND_HEAD;
		break;
	case SLW_CHAIN_CYCLE:
		v->kind = SLUBWATCH_KIND_CYCLE;
		break;
	case SLW_CHAIN_SHARED:
		v->kind = SLUBWATCH_KIND_DUPLICATE;
		v->object = c->pos;
		break;
	case SLW_CHAIN_ENDED:
		v->kind = SLUBWATCH_KIND_COUNT;
		if (!count_is_wrong(c, expect, limit))
			v->outcome = SLW_CLEAN;
		break;
	}
}
