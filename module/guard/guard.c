// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: see guard.h.  Here is which caches are guarded, and how a finding
 * gets from an allocation, whatever locks its caller holds, to where it may be
 * told.
 */
#include "guard/guard.h"

#include <linux/bitmap.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/mm.h>
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

/* Findings on their way at once: one refill may have made more than one. */
#define SLOTS		16

/**
 * struct outbox - findings on their way from an allocation
 * @taken:	of these slots somebody has, or is telling, what is in them
 * @full:	and what is in these is to be told
 * @works:	one for each CPU, runs as soon as interrupts are on again
 * @slots:	the findings
 */
struct outbox {
	DECLARE_BITMAP(taken, SLOTS);
	DECLARE_BITMAP(full, SLOTS);
	struct irq_work __percpu *works;
	struct slw_record slots[SLOTS];
};

/* There since something was guarded for the first time. */
static struct outbox *outbox;

/* Protects what is guarded; nests in the sweep lock. */
static DEFINE_MUTEX(guard_lock);
static struct slw_guards *guards;
/* Of guards that are no more. */
static struct slw_guard_status past;

/* In process context: one finding after the other. */
static void tell_all(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		/* Fully ordered, with slw_guard_send(): then all of it is there. */
		if (!test_and_clear_bit(i, outbox->full))
			continue;
		slw_tell(&outbox->slots[i], true);
		/* With slw_guard_slot(): only then may it be filled anew. */
		clear_bit_unlock(i, outbox->taken);
	}
}

static DECLARE_WORK(tell_work, tell_all);

/*
 * With action=panic the machine is not to get to its next allocation: this is
 * as near as it may be told, right behind the allocation that found it.
 */
static void on_irq_work(struct irq_work *work)
{
	unsigned int first = find_first_bit(outbox->full, SLOTS);

	if (slw_config_action() & SLW_ACTION_PANIC && first < SLOTS)
		slw_react_now(&outbox->slots[first]);
	schedule_work(&tell_work);
}

struct slw_record *slw_guard_slot(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		/* With tell_all(). */
		if (!test_and_set_bit_lock(i, outbox->taken))
			return &outbox->slots[i];
	slw_count(SLW_COUNT_DROPPED, 1);
	return NULL;
}

void slw_guard_send(struct slw_record *r)
{
	/* With tell_all(). */
	smp_mb__before_atomic();
	set_bit(r - outbox->slots, outbox->full);
	irq_work_queue(this_cpu_ptr(outbox->works));
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
	/* Freed by other CPUs since: the slab's own freelist stays in service. */
	r->f.kept = lost ? s->objects - s->inuse : 0;
	slw_guard_send(r);
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

/*
 * Of kmalloc(), or of kmem_buckets_create() (since v6.11), which kmalloc() takes
 * from too: their names end in the size, "-96", "-4k".
 */
static bool is_kmalloc(const struct slw_guard *g)
{
	const char *dash = strrchr(g->name, '-');
	char *end;

	return dash && memparse(dash + 1, &end) == g->g.size && !*end;
}

static void add_guard(struct slw_guards *to, struct slw_guard *g)
{
	bool kmalloc = is_kmalloc(g);
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

static bool make_outbox(void)
{
	struct outbox *new;
	int cpu;

	if (outbox)
		return true;
	new = kvzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return false;
	new->works = alloc_percpu(struct irq_work);
	if (!new->works) {
		kvfree(new);
		return false;
	}
	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(new->works, cpu), on_irq_work);
	slw_count_memory(sizeof(*new) +
			 num_possible_cpus() * sizeof(struct irq_work));
	outbox = new;
	return true;
}

/* Is said once, not at each sweep. */
static void say_failed(int err)
{
	static int said;

	if (err && err != said)
		pr_err("slubwatch: nothing is guarded (%d)\n", err);
	said = err;
}

/* The new ones are made before the old ones go, so that the gap is short. */
static void set_guards(const char *pattern)
{
	struct slw_guards *new = make_outbox() ? make_guards(pattern) : NULL;
	int err = new ? 0 : -ENOMEM;

	drop_guards();
	if (new && new->nr)
		err = slw_guard_attach(new);
	say_failed(err);
	if (err) {
		if (new)
			free_guards(new);
		return;
	}
	guards = new;
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
	if (!outbox)
		return;
	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(outbox->works, cpu));
	flush_work(&tell_work);
	free_percpu(outbox->works);
	kvfree(outbox);
}
