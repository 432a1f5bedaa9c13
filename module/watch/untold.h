/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations that no tracepoint tells of.
 */
#ifndef _SLUBWATCH_UNTOLD_H
#define _SLUBWATCH_UNTOLD_H

/**
 * slw_untold_start() - notice bulk allocations
 *
 * kmem_cache_alloc_bulk() has no tracepoint, and the only way to be told of its
 * objects is to probe its return.  It is exported, so its name is stable; where
 * kprobes are not to be had, objects are not remembered, and the rest of
 * slubwatch does without.
 *
 * Each object is handed to slw_forget_object().
 *
 * Context: process, may sleep.
 * Return: 0 or an errno.
 */
int slw_untold_start(void);

/* The end of it.  Context: process, may sleep; no handler runs on return. */
void slw_untold_stop(void);

/**
 * slw_untold() - has anything been missed?
 *
 * Context: any.
 * Return: a number that is another one after allocations may have gone unseen:
 * a probe was missed, or a CPU went on- or offline (tracepoints are mute on a
 * CPU that is not online).
 */
unsigned long slw_untold(void);

#endif /* _SLUBWATCH_UNTOLD_H */
