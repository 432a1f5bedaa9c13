/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cache's slabs in user memory, laid out and linked as SLUB does it: some
 * hundred MiB of them, on one list, in random order.
 */
#ifndef _SLUBWATCH_BENCH_SLABS_H
#define _SLUBWATCH_BENCH_SLABS_H

#include "freelist.h"
#include "lanes.h"

/**
 * struct descriptor - what a struct slab is to the walk: one line of its own
 * @next:	link of the list of slabs
 * @prev:	and back
 * @freelist:	first free object
 * @base:	address of its first byte
 * @free:	objects on its freelist
 * @objects:	objects in all
 * @pad:	up to 64 bytes
 */
struct descriptor {
	struct descriptor *next;
	struct descriptor *prev;
	unsigned long freelist;
	unsigned long base;
	u32 free;
	u32 objects;
	unsigned long pad[3];
};

/**
 * struct shape - a cache to measure
 * @slab:	bytes of a slab
 * @object:	bytes of an object
 * @percent:	of the objects that are free, chosen at random
 */
struct shape {
	u32 slab;
	u32 object;
	u32 percent;
};

/**
 * struct slabs - a cache full of them
 * @g:		its numbers
 * @list:	descriptors, in the order of their memory
 * @first:	one end of the list
 * @last:	the other
 * @nr:		slabs
 * @memory:	where their objects are
 * @bytes:	how much of it
 * @free:	free objects in all
 * @in_order:	their slots, in words from @memory, ascending
 * @scattered:	the same in random order
 * @chase:	where a dependent chase over the same slots begins
 */
struct slabs {
	struct slw_geometry g;
	struct descriptor *list;
	struct descriptor *first;
	struct descriptor *last;
	u32 nr;
	char *memory;
	size_t bytes;
	u64 free;
	u32 *in_order;
	u32 *scattered;
	unsigned long *chase;
};

/* A small generator with a fixed seed: every run measures the same memory. */
u64 bench_random(void);

/* Memory on huge pages if the machine has them. */
void *bench_memory(size_t bytes);

/* Make @bytes of slabs of this shape; ends the program when there is no memory. */
void slabs_make(struct slabs *s, const struct shape *shape, size_t bytes);
void slabs_drop(struct slabs *s);

/* Link all slots into one random circle instead; the freelists are gone then. */
void slabs_link_chase(struct slabs *s);

#endif /* _SLUBWATCH_BENCH_SLABS_H */
