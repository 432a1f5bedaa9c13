/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What no member tells and no version may be asked: learned from the private
 * cache at load (selftest.c), where every state is known.
 */
#ifndef _SLUBWATCH_LEARNED_H
#define _SLUBWATCH_LEARNED_H

#include <linux/types.h>

/**
 * struct slw_learned - behaviour of the running SLUB
 * @cpu_partial_frozen:	slabs on a cpu partial list are frozen: 1 until 6.7, 0
 *		since Linux kernel commit 8cd3fa428b56 ("slub: Delay freezing of
 *		partial slabs") (in v6.8), -1 if the private cache never got one
 * @partial_mark:	slabs on a node's partial list are marked PG_workingset
 *		(6.8 and later)
 * @no_red_zones: SLAB_RED_ZONE in a cache's flags does not move its objects:
 *		fixup_red_left() of 5.10 asks slub_debug_enabled instead
 * @pair_known: a cache's flags say what the CPU says of its 16-byte cmpxchg, so
 *		the bit that tells how {freelist, counters} are changed is known
 * @init_on_free: a freed object is zero but for its free pointer
 */
struct slw_learned {
	int cpu_partial_frozen;
	bool partial_mark;
	bool no_red_zones;
	bool pair_known;
	bool init_on_free;
};

extern struct slw_learned slw_learned;

#endif /* _SLUBWATCH_LEARNED_H */
