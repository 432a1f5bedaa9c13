/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking ahead: is what the next allocations will follow still a chain?
 *
 * The guard asks at each allocation, so the common answer has to be cheap:
 * whether an address is an object of a slab is one multiplication here, not a
 * division.
 */
#ifndef _SLUBWATCH_CORE_AHEAD_H
#define _SLUBWATCH_CORE_AHEAD_H

#include "stride.h"
#include "types.h"

/* Links that slw_look_ahead() follows at most. */
#define SLW_AHEAD	16

/**
 * slw_look_ahead() - follow the first links of a cpu freelist
 * @g:		numbers of the cache
 * @s:		the cpu slab; its objects must have passed slw_check_slab()
 * @head:	first free object, 0 if there is none
 * @last:	the object that was handed out last, 0 if that is not known
 * @v:		filled: %SLW_CLEAN, %SLW_SUSPECT or %SLW_UNREADABLE
 *
 * A link must lead to an object of the slab, and to none that was met before it;
 * @last, which led to @head, counts as met.  If @head itself is wrong, it is
 * told as the link that @last had.  What it cannot tell: a link to an object in
 * use whose own slot still holds a free pointer, a list that ends too early,
 * and whatever is more than SLW_AHEAD links away.
 *
 * Return: @v->outcome.
 */
enum slw_outcome slw_look_ahead(const struct slw_geometry *g,
				const struct slw_slab *s, unsigned long head,
				unsigned long last, struct slw_verdict *v);

#endif /* _SLUBWATCH_CORE_AHEAD_H */
