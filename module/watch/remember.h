/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What free objects held when they were last looked at.
 *
 * Nobody may write to a free object but SLUB, and SLUB writes to its free
 * pointer only.  So an object that is on a list of free objects now, was at an
 * earlier look, and was not allocated in between holds what it held.
 *
 * "Not allocated in between" is the whole difficulty: the same object at the
 * same place of an unchanged chain proves nothing, because objects allocated
 * and freed again in reverse order, as in bulk, restore the chain bit by bit.
 * Instead, an object is forgotten before anybody can write to it:
 *
 * - the kmem tracepoints tell of allocations before they return;
 * - bulk allocations and kmalloc_nolock(), of which they do not tell, are
 *   probed where they return (untold.c);
 * - a slab whose page goes back to the page allocator is forgotten as a whole.
 *
 * What a probe cannot see (a probe that was missed, a CPU going on- or offline,
 * where tracepoints are mute) makes it forget everything.  An object whose
 * changed bytes are all zero now is undecided: since 6.10 an allocation that
 * fails in the memory cgroup wipes the object, if it is wiped at allocation,
 * and takes it back without telling (memcg_alloc_abort_single()).
 */
#ifndef _SLUBWATCH_REMEMBER_H
#define _SLUBWATCH_REMEMBER_H

#include <linux/types.h>

struct page;

/* Bytes of an object that are remembered, from its start. */
#define SLW_REMEMBER_BYTES	512

/**
 * slw_remember_init() - room for objects
 * @bytes:	all that it may take
 *
 * Context: process, nothing calls the others yet.
 * Return: 0, -ENOMEM.
 */
int slw_remember_init(size_t bytes);

/* Give it back.  Context: process, nothing calls the others any longer. */
void slw_remember_exit(void);

/* Objects that there is room for. */
unsigned int slw_remember_size(void);

/**
 * slw_remembered() - what an object held
 * @object:	a free object, held still by the lock of its list
 * @page:	its struct slab
 *
 * Context: the sweep; any lock.
 * Return: its first min(object_size, SLW_REMEMBER_BYTES) bytes, NULL when it is
 * not known, or was allocated meanwhile.
 */
const u8 *slw_remembered(unsigned long object, unsigned long page);

/**
 * slw_remember() - this is what it holds
 * @object:	a free object, held still by the lock of its list
 * @page:	its struct slab
 * @bytes:	its content, the free pointer blanked
 * @len:	bytes, %SLW_REMEMBER_BYTES at most
 * @sweep:	number of the sweep
 *
 * What was seen lately keeps its place; if there is none, @object is not
 * remembered.
 */
void slw_remember(unsigned long object, unsigned long page, const u8 *bytes,
		  u32 len, u32 sweep);

/* It was allocated.  Context: any. */
void slw_forget_object(unsigned long object);

/* It is no slab any longer.  Context: any. */
void slw_forget_page(unsigned long page);

#endif /* _SLUBWATCH_REMEMBER_H */
