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
		    const struct slw_expect *e)
{
	return s->is_slab;
}

/* allocate_slab() sets slab_cache; merged caches share one kmem_cache. */
static bool is_of_cache(const struct slw_geometry *g, const struct slw_slab *s,
			const struct slw_expect *e)
{
	return s->cache == g->cache;
}

/* allocate_slab(): order and objects are those of s->oo or else of s->min. */
static bool has_objects(const struct slw_geometry *g, const struct slw_slab *s,
			const struct slw_expect *e)
{
	u32 oo = s->order << SLW_OO_SHIFT | s->objects;

	return oo == g->oo || oo == g->min;
}

/* Every {freelist, counters} update keeps inuse between 0 and objects. */
static bool has_inuse(const struct slw_geometry *g, const struct slw_slab *s,
		      const struct slw_expect *e)
{
	return s->inuse <= s->objects;
}

/*
 * The cpu slab is frozen (acquire_slab(), freeze_slab()), a slab on a node's
 * list is not (deactivate_slab(), __slab_free()).
 */
static bool is_frozen_right(const struct slw_geometry *g,
			    const struct slw_slab *s,
			    const struct slw_expect *e)
{
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
			    const struct slw_expect *e)
{
	return e->mark < 0 || s->mark == (bool)e->mark;
}

/* add_partial() is called with get_node(s, slab_nid(slab)). */
static bool is_on_node(const struct slw_geometry *g, const struct slw_slab *s,
		       const struct slw_expect *e)
{
	return e->node < 0 || s->node == e->node;
}

/* remove_partial() goes with the update that takes the last free object. */
static bool has_free(const struct slw_geometry *g, const struct slw_slab *s,
		     const struct slw_expect *e)
{
	return !e->free || s->freelist;
}

/*
 * Rule, the kind of finding when it is broken, what stands there, what it means
 * and what ought to stand there.
 */
#define SLAB_RULES(X) \
	X(is_slab, NOT_SLAB, s->page, s->page, 0) \
	X(is_of_cache, WRONG_CACHE, s->cache, s->cache, g->cache) \
	X(has_objects, OBJECTS, s->objects, 0, \
	  oo_objects(s->order == oo_order(g->oo) ? g->oo : g->min)) \
	X(has_inuse, COUNT, s->inuse, 0, s->objects) \
	X(is_frozen_right, FROZEN, s->frozen, 0, !s->frozen) \
	X(is_marked_right, MARK, s->mark, 0, !s->mark) \
	X(is_on_node, WRONG_NODE, (unsigned long)s->node, 0, \
	  (unsigned long)e->node) \
	X(has_free, NO_FREE, s->freelist, 0, 0)

/* As one expression and not through pointers: this is done for every slab. */
bool slw_slab_holds(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e)
{
#define RULE_HOLDS(rule, id, raw, decoded, expected)	(rule)(g, s, e) &&
	return SLAB_RULES(RULE_HOLDS) true;
#undef RULE_HOLDS
}

static void first_broken_rule(const struct slw_geometry *g,
			      const struct slw_slab *s,
			      const struct slw_expect *e,
			      struct slw_verdict *v)
{
#define RULE_VERDICT(rule, id, raw_, decoded_, expected_) \
	!(rule)(g, s, e) ? (struct slw_verdict) { \
		.outcome = SLW_SUSPECT, \
		.kind = SLUBWATCH_KIND_##id, \
		.raw = raw_, \
		.decoded = decoded_, \
		.expected = expected_, \
	} :
	*v = SLAB_RULES(RULE_VERDICT) (struct slw_verdict) {};
#undef RULE_VERDICT
}

bool slw_check_slab(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e, struct slw_verdict *v)
{
	if (likely(slw_slab_holds(g, s, e))) {
		v->outcome = SLW_CLEAN;
		return true;
	}
	first_broken_rule(g, s, e, v);
	return false;
}

int slw_check_entry(const struct slw_geometry *g, unsigned long entry,
		    const struct slw_slab *s, struct slw_verdict *v)
{
	static const struct slw_expect any = {
		.frozen = -1, .mark = -1, .node = -1,
	};
	int index = -1;
	bool sound;

	*v = (struct slw_verdict) {};
	sound = slw_check_slab(g, s, &any, v);
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
