/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synthetic slabs: real memory, laid out and linked as SLUB does it.
 */
#ifndef _SLUBWATCH_UNIT_SLAB_H
#define _SLUBWATCH_UNIT_SLAB_H

#include "check.h"
#include "freelist.h"
#include "lanes.h"

#define SLAB_MAX_OBJECTS	SLW_MAX_OBJECTS

/**
 * struct slab_shape - a cache to make slabs of
 * @size:	bytes from object to object
 * @offset:	bytes to the free pointer
 * @red_left:	bytes before the first object
 * @order:	pages of 4 KiB, as a power of two
 * @hardened:	free pointers are stored encoded
 */
struct slab_shape {
	u32 size;
	u32 offset;
	u32 red_left;
	u32 order;
	bool hardened;
};

/**
 * struct slab_model - one slab and what is known about it
 * @g:		numbers of its cache
 * @s:		its descriptor, as a capture would show it
 * @memory:	its bytes, on an address of a page
 * @chain:	its free objects' indices, in the order of the list
 * @free:	how many
 */
struct slab_model {
	struct slw_geometry g;
	struct slw_slab s;
	void *memory;
	u32 chain[SLAB_MAX_OBJECTS];
	u32 free;
};

/* A small generator with a fixed seed: every run tests the same. */
u64 slab_random(void);

/* Make a slab with @free free objects in random order. */
void slab_make(struct slab_model *m, const struct slab_shape *shape, u32 free);
void slab_drop(struct slab_model *m);

unsigned long slab_object(const struct slab_model *m, u32 index);

/* The word that holds the link of an object. */
unsigned long *slab_slot(const struct slab_model *m, u32 index);

/* What to store in that word so that it leads to @to. */
unsigned long slab_encode(const struct slab_model *m, u32 index,
			  unsigned long to);

/*
 * Walk as the module does: all of the slab's freelist, then the verdict; once
 * counting and once with a bitmap, which must come to the same.
 */
void slab_judge(const struct slab_model *m, struct slw_verdict *v);

#endif /* _SLUBWATCH_UNIT_SLAB_H */
