// SPDX-License-Identifier: GPL-2.0
/*
 * A population in every place of the own cache, and a count of it: plain loops
 * under the plain locks, to compare slubwatch's counts with.
 */
#include "inject.h"

#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/sysfs.h>

static struct target *const own = &inj_targets[INJ_OWN];
static struct stock filled;

/* Filling: @slabs slabs for each CPU on its node's list, then its own lists. */

/**
 * struct share - one CPU's part in filling
 * @slabs:	slabs to half empty
 * @first:	where its objects begin in the stock
 * @kept:	objects of its cpu slab, for another CPU to free
 */
struct share {
	unsigned int slabs;
	unsigned int first;
	unsigned long kept[3];
};

static int take(unsigned int n)
{
	int err = 0;

	while (n-- && !err)
		err = inj_take(own, &filled);
	return err;
}

static void drop_last(unsigned int n)
{
	while (n--)
		inj_drop(own, &filled, filled.n - 1);
}

static u32 objects_per_slab(void)
{
	return own->g.oo & SLW_OO_MASK;
}

/* As many slabs again stay full, to be freed to the CPU's partial list. */
static int take_share(void *arg)
{
	struct share *share = arg;

	share->first = filled.n;
	return take((share->slabs + 3) * objects_per_slab());
}

/* Two of three. */
static int thin_share(void *arg)
{
	struct share *share = arg;

	inj_thin(own, &filled, share->first,
		 share->first + share->slabs * objects_per_slab());
	return 0;
}

static int fill_cpu_slabs(struct share *share)
{
	unsigned int n = 3 * objects_per_slab(), i;
	int err;

	/* Every other object of the three slabs that were left full. */
	for (i = 0; i < n && i < filled.n; i += 2)
		inj_drop(own, &filled, filled.n - 1 - i / 2);
	err = take(ARRAY_SIZE(share->kept));
	for (i = 0; i < ARRAY_SIZE(share->kept) && !err; i++)
		share->kept[i] = filled.objects[--filled.n];
	return err;
}

struct with_rcu_head {
	struct rcu_head rcu;
};

static int fill_sheaves(void)
{
	unsigned int cap = own->capacity, i;
	struct with_rcu_head *object;
	int err = take(4 * cap);

	if (err)
		return err;
	drop_last(3 * cap + cap / 2);
	err = take(5);
	for (i = 0; i < 5 && !err; i++) {
		object = (void *)filled.objects[--filled.n];
		kfree_rcu(object, rcu);
	}
	return err;
}

static int fill_cpu(void *arg)
{
	return own->capacity ? fill_sheaves() : fill_cpu_slabs(arg);
}

/* On another CPU: the kept ones go to the cpu slab's own freelist. */
static int free_kept(void *arg)
{
	struct share *share = arg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(share->kept); i++)
		if (share->kept[i])
			kmem_cache_free(own->s, (void *)share->kept[i]);
	return 0;
}

static int on_each_cpu_backwards(int (*fn)(void *arg), struct share *shares,
				 int shift)
{
	int cpu, to, err = 0;

	for (cpu = nr_cpu_ids - 1; cpu >= 0 && !err; cpu--) {
		if (!cpu_online(cpu))
			continue;
		to = cpu;
		if (shift)
			to = cpumask_any_but(cpu_online_mask, cpu);
		if (to >= nr_cpu_ids)
			to = cpu;
		err = smp_call_on_cpu(to, fn, &shares[cpu], false);
	}
	return err;
}

static int fill_shares(struct share *shares)
{
	int cpu, err = 0;

	for_each_online_cpu(cpu) {
		err = smp_call_on_cpu(cpu, take_share, &shares[cpu], false);
		if (err)
			return err;
	}
	/* Backwards: the stock behind a share moves up. */
	err = on_each_cpu_backwards(thin_share, shares, 0);
	kmem_cache_shrink(own->s);
	err = err ?: on_each_cpu_backwards(fill_cpu, shares, 0) ?:
		     on_each_cpu_backwards(free_kept, shares, 1);
	/* Else KASAN's quarantine lets go of some of it at any time. */
	if (IS_ENABLED(CONFIG_KASAN_GENERIC))
		kmem_cache_shrink(own->s);
	return err;
}

static void empty(void)
{
	if (!filled.objects)
		return;
	inj_drop_all(own, &filled);
	kvfree(filled.objects);
	filled = (struct stock) {};
	kmem_cache_shrink(own->s);
}

int inj_fill(unsigned int slabs)
{
	struct share *shares;
	int cpu, err;

	empty();
	if (!slabs)
		return 0;
	shares = kcalloc(nr_cpu_ids, sizeof(*shares), GFP_KERNEL);
	if (!shares)
		return -ENOMEM;
	for_each_online_cpu(cpu)
		shares[cpu].slabs = slabs;
	err = inj_stock_init(&filled, num_online_cpus() *
			     ((slabs + 4) * objects_per_slab() +
			      4 * own->capacity + 8)) ?: fill_shares(shares);
	kfree(shares);
	if (err)
		empty();
	return err;
}

/* Counting. */

/**
 * struct census - what is where
 * @objects:	free objects, by place
 * @slabs:	slabs looked into
 * @node:	node that is counted
 */
struct census {
	u64 objects[SLUBWATCH_NR_PLACES];
	u64 slabs;
	int node;
};

static u64 count_chain(struct target *t, unsigned long head)
{
	u64 n = 0;

	for (; head; head = inj_next(t, head))
		n++;
	return n;
}

static u64 count_slab(struct target *t, struct census *c, unsigned long slab)
{
	c->slabs++;
	return count_chain(t, word_at(slab + slw_layout.slab.freelist));
}

static void count_cpu_slabs(struct target *t, struct census *c)
{
	unsigned long kc, slab;

	kc = (unsigned long)this_cpu_ptr((void __percpu *)t->cpu_slab);
	slab = word_at(kc + slw_layout.cpu.slab);
	if (slab) {
		c->objects[SLUBWATCH_PLACE_CPU_FREELIST] +=
			count_chain(t, word_at(kc + slw_layout.cpu.freelist));
		c->objects[SLUBWATCH_PLACE_CPU_SLAB] += count_slab(t, c, slab);
	}
	if (!slw_has_cap(SLW_CAP_CPU_PARTIAL))
		return;
	slab = word_at(kc + slw_layout.cpu.partial);
	for (; slab; slab = word_at(slab + slw_layout.slab.next))
		c->objects[SLUBWATCH_PLACE_CPU_PARTIAL] += count_slab(t, c, slab);
}

static u64 count_sheaf(unsigned long sheaf)
{
	return sheaf ? u32_at(sheaf + slw_layout.sheaf.size) : 0;
}

static void count_pcs(struct target *t, struct census *c)
{
	unsigned long at = (unsigned long)this_cpu_ptr((void __percpu *)t->pcs);

	c->objects[SLUBWATCH_PLACE_SHEAF_MAIN] +=
		count_sheaf(word_at(at + slw_layout.pcs.main));
	c->objects[SLUBWATCH_PLACE_SHEAF_SPARE] +=
		count_sheaf(word_at(at + slw_layout.pcs.spare));
	c->objects[SLUBWATCH_PLACE_SHEAF_RCU] +=
		count_sheaf(word_at(at + slw_layout.pcs.rcu_free));
}

static int count_cpu(struct target *t, void *arg)
{
	if (t->cpu_slab)
		count_cpu_slabs(t, arg);
	if (t->pcs && t->capacity)
		count_pcs(t, arg);
	return 0;
}

static int count_node(struct target *t, void *arg)
{
	struct census *c = arg;
	unsigned long head, link;

	head = inj_node(t, c->node) + slw_layout.node.partial;
	for (link = word_at(head); link != head; link = word_at(link))
		c->objects[SLUBWATCH_PLACE_NODE_PARTIAL] +=
			count_slab(t, c, link - slw_layout.slab.slab_list);
	return 0;
}

static u64 count_list(unsigned long head)
{
	unsigned long link;
	u64 n = 0;

	for (link = word_at(head); link != head; link = word_at(link))
		n += count_sheaf(link - slw_layout.sheaf.barn_list);
	return n;
}

static int count_barn(struct target *t, void *arg)
{
	struct census *c = arg;
	unsigned long barn = inj_barn(t, c->node);

	c->objects[SLUBWATCH_PLACE_BARN_FULL] +=
		count_list(barn + slw_layout.barn.sheaves_full);
	c->objects[SLUBWATCH_PLACE_BARN_EMPTY] +=
		count_list(barn + slw_layout.barn.sheaves_empty);
	return 0;
}

static void count_all(struct target *t, struct census *c)
{
	int cpu;

	for_each_online_cpu(cpu)
		inj_on_cpu(t, cpu, count_cpu, c);
	for (c->node = 0; c->node < nr_node_ids; c->node++) {
		inj_on_node(t, c->node, count_node, c);
		if (slw_has_cap(SLW_CAP_BARN))
			inj_on_barn(t, c->node, count_barn, c);
	}
}

/* "place count" lines, and the number of slabs. */
int inj_census(char *buf)
{
	struct census c = {};
	unsigned int i;
	int len;

	count_all(own, &c);
	len = sysfs_emit(buf, "cache %s\nslabs_only %d\nslabs %llu\n", own->cache,
			 own->g.debug || IS_ENABLED(CONFIG_KASAN_GENERIC),
			 c.slabs);
	for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
		len += sysfs_emit_at(buf, len, "%s %llu\n", inj_place_names[i],
				     c.objects[i]);
	return len;
}
