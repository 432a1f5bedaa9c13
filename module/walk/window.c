// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: see window.h.
 */
#include "walk/window.h"

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kernel.h>

static atomic64_t buckets[SLW_WINDOW_BUCKETS];
static u64 max_ns;

void slw_window_close(struct slw_window *w)
{
	u64 age = slw_window_age(w);
	unsigned int bucket = fls64(div_u64(age, 1000));

	atomic64_inc(&buckets[min(bucket, SLW_WINDOW_BUCKETS - 1u)]);
	/* Two scans never run at once; a reader may see the older value. */
	if (age > READ_ONCE(max_ns))
		WRITE_ONCE(max_ns, age);
}

u64 slw_window_max_ns(void)
{
	return READ_ONCE(max_ns);
}

u64 slw_window_bucket(unsigned int bucket)
{
	return atomic64_read(&buckets[bucket]);
}
