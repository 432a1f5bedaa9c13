/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a free object hold what it must?
 *
 * What the kernel's own settings say (init_on_free, slab poison, red zones), and,
 * in watched caches, what it held when it was looked at last.
 */
#ifndef _SLUBWATCH_CONTENT_H
#define _SLUBWATCH_CONTENT_H

#include <linux/types.h>

struct slw_cache;
struct slw_scan;
struct slw_slab;

/**
 * slw_content_begin() - what is known of a cache's free objects in this sweep
 * @c:		a pinned cache; @c->promises and @c->inuse are set
 * @asked:	the parameter content
 *
 * Context: process, sweep lock.
 */
void slw_content_begin(struct slw_cache *c, bool asked);

/**
 * slw_content_slab() - look at the free objects of a slab
 * @scan:	the scan, in a window
 * @c:		their cache
 * @s:		the slab, whose chain was walked and is sound
 * @seen:	the objects of that chain, which hold still
 *
 * As long as the window lasts; what is left out is counted.
 */
void slw_content_slab(struct slw_scan *scan, struct slw_cache *c,
		      const struct slw_slab *s, const unsigned long *seen);

/**
 * slw_content_entry() - look at a sheaf's entry
 * @scan:	the scan, in a window
 * @c:		the cache
 * @s:		the slab that the entry is in
 * @object:	the entry, which was found sound and holds still
 */
void slw_content_entry(struct slw_scan *scan, struct slw_cache *c,
		       const struct slw_slab *s, unsigned long object);

#endif /* _SLUBWATCH_CONTENT_H */
