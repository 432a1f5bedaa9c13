// SPDX-License-Identifier: GPL-2.0
/*
 * Looking ahead: see ahead.h.
 */
#include "ahead.h"
#include "freelist.h"
#include "freeptr.h"
#include "load.h"

/**
 * struct path - how far the look ahead has come
 * @n:		objects met
 * @met:	all of them, @met[0] being the one that was handed out last
 */
struct path {
	u32 n;
	unsigned long met[SLW_AHEAD + 1];
};

static bool was_met(const struct path *p, unsigned long object)
{
	u32 i;

	for (i = 0; i < p->n; i++)
		if (p->met[i] == object)
			return true;
	return false;
}

/* False when the way ends at this position: by its end, or by damage. */
static bool take_position(const struct slw_geometry *g,
			  const struct slw_slab *s, const struct path *p,
			  struct slw_verdict *v)
{
	unsigned long pos = v->decoded;

	if (!pos || v->found == SLW_AHEAD)
		return false;
	if (slw_grid_index(g, s->base + g->red_left, s->objects * g->size,
			   pos) < 0) {
		v->outcome = SLW_SUSPECT;
		v->kind = v->object ? SLUBWATCH_KIND_FREEPTR :
				      SLUBWATCH_KIND_HEAD;
	} else if (was_met(p, pos)) {
		v->outcome = SLW_SUSPECT;
		v->kind = SLUBWATCH_KIND_CYCLE;
	}
	return v->outcome == SLW_CLEAN;
}

/* The object at hand becomes the one whose link is looked at next. */
static bool follow_link(const struct slw_geometry *g, struct path *p,
			struct slw_verdict *v)
{
	unsigned long slot = v->decoded + g->offset;

	v->object = v->decoded;
	p->met[p->n++] = v->object;
	v->found++;
	if (!slw_load(slot, &v->raw)) {
		v->outcome = SLW_UNREADABLE;
		return false;
	}
	v->decoded = slw_freeptr_decode(g, v->raw, slot);
	return true;
}

enum slw_outcome slw_look_ahead(const struct slw_geometry *g,
				const struct slw_slab *s, unsigned long head,
				unsigned long last, struct slw_verdict *v)
{
	struct path p = { .n = 0 };

	*v = (struct slw_verdict) {
		.outcome = SLW_CLEAN,
		.raw = head,
		.decoded = head,
	};
	if (slw_grid_index(g, s->base + g->red_left, s->objects * g->size,
			   last) >= 0) {
		v->object = last;
		v->raw = slw_freeptr_decode(g, head, last + g->offset);
		p.met[p.n++] = last;
	}
	while (take_position(g, s, &p, v) && follow_link(g, &p, v))
		;
	return v->outcome;
}
