/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory -> snapshot: capturing a slab so that its parts belong together.
 */
#ifndef _SLUBWATCH_SNAPSHOT_H
#define _SLUBWATCH_SNAPSHOT_H

#include "core/types.h"

struct page;

/*
 * The low half of slab.counters, the same from 5.10 to 7.3: inuse:16,
 * objects:15, frozen:1.  In 7.x the upper half holds other live data.  That the
 * bits are where they are expected is part of the layout (core/layout.c).
 */
static inline u32 slw_counters_objects(unsigned long counters)
{
	return counters >> 16 & 0x7fff;
}

/**
 * slw_capture_slab() - capture a slab's descriptor
 * @addr: address of its struct slab or struct page, any value
 * @s:	filled; @s->is_slab is false when @addr is not the head page of a slab,
 *	and the rest is then 0
 *
 * {freelist, counters} is a coherent pair as long as the caller keeps the slab
 * from being popped from: by list_lock if it is on a node's list, by being its
 * CPU with interrupts off if it is a cpu slab or on a cpu partial list.
 *
 * Return: %SLW_CLEAN when captured, %SLW_RACED when the pair never stood still,
 * %SLW_UNREADABLE.
 */
enum slw_outcome slw_capture_slab(unsigned long addr, struct slw_slab *s);

/**
 * slw_capture_slab_of() - capture the slab an object lies in, without its list
 * @object: any value, for instance a sheaf's entry
 * @s:	filled but for @s->freelist, @s->inuse and @s->frozen
 */
void slw_capture_slab_of(unsigned long object, struct slw_slab *s);

#endif /* _SLUBWATCH_SNAPSHOT_H */
