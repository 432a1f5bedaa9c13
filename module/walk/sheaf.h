/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sheaves (since 6.18): arrays of free objects, struct slab_sheaf, wherever one
 * hangs.  Whoever looks into one holds the lock of the place it hangs in.
 *
 * The free pointer inside an object that is in a sheaf means nothing and is
 * never read.  That no object is in twice, or also on its slab's freelist, is a
 * double free that the kernel itself does not test for: free_to_pcs().
 */
#ifndef _SLUBWATCH_SHEAF_H
#define _SLUBWATCH_SHEAF_H

#include "walk/scan.h"

/* Windows that one CPU's sheaves or one list of a barn may take. */
#define SLW_SHEAF_WINDOWS	256

/**
 * struct slw_sheaf - a sheaf's header, captured
 * @addr:	address of the slab_sheaf
 * @cache:	slab_sheaf.cache
 * @size:	slab_sheaf.size
 */
struct slw_sheaf {
	unsigned long addr;
	unsigned long cache;
	u32 size;
};

/**
 * struct slw_sheaf_walk - where a walk of a CPU's sheaves or of a barn stands
 * @at:		address of the slub_percpu_sheaves or the node_barn
 * @row:	which of its sheaves or lists, a row of the walker's table
 * @sheaf:	sheaves of that list walked, in a barn
 * @entry:	entries of the sheaf at hand walked
 * @capacity:	entries that a sheaf can hold
 * @done:	the end was reached, or it was given up
 * @count:	how often an entry is in all that is held right now; a set of
 *		what earlier windows saw cannot tell a double free from an
 *		object that was allocated and freed meanwhile
 */
struct slw_sheaf_walk {
	unsigned long at;
	unsigned int row;
	u32 sheaf;
	u32 entry;
	u32 capacity;
	bool done;
	unsigned int (*count)(const struct slw_sheaf_walk *w, unsigned long entry);
};

/*
 * Read a sheaf's header.  False when there can be none: it is a kmalloc()
 * object, so in the direct map.
 */
bool slw_sheaf_capture(unsigned long addr, struct slw_sheaf *sheaf);

/* Read one of its entries, less than a sheaf has room for; false when it faulted. */
bool slw_sheaf_entry(const struct slw_sheaf *sheaf, u32 i, unsigned long *entry);

/*
 * How often an entry is in a sheaf, among the first @most: its size may be what
 * is damaged.
 */
unsigned int slw_sheaf_count(const struct slw_sheaf *sheaf,
			     unsigned long entry, u32 most);

/**
 * slw_sheaf_check() - one sheaf from w->entry on
 * @scan:	place, window
 * @c:		the cache it must belong to
 * @w:		moved on
 * @addr:	address of the slab_sheaf
 * @least:	entries it must have
 * @most:	entries it may have
 *
 * Context: under the lock of the place.
 * Return: false when the window closed before its end.
 */
bool slw_sheaf_check(struct slw_scan *scan, struct slw_cache *c,
		     struct slw_sheaf_walk *w, unsigned long addr, u32 least,
		     u32 most);

#endif /* _SLUBWATCH_SHEAF_H */
