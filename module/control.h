/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control surface: /sys/module/slubwatch/parameters/.
 */
#ifndef _SLUBWATCH_CONTROL_H
#define _SLUBWATCH_CONTROL_H

#include <linux/types.h>

/* A list of patterns fits in here, with its final NUL. */
#define SLW_PATTERN_SIZE	256

enum slw_action {
	SLW_ACTION_REPORT	= 1 << 0,
	SLW_ACTION_PANIC	= 1 << 1,
	SLW_ACTION_ISOLATE	= 1 << 2,
	SLW_ACTION_WATCH	= 1 << 3,
};

/**
 * struct slw_config - the parameters, as a sweep copies them at its start
 * @period_ms:	time between patrol sweeps, 0 for none
 * @cpu_permille: ceiling of the patrol's CPU use, thousandths of one CPU
 * @hold_us:	longest window
 * @unchanged_sweeps: sweeps in which an unchanged slab is walked at least once
 * @isolated_cpus: isolated CPUs are visited too
 * @caches:	which caches are patrolled
 * @watch:	whose allocations and frees are followed; "none"
 * @watch_kib:	memory for that
 * @content:	look into free objects
 * @guard:	which caches are guarded, "" for none
 */
struct slw_config {
	unsigned int period_ms;
	unsigned int cpu_permille;
	unsigned int hold_us;
	unsigned int unchanged_sweeps;
	bool isolated_cpus;
	char caches[SLW_PATTERN_SIZE];
	char watch[SLW_PATTERN_SIZE];
	unsigned int watch_kib;
	bool content;
	char guard[SLW_PATTERN_SIZE];
};

/* Copy the parameters as they are now.  Context: process, may sleep. */
void slw_config_get(struct slw_config *config);

/* What to do at a finding: bits of enum slw_action.  Context: any. */
unsigned int slw_config_action(void);

/* How many slabs may be isolated since load.  Context: any. */
unsigned int slw_config_isolate_max(void);

#endif /* _SLUBWATCH_CONTROL_H */
