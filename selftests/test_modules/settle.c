// SPDX-License-Identifier: GPL-2.0
/*
 * After the damage was isolated: nothing is repaired.  Everything that is held
 * is given back, then thousands of objects are taken on every CPU, and must be
 * objects of their cache, each once, and none of those that were given up.
 */
#include "inject.h"

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#define STORM	1024	/* objects for each CPU */

/* The other CPU, which frees objects of the slab while slubwatch looks at it. */

static bool frees_one(struct job *j)
{
	unsigned int i, held = 0, last = 0;

	for (i = 0; i < j->stock.n; i++) {
		if (inj_slab_of(j->stock.objects[i]) != j->slab)
			continue;
		held++;
		last = i;
	}
	if (held > 1)
		inj_drop(j->t, &j->stock, last);
	return held > 1;
}

static void race(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, race);

	while (frees_one(j))
		usleep_range(100, 2000);
}

void inj_race_begin(struct job *j)
{
	INIT_WORK(&j->race, race);
	if (j->races && j->slab && j->remote < nr_cpu_ids)
		schedule_work_on(j->remote, &j->race);
}

void inj_race_end(struct job *j)
{
	if (j->races && j->race.func)
		flush_work(&j->race);
}

static bool is_own_object(const struct target *t, unsigned long object)
{
	unsigned long page, start;

	if (!virt_addr_valid((void *)object))
		return false;
	page = inj_slab_of(object);
	start = (unsigned long)page_address((void *)page) + t->g.red_left;
	return word_at(page + slw_layout.slab.slab_cache) == (unsigned long)t->s &&
	       object >= start && (object - start) % t->g.size == 0 &&
	       (object - start) / t->g.size < inj_objects(page);
}

/*
 * Where in the chain the objects begin that are out of service: those of a
 * slab's own list all are, of a cpu freelist those behind the cut.
 */
static unsigned int first_given_up(const struct job *j)
{
	unsigned int k;

	if (j->place != SLUBWATCH_PLACE_CPU_FREELIST || !j->object)
		return 0;
	for (k = 0; k < j->nr && j->chain[k] != j->object; k++)
		;
	return k < j->nr ? k : j->i + 1;
}

static bool is_given_up(const struct job *j, unsigned long object)
{
	unsigned int k;

	for (k = first_given_up(j); k < j->nr; k++)
		if (j->chain[k] == object)
			return true;
	return false;
}

/* On one of the CPUs, its share; a stamp in each. */
static int take_share(void *arg)
{
	struct job *j = arg;
	unsigned long object;
	unsigned int i;
	int err;

	for (i = 0; i < STORM; i++) {
		err = inj_take(j->t, &j->stock);
		if (err)
			return err == -ENOSPC ? 0 : err;
		object = j->stock.objects[j->stock.n - 1];
		if (is_own_object(j->t, object) && !is_given_up(j, object)) {
			*(unsigned long *)object = j->stock.n;
			continue;
		}
		pr_err("slubwatch_inject: %s: object %u that is %s\n",
		       j->t->name, j->stock.n, is_given_up(j, object) ?
		       "out of service" : "none of it");
		j->stock.n--;
		return -EIO;
	}
	return 0;
}

static int check_stamps(const struct job *j)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++) {
		if (word_at(j->stock.objects[i]) == i + 1)
			continue;
		pr_err("slubwatch_inject: %s: object %u was handed out twice\n",
		       j->t->name, i + 1);
		return -EIO;
	}
	return 0;
}

/* Twice: what the first round gives back is what the second takes. */
int inj_settle(struct job *j)
{
	int cpu, round, err = 0;

	j->nr_patches = 0;
	j->t->leaked = true;
	for (round = 0; round < 2 && !err; round++) {
		inj_drop_all(j->t, &j->stock);
		for_each_online_cpu(cpu)
			err = err ?: smp_call_on_cpu(cpu, take_share, j, false);
		err = err ?: check_stamps(j);
		kmem_cache_shrink(j->t->s);
	}
	/* Nothing that is doubtful is given back. */
	if (err)
		j->stock.n = 0;
	inj_drop_all(j->t, &j->stock);
	kmem_cache_shrink(j->t->s);
	return err;
}
