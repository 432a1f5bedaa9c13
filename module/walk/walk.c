// SPDX-License-Identifier: GPL-2.0
/*
 * What the walkers of slab lists share: slabs are captured one by one, their
 * chains walked together, and what looks wrong is looked at again before the
 * lock is let go.
 */
#include "walk/walk.h"

#include <linux/string.h>

#include "core/load.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/snapshot.h"
#include "walk/content.h"
#include "walk/scan.h"
#include "walk/unchanged.h"

/* Links followed, in all lanes together, between two looks at the clock. */
#define HOPS	128

/* Chains of so many objects are walked twice in what is left of a window. */
#define SHORT		64

/* A capture that failed: counted, the list stays incomplete. */
void slw_undecided(struct slw_scan *scan, enum slw_outcome outcome)
{
	static const enum slw_counter counters[] = {
		[SLW_RACED] = SLW_COUNT_BUSY_RACED,
		[SLW_UNREADABLE] = SLW_COUNT_UNREADABLE,
		[SLW_CUT] = SLW_COUNT_SKIPPED_LONG,
	};

	scan->cut = true;
	slw_count(counters[outcome], 1);
}

static enum slw_outcome look_at_slab(struct slw_cache *c, unsigned long page,
				     const struct slw_expect *e,
				     struct slw_slab *s, struct slw_verdict *v)
{
	enum slw_outcome outcome = slw_capture_slab(page, s);

	if (outcome != SLW_CLEAN)
		return outcome;
	slw_check_slab(&c->g, s, e, v);
	return v->outcome;
}

/* The second look at a slab that broke a rule. */
static void confirm_slab(struct slw_scan *scan, struct slw_cache *c,
			 const struct slw_expect *e, const struct slw_slab *s,
			 const struct slw_verdict *first)
{
	struct slw_verdict v;
	struct slw_slab again;

	if (look_at_slab(c, s->page, e, &again, &v) == SLW_SUSPECT &&
	    slw_verdict_agree(first, &v))
		slw_scan_record(scan, c, &again, &v);
	else
		slw_undecided(scan, SLW_RACED);
}

/* The one bitmap there is. */
static unsigned long *clear_seen(struct slw_scan *scan,
				 const struct slw_slab *s)
{
	memset(scan->seen, 0, BITS_TO_LONGS(s->objects) * sizeof(*scan->seen));
	return scan->seen;
}

/*
 * Slabs on nodes' lists only: there are few elsewhere, and those are in use.  A
 * cache whose content is known too is worth all of the work.
 */
static bool may_leave_out(const struct slw_scan *scan,
			  const struct slw_cache *c)
{
	return scan->place == SLUBWATCH_PLACE_NODE_PARTIAL && !c->promises;
}

static bool is_left_out(const struct slw_batch *b, unsigned int lane)
{
	return b->unchanged >> lane & 1;
}

/* A slab that is in no batch with others is walked with care at once. */
static bool walks_alone(const struct slw_scan *scan)
{
	return scan->lanes == 1;
}

/* A slab that is not as it must be, or could not be captured. */
static enum slw_add add_no_chain(struct slw_scan *scan, struct slw_cache *c,
				 unsigned long page, const struct slw_expect *e)
{
	enum slw_outcome outcome;
	struct slw_verdict v;
	struct slw_slab s;

	outcome = look_at_slab(c, page, e, &s, &v);
	if (outcome != SLW_SUSPECT) {
		slw_undecided(scan, outcome == SLW_CLEAN ? SLW_RACED : outcome);
		return SLW_ADDED;
	}
	confirm_slab(scan, c, e, &s, &v);
	return v.kind == SLUBWATCH_KIND_NOT_SLAB ||
	       v.kind == SLUBWATCH_KIND_WRONG_CACHE ? SLW_STOP : SLW_ADDED;
}

enum slw_add slw_batch_add(struct slw_scan *scan, struct slw_cache *c,
			   unsigned long page, const struct slw_expect *e)
{
	struct slw_batch *b = &scan->batch;
	struct slw_slab *s = &b->slabs[b->n];

	if (b->n >= scan->lanes)
		return SLW_FULL;
	if (slw_capture_slab(page, s) != SLW_CLEAN ||
	    !slw_slab_holds(&c->g, s, e))
		return add_no_chain(scan, c, page, e);
	if (scan->bound > 1 && may_leave_out(scan, c) &&
	    slw_unchanged(s, scan->sweep, scan->bound))
		b->unchanged |= BIT_ULL(b->n);
	else if (!walks_alone(scan))
		slw_lanes_add(&b->lanes, &c->g, s, b->n);
	b->n++;
	return SLW_ADDED;
}

bool slw_walk_chain(struct slw_scan *scan)
{
	while (!slw_chain_walk(&scan->chain, HOPS))
		if (slw_window_over(&scan->window))
			return false;
	return true;
}

static void judge(const struct slw_chain *chain, const struct slw_slab *s,
		  struct slw_verdict *v)
{
	slw_chain_verdict(chain, (int)(s->objects - s->inuse), 0, v);
}

/* From the head on, with a bitmap. */
static void walk_carefully(struct slw_scan *scan, struct slw_cache *c,
			   const struct slw_slab *s, struct slw_verdict *v)
{
	slw_chain_start(&scan->chain, &c->g, s, s->freelist,
			clear_seen(scan, s));
	slw_walk_chain(scan);
	judge(&scan->chain, s, v);
}

/*
 * The second look at a chain: all of it anew.  When there is no time for that,
 * the bad link is still a reason if it is still there: whatever leads to it was
 * read from links that nobody changes.
 */
static void look_again(struct slw_scan *scan, struct slw_cache *c,
		       const struct slw_slab *s,
		       const struct slw_verdict *first, struct slw_verdict *v)
{
	unsigned long raw;

	walk_carefully(scan, c, s, v);
	if (v->outcome == SLW_CUT && first->kind != SLUBWATCH_KIND_COUNT &&
	    first->object && slw_load(first->object + c->g.offset, &raw) &&
	    raw == first->raw)
		*v = *first;
}

static void confirm_chain(struct slw_scan *scan, struct slw_cache *c,
			  const struct slw_expect *e, const struct slw_slab *s,
			  const struct slw_verdict *first)
{
	struct slw_slab again;
	struct slw_verdict v;

	if (look_at_slab(c, s->page, e, &again, &v) != SLW_CLEAN ||
	    again.objects != s->objects) {
		slw_undecided(scan, SLW_RACED);
		return;
	}
	look_again(scan, c, &again, first, &v);
	if (v.outcome == SLW_SUSPECT && slw_verdict_agree(first, &v)) {
		scan->met[SLW_SCENE_FREELIST] = scan->chain.seen;
		slw_scan_record(scan, c, &again, &v);
	} else {
		slw_undecided(scan, v.outcome == SLW_CUT ? SLW_CUT : SLW_RACED);
	}
}

static void note_look(struct slw_scan *scan, const struct slw_cache *c,
		      const struct slw_slab *s, enum slw_outcome outcome)
{
	if (!may_leave_out(scan, c))
		return;
	if (outcome == SLW_CLEAN && scan->bound > 1)
		slw_unchanged_note(s, scan->sweep, scan->bound);
	else
		slw_unchanged_forget(s);
}

static bool is_suspect(const struct slw_batch *b, unsigned int lane)
{
	return b->lanes.suspect >> lane & 1;
}

/* Where its lane is not enough, a chain is walked with care. */
static void settle_carefully(struct slw_scan *scan, struct slw_cache *c,
			     const struct slw_expect *e, unsigned int lane)
{
	struct slw_batch *b = &scan->batch;
	const struct slw_slab *s = &b->slabs[lane];
	struct slw_verdict v;

	walk_carefully(scan, c, s, &v);
	if (is_suspect(b, lane) && v.outcome == SLW_CLEAN)
		v.outcome = SLW_RACED;
	b->found += v.found;
	note_look(scan, c, s, v.outcome);
	if (v.outcome == SLW_SUSPECT)
		confirm_chain(scan, c, e, s, &v);
	else if (v.outcome != SLW_CLEAN)
		slw_undecided(scan, v.outcome);
	else if (c->promises)
		slw_content_slab(scan, c, s, scan->chain.seen);
}

static void settle_lane(struct slw_scan *scan, struct slw_cache *c,
			const struct slw_expect *e, unsigned int lane)
{
	struct slw_batch *b = &scan->batch;
	const struct slw_slab *s = &b->slabs[lane];

	b->walked++;
	if (walks_alone(scan) || c->promises || is_suspect(b, lane)) {
		settle_carefully(scan, c, e, lane);
		return;
	}
	b->found += s->objects - s->inuse;
	note_look(scan, c, s, SLW_CLEAN);
}

static void settle(struct slw_scan *scan, struct slw_cache *c,
		   const struct slw_expect *e)
{
	struct slw_batch *b = &scan->batch;
	unsigned int lane;

	for (lane = 0; lane < b->n; lane++)
		if (!is_left_out(b, lane))
			settle_lane(scan, c, e, lane);
	slw_account(c, scan->place, b->walked, b->found);
	c->now.unchanged += hweight64(b->unchanged);
	slw_count(SLW_COUNT_UNCHANGED, hweight64(b->unchanged));
}

/*
 * Is one of them to be looked at again for which there may be no time in this
 * window?  It takes two walks, one miss after the other.  Or are there more of
 * them than there is room for what may be found?
 */
static bool needs_own_window(const struct slw_scan *scan)
{
	const struct slw_batch *b = &scan->batch;
	const struct slw_slab *s;

	if (!b->lanes.suspect)
		return false;
	if (scan->nr_found + hweight64(b->lanes.suspect) > SLW_FOUND)
		return true;
	for (s = b->slabs; s < b->slabs + b->n; s++)
		if (is_suspect(b, s - b->slabs) && s->objects - s->inuse > SHORT)
			return true;
	return slw_window_closing(&scan->window);
}

static bool walk_lanes(struct slw_scan *scan, const struct slw_cache *c)
{
	struct slw_batch *b = &scan->batch;
	unsigned int hops = HOPS / max(b->n, 1u);

	while (!slw_lanes_walk(&b->lanes, &c->g, hops, &scan->scouts))
		if (slw_window_over(&scan->window))
			return false;
	return true;
}

bool slw_batch_walk(struct slw_scan *scan, struct slw_cache *c,
		    const struct slw_expect *e)
{
	struct slw_batch *b = &scan->batch;
	bool whole = walk_lanes(scan, c);

	/* Too much for one window together: alone each has a window's time. */
	if (!walks_alone(scan) && (!whole || needs_own_window(scan))) {
		scan->lanes = whole ? 1 : max(b->n / 2, 1u);
		slw_batch_clear(scan);
		return false;
	}
	settle(scan, c, e);
	slw_batch_clear(scan);
	/* Slowly up again: to find out what is too much costs a batch. */
	scan->lanes += !c->promises && scan->lanes < SLW_LANES;
	return true;
}

void slw_batch_clear(struct slw_scan *scan)
{
	scan->batch.n = 0;
	scan->batch.lanes.walking = 0;
	scan->batch.lanes.suspect = 0;
	scan->batch.unchanged = 0;
	scan->batch.walked = 0;
	scan->batch.found = 0;
}

void slw_record_list(struct slw_scan *scan, struct slw_cache *c,
		     enum slubwatch_kind kind, unsigned long at,
		     unsigned long raw, unsigned long expected)
{
	const struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = kind,
		.object = at,
		.raw = raw,
		.decoded = raw,
		.expected = expected,
	};

	slw_scan_record(scan, c, NULL, &v);
	scan->cut = true;
}

void slw_account(struct slw_cache *c, enum slubwatch_place place, u64 slabs,
		 u64 objects)
{
	c->now.slabs += slabs;
	c->now.objects[place] += objects;
	slw_count(SLW_COUNT_SLABS, slabs);
	slw_count(SLW_COUNT_OBJECTS, objects);
	atomic64_add(objects, &slw_place_objects[place]);
}
