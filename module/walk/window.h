/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows: the time in which a slab lock is held or interrupts are off.
 *
 * A walker opens one right after it took its lock, asks now and then whether
 * it is over, and closes it right before it lets go.
 */
#ifndef _SLUBWATCH_WINDOW_H
#define _SLUBWATCH_WINDOW_H

#include <linux/ktime.h>
#include <linux/types.h>

/* Windows are counted by length: bucket b holds those below 2^b us. */
#define SLW_WINDOW_BUCKETS	16

/**
 * struct slw_window - the window that is open
 * @opened:	when, in ns
 * @budget:	how long it may last, in ns: hold_us at the sweep's start
 */
struct slw_window {
	u64 opened;
	u64 budget;
};

/*
 * ktime_get_mono_fast_ns() works with interrupts off and in NMIs;
 * local_clock() stands still for a tick then, where the TSC is not trusted.
 */
static inline void slw_window_open(struct slw_window *w)
{
	w->opened = ktime_get_mono_fast_ns();
}

static inline u64 slw_window_age(const struct slw_window *w)
{
	return ktime_get_mono_fast_ns() - w->opened;
}

/* Half of the time is for starting work, so that what was begun can be ended. */
static inline bool slw_window_closing(const struct slw_window *w)
{
	return slw_window_age(w) >= w->budget / 2;
}

/* A fifth is for the step that was begun before this is asked again. */
static inline bool slw_window_over(const struct slw_window *w)
{
	return slw_window_age(w) >= w->budget - w->budget / 5;
}

/**
 * slw_window_close() - end a window and account for it
 * @w: the open window
 *
 * Context: any, one window at a time in a scan.
 */
void slw_window_close(struct slw_window *w);

/* The longest window since load, in ns. */
u64 slw_window_max_ns(void);

/* Windows in a bucket since load. */
u64 slw_window_bucket(unsigned int bucket);

#endif /* _SLUBWATCH_WINDOW_H */
