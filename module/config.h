/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parameters say.  control.c writes it, everybody else reads it.
 */
#ifndef _SLUBWATCH_CONFIG_H
#define _SLUBWATCH_CONFIG_H

#include <linux/types.h>

/* A list of patterns fits in here, with its final NUL. */
#define SLW_PATTERN_SIZE	256

/* The parameter isolate_max: its default, and the most it can be. */
#define SLW_ISOLATE_DEFAULT	64
#define SLW_ISOLATE_MOST	1024

enum slw_action {
	SLW_ACTION_REPORT	= 1 << 0,
	SLW_ACTION_PANIC	= 1 << 1,
	SLW_ACTION_ISOLATE	= 1 << 2,
	SLW_ACTION_WATCH	= 1 << 3,
};

/**
 * struct slw_config - the parameters
 * @period_ms:	time between patrol sweeps, 0 for none
 * @cpu_permille: ceiling of the patrol's CPU use, thousandths of one CPU
 * @hold_us:	longest window
 * @unchanged_sweeps: sweeps in which an unchanged slab is walked at least once
 * @isolated_cpus: isolated CPUs are visited too
 * @isolate_max: how many slabs may be isolated since load
 * @watch_kib:	memory for what is watched
 * @content:	look into free objects
 * @action:	what to do at a finding: bits of &enum slw_action
 * @caches:	which caches are patrolled
 * @watch:	whose allocations and frees are followed; "none"
 * @guard:	which caches are guarded, "" for none
 */
struct slw_config {
	unsigned int period_ms;
	unsigned int cpu_permille;
	unsigned int hold_us;
	unsigned int unchanged_sweeps;
	unsigned int isolated_cpus;
	unsigned int isolate_max;
	unsigned int watch_kib;
	unsigned int content;
	unsigned int action;
	char caches[SLW_PATTERN_SIZE];
	char watch[SLW_PATTERN_SIZE];
	char guard[SLW_PATTERN_SIZE];
};

/* As they are now: for control.c, which says of each what it takes. */
extern struct slw_config slw_config;

/* Copy the parameters, for a sweep to go by.  Context: process, may sleep. */
void slw_config_get(struct slw_config *copy);

/* Set a member of slw_config.  Context: process, may sleep. */
void slw_config_set_number(unsigned int *number, unsigned int value);
void slw_config_set_pattern(char pattern[SLW_PATTERN_SIZE], const char *value);

/* Copy one.  Context: process, may sleep. */
void slw_config_get_pattern(const char pattern[SLW_PATTERN_SIZE],
			    char copy[SLW_PATTERN_SIZE]);

/* What to do at a finding: bits of enum slw_action.  Context: any. */
unsigned int slw_config_action(void);

/* Time between patrol sweeps, 0 for none.  Context: any. */
unsigned int slw_config_period_ms(void);

/* How many slabs may be isolated since load.  Context: any. */
unsigned int slw_config_isolate_max(void);

#endif /* _SLUBWATCH_CONFIG_H */
