// SPDX-License-Identifier: GPL-2.0
/*
 * Sheaves (since 6.18): arrays of free objects, each CPU's main, spare and
 * rcu_free, and full and empty ones in a node's barn.
 *
 * A CPU's sheaves are held by slub_percpu_sheaves.lock, of which a trylock is
 * taken on that CPU: its holders run with interrupts on, so being there with
 * interrupts off is not enough, and NMIs trylock it too.  Sheaves in a barn are
 * held by node_barn.lock.
 *
 * The free pointer inside an object that is in a sheaf means nothing and is
 * never read.  That no object is in twice, or also on its slab's freelist, is a
 * double free that the kernel itself does not test for: free_to_pcs().
 */
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/percpu.h>

#include "cache.h"
#include "compat.h"
#include "counters.h"
#include "learned.h"
#include "maccess.h"
#include "scan.h"
#include "snapshot.h"

/**
 * struct sheaf - a sheaf's header, captured
 * @addr:	address of the slab_sheaf
 * @cache:	slab_sheaf.cache
 * @size:	slab_sheaf.size
 */
struct sheaf {
	unsigned long addr;
	unsigned long cache;
	u32 size;
};

static void record(struct slw_scan *scan, struct slw_cache *c,
		   enum slubwatch_kind kind, unsigned long at,
		   unsigned long raw, unsigned long expected)
{
	struct slw_verdict v = {
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

static unsigned long entry_at(const struct sheaf *sheaf, u32 i)
{
	unsigned long entry;

	if (!slw_load(sheaf->addr + slw_layout.sheaf.objects +
		      i * sizeof(entry), &entry))
		return 0;
	return entry;
}

/* A kmalloc() object, so in the direct map. */
static bool capture_sheaf(unsigned long addr, struct sheaf *sheaf)
{
	sheaf->addr = addr;
	return slw_page_of(addr) &&
	       slw_read_long(addr + slw_layout.sheaf.cache, &sheaf->cache) &&
	       slw_read_u32(addr + slw_layout.sheaf.size, &sheaf->size);
}

static bool try_list_lock(struct slw_cache *c, int node, slw_list_lock_t **lock,
			  unsigned long *flags)
{
	unsigned long n = slw_cache_node(c, node);

	if (!n)
		return false;
	*lock = (void *)(n + slw_layout.node.list_lock);
	return slw_list_trylock(*lock, *flags);
}

/*
 * Is object @index of slab @s on the slab's freelist?  Only a slab on its
 * node's partial list holds still, under list_lock; a full one has no freelist,
 * and one that a refill took off the list is nobody's to look at.
 *
 * Nested in the sheaves' or the barn's lock, where the kernel never nests it
 * the other way but by trylock; a trylock of ours cannot close a circle.
 *
 * Return: 1 if it is, 0 if not, -1 if that could not be told.
 */
static int on_freelist(struct slw_scan *scan, struct slw_cache *c,
		       struct slw_slab *s, int index)
{
	struct slw_chain *chain = &scan->batch.chains[0];
	slw_list_lock_t *lock;
	unsigned long flags;
	int answer = 0;

	if (!slw_learned.partial_mark ||
	    !(slw_page_flags((struct page *)s->page) & BIT(PG_workingset)))
		return 0;
	if (!try_list_lock(c, s->node, &lock, &flags))
		return -1;
	if (!(slw_page_flags((struct page *)s->page) & BIT(PG_workingset)))
		goto unlock;
	answer = -1;
	if (slw_capture_slab(s->page, s) != SLW_CLEAN || !s->is_slab ||
	    s->cache != c->g.cache || (u32)index >= s->objects)
		goto unlock;
	memset(scan->batch.seen, 0,
	       BITS_TO_LONGS(s->objects) * sizeof(scan->batch.seen[0]));
	slw_chain_start(chain, &c->g, s, s->freelist, scan->batch.seen);
	if (slw_walk_chains(scan, chain, 1))
		answer = slw_seen(scan->batch.seen, index);
unlock:
	slw_list_unlock(lock, flags);
	return answer;
}

/* One look at one entry. */
static void look_at_entry(struct slw_scan *scan, struct slw_cache *c,
			  unsigned long entry, struct slw_slab *s,
			  struct slw_verdict *v)
{
	int index;

	slw_capture_slab_of(entry, s);
	index = slw_check_entry(&c->g, entry, s, v);
	if (index < 0)
		return;
	switch (slw_window_closing(&scan->window) ? -1 :
		on_freelist(scan, c, s, index)) {
	case 1:
		v->outcome = SLW_SUSPECT;
		v->kind = SLUBWATCH_KIND_SHEAF_FREE;
		break;
	case -1:
		slw_count(SLW_COUNT_SKIPPED_ENTRIES, 1);
	}
}

static void check_duplicate(struct slw_scan *scan, struct slw_cache *c,
			    const struct sheaf *sheaf, u32 i,
			    unsigned long entry, const struct slw_slab *s)
{
	struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = SLUBWATCH_KIND_SHEAF_DUPLICATE,
		.object = entry,
		.raw = entry,
		.decoded = entry,
	};

	switch (slw_addrset_add(&scan->set, entry)) {
	case 1:
		if (entry_at(sheaf, i) == entry)
			slw_scan_record(scan, c, s, &v);
		break;
	case -ENOSPC:
		slw_count(SLW_COUNT_SKIPPED_ENTRIES, 1);
	}
}

static void check_entry(struct slw_scan *scan, struct slw_cache *c,
			const struct sheaf *sheaf, u32 i)
{
	unsigned long entry = entry_at(sheaf, i);
	struct slw_verdict v, again;
	struct slw_slab s;

	/* kfree_rcu() of a KFENCE object: it is in a slab of its own kind. */
	if (is_kfence_address((void *)entry))
		return;
	look_at_entry(scan, c, entry, &s, &v);
	if (v.outcome == SLW_SUSPECT) {
		look_at_entry(scan, c, entry_at(sheaf, i), &s, &again);
		if (slw_verdict_agree(&v, &again))
			slw_scan_record(scan, c, &s, &again);
		else
			slw_undecided(scan, SLW_RACED);
	}
	check_duplicate(scan, c, sheaf, i, entry, &s);
}

/* Is the sheaf's header what its place asks?  No sheaf holds more. */
static bool check_header(struct slw_scan *scan, struct slw_cache *c,
			 const struct sheaf *sheaf, u32 least, u32 most)
{
	if (sheaf->cache != c->g.cache) {
		record(scan, c, SLUBWATCH_KIND_SHEAF_CACHE, sheaf->addr,
		       sheaf->cache, c->g.cache);
		return false;
	}
	if (sheaf->size < least || sheaf->size > most) {
		record(scan, c, SLUBWATCH_KIND_SHEAF_SIZE, sheaf->addr,
		       sheaf->size, most);
		return false;
	}
	return true;
}

/* Everything about one sheaf; false when its own links are not to be trusted. */
static bool check_sheaf(struct slw_scan *scan, struct slw_cache *c,
			unsigned long addr, u32 least, u32 most)
{
	struct sheaf sheaf;
	u32 i, start;

	if (!capture_sheaf(addr, &sheaf)) {
		record(scan, c, SLUBWATCH_KIND_SHEAF_POINTER, addr, addr, 0);
		return false;
	}
	if (!check_header(scan, c, &sheaf, least, most))
		return true;
	/* Begin elsewhere each time: on_freelist() may not reach all of them. */
	start = sheaf.size ? scan->sweep % sheaf.size : 0;
	for (i = 0; i < sheaf.size; i++)
		check_entry(scan, c, &sheaf, (start + i) % sheaf.size);
	slw_account(c, scan->place, 0, sheaf.size);
	return true;
}

#ifdef local_trylock_irqsave
/* Where a CPU's sheaves hang, and what must be there. */
static const struct {
	const int *offset;
	enum slubwatch_place place;
	bool may_be_null;
} percpu_sheaves[] = {
	{ &slw_layout.pcs.main,		SLUBWATCH_PLACE_SHEAF_MAIN },
	{ &slw_layout.pcs.spare,	SLUBWATCH_PLACE_SHEAF_SPARE, true },
	{ &slw_layout.pcs.rcu_free,	SLUBWATCH_PLACE_SHEAF_RCU, true },
};

static void walk_pcs(struct slw_scan *scan, struct slw_cache *c,
		     unsigned long pcs)
{
	unsigned long addr, seen[ARRAY_SIZE(percpu_sheaves)];
	unsigned int i, j;

	slw_addrset_clear(&scan->set);
	for (i = 0; i < ARRAY_SIZE(percpu_sheaves); i++) {
		scan->place = percpu_sheaves[i].place;
		seen[i] = 0;
		if (!slw_read_long(pcs + *percpu_sheaves[i].offset, &addr)) {
			slw_undecided(scan, SLW_UNREADABLE);
			return;
		}
		if (!addr && percpu_sheaves[i].may_be_null)
			continue;
		seen[i] = addr;
		for (j = 0; j < i && seen[j] != addr; j++)
			;
		if (j < i)	/* one sheaf in two places */
			record(scan, c, SLUBWATCH_KIND_SHEAF_POINTER, addr,
			       addr, 0);
		else
			check_sheaf(scan, c, addr, 0, c->sheaf_capacity);
	}
}

/* Times a CPU's sheaves are asked for before they are called busy. */
#define PCS_TRIES	20

static bool walk_pcs_locked(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
	local_trylock_t __percpu *lock;
	unsigned long flags, pcs;

	lock = (void __percpu *)(c->cpu_sheaves + slw_layout.pcs.lock);
	if (!local_trylock_irqsave(lock, flags))
		return false;
	slw_window_open(&scan->window);
	pcs = (unsigned long)this_cpu_ptr((void __percpu *)c->cpu_sheaves);
	walk_pcs(scan, c, pcs);
	slw_window_close(&scan->window);
	local_unlock_irqrestore(lock, flags);
	return true;
}

static void walk_sheaves(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
	int tries = 0;

	/* A bootstrap sheaf holds nothing: caches without sheaves, debug caches. */
	if (!c->cpu_sheaves || !c->sheaf_capacity)
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_SHEAF_MAIN);
	while (!walk_pcs_locked(scan, c, cpu)) {
		if (++tries == PCS_TRIES) {
			slw_count(SLW_COUNT_BUSY_SHEAVES, 1);
			return;
		}
		cond_resched();
	}
	slw_scan_flush(scan);
	c->now.lists_done += !scan->cut;
}
#else
static void walk_sheaves(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
}
#endif

/* The barn's two lists, and what holds for the sheaves on each. */
static const struct {
	const int *list;
	const int *nr;
	enum slubwatch_place place;
} barn_lists[] = {
	{ &slw_layout.barn.sheaves_full, &slw_layout.barn.nr_full,
	  SLUBWATCH_PLACE_BARN_FULL },
	{ &slw_layout.barn.sheaves_empty, &slw_layout.barn.nr_empty,
	  SLUBWATCH_PLACE_BARN_EMPTY },
};

/**
 * struct barn_walk - where a walk of one list of a barn stands
 * @barn:	address of the node_barn
 * @row:	which list, a row of barn_lists
 * @next:	sheaves walked; the barn is short, and a changed order means only
 *		that one is seen twice or in the next sweep
 * @done:	the end was reached, or it was given up
 */
struct barn_walk {
	unsigned long barn;
	unsigned int row;
	u32 next;
	bool done;
};

static void check_barn_count(struct slw_scan *scan, struct slw_cache *c,
			     const struct barn_walk *w, u32 length)
{
	unsigned long at = w->barn + *barn_lists[w->row].nr;
	u32 nr;

	if (slw_read_u32(at, &nr) && nr != length)
		record(scan, c, SLUBWATCH_KIND_LIST_COUNT, at, nr, length);
}

/* One window, under the barn's lock. */
static void walk_barn_window(struct slw_scan *scan, struct slw_cache *c,
			     struct barn_walk *w)
{
	bool full = barn_lists[w->row].place == SLUBWATCH_PLACE_BARN_FULL;
	unsigned long head = w->barn + *barn_lists[w->row].list;
	unsigned long link = head, next, back;
	u32 i;

	slw_addrset_clear(&scan->set);
	for (i = 0;; i++, link = next) {
		if (!slw_read_long(link, &next) ||
		    !slw_read_long(next + sizeof(next), &back) || back != link) {
			record(scan, c, SLUBWATCH_KIND_LIST_LINK, link, next, 0);
			slw_count(SLW_COUNT_SKIPPED_BROKEN, 1);
			w->done = true;
			return;
		}
		if (next == head)
			break;
		if (i < w->next)
			continue;
		if (slw_window_closing(&scan->window) && i > w->next) {
			w->next = i;
			return;
		}
		check_sheaf(scan, c, next - slw_layout.sheaf.barn_list, full,
			    full ? c->sheaf_capacity : 0);
	}
	check_barn_count(scan, c, w, i);
	w->done = true;
}

static bool try_barn_lock(void *lock, unsigned long *flags)
{
	return spin_trylock_irqsave((spinlock_t *)lock, *flags);
}

static bool walk_barn_list(struct slw_scan *scan, struct slw_cache *c,
			   unsigned long barn, unsigned int row)
{
	struct barn_walk w = { .barn = barn, .row = row };
	spinlock_t *lock = (void *)(barn + slw_layout.barn.lock);
	unsigned long flags;

	while (!w.done) {
		if (!slw_scan_trylock(try_barn_lock, lock, &flags))
			return false;
		scan->place = barn_lists[row].place;
		slw_window_open(&scan->window);
		walk_barn_window(scan, c, &w);
		slw_window_close(&scan->window);
		spin_unlock_irqrestore(lock, flags);
		slw_scan_flush(scan);
		if (slw_scan_stopping())
			return false;
	}
	return true;
}

static void walk_barn(struct slw_scan *scan, struct slw_cache *c, int node)
{
	unsigned long barn = slw_cache_barn(c, node);
	unsigned int row;

	if (!barn || !c->sheaf_capacity)
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_BARN_FULL);
	for (row = 0; row < ARRAY_SIZE(barn_lists); row++)
		if (!walk_barn_list(scan, c, barn, row))
			return;
	c->now.lists_done += !scan->cut;
}

const struct slw_walker slw_walk_sheaves = {
	.name = "sheaves",
	.needs = SLW_CAP_SHEAVES,
	.per_cpu = true,
	.walk = walk_sheaves,
};

const struct slw_walker slw_walk_barn = {
	.name = "barn",
	.needs = SLW_CAP_BARN,
	.walk = walk_barn,
};
