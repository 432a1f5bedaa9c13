/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel fills free objects with, by its own settings.
 */
#ifndef _SLUBWATCH_CORE_FILL_H
#define _SLUBWATCH_CORE_FILL_H

#include "types.h"

/* What is known of a free object's bytes: bits. */
enum slw_promise {
	/* init_on_free: slab_free_hook() has wiped it, the page allocator a new slab */
	SLW_PROMISE_ZERO	= 1 << 0,
	/* SLAB_POISON: init_object(), at free and for a new slab */
	SLW_PROMISE_POISON	= 1 << 1,
	/* SLAB_RED_ZONE: the same, around it */
	SLW_PROMISE_RED		= 1 << 2,
	/* nobody may write to it: it is as it was when last looked at */
	SLW_PROMISE_KEEP	= 1 << 3,
};

/**
 * struct slw_fill - bytes of a free object that are all the same
 * @kind:	what it is called if they are not
 * @from:	the first, counted from the object; negative in the left red zone
 * @to:		behind the last
 * @byte:	what they are
 */
struct slw_fill {
	enum slubwatch_kind kind;
	s32 from;
	s32 to;
	u8 byte;
};

#define SLW_FILLS	4

/**
 * slw_fills() - the filled parts of a cache's free objects
 * @g:		numbers of the cache
 * @inuse:	kmem_cache.inuse: where the right red zone ends
 * @promises:	bits of &enum slw_promise
 * @fills:	filled
 *
 * The rules of init_object() and slab_free_hook() in slub.c.  The free pointer
 * is to be left out by the caller.
 *
 * Return: how many.
 */
unsigned int slw_fills(const struct slw_geometry *g, u32 inuse, u32 promises,
		       struct slw_fill fills[SLW_FILLS]);

/**
 * slw_fill_word() - what a word of a free object ought to be
 * @fills:	from slw_fills()
 * @n:		how many
 * @at:		its place, counted from the object
 * @word:	what it is
 *
 * Return: the word; bytes that nothing is known of are as they are.
 */
unsigned long slw_fill_word(const struct slw_fill *fills, unsigned int n,
			    s32 at, unsigned long word);

#endif /* _SLUBWATCH_CORE_FILL_H */
