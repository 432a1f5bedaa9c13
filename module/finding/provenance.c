// SPDX-License-Identifier: GPL-2.0
/*
 * Who had it?  See provenance.h.
 *
 * A ring of events for every CPU.  A writer reserves a slot by one addition, so
 * that an interrupt in the middle of it takes the next, and publishes it last;
 * readers are rare, look at all of them, and take only what stood still.
 */
#include "finding/provenance.h"

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "core/text.h"
#include "counters.h"
#include "finding/finding.h"

/**
 * struct slot - room for an event
 * @seq:	0 while it is empty or being written
 * @event:	the event
 */
struct slot {
	unsigned int seq;
	struct slw_event event;
};

/**
 * struct ring - one CPU's events
 * @head:	slots ever reserved
 * @depth:	writers on this CPU, one interrupting the other
 * @slots:	ring_slots of them
 */
struct ring {
	atomic_t head;
	atomic_t depth;
	struct slot slots[];
};

/* A task, a softirq and an interrupt; more of them is a recursion. */
#define MOST_DEPTH	3
/* Return addresses of our own on top of a stack, the tracepoint's with them. */
#define OWN_FRAMES	6

/* Written while nothing adds events; nr_cpu_ids rings of ring_bytes() each. */
static void *rings;
static unsigned int ring_slots;

static size_t ring_bytes(void)
{
	return struct_size((struct ring *)NULL, slots, ring_slots);
}

static struct ring *ring_of(unsigned int cpu)
{
	return rings + cpu * ring_bytes();
}

int slw_history_init(size_t bytes)
{
	ring_slots = max_t(size_t, bytes / nr_cpu_ids / sizeof(struct slot), 1);
	rings = vzalloc(nr_cpu_ids * ring_bytes());
	if (!rings)
		return -ENOMEM;
	slw_count_memory(nr_cpu_ids * ring_bytes());
	return 0;
}

void slw_history_exit(void)
{
	if (rings)
		slw_count_memory(-(s64)(nr_cpu_ids * ring_bytes()));
	vfree(rings);
	rings = NULL;
}

unsigned int slw_history_size(void)
{
	return rings ? ring_slots * nr_cpu_ids : 0;
}

static void save_stack(struct slw_event *e)
{
	unsigned long stack[SLW_EVENT_STACK + OWN_FRAMES];
	unsigned int nr = stack_trace_save(stack, ARRAY_SIZE(stack), 1);
	unsigned int own = 0;

	while (own < nr && within_module(stack[own], THIS_MODULE))
		own++;
	e->nr_stack = min_t(unsigned int, nr - own, SLW_EVENT_STACK);
	memcpy(e->stack, stack + own, e->nr_stack * sizeof(*stack));
}

static void fill(struct slw_event *e, unsigned long object, bool alloc)
{
	e->time_ns = ktime_get_mono_fast_ns();
	e->object = object;
	e->alloc = alloc;
	e->interrupt = !in_task();
	e->cpu = smp_processor_id();
	e->pid = current->pid;
	memcpy(e->comm, current->comm, sizeof(e->comm));
	save_stack(e);
}

void slw_history_add(unsigned long object, bool alloc)
{
	struct ring *ring;
	struct slot *slot;
	unsigned int n;

	preempt_disable_notrace();
	ring = ring_of(smp_processor_id());
	if (atomic_inc_return(&ring->depth) <= MOST_DEPTH) {
		n = atomic_inc_return(&ring->head);
		slot = &ring->slots[n % ring_slots];
		WRITE_ONCE(slot->seq, 0);
		smp_wmb();	/* empty before it changes */
		fill(&slot->event, object, alloc);
		/* whole before it is not empty: with read_slot() */
		smp_store_release(&slot->seq, n ?: 1);
	}
	atomic_dec(&ring->depth);
	preempt_enable_notrace();
}

/* Copy an event; false while it is being written. */
static bool read_slot(const struct slot *slot, struct slw_event *e)
{
	unsigned int seq;

	/* with the release in slw_history_add() */
	seq = smp_load_acquire(&slot->seq);
	*e = slot->event;
	smp_rmb();	/* copied before it is asked again */
	return seq && READ_ONCE(slot->seq) == seq;
}

static void take_newer(struct slw_event *to, const struct slw_event *e)
{
	if (e->time_ns > to->time_ns)
		*to = *e;
}

static void match(const struct slubwatch_finding *f, struct slw_origins *o,
		  const struct slw_event *e)
{
	if (!o->reach_ns || e->time_ns < o->reach_ns)
		o->reach_ns = e->time_ns;
	if (e->object == f->object)
		take_newer(&o->event[e->alloc ? SLW_ORIGIN_ALLOCATED :
						SLW_ORIGIN_FREED], e);
	else if (e->object == f->object - f->slot)
		take_newer(&o->event[SLW_ORIGIN_BEFORE], e);
	else if (e->object == f->object + f->slot)
		take_newer(&o->event[SLW_ORIGIN_BEHIND], e);
}

void slw_origins_find(const struct slubwatch_finding *f, struct slw_origins *o)
{
	struct slw_event e;
	unsigned int cpu, i;

	*o = (struct slw_origins) {
		.watched = true,
		.now_ns = ktime_get_mono_fast_ns(),
	};
	if (!f->object)
		return;
	for_each_possible_cpu(cpu) {
		for (i = 0; i < ring_slots; i++)
			if (read_slot(&ring_of(cpu)->slots[i], &e))
				match(f, o, &e);
		cond_resched();
	}
}

static void say_age(struct slw_text *t, u64 ns)
{
	slw_say(t, "%llu.%03llu s ago", ns / NSEC_PER_SEC,
		ns % NSEC_PER_SEC / NSEC_PER_MSEC);
}

/* A line of a report is shorter than 100 bytes. */
#define SYMBOL	80

static void say_event(struct slw_text *t, const struct slw_origins *o,
		      const struct slw_event *e)
{
	char symbol[SYMBOL];
	unsigned int i;

	slw_say(t, "by %.15s (pid %d) on cpu %d%s, ", e->comm, e->pid, e->cpu,
		e->interrupt ? ", in an interrupt" : "");
	say_age(t, o->now_ns - e->time_ns);
	slw_say(t, "\n");
	for (i = 0; i < e->nr_stack; i++) {
		scnprintf(symbol, sizeof(symbol), "%pS", (void *)e->stack[i]);
		slw_say(t, "              %s\n", symbol);
	}
}

static void say_nothing(struct slw_text *t, const struct slw_origins *o,
			const char *what)
{
	slw_say(t, "%s: not in the history", what);
	if (!o->reach_ns) {
		slw_say(t, ", which is empty\n");
		return;
	}
	slw_say(t, ", which begins ");
	say_age(t, o->now_ns - o->reach_ns);
	slw_say(t, "\n");
}

void slw_origins_say(struct slw_text *t, const struct slw_record *r)
{
	static const char *const words[] = {
		[SLW_ORIGIN_FREED] = "freed",
		[SLW_ORIGIN_ALLOCATED] = "allocated",
		[SLW_ORIGIN_BEFORE] = "before",
		[SLW_ORIGIN_BEHIND] = "behind",
	};
	const struct slw_origins *o = &r->origins;
	const struct slw_event *e;
	unsigned int i;

	if (!o->watched || r->f.index < 0)
		return;
	for (i = 0; i < SLW_NR_ORIGINS; i++) {
		e = &o->event[i];
		slw_say(t, "  %-9s ", words[i]);
		if (!e->time_ns) {
			say_nothing(t, o, i < SLW_ORIGIN_BEFORE ?
				    "this object" : "its neighbour");
			continue;
		}
		if (i >= SLW_ORIGIN_BEFORE)
			slw_say(t, e->alloc ? "allocated " : "freed ");
		say_event(t, o, e);
	}
}
