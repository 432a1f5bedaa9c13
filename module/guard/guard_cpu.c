// SPDX-License-Identifier: GPL-2.0
/*
 * The guard's probes on the allocation tracepoints, and what they look at in
 * kernels with cpu slabs (until 6.17).
 *
 * An allocation pops the head of its CPU's freelist and stores what the popped
 * object's link leads to as the new head (slab_alloc_node() in slub.c).  Only
 * the next allocation follows that head, so a bad one can be seen in between.
 * The probe asks of the new head H what the next allocation takes for granted:
 * it is an object of the cpu slab, and not the one that was just handed out.
 * One link further it looks at H's own: it must lead to another object of the
 * slab, or nowhere.  Overwritten in use, an object has no such link; so an
 * object in use is found before it is handed out a second time, and a circle of
 * two is found, too.
 *
 * That was seen once of an H need not be asked again while H is the head: should
 * its link be overwritten later, then the next head is one that nobody expected.
 *
 * All this is done with interrupts on, for a third of the price: an interrupt
 * that allocates meanwhile can only make something good look bad, and what
 * looks bad is looked at again with interrupts off.
 *
 * Not seen here: what kmem_cache_alloc_bulk() takes, it has no tracepoint; a bad
 * head in a slab's own descriptor, which ___slab_alloc() follows as it makes that
 * the cpu slab; damage
 * that an interrupt's allocation meets between the pop and the tracepoint; and
 * when the task has moved to another CPU in between, the head it has left
 * behind is not looked at before the next allocation there.  A list that ends
 * early, or skips objects that are free, hands out nothing wrong.  An object in
 * use whose slot still holds a free pointer (with init_on_alloc=0, or where the
 * slot is outside the object) looks like a free one.
 *
 * Probes run with preemption off.
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/slab.h>	/* kmem.h names struct kmem_cache and does not say it */
#include <trace/events/kmem.h>

#include "compat.h"
#include "core/check.h"
#include "core/isolate.h"
#include "core/load.h"
#include "core/platform.h"
#include "guard/guard.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "walk/isolate.h"

/*
 * Which of the two a kernel has is known when it is built: local_trylock_t came
 * for the sheaves.  6.18 and 6.19 have both, and take from the sheaves first.
 */
#ifdef local_trylock_irqsave
#define HAS_SHEAVES	true
#else
#define HAS_SHEAVES	false
#endif

/* One look with interrupts off, as the patrol takes it. */
static bool is_suspect(const struct slw_guard *g, unsigned long object,
		       struct slw_slab *s, struct slw_verdict *v)
{
	static const struct slw_expect e = {
		.frozen = 1, .mark = -1, .node = -1,
	};
	unsigned long head, page;

	head = this_cpu_read(*g->freelist);
	page = this_cpu_read(*g->slab);
	if (!head || !page || slw_capture_slab(page, s) != SLW_CLEAN)
		return false;
	if (!slw_check_slab(&g->g, s, &e, v))
		return true;
	return slw_look_ahead(&g->g, s, head, object, v) == SLW_SUSPECT;
}

/* Where the bad link ought to lead, if that was seen before it went bad. */
static void recall(const struct slw_guard_cpu *cpu, struct slw_verdict *v)
{
	if (v->object && v->object == cpu->head && cpu->next != SLW_GUARD_NOWHERE)
		v->expected = cpu->next;
}

/*
 * A circle that is left as it is comes by at each allocation, and is told once.
 * All of the list is given up: what the bad link is in may itself be in use.
 * That the same was done before is no reason not to: the next allocation would
 * follow it.  isolate_max bounds it.
 */
static void found(const struct slw_guard *g, struct slw_guard_cpu *cpu,
		  const struct slw_slab *s, const struct slw_verdict *v)
{
	unsigned long kc = (unsigned long)this_cpu_ptr((void __percpu *)g->c->cpu_slab);
	enum slubwatch_isolation isolation =
		slw_recipe_for(v->kind, SLUBWATCH_PLACE_CPU_FREELIST) ?
		slw_isolate_cpu_freelist(&g->g, kc, 0, v, 0, s->inuse) :
		SLUBWATCH_ISOLATION_NO_RECIPE;
	bool done = isolation == SLUBWATCH_ISOLATION_DONE;

	if (done || v->object != cpu->told || v->raw != cpu->told_raw)
		slw_guard_report(g, s, v, isolation, done ? s->inuse : 0);
	cpu->told = v->object;
	cpu->told_raw = v->raw;
}

/* The second look, as everywhere; and forget what this CPU was taken for. */
static noinline void look_closely(const struct slw_guard *g,
				  struct slw_guard_cpu *cpu,
				  unsigned long object)
{
	struct slw_verdict v, again;
	unsigned long flags;
	struct slw_slab s;

	local_irq_save(flags);
	if (is_suspect(g, object, &s, &v) &&
	    is_suspect(g, object, &s, &again) &&
	    slw_verdict_agree(&v, &again)) {
		recall(cpu, &again);
		found(g, cpu, &s, &again);
	} else {
		cpu->races++;
	}
	cpu->page = 0;
	cpu->head = SLW_GUARD_NOWHERE;
	cpu->next = SLW_GUARD_NOWHERE;
	local_irq_restore(flags);
}

/*
 * A cpu slab not met before: where its objects are.  That comes by so often that
 * no more is asked than whether it is this cache's; the closer look asks all.
 * Interrupts are off, so that the three belong together.
 */
static bool meet_slab(const struct slw_guard *g, struct slw_guard_cpu *cpu)
{
	unsigned long flags, page, cache, counters;
	bool known;

	local_irq_save(flags);
	page = this_cpu_read(*g->slab);
	known = slw_page_at(page) &&
		slw_load(page + slw_layout.slab.slab_cache, &cache) &&
		slw_load(page + slw_layout.slab.counters, &counters) &&
		cache == g->cache;
	if (known) {
		cpu->start = (unsigned long)page_address((void *)page) +
			     g->g.red_left;
		cpu->objects = slw_counters_objects(counters);
		cpu->page = page;
	}
	local_irq_restore(flags);
	return known;
}

static __always_inline bool is_object(const struct slw_guard *g,
				      const struct slw_guard_cpu *cpu,
				      unsigned long addr)
{
	return slw_on_grid(&g->stride, cpu->start, cpu->objects, addr);
}

/*
 * As slw_freeptr_decode(); whether the kernel is hardened is known when this is
 * built.  Were that wrong, everything would look bad, and the closer look knows.
 */
static __always_inline unsigned long decode(const struct slw_guard *g,
					    unsigned long raw, unsigned long slot)
{
	if (IS_ENABLED(CONFIG_SLAB_FREELIST_HARDENED))
		raw = raw ^ g->g.random ^ swab_long(slot);
	/* Else two numbers are kept instead of one, to ask for NULL if they are equal. */
	OPTIMIZER_HIDE_VAR(raw);
	return raw;
}

/* @head is an object: where does it lead?  NULL is on no grid. */
static __always_inline bool take_link(const struct slw_guard *g,
				      struct slw_guard_cpu *cpu,
				      unsigned long object, unsigned long head)
{
	unsigned long slot = head + g->g.offset, raw, next;

	if (!slw_load(slot, &raw))
		return false;
	next = decode(g, raw, slot);
	if (unlikely(!is_object(g, cpu, next))) {
		if (next)
			return false;
		next = SLW_GUARD_NOWHERE;
	}
	if (unlikely(next == head || next == object))
		return false;
	cpu->head = head;
	cpu->next = next;
	return true;
}

/* A head that the last one did not lead to: after a free, a refill, or damage. */
static __always_inline bool take_head(const struct slw_guard *g,
				      struct slw_guard_cpu *cpu,
				      unsigned long object, unsigned long head)
{
	cpu->elsewhere += !is_object(g, cpu, object);
	return head != object && is_object(g, cpu, head) &&
	       take_link(g, cpu, object, head);
}

/* The same after a refill, or what is told if it is damage. */
static noinline void look_again(const struct slw_guard *g, struct slw_guard_cpu *cpu,
				unsigned long object, unsigned long head)
{
	if (this_cpu_read(*g->slab) == cpu->page || !meet_slab(g, cpu) ||
	    !take_head(g, cpu, object, head))
		look_closely(g, cpu, object);
}

/* Not as expected: a free, a refill, or damage. */
static noinline void follow(const struct slw_guard *g, struct slw_guard_cpu *cpu,
			    unsigned long object, unsigned long head)
{
	cpu->looks++;
	if (this_cpu_read(*g->slab) != cpu->page || !take_head(g, cpu, object, head))
		look_again(g, cpu, object, head);
}

/*
 * Is the head one that was seen to be good?  Either it is where the last one led,
 * an object of the slab and not the one before it; or the last one has come back.
 */
static __always_inline bool is_expected(const struct slw_guard *g,
					struct slw_guard_cpu *cpu,
					unsigned long object, unsigned long head)
{
	if (head == cpu->next)
		return likely(take_link(g, cpu, object, head));
	return head == cpu->head && head != object;
}

static __always_inline void look(const struct slw_guard *g, unsigned long object)
{
	struct slw_guard_cpu *cpu;
	unsigned long head;

	if (HAS_SHEAVES) {
		slw_guard_look_at_sheaf(g, object);
		return;
	}
	/* The allocation has just written there: no load that could fault. */
	head = this_cpu_read(*g->freelist);
	cpu = this_cpu_ptr(g->cpus);
	if (!is_expected(g, cpu, object, head) && head)
		follow(g, cpu, object, head);
}

/* kmem_cache_alloc() says which cache, since 6.1. */
static __maybe_unused __always_inline void
look_by_cache(const struct slw_guards *guards, const void *object,
	      const struct kmem_cache *s)
{
	unsigned long cache = (unsigned long)s;
	unsigned int bucket = slw_guard_bucket(cache);
	const struct slw_guard *g;

	if (likely(!guards->has_cache[bucket]))
		return;
	g = guards->by_cache[bucket];
	while (unlikely(g->cache != cache)) {
		g = g->next;
		if (!g)
			return;
	}
	look(g, (unsigned long)object);
}

/*
 * Otherwise only the object's size is said, which is kmem_cache.size.  Caches of
 * the same size are all looked at: that is cheaper than asking whose the object
 * is, and does no harm.
 */
static noinline void look_at_all(const struct slw_guard *g, size_t size,
				 unsigned long object)
{
	for (; g; g = g->next_of_size)
		if (g->g.size == (u32)size)
			look(g, object);
}

static __always_inline void look_by_size(const struct slw_guards *guards,
					 const void *object, size_t size)
{
	unsigned long bucket = __fls(size);
	const struct slw_guard *g;

	if (likely(!guards->has_size[bucket]))
		return;
	g = guards->by_size[bucket];
	if (g->sole_size == (u32)size)
		look(g, (unsigned long)object);
	else
		look_at_all(g, size, (unsigned long)object);
}

/* X(tracepoint, it is kmalloc()'s, arguments of a probe, what the probe does) */
#ifdef SLW_KMEM_EVENTS_HAVE_CACHE
#define PROBES(X)							\
	X(kmalloc, true,						\
	  (void *data, unsigned long site, const void *object,		\
	   size_t want, size_t got, gfp_t flags, int node),		\
	  look_by_size(data, object, got))				\
	X(kmem_cache_alloc, false,					\
	  (void *data, unsigned long site, const void *object,		\
	   struct kmem_cache *s, gfp_t flags, int node),		\
	  look_by_cache(data, object, s))
#else
#define ARGS								\
	void *data, unsigned long site, const void *object,		\
	size_t want, size_t got, gfp_t flags
#define PROBES(X)							\
	X(kmalloc, true, (ARGS), look_by_size(data, object, got))	\
	X(kmalloc_node, true, (ARGS, int node),				\
	  look_by_size(data, object, got))				\
	X(kmem_cache_alloc, false, (ARGS),				\
	  look_by_size(data, object, got))				\
	X(kmem_cache_alloc_node, false, (ARGS, int node),		\
	  look_by_size(data, object, got))
#endif

#define DEFINE_PROBE(name, of_kmalloc, args, find)			\
static notrace void probe_##name args						\
{									\
	find;								\
}									\
static int attach_##name(void *data)					\
{									\
	return register_trace_##name(probe_##name, data);		\
}									\
static void detach_##name(void *data)					\
{									\
	unregister_trace_##name(probe_##name, data);			\
}

PROBES(DEFINE_PROBE)
#undef DEFINE_PROBE

/* kmalloc()'s are left alone as long as none of its caches is guarded. */
static const struct {
	bool of_kmalloc;
	int (*attach)(void *data);
	void (*detach)(void *data);
} probes[] = {
#define PROBE_ROW(name, of_kmalloc, args, find)				\
	{ of_kmalloc, attach_##name, detach_##name },
	PROBES(PROBE_ROW)
#undef PROBE_ROW
};

static void detach_first(struct slw_guards *guards, unsigned int n)
{
	while (n--)
		if (guards->kmalloc || !probes[n].of_kmalloc)
			probes[n].detach(guards);
	tracepoint_synchronize_unregister();
}

int slw_guard_attach(struct slw_guards *guards)
{
	int err = slw_guard_attach_sheaves(guards);
	unsigned int i;

	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!guards->kmalloc && probes[i].of_kmalloc)
			continue;
		err = probes[i].attach(guards);
		if (err) {
			detach_first(guards, i);
			slw_guard_detach_sheaves();
			return err;
		}
	}
	return 0;
}

void slw_guard_detach(struct slw_guards *guards)
{
	detach_first(guards, ARRAY_SIZE(probes));
	slw_guard_detach_sheaves();
}
