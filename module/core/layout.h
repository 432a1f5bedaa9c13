/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the running kernel keeps what the walkers read.
 *
 * Every offset is found by the member's name in the kernel's BTF; what a
 * kernel can do (its capabilities) follows from which members exist.  Versions
 * are never asked: distributions backport, and 6.18 has both the cpu slabs of
 * 6.12 and the sheaves of 7.0.
 */
#ifndef _SLUBWATCH_CORE_LAYOUT_H
#define _SLUBWATCH_CORE_LAYOUT_H

#include "platform.h"

struct slw_btf;

/* An offset that says whether it exists: bytes from the start, or SLW_ABSENT. */
#define SLW_ABSENT	(-1)

static inline bool slw_has(int offset)
{
	return offset >= 0;
}

/**
 * struct slw_layout - offsets, in bytes, of the members the walkers need
 *
 * Filled once by slw_layout_resolve() and read-only after that; what is not
 * there, offsets and sizes alike, is SLW_ABSENT.  Members are grouped by the
 * SLUB structure they belong to; the newest shape comes first where kernels
 * differ.
 *
 * @cache:	struct kmem_cache
 * @cpu:	struct kmem_cache_cpu (no longer there in 7.0)
 * @node:	struct kmem_cache_node
 * @slab:	struct slab, before 5.17 the same members of struct page
 * @pcs:	struct slub_percpu_sheaves (since 6.18)
 * @sheaf:	struct slab_sheaf (since 6.18)
 * @barn:	struct node_barn (since 6.18)
 */
struct slw_layout {
	struct {
		int flags, size, object_size, offset, oo, min, red_left_pad;
		int name, kobj;
		int inuse, ctor;
		int random;		/* CONFIG_SLAB_FREELIST_HARDENED */
		int cpu_slab;		/* until 6.19 */
		int cpu_sheaves;	/* since 6.18 */
		int sheaf_capacity;	/* since 6.18 */
		int per_node;		/* since 7.1: array of { barn, node } */
		int per_node_stride;	/* size of one element of per_node[] */
		int per_node_node, per_node_barn;	/* in one element */
		int node;		/* before 7.1: array of pointers */
		int kobj_size;		/* sizeof(struct kobject), cross-checked */
	} cache;
	struct {
		int freelist, tid, slab;
		int partial;		/* CONFIG_SLUB_CPU_PARTIAL */
		int lock;		/* since 5.15 */
		int lock_size;		/* says which kind of lock */
	} cpu;
	struct {
		int list_lock, nr_partial, partial;
		int full;		/* CONFIG_SLUB_DEBUG */
		int barn;		/* 6.18 to 7.0 */
		int list_lock_size;	/* cross-checked */
	} node;
	struct {
		int slab_cache, freelist, counters, slab_list;
		int next;		/* CONFIG_SLUB_CPU_PARTIAL */
		int slabs;		/* slabs on a cpu's partial chain */
		int is_page;		/* 1: members of struct page (before 5.17) */
	} slab;
	struct {
		int lock, main, spare, rcu_free;
		int lock_size;
	} pcs;
	struct {
		int cache, size, objects, barn_list;
	} sheaf;
	struct {
		int lock, sheaves_full, sheaves_empty, nr_full, nr_empty;
	} barn;
	u32 caps;
};

/*
 * Capabilities: derived from the members above, shown in status and used to
 * choose walkers.  One name each.
 */
#define SLW_CAPS(X) \
	X(CPU_SLAB,	"cpu_slab")	/* kmem_cache.cpu_slab */ \
	X(CPU_PARTIAL,	"cpu_partial")	/* kmem_cache_cpu.partial */ \
	X(SHEAVES,	"sheaves")	/* kmem_cache.cpu_sheaves */ \
	X(BARN,		"barn")		/* struct node_barn reachable */ \
	X(PER_NODE,	"per_node")	/* kmem_cache.per_node[] */ \
	X(HARDENED,	"hardened")	/* kmem_cache.random */ \
	X(SLAB_PAGE,	"slab_page")	/* slab members live in struct page */

enum slw_cap_bit {
#define SLW_CAP_BIT(id, name)	SLW_CAP_BIT_##id,
	SLW_CAPS(SLW_CAP_BIT)
#undef SLW_CAP_BIT
	SLW_NR_CAPS
};

enum slw_cap {
#define SLW_CAP_MASK(id, name)	SLW_CAP_##id = 1u << SLW_CAP_BIT_##id,
	SLW_CAPS(SLW_CAP_MASK)
#undef SLW_CAP_MASK
};

extern const char *const slw_cap_names[SLW_NR_CAPS];

/**
 * struct slw_layout_error - why a kernel was not understood
 * @what:	one line without a newline: which structure or member is missing
 *		or has an unexpected size
 */
struct slw_layout_error {
	char what[128];
};

/**
 * slw_layout_resolve() - find every member the walkers need
 * @btf:	indexed BTF of the kernel
 * @l:		filled on success, unspecified otherwise
 * @err:	filled on failure
 *
 * Context: any; takes no locks, allocates nothing.
 * Return: 0, -ENOENT when a needed structure or member is missing, -EINVAL
 * when one has a size or a type that the walkers do not expect.
 */
int slw_layout_resolve(const struct slw_btf *btf, struct slw_layout *l,
		       struct slw_layout_error *err);

/**
 * slw_layout_era() - a name for people, derived from the capabilities
 * @l: a resolved layout
 *
 * Return: one of "page", "slab", "slab+sheaves", "sheaves".
 */
const char *slw_layout_era(const struct slw_layout *l);

#endif /* _SLUBWATCH_CORE_LAYOUT_H */
