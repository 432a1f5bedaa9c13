/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What slubwatch counts.  Everything that could not be decided has a counter
 * with its reason, so that silence is never mistaken for health.
 */
#ifndef _SLUBWATCH_COUNTERS_H
#define _SLUBWATCH_COUNTERS_H

#include <linux/atomic.h>

#include "slubwatch.h"

/*
 * Identifier, key in status, key it is summed up under (NULL: stands alone).
 */
#define SLW_COUNTERS(X) \
	X(SWEEPS,		"sweeps",		NULL) \
	X(SLABS,		"slabs_checked",	NULL) \
	X(OBJECTS,		"objects_checked",	NULL) \
	/* slabs not walked, as the patrol had found them clean like that */ \
	X(UNCHANGED,		"unchanged_skipped",	NULL) \
	X(FINDINGS,		"findings",		NULL) \
	X(DROPPED,		"findings_dropped",	NULL) \
	/* {freelist, counters} never stood still, or two looks disagreed */ \
	X(BUSY_RACED,		"busy_raced",		"busy") \
	/* list_lock or barn lock not got in many tries */ \
	X(BUSY_LOCK,		"busy_lock",		"busy") \
	/* sheaves in use by their CPU at that moment */ \
	X(BUSY_SHEAVES,		"busy_sheaves",		"busy") \
	/* a chain longer than hold_us allows */ \
	X(SKIPPED_LONG,		"skipped_long",		"skipped") \
	/* the list changed so much that the position was lost */ \
	X(SKIPPED_MOVED,	"skipped_moved",	"skipped") \
	/* a CPU that went away or did not answer */ \
	X(SKIPPED_CPU,		"skipped_cpu",		"skipped") \
	/* sheaf entries not compared with their slab's freelist */ \
	X(SKIPPED_ENTRIES,	"skipped_entries",	"skipped") \
	/* no memory for a cache's statistics */ \
	X(SKIPPED_NOMEM,	"skipped_nomem",	"skipped") \
	/* a list given up after a finding in it */ \
	X(SKIPPED_BROKEN,	"skipped_broken",	"skipped") \
	X(UNREADABLE,		"unreadable",		NULL) \
	/* objects whose content was looked at, */ \
	X(CONTENT,		"content_checked",	NULL) \
	/* for which the window was too short, */ \
	X(CONTENT_LEFT_OUT,	"content_left_out",	NULL) \
	/* and which changed in a way that may be legal */ \
	X(CONTENT_UNDECIDED,	"content_undecided",	NULL) \
	X(ISOLATED_SLABS,	"isolated_slabs",	NULL) \
	X(ISOLATED_OBJECTS,	"isolated_objects",	NULL) \
	/* bytes allocated, besides the module itself, threads and queues */ \
	X(MEMORY,		"memory_bytes",		NULL)

enum slw_counter {
#define SLW_COUNTER_ENUM(id, key, sum)	SLW_COUNT_##id,
	SLW_COUNTERS(SLW_COUNTER_ENUM)
#undef SLW_COUNTER_ENUM
	SLW_NR_COUNTERS
};

extern atomic64_t slw_counters[SLW_NR_COUNTERS];
/* Objects checked since load, by place: each walker's proof of coverage. */
extern atomic64_t slw_place_objects[SLUBWATCH_NR_PLACES];

static inline void slw_count(enum slw_counter counter, u64 n)
{
	atomic64_add(n, &slw_counters[counter]);
}

/* Memory was taken, or, with a negative number, given back. */
static inline void slw_count_memory(s64 bytes)
{
	atomic64_add(bytes, &slw_counters[SLW_COUNT_MEMORY]);
}

#endif /* _SLUBWATCH_COUNTERS_H */
