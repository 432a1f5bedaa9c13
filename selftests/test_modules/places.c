// SPDX-License-Identifier: GPL-2.0
/*
 * Where free objects are: how to get them there, how to hold the list still,
 * and how to find a victim on it.
 *
 * Objects get where they are wanted by allocating and freeing alone, on the
 * right CPU.  First whole slabs are taken, so that what is given back of them
 * goes to one list and nobody else's objects are near; one object of each is
 * kept, so that the slab stays.
 */
#include "inject.h"

#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "../../module/compat.h"
#include "../../module/finding/scene.h"

#define CHAIN_LEAST	6	/* links that a victim's chain must have */
#define ENTRIES_LEAST	4	/* entries that a victim's sheaf must have */
#define ENTRY		1	/* the victim: handed out almost last */

/* Holding lists. */

struct cpu_call {
	struct target *t;
	int (*fn)(struct target *t, void *arg);
	void *arg;
};

static int hold_cpu_slab(struct cpu_call *call)
{
	local_lock_t __percpu *lock;
	unsigned long flags;
	int ret;

	if (!slw_has(slw_layout.cpu.lock)) {
		local_irq_save(flags);
		ret = call->fn(call->t, call->arg);
		local_irq_restore(flags);
		return ret;
	}
	lock = (void __percpu *)(call->t->cpu_slab + slw_layout.cpu.lock);
	local_lock_irqsave(lock, flags);
	ret = call->fn(call->t, call->arg);
	local_unlock_irqrestore(lock, flags);
	return ret;
}

#ifdef local_trylock_irqsave
#define TRIES	1000

static int hold_sheaves(struct cpu_call *call)
{
	local_trylock_t __percpu *lock;
	unsigned long flags;
	int tries, ret;

	lock = (void __percpu *)(call->t->pcs + slw_layout.pcs.lock);
	for (tries = 0; tries < TRIES; tries++) {
		if (local_trylock_irqsave(lock, flags)) {
			ret = call->fn(call->t, call->arg);
			local_unlock_irqrestore(lock, flags);
			return ret;
		}
		cond_resched();
	}
	return -EAGAIN;
}
#else
static int hold_sheaves(struct cpu_call *call)
{
	return -EOPNOTSUPP;
}
#endif

static int hold_this_cpu(void *arg)
{
	struct cpu_call *call = arg;

	return call->t->pcs ? hold_sheaves(call) : hold_cpu_slab(call);
}

int inj_on_cpu(struct target *t, int cpu, int (*fn)(struct target *t, void *arg),
	       void *arg)
{
	struct cpu_call call = { t, fn, arg };

	return smp_call_on_cpu(cpu, hold_this_cpu, &call, false);
}

int inj_on_node(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg)
{
	unsigned long n = inj_node(t, node), flags;
	slw_list_lock_t *lock;
	int ret;

	if (!n)
		return -ENOENT;
	lock = (void *)(n + slw_layout.node.list_lock);
	while (!slw_list_trylock(lock, flags))
		cond_resched();
	ret = fn(t, arg);
	slw_list_unlock(lock, flags);
	return ret;
}

int inj_on_barn(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg)
{
	unsigned long barn = inj_barn(t, node), flags;
	spinlock_t *lock;	/* node_barn.lock */
	int ret;

	if (!barn)
		return -ENOENT;
	lock = (void *)(barn + slw_layout.barn.lock);
	spin_lock_irqsave(lock, flags);
	ret = fn(t, arg);
	spin_unlock_irqrestore(lock, flags);
	return ret;
}

/* Bringing objects to their places; on the job's CPU unless said otherwise. */

static unsigned int count_held(const struct job *j, unsigned long slab)
{
	unsigned int i, n = 0;

	for (i = 0; i < j->stock.n; i++)
		n += inj_slab_of(j->stock.objects[i]) == slab;
	return n;
}

static void give_back(struct job *j, unsigned long slab, unsigned int most)
{
	unsigned int i;

	for (i = j->stock.n; i-- && most;) {
		if (inj_slab_of(j->stock.objects[i]) != slab)
			continue;
		inj_drop(j->t, &j->stock, i);
		most--;
	}
}

static void give_back_but_one(struct job *j, unsigned long slab)
{
	unsigned int held = count_held(j, slab);

	give_back(j, slab, held - (j->half ? held / 2 : 1));
}

/* The page allocator's oddments may lie anywhere. */
static bool are_near(const struct job *j)
{
	unsigned long lowest = ULONG_MAX, highest = 0, base;
	unsigned int i;

	for (i = 0; i < INJ_WHOLE; i++) {
		base = (unsigned long)page_address((struct page *)j->whole[i]);
		lowest = min(lowest, base);
		highest = max(highest, base);
	}
	return highest - lowest < SLW_SCENE_NEAR;
}

/* Until @n slabs are all ours; the last one just now, so it is the CPU's. */
static int take_whole_slabs(struct job *j, unsigned int n)
{
	unsigned int whole = 0;
	unsigned long slab;
	int err;

	while (whole < n || (j->near && !are_near(j))) {
		err = inj_take(j->t, &j->stock);
		if (err)
			return err == -ENOSPC ? -EAGAIN : err;
		slab = inj_slab_of(j->stock.objects[j->stock.n - 1]);
		if (count_held(j, slab) == inj_objects(slab))
			j->whole[whole++ % INJ_WHOLE] = slab;
	}
	return 0;
}

static unsigned long last_whole(const struct job *j)
{
	return j->whole[INJ_WHOLE - 1];
}

static int to_cpu_freelist(void *arg)
{
	struct job *j = arg;
	int err = take_whole_slabs(j, INJ_WHOLE);

	if (!err)
		give_back_but_one(j, last_whole(j));
	return err;
}

static int to_cpu_freelist_a_third(void *arg)
{
	struct job *j = arg;
	int err = take_whole_slabs(j, INJ_WHOLE);

	if (!err)
		give_back(j, last_whole(j), inj_objects(last_whole(j)) / 3);
	return err;
}

/* On another CPU: what is freed there goes to the slab itself. */
static int to_cpu_slab(void *arg)
{
	give_back_but_one(arg, last_whole(arg));
	return 0;
}

static int to_cpu_partial(void *arg)
{
	struct job *j = arg;
	int err = take_whole_slabs(j, INJ_WHOLE);
	unsigned int i;

	for (i = 0; i < INJ_WHOLE - 1 && !err; i++)
		give_back_but_one(j, j->whole[i]);
	return err;
}

static bool is_whole(const struct job *j, unsigned long slab)
{
	unsigned int i;

	for (i = 0; i < INJ_WHOLE; i++)
		if (slab && j->whole[i] == slab)
			return true;
	return false;
}

/*
 * Others besides, fuller, so in front of these once the list was shrunk.  Where all
 * of the machine takes slabs from the list's head, each CPU is to take some of
 * them first: more than one refill takes.
 */
#define DECOYS	8

static int take_with_others(void *arg)
{
	struct job *j = arg;
	unsigned int decoys = j->t->own ? 0 : DECOYS * num_online_cpus(), i;
	int err = take_whole_slabs(j, INJ_WHOLE + j->before + decoys);

	for (i = j->stock.n; i-- && !err;)
		if (i % 2 && !is_whole(j, inj_slab_of(j->stock.objects[i])))
			inj_drop(j->t, &j->stock, i);
	for (i = 0; i < INJ_WHOLE && !err; i++)
		give_back_but_one(j, j->whole[i]);
	return err;
}

static int take_one(void *arg)
{
	struct job *j = arg;

	return inj_take(j->t, &j->stock);
}

static int take_many(void *arg)
{
	struct job *j = arg;
	unsigned int i;
	int err = 0;

	for (i = 0; i < 8 * j->t->capacity && !err; i++)
		err = inj_take(j->t, &j->stock);
	return err;
}

/* Of each slab the first object taken stays. */
static int thin_out(void *arg)
{
	struct job *j = arg;
	unsigned int i;

	for (i = j->stock.n; i--;)
		if (count_held(j, inj_slab_of(j->stock.objects[i])) > 1)
			inj_drop(j->t, &j->stock, i);
	return 0;
}

/* Up and down again: main half full, spare and some in the barn full. */
static int to_full_sheaves(void *arg)
{
	struct job *j = arg;
	unsigned int cap = j->t->capacity, i;
	int err = 0;

	for (i = 0; i < 4 * cap && !err; i++)
		err = inj_take(j->t, &j->stock);
	for (i = 0; i < 3 * cap + cap / 2 && !err; i++)
		inj_drop(j->t, &j->stock, j->stock.n - 1);
	return err;
}

/* And up once more: the full sheaves are emptied into the barn. */
static int to_empty_sheaves(void *arg)
{
	struct job *j = arg;
	unsigned int i;
	int err = to_full_sheaves(arg);

	for (i = 0; i < 3 * j->t->capacity && !err; i++)
		err = inj_take(j->t, &j->stock);
	return err;
}

struct with_rcu_head {
	struct rcu_head rcu;
};

#define BY_RCU	8

static int to_rcu_sheaf(void *arg)
{
	struct job *j = arg;
	struct with_rcu_head *object;
	unsigned int i;
	int err = 0;

	for (i = 0; i < BY_RCU && !err; i++) {
		err = inj_take(j->t, &j->stock);
		if (err)
			break;
		object = (void *)j->stock.objects[--j->stock.n];
		kfree_rcu(object, rcu);
	}
	return err;
}

static int arrange_cpu_freelist(struct job *j)
{
	return smp_call_on_cpu(j->cpu, to_cpu_freelist, j, false);
}

static int arrange_cpu_slab(struct job *j)
{
	return smp_call_on_cpu(j->cpu, to_cpu_freelist_a_third, j, false) ?:
	       smp_call_on_cpu(j->remote, to_cpu_slab, j, false);
}

static int arrange_cpu_partial(struct job *j)
{
	return smp_call_on_cpu(j->cpu, to_cpu_partial, j, false);
}

static int arrange_busy_node_partial(struct job *j)
{
	int err = smp_call_on_cpu(j->cpu, take_with_others, j, false);
	int cpu;

	kmem_cache_shrink(j->t->s);
	for_each_online_cpu(cpu)
		err = err ?: smp_call_on_cpu(cpu, take_one, j, false);
	return err;
}

static int give_rest(void *arg)
{
	struct job *j = arg;

	j->half = false;
	give_back_but_one(j, j->slab);
	return 0;
}

static int arrange_own_node_partial(struct job *j)
{
	int err = smp_call_on_cpu(j->cpu, j->before ? take_with_others :
						      to_cpu_partial, j, false);

	kmem_cache_shrink(j->t->s);
	return err;
}

static int arrange_node_partial(struct job *j)
{
	int err = j->t->own ? arrange_own_node_partial(j) :
			      arrange_busy_node_partial(j);

	if (err)
		return err;
	j->node = page_to_nid((struct page *)j->whole[0]);
	return 0;
}

/* The last one of its slab's freelist: it takes a walk to see that it is there. */
static int note_free(struct target *t, void *arg)
{
	struct job *j = arg;
	unsigned long head, link, pos;

	head = inj_node(t, j->node) + slw_layout.node.partial;
	link = word_at(head);
	if (link == head)
		return 0;
	pos = word_at(link - slw_layout.slab.slab_list +
		      slw_layout.slab.freelist);
	for (; pos; pos = inj_next(t, pos))
		j->free = pos;
	return 0;
}

/* Sheaves, with enough free objects left on the node's slabs. */
static int arrange_sheaves(struct job *j, int (*to_sheaves)(void *arg))
{
	int err = smp_call_on_cpu(j->cpu, take_many, j, false) ?:
		  smp_call_on_cpu(j->cpu, thin_out, j, false);

	if (err)
		return err == -ENOSPC ? -EAGAIN : err;
	kmem_cache_shrink(j->t->s);
	err = smp_call_on_cpu(j->cpu, to_sheaves, j, false);
	if (err)
		return err == -ENOSPC ? -EAGAIN : err;
	for_each_online_node(j->node)
		if (!j->free)
			inj_on_node(j->t, j->node, note_free, j);
	return 0;
}

static int arrange_pcs(struct job *j)
{
	return arrange_sheaves(j, to_full_sheaves);
}

static int arrange_rcu(struct job *j)
{
	return arrange_sheaves(j, to_rcu_sheaf);
}

static unsigned long barn_list(enum slubwatch_place place)
{
	return place == SLUBWATCH_PLACE_BARN_FULL ?
	       slw_layout.barn.sheaves_full : slw_layout.barn.sheaves_empty;
}

/* The barn is one node's: the first that has such a sheaf. */
static int arrange_barn(struct job *j)
{
	bool is_full = j->place == SLUBWATCH_PLACE_BARN_FULL;
	unsigned long head;
	int err;

	err = arrange_sheaves(j, is_full ? to_full_sheaves : to_empty_sheaves);
	if (err)
		return err;
	for_each_online_node(j->node) {
		if (!inj_barn(j->t, j->node))
			continue;
		head = inj_barn(j->t, j->node) + barn_list(j->place);
		if (word_at(head) != head)
			return 0;
	}
	return -EAGAIN;
}

static int arrange_nothing(struct job *j)
{
	return 0;
}

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
	return is_whole(j, j->slab) ? collect_chain(j) : -EAGAIN;
}

static int find_cpu_slab(struct job *j)
{
	find_cpu(j);
	j->head_at = j->slab + slw_layout.slab.freelist;
	if (!is_whole(j, j->slab) || !word_at(j->hub + slw_layout.cpu.freelist))
		return -EAGAIN;
	return collect_chain(j);
}

static int find_cpu_partial(struct job *j)
{
	find_cpu(j);
	j->slab = word_at(j->hub + slw_layout.cpu.partial);
	while (j->slab && !is_whole(j, j->slab))
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
		if (!is_whole(j, j->slab))
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
	head = j->barn + barn_list(j->place);
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

int inj_place_again(struct job *j)
{
	int err = smp_call_on_cpu(j->cpu, give_rest, j, false);

	kmem_cache_shrink(j->t->s);
	return err;
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
