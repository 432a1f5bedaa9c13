// SPDX-License-Identifier: GPL-2.0
/*
 * A cache of known size to measure slubwatch on, beside SLUB's own
 * validate_slab_cache(); for tests and benchmarks only, no part of slubwatch.
 *
 * Parameters, in /sys/module/slubwatch_bench/parameters/:
 *   objects	write N: N objects of 256 bytes, a random half of them freed again
 *   caches	write N: N caches more, each with some free objects
 *   validate	write 1: let SLUB validate the cache; read: ns that took
 *   damage	write 1: overwrite a free pointer, behind the counters' back; 0: mend
 *
 * validate_slab_cache() flushes CPUs' slabs, repairs what it finds, and before
 * 6.18 hangs on a list that is damaged: for healthy guests only.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "bench.h"

#define SIZE		256
#define MOST_CACHES	4096

/* Without it the rest is of use still. */
#pragma weak validate_slab_cache

static struct kmem_cache *cache;
static void **objects;
static unsigned int nr_objects;
static struct kmem_cache *more[MOST_CACHES];
static u64 validate_ns;
static unsigned long *slot, was;

static struct kmem_cache *make_cache(const char *name)
{
	/* A usercopy region of its own keeps it from being merged. */
	return kmem_cache_create_usercopy(name, SIZE, 0, 0, 8, 8, NULL);
}

static void drop_objects(void)
{
	unsigned int i;

	for (i = 0; i < nr_objects; i++)
		if (objects[i])
			kmem_cache_free(cache, objects[i]);
	kvfree(objects);
	objects = NULL;
	nr_objects = 0;
}

static int fill(unsigned int n)
{
	unsigned int i;

	drop_objects();
	objects = kvcalloc(n, sizeof(*objects), GFP_KERNEL);
	if (!objects)
		return -ENOMEM;
	for (nr_objects = 0; nr_objects < n; nr_objects++) {
		objects[nr_objects] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!objects[nr_objects])
			return -ENOMEM;
		cond_resched();
	}
	for (i = 0; i < n; i++) {
		if (get_random_u32() & 1)
			continue;
		kmem_cache_free(cache, objects[i]);
		objects[i] = NULL;
	}
	/* What CPUs hold goes to the list too, so that all of it is there. */
	kmem_cache_shrink(cache);
	return 0;
}

static int set_objects(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int err = kstrtouint(val, 0, &n);

	return err ?: slot ? -EBUSY : fill(n);
}

static void drop_caches(void)
{
	unsigned int i;

	for (i = 0; i < MOST_CACHES && more[i]; i++) {
		kmem_cache_destroy(more[i]);
		more[i] = NULL;
	}
}

static int set_caches(const char *val, const struct kernel_param *kp)
{
	unsigned int n, i;
	char name[32];
	void *p;

	if (kstrtouint(val, 0, &n) || n > MOST_CACHES)
		return -EINVAL;
	drop_caches();
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "slubwatch_bench_%u", i);
		more[i] = make_cache(name);
		if (!more[i])
			return -ENOMEM;
		p = kmem_cache_alloc(more[i], GFP_KERNEL);
		if (p)
			kmem_cache_free(more[i], p);
	}
	return 0;
}

static int set_validate(const char *val, const struct kernel_param *kp)
{
	u64 began;

	if (!validate_slab_cache)
		return -EOPNOTSUPP;
	if (slot)
		return -EBUSY;
	began = ktime_get_mono_fast_ns();
	validate_slab_cache(cache);
	validate_ns = ktime_get_mono_fast_ns() - began;
	return 0;
}

static int get_validate(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%llu\n", validate_ns);
}

static bool is_held(unsigned long object)
{
	unsigned int i;

	for (i = 0; i < nr_objects; i++)
		if ((unsigned long)objects[i] == object)
			return true;
	return false;
}

/*
 * An object that is free and whose slab has others in use: behind one that is
 * held, on the same page.  Its free pointer is in its middle:
 * calculate_sizes() in slub.c since 5.7.
 */
static unsigned long *find_slot(void)
{
	unsigned long hole;
	unsigned int i;

	for (i = 0; i < nr_objects; i++) {
		hole = (unsigned long)objects[i] + SIZE;
		if (objects[i] && hole % PAGE_SIZE && !is_held(hole))
			return (unsigned long *)(hole + SIZE / 2);
	}
	return NULL;
}

static int set_damage(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on) || on == !!slot)
		return -EINVAL;
	if (!on) {
		WRITE_ONCE(*slot, was);
		slot = NULL;
		return 0;
	}
	slot = find_slot();
	if (!slot)
		return -ENOENT;
	was = *slot;
	WRITE_ONCE(*slot, 0x0072006900560338ul);
	return 0;
}

static const struct kernel_param_ops objects_ops = { .set = set_objects };
static const struct kernel_param_ops caches_ops = { .set = set_caches };
static const struct kernel_param_ops damage_ops = { .set = set_damage };
static const struct kernel_param_ops validate_ops = {
	.set = set_validate,
	.get = get_validate,
};

static int __init bench_init(void)
{
	cache = make_cache("slubwatch_bench");
	return cache ? 0 : -ENOMEM;
}

static void __exit bench_exit(void)
{
	if (slot)
		WRITE_ONCE(*slot, was);
	drop_objects();
	drop_caches();
	kmem_cache_destroy(cache);
}

module_init(bench_init);
module_exit(bench_exit);

/* Not at insmod: the cache is not there yet. */
module_param_cb(objects, &objects_ops, NULL, 0200);
MODULE_PARM_DESC(objects, "write N: make N objects and free a random half");
module_param_cb(caches, &caches_ops, NULL, 0200);
MODULE_PARM_DESC(caches, "write N: make N caches more");
module_param_cb(validate, &validate_ops, NULL, 0600);
MODULE_PARM_DESC(validate, "write 1: validate_slab_cache(); read: ns it took");
module_param_cb(damage, &damage_ops, NULL, 0200);
MODULE_PARM_DESC(damage, "write 1: overwrite a free pointer; 0: mend it");

MODULE_DESCRIPTION("A cache to measure slubwatch on");
MODULE_LICENSE("GPL");
