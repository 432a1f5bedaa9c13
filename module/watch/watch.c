// SPDX-License-Identifier: GPL-2.0
/*
 * Watched caches: see watch.h.
 *
 * The probes run anywhere at any time; what they read is made before they are
 * registered, and given back after slw_alloc_unhook() has waited for them.
 */
#include "watch/watch.h"

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/page-flags.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "config.h"
#include "finding/finding.h"
#include "finding/provenance.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "pattern.h"
#include "watch/alloc_probe.h"
#include "watch/remember.h"
#include "watch/untold.h"

/* Addresses of the watched caches, hashed; a free place is 0. */
#define SET_BITS	10
#define SET_SIZE	BIT(SET_BITS)
/* So that a search for what is not there ends soon. */
#define SET_MOST	(SET_SIZE / 2)

/* There while something is watched. */
static unsigned long *set;
static unsigned int set_used;

/* Protects everything here but for the probes, which read only. */
static DEFINE_MUTEX(lock);
static bool watching;
static bool remembering;
static bool failed;
static bool escalated;
static char now_pattern[SLW_PATTERN_SIZE] = "none";

/* Its place in the set, or the free place where it would be. */
static unsigned int set_place(unsigned long cache)
{
	unsigned int i = hash_long(cache, SET_BITS);
	unsigned long there;

	while ((there = READ_ONCE(set[i])) && there != cache)
		i = (i + 1) % SET_SIZE;
	return i;
}

static bool set_has(unsigned long cache)
{
	return cache && READ_ONCE(set[set_place(cache)]) == cache;
}

static void set_add(unsigned long cache)
{
	if (set_has(cache) || set_used == SET_MOST)
		return;
	WRITE_ONCE(set[set_place(cache)], cache);
	set_used++;
}

static void set_clear(void)
{
	unsigned int i;

	for (i = 0; set && i < SET_SIZE; i++)
		WRITE_ONCE(set[i], 0);
	set_used = 0;
}

/* The tracepoints of kmalloc() and kfree() do not say. */
static unsigned long cache_of(unsigned long object)
{
	struct page *page = slw_page_of(object);
	unsigned long cache;

	if (!page || !PageSlab(page) ||
	    !slw_load((unsigned long)page + slw_layout.slab.slab_cache, &cache))
		return 0;
	return cache;
}

static void note(unsigned long cache, unsigned long object, bool alloc)
{
	if (!in_nmi() && set_has(cache ?: cache_of(object)))
		slw_history_add(object, alloc);
}

static void on_alloc(unsigned long cache, unsigned long object)
{
	if (remembering)
		slw_forget_object(object);
	note(cache, object, true);
}

static void on_free(unsigned long cache, unsigned long object)
{
	note(cache, object, false);
}

static void on_page_free(struct page *page, unsigned int order)
{
	if (remembering)
		slw_forget_page((unsigned long)page);
}

static struct slw_alloc_hook hook = {
	.alloc = on_alloc,
	.free = on_free,
	.page_free = on_page_free,
};

static int start_remembering(size_t bytes)
{
	int err = slw_untold_start();

	if (err)
		return err;
	err = slw_remember_init(bytes);
	if (err)
		slw_untold_stop();
	remembering = !err;
	return err;
}

static void stop_remembering(void)
{
	if (!remembering)
		return;
	slw_untold_stop();
	remembering = false;
	slw_remember_exit();
}

static void free_all(void)
{
	stop_remembering();
	slw_history_exit();
	kfree(set);
	set = NULL;
	set_used = 0;
}

/* Objects are remembered if they can be; the history alone is worth it too. */
static int start(unsigned int kib)
{
	size_t half = (size_t)kib * 1024 / 2;
	int err = slw_history_init(half);

	if (err)
		return err;
	set = kcalloc(SET_SIZE, sizeof(*set), GFP_KERNEL);
	if (!set) {
		free_all();
		return -ENOMEM;
	}
	err = start_remembering(half);
	if (err)
		pr_warn("slubwatch: content of free objects is not remembered (%d)\n",
			err);
	hook.page_free = remembering ? on_page_free : NULL;
	err = slw_alloc_hook(&hook);
	if (err)
		free_all();
	return err;
}

static void stop(void)
{
	if (!watching)
		return;
	slw_alloc_unhook(&hook);
	free_all();
	watching = false;
}

static void begin_watching(unsigned int kib)
{
	int err = start(kib);

	watching = !err;
	if (err && !failed)
		pr_err("slubwatch: cannot watch (%d)\n", err);
	failed = err;
}

void slw_watch_update(const char *pattern, unsigned int kib)
{
	bool wanted = strcmp(pattern, "none");

	mutex_lock(&lock);
	if (strcmp(pattern, now_pattern)) {
		strscpy(now_pattern, pattern, sizeof(now_pattern));
		set_clear();
	}
	if (!wanted && !escalated)
		stop();
	else if (!watching)
		begin_watching(kib);
	mutex_unlock(&lock);
}

void slw_watch_cache(struct slw_cache *c)
{
	mutex_lock(&lock);
	c->watched = watching && (c->escalated ||
				  slw_pattern_match(now_pattern, c->name));
	if (c->watched)
		set_add(c->g.cache);
	mutex_unlock(&lock);
}

static void escalate(unsigned long kmem_cache)
{
	struct slw_cache *c;

	slw_caches_lock();
	slw_for_each_cache(c)
		if (c->g.cache == kmem_cache)
			c->escalated = true;
	slw_caches_unlock();
	escalated = true;
}

void slw_watch_escalate(struct slw_record *r)
{
	mutex_lock(&lock);
	if (watching && set_has(r->f.kmem_cache))
		slw_origins_find(&r->f, &r->origins);
	if (slw_config_action() & SLW_ACTION_WATCH)
		escalate(r->f.kmem_cache);
	mutex_unlock(&lock);
}

bool slw_watch_remembers(void)
{
	return remembering;
}

void slw_watch_show(struct seq_file *m)
{
	mutex_lock(&lock);
	seq_printf(m, "watched_caches: %u\n", set_used);
	seq_printf(m, "watch_events: %u\n", slw_history_size());
	seq_printf(m, "watch_objects: %u\n", slw_remember_size());
	mutex_unlock(&lock);
}

void slw_watch_exit(void)
{
	mutex_lock(&lock);
	stop();
	mutex_unlock(&lock);
}
