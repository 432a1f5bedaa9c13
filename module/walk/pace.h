/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How fast a sweep may go, and when it is to end before it is through.
 *
 * There is one sweep at a time; whoever runs it calls these under the sweep lock
 * (patrol.c), but for slw_pace_hurry(), slw_pace_hurry_done() and slw_pace_stop().
 */
#ifndef _SLUBWATCH_PACE_H
#define _SLUBWATCH_PACE_H

#include <linux/types.h>

/**
 * slw_pace_begin() - a sweep begins
 * @permille: its share of one CPU in thousandths; 0: as fast as it can, somebody
 *	      waits for it
 */
void slw_pace_begin(unsigned int permille);

/**
 * slw_pace_worked() - a CPU was visited
 * @ns: what that took there; that the sweep waited for it is no work
 */
void slw_pace_worked(u64 ns);

/**
 * slw_pace_rest() - rest, if the sweep has used up its share
 *
 * Context: process, may sleep.
 */
void slw_pace_rest(void);

/* True while a sweep ought to end early.  Context: process. */
bool slw_pace_over(void);

/* Somebody waits for a sweep, or does so no longer: nobody rests meanwhile. */
void slw_pace_hurry(void);
void slw_pace_hurry_done(void);

/* End the sweep that is running; there will be no other. */
void slw_pace_stop(void);

#endif /* _SLUBWATCH_PACE_H */
