// SPDX-License-Identifier: GPL-2.0
/*
 * Slabs on a node's partial list: kmem_cache_node.partial.
 *
 * Under list_lock the list does not change, and its slabs' chains change by
 * pushes only: __slab_free() pushes without the lock, but whoever pops takes
 * the slab off the list first, or pops under the lock (get_from_partial_node()
 * in 7.x).
 *
 * The list may be of any length, the lock is held for one window at a time.
 * Between windows the position is kept as the last slabs walked, the anchors:
 * one that is provably still on this list is where the next window goes on.
 */
#include <linux/mm.h>

#include "compat.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/nodes.h"
#include "memory/snapshot.h"
#include "walk/pace.h"
#include "walk/scan.h"

#define ANCHORS		8
/* Slabs looked at beyond the list's length before it is given up as moving. */
#define MOVING_SLACK	4096

/**
 * struct node_walk - where a walk of one list stands
 * @n:		address of the kmem_cache_node
 * @head:	address of its list head
 * @anchors:	struct slab addresses of slabs walked last, newest first
 * @past:	slabs walked behind the newest anchor
 * @visited:	slabs walked in all
 * @limit:	more than this and the list moves faster than it is walked
 * @whole:	no window ended yet: the list is seen in one piece
 * @done:	the end was reached, or it was given up
 */
struct node_walk {
	unsigned long n;
	unsigned long head;
	unsigned long anchors[ANCHORS];
	unsigned int past;
	u64 visited;
	u64 limit;
	bool whole;
	bool done;
};

static unsigned long link_of(unsigned long page)
{
	return page + slw_layout.slab.slab_list;
}

static unsigned long page_of(unsigned long link)
{
	return link - slw_layout.slab.slab_list;
}

/*
 * Does the list go from @link to @next and back?  __list_add() keeps it so.  A
 * link is the list's head or in the memory map, @link too; elsewhere nothing is
 * read, since a device might take that for a command.
 */
static bool link_holds(unsigned long head, unsigned long link,
		       unsigned long *next)
{
	unsigned long back;

	*next = 0;
	return slw_load(link + offsetof(struct list_head, next), next) &&
	       (*next == head || slw_page_at(page_of(*next))) &&
	       slw_load(*next + offsetof(struct list_head, prev), &back) &&
	       back == link;
}

/*
 * Is this slab, seen on the list in an earlier window, on it now?
 *
 * Under list_lock, a slab of this cache and node that is not frozen, has free
 * objects as well as used ones, and is linked both ways, can only be on the
 * partial list: shrink's promote lists live under the lock, its discard list
 * holds empty slabs, the full list full ones.  Since Linux kernel commit
 * 8a399e2f6003 ("slub: Keep track of whether slub is on the per-node partial
 * list") (in v6.8) the slab is marked besides: there, one between freeze and
 * add_partial() looks the same otherwise.
 */
static bool anchor_holds(const struct slw_cache *c, int node,
			 unsigned long head, unsigned long page)
{
	struct slw_slab s;
	unsigned long next;

	return slw_capture_slab(page, &s) == SLW_CLEAN && s.is_slab &&
	       s.cache == c->g.cache && s.node == node && !s.frozen &&
	       s.freelist && s.inuse &&
	       (s.mark || !slw_learned.partial_mark) &&
	       link_holds(head, link_of(page), &next);
}

/*
 * The link to go on from: so many slabs behind the newest anchor that holds; if
 * none does, behind the head.
 */
static unsigned long resume(struct slw_scan *scan, const struct slw_cache *c,
			    int node, const struct node_walk *w)
{
	unsigned long link = w->head, next;
	unsigned int i, skip = w->past;

	for (i = 0; i < ANCHORS && w->anchors[i]; i++) {
		if (anchor_holds(c, node, w->head, w->anchors[i])) {
			link = link_of(w->anchors[i]);
			break;
		}
		skip = 0;	/* what is seen twice is no harm */
	}
	while (skip-- && link_holds(w->head, link, &next) && next != w->head &&
	       !slw_window_closing(&scan->window))
		link = next;
	return link;
}

/*
 * @passed slabs were passed, the @n of the batch were walked.  Those with
 * objects in use can serve as anchors; of empty ones there are few in a row,
 * kmem_cache.min_partial.
 */
static void remember(struct node_walk *w, const struct slw_batch *b,
		     unsigned int n, u64 passed)
{
	unsigned int i = n > ANCHORS ? n - ANCHORS : 0;

	/* Undecided, if there is no other: all the same it goes on. */
	w->past += n ? i : passed;
	for (; i < n; i++) {
		w->past++;
		if (!b->slabs[i].inuse)
			continue;
		memmove(&w->anchors[1], &w->anchors[0],
			(ANCHORS - 1) * sizeof(w->anchors[0]));
		w->anchors[0] = b->slabs[i].page;
		w->past = 0;
	}
}

static void give_up(struct slw_scan *scan, struct node_walk *w,
		    enum slw_counter why)
{
	slw_count(why, 1);
	scan->cut = true;
	w->done = true;
}

/*
 * nr_partial is changed together with the list: add_partial(),
 * remove_partial().  Told only when the whole list was seen in one window, and
 * not of debug caches: SLUB's own repair in on_freelist() leaves it wrong.
 */
static void check_length(struct slw_scan *scan, struct slw_cache *c,
			 const struct node_walk *w)
{
	unsigned long at = w->n + slw_layout.node.nr_partial, nr, again;

	if (!w->whole || c->g.debug || !slw_read_long(at, &nr))
		return;
	if (nr != w->visited && slw_read_long(at, &again) && again == nr)
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_COUNT, w->n, nr,
				w->visited);
}

/* The link after @link, false when the list is broken there. */
static bool next_link(struct slw_scan *scan, struct slw_cache *c,
		      unsigned long head, unsigned long link,
		      unsigned long *next)
{
	if (link_holds(head, link, next) || link_holds(head, link, next))
		return true;
	slw_record_list(scan, c, SLUBWATCH_KIND_LIST_LINK, link, *next, 0);
	return false;
}

/* Slabs captured between two looks at the clock. */
#define SLABS		8

/* Fill the batch from @link on; returns the link it ended at. */
static unsigned long gather(struct slw_scan *scan, struct slw_cache *c,
			    struct node_walk *w, unsigned long link,
			    const struct slw_expect *e)
{
	unsigned long next;
	unsigned int n = 0;

	do {
		if (!next_link(scan, c, w->head, link, &next)) {
			give_up(scan, w, SLW_COUNT_SKIPPED_BROKEN);
			break;
		}
		if (next == w->head) {
			w->done = true;
			break;
		}
		switch (slw_batch_add(scan, c, page_of(next), e)) {
		case SLW_ADDED:
			if (scan->moved)
				return link;
			link = next;
			w->visited++;
			break;
		case SLW_STOP:
			give_up(scan, w, SLW_COUNT_SKIPPED_BROKEN);
			fallthrough;
		case SLW_FULL:
			return link;
		}
	} while (!scan->nr_found &&
		 (++n % SLABS || !slw_window_closing(&scan->window)));
	return link;
}

/* Ahead from @link, so fast that it has seen as many slabs as the batch has. */
static void send_scout(struct slw_scan *scan, unsigned long link)
{
	const struct slw_batch *b = &scan->batch;
	unsigned int i, free = 0;

	for (i = 0; i < b->n; i++)
		free += b->slabs[i].objects - b->slabs[i].inuse;
	scan->scout = (struct slw_scout) {
		.low = slw_memory_map.low,
		.high = slw_memory_map.high,
		.link = link,
		.left = b->n,
		.every = max(free / max(b->n, 1u), 1u),
	};
}

/* One batch; false when it must be made anew in another window. */
static bool walk_batch(struct slw_scan *scan, struct slw_cache *c,
		       struct node_walk *w, unsigned long *link,
		       const struct slw_expect *e)
{
	struct node_walk before = *w;
	unsigned int n;

	*link = gather(scan, c, w, *link, e);
	n = scan->batch.n;
	send_scout(scan, *link);
	if (slw_batch_walk(scan, c, e)) {
		remember(w, &scan->batch, n, w->visited - before.visited);
		return true;
	}
	*w = before;
	return false;
}

/* One window, under list_lock. */
static void walk_window(struct slw_scan *scan, struct slw_cache *c, int node,
			struct node_walk *w)
{
	const struct slw_expect e = {
		.frozen = 0,
		.mark = slw_learned.partial_mark ? 1 : -1,
		/* early_kmem_cache_node_alloc() may have no choice. */
		.node = c->is_node_cache ? -1 : node,
		/* on_freelist() empties a bad slab and leaves it on the list. */
		.free = !c->g.debug,
	};
	unsigned long link = resume(scan, c, node, w);

	scan->hub = w->n;
	scan->moved = false;
	while (walk_batch(scan, c, w, &link, &e) && !w->done)
		if (scan->moved || scan->nr_found ||
		    slw_window_closing(&scan->window))
			break;
	if (w->done && !scan->cut && !scan->moved)
		check_length(scan, c, w);
	w->whole = false;
	if (w->visited > w->limit && !w->done)
		give_up(scan, w, SLW_COUNT_SKIPPED_MOVED);
}

static bool try_list_lock(void *lock, unsigned long *flags)
{
	return slw_list_trylock((slw_list_lock_t *)lock, *flags);
}

static bool begin(struct node_walk *w, unsigned long n)
{
	unsigned long nr;

	*w = (struct node_walk) {
		.n = n,
		.head = n + slw_layout.node.partial,
		.whole = true,
	};
	if (!n || !slw_read_long(n + slw_layout.node.nr_partial, &nr))
		return false;
	/* A counter that is garbage must not make the walk endless. */
	w->limit = min(nr, totalram_pages()) * 2 + MOVING_SLACK;
	return true;
}

/* Nothing on it, by list and counter: not worth a lock. */
static bool is_empty(const struct node_walk *w)
{
	unsigned long next, prev, nr;

	return slw_read_long(w->head + offsetof(struct list_head, next), &next) &&
	       slw_read_long(w->head + offsetof(struct list_head, prev), &prev) &&
	       slw_read_long(w->n + slw_layout.node.nr_partial, &nr) &&
	       next == w->head && prev == w->head && !nr;
}

/* False when the lock was not to be had, or the node is gone (5.10). */
static bool walk_locked(struct slw_scan *scan, struct slw_cache *c, int node,
			struct node_walk *w)
{
	slw_list_lock_t *lock = (void *)(w->n + slw_layout.node.list_lock);
	unsigned long flags;

	if (slw_cache_node(c, node) != w->n ||
	    !slw_scan_trylock(try_list_lock, lock, &flags))
		return false;
	slw_window_open(&scan->window);
	walk_window(scan, c, node, w);
	slw_window_close(&scan->window);
	slw_list_unlock(lock, flags);
	return true;
}

static void walk_node(struct slw_scan *scan, struct slw_cache *c, int node)
{
	struct node_walk w;
	bool walked;

	if (!begin(&w, slw_cache_node(c, node)))
		return;
	slw_scan_begin(scan, c, SLUBWATCH_PLACE_NODE_PARTIAL);
	w.done = is_empty(&w);
	while (!w.done) {
		slw_nodes_hold();
		walked = walk_locked(scan, c, node, &w);
		slw_nodes_release();
		slw_scan_flush(scan);
		if (!walked || slw_pace_over())
			return;
	}
	c->now.lists_done += !scan->cut;
}

const struct slw_walker slw_walk_node = {
	.name = "node",
	.walk = walk_node,
};
