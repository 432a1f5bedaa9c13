// SPDX-License-Identifier: GPL-2.0
/*
 * Telling of a finding: see tell.h.
 *
 * What is told is told one after the other, by sweeps and by the guard.
 */
#include "react/tell.h"

#include <linux/mutex.h>

#include "finding/diagnose.h"
#include "finding/finding.h"
#include "finding/scene.h"
#include "memory/cache.h"
#include "react/react.h"
#include "watch/watch.h"

/* Nests in the sweep lock. */
static DEFINE_MUTEX(tell_lock);

static void count_finding(const struct slubwatch_finding *f)
{
	struct slw_cache *c;

	slw_caches_lock();
	slw_for_each_cache(c) {
		if (c->g.cache != f->kmem_cache)
			continue;
		c->findings++;
		c->isolated += f->isolation == SLUBWATCH_ISOLATION_DONE;
	}
	slw_caches_unlock();
}

void slw_tell(struct slw_record *r, bool proven)
{
	/* What was changed is told each time, and if there is no room to keep it. */
	bool changed = r->f.isolation == SLUBWATCH_ISOLATION_DONE;

	mutex_lock(&tell_lock);
	if (!slw_finding_seen(&r->f) || changed) {
		slw_watch_escalate(r);
		if (slw_finding_add(r) || changed) {
			slw_scene_look(r);
			slw_diagnose(&r->f);
			slw_finding_update(r);
			count_finding(&r->f);
			/* Before the self-test is through, nothing is trusted. */
			if (proven)
				slw_react(r);
		}
	}
	mutex_unlock(&tell_lock);
}
