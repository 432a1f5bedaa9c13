/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Verdict -> finding: everything a report needs is copied while it holds still.
 */
#ifndef _SLUBWATCH_RECORD_H
#define _SLUBWATCH_RECORD_H

#include "core/types.h"

struct slw_record;

/**
 * slw_record_fill() - copy what a finding needs
 * @r:		filled; the caller adds the place, and the CPU or the node
 * @g:		numbers of the cache
 * @name:	and its name
 * @s:		the slab, as captured; NULL if it is none of a slab's
 * @v:		the verdict that two looks agreed on
 *
 * Context: any, with slab locks held: copies memory and nothing else.
 */
void slw_record_fill(struct slw_record *r, const struct slw_geometry *g,
		     const char *name, const struct slw_slab *s,
		     const struct slw_verdict *v);

#endif /* _SLUBWATCH_RECORD_H */
