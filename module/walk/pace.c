// SPDX-License-Identifier: GPL-2.0
/*
 * The pace of a sweep: see pace.h.
 */
#include "walk/pace.h"

#include <linux/atomic.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

static unsigned int share;		/* of a CPU, in thousandths; 0: all of it */
static u64 working_since;		/* the clock at the last look */
static u64 worked;			/* ns since the last rest */
static bool stopping;
/* Sweeps that somebody waits for. */
static atomic_t hurried;
static DECLARE_WAIT_QUEUE_HEAD(resting);

void slw_pace_begin(unsigned int permille)
{
	share = permille;
	working_since = ktime_get_mono_fast_ns();
}

void slw_pace_worked(u64 ns)
{
	worked += ns;
	working_since = ktime_get_mono_fast_ns();
}

bool slw_pace_over(void)
{
	/* Who waits for a sweep must not keep the machine from its suspend. */
	return READ_ONCE(stopping) || fatal_signal_pending(current) ||
	       (!share && freezing(current));
}

/*
 * Rest so long that the time worked since the last rest stays below its share.
 * Time is by the clock: what others took of the CPU meanwhile makes the patrol
 * slower, never faster.  Nobody rests while somebody waits for a sweep.
 */
void slw_pace_rest(void)
{
	u64 now = ktime_get_mono_fast_ns(), pause;

	worked += now - working_since;
	working_since = now;
	if (!share || worked < NSEC_PER_MSEC / 4)
		return;
	pause = div_u64(worked * 1000, share);
	worked = 0;
	wait_event_freezable_timeout(resting,
				     slw_pace_over() ||
				     atomic_read(&hurried),
				     nsecs_to_jiffies(pause) + 1);
	working_since = ktime_get_mono_fast_ns();
}

void slw_pace_hurry(void)
{
	atomic_inc(&hurried);
	wake_up(&resting);
}

void slw_pace_hurry_done(void)
{
	atomic_dec(&hurried);
}

void slw_pace_stop(void)
{
	WRITE_ONCE(stopping, true);
	wake_up(&resting);
}
