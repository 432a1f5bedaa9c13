// SPDX-License-Identifier: GPL-2.0
/*
 * What is in a sheaf: see sheaf.h.
 */
#include "walk/sheaf.h"

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "walk/content.h"

#ifdef local_trylock_irqsave	/* else these are headers of a kernel without sheaves */

bool slw_sheaf_entry(const struct slw_sheaf *sheaf, u32 i, unsigned long *entry)
{
	return slw_load(sheaf->addr + slw_layout.sheaf.objects +
			i * sizeof(*entry), entry);
}

bool slw_sheaf_capture(unsigned long addr, struct slw_sheaf *sheaf)
{
	sheaf->addr = addr;
	sheaf->size = 0;
	return slw_page_of(addr) &&
	       slw_read_long(addr + slw_layout.sheaf.cache, &sheaf->cache) &&
	       slw_read_u32(addr + slw_layout.sheaf.size, &sheaf->size);
}

unsigned int slw_sheaf_count(const struct slw_sheaf *sheaf, unsigned long entry,
			     u32 most)
{
	unsigned int n = 0;
	unsigned long other;
	u32 i;

	for (i = 0; i < sheaf->size && i < most; i++)
		n += slw_sheaf_entry(sheaf, i, &other) && other == entry;
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
	if (!slw_walk_chain(scan))
		return -1;
	if (slw_seen(scan->seen, index))
		return 1;
	/* Else it may be behind what cannot be read, or is no link any more. */
	return chain->state == SLW_CHAIN_ENDED ||
	       chain->state == SLW_CHAIN_CYCLE ? 0 : -1;
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
			    const struct slw_sheaf_walk *w, unsigned long entry,
			    const struct slw_slab *s)
{
	const struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = SLUBWATCH_KIND_SHEAF_DUPLICATE,
		.object = entry,
		.raw = entry,
		.decoded = entry,
	};

	switch (slw_addrset_add(scan->set, entry)) {
	case 1:
		return w->count(w, entry) > 1 && slw_scan_record(scan, c, s, &v);
	case -ENOSPC:
		slw_count(SLW_COUNT_SKIPPED_ENTRIES, 1);
	}
	return false;
}

/* False when the entry was taken out, and another is in its place. */
static bool check_entry(struct slw_scan *scan, struct slw_cache *c,
			const struct slw_sheaf_walk *w, const struct slw_sheaf *sheaf,
			u32 i)
{
	struct slw_verdict v, again;
	unsigned long entry;
	struct slw_slab s;

	if (!slw_sheaf_entry(sheaf, i, &entry)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return true;
	}
	/* kfree_rcu() of a KFENCE object: it is in a slab of its own kind. */
	if (is_kfence_address((void *)entry))
		return true;
	look_at_entry(scan, c, entry, &s, &v);
	if (v.outcome == SLW_SUSPECT) {
		slw_sheaf_entry(sheaf, i, &entry);
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
			 unsigned long addr, struct slw_sheaf *sheaf, u32 least,
			 u32 most)
{
	enum slubwatch_kind kind = SLUBWATCH_NR_KINDS, before;
	int looks = 0;

	do {
		before = kind;
		if (!slw_sheaf_capture(addr, sheaf))
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

bool slw_sheaf_check(struct slw_scan *scan, struct slw_cache *c,
			struct slw_sheaf_walk *w, unsigned long addr, u32 least,
			u32 most)
{
	struct slw_sheaf sheaf;
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

#endif
