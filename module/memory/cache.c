// SPDX-License-Identifier: GPL-2.0
/*
 * Every cache of the machine: see cache.h.
 *
 * slab_caches and slab_mutex are not exported, and need not be: each cache has
 * its kobject in the kset "slab", aliases being mere symlinks, and a reference
 * to the kobject holds all of the cache.
 */
#include "memory/cache.h"

#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/ktime.h>

#include "compat.h"
#include "counters.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"

struct slw_layout slw_layout __ro_after_init;
LIST_HEAD(slw_caches);

static DEFINE_HASHTABLE(caches_by_address, 7);
static struct kset *slab_kset;
/* The cache "kmem_cache_node", as soon as a sweep has met it. */
static unsigned long node_cache;
/* Protects membership of slw_caches and the names; nests in the sweep lock. */
static DEFINE_MUTEX(caches_lock);

void slw_caches_lock(void)
{
	mutex_lock(&caches_lock);
}

void slw_caches_unlock(void)
{
	mutex_unlock(&caches_lock);
}

static struct kmem_cache *kobj_to_cache(struct kobject *kobj)
{
	return (void *)kobj - slw_layout.cache.kobj;
}

static struct kobject *cache_to_kobj(struct kmem_cache *s)
{
	return (void *)s + slw_layout.cache.kobj;
}

int slw_caches_init(struct kmem_cache *sample)
{
	const struct kobject *kobj = cache_to_kobj(sample);

	slab_kset = kobj->kset;
	if (!slab_kset || strcmp(kobject_name(&slab_kset->kobj), "slab"))
		return -ENOENT;
	/* do_kmem_cache_create() in 7.3 leaves it at a line in the log. */
	return kobj->state_in_sysfs ? 0 : -ENOMEM;
}

/*
 * Each entry is part of a kmem_cache, and so in the direct map; a cache that was
 * overwritten must not lead this walk astray.  Under the kset's lock.
 */
static struct list_head *next_entry(struct list_head *pos)
{
	unsigned long next, back;

	if (slw_read_long((unsigned long)&pos->next, &next) &&
	    slw_page_of(next) &&
	    slw_read_long(next + offsetof(struct list_head, prev), &back) &&
	    back == (unsigned long)pos)
		return (void *)next;
	slw_count(SLW_COUNT_UNREADABLE, 1);
	return &slab_kset->list;
}

/*
 * The next live kobject of the kset after @prev, held; lets go of @prev.  When
 * @prev has left the kset meanwhile, begins anew: what was pinned before is
 * recognized by its caller.
 */
static struct kobject *next_kobj(struct kobject *prev)
{
	struct list_head *head = &slab_kset->list, *pos = head;
	struct kobject *kobj, *next = NULL;

	spin_lock(&slab_kset->list_lock);
	if (prev && !list_empty(&prev->entry))
		pos = &prev->entry;
	for (pos = next_entry(pos); pos != head && !next; pos = next_entry(pos)) {
		kobj = container_of(pos, struct kobject, entry);
		/* Not added yet, or being destroyed: sysfs_slab_unlink(). */
		if (kobj->state_in_sysfs)
			next = kobject_get_unless_zero(kobj);
	}
	spin_unlock(&slab_kset->list_lock);
	if (prev)
		kobject_put(prev);
	return next;
}

static struct slw_cache *find_cache(struct kmem_cache *s)
{
	struct slw_cache *c;

	hash_for_each_possible(caches_by_address, c, hash, (unsigned long)s)
		if (c->s == s)
			return c;
	return NULL;
}

/*
 * What is known of caches is kept in pages, not in slabs, which may be what is
 * damaged.  A page is kept until unload.
 */
struct cache_page {
	struct cache_page *next;
	struct slw_cache caches[(PAGE_SIZE - sizeof(void *)) /
				sizeof(struct slw_cache)];
};

static struct cache_page *pages;
static LIST_HEAD(unused);

static bool add_page(void)
{
	struct cache_page *page;
	unsigned int i;

	page = (void *)get_zeroed_page(GFP_KERNEL | __GFP_NOWARN);
	if (!page)
		return false;
	slw_count_memory(PAGE_SIZE);
	page->next = pages;
	pages = page;
	for (i = 0; i < ARRAY_SIZE(page->caches); i++)
		list_add_tail(&page->caches[i].entry, &unused);
	return true;
}

static struct slw_cache *add_cache(struct kmem_cache *s)
{
	struct slw_cache *c;

	if (list_empty(&unused) && !add_page()) {
		slw_count(SLW_COUNT_SKIPPED_NOMEM, 1);
		return NULL;
	}
	c = list_first_entry(&unused, struct slw_cache, entry);
	list_del(&c->entry);
	*c = (struct slw_cache) {
		.s = s,
		.complete_ns = ktime_get_mono_fast_ns(),
	};
	slw_caches_lock();
	list_add_tail(&c->entry, &slw_caches);
	slw_caches_unlock();
	hash_add(caches_by_address, &c->hash, (unsigned long)s);
	return c;
}

static void forget_cache(struct slw_cache *c)
{
	slw_caches_lock();
	list_del(&c->entry);
	slw_caches_unlock();
	hash_del(&c->hash);
	list_add(&c->entry, &unused);
}

/* A cache at the address of one that is gone begins with clean statistics. */
static void rename_cache(struct slw_cache *c, const char *name)
{
	if (!strncmp(c->name, name, sizeof(c->name) - 1))
		return;
	slw_caches_lock();
	strscpy(c->name, name, sizeof(c->name));
	c->is_node_cache = !strcmp(c->name, "kmem_cache_node");
	if (c->is_node_cache)
		node_cache = c->g.cache;
	c->last = (struct slw_tally) {};
	c->cpu_is_known = false;
	c->known_sheaves = 0;
	c->findings = 0;
	c->isolated = 0;
	c->complete_ns = ktime_get_mono_fast_ns();
	slw_caches_unlock();
}

#define DEBUG_FLAGS	(SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER | \
			 SLAB_TRACE | SLAB_CONSISTENCY_CHECKS)

static bool read_geometry(unsigned long s, struct slw_geometry *g)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long flags;
	u32 pad;

	/* slab_flags_t is an unsigned int, in 5.10 too. */
	flags = 0;
	*g = (struct slw_geometry) {
		.cache = s,
		.hardened = slw_has_cap(SLW_CAP_HARDENED),
	};
	if (!slw_read(&flags, s + l->flags, sizeof(u32)) ||
	    !slw_read_u32(s + l->size, &g->size) ||
	    !slw_read_u32(s + l->object_size, &g->object_size) ||
	    !slw_read_u32(s + l->offset, &g->offset) ||
	    !slw_read_u32(s + l->oo, &g->oo) ||
	    !slw_read_u32(s + l->min, &g->min) ||
	    !slw_read_u32(s + l->red_left_pad, &pad))
		return false;
	if (g->hardened && !slw_read_long(s + l->random, &g->random))
		return false;
	/* fixup_red_left(): objects begin behind the left red zone. */
	g->red_left = flags & (__force u32)SLAB_RED_ZONE &&
		      !slw_learned.no_red_zones ? pad : 0;
	g->debug = flags & (__force u32)DEBUG_FLAGS;
	g->lockless = flags & SLW_CMPXCHG_DOUBLE;
	slw_stride_init(&g->stride, g->size);
	return true;
}

bool slw_cache_capture(struct slw_cache *c)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)c->s, was = c->cpu_slab, name;
	char copy[SLUBWATCH_CACHE_NAME];

	c->cpu_slab = 0;
	c->cpu_sheaves = 0;
	c->sheaf_capacity = 0;
	if (!read_geometry(s, &c->g) || !slw_read_long(s + l->name, &name) ||
	    !slw_read_string(copy, name, sizeof(copy)))
		return false;
	rename_cache(c, copy);
	if (slw_has_cap(SLW_CAP_CPU_SLAB) &&
	    !slw_read_long(s + l->cpu_slab, &c->cpu_slab))
		return false;
	c->cpu_is_known &= c->cpu_slab == was;
	if (!slw_has_cap(SLW_CAP_SHEAVES))
		return true;
	return slw_read_long(s + l->cpu_sheaves, &c->cpu_sheaves) &&
	       slw_read_u32(s + l->sheaf_capacity, &c->sheaf_capacity);
}

/* Under caches_lock. */
static struct slw_cache *find_known(unsigned long cache)
{
	struct slw_cache *c;

	slw_for_each_cache(c)
		if ((unsigned long)c->s == cache)
			return c;
	return NULL;
}

bool slw_cache_find(unsigned long cache, struct slw_geometry *g, char *name)
{
	struct slw_cache *c;

	slw_caches_lock();
	c = find_known(cache);
	strscpy(name, c ? c->name : "", SLUBWATCH_CACHE_NAME);
	slw_caches_unlock();
	return c && read_geometry(cache, g);
}

unsigned long slw_cache_sheaves(unsigned long cache)
{
	struct slw_cache *c;
	unsigned long sheaves;

	slw_caches_lock();
	c = find_known(cache);
	sheaves = c ? READ_ONCE(c->known_sheaves) : 0;
	slw_caches_unlock();
	return sheaves;
}

/* False when the cache was pinned before in this sweep, or cannot be used. */
static bool pin_cache(struct kmem_cache *s)
{
	struct slw_cache *c = find_cache(s);

	if (c && c->pinned)
		return false;
	if (!c)
		c = add_cache(s);
	if (!c)
		return false;
	if (!slw_cache_capture(c)) {
		slw_count(SLW_COUNT_UNREADABLE, 1);
		c->unread = true;
		return false;
	}
	c->pinned = true;
	return true;
}

void slw_caches_pin(void)
{
	struct kobject *kobj = NULL;

	while ((kobj = next_kobj(kobj))) {
		/* The reference of pin_cache() is one of its own. */
		if (pin_cache(kobj_to_cache(kobj)))
			kobject_get(kobj);
		cond_resched();
	}
}

void slw_caches_unpin(void (*gone)(unsigned long kmem_cache))
{
	struct slw_cache *c, *next;

	list_for_each_entry_safe(c, next, &slw_caches, entry) {
		if (!c->pinned) {
			gone((unsigned long)c->s);
			forget_cache(c);
			continue;
		}
		c->pinned = false;
		kobject_put(cache_to_kobj(c->s));
	}
}

struct kmem_cache *slw_cache_get(const struct slw_cache *c)
{
	kobject_get(cache_to_kobj(c->s));
	return c->s;
}

void slw_cache_put(struct kmem_cache *s)
{
	kobject_put(cache_to_kobj(s));
}

bool slw_cache_is_alive(struct kmem_cache *s)
{
	return cache_to_kobj(s)->state_in_sysfs;
}

void slw_caches_exit(void)
{
	struct slw_cache *c, *next;
	struct cache_page *page;

	list_for_each_entry_safe(c, next, &slw_caches, entry)
		forget_cache(c);
	while ((page = pages)) {
		pages = page->next;
		free_page((unsigned long)page);
	}
}

/*
 * Node structures and barns are slab objects of their own, the former of the
 * cache "kmem_cache_node".  A pointer that leads anywhere else is not followed:
 * its lock would be garbage.
 */
static bool is_object_of(unsigned long addr, unsigned long cache)
{
	struct slw_slab s;

	slw_capture_slab_of(addr, &s);
	return s.is_slab && (!cache || s.cache == cache) &&
	       !(addr % sizeof(long));
}

static unsigned long read_object_pointer(unsigned long at, unsigned long cache)
{
	unsigned long addr;

	if (!slw_read_long(at, &addr) || !addr)
		return 0;
	if (is_object_of(addr, cache))
		return addr;
	slw_count(SLW_COUNT_UNREADABLE, 1);
	return 0;
}

/*
 * The arrays node[] and per_node[] are only nr_node_ids long in memory,
 * whatever their type says: see create_boot_cache() in kmem_cache_init().
 */
unsigned long slw_cache_node(const struct slw_cache *c, int nid)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)c->s;

	/* Out of page flags that were overwritten it may be any. */
	if ((unsigned int)nid >= nr_node_ids)
		return 0;
	if (slw_has(l->per_node))
		return read_object_pointer(s + l->per_node + l->per_node_node +
					   (unsigned long)nid * l->per_node_stride,
					   node_cache);
	return read_object_pointer(s + l->node +
				   (unsigned long)nid * sizeof(void *),
				   node_cache);
}

unsigned long slw_cache_barn(const struct slw_cache *c, int nid)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long node;

	if (slw_has(l->per_node))
		return read_object_pointer((unsigned long)c->s + l->per_node +
					   l->per_node_barn +
					   (unsigned long)nid * l->per_node_stride,
					   0);
	if (!slw_has(slw_layout.node.barn))
		return 0;
	node = slw_cache_node(c, nid);
	return node ? read_object_pointer(node + slw_layout.node.barn, 0) : 0;
}
