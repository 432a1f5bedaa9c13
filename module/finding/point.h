/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is at an address, as crash's `rd -SS` tells it: a symbol of the kernel's,
 * an object of a cache, a free page.
 */
#ifndef _SLUBWATCH_POINT_H
#define _SLUBWATCH_POINT_H

#include "core/classify.h"

/**
 * slw_point_at() - look up what is at an address
 * @addr:	any value
 * @p:		filled
 *
 * Looked at now and without any lock: what was there when @addr was stored may
 * be gone.
 *
 * Context: process, may sleep; the lock that telling is done under (tell.c).
 */
void slw_point_at(unsigned long addr, struct slw_pointed *p);

#endif /* _SLUBWATCH_POINT_H */
