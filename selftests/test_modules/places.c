// SPDX-License-Identifier: GPL-2.0
/*
 * Where free objects are: what it takes to have them there, which lock holds the
 * list still, and how to find a victim on it.
 */
#include "inject.h"

#include <linux/cpu.h>
#include <linux/percpu.h>

#define CHAIN_LEAST	6	/* links that a victim's chain must have */
#define ENTRIES_LEAST	4	/* entries that a victim's sheaf must have */
#define ENTRY		1	/* the victim: handed out almost last */

/* Finding a victim, under the lock. */

static int collect_chain(struct job *j)
{
	unsigned long pos = word_at(j->head_at);

	for (j->nr = 0; pos && j->nr < INJ_CHAIN; pos = inj_next(j->t, pos))
		j->chain[j->nr++] = pos;
	return j->nr >= CHAIN_LEAST && !pos ? 0 : -EAGAIN;
}

static void find_cpu(struct job *j)
{
	j->hub = (unsigned long)this_cpu_ptr((void __percpu *)j->t->cpu_slab);
	j->slab = word_at(j->hub + slw_layout.cpu.slab);
}

static int find_cpu_freelist(struct job *j)
{
	find_cpu(j);
	j->head_at = j->hub + slw_layout.cpu.freelist;
	return inj_is_whole(j, j->slab) ? collect_chain(j) : -EAGAIN;
}

static int find_cpu_slab(struct job *j)
{
	find_cpu(j);
	j->head_at = j->slab + slw_layout.slab.freelist;
	if (!inj_is_whole(j, j->slab) || !word_at(j->hub + slw_layout.cpu.freelist))
		return -EAGAIN;
	return collect_chain(j);
}

static int find_cpu_partial(struct job *j)
{
	find_cpu(j);
	j->slab = word_at(j->hub + slw_layout.cpu.partial);
	while (j->slab && !inj_is_whole(j, j->slab))
		j->slab = word_at(j->slab + slw_layout.slab.next);
	j->head_at = j->slab + slw_layout.slab.freelist;
	return j->slab ? collect_chain(j) : -EAGAIN;
}

static int find_node_partial(struct job *j)
{
	unsigned long head, link;

	j->n = inj_node(j->t, j->node);
	head = j->n + slw_layout.node.partial;
	for (link = word_at(head); link != head; link = word_at(link)) {
		j->slab = link - slw_layout.slab.slab_list;
		if (!inj_is_whole(j, j->slab))
			continue;
		j->head_at = j->slab + slw_layout.slab.freelist;
		return collect_chain(j);
	}
	return -EAGAIN;
}

static int find_entry(struct job *j)
{
	j->i = ENTRY;
	return u32_at(j->sheaf + slw_layout.sheaf.size) >= ENTRIES_LEAST ?
	       0 : -EAGAIN;
}

static int find_pcs(struct job *j)
{
	static const int *const offsets[SLUBWATCH_NR_PLACES] = {
		[SLUBWATCH_PLACE_SHEAF_MAIN] = &slw_layout.pcs.main,
		[SLUBWATCH_PLACE_SHEAF_SPARE] = &slw_layout.pcs.spare,
		[SLUBWATCH_PLACE_SHEAF_RCU] = &slw_layout.pcs.rcu_free,
	};

	j->hub = (unsigned long)this_cpu_ptr((void __percpu *)j->t->pcs);
	j->head_at = j->hub + *offsets[j->place];
	j->sheaf = word_at(j->head_at);
	if (j->sheaf)
		return find_entry(j);
	/* kfree_rcu_sheaf() wants the CPU's own node: it may have no memory. */
	return node_state(cpu_to_node(j->cpu), N_MEMORY) ? -EAGAIN : -EOPNOTSUPP;
}

static int find_barn(struct job *j)
{
	unsigned long head, link;

	j->barn = inj_barn(j->t, j->node);
	head = j->barn + inj_barn_list(j->place);
	link = word_at(head);
	if (link == head)
		return -EAGAIN;
	j->sheaf = link - slw_layout.sheaf.barn_list;
	return j->place == SLUBWATCH_PLACE_BARN_FULL ? find_entry(j) : 0;
}

static int find_nothing(struct job *j)
{
	return 0;
}

/* The table. */

struct locked_call {
	struct job *j;
	int (*fn)(struct job *j);
};

static int call_job(struct target *t, void *arg)
{
	struct locked_call *call = arg;

	return call->fn(call->j);
}

static int lock_cpu(struct job *j, struct locked_call *call)
{
	j->list_cpu = j->cpu;
	return inj_on_cpu(j->t, j->cpu, call_job, call);
}

static int lock_node(struct job *j, struct locked_call *call)
{
	return inj_on_node(j->t, j->node, call_job, call);
}

static int lock_barn(struct job *j, struct locked_call *call)
{
	return inj_on_barn(j->t, j->node, call_job, call);
}

static int lock_nothing(struct job *j, struct locked_call *call)
{
	return call->fn(call->j);
}

/*
 * struct place - one list
 * @needs:	capabilities
 * @slabs:	frees must reach the cpu slab: not past sheaves
 * @per_cpu:	it is a CPU's
 * @remote:	takes another CPU to fill
 */
static const struct place {
	u32 needs;
	bool slabs;
	bool per_cpu;
	bool remote;
	int (*arrange)(struct job *j);
	int (*lock)(struct job *j, struct locked_call *call);
	int (*find)(struct job *j);
} places[SLUBWATCH_NR_PLACES] = {
	[SLUBWATCH_PLACE_CPU_FREELIST] = {
		SLW_CAP_CPU_SLAB, .slabs = true, .per_cpu = true,
		.arrange = arrange_cpu_freelist, .lock = lock_cpu,
		.find = find_cpu_freelist },
	[SLUBWATCH_PLACE_CPU_SLAB] = {
		SLW_CAP_CPU_SLAB, .slabs = true, .per_cpu = true,
		.remote = true,
		.arrange = arrange_cpu_slab, .lock = lock_cpu,
		.find = find_cpu_slab },
	[SLUBWATCH_PLACE_CPU_PARTIAL] = {
		SLW_CAP_CPU_SLAB | SLW_CAP_CPU_PARTIAL, .slabs = true,
		.per_cpu = true,
		.arrange = arrange_cpu_partial, .lock = lock_cpu,
		.find = find_cpu_partial },
	[SLUBWATCH_PLACE_NODE_PARTIAL] = {
		.arrange = arrange_node_partial, .lock = lock_node,
		.find = find_node_partial },
	[SLUBWATCH_PLACE_SHEAF_MAIN] = {
		SLW_CAP_SHEAVES, .per_cpu = true,
		.arrange = arrange_pcs, .lock = lock_cpu, .find = find_pcs },
	[SLUBWATCH_PLACE_SHEAF_SPARE] = {
		SLW_CAP_SHEAVES, .per_cpu = true,
		.arrange = arrange_pcs, .lock = lock_cpu, .find = find_pcs },
	[SLUBWATCH_PLACE_SHEAF_RCU] = {
		SLW_CAP_SHEAVES, .per_cpu = true,
		.arrange = arrange_rcu, .lock = lock_cpu, .find = find_pcs },
	[SLUBWATCH_PLACE_BARN_FULL] = {
		SLW_CAP_BARN,
		.arrange = arrange_barn, .lock = lock_barn, .find = find_barn },
	[SLUBWATCH_PLACE_BARN_EMPTY] = {
		SLW_CAP_BARN,
		.arrange = arrange_barn, .lock = lock_barn, .find = find_barn },
	[SLUBWATCH_PLACE_CACHE] = {
		.arrange = arrange_nothing, .lock = lock_nothing,
		.find = find_nothing },
};

const char *inj_place_missing(enum slubwatch_place place,
			      const struct target *t)
{
	const struct place *p = &places[place];
	u32 missing = p->needs & ~slw_layout.caps;

	if (missing)
		return slw_cap_names[__ffs(missing)];
	/*
	 * kmem_cache_debug(): no CPU keeps a slab of such a cache.  Before Linux
	 * kernel commit c7323a5ad078 ("mm/slub: restrict sysfs validation to
	 * debug caches and make it safe") (in v6.1) deactivate_slab() took it
	 * away after each allocation.
	 */
	if (p->slabs && t->g.debug)
		return "slabs of a CPU in a cache that SLUB debugs";
	if (IS_ENABLED(CONFIG_KASAN_GENERIC) && place != SLUBWATCH_PLACE_CACHE &&
	    !(place == SLUBWATCH_PLACE_NODE_PARTIAL && t->own))
		return "frees that pass by KASAN's quarantine";
	if (p->slabs && t->capacity)
		return "frees that pass by the sheaves";
	if (p->needs & (SLW_CAP_SHEAVES | SLW_CAP_BARN) && !t->capacity)
		return "sheaves in this cache";
	/* kfree_call_rcu() goes past the sheaves there. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && place == SLUBWATCH_PLACE_SHEAF_RCU)
		return "kfree_rcu() by sheaves (PREEMPT_RT)";
	if (p->remote && num_online_cpus() < 2)
		return "a second CPU";
	return NULL;
}

int inj_place_arrange(struct job *j)
{
	return places[j->place].arrange(j);
}

int inj_place_locked(struct job *j, int (*fn)(struct job *j))
{
	struct locked_call call = { j, fn };

	j->list = j->place;
	j->list_cpu = -1;
	j->list_node = places[j->place].per_cpu ? -1 : j->node;
	return places[j->place].lock(j, &call);
}

int inj_place_find(struct job *j)
{
	return places[j->place].find(j);
}
