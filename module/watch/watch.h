/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watched caches: those whose allocations and frees are followed.
 *
 * As long as there is one, probes are registered and memory is held: half of
 * watch_kib for the history (provenance.c), half for what free objects hold
 * (remember.c).
 */
#ifndef _SLUBWATCH_WATCH_H
#define _SLUBWATCH_WATCH_H

#include <linux/types.h>

struct seq_file;
struct slw_cache;
struct slw_record;

/**
 * slw_watch_update() - begin or end watching, as the parameters say
 * @pattern:	the parameter watch
 * @kib:	the parameter watch_kib: takes effect when watching begins
 *
 * Context: process, sweep lock.
 */
void slw_watch_update(const char *pattern, unsigned int kib);

/**
 * slw_watch_cache() - is this cache watched from now on?
 * @c: a cache; @c->watched is set
 *
 * Context: process, sweep lock.
 */
void slw_watch_cache(struct slw_cache *c);

/**
 * slw_watch_escalate() - watch the cache of a finding, until unload
 * @r: a new finding; what is known of its object is added, if it is watched
 *
 * Context: process, the lock that telling is done under.
 */
void slw_watch_escalate(struct slw_record *r);

/* Can objects be remembered? */
bool slw_watch_remembers(void);

/* Lines of the file status. */
void slw_watch_show(struct seq_file *m);

/* The end of it.  Context: process, no sweep runs. */
void slw_watch_exit(void);

#endif /* _SLUBWATCH_WATCH_H */
