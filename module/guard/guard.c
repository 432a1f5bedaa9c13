// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: see guard.h.  Here is which caches are guarded, and how a finding
 * gets from an allocation, whatever locks its caller holds, to where it may be
 * told.
 */
#include "guard/guard.h"

#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "config.h"
#include "core/check.h"
#include "counters.h"
#include "finding/finding.h"
#include "finding/record.h"
#include "memory/cache.h"
#include "pattern.h"
#include "react/react.h"
#include "react/tell.h"

/**
 * struct slot - a finding on its way from an allocation
 * @work:	runs as soon as interrupts are on again
 * @full:	@r is not told yet
 * @r:		the finding
 */
struct slot {
	struct irq_work work;
	bool full;
	struct slw_record r;
};

/* There since something was guarded for the first time. */
static struct slot __percpu *slots;
static struct slw_record *telling;

/* Protects what is guarded; nests in the sweep lock. */
static DEFINE_MUTEX(guard_lock);
static struct slw_guards *guards;
/* Of guards that are no more. */
static struct slw_guard_status past;

/* In process context: one finding after the other. */
static void tell_all(struct work_struct *work)
{
	struct slot *slot;
	int cpu;

	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(slots, cpu);
		/* With the release in slw_guard_send(): then r is whole. */
		if (!smp_load_acquire(&slot->full))
			continue;
		*telling = slot->r;
		/* With the acquire there: only then may it be filled anew. */
		smp_store_release(&slot->full, false);
		slw_tell(telling, true);
	}
}

static DECLARE_WORK(tell_work, tell_all);

/*
 * With action=panic the machine is not to get to its next allocation: this is
 * as near as it may be told, right behind the allocation that found it.
 */
static void on_irq_work(struct irq_work *work)
{
	struct slot *slot = container_of(work, struct slot, work);

	if (slw_config_action() & SLW_ACTION_PANIC)
		slw_react_now(&slot->r);
	schedule_work(&tell_work);
}

struct slw_record *slw_guard_slot(void)
{
	struct slot *slot = this_cpu_ptr(slots);

	/* With the release in tell_all(). */
	if (!smp_load_acquire(&slot->full))
		return &slot->r;
	slw_count(SLW_COUNT_DROPPED, 1);
	return NULL;
}

void slw_guard_send(void)
{
	struct slot *slot = this_cpu_ptr(slots);

	/* With the acquire in tell_all(). */
	smp_store_release(&slot->full, true);
	irq_work_queue(&slot->work);
}

void slw_guard_report(const struct slw_guard *g, const struct slw_slab *s,
		      const struct slw_verdict *v,
		      enum slubwatch_isolation isolation, u32 lost)
{
	struct slw_record *r = slw_guard_slot();

	if (!r)
		return;
	slw_record_fill(r, &g->g, g->name, s, v);
	r->f.place = SLUBWATCH_PLACE_CPU_FREELIST;
	r->f.by = SLUBWATCH_BY_GUARD;
	r->f.cpu = smp_processor_id();
	r->f.isolation = isolation;
	r->f.lost = lost;
	slw_guard_send();
}

/* All guards of a set, each once, whatever their buckets. */
#define for_each_guard(guards, g, i)					\
	for ((i) = 0; (i) < SLW_GUARD_BUCKETS; (i)++)			\
		for ((g) = (guards)->by_cache[i]; (g); (g) = (g)->next)

static void sum_up(const struct slw_guards *from, struct slw_guard_status *st)
{
	const struct slw_guard_cpu *at;
	const struct slw_guard *g;
	unsigned int i;
	int cpu;

	for_each_guard(from, g, i) {
		for_each_possible_cpu(cpu) {
			at = per_cpu_ptr(g->cpus, cpu);
			st->looks += READ_ONCE(at->looks);
			st->elsewhere += READ_ONCE(at->elsewhere);
			st->races += READ_ONCE(at->races);
		}
	}
}

void slw_guard_get_status(struct slw_guard_status *st)
{
	mutex_lock(&guard_lock);
	*st = past;
	if (guards) {
		st->caches = guards->nr;
		st->debug = guards->debug;
		sum_up(guards, st);
	}
	mutex_unlock(&guard_lock);
}

static size_t guard_bytes(void)
{
	return sizeof(struct slw_guard) + sizeof(struct slw_cache) +
	       num_possible_cpus() * sizeof(struct slw_guard_cpu);
}

static void free_guard(struct slw_guard *g)
{
	slw_count_memory(-(s64)guard_bytes());
	slw_cache_put((struct kmem_cache *)g->cache);
	free_percpu(g->cpus);
	kfree(g->c);
	kfree(g);
}

static void free_guards(struct slw_guards *old)
{
	struct slw_guard *g;
	unsigned int i;

	for (i = 0; i < SLW_GUARD_BUCKETS; i++) {
		while ((g = old->by_cache[i])) {
			old->by_cache[i] = g->next;
			free_guard(g);
		}
	}
	kfree(old);
}

static void find_cpus(struct slw_guard *g, const struct slw_cache *c)
{
	struct slw_guard_cpu *at;
	int cpu;

	g->freelist = (void __percpu *)(c->cpu_slab + slw_layout.cpu.freelist);
	g->slab = (void __percpu *)(c->cpu_slab + slw_layout.cpu.slab);
	for_each_possible_cpu(cpu) {
		at = per_cpu_ptr(g->cpus, cpu);
		at->head = SLW_GUARD_NOWHERE;
		at->next = SLW_GUARD_NOWHERE;
	}
}

static struct slw_guard *make_guard(const struct slw_cache *c)
{
	struct slw_guard *g = kzalloc(sizeof(*g), GFP_KERNEL | __GFP_NOWARN);

	if (!g)
		return NULL;
	g->cpus = alloc_percpu(struct slw_guard_cpu);
	g->c = kmemdup(c, sizeof(*c), GFP_KERNEL | __GFP_NOWARN);
	if (!g->cpus || !g->c) {
		free_percpu(g->cpus);
		kfree(g->c);
		kfree(g);
		return NULL;
	}
	slw_count_memory(guard_bytes());
	if (c->cpu_slab)
		find_cpus(g, c);
	g->g = c->g;
	slw_stride_init(&g->stride, c->g.size);
	strscpy(g->name, c->name, sizeof(g->name));
	g->cache = (unsigned long)slw_cache_get(c);
	return g;
}

/* Before 6.1 no tracepoint says which cache, later only kmalloc()'s does not. */
#ifdef SLW_KMEM_EVENTS_HAVE_CACHE
#define BY_SIZE(kmalloc)	(kmalloc)
#else
#define BY_SIZE(kmalloc)	true
#endif

static void add_guard(struct slw_guards *to, struct slw_guard *g)
{
	bool kmalloc = strstr(g->name, "kmalloc-");
	unsigned int bucket = slw_guard_bucket(g->cache);
	unsigned int size = __fls(g->g.size);

	g->next = to->by_cache[bucket];
	to->by_cache[bucket] = g;
	to->has_cache[bucket] = true;
	if (BY_SIZE(kmalloc)) {
		g->next_of_size = to->by_size[size];
		g->sole_size = g->next_of_size ? 0 : g->g.size;
		to->by_size[size] = g;
		to->has_size[size] = true;
	}
	to->nr++;
	to->kmalloc |= kmalloc;
}

/* Are objects taken from where the guard looks?  Debug caches are counted only. */
static bool can_be_guarded(const struct slw_cache *c)
{
	if (c->g.debug)
		return true;
	if (slw_has_cap(SLW_CAP_SHEAVES))
		return c->cpu_sheaves && c->sheaf_capacity;
	return c->cpu_slab;
}

static bool is_candidate(const struct slw_cache *c, const char *pattern)
{
	return c->pinned && slw_pattern_match(pattern, c->name) &&
	       can_be_guarded(c) && slw_check_geometry(&c->g);
}

static bool is_guarded(unsigned long cache)
{
	return slw_guard_find(guards, cache) &&
	       slw_cache_is_alive((struct kmem_cache *)cache);
}

/* Is what is guarded what is asked for? */
static bool is_current(const char *pattern)
{
	unsigned int nr = 0, debug = 0;
	struct slw_cache *c;

	slw_for_each_cache(c) {
		if (!is_candidate(c, pattern))
			continue;
		if (!c->g.debug && !(guards && is_guarded(c->g.cache)))
			return false;
		nr += !c->g.debug;
		debug += c->g.debug;
	}
	return guards ? guards->nr == nr && guards->debug == debug : !debug;
}

static struct slw_guards *make_guards(const char *pattern)
{
	struct slw_guards *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct slw_guard *g;
	struct slw_cache *c;

	if (!new)
		return NULL;
	slw_for_each_cache(c) {
		if (!is_candidate(c, pattern))
			continue;
		if (c->g.debug) {
			new->debug++;
			continue;
		}
		g = make_guard(c);
		if (g)
			add_guard(new, g);
		else
			slw_count(SLW_COUNT_SKIPPED_NOMEM, 1);
	}
	return new;
}

static void drop_guards(void)
{
	if (!guards)
		return;
	if (guards->nr)
		slw_guard_detach(guards);
	sum_up(guards, &past);
	free_guards(guards);
	guards = NULL;
}

static bool make_slots(void)
{
	int cpu;

	if (slots)
		return true;
	if (!telling)
		telling = kzalloc(sizeof(*telling), GFP_KERNEL);
	if (!telling)
		return false;
	slots = alloc_percpu(struct slot);
	if (!slots)
		return false;
	slw_count_memory(num_possible_cpus() * sizeof(struct slot) +
			 sizeof(*telling));
	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu_ptr(slots, cpu)->work, on_irq_work);
	return true;
}

static void set_guards(const char *pattern)
{
	int err = 0;

	drop_guards();
	guards = make_slots() ? make_guards(pattern) : NULL;
	if (guards && guards->nr)
		err = slw_guard_attach(guards);
	if (!guards || err) {
		pr_err("slubwatch: nothing is guarded (%d)\n", err ?: -ENOMEM);
		if (guards)
			free_guards(guards);
		guards = NULL;
		return;
	}
	pr_info("slubwatch: guarding %u caches\n", guards->nr);
	if (guards->debug)
		pr_info("slubwatch: %u more have debug flags: SLUB checks them itself\n",
			guards->debug);
}

void slw_guard_update(const char *pattern)
{
	mutex_lock(&guard_lock);
	if (!*pattern)
		drop_guards();
	else if (!is_current(pattern))
		set_guards(pattern);
	mutex_unlock(&guard_lock);
}

void slw_guard_exit(void)
{
	int cpu;

	slw_guard_update("");
	for_each_possible_cpu(cpu)
		if (slots)
			irq_work_sync(&per_cpu_ptr(slots, cpu)->work);
	flush_work(&tell_work);
	free_percpu(slots);
	kfree(telling);
}
