/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sweeps: every walker over every cache, now or from time to time.
 */
#ifndef _SLUBWATCH_PATROL_H
#define _SLUBWATCH_PATROL_H

#include <linux/types.h>

/**
 * slw_patrol_run() - one complete sweep, now
 * @pattern:	which caches, as in the parameter caches
 * @paced:	keep to cpu_permille
 *
 * Context: process, sleeps.
 * Return: 0, -EINTR when a fatal signal came, -ENODEV when unloading.
 */
int slw_patrol_run(const char *pattern, bool paced);

/**
 * slw_patrol_apply_guard() - guard what the parameter guard says, now
 *
 * Every sweep does so too, since caches come and go.
 *
 * Context: process, may sleep.
 */
void slw_patrol_apply_guard(void);

/* ns the last sweep took, and its coverage: lists done of lists due. */
u64 slw_patrol_last_ns(void);
u32 slw_patrol_last_percent(void);

/* CPUs that the last sweep left out because they are isolated. */
u32 slw_patrol_isolated(void);

/* A parameter changed: the patrol looks at it now.  Context: any. */
void slw_patrol_wake(void);

/**
 * slw_patrol_init() - get ready for sweeps, without any yet
 *
 * Return: 0 or -ENOMEM.
 */
int slw_patrol_init(void);

/* Let sweeps run: the caches are known. */
void slw_patrol_open(void);

/* Start the patrol.  Return: 0 or an errno. */
int slw_patrol_start(void);

/* End the sweep that is running, refuse others, stop the patrol. */
void slw_patrol_stop(void);

/* Free what slw_patrol_init() made. */
void slw_patrol_exit(void);

#endif /* _SLUBWATCH_PATROL_H */
