/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does slubwatch see what is there?  Asked once, at load.
 */
#ifndef _SLUBWATCH_SELFTEST_H
#define _SLUBWATCH_SELFTEST_H

struct kmem_cache;

/**
 * slw_selftest_create() - the private cache: never merged, nobody else's
 *
 * Return: the cache, or NULL.
 */
struct kmem_cache *slw_selftest_create(void);

/**
 * slw_selftest_run() - make known chains, walk them, compare
 * @s: the private cache, fresh
 *
 * Fills slw_learned on the way.
 *
 * Context: process, sweeps are open.
 * Return: 0; otherwise -EINVAL or -ENOMEM, and the log names the step.
 */
int slw_selftest_run(struct kmem_cache *s);

#endif /* _SLUBWATCH_SELFTEST_H */
