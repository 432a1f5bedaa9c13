// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch_pace - how long allocating and freeing takes.
 *
 * Write "KIND N" to the parameter run: one of the kinds below, N times, and then
 * read there what one of it took in ns.  Under an emulator that counts
 * instructions a nanosecond is one of them (qemu -icount shift=0).
 *
 *	pair		kmem_cache_alloc() and kmem_cache_free() of one object
 *	batch		32 of them, freed in the order in which they came
 *	kmalloc		kmalloc(256) and kfree()
 *	kmalloc-batch	32 of them
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#define BATCH	32
#define SIZE	256

#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

static struct kmem_cache *cache;
static u64 took_ps;	/* for one operation */

static void pair(unsigned int n, bool own)
{
	void *object;

	while (n--) {
		object = own ? kmem_cache_alloc(cache, GFP_KERNEL) :
			       kmalloc(SIZE, GFP_KERNEL);
		if (!object)
			return;
		if (own)
			kmem_cache_free(cache, object);
		else
			kfree(object);
	}
}

static void batch(unsigned int n, bool own)
{
	void *objects[BATCH];
	unsigned int i;

	for (; n >= BATCH; n -= BATCH) {
		for (i = 0; i < BATCH; i++)
			objects[i] = own ? kmem_cache_alloc(cache, GFP_KERNEL) :
					   kmalloc(SIZE, GFP_KERNEL);
		for (i = 0; i < BATCH; i++)
			if (own && objects[i])
				kmem_cache_free(cache, objects[i]);
			else
				kfree(objects[i]);
	}
}

static const struct {
	const char *name;
	void (*fn)(unsigned int n, bool own);
	bool own;
} kinds[] = {
	{ "pair",		pair,	true },
	{ "batch",		batch,	true },
	{ "kmalloc",		pair,	false },
	{ "kmalloc-batch",	batch,	false },
};

static void measure(unsigned int kind, unsigned int n)
{
	u64 began;

	kinds[kind].fn(BATCH, kinds[kind].own);
	began = ktime_get_mono_fast_ns();
	kinds[kind].fn(n, kinds[kind].own);
	took_ps = div_u64((ktime_get_mono_fast_ns() - began) * 1000, n);
}

static int set_run(const char *val, const struct kernel_param *kp)
{
	char name[16];
	unsigned int i, n;

	if (sscanf(val, "%15s %u", name, &n) != 2 || n < BATCH || n > 100000)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		measure(i, n);
		return 0;
	}
	return -EINVAL;
}

static int get_run(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%llu.%03llu\n", took_ps / 1000, took_ps % 1000);
}

static const struct kernel_param_ops run_ops = {
	.set = set_run,
	.get = get_run,
};

module_param_cb(run, &run_ops, NULL, 0644);
MODULE_PARM_DESC(run, "write KIND N: measure; read: ns for one");

static int __init pace_init(void)
{
	cache = kmem_cache_create_usercopy("slubwatch_pace", SIZE, 0,
					   SLAB_NO_MERGE, 0, SIZE, NULL);
	return cache ? 0 : -ENOMEM;
}

static void __exit pace_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(pace_init);
module_exit(pace_exit);

MODULE_DESCRIPTION("How long allocating and freeing takes");
MODULE_LICENSE("GPL");
MODULE_INFO(test, "Y");
