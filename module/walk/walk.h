/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walkers: each knows one place where SLUB keeps free objects, how to hold it
 * still, and how to go through it without holding it long.
 */
#ifndef _SLUBWATCH_WALK_H
#define _SLUBWATCH_WALK_H

#include "core/check.h"
#include "core/freelist.h"
#include "core/lanes.h"
#include "core/layout.h"

struct slw_cache;
struct slw_scan;

/**
 * struct slw_walker - one row of the table of walkers
 * @name:	shown in status
 * @needs:	capability without which the place does not exist
 * @per_cpu:	walk() runs on the CPU whose lists it walks, in a bound worker;
 *		otherwise anywhere, for one node
 * @walk:	walk @c's list of CPU or node @id to its end, in as many windows
 *		as it takes; counts c->lists_due and c->lists_done
 */
struct slw_walker {
	const char *name;
	enum slw_cap needs;
	bool per_cpu;
	void (*walk)(struct slw_scan *scan, struct slw_cache *c, int id);
};

extern const struct slw_walker slw_walk_cpu;
extern const struct slw_walker slw_walk_node;
extern const struct slw_walker slw_walk_sheaves;
extern const struct slw_walker slw_walk_barn;

/**
 * struct slw_batch - slabs captured under one lock, to be walked together
 * @n:		how many
 * @unchanged:	a bit for each whose chain is left out
 * @walked:	slabs walked so far, of those
 * @found:	free objects that were found in them
 * @slabs:	the captured descriptors
 * @lanes:	their chains, each with its slab's place in here
 */
struct slw_batch {
	unsigned int n;
	u64 unchanged;
	u64 walked;
	u64 found;
	struct slw_slab slabs[SLW_LANES];
	struct slw_lanes lanes;
};

/* What became of a slab that was added to a batch. */
enum slw_add {
	SLW_ADDED,	/* its chain waits to be walked, or it was decided on */
	SLW_FULL,	/* no room: walk the batch, then add it again */
	SLW_STOP,	/* no slab of this cache: do not follow its links */
};

/**
 * slw_batch_add() - capture a slab, check it and start its chain
 * @scan:	a scan with an open window
 * @c:		the cache on whose list the slab was found
 * @page:	address of its struct slab
 * @e:		what its place asks
 *
 * A slab that breaks a rule twice is recorded, and its chain is not walked.
 *
 * Return: see &enum slw_add.
 */
enum slw_add slw_batch_add(struct slw_scan *scan, struct slw_cache *c,
			   unsigned long page, const struct slw_expect *e);

/**
 * slw_batch_walk() - walk all chains of the batch and judge them
 * @scan:	a scan with an open window
 * @c:		their cache
 * @e:		what their place asks
 *
 * Return: false when the window was too short for all of them: nothing was
 * judged and the batch must be made anew in another window, with fewer lanes.
 */
bool slw_batch_walk(struct slw_scan *scan, struct slw_cache *c,
		    const struct slw_expect *e);

/* Forget what is in the batch. */
void slw_batch_clear(struct slw_scan *scan);

/* Walk the scan's chain to its end; false when the window was over before. */
bool slw_walk_chain(struct slw_scan *scan);

/* A look that decided nothing: counted by its reason, the list is incomplete. */
void slw_undecided(struct slw_scan *scan, enum slw_outcome outcome);

/**
 * slw_record_list() - record something wrong with a list and not with a slab
 * @scan:	the scan, in a window
 * @c:		the cache
 * @kind:	what is wrong
 * @at:		address of the list's head, link or counter: the same every time
 * @raw:	what stands there
 * @expected:	what ought to, 0 if that cannot be told
 *
 * The caller has looked twice.  The list counts as incomplete.
 */
void slw_record_list(struct slw_scan *scan, struct slw_cache *c,
		     enum slubwatch_kind kind, unsigned long at,
		     unsigned long raw, unsigned long expected);

/* Count what was checked: in all, by place, and for the cache. */
void slw_account(struct slw_cache *c, enum slubwatch_place place, u64 slabs,
		 u64 objects);

#endif /* _SLUBWATCH_WALK_H */
