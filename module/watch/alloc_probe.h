/* SPDX-License-Identifier: GPL-2.0 */
/*
 * To be called at every allocation and free of a slab object.
 *
 * The kernel's own tracepoints tell of them.  Not told are: bulk allocations
 * and bulk frees, kfree_rcu() where it frees in bulk, kmalloc_nolock() and
 * kfree_nolock() (7.x), and what the allocator takes back by itself.
 */
#ifndef _SLUBWATCH_ALLOC_PROBE_H
#define _SLUBWATCH_ALLOC_PROBE_H

#include <linux/types.h>

struct page;

/**
 * struct slw_alloc_hook - what to call
 * @alloc:	an object was allocated; whoever asked for it has not got it yet
 * @free:	an object is about to be freed; before 6.1, when freed by
 *		kmem_cache_free(), it was freed already and may be in use again
 * @page_free:	a page of @order goes back to the page allocator; may be NULL
 *
 * @cache is the object's cache, 0 where the tracepoint does not say: kmalloc(),
 * kfree(), and everything before 6.1.  @object is never NULL, but may be
 * ZERO_SIZE_PTR, a KFENCE object, or no slab's at all (large kmalloc()).
 *
 * Context of all three: any, NMI included; preemption is on in 7.x.  Nothing
 * may be allocated, freed or printed, and no lock taken that could be held
 * around an allocation.
 */
struct slw_alloc_hook {
	void (*alloc)(unsigned long cache, unsigned long object);
	void (*free)(unsigned long cache, unsigned long object);
	void (*page_free)(struct page *page, unsigned int order);
};

/**
 * slw_alloc_hook() - have a hook called from now on
 * @hook:	must stay as it is until slw_alloc_unhook()
 *
 * Context: process, may sleep.
 * Return: 0; -ENOENT when @hook->page_free cannot be served; -ENOMEM; -EEXIST
 * when it is hooked already.
 */
int slw_alloc_hook(struct slw_alloc_hook *hook);

/**
 * slw_alloc_unhook() - call it no longer
 * @hook: what was hooked
 *
 * Context: process, may sleep.  On return none of its functions is running.
 */
void slw_alloc_unhook(struct slw_alloc_hook *hook);

#endif /* _SLUBWATCH_ALLOC_PROBE_H */
