/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which object of a slab an address is, by a multiplication instead of a
 * division, which would take longer than the rest of a hop.
 */
#ifndef _SLUBWATCH_CORE_STRIDE_H
#define _SLUBWATCH_CORE_STRIDE_H

#include "platform.h"

/**
 * struct slw_stride - an object size, made ready for slw_stride_index()
 * @inverse:	of the size's odd part, modulo 2^BITS_PER_LONG
 * @shift:	power of two in the size
 */
struct slw_stride {
	unsigned long inverse;
	u32 shift;
};

/**
 * slw_stride_init() - make ready an object size
 * @stride:	filled
 * @size:	bytes from object to object; for 0 everything is object 0
 */
static inline void slw_stride_init(struct slw_stride *stride, u32 size)
{
	unsigned long odd = size, x;
	int bits;

	for (stride->shift = 0; odd && !(odd & 1); odd >>= 1)
		stride->shift++;
	/* Newton's iteration: @odd is its own inverse modulo 8, each step doubles that. */
	x = odd;
	for (bits = 3; bits < BITS_PER_LONG; bits *= 2)
		x *= 2 - odd * x;
	stride->inverse = x;
}

/**
 * slw_stride_index() - which object begins so far into a slab?
 * @stride:	of the slab's cache
 * @offset:	bytes from the slab's first object, any value
 *
 * Multiplying by the inverse of an odd number divides exactly: a multiple of
 * the size becomes its index, shifted up; rotating brings that down, and what is
 * no multiple, or negative, or too far, becomes a larger number than any index.
 *
 * Return: the index if it is less than the objects of the slab; more if none
 * begins there.
 */
static inline unsigned long slw_stride_index(const struct slw_stride *stride,
					     unsigned long offset)
{
	unsigned long index = offset * stride->inverse;

	return index >> stride->shift |
	       index << (-stride->shift & (BITS_PER_LONG - 1));
}

/**
 * slw_on_grid() - is an address the start of an object of a slab?
 * @stride:	of the slab's cache
 * @start:	address of the slab's first object
 * @objects:	objects in the slab
 * @addr:	any value
 *
 * The predicate of check_valid_pointer() in slub.c, as slw_grid_index() is.
 */
static inline bool slw_on_grid(const struct slw_stride *stride,
			       unsigned long start,
			       unsigned long objects, unsigned long addr)
{
	return slw_stride_index(stride, addr - start) < objects;
}

#endif /* _SLUBWATCH_CORE_STRIDE_H */
