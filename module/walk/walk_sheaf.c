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
#include <linux/percpu.h>

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "walk/content.h"
#include "walk/pace.h"
#include "walk/scan.h"

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

/**
 * struct sheaf_walk - where a walk of a CPU's sheaves or of a barn stands
 * @at:		address of the slub_percpu_sheaves or the node_barn
 * @row:	which of its sheaves or lists, a row of the tables below
 * @sheaf:	sheaves of that list walked, in a barn
 * @entry:	entries of the sheaf at hand walked
 * @done:	the end was reached, or it was given up
 * @count:	how often an entry is in all that is held right now; a set of
 *		what earlier windows saw cannot tell a double free from an
 *		object that was allocated and freed meanwhile
 */
struct sheaf_walk {
	unsigned long at;
	unsigned int row;
	u32 sheaf;
	u32 entry;
	bool done;
	unsigned int (*count)(const struct sheaf_walk *w, unsigned long entry);
};

static bool entry_at(const struct sheaf *sheaf, u32 i, unsigned long *entry)
{
	return slw_load(sheaf->addr + slw_layout.sheaf.objects +
			i * sizeof(*entry), entry);
}

/* A kmalloc() object, so in the direct map. */
static bool capture_sheaf(unsigned long addr, struct sheaf *sheaf)
{
	sheaf->addr = addr;
	sheaf->size = 0;
	return slw_page_of(addr) &&
	       slw_read_long(addr + slw_layout.sheaf.cache, &sheaf->cache) &&
	       slw_read_u32(addr + slw_layout.sheaf.size, &sheaf->size);
}

static unsigned int count_in(const struct sheaf *sheaf, unsigned long entry)
{
	unsigned int n = 0;
	unsigned long other;
	u32 i;

	for (i = 0; i < sheaf->size; i++)
		n += entry_at(sheaf, i, &other) && other == entry;
	return n;
}

static bool lock_node_of(struct slw_cache *c, const struct slw_slab *s,
			 slw_list_lock_t **lock, unsigned long *flags)
{
	unsigned long n = slw_cache_node(c, s->node);

	if (!n)
		return false;
	*lock = (void *)(n + slw_layout.node.list_lock);
	return slw_list_trylock(*lock, *flags);
}

/* Under list_lock: is it still on the list, and is the object on its chain? */
static int is_on_chain(struct slw_scan *scan, struct slw_cache *c,
		       struct slw_slab *s, int index)
{
	struct slw_chain *chain = &scan->chain;

	if (slw_capture_slab(s->page, s) != SLW_CLEAN || !s->is_slab ||
	    s->cache != c->g.cache || (u32)index >= s->objects)
		return -1;
	if (!s->mark)
		return 0;
	memset(scan->seen, 0, BITS_TO_LONGS(s->objects) * sizeof(scan->seen[0]));
	slw_chain_start(chain, &c->g, s, s->freelist, scan->seen);
	return slw_walk_chain(scan) ? slw_seen(scan->seen, index) : -1;
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
	slw_list_lock_t *lock;
	unsigned long flags;
	int answer;

	if (!slw_learned.partial_mark || !s->mark)
		return 0;
	if (!lock_node_of(c, s, &lock, &flags))
		return -1;
	answer = is_on_chain(scan, c, s, index);
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
	if (index < 0 || scan->place == SLUBWATCH_PLACE_SHEAF_RCU)
		return;
	switch (on_freelist(scan, c, s, index)) {
	case 1:
		v->outcome = SLW_SUSPECT;
		v->kind = SLUBWATCH_KIND_SHEAF_FREE;
		break;
	case -1:
		v->outcome = SLW_RACED;
	}
	v->object = entry;
	v->raw = entry;
	v->decoded = entry;
}

/* True when the entry was taken out. */
static bool check_duplicate(struct slw_scan *scan, struct slw_cache *c,
			    const struct sheaf_walk *w, unsigned long entry,
			    const struct slw_slab *s)
{
	const struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = SLUBWATCH_KIND_SHEAF_DUPLICATE,
		.object = entry,
		.raw = entry,
		.decoded = entry,
	};

	switch (slw_addrset_add(&scan->set, entry)) {
	case 1:
		return w->count(w, entry) > 1 && slw_scan_record(scan, c, s, &v);
	case -ENOSPC:
		slw_count(SLW_COUNT_SKIPPED_ENTRIES, 1);
	}
	return false;
}

/* False when the entry was taken out, and another is in its place. */
static bool check_entry(struct slw_scan *scan, struct slw_cache *c,
			const struct sheaf_walk *w, const struct sheaf *sheaf,
			u32 i)
{
	struct slw_verdict v, again;
	unsigned long entry;
	struct slw_slab s;

	if (!entry_at(sheaf, i, &entry)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return true;
	}
	/* kfree_rcu() of a KFENCE object: it is in a slab of its own kind. */
	if (is_kfence_address((void *)entry))
		return true;
	look_at_entry(scan, c, entry, &s, &v);
	if (v.outcome == SLW_SUSPECT) {
		entry_at(sheaf, i, &entry);
		look_at_entry(scan, c, entry, &s, &again);
		if (!slw_verdict_agree(&v, &again))
			slw_undecided(scan, SLW_RACED);
		else if (slw_scan_record(scan, c, &s, &again))
			return false;
	} else if (v.outcome == SLW_RACED) {
		slw_count(SLW_COUNT_SKIPPED_ENTRIES, 1);
		scan->cut = true;
	} else if (scan->place != SLUBWATCH_PLACE_SHEAF_RCU) {
		slw_content_entry(scan, c, &s, entry);
	}
	return !check_duplicate(scan, c, w, entry, &s);
}

/*
 * Is the sheaf what its place asks?  A broken header is looked at twice; false
 * then, and its entries are not.
 */
static bool check_header(struct slw_scan *scan, struct slw_cache *c,
			 unsigned long addr, struct sheaf *sheaf, u32 least,
			 u32 most)
{
	enum slubwatch_kind kind = SLUBWATCH_NR_KINDS, before;
	int looks = 0;

	do {
		before = kind;
		if (!capture_sheaf(addr, sheaf))
			kind = SLUBWATCH_KIND_SHEAF_POINTER;
		else if (sheaf->cache != c->g.cache)
			kind = SLUBWATCH_KIND_SHEAF_CACHE;
		else if (sheaf->size < least || sheaf->size > most)
			kind = SLUBWATCH_KIND_SHEAF_SIZE;
		else
			return true;
	} while (++looks < 2);

	if (kind != before)
		slw_undecided(scan, SLW_RACED);
	else if (kind == SLUBWATCH_KIND_SHEAF_CACHE)
		slw_record_list(scan, c, kind, addr, sheaf->cache, c->g.cache);
	else if (kind == SLUBWATCH_KIND_SHEAF_SIZE)
		slw_record_list(scan, c, kind, addr, sheaf->size, most);
	else
		slw_record_list(scan, c, kind, addr, addr, 0);
	return false;
}

/* One sheaf from w->entry on; false when the window closed before its end. */
static bool check_sheaf(struct slw_scan *scan, struct slw_cache *c,
			struct sheaf_walk *w, unsigned long addr, u32 least,
			u32 most)
{
	struct sheaf sheaf;
	u32 from = w->entry;

	if (check_header(scan, c, addr, &sheaf, least, most)) {
		scan->sheaf = addr;
		while (w->entry < sheaf.size) {
			scan->entry = w->entry;
			if (check_entry(scan, c, w, &sheaf, w->entry))
				w->entry++;
			else
				sheaf.size--;
			if (slw_window_closing(&scan->window))
				break;
		}
		slw_account(c, scan->place, 0, w->entry - from);
		if (w->entry < sheaf.size)
			return false;
	}
	w->entry = 0;
	return true;
}

/* Windows that one CPU's sheaves or one list of a barn may take. */
#define MOST_WINDOWS	256

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

static unsigned int count_in_pcs(const struct sheaf_walk *w,
				 unsigned long entry)
{
	struct sheaf sheaf;
	unsigned long addr;
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(percpu_sheaves); i++)
		if (slw_read_long(w->at + *percpu_sheaves[i].offset, &addr) &&
		    capture_sheaf(addr, &sheaf))
			n += count_in(&sheaf, entry);
	return n;
}

/* Is the sheaf of this row that of an earlier one too? */
static bool is_in_two_places(const struct sheaf_walk *w, unsigned long addr)
{
	unsigned long other;
	unsigned int i;

	for (i = 0; i < w->row; i++)
		if (slw_read_long(w->at + *percpu_sheaves[i].offset, &other) &&
		    other == addr)
			return true;
	return false;
}

static bool walk_row(struct slw_scan *scan, struct slw_cache *c,
		     struct sheaf_walk *w)
{
	unsigned long addr;

	scan->place = percpu_sheaves[w->row].place;
	if (!slw_read_long(w->at + *percpu_sheaves[w->row].offset, &addr)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return true;
	}
	if (!addr && percpu_sheaves[w->row].may_be_null)
		return true;
	if (is_in_two_places(w, addr)) {
		slw_record_list(scan, c, SLUBWATCH_KIND_SHEAF_POINTER, w->at,
				addr, 0);
		return true;
	}
	return check_sheaf(scan, c, w, addr, 0, c->sheaf_capacity);
}

static void walk_pcs(struct slw_scan *scan, struct slw_cache *c,
		     struct sheaf_walk *w)
{
	while (w->row < ARRAY_SIZE(percpu_sheaves) && walk_row(scan, c, w))
		w->row++;
	w->done = w->row == ARRAY_SIZE(percpu_sheaves);
}

/*
 * The lock behind a cpu_sheaves pointer that was overwritten is not to be taken.
 * It never changes in a cache's life: once main was seen to be this cache's, it
 * is known.
 */
static bool pcs_is_sound(struct slw_cache *c, unsigned long pcs)
{
	struct sheaf sheaf;
	unsigned long addr;

	if (c->known_sheaves == c->cpu_sheaves)
		return true;
	if (!slw_read_long(pcs + slw_layout.pcs.main, &addr) ||
	    !capture_sheaf(addr, &sheaf) || sheaf.cache != c->g.cache)
		return false;
	c->known_sheaves = c->cpu_sheaves;
	return true;
}

/* Times a CPU's sheaves are asked for before they are called busy. */
#define PCS_TRIES	20

static bool lock_pcs(local_trylock_t __percpu *lock, unsigned long *flags)
{
	int tries;

	for (tries = 0; tries < PCS_TRIES; tries++) {
		if (local_trylock_irqsave(lock, *flags))
			return true;
		cond_resched();
	}
	slw_count(SLW_COUNT_BUSY_SHEAVES, 1);
	return false;
}

static void walk_sheaves(struct slw_scan *scan, struct slw_cache *c, int cpu)
{
	struct sheaf_walk w = { .count = count_in_pcs };
	local_trylock_t __percpu *lock;
	unsigned int windows;
	unsigned long flags;

	/* A bootstrap sheaf holds nothing: caches without sheaves, debug caches. */
	if (!c->cpu_sheaves || !c->sheaf_capacity)
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_SHEAF_MAIN);
	slw_addrset_clear(&scan->set);
	w.at = (unsigned long)per_cpu_ptr((void __percpu *)c->cpu_sheaves, cpu);
	if (!pcs_is_sound(c, w.at)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return;
	}
	lock = (void __percpu *)(c->cpu_sheaves + slw_layout.pcs.lock);
	for (windows = 0; !w.done && windows < MOST_WINDOWS; windows++) {
		if (!lock_pcs(lock, &flags))
			return;
		slw_window_open(&scan->window);
		scan->hub = w.at;
		scan->moved = false;
		walk_pcs(scan, c, &w);
		slw_window_close(&scan->window);
		local_unlock_irqrestore(lock, flags);
		slw_scan_flush(scan);
	}
	c->now.lists_done += w.done && !scan->cut;
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

/* Sheaves and barns are kmalloc() objects: what is not in the direct map is none. */
static bool next_in_barn(unsigned long link, unsigned long *next)
{
	unsigned long back;

	return slw_read_long(link + offsetof(struct list_head, next), next) &&
	       slw_page_of(*next) &&
	       slw_read_long(*next + offsetof(struct list_head, prev), &back) &&
	       back == link;
}

/* Only full sheaves have entries; the walk has found the list sound so far. */
static unsigned int count_in_barn(const struct sheaf_walk *w,
				  unsigned long entry)
{
	unsigned long head = w->at + slw_layout.barn.sheaves_full;
	unsigned long link = head;
	struct sheaf sheaf;
	unsigned int n = 0;

	while (next_in_barn(link, &link) && link != head)
		if (capture_sheaf(link - slw_layout.sheaf.barn_list, &sheaf))
			n += count_in(&sheaf, entry);
	return n;
}

static void check_barn_count(struct slw_scan *scan, struct slw_cache *c,
			     const struct sheaf_walk *w, u32 length)
{
	unsigned long at = w->at + *barn_lists[w->row].nr;
	u32 nr, again;

	if (slw_read_u32(at, &nr) && nr != length &&
	    slw_read_u32(at, &again) && again == nr)
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_COUNT, at, nr,
				length);
}

static bool check_barn_sheaf(struct slw_scan *scan, struct slw_cache *c,
			     struct sheaf_walk *w, unsigned long link)
{
	bool full = scan->place == SLUBWATCH_PLACE_BARN_FULL;

	return check_sheaf(scan, c, w, link - slw_layout.sheaf.barn_list, full,
			   full ? c->sheaf_capacity : 0);
}

/*
 * One window, under the barn's lock.  The lists are short; a changed order
 * means only that a sheaf is seen twice, or in the next sweep.
 */
static void walk_barn_window(struct slw_scan *scan, struct slw_cache *c,
			     struct sheaf_walk *w)
{
	unsigned long head = w->at + *barn_lists[w->row].list;
	unsigned long link = head, next;
	u32 i;

	for (i = 0;; i++, link = next) {
		if (!next_in_barn(link, &next) && !next_in_barn(link, &next)) {
			slw_record_list(scan, c, SLUBWATCH_KIND_LIST_LINK, link,
					next, 0);
			slw_count(SLW_COUNT_SKIPPED_BROKEN, 1);
			w->done = true;
			return;
		}
		if (next == head)
			break;
		if (i < w->sheaf)
			continue;
		/* Nor on from a sheaf that went to the other list. */
		if (!check_barn_sheaf(scan, c, w, next) || scan->moved)
			return;
		w->sheaf++;
		if (slw_window_closing(&scan->window))
			return;
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
	struct sheaf_walk w = {
		.at = barn, .row = row, .count = count_in_barn,
	};
	spinlock_t *lock = (void *)(barn + slw_layout.barn.lock);
	unsigned int windows;
	unsigned long flags;

	slw_addrset_clear(&scan->set);
	for (windows = 0; !w.done && windows < MOST_WINDOWS; windows++) {
		if (slw_pace_over() ||
		    !slw_scan_trylock(try_barn_lock, lock, &flags))
			return false;
		scan->place = barn_lists[row].place;
		slw_window_open(&scan->window);
		scan->hub = w.at;
		scan->moved = false;
		walk_barn_window(scan, c, &w);
		slw_window_close(&scan->window);
		spin_unlock_irqrestore(lock, flags);
		slw_scan_flush(scan);
	}
	return w.done;
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
