/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SLUBWATCH_BENCH_H
#define _SLUBWATCH_BENCH_H

struct kmem_cache;

/* Exported in 6.1 and later, but declared in mm/slab.h only. */
long validate_slab_cache(struct kmem_cache *s);

#endif /* _SLUBWATCH_BENCH_H */
