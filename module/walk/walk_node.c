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
 *
 * It is walked from both of its ends, a batch in turn, until they meet.  From one
 * slab to the next is a cache miss that only the last one leads to, and with few
 * free objects a slab it takes longer than all of theirs: this way there are two at
 * a time.  The tail is first: what is moved between windows goes there, mostly, and
 * an end that has not begun is where it should be.
 *
 * What comes to the list between windows, behind where an end is by then, is for
 * the next sweep; so is a slab that was taken off and put back there.
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
 * struct node_end - how far the walk has come from one end of the list
 * @link:	the last link walked in this window; the list's head if there is none
 * @anchors:	struct slab addresses of slabs walked last, newest first
 * @past:	slabs walked behind the newest anchor
 * @over:	it comes no further: the list is broken there, or it came to the other
 *		end, since the slabs it went on from were moved
 */
struct node_end {
	unsigned long link;
	unsigned long anchors[ANCHORS];
	unsigned int past;
	bool over;
};

/**
 * struct node_walk - where a walk of one list stands
 * @n:		address of the kmem_cache_node
 * @head:	address of its list head
 * @ends:	from the head on, and from the tail back
 * @way:	which of them is next
 * @visited:	slabs walked in all
 * @limit:	more than this and the list moves faster than it is walked
 * @whole:	no window ended yet: the list is seen in one piece
 * @done:	the ends met, or it was given up
 */
struct node_walk {
	unsigned long n;
	unsigned long head;
	struct node_end ends[2];
	unsigned int way;
	u64 visited;
	u64 limit;
	bool whole;
	bool done;
};

/* Where a link has the word that leads on, by the way one goes. */
static inline unsigned long onward(unsigned int way)
{
	return way ? offsetof(struct list_head, prev) :
		     offsetof(struct list_head, next);
}

static unsigned long link_of(unsigned long page)
{
	return page + slw_layout.slab.slab_list;
}

static unsigned long page_of(unsigned long link)
{
	return link - slw_layout.slab.slab_list;
}

/*
 * A link is the list's head or in the memory map; elsewhere nothing is read,
 * since a device might take that for a command.
 */
static inline bool is_link(const struct node_walk *w, unsigned long link)
{
	return link == w->head || slw_page_at(page_of(link));
}

/* Does the list go from @link to @next and back?  __list_add() keeps it so. */
static bool link_holds(const struct node_walk *w, unsigned int way,
		       unsigned long link, unsigned long *next)
{
	unsigned long back;

	*next = 0;
	return slw_load(link + onward(way), next) && is_link(w, *next) &&
	       slw_load(*next + onward(!way), &back) && back == link;
}

/* What such a list leads to: a slab of the cache, marked where there are marks. */
static bool is_member(const struct slw_cache *c, unsigned long page,
		      struct slw_slab *s)
{
	return slw_capture_slab(page, s) == SLW_CLEAN && s->is_slab &&
	       s->cache == c->g.cache &&
	       (s->mark || !slw_learned.partial_mark);
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
			 const struct node_walk *w, unsigned long page)
{
	struct slw_slab s;
	unsigned long next;

	return is_member(c, page, &s) && s.node == node && !s.frozen &&
	       s.freelist && s.inuse &&
	       link_holds(w, 0, link_of(page), &next);
}

/*
 * The link to go on from: so many slabs behind the newest anchor that holds; if
 * none does, behind the head.
 */
static void resume(struct slw_scan *scan, const struct slw_cache *c,
		   int node, struct node_walk *w, unsigned int way)
{
	struct node_end *end = &w->ends[way];
	unsigned int i, skip = end->past;
	unsigned long next;

	end->link = w->head;
	for (i = 0; i < ANCHORS && end->anchors[i]; i++) {
		if (anchor_holds(c, node, w, end->anchors[i])) {
			end->link = link_of(end->anchors[i]);
			break;
		}
		skip = 0;	/* what is seen twice is no harm */
	}
	while (skip-- && link_holds(w, way, end->link, &next) &&
	       next != w->head && !slw_window_closing(&scan->window))
		end->link = next;
}

/*
 * @passed slabs were passed, the @n of the batch were walked.  Those with
 * objects in use can serve as anchors; of empty ones there are few in a row,
 * kmem_cache.min_partial.
 */
static void remember(struct node_end *end, const struct slw_batch *b,
		     unsigned int n, u64 passed)
{
	unsigned int i = n > ANCHORS ? n - ANCHORS : 0;

	/* Undecided, if there is no other: all the same it goes on. */
	end->past += n ? i : passed;
	for (; i < n; i++) {
		end->past++;
		if (!b->slabs[i].inuse)
			continue;
		memmove(&end->anchors[1], &end->anchors[0],
			(ANCHORS - 1) * sizeof(end->anchors[0]));
		end->anchors[0] = b->slabs[i].page;
		end->past = 0;
	}
}

/* This end comes no further; the other one may. */
static void end_here(struct node_walk *w)
{
	w->ends[w->way].over = true;
	w->done = w->ends[!w->way].over;
}

static void __cold give_up(struct slw_scan *scan, enum slw_counter why)
{
	slw_count(why, 1);
	scan->cut = true;
}

/* The list leads no further from this end, or not to a slab of this cache. */
static void __cold end_broken(struct slw_scan *scan, struct node_walk *w)
{
	give_up(scan, SLW_COUNT_SKIPPED_BROKEN);
	end_here(w);
}

/* How many slabs the node says it has.  Out of line, it is asked for in four places. */
static noinline bool read_nr(const struct node_walk *w, unsigned long *nr)
{
	return slw_read_long(w->n + slw_layout.node.nr_partial, nr);
}

/*
 * nr_partial is changed together with the list: add_partial(),
 * remove_partial().  Told only when the whole list was seen in one window, and
 * not of debug caches: SLUB's own repair in on_freelist() leaves it wrong.
 */
static void check_length(struct slw_scan *scan, struct slw_cache *c,
			 const struct node_walk *w)
{
	unsigned long nr, again;

	if (!w->whole || c->g.debug || !read_nr(w, &nr))
		return;
	if (nr != w->visited && read_nr(w, &again) && again == nr)
		slw_record_list(scan, c, SLUBWATCH_KIND_LIST_COUNT, w->n, nr,
				w->visited);
}

/*
 * Of two words that do not agree that is told which nothing else agrees with: the
 * way on from @link, or the way back to it, from where it leads to.
 */
static void __cold record_link(struct slw_scan *scan, struct slw_cache *c,
			       const struct node_walk *w, unsigned long link,
			       unsigned long next)
{
	unsigned long at = link + onward(w->way), back;
	struct slw_slab s;

	if ((next == w->head || is_member(c, page_of(next), &s)) &&
	    !link_holds(w, !w->way, next, &back)) {
		at = next + onward(!w->way);
		next = back;
	}
	slw_record_list(scan, c, SLUBWATCH_KIND_LIST_LINK, at, next, 0);
}

/* The link after @link, false when the list is broken there. */
static bool next_link(struct slw_scan *scan, struct slw_cache *c,
		      const struct node_walk *w, unsigned long link,
		      unsigned long *next)
{
	if (link_holds(w, w->way, link, next) ||
	    link_holds(w, w->way, link, next))
		return true;
	record_link(scan, c, w, link, *next);
	return false;
}

/* Slabs captured between two looks at the clock. */
#define SLABS		8

/* Fill the batch from @link on; returns the link it ended at. */
static unsigned long gather(struct slw_scan *scan, struct slw_cache *c,
			    struct node_walk *w, unsigned long link,
			    const struct slw_expect *e)
{
	const unsigned long other = w->ends[!w->way].link;
	unsigned long next;
	unsigned int n = 0;

	do {
		if (!next_link(scan, c, w, link, &next)) {
			end_broken(scan, w);
			break;
		}
		if (next == other) {
			w->done = true;
			break;
		}
		if (next == w->head) {
			end_here(w);
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
			end_broken(scan, w);
			fallthrough;
		case SLW_FULL:
			return link;
		}
	} while (!scan->nr_found &&
		 (++n % SLABS || !slw_window_closing(&scan->window)));
	return link;
}

/* From @link on, so fast that both have seen as many slabs as the batch has. */
static void send_scout(struct slw_scan *scan, unsigned int way,
		       unsigned long link)
{
	const struct slw_batch *b = &scan->batch;
	unsigned int i, free = 0;

	for (i = 0; i < b->n; i++)
		free += b->slabs[i].objects - b->slabs[i].inuse;
	scan->scouts.every = max(2 * free / max(b->n, 1u), 1u);
	scan->scouts.of[way] = (struct slw_scout) {
		.at = link + onward(way),
		.left = b->n,
	};
}

/* One batch; false when it must be made anew in another window. */
static bool walk_batch(struct slw_scan *scan, struct slw_cache *c,
		       struct node_walk *w, const struct slw_expect *e)
{
	const struct node_walk before = *w;
	struct node_end *end = &w->ends[w->way];
	unsigned int n;

	end->link = gather(scan, c, w, end->link, e);
	n = scan->batch.n;
	send_scout(scan, w->way, end->link);
	if (!slw_batch_walk(scan, c, e)) {
		*w = before;
		return false;
	}
	remember(end, &scan->batch, n, w->visited - before.visited);
	if (end->over)
		*end = (struct node_end) { .link = w->head, .over = true };
	w->way ^= !w->ends[!w->way].over;
	return true;
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

	resume(scan, c, node, w, 0);
	resume(scan, c, node, w, 1);
	scan->hub = w->n;
	scan->moved = false;
	scan->scouts = (struct slw_scouts) {
		.low = slw_memory_map.low,
		.high = slw_memory_map.high,
		.every = 1,
	};
	while (walk_batch(scan, c, w, &e) && !w->done)
		if (scan->moved || scan->nr_found ||
		    slw_window_closing(&scan->window))
			break;
	if (w->done && !scan->cut && !scan->moved)
		check_length(scan, c, w);
	w->whole = false;
	if (w->visited > w->limit && !w->done) {
		give_up(scan, SLW_COUNT_SKIPPED_MOVED);
		w->done = true;
	}
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
		.way = 1,
		.whole = true,
	};
	if (!n || !read_nr(w, &nr))
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
	       read_nr(w, &nr) &&
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
