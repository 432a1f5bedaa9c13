// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU's own slabs: kmem_cache_cpu.freelist, .slab and .partial, in kernels
 * that have it (until 6.19).
 *
 * Walked on that CPU with interrupts off (on PREEMPT_RT: under its lock, see
 * slw_cpu_lock()).  The cpu freelist is then still: its fast paths are
 * this_cpu_cmpxchg()es of this CPU, its slow paths run with interrupts off
 * (local_lock_irqsave() on kmem_cache_cpu.lock since 5.15).  The slabs' own
 * freelists are pushed to by other CPUs (__slab_free()), and popped from by this
 * CPU only (get_freelist()).
 */
#include <linux/irqflags.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "walk/content.h"
#include "walk/scan.h"

/**
 * struct cpu_look - one look at the cpu slab
 * @freelist:	kmem_cache_cpu.freelist
 * @page:	kmem_cache_cpu.slab
 * @slab:	the cpu slab, captured
 * @place:	what the verdict is about
 * @v:		the verdict
 * @walked:	it is about a chain
 * @own:	free objects on the slab's own freelist
 * @cpu:	free objects on the cpu freelist
 */
struct cpu_look {
	unsigned long freelist;
	unsigned long page;
	struct slw_slab slab;
	enum slubwatch_place place;
	struct slw_verdict v;
	bool walked;
	u32 cpu;
	u32 own;
};

/* Every slow path clears or sets both together: flush_slab(), new_slab(). */
static void check_no_slab(struct cpu_look *look)
{
	look->v = (struct slw_verdict) {
		.outcome = look->freelist ? SLW_SUSPECT : SLW_CLEAN,
		.kind = SLUBWATCH_KIND_CPU_STATE,
		.object = look->freelist,
		.raw = look->freelist,
		.decoded = look->freelist,
	};
}

/* Walk one of the cpu slab's two lists; @other is the bitmap of the other. */
static bool walk_chain(struct slw_scan *scan, struct slw_cache *c,
		       struct cpu_look *look, unsigned long head, int expect,
		       u32 limit, const unsigned long *other)
{
	struct slw_chain *chain = &scan->chain;
	unsigned long *seen = other ? scan->other : scan->seen;

	memset(seen, 0, BITS_TO_LONGS(look->slab.objects) * sizeof(*seen));
	slw_chain_start(chain, &c->g, &look->slab, head, seen);
	chain->other = other;
	slw_walk_chain(scan);
	slw_chain_verdict(chain, expect, limit, &look->v);
	return look->v.outcome == SLW_CLEAN;
}

/*
 * The objects of the cpu freelist count as in use; what other CPUs freed since
 * get_freelist() is on the slab's own freelist and does not.
 */
static void look_at_chains(struct slw_scan *scan, struct slw_cache *c,
			   struct cpu_look *look)
{
	const struct slw_slab *s = &look->slab;

	look->walked = true;
	look->place = SLUBWATCH_PLACE_CPU_FREELIST;
	if (!walk_chain(scan, c, look, look->freelist, -1, s->inuse, NULL))
		return;
	look->cpu = look->v.found;
	look->place = SLUBWATCH_PLACE_CPU_SLAB;
	if (walk_chain(scan, c, look, s->freelist,
		       (int)(s->objects - s->inuse), 0, scan->seen))
		look->own = look->v.found;
}

static void look_at_cpu(struct slw_scan *scan, struct slw_cache *c,
			unsigned long kc, struct cpu_look *look)
{
	/* Frozen by acquire_slab(), freeze_slab() or alloc_slab_page()'s caller. */
	static const struct slw_expect e = {
		.frozen = 1, .mark = -1, .node = -1,
	};

	*look = (struct cpu_look) { .place = SLUBWATCH_PLACE_CPU_SLAB };
	if (!slw_read_long(kc + slw_layout.cpu.freelist, &look->freelist) ||
	    !slw_read_long(kc + slw_layout.cpu.slab, &look->page)) {
		look->v.outcome = SLW_UNREADABLE;
		return;
	}
	if (!look->page) {
		check_no_slab(look);
		return;
	}
	look->v.outcome = slw_capture_slab(look->page, &look->slab);
	if (look->v.outcome == SLW_CLEAN &&
	    slw_check_slab(&c->g, &look->slab, &e, &look->v))
		look_at_chains(scan, c, look);
}

/* The bitmaps are those that look_at_chains() has left. */
static void look_inside(struct slw_scan *scan, struct slw_cache *c,
			const struct cpu_look *look)
{
	if (!look->page)
		return;
	scan->place = SLUBWATCH_PLACE_CPU_FREELIST;
	slw_content_slab(scan, c, &look->slab, scan->seen);
	scan->place = SLUBWATCH_PLACE_CPU_SLAB;
	slw_content_slab(scan, c, &look->slab, scan->other);
}

/* Which bitmaps the second look has left, for the finding. */
static void say_met(struct slw_scan *scan, const struct cpu_look *look)
{
	if (!look->walked)
		return;
	scan->met[SLW_SCENE_CPU_LIST] = scan->seen;
	if (look->place == SLUBWATCH_PLACE_CPU_SLAB)
		scan->met[SLW_SCENE_FREELIST] = scan->other;
}

static void walk_cpu_slab(struct slw_scan *scan, struct slw_cache *c,
			  unsigned long kc)
{
	struct cpu_look first, second;

	look_at_cpu(scan, c, kc, &first);
	slw_account(c, SLUBWATCH_PLACE_CPU_FREELIST, !!first.page, first.cpu);
	slw_account(c, SLUBWATCH_PLACE_CPU_SLAB, 0, first.own);
	if (first.v.outcome == SLW_CLEAN) {
		look_inside(scan, c, &first);
		return;
	}
	if (first.v.outcome != SLW_SUSPECT) {
		slw_undecided(scan, first.v.outcome);
		return;
	}
	look_at_cpu(scan, c, kc, &second);
	if (first.place != second.place ||
	    !slw_verdict_agree(&first.v, &second.v)) {
		slw_undecided(scan, SLW_RACED);
		return;
	}
	scan->place = second.place;
	say_met(scan, &second);
	slw_scan_record(scan, c, &second.slab, &second.v);
}

/**
 * struct partial_walk - where a walk of the cpu partial list stands
 * @head:	kmem_cache_cpu.partial in this window
 * @length:	slabs on the list, as this window counted them
 * @whole:	it could be counted to its end
 * @left:	slabs at its end that no window has walked yet, -1 before the
 *		first; put_cpu_partial() adds at the head, so the end stands
 * @done:	the end was reached, or it was given up
 */
struct partial_walk {
	unsigned long head;
	int length;
	bool whole;
	int left;
	bool done;
};

static bool next_partial(unsigned long page, unsigned long *next)
{
	return slw_page_at(page) &&
	       slw_read_long(page + slw_layout.slab.next, next);
}

/*
 * Count the chain; false when it leads nowhere or in a circle.  @seen is moved
 * to the current slab at every power of two (Brent), so that a circle is met
 * however long its tail is.
 */
static bool count_partial(struct slw_scan *scan, struct partial_walk *w)
{
	unsigned long page = w->head, seen = 0, next;

	for (w->length = 0; page; page = next, w->length++) {
		if (page == seen || !next_partial(page, &next))
			return false;
		if (is_power_of_2(w->length + 1))
			seen = page;
		if (slw_window_over(&scan->window))
			break;
	}
	w->whole = !page;
	return true;
}

/* False when the chain is not to be walked in this window. */
static bool measure_partial(struct slw_scan *scan, struct slw_cache *c,
			    unsigned long kc, struct partial_walk *w)
{
	if (!count_partial(scan, w) && !count_partial(scan, w)) {
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_LINK, kc, w->head,
				0);
		slw_count(SLW_COUNT_SKIPPED_BROKEN, 1);
		return false;
	}
	if (!w->whole)
		slw_undecided(scan, SLW_CUT);
	return w->whole;
}

/*
 * put_cpu_partial() keeps the number of slabs from each one on in its .slabs
 * (since 5.16; .pages before was only roughly right).
 */
static void check_partial_count(struct slw_scan *scan, struct slw_cache *c,
				unsigned long kc, const struct partial_walk *w)
{
	unsigned long at = w->head + slw_layout.slab.slabs;
	u32 slabs, again;

	if (slw_layout.slab.is_page || !slw_has(slw_layout.slab.slabs) ||
	    !w->head || !slw_read_u32(at, &slabs))
		return;
	if (slabs != (u32)w->length && slw_read_u32(at, &again) &&
	    again == slabs)
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_COUNT, kc, slabs,
				w->length);
}

/* One batch from @page on; returns where the next begins, 0 at the end. */
static unsigned long walk_partial_batch(struct slw_scan *scan,
					struct slw_cache *c,
					struct partial_walk *w,
					unsigned long page)
{
	const struct slw_expect e = {
		.frozen = slw_learned.cpu_partial_frozen,
		.mark = slw_learned.partial_mark ? 0 : -1,
		.node = -1,
		.free = true,
	};
	unsigned long next = page, behind;
	int taken = 0;

	while (next) {
		/* Before it is isolated: then its words are another list's. */
		bool sound = next_partial(next, &behind);
		enum slw_add added = slw_batch_add(scan, c, next, &e);

		if (added == SLW_FULL)
			break;
		if (added == SLW_STOP || !sound) {
			slw_count(SLW_COUNT_SKIPPED_BROKEN, 1);
			scan->cut = true;
			behind = 0;
		}
		next = behind;
		taken++;
	}
	if (!slw_batch_walk(scan, c, &e))
		return page;
	w->left -= taken;
	return next;
}

/* One window's share of the list, from the first slab not walked yet. */
static void walk_partial(struct slw_scan *scan, struct slw_cache *c,
			 unsigned long kc, struct partial_walk *w)
{
	unsigned long page, from;
	int skip;

	scan->place = SLUBWATCH_PLACE_CPU_PARTIAL;
	w->done = true;
	if (!slw_read_long(kc + slw_layout.cpu.partial, &w->head) ||
	    !measure_partial(scan, c, kc, w))
		return;
	if (w->left < 0) {
		check_partial_count(scan, c, kc, w);
		w->left = w->length;
	}
	page = w->head;
	for (skip = w->length - w->left; skip > 0 && page; skip--)
		next_partial(page, &page);
	/* At least one batch, so that every window comes further. */
	while (page) {
		from = page;
		page = walk_partial_batch(scan, c, w, page);
		if (page == from || scan->moved ||
		    slw_window_closing(&scan->window))
			break;
	}
	w->done = !page;
}

/*
 * The lock behind a cpu_slab pointer that was overwritten is not to be taken,
 * where it is more than interrupts off.  It never changes in a cache's life: once
 * nothing or a slab of this cache was seen there, it is known.
 */
static bool cpu_is_sound(struct slw_cache *c, unsigned long kc)
{
	unsigned long freelist, page;
	struct slw_slab s;

	if (!slw_cpu_lock_is_written() || c->cpu_is_known)
		return true;
	if (!slw_read_long(kc + slw_layout.cpu.freelist, &freelist) ||
	    !slw_read_long(kc + slw_layout.cpu.slab, &page))
		return false;
	if (page ? slw_capture_slab(page, &s) != SLW_CLEAN || !s.is_slab ||
		   s.cache != c->g.cache : freelist)
		return false;
	c->cpu_is_known = true;
	return true;
}

/* A list that takes more windows than this grows as fast as it is walked. */
#define MOST_WINDOWS	256

static void walk_cpu(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
	struct partial_walk w = { .left = -1 };
	local_lock_t __percpu *lock;
	unsigned int windows;
	unsigned long kc, flags;

	if (!c->cpu_slab)
		return;
	kc = (unsigned long)per_cpu_ptr((void __percpu *)c->cpu_slab, cpu);
	lock = (void __percpu *)(c->cpu_slab + slw_layout.cpu.lock);
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_CPU_FREELIST);
	if (!cpu_is_sound(c, kc)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return;
	}
	for (windows = 0; !w.done && windows < MOST_WINDOWS; windows++) {
		slw_cpu_lock(lock, flags);
		slw_window_open(&scan->window);
		scan->hub = kc;
		scan->moved = false;
		if (!windows)
			walk_cpu_slab(scan, c, kc);
		if (slw_has_cap(SLW_CAP_CPU_PARTIAL))
			walk_partial(scan, c, kc, &w);
		else
			w.done = true;
		slw_window_close(&scan->window);
		slw_cpu_unlock(lock, flags);
		slw_scan_flush(scan);
	}
	if (!w.done)
		slw_undecided(scan, SLW_CUT);
	c->now.lists_done += !scan->cut;
}

const struct slw_walker slw_walk_cpu = {
	.name = "cpu",
	.needs = SLW_CAP_CPU_SLAB,
	.per_cpu = true,
	.walk = walk_cpu,
};
