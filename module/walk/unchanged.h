/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slabs that are as the patrol left them.
 *
 * A slab whose freelist and counters are what they were when its chain was found
 * clean has been neither allocated from nor freed to.  Its memory may have
 * changed for all that: a write through a stale pointer or by a device touches
 * no counter.  So it may be passed over a bounded number of sweeps, and no more.
 */
#ifndef _SLUBWATCH_UNCHANGED_H
#define _SLUBWATCH_UNCHANGED_H

#include "core/types.h"

/**
 * slw_unchanged() - may the chain of a slab be left out this time?
 * @s:		the slab, as captured now
 * @sweep:	number of the sweep
 * @bound:	every chain is walked at least once in so many sweeps, more than 1
 *
 * Return: true when it is as slw_unchanged_note() saw it, not too long ago.
 */
bool slw_unchanged(const struct slw_slab *s, u32 sweep, u32 bound);

/**
 * slw_unchanged_note() - a slab's chain was walked and is clean
 * @s:		the slab, as captured for the walk
 * @sweep:	number of the sweep
 * @bound:	as above
 *
 * The slabs of one sweep come due in different ones, so that the work is spread.
 */
void slw_unchanged_note(const struct slw_slab *s, u32 sweep, u32 bound);

/**
 * slw_unchanged_forget() - a slab's chain is not clean, or was not decided
 * @s:		the slab
 *
 * What was damaged behind the counters' back looks as it did when it was clean;
 * it is walked in every sweep, so that a finding stays one finding.
 */
void slw_unchanged_forget(const struct slw_slab *s);

/* Return: 0 or -ENOMEM. */
int slw_unchanged_init(void);
void slw_unchanged_exit(void);

#endif /* _SLUBWATCH_UNCHANGED_H */
