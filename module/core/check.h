/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshot -> verdict: what must hold for a slab because of where it was found,
 * and for a sheaf's entries.
 */
#ifndef _SLUBWATCH_CORE_CHECK_H
#define _SLUBWATCH_CORE_CHECK_H

#include "types.h"

/**
 * struct slw_expect - what the place a slab was found in asks of it
 * @frozen:	must be (1), must not be (0), or not known (-1)
 * @mark:	the same for the mark of a node's partial list
 * @node:	node it must be on, -1 for any
 * @free:	must have a free object on slab.freelist
 */
struct slw_expect {
	int frozen;
	int mark;
	int node;
	bool free;
};

/**
 * slw_check_geometry() - can these be the numbers of a cache at all?
 * @g: numbers captured from a struct kmem_cache
 *
 * calculate_sizes() in slub.c keeps every rule that is tested here.  What passes
 * keeps a walk inside its slab: every object of the grid, and the free pointer
 * of each, lies in the slab's pages.
 *
 * Return: false when walking by them would be wrong.
 */
bool slw_check_geometry(const struct slw_geometry *g);

/* As slw_check_slab(), where what is wrong need not be known. */
bool slw_slab_holds(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e);

/**
 * slw_check_slab() - everything about a slab but its chain
 * @g:		numbers of the cache
 * @s:		the slab as captured
 * @e:		what its place asks
 * @v:		%SLW_CLEAN, and nothing else set; or %SLW_SUSPECT with the first
 *		rule broken
 *
 * Return: true when clean, so that its chain may be walked.
 */
bool slw_check_slab(const struct slw_geometry *g, const struct slw_slab *s,
		    const struct slw_expect *e, struct slw_verdict *v);

/**
 * slw_check_entry() - is a sheaf's entry an object of this cache?
 * @g:		numbers of the cache
 * @entry:	the word in slab_sheaf.objects[]
 * @s:		the slab the entry lies in, as captured; @s->is_slab is false if
 *		it lies in none
 * @v:		filled: %SLW_CLEAN or %SLW_SUSPECT
 *
 * free_to_pcs() and sheaf refills in slub.c put nothing else in a sheaf.
 *
 * Return: the object's index in its slab, -1 when suspect.
 */
int slw_check_entry(const struct slw_geometry *g, unsigned long entry,
		    const struct slw_slab *s, struct slw_verdict *v);

#endif /* _SLUBWATCH_CORE_CHECK_H */
