// SPDX-License-Identifier: GPL-2.0
/*
 * A node's barn (since 6.18): lists of full and of empty sheaves, held by
 * node_barn.lock.
 */
#include <linux/spinlock.h>

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "walk/pace.h"
#include "walk/scan.h"
#include "walk/sheaf.h"

#ifdef local_trylock_irqsave

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
static unsigned int count_in_barn(const struct slw_sheaf_walk *w,
				  unsigned long entry)
{
	unsigned long head = w->at + slw_layout.barn.sheaves_full;
	unsigned long link = head;
	struct slw_sheaf sheaf;
	unsigned int n = 0;

	while (next_in_barn(link, &link) && link != head)
		if (slw_sheaf_capture(link - slw_layout.sheaf.barn_list, &sheaf))
			n += slw_sheaf_count(&sheaf, entry, w->capacity);
	return n;
}

static void check_barn_count(struct slw_scan *scan, struct slw_cache *c,
			     const struct slw_sheaf_walk *w, u32 length)
{
	unsigned long at = w->at + *barn_lists[w->row].nr;
	u32 nr, again;

	if (slw_read_u32(at, &nr) && nr != length &&
	    slw_read_u32(at, &again) && again == nr)
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_COUNT, at, nr,
				length);
}

static bool check_barn_sheaf(struct slw_scan *scan, struct slw_cache *c,
			     struct slw_sheaf_walk *w, unsigned long link)
{
	bool full = scan->place == SLUBWATCH_PLACE_BARN_FULL;

	return slw_sheaf_check(scan, c, w, link - slw_layout.sheaf.barn_list, full,
			   full ? c->sheaf_capacity : 0);
}

/*
 * One window, under the barn's lock.  The lists are short; a changed order
 * means only that a sheaf is seen twice, or in the next sweep.
 */
static void walk_barn_window(struct slw_scan *scan, struct slw_cache *c,
			     struct slw_sheaf_walk *w)
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
	struct slw_sheaf_walk w = {
		.at = barn, .row = row, .capacity = c->sheaf_capacity,
		.count = count_in_barn,
	};
	spinlock_t *lock = (void *)(barn + slw_layout.barn.lock);
	unsigned int windows;
	unsigned long flags;

	slw_addrset_clear(scan->set);
	for (windows = 0; !w.done && windows < SLW_SHEAF_WINDOWS; windows++) {
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

/* Looks at a barn's lists, of which both may be in the middle of a change. */
#define BARN_LOOKS	8

/*
 * The lock in what a damaged pointer leads to is not to be taken: of a barn one
 * list at least holds.
 */
static bool barn_is_sound(unsigned long barn)
{
	unsigned int looks, row;
	unsigned long next;

	for (looks = 0; looks < BARN_LOOKS; looks++) {
		for (row = 0; row < ARRAY_SIZE(barn_lists); row++)
			if (next_in_barn(barn + *barn_lists[row].list, &next))
				return true;
		cpu_relax();
	}
	return false;
}

static void walk_barn(struct slw_scan *scan, struct slw_cache *c, int node)
{
	unsigned long barn = slw_cache_barn(c, node);
	unsigned int row;

	if (!barn || !c->sheaf_capacity)
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_BARN_FULL);
	if (!barn_is_sound(barn)) {
		slw_undecided(scan, SLW_UNREADABLE);
		return;
	}
	for (row = 0; row < ARRAY_SIZE(barn_lists); row++)
		if (!walk_barn_list(scan, c, barn, row))
			return;
	c->now.lists_done += !scan->cut;
}

#else

static void walk_barn(struct slw_scan *scan, struct slw_cache *c, int node)
{
}

#endif

const struct slw_walker slw_walk_barn = {
	.name = "barn",
	.needs = SLW_CAP_BARN,
	.walk = walk_barn,
};
