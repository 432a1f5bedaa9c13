// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch_scribble - writes to an object that it has freed.
 *
 *	echo own >prepare	allocate some objects, fill them, free most
 *	echo 0x68 >write	overwrite 4 bytes of one that is free
 *	echo "N AT" >many	prepare own, and overwrite 4 bytes of one free object in each of
 *				N slabs on the node's list
 *	echo 1 >undo		put back what was there
 *	echo 1 >bulk		allocate, fill and free in bulk what is free in "own"
 *	echo N >pairs		time N allocations and frees in "own";
 *	cat pairs		ns that they took
 *
 * In prepare, a number is the size of a kmalloc() instead.  What is written is a
 * USB LANGID descriptor: 04 03 09 04.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#define OBJECTS		256
#define OWN_SIZE	192
#define MOST_SIZE	512
#define SLABS		12
#define LANGID		0x04090304u

#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

static struct kmem_cache *own;
static u32 size;		/* of a kmalloc(), 0 for own */
static u8 *objects[OBJECTS];	/* NULL when freed */
static u8 *victim;		/* free, if nobody has allocated it */
static u8 was[MOST_SIZE];	/* what it held when it was freed */
static struct {
	u32 *at;
	u32 before;
} written[SLABS];
static unsigned int nr_written;

/* What a report's stacks must name; not inlined, and no tail calls. */
static noinline u8 *slubwatch_scribble_alloc(void)
{
	u8 *object = size ? kmalloc(size, GFP_KERNEL) :
			    kmem_cache_alloc(own, GFP_KERNEL);

	barrier();
	return object;
}

static noinline void slubwatch_scribble_free(u8 *object)
{
	if (size)
		kfree(object);
	else
		kmem_cache_free(own, object);
	barrier();
}

static u32 object_size(void)
{
	return size ?: OWN_SIZE;
}

static void free_all(void)
{
	unsigned int i;

	for (i = 0; i < OBJECTS; i++) {
		if (objects[i])
			slubwatch_scribble_free(objects[i]);
		objects[i] = NULL;
	}
}

/* Every fourth stays, so that no slab becomes empty and goes away. */
static void free_most(void)
{
	unsigned int i;

	for (i = 0; i < OBJECTS; i++) {
		if (i % 4 == 3 || !objects[i])
			continue;
		slubwatch_scribble_free(objects[i]);
		objects[i] = NULL;
	}
}

static void overwrite(u8 *at)
{
	u32 *word = (u32 *)at;

	written[nr_written].at = word;
	written[nr_written++].before = READ_ONCE(*word);
	WRITE_ONCE(*word, LANGID);
}

/* What somebody else has written to since is his. */
static int undo(const char *val, const struct kernel_param *kp)
{
	while (nr_written) {
		nr_written--;
		if (READ_ONCE(*written[nr_written].at) == LANGID)
			WRITE_ONCE(*written[nr_written].at,
				   written[nr_written].before);
	}
	return 0;
}

static int fill(u32 want)
{
	unsigned int i;

	free_all();
	nr_written = 0;
	size = want;
	for (i = 0; i < OBJECTS; i++) {
		objects[i] = slubwatch_scribble_alloc();
		if (!objects[i])
			return -ENOMEM;
		memset(objects[i], 'w', object_size());
	}
	/* One in the middle: neither handed out next nor in the CPU's slab. */
	victim = objects[OBJECTS / 2];
	return 0;
}

static int prepare(const char *val, const struct kernel_param *kp)
{
	u32 want = 0;
	int error;

	if (!sysfs_streq(val, "own") &&
	    (kstrtou32(val, 0, &want) || want > MOST_SIZE))
		return -EINVAL;
	error = fill(want);
	if (error)
		return error;
	free_most();
	memcpy(was, victim, object_size());
	return 0;
}

/* The word at @at, or next to the object, is not the free pointer's. */
static int write(const char *val, const struct kernel_param *kp)
{
	int at;

	if (kstrtoint(val, 0, &at) || !victim || nr_written || at & 3)
		return -EINVAL;
	if (at >= 0 && at < (int)object_size() && memcmp(victim + at, was + at, 4))
		return -EAGAIN;
	overwrite(victim + at);
	return 0;
}

/* Has an object of this slab, of one page as all of "own" are, been written to? */
static bool met(const u8 *object)
{
	unsigned int i;

	for (i = 0; i < nr_written; i++)
		if (((unsigned long)written[i].at ^ (unsigned long)object) < PAGE_SIZE)
			return true;
	return false;
}

static int many(const char *val, const struct kernel_param *kp)
{
	static u8 *had[OBJECTS];
	unsigned int i, n;
	int at, error;

	if (sscanf(val, "%u %i", &n, &at) != 2 || n > SLABS || at & 3 ||
	    at < 0 || at >= OWN_SIZE)
		return -EINVAL;
	error = fill(0);
	if (error)
		return error;
	memcpy(had, objects, sizeof(had));
	free_most();
	/* Out of sheaves and the CPUs' slabs. */
	kmem_cache_shrink(own);
	for (i = 0; i < OBJECTS && nr_written < n; i++)
		if (i % 4 != 3 && !met(had[i]))
			overwrite(had[i] + at);
	return nr_written < n ? -ENOSPC : 0;
}

/* As many as are free in partial slabs, so that the victim is among them. */
static int bulk(const char *val, const struct kernel_param *kp)
{
	static void *taken[OBJECTS];
	unsigned int i;

	size = 0;
	if (!kmem_cache_alloc_bulk(own, GFP_KERNEL, OBJECTS, taken))
		return -ENOMEM;
	for (i = 0; i < OBJECTS; i++)
		memset(taken[i], *val, OWN_SIZE);
	kmem_cache_free_bulk(own, OBJECTS, taken);
	return 0;
}

static u64 pairs_ns;

static int pairs(const char *val, const struct kernel_param *kp)
{
	u64 began;
	u32 n;

	if (kstrtou32(val, 0, &n))
		return -EINVAL;
	size = 0;
	began = ktime_get_ns();
	while (n--)
		slubwatch_scribble_free(slubwatch_scribble_alloc());
	pairs_ns = ktime_get_ns() - began;
	return 0;
}

static int get_pairs(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%llu\n", pairs_ns);
}

static const struct kernel_param_ops prepare_ops = { .set = prepare };
static const struct kernel_param_ops write_ops = { .set = write };
static const struct kernel_param_ops many_ops = { .set = many };
static const struct kernel_param_ops undo_ops = { .set = undo };
static const struct kernel_param_ops bulk_ops = { .set = bulk };
static const struct kernel_param_ops pairs_ops = {
	.set = pairs, .get = get_pairs,
};

module_param_cb(prepare, &prepare_ops, NULL, 0200);
module_param_cb(write, &write_ops, NULL, 0200);
module_param_cb(many, &many_ops, NULL, 0200);
module_param_cb(undo, &undo_ops, NULL, 0200);
module_param_cb(bulk, &bulk_ops, NULL, 0200);
module_param_cb(pairs, &pairs_ops, NULL, 0600);

static int __init scribble_init(void)
{
	own = kmem_cache_create_usercopy("slubwatch_scribble", OWN_SIZE, 0,
					 SLAB_NO_MERGE, 0, OWN_SIZE, NULL);
	return own ? 0 : -ENOMEM;
}

static void __exit scribble_exit(void)
{
	undo(NULL, NULL);
	free_all();
	kmem_cache_destroy(own);
}

module_init(scribble_init);
module_exit(scribble_exit);

MODULE_DESCRIPTION("Writes to freed objects, to test slubwatch");
MODULE_AUTHOR("The slubwatch authors");
MODULE_LICENSE("GPL");
