/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking a bad chain out of service, so that nobody follows it.
 *
 * What is left behind is a state that SLUB makes itself and lives with: a slab
 * all of whose objects are in use, on no list; a shorter freelist; a sheaf with
 * fewer objects.  What is given up stays in use as far as slab.inuse goes, so
 * its slab is never freed, and a cache that it belongs to never goes away.
 */
#ifndef _SLUBWATCH_ISOLATE_H
#define _SLUBWATCH_ISOLATE_H

#include "core/types.h"

struct slw_cache;
struct slw_scan;

/**
 * slw_isolate() - take what a finding is about out of service
 * @scan:	the scan; hub, sheaf and entry say where
 * @c:		the cache
 * @s:		the slab as the second look captured it, NULL if it is none of a
 *		slab's
 * @v:		the verdict that two looks agreed on
 * @f:		the finding; isolation, lost and kept are filled
 *
 * Does what the parameters action and isolate_max allow.
 *
 * Context: the critical section in which both looks were made, under the lock
 * that holds the list.  Neither sleeps, allocates nor prints.
 */
void slw_isolate(struct slw_scan *scan, struct slw_cache *c,
		 const struct slw_slab *s, const struct slw_verdict *v,
		 struct slubwatch_finding *f);

/**
 * slw_isolate_cpu_freelist() - let a CPU's freelist end earlier
 * @g:		numbers of the cache
 * @kc:		address of this CPU's struct kmem_cache_cpu
 * @page:	its slab, kmem_cache_cpu.slab; 0: whatever was done to it before
 * @v:		the verdict that two looks agreed on
 * @last:	the object behind which the list ends, known to be on it; 0 for
 *		none: the list is then empty
 * @lost:	objects given up, for the counters
 *
 * Does what the parameters action and isolate_max allow, never on a debug
 * cache, and never twice for the same damage to a slab.  What flush_slab() in slub.c does
 * to the CPU, without giving the objects back; tid tells a fast path that was
 * interrupted here to begin anew.
 *
 * Context: on the CPU whose list it is, with interrupts off; on PREEMPT_RT since
 * 5.15 under kmem_cache_cpu.lock instead.  Not in an NMI.
 * Return: %SLUBWATCH_ISOLATION_DONE, or why not.
 */
enum slubwatch_isolation
slw_isolate_cpu_freelist(const struct slw_geometry *g, unsigned long kc,
			 unsigned long page, const struct slw_verdict *v,
			 unsigned long last, u32 lost);

/* Isolations since load.  Context: any. */
u32 slw_isolate_used(void);

#endif /* _SLUBWATCH_ISOLATE_H */
