// SPDX-License-Identifier: GPL-2.0
/*
 * Objects get where they are wanted by allocating and freeing alone, on the
 * right CPU; on the job's unless said otherwise.
 *
 * First whole slabs are taken, so that what is given back of them goes to one
 * list and nobody else's objects are near; one object of each is kept, so that
 * the slab stays.
 */
#include "inject.h"

#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "../../module/finding/scene.h"

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

bool inj_is_whole(const struct job *j, unsigned long slab)
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
		if (i % 2 && !inj_is_whole(j, inj_slab_of(j->stock.objects[i])))
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

int arrange_cpu_freelist(struct job *j)
{
	return smp_call_on_cpu(j->cpu, to_cpu_freelist, j, false);
}

int arrange_cpu_slab(struct job *j)
{
	return smp_call_on_cpu(j->cpu, to_cpu_freelist_a_third, j, false) ?:
	       smp_call_on_cpu(j->remote, to_cpu_slab, j, false);
}

int arrange_cpu_partial(struct job *j)
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

int arrange_node_partial(struct job *j)
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

int arrange_pcs(struct job *j)
{
	return arrange_sheaves(j, to_full_sheaves);
}

int arrange_rcu(struct job *j)
{
	return arrange_sheaves(j, to_rcu_sheaf);
}

unsigned long inj_barn_list(enum slubwatch_place place)
{
	return place == SLUBWATCH_PLACE_BARN_FULL ?
	       slw_layout.barn.sheaves_full : slw_layout.barn.sheaves_empty;
}

/* The barn is one node's: the first that has such a sheaf. */
int arrange_barn(struct job *j)
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
		head = inj_barn(j->t, j->node) + inj_barn_list(j->place);
		if (word_at(head) != head)
			return 0;
	}
	return -EAGAIN;
}

int arrange_nothing(struct job *j)
{
	return 0;
}

int inj_place_again(struct job *j)
{
	int err = smp_call_on_cpu(j->cpu, give_rest, j, false);

	kmem_cache_shrink(j->t->s);
	return err;
}
