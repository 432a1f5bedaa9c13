/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between 5.10 and 7.3 outside SLUB itself: the only file that
 * may ask LINUX_VERSION_CODE.  SLUB's own differences are members in BTF and
 * are found at run time (core/layout.c).
 */
#ifndef _SLUBWATCH_COMPAT_H
#define _SLUBWATCH_COMPAT_H

#include <linux/atomic.h>
/* Before local_lock.h: there a local_lock_t is a spinlock_t on PREEMPT_RT (6.1). */
#include <linux/spinlock.h>
/* Which local_lock.h of 5.10-rt needs. */
#include <linux/debug_locks.h>
#include <linux/local_lock.h>
#include <linux/mm.h>
#include <linux/sched/isolation.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#include <linux/panic_notifier.h>
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
#include <linux/kfence.h>
#else
#define is_kfence_address(addr)		false
#endif

/*
 * CPUs that the machine's owner keeps free of the kernel's own work: isolcpus=,
 * nohz_full=, and in 7.x isolated cpusets.  Types are numbers since Linux kernel
 * v5.18 and bits before.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
#define HK_TYPE_DOMAIN	HK_FLAG_DOMAIN
#define HK_TYPE_TICK	HK_FLAG_TICK
#endif

static inline bool slw_cpu_is_isolated(int cpu)
{
	return !housekeeping_cpu(cpu, HK_TYPE_DOMAIN) ||
	       !housekeeping_cpu(cpu, HK_TYPE_TICK);
}

/*
 * Since v6.18 a queue says that it is per CPU, and 7.x warns of one that says
 * nothing; before, it was the default and had no name.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define WQ_PERCPU	0
#endif

/*
 * Since Linux kernel commit 2c92ca849fcc ("tracing/treewide: Remove second
 * parameter of __assign_str()") (in v6.10), the source is known from __string().
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define slw_assign_str(dst, src)	__assign_str(dst)
#else
#define slw_assign_str(dst, src)	__assign_str(dst, src)
#endif

/*
 * The kmem tracepoints as they are since v6.1: one for every kind of allocation,
 * kmem_cache_alloc and kmem_cache_free name the cache, and the latter comes
 * before the object is freed.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define SLW_KMEM_EVENTS_HAVE_CACHE
#endif

/* The largest block of free pages; between 6.4 and 6.7 one order less than that. */
#ifdef MAX_PAGE_ORDER
#define SLW_LAST_ORDER	MAX_PAGE_ORDER
#else
#define SLW_LAST_ORDER	(MAX_ORDER - 1)
#endif

/* A page's flags word: an unsigned long, in 7.x wrapped in memdesc_flags_t. */
static inline unsigned long slw_page_flags(const struct page *page)
{
	return READ_ONCE(*(const unsigned long *)&page->flags);
}

/*
 * kmem_cache_node.list_lock: on 5.10-rt a raw spinlock, everywhere else a
 * spinlock_t, which on PREEMPT_RT sleeps and leaves interrupts on.
 */
#if defined(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
typedef raw_spinlock_t slw_list_lock_t;
#define slw_list_trylock(l, flags)	raw_spin_trylock_irqsave(l, flags)
#define slw_list_unlock(l, flags)	raw_spin_unlock_irqrestore(l, flags)
#else
typedef spinlock_t slw_list_lock_t;
#define slw_list_trylock(l, flags)	spin_trylock_irqsave(l, flags)
#define slw_list_unlock(l, flags)	spin_unlock_irqrestore(l, flags)
#endif

/*
 * What holds a CPU's own slabs still, taken on that CPU: interrupts off.  On
 * PREEMPT_RT since 5.15 kmem_cache_cpu.lock is a sleeping lock instead, whose
 * holder may be preempted half way, so that the lock itself must be taken; its
 * fast paths take it too (USE_LOCKLESS_FAST_PATH() in slub.c).
 *
 * In 6.18 and 6.19 it is a local_trylock_t, which local_lock_cpu_slab() takes
 * with interrupts off as before.  It is taken here as well, for NMIs: their
 * slow paths leave a CPU's slabs alone if they find it taken (kmalloc_nolock()).
 * Without lockdep a local_lock_t has no bytes, with it one less: the size in BTF
 * tells the two apart.
 */
#if defined(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#define slw_cpu_lock_is_written()	true
#define slw_cpu_lock(l, flags)		\
	do { (flags) = 0; local_lock(l); } while (0)
#define slw_cpu_unlock(l, flags)	\
	do { (void)(flags); local_unlock(l); } while (0)
#elif defined(local_trylock_irqsave)
static_assert(sizeof(local_trylock_t) != sizeof(local_lock_t));
#define slw_cpu_lock_is_written()					\
	(slw_layout.cpu.lock_size == sizeof(local_trylock_t))
#define slw_cpu_lock(l, flags)						\
	do {								\
		if (slw_cpu_lock_is_written())				\
			local_lock_irqsave((local_trylock_t __percpu *)(l), \
					   flags);			\
		else							\
			local_irq_save(flags);				\
	} while (0)
#define slw_cpu_unlock(l, flags)					\
	do {								\
		if (slw_cpu_lock_is_written())				\
			local_unlock_irqrestore((local_trylock_t __percpu *)(l), \
						flags);			\
		else							\
			local_irq_restore(flags);			\
	} while (0)
#else
#define slw_cpu_lock_is_written()	false
#define slw_cpu_lock(l, flags)		\
	do { (void)(l); local_irq_save(flags); } while (0)
#define slw_cpu_unlock(l, flags)	\
	do { (void)(l); local_irq_restore(flags); } while (0)
#endif

/*
 * __CMPXCHG_DOUBLE in kmem_cache.flags, slub.c's own.  Since 6.9 it is a bit of
 * enum _slab_flag_bits, at a position that the configuration decides.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#define SLW_CMPXCHG_DOUBLE	((u32)BIT(_SLAB_CMPXCHG_DOUBLE))
#else
#define SLW_CMPXCHG_DOUBLE	0x40000000u
#endif

/* slab.freelist and slab.counters, neighbours in this order in every kernel. */
struct slw_pair {
	unsigned long freelist;
	unsigned long counters;
} __aligned(2 * sizeof(long));

/*
 * Both words at once, if they are still @old, by what the kernel itself uses
 * where a cache has SLW_CMPXCHG_DOUBLE: cmpxchg_double() until 6.4.
 */
#if defined(system_has_cmpxchg128)
#define slw_has_cmpxchg_pair()	system_has_cmpxchg128()

static inline bool slw_cmpxchg_pair(struct slw_pair *p, const struct slw_pair *old,
				    const struct slw_pair *new)
{
	u128 was, is;

	memcpy(&was, old, sizeof(was));
	memcpy(&is, new, sizeof(is));
	return try_cmpxchg128((u128 *)p, &was, is);
}
#elif defined(system_has_cmpxchg_double)
#define slw_has_cmpxchg_pair()	system_has_cmpxchg_double()

static inline bool slw_cmpxchg_pair(struct slw_pair *p, const struct slw_pair *old,
				    const struct slw_pair *new)
{
	return cmpxchg_double(&p->freelist, &p->counters, old->freelist,
			      old->counters, new->freelist, new->counters);
}
#else
#define slw_has_cmpxchg_pair()	false

/* No cache has the flag there. */
static inline bool slw_cmpxchg_pair(struct slw_pair *p, const struct slw_pair *old,
				    const struct slw_pair *new)
{
	return false;
}
#endif

#endif /* _SLUBWATCH_COMPAT_H */
