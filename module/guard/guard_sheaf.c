// SPDX-License-Identifier: GPL-2.0
/*
 * The guard in kernels with sheaves (since 6.18).
 *
 * An allocation takes the last entry of its CPU's main sheaf and follows no link.
 * What can be wrong is that the object is in there another time: it was freed
 * twice, and will be handed out twice.  The kernel does not look for that
 * (free_to_pcs()), the probe looks at the entries that are taken next.  One that
 * is deeper, or in the barn, is the patrol's to find.
 *
 * Links are followed by the refill of an empty sheaf, many at once and before any
 * tracepoint.  So there is a kprobe at its entry, which walks the slabs that the
 * refill is about to take from: the first of the node's partial list.  The
 * function is static, and a kernel may have it inlined: then there is only the
 * patrol to look at slabs.
 *
 * Certain: that an object handed out is told if it is among the next ENTRIES of
 * its CPU;
 * whatever a walk of a slab finds, since that is the patrol's.  Likely: that the
 * slabs walked are those the refill takes.  Between the two another CPU may add
 * one: in front of the list only what it has just got from the page allocator,
 * behind it what was full (add_partial(), by its callers).  The list_lock is only
 * tried, and no more than WINDOWS times hold_us is spent.  Not looked at: what is
 * taken past the sheaves, one object at a time (get_from_partial()), because one
 * of another node was wanted, or the CPU's sheaves were locked.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "compat.h"
#include "config.h"
#include "core/load.h"
#include "counters.h"
#include "finding/finding.h"
#include "guard/guard.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"
#include "walk/scan.h"
#include "walk/sheaf.h"
#include "walk/walk.h"

#ifdef local_trylock_irqsave

/* Entries looked at: what the next allocations take. */
#define ENTRIES		8

/* Windows in which slabs are looked at before a refill, a batch in each. */
#define WINDOWS		8

/* One for each CPU, used with interrupts off. */
static struct slw_scan **scans;
static struct slw_guards *refilled;
static bool probed;

static struct slw_scan *open_scan(enum slubwatch_place place, unsigned long hub,
				  int cpu, int node)
{
	struct slw_scan *scan = scans[smp_processor_id()];

	slw_window_open(&scan->window);
	scan->proven = true;
	scan->place = place;
	scan->hub = hub;
	scan->moved = false;
	scan->cpu = cpu;
	scan->node = node;
	scan->nr_found = 0;
	slw_batch_clear(scan);
	return scan;
}

/* What was isolated no sweep finds again: all of it is handed on. */
static void close_scan(struct slw_scan *scan, enum slubwatch_means by)
{
	struct slw_record *r;
	unsigned int i;

	slw_window_close(&scan->window);
	for (i = 0; i < scan->nr_found; i++) {
		r = slw_guard_slot();
		if (!r)
			continue;
		*r = scan->found[i];
		r->f.by = by;
		slw_guard_send(r);
	}
}

/**
 * struct entry - where an object is in a sheaf
 * @place:	which sheaf
 * @sheaf:	its address
 * @i:		the entry
 */
struct entry {
	enum slubwatch_place place;
	unsigned long sheaf;
	u32 i;
};

/*
 * Among the @n entries of a sheaf that are taken next; lowers @n by what it has.
 * Nobody but the probe may have followed that pointer or size: both are doubted.
 */
static bool find_in(const struct slw_guard *g, unsigned long at,
		    unsigned long object, u32 *n, struct entry *e)
{
	struct slw_sheaf sheaf;
	unsigned long word;

	if (!slw_load(at, &e->sheaf) || !slw_sheaf_capture(e->sheaf, &sheaf) ||
	    sheaf.size > g->c->sheaf_capacity)
		return false;
	for (; *n && sheaf.size; (*n)--) {
		e->i = --sheaf.size;
		if (slw_sheaf_entry(&sheaf, e->i, &word) && word == object)
			return true;
	}
	return false;
}

/* The spare comes next once main is empty: __pcs_replace_empty_main(). */
static bool find_entry(const struct slw_guard *g, unsigned long pcs,
		       unsigned long object, struct entry *e)
{
	u32 n = ENTRIES;

	e->place = SLUBWATCH_PLACE_SHEAF_MAIN;
	if (find_in(g, pcs + slw_layout.pcs.main, object, &n, e))
		return true;
	e->place = SLUBWATCH_PLACE_SHEAF_SPARE;
	return find_in(g, pcs + slw_layout.pcs.spare, object, &n, e);
}

/* Under the sheaves' lock: it is there, more than once maybe, and it is in use. */
static void record_entry(const struct slw_guard *g, unsigned long pcs,
			 unsigned long object)
{
	const struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = SLUBWATCH_KIND_SHEAF_DUPLICATE,
		.object = object,
		.raw = object,
		.decoded = object,
	};
	struct slw_scan *scan;
	struct slw_slab s;
	struct entry e;
	bool gone = true;

	scan = open_scan(SLUBWATCH_PLACE_SHEAF_MAIN, pcs, smp_processor_id(), -1);
	slw_capture_slab_of(object, &s);
	while (gone && find_entry(g, pcs, object, &e)) {
		scan->place = e.place;
		scan->sheaf = e.sheaf;
		scan->entry = e.i;
		gone = slw_scan_record(scan, g->c, &s, &v);
	}
	close_scan(scan, SLUBWATCH_BY_GUARD);
}

/*
 * At first without the lock, which an interrupted allocation on this CPU may
 * have: what looks like a double free must stand with it.
 */
void slw_guard_look_at_sheaf(const struct slw_guard *g, unsigned long object)
{
	local_trylock_t __percpu *lock;
	unsigned long pcs, flags, more;
	struct entry e;

	if (!object)
		return;
	local_irq_save(flags);
	pcs = (unsigned long)this_cpu_ptr((void __percpu *)g->c->cpu_sheaves);
	lock = (void __percpu *)(g->c->cpu_sheaves + slw_layout.pcs.lock);
	if (unlikely(find_entry(g, pcs, object, &e)) &&
	    local_trylock_irqsave(lock, more)) {
		record_entry(g, pcs, object);
		local_unlock_irqrestore(lock, more);
	}
	local_irq_restore(flags);
}

/**
 * struct refill_look - how far the look at a node's list has come
 * @c:		the cache
 * @n:		address of the kmem_cache_node
 * @nid:	its number
 * @skip:	slabs from the head on that have been walked
 * @done:	no more are to be
 */
struct refill_look {
	struct slw_cache *c;
	unsigned long n;
	int nid;
	unsigned int skip;
	bool done;
};

/* The link of the first slab not walked yet, 0 at the end of the list. */
static unsigned long next_link(const struct refill_look *look)
{
	unsigned long head = look->n + slw_layout.node.partial, link;
	unsigned int i;

	if (!slw_read_long(head, &link))
		return 0;
	for (i = 0; i < look->skip && link != head; i++)
		if (!slw_page_at(link - slw_layout.slab.slab_list) ||
		    !slw_load(link, &link))
			return 0;
	return link == head ? 0 : link;
}

/*
 * One batch, as the patrol walks it.  What was too much for one window is tried
 * again with fewer slabs; what was isolated is no longer to be skipped.
 */
static void walk_batch(struct slw_scan *scan, struct refill_look *look)
{
	const struct slw_expect e = {
		.frozen = 0,
		.mark = slw_learned.partial_mark ? 1 : -1,
		.node = look->c->is_node_cache ? -1 : look->nid,
		.free = true,
	};
	unsigned long head = look->n + slw_layout.node.partial;
	unsigned long link = next_link(look);
	unsigned int added = 0;
	enum slw_add add;

	look->done = !link;
	while (link && link != head) {
		add = slw_batch_add(scan, look->c,
				    link - slw_layout.slab.slab_list, &e);
		if (add != SLW_ADDED || scan->moved ||
		    !slw_read_long(link, &link)) {
			look->done |= add == SLW_STOP;
			break;
		}
		added++;
	}
	if (slw_batch_walk(scan, look->c, &e) && !scan->moved)
		look->skip += added;
}

/* One window; false when the lock is not to be had. */
static bool look_at_node(struct refill_look *look)
{
	slw_list_lock_t *lock = (void *)(look->n + slw_layout.node.list_lock);
	struct slw_scan *scan;
	unsigned long flags;

	if (!slw_list_trylock(lock, flags)) {
		slw_count(SLW_COUNT_BUSY_LOCK, 1);
		return false;
	}
	scan = open_scan(SLUBWATCH_PLACE_NODE_PARTIAL, look->n, -1, look->nid);
	walk_batch(scan, look);
	close_scan(scan, SLUBWATCH_BY_REFILL);
	slw_list_unlock(lock, flags);
	return true;
}

/* The node whose list is refilled from, if @n is one of the cache's. */
static int find_nid(struct slw_cache *c, unsigned long n)
{
	int nid;

	for_each_node_state(nid, N_MEMORY)
		if (n && slw_cache_node(c, nid) == n)
			return nid;
	return numa_mem_id();
}

/*
 * __refill_objects_node(s, p, gfp, min, max, n, allow_spin); what should be n is
 * only compared, the function may have been given other arguments.
 * kmalloc_nolock() may be here in an NMI: nothing is touched then.
 */
static int on_refill(struct kprobe *kp, struct pt_regs *regs)
{
	unsigned long cache = regs_get_kernel_argument(regs, 0);
	struct slw_guard *g = slw_guard_find(refilled, cache);
	struct refill_look look = {};
	unsigned int i;

	if (!g || in_nmi())
		return 0;
	look.c = g->c;
	look.nid = find_nid(g->c, regs_get_kernel_argument(regs, 5));
	look.n = slw_cache_node(g->c, look.nid);
	for (i = 0; look.n && !look.done && i < WINDOWS; i++)
		if (!look_at_node(&look))
			break;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "__refill_objects_node",
	.pre_handler = on_refill,
};

static void free_scans(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		if (!scans || !scans[cpu])
			continue;
		kvfree(scans[cpu]);
		slw_count_memory(-(s64)sizeof(**scans));
	}
	kfree(scans);
	scans = NULL;
}

static int make_scans(void)
{
	struct slw_config config;
	int cpu;

	slw_config_get(&config);
	scans = kcalloc(nr_cpu_ids, sizeof(*scans), GFP_KERNEL);
	if (!scans)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		scans[cpu] = kvzalloc(sizeof(**scans), GFP_KERNEL);
		if (!scans[cpu]) {
			free_scans();
			return -ENOMEM;
		}
		slw_count_memory(sizeof(**scans));
		scans[cpu]->lanes = SLW_LANES;
		scans[cpu]->window.budget = config.hold_us * (u64)NSEC_PER_USEC;
	}
	return 0;
}

/* Without the symbol only sheaves are looked at. */
int slw_guard_attach_sheaves(struct slw_guards *guards)
{
	int err = make_scans();

	if (err)
		return err;
	refilled = guards;
	probe.addr = NULL;
	probe.flags = 0;
	probed = !register_kprobe(&probe);
	/* By a breakpoint it looks as if an NMI had come: exc_int3(). */
	if (probed && IS_ENABLED(CONFIG_X86) && !kprobe_ftrace(&probe)) {
		unregister_kprobe(&probe);
		probed = false;
	}
	if (!probed)
		pr_info("slubwatch: refills of sheaves cannot be looked at: no %s to be had\n",
			probe.symbol_name);
	return 0;
}

void slw_guard_detach_sheaves(void)
{
	if (probed)
		unregister_kprobe(&probe);
	probed = false;
	free_scans();
}

#else

void slw_guard_look_at_sheaf(const struct slw_guard *g, unsigned long object)
{
}

int slw_guard_attach_sheaves(struct slw_guards *guards)
{
	return 0;
}

void slw_guard_detach_sheaves(void)
{
}

#endif
