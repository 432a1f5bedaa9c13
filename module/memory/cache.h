/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every cache of the machine, found through the kset "slab".
 */
#ifndef _SLUBWATCH_CACHE_H
#define _SLUBWATCH_CACHE_H

#include <linux/kobject.h>
#include <linux/list.h>

#include "core/layout.h"
#include "core/types.h"

struct kmem_cache;

/**
 * struct slw_tally - what one sweep saw of a cache
 * @lists_due:	lists it was to walk
 * @lists_done:	and walked to their ends, nothing left undecided
 * @lists_left:	lists of isolated CPUs, which were not to be walked
 * @unchanged:	slabs whose chains were left out, being as they were
 * @slabs:	slabs checked
 * @objects:	free objects checked, by place
 */
struct slw_tally {
	u32 lists_due;
	u32 lists_done;
	u32 lists_left;
	u32 unchanged;
	u32 slabs;
	u32 objects[SLUBWATCH_PLACE_CACHE];
};

/**
 * struct slw_cache - one cache as slubwatch knows it
 * @entry:	in slw_caches, in the order of the kset
 * @hash:	in the table by address
 * @s:		the cache; may be followed only while @pinned
 * @name:	copied, cut to fit
 * @g:		its numbers, captured when it was pinned
 * @cpu_slab:	kmem_cache.cpu_slab (__percpu), 0 if it has none
 * @cpu_sheaves: kmem_cache.cpu_sheaves (__percpu), 0 if it has none
 * @known_sheaves: @cpu_sheaves, once it was seen to be sound
 * @sheaf_capacity: objects a sheaf can hold, 0 if it has no sheaves
 * @promises:	what is known of its free objects: bits of &enum slw_promise
 * @inuse:	kmem_cache.inuse, if there are any
 * @now:	what the running sweep saw so far
 * @last:	what the last sweep that walked it saw
 * @findings:	findings since load
 * @isolated:	how often something of it was isolated since load
 * @partly:	sweeps in a row that left out what was unchanged
 * @partly_ns:	when the first of them ended
 * @complete_ns: when a sweep last walked all of it, ktime_get_mono_fast_ns();
 *		when it was first seen, before that
 * @cpu_is_known: what is behind @cpu_slab was seen to be sound
 * @pinned:	its kobject is held, so that nothing of it can be freed
 * @unread:	it is alive, and its numbers could not be read: it is not walked
 * @wanted:	this sweep walks it
 * @is_node_cache: it is "kmem_cache_node", whose slabs may be on other nodes
 * @escalated:	a finding asked for it to be watched; under slw_caches_lock()
 * @watched:	its allocations and frees are followed
 * @content_cut: this sweep left out the content of some of its objects
 *
 * Written under the sweep lock (patrol.c); by a per-CPU worker while the sweep
 * waits for it.  Entries are added and removed under slw_caches_lock() besides,
 * so that a reader of @name, @last, @findings, @isolated and @complete_ns needs
 * only that; @findings and @isolated are written under that lock alone.
 */
struct slw_cache {
	struct list_head entry;
	struct hlist_node hash;
	struct kmem_cache *s;
	char name[SLUBWATCH_CACHE_NAME];
	struct slw_geometry g;
	unsigned long cpu_slab;
	unsigned long cpu_sheaves;
	unsigned long known_sheaves;
	u32 sheaf_capacity;
	u32 promises;
	u32 inuse;
	struct slw_tally now;
	struct slw_tally last;
	u32 findings;
	u32 isolated;
	u32 partly;
	u64 partly_ns;
	u64 complete_ns;
	bool cpu_is_known;
	bool pinned;
	bool unread;
	bool wanted;
	bool is_node_cache;
	bool escalated;
	bool watched;
	bool content_cut;
};

extern struct slw_layout slw_layout;
extern struct list_head slw_caches;

#define slw_for_each_cache(c)	list_for_each_entry(c, &slw_caches, entry)

static inline bool slw_has_cap(enum slw_cap cap)
{
	return slw_layout.caps & cap;
}

/**
 * slw_caches_init() - learn where the caches are
 * @sample: any cache, the private one in practice
 *
 * Return: 0, -ENOENT when it is not in a kset "slab" (CONFIG_SLUB_TINY, or no
 * sysfs), or -ENOMEM when sysfs had no memory for it.
 */
int slw_caches_init(struct kmem_cache *sample);

/* Hold the list of caches still.  Context: process, may sleep. */
void slw_caches_lock(void);
void slw_caches_unlock(void);

/* Forget all caches.  Context: process, with the sweep lock or at unload. */
void slw_caches_exit(void);

/**
 * slw_caches_pin() - hold every cache that is alive and capture its numbers
 *
 * A pinned cache may be destroyed meanwhile: its lists are then emptied under
 * the locks the walkers take, but kmem_cache_release(), which frees the
 * kmem_cache, its name, its per-cpu and per-node parts and barns, waits for the
 * kobject.  slab_mutex is never taken.
 *
 * Context: process, may sleep; sweep lock.
 */
void slw_caches_pin(void);

/**
 * slw_caches_unpin() - let go of them, forget those that are gone
 * @gone: told the address of each of the latter
 *
 * Context: process, no other lock: the last reference releases a cache.
 */
void slw_caches_unpin(void (*gone)(unsigned long kmem_cache));

/**
 * slw_cache_get() - hold a cache beyond the sweep
 * @c: a pinned cache
 *
 * As with a pinned cache, it may be destroyed meanwhile, and all of it stays.
 */
struct kmem_cache *slw_cache_get(const struct slw_cache *c);

/* Let go of it.  Context: process, no other lock: it may be released. */
void slw_cache_put(struct kmem_cache *s);

/* False once a held cache is being destroyed: sysfs_slab_unlink(). */
bool slw_cache_is_alive(struct kmem_cache *s);

/**
 * slw_cache_capture() - read a cache's numbers
 * @c: its @s must be alive
 *
 * Return: false if they cannot be read.
 */
bool slw_cache_capture(struct slw_cache *c);

/**
 * slw_cache_find() - is this the address of a cache, and of which?
 * @cache:	any value
 * @g:		filled with its numbers, read anew
 * @name:	filled with its name, at most %SLUBWATCH_CACHE_NAME bytes
 *
 * Context: process, may sleep; the cache need not be pinned.
 * Return: false, and @name empty, when no cache that is known is there.
 */
bool slw_cache_find(unsigned long cache, struct slw_geometry *g, char *name);

/**
 * slw_cache_sheaves() - where a cache's per-cpu sheaves are
 * @cache: any value
 *
 * Context: process, may sleep; the cache need not be pinned.
 * Return: kmem_cache.cpu_sheaves as a walk has found it sound, else 0.
 */
unsigned long slw_cache_sheaves(unsigned long cache);

/**
 * slw_cache_node() - the struct kmem_cache_node of a node
 * @c:	a pinned cache
 * @nid: below nr_node_ids
 *
 * Return: its address, 0 if there is none or it is no object of the cache
 * "kmem_cache_node".
 */
unsigned long slw_cache_node(const struct slw_cache *c, int nid);

/* The same for struct node_barn. */
unsigned long slw_cache_barn(const struct slw_cache *c, int nid);

#endif /* _SLUBWATCH_CACHE_H */
