// SPDX-License-Identifier: GPL-2.0
/*
 * Verdict -> isolation: see isolate.h.
 *
 * Words are written only where a look in the same critical section has been:
 * links of objects on the grid of their slab, the descriptor of a page that is
 * this cache's slab, neighbours in a list that point back.
 */
#include "walk/isolate.h"

#include <linux/bit_spinlock.h>
#include <linux/jhash.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/spinlock.h>

#include "core/isolate.h"
#include "compat.h"
#include "config.h"
#include "core/freeptr.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "walk/scan.h"

/* kmem_cache_cpu.tid counts in these steps, and so stays its CPU's: slub.c. */
#ifdef CONFIG_PREEMPTION
#define TID_STEP	roundup_pow_of_two(CONFIG_NR_CPUS)
#else
#define TID_STEP	1
#endif

/* Tries at a slab's lock bit, whose holders have interrupts off. */
#define LOCK_TRIES	1000

/* Taken by the patrol and by guards on any CPU, in any of SLUB's locks. */
static DEFINE_RAW_SPINLOCK(lock);
/* What was isolated, and what for, as print_of() says it; 0 for a sheaf's entry. */
static u32 given_up[SLW_ISOLATE_MOST];
static u32 used;

u32 slw_isolate_used(void)
{
	return READ_ONCE(used);
}

/*
 * The slab, which of its lists, the object whose link was bad (0: the head) and
 * that link.  Two in a few thousand million have the same: the second is told and
 * left as it is.
 */
static u32 print_of(unsigned long page, enum slubwatch_place place,
		    const struct slw_verdict *v)
{
	const unsigned long words[] = { page, place, v->object, v->raw };

	return page ? jhash(words, sizeof(words), 0) : 0;
}

static bool was_given_up(u32 print)
{
	u32 i;

	for (i = 0; i < used; i++)
		if (print && given_up[i] == print)
			return true;
	return false;
}

/*
 * One of isolate_max is taken, for good: the last step before anything is done.
 * Objects freed later make a new list of the slab, which may be damaged anew; but
 * the same damage does not come back once it is out of service.
 */
static enum slubwatch_isolation take_one(unsigned long page,
					 enum slubwatch_place place,
					 const struct slw_verdict *v)
{
	enum slubwatch_isolation answer = SLUBWATCH_ISOLATION_DONE;
	u32 print = print_of(page, place, v);
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (was_given_up(print))
		answer = SLUBWATCH_ISOLATION_AGAIN;
	else if (used >= slw_config_isolate_max())
		answer = SLUBWATCH_ISOLATION_USED_UP;
	else
		given_up[used++] = print;
	raw_spin_unlock_irqrestore(&lock, flags);
	return answer;
}

static enum slubwatch_isolation is_allowed(const struct slw_geometry *g)
{
	if (!(slw_config_action() & SLW_ACTION_ISOLATE))
		return SLUBWATCH_ISOLATION_NOT_ASKED;
	if (!slw_learned.pair_known)
		return SLUBWATCH_ISOLATION_NOT_HERE;
	return g->debug ? SLUBWATCH_ISOLATION_DEBUG_CACHE :
			  SLUBWATCH_ISOLATION_DONE;
}

static void count(u32 lost)
{
	slw_count(SLW_COUNT_ISOLATED_SLABS, 1);
	slw_count(SLW_COUNT_ISOLATED_OBJECTS, lost);
}

/* The cpu freelist. */

/*
 * tid first: from here on an interrupted fast path cannot end well, whatever
 * it has read.
 */
static bool end_freelist(const struct slw_geometry *g, unsigned long kc,
			 unsigned long last)
{
	unsigned long tid, slot = last + g->offset;

	if (!slw_load(kc + slw_layout.cpu.tid, &tid) ||
	    !slw_store(kc + slw_layout.cpu.tid, tid + TID_STEP))
		return false;
	if (last)
		return slw_store(slot, slw_freeptr_decode(g, 0, slot));
	return slw_store(kc + slw_layout.cpu.freelist, 0);
}

enum slubwatch_isolation
slw_isolate_cpu_freelist(const struct slw_geometry *g, unsigned long kc,
			 unsigned long page, const struct slw_verdict *v,
			 unsigned long last, u32 lost)
{
	enum slubwatch_isolation answer = is_allowed(g);

	if (answer == SLUBWATCH_ISOLATION_DONE)
		answer = take_one(page, SLUBWATCH_PLACE_CPU_FREELIST, v);
	if (answer != SLUBWATCH_ISOLATION_DONE)
		return answer;
	if (!end_freelist(g, kc, last))
		return SLUBWATCH_ISOLATION_BUSY;
	count(lost);
	return SLUBWATCH_ISOLATION_DONE;
}

/*
 * An object whose link is bad goes with what is behind it, as SLUB's own
 * freelist_corrupted() of 5.10 does: somebody writes into it.
 */
static enum slubwatch_isolation cut(struct slw_scan *scan, struct slw_cache *c,
				    const struct slw_slab *s,
				    const struct slw_verdict *v,
				    struct slubwatch_finding *f)
{
	f->lost = slw_most_cut_off(s, v->found ? v->found - 1 : 0);
	f->kept = s->objects - f->lost;
	return slw_isolate_cpu_freelist(&c->g, scan->hub, s->page, v, v->before,
					f->lost);
}

/* A slab's own freelist: slab.freelist and slab.counters. */

/**
 * struct pair - a slab's {freelist, counters}, about to be changed
 * @page:	the slab
 * @words:	the two of them
 * @lockless:	changed by one cmpxchg of 16 bytes; else under the slab's lock
 *		bit: cmpxchg_double_slab() in slub.c, slab_update_freelist()
 *		since v6.6
 */
struct pair {
	struct page *page;
	struct slw_pair *words;
	bool lockless;
};

/* False when the lock bit is not to be had. */
static bool hold_pair(const struct slw_cache *c, unsigned long page,
		      struct pair *p)
{
	unsigned int tries;

	*p = (struct pair) {
		.page = (struct page *)page,
		.words = (void *)(page + slw_layout.slab.freelist),
		.lockless = c->g.lockless,
	};
	for (tries = 0; !p->lockless && tries < LOCK_TRIES; tries++) {
		if (bit_spin_trylock(PG_locked, (unsigned long *)&p->page->flags))
			return true;
		cpu_relax();
	}
	return p->lockless;
}

static void release_pair(const struct pair *p)
{
	if (!p->lockless)
		bit_spin_unlock(PG_locked, (unsigned long *)&p->page->flags);
}

/*
 * No free objects any more.  Whoever pushes one meanwhile either comes first,
 * and it is lost with the others, or finds a slab that is full.  Ends after as
 * many tries as there are objects in use, since each that fails was a push.
 */
static void give_up_freelist(const struct pair *p, bool frozen,
			     const struct slw_verdict *v,
			     struct slubwatch_finding *f)
{
	struct slw_pair old, new = {};

	do {
		old.freelist = READ_ONCE(p->words->freelist);
		old.counters = READ_ONCE(p->words->counters);
		new.counters = slw_counters_given_up(old.counters, frozen);
	} while (p->lockless && !slw_cmpxchg_pair(p->words, &old, &new));

	if (!p->lockless) {
		WRITE_ONCE(p->words->freelist, 0);
		WRITE_ONCE(p->words->counters, new.counters);
	}
	f->lost = slw_most_given_up(old.counters, v->found);
	f->kept = f->objects - f->lost;
	count(f->lost);
}

/* As if the CPU had taken the list, get_freelist(), and lost it. */
static enum slubwatch_isolation drop(struct slw_scan *scan, struct slw_cache *c,
				     const struct slw_slab *s,
				     const struct slw_verdict *v,
				     struct slubwatch_finding *f)
{
	enum slubwatch_isolation answer;
	struct pair p;

	if (!hold_pair(c, s->page, &p))
		return SLUBWATCH_ISOLATION_BUSY;
	answer = take_one(s->page, f->place, v);
	if (answer == SLUBWATCH_ISOLATION_DONE)
		give_up_freelist(&p, s->frozen, v, f);
	release_pair(&p);
	return answer;
}

static bool points_to(unsigned long at, unsigned long where)
{
	unsigned long word;

	return slw_read_long(at, &word) && word == where;
}

/* Do both neighbours in a list point here? */
static bool is_linked(const struct list_head *link)
{
	return points_to((unsigned long)&link->prev->next, (unsigned long)link) &&
	       points_to((unsigned long)&link->next->prev, (unsigned long)link);
}

static unsigned long *nr_partial_of(unsigned long n)
{
	return (void *)(n + slw_layout.node.nr_partial);
}

static struct list_head *list_link(unsigned long page)
{
	return (void *)(page + slw_layout.slab.slab_list);
}

static bool is_on_node(unsigned long n, unsigned long page)
{
	return is_linked(list_link(page)) && READ_ONCE(*nr_partial_of(n));
}

/* remove_partial() in slub.c, under list_lock. */
static void leave_node(unsigned long n, unsigned long page)
{
	list_del(list_link(page));
	if (slw_learned.partial_mark)
		clear_bit(PG_workingset,
			  (unsigned long *)&((struct page *)page)->flags);
	WRITE_ONCE(*nr_partial_of(n), *nr_partial_of(n) - 1);
}

/* This window has seen the list come to its end: measure_partial(). */
static bool is_on_cpu(unsigned long kc, unsigned long page)
{
	unsigned long at = kc + slw_layout.cpu.partial, slab;

	while (slw_read_long(at, &slab) && slab != page) {
		if (!slw_page_at(slab))
			return false;
		at = slab + slw_layout.slab.next;
	}
	return slab == page;
}

/*
 * As a slab leaves the list at its head in ___slab_alloc(); those in front have
 * one less behind them: put_cpu_partial().
 */
static void leave_cpu(unsigned long kc, unsigned long page)
{
	unsigned long *at = (void *)(kc + slw_layout.cpu.partial);
	u32 *slabs;

	while (*at != page) {
		slabs = (void *)(*at + slw_layout.slab.slabs);
		if (slw_has(slw_layout.slab.slabs))
			WRITE_ONCE(*slabs, *slabs - 1);
		at = (void *)(*at + slw_layout.slab.next);
	}
	WRITE_ONCE(*at, *(unsigned long *)(page + slw_layout.slab.next));
}

/*
 * Off the list first: a slab without free objects may be put on another list
 * by whoever frees the next, and on this one is a NULL pointer to whoever takes
 * it.  What remains is a full slab on no list.
 */
static enum slubwatch_isolation take_off(struct slw_scan *scan,
					 struct slw_cache *c,
					 const struct slw_slab *s,
					 const struct slw_verdict *v,
					 struct slubwatch_finding *f)
{
	bool of_cpu = f->place == SLUBWATCH_PLACE_CPU_PARTIAL;
	enum slubwatch_isolation answer;
	struct pair p;

	if (!(of_cpu ? is_on_cpu : is_on_node)(scan->hub, s->page))
		return SLUBWATCH_ISOLATION_BROKEN_LIST;
	if (!hold_pair(c, s->page, &p))
		return SLUBWATCH_ISOLATION_BUSY;
	answer = take_one(s->page, f->place, v);
	if (answer == SLUBWATCH_ISOLATION_DONE) {
		(of_cpu ? leave_cpu : leave_node)(scan->hub, s->page);
		give_up_freelist(&p, false, v, f);
		scan->moved = true;
	}
	release_pair(&p);
	return answer;
}

/* Sheaves. */

static void leave_full(unsigned long barn, struct list_head *link)
{
	u32 *nr_full = (void *)(barn + slw_layout.barn.nr_full);
	u32 *nr_empty = (void *)(barn + slw_layout.barn.nr_empty);

	list_move(link, (void *)(barn + slw_layout.barn.sheaves_empty));
	WRITE_ONCE(*nr_full, *nr_full - 1);
	WRITE_ONCE(*nr_empty, *nr_empty + 1);
}

static bool can_leave_full(unsigned long barn, const struct list_head *link)
{
	return is_linked(link) &&
	       is_linked((void *)(barn + slw_layout.barn.sheaves_empty));
}

/*
 * The last entry takes its place.  alloc_from_pcs() takes it for granted that a
 * sheaf from the list of full ones has an entry: without any it goes to the
 * empty ones.
 */
static enum slubwatch_isolation take_out(struct slw_scan *scan,
					 struct slw_cache *c,
					 const struct slw_slab *s,
					 const struct slw_verdict *v,
					 struct slubwatch_finding *f)
{
	unsigned long *objects = (void *)(scan->sheaf + slw_layout.sheaf.objects);
	struct list_head *link = (void *)(scan->sheaf + slw_layout.sheaf.barn_list);
	u32 *size = (void *)(scan->sheaf + slw_layout.sheaf.size);
	bool leaves = f->place == SLUBWATCH_PLACE_BARN_FULL && *size == 1;
	enum slubwatch_isolation answer;

	if (leaves && !can_leave_full(scan->hub, link))
		return SLUBWATCH_ISOLATION_BROKEN_LIST;
	answer = take_one(0, f->place, v);
	if (answer != SLUBWATCH_ISOLATION_DONE)
		return answer;
	WRITE_ONCE(*size, *size - 1);
	WRITE_ONCE(objects[scan->entry], objects[*size]);
	if (leaves) {
		leave_full(scan->hub, link);
		scan->moved = true;
	}
	/* What is there twice is still there once. */
	f->lost = f->kind == SLUBWATCH_KIND_SHEAF_FOREIGN ||
		  f->kind == SLUBWATCH_KIND_SHEAF_MISALIGNED;
	f->kept = *size;
	count(f->lost);
	return answer;
}

static enum slubwatch_isolation
(*const recipes[SLW_NR_RECIPES])(struct slw_scan *scan, struct slw_cache *c,
				 const struct slw_slab *s,
				 const struct slw_verdict *v,
				 struct slubwatch_finding *f) = {
	[SLW_RECIPE_CUT] = cut,
	[SLW_RECIPE_DROP] = drop,
	[SLW_RECIPE_UNLINK] = take_off,
	[SLW_RECIPE_REMOVE] = take_out,
};

void slw_isolate(struct slw_scan *scan, struct slw_cache *c,
		 const struct slw_slab *s, const struct slw_verdict *v,
		 struct slubwatch_finding *f)
{
	enum slw_recipe recipe = slw_recipe_for(f->kind, f->place);

	f->isolation = is_allowed(&c->g);
	if (f->isolation == SLUBWATCH_ISOLATION_DONE && !recipe)
		f->isolation = SLUBWATCH_ISOLATION_NO_RECIPE;
	if (f->isolation == SLUBWATCH_ISOLATION_DONE)
		f->isolation = recipes[recipe](scan, c, s, v, f);
}
