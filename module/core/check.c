// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshot -> verdict: see check.h.
 */
#include "check.h"
#include "freelist.h"

static u32 oo_objects(u32 oo)
{
	return oo & SLW_OO_MASK;
}

static u32 oo_order(u32 oo)
{
	return oo >> SLW_OO_SHIFT;
}

/* Far above any MAX_ORDER; keeps the shifts below defined. */
#define SLW_MAX_ORDER	20

/* oo_make(): as many objects as fit, and slab.objects has 15 bits for them. */
static bool oo_fits(u32 oo, u32 size)
{
	return oo_objects(oo) && oo_objects(oo) <= SLW_MAX_OBJECTS &&
	       oo_order(oo) <= SLW_MAX_ORDER &&
	       oo_objects(oo) == (PAGE_SIZE << oo_order(oo)) / size;
}

bool slw_check_geometry(const struct slw_geometry *g)
{
	u32 words = g->size | g->offset | g->red_left;

	return g->size >= sizeof(long) && g->size <= 1u << 30 &&
	       !(words % sizeof(long)) && g->red_left <= g->size &&
	       g->offset <= g->size - sizeof(long) &&
	       g->red_left + g->offset + sizeof(long) <= g->size &&
	       oo_fits(g->oo, g->size) && oo_fits(g->min, g->size);
}

/*
 * The rules, in the order they are tested: a later one may rely on the earlier.
 * Each returns true when it holds.
 */

/* allocate_slab() sets the slab type, __free_slab() clears it off every list. */
static bool is_slab(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->page;
	v->decoded = s->page;
	return s->is_slab;
}

/* allocate_slab() sets slab_cache; merged caches share one kmem_cache. */
static bool is_of_cache(const struct slw_geometry *g, const struct slw_slab *s,
			const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->cache;
	v->decoded = s->cache;
	v->expected = g->cache;
	return s->cache == g->cache;
}

/* allocate_slab(): order and objects are those of s->oo or else of s->min. */
static bool has_objects(const struct slw_geometry *g, const struct slw_slab *s,
			const struct slw_expect *e, struct slw_verdict *v)
{
	u32 oo = s->order << SLW_OO_SHIFT | s->objects;

	v->raw = s->objects;
	v->expected = oo_objects(s->order == oo_order(g->oo) ? g->oo : g->min);
	return oo == g->oo || oo == g->min;
}

/* Every {freelist, counters} update keeps inuse between 0 and objects. */
static bool has_inuse(const struct slw_geometry *g, const struct slw_slab *s,
		      const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->inuse;
	v->expected = s->objects;
	return s->inuse <= s->objects;
}

/*
 * The cpu slab is frozen (acquire_slab(), freeze_slab()), a slab on a node's
 * list is not (deactivate_slab(), __slab_free()).
 */
static bool is_frozen_right(const struct slw_geometry *g,
			    const struct slw_slab *s,
			    const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->frozen;
	v->expected = !s->frozen;
	return e->frozen < 0 || s->frozen == (bool)e->frozen;
}

/*
 * slab_set_node_partial() in add_partial(), slab_clear_node_partial() in
 * remove_partial(), both under list_lock.  Since Linux kernel commit
 * 8a399e2f6003 ("slub: Keep track of whether slub is on the per-node partial
 * list") (in v6.8).
 */
static bool is_marked_right(const struct slw_geometry *g,
			    const struct slw_slab *s,
			    const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->mark;
	v->expected = !s->mark;
	return e->mark < 0 || s->mark == (bool)e->mark;
}

/* add_partial() is called with get_node(s, slab_nid(slab)). */
static bool is_on_node(const struct slw_geometry *g, const struct slw_slab *s,
		       const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = (unsigned long)s->node;
	v->expected = (unsigned long)e->node;
	return e->node < 0 || s->node == e->node;
}

/* remove_partial() goes with the update that takes the last free object. */
static bool has_free(const struct slw_geometry *g, const struct slw_slab *s,
		     const struct slw_expect *e, struct slw_verdict *v)
{
	v->raw = s->freelist;
	return !e->free || s->freelist;
}

static const struct {
	enum slubwatch_kind kind;
	bool (*holds)(const struct slw_geometry *g, const struct slw_slab *s,
		      const struct slw_expect *e, struct slw_verdict *v);
} slab_rules[] = {
	{ SLUBWATCH_KIND_NOT_SLAB,	is_slab },
	{ SLUBWATCH_KIND_WRONG_CACHE,	is_of_cache },
	{ SLUBWATCH_KIND_OBJECTS,	has_objects },
	{ SLUBWATCH_KIND_COUNT,		has_inuse },
	{ SLUBWATCH_KIND_FROZEN,	is_frozen_right },
	{ SLUBWATCH_KIND_MARK,		is_marked_right },
	{ SLUBWATCH_KIND_WRONG_NODE,	is_on_node },
	{ SLUBWATCH_KIND_NO_FREE,	has_free },
};

bool slw_check_slab(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e, struct slw_verdict *v)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(slab_rules); i++) {
		*v = (struct slw_verdict) {
			.outcome = SLW_SUSPECT,
			.kind = slab_rules[i].kind,
		};
		if (!slab_rules[i].holds(g, s, e, v))
			return false;
	}
	*v = (struct slw_verdict) { .outcome = SLW_CLEAN };
	return true;
}

int slw_check_entry(const struct slw_geometry *g, unsigned long entry,
		    const struct slw_slab *s, struct slw_verdict *v)
{
	static const struct slw_expect any = {
		.frozen = -1, .mark = -1, .node = -1,
	};
	bool sound = slw_check_slab(g, s, &any, v);
	int index = -1;

	v->object = entry;
	if (sound) {
		index = slw_grid_index(g, s->base + g->red_left,
				       s->objects * g->size, entry);
		if (index >= 0)
			return index;
		v->outcome = SLW_SUSPECT;
		v->kind = SLUBWATCH_KIND_SHEAF_MISALIGNED;
	} else if (v->kind == SLUBWATCH_KIND_NOT_SLAB ||
		   v->kind == SLUBWATCH_KIND_WRONG_CACHE) {
		v->kind = SLUBWATCH_KIND_SHEAF_FOREIGN;
	} else {
		return -1;	/* its slab's own numbers are wrong */
	}
	v->raw = entry;
	v->decoded = entry;
	return -1;
}
