// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch_storm - everything at once that leaves SLUB's lists half done.
 *
 * One thread for each kind of load and CPU.  Every object is filled with noise
 * as soon as it is owned, the word of the free pointer too: who follows a free
 * pointer that is none any more does not get away with it.
 *
 * No part of slubwatch; it breaks nothing.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>

#define HELD	256	/* objects a thread holds at most */
#define MAIL	512	/* objects on their way from CPU to CPU */

static unsigned long hold_slabs;
module_param(hold_slabs, ulong, 0444);
MODULE_PARM_DESC(hold_slabs, "partial slabs to keep beside the storm, half of each free");

static unsigned int threads = 1;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "threads for each load and CPU; 0: hold_slabs only");

static void construct(void *object)
{
	memset(object, 0, sizeof(long));
}

/* What is allocated from: sizes, and where the free pointer is. */
static struct {
	const char *name;
	unsigned int size;
	slab_flags_t flags;
	void (*ctor)(void *object);
	struct kmem_cache *s;
} shared[] = {
	{ "storm-8",		8 },
	{ "storm-64",		64,	SLAB_HWCACHE_ALIGN },
	{ "storm-200",		200,	SLAB_ACCOUNT },
	{ "storm-ctor",		96,	0,			construct },
	{ "storm-rcu",		320,	SLAB_TYPESAFE_BY_RCU },
	{ "storm-2048",		2048 },
	{ "storm-9000",		9000 },
};

struct worker {
	struct task_struct *task;
	u32 nr;
	u32 churned;
	u32 seed;
	void *held[HELD];
	u8 from[HELD];
};

/**
 * struct load - one kind of load
 * @name:	as in the parameter "done"
 * @round:	one round of it, by one thread; may sleep
 * @end:	gives back what the thread holds
 * @rounds:	rounds done, by all threads
 */
struct load {
	const char *name;
	void (*round)(struct worker *w);
	void (*end)(struct worker *w);
	atomic64_t rounds;
};

/* xorshift32 (Marsaglia): a seed that is not 0 never becomes it. */
static u32 dice(struct worker *w, u32 sides)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 17;
	w->seed ^= w->seed << 5;
	return w->seed % sides;
}

static void scribble(void *object, u32 size, u32 noise)
{
	u32 i;

	for (i = 0; i < size / sizeof(u32); i++)
		((u32 *)object)[i] = noise + i;
}

static void *take(unsigned int i, gfp_t gfp, u32 noise)
{
	void *object = kmem_cache_alloc(shared[i].s, gfp | __GFP_NOWARN);

	if (object)
		scribble(object, shared[i].size, noise);
	return object;
}

/* Allocate and free at random, so that slabs empty and fill. */
static void round_mixed(struct worker *w)
{
	int n;

	for (n = 0; n < 64; n++) {
		u32 slot = dice(w, HELD), i = dice(w, ARRAY_SIZE(shared));

		if (w->held[slot])
			kmem_cache_free(shared[w->from[slot]].s, w->held[slot]);
		w->held[slot] = dice(w, 2) ? take(i, GFP_KERNEL, w->seed) : NULL;
		w->from[slot] = i;
	}
}

static void end_mixed(struct worker *w)
{
	int slot;

	for (slot = 0; slot < HELD; slot++)
		if (w->held[slot])
			kmem_cache_free(shared[w->from[slot]].s, w->held[slot]);
}

/* Objects freed by another CPU than the one that allocated them. */
static void *mail[MAIL];

static void post(u32 slot, void *object)
{
	object = xchg(&mail[slot], object);
	if (object)
		kmem_cache_free(shared[slot % ARRAY_SIZE(shared)].s, object);
}

static void round_mail(struct worker *w)
{
	int n;

	for (n = 0; n < 64; n++) {
		u32 slot = dice(w, MAIL);

		post(slot, take(slot % ARRAY_SIZE(shared), GFP_KERNEL, w->seed));
	}
}

static void round_bulk(struct worker *w)
{
	u32 i = dice(w, ARRAY_SIZE(shared)), n = 1 + dice(w, 64), k;
	void **p = w->held;

	if (!kmem_cache_alloc_bulk(shared[i].s, GFP_KERNEL, n, p))
		return;
	for (k = 0; k < n; k++)
		scribble(p[k], shared[i].size, w->seed);
	k = dice(w, n);
	if (k)
		kmem_cache_free_bulk(shared[i].s, k, p);
	for (; k < n; k++)
		kmem_cache_free(shared[i].s, p[k]);
}

struct rcu_object {
	struct rcu_head rcu;
	u32 noise[];
};

static void round_rcu(struct worker *w)
{
	int n;

	for (n = 0; n < 128; n++) {
		u32 size = sizeof(struct rcu_object) + dice(w, 1000);
		struct rcu_object *object = kmalloc(size, GFP_KERNEL);

		if (!object)
			break;
		scribble(object, size, w->seed);
		kfree_rcu(object, rcu);
	}
	schedule_timeout_interruptible(1);
}

/*
 * Mergeable caches have a name in sysfs by their size, which kmem_cache_destroy()
 * gives back only when it no longer holds slab_mutex, and those with
 * SLAB_TYPESAFE_BY_RCU later still, by a work item (until 6.8).
 */
static DEFINE_MUTEX(churn_lock);

/* A cache of its own, mergeable or not, that lives for a few allocations. */
static void round_churn(struct worker *w)
{
	u32 i = dice(w, ARRAY_SIZE(shared)), k, n = dice(w, HELD);
	struct kmem_cache *s;
	char name[32];

	snprintf(name, sizeof(name), "storm-churn-%u-%u", w->nr, w->churned++);
	mutex_lock(&churn_lock);
	s = kmem_cache_create(name, shared[i].size + 8 * dice(w, 8), 0,
			      shared[i].flags, shared[i].ctor);
	mutex_unlock(&churn_lock);
	if (!s)
		return;
	for (k = 0; k < n; k++) {
		w->held[k] = kmem_cache_alloc(s, GFP_KERNEL);
		if (w->held[k])
			scribble(w->held[k], shared[i].size, w->seed);
	}
	while (k--)
		if (w->held[k])
			kmem_cache_free(s, w->held[k]);
	mutex_lock(&churn_lock);
	kmem_cache_destroy(s);
	mutex_unlock(&churn_lock);
	schedule_timeout_interruptible(1);
}

static void round_shrink(struct worker *w)
{
	kmem_cache_shrink(shared[dice(w, ARRAY_SIZE(shared))].s);
	schedule_timeout_interruptible(1);
}

/* In an interrupt that may come in the middle of anybody's allocation. */
static void in_interrupt_here(void *seed)
{
	u32 slot = (unsigned long)seed % MAIL;

	/* There SLUB takes sleeping locks. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		post(slot, take(slot % ARRAY_SIZE(shared), GFP_ATOMIC, slot));
	/* Since v6.18: in any context, whatever it interrupted. */
#ifdef kmalloc_nolock
	kfree_nolock(kmalloc_nolock(64, 0, NUMA_NO_NODE));
#endif
}

static void round_interrupt(struct worker *w)
{
	int n, cpu;

	for (n = 0; n < 32; n++) {
		cpu = dice(w, nr_cpu_ids);
		if (cpu_online(cpu))
			smp_call_function_single(cpu, in_interrupt_here,
						 (void *)(unsigned long)w->seed, 0);
		cond_resched();
	}
}

static void nothing_here(void *unused)
{
}

static struct load loads[] = {
	{ "mixed",	round_mixed,	end_mixed },
	{ "mail",	round_mail },
	{ "bulk",	round_bulk },
	{ "rcu",	round_rcu },
	{ "churn",	round_churn },
	{ "shrink",	round_shrink },
	{ "interrupt",	round_interrupt },
};

static int get_done(char *buffer, const struct kernel_param *kp)
{
	int i, len = 0;

	for (i = 0; i < ARRAY_SIZE(loads); i++)
		len += scnprintf(buffer + len, PAGE_SIZE - len, "%s=%lld ",
				 loads[i].name,
				 (long long)atomic64_read(&loads[i].rounds));
	return len + scnprintf(buffer + len, PAGE_SIZE - len, "\n");
}

static const struct kernel_param_ops done_ops = { .get = get_done };
module_param_cb(done, &done_ops, NULL, 0444);
MODULE_PARM_DESC(done, "rounds of each load so far");

struct job {
	struct load *load;
	struct worker w;
};

static struct job *jobs;
static unsigned int nr_jobs;

static int work(void *data)
{
	struct job *job = data;

	while (!kthread_should_stop()) {
		job->load->round(&job->w);
		atomic64_inc(&job->load->rounds);
		cond_resched();
	}
	if (job->load->end)
		job->load->end(&job->w);
	return 0;
}

static int start_job(unsigned int i)
{
	struct job *job = &jobs[i];

	job->load = &loads[i % ARRAY_SIZE(loads)];
	job->w.nr = i;
	job->w.seed = 2463534242u + i;
	job->w.task = kthread_run(work, job, "storm/%s", job->load->name);
	return PTR_ERR_OR_ZERO(job->w.task);
}

static void stop_jobs(void)
{
	u32 slot;

	while (nr_jobs)
		kthread_stop(jobs[--nr_jobs].w.task);
	kvfree(jobs);
	/* Behind every interrupt that is still to come. */
	on_each_cpu(nothing_here, NULL, 1);
	for (slot = 0; slot < MAIL; slot++)
		post(slot, NULL);
}

static int start_jobs(void)
{
	unsigned int n = threads * num_online_cpus() * ARRAY_SIZE(loads);
	int err;

	if (!n)
		return 0;
	jobs = kvcalloc(n, sizeof(*jobs), GFP_KERNEL);
	if (!jobs)
		return -ENOMEM;
	for (; nr_jobs < n; nr_jobs++) {
		err = start_job(nr_jobs);
		if (err) {
			stop_jobs();
			return err;
		}
	}
	return 0;
}

/*
 * Partial slabs: of each 4096 bytes worth of objects half are freed again, in
 * no order.
 */
#define PARTIAL_SIZE	256

static struct kmem_cache *partial;
static void **kept;
static unsigned long nr_kept;

static void drop_partial(void)
{
	while (nr_kept)
		if (kept[--nr_kept])
			kmem_cache_free(partial, kept[nr_kept]);
	kvfree(kept);
	kmem_cache_destroy(partial);
}

static int keep_partial(void)
{
	unsigned long n = hold_slabs * (PAGE_SIZE / PARTIAL_SIZE), i;
	struct worker w = { .seed = 88675123 };

	if (!n)
		return 0;
	kept = kvcalloc(n, sizeof(*kept), GFP_KERNEL);
	partial = kmem_cache_create("storm-partial", PARTIAL_SIZE - 8, 0, 0,
				    construct);
	if (!kept || !partial)
		return -ENOMEM;
	for (nr_kept = 0; nr_kept < n; nr_kept++) {
		kept[nr_kept] = kmem_cache_alloc(partial, GFP_KERNEL);
		if (!kept[nr_kept])
			return -ENOMEM;
		cond_resched();
	}
	for (i = 0; i < n; i++)
		if (dice(&w, 2)) {
			kmem_cache_free(partial, kept[i]);
			kept[i] = NULL;
		}
	return 0;
}

static void destroy_shared(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shared); i++)
		kmem_cache_destroy(shared[i].s);
}

static int create_shared(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shared); i++) {
		shared[i].s = kmem_cache_create(shared[i].name, shared[i].size,
						0, shared[i].flags,
						shared[i].ctor);
		if (!shared[i].s)
			return -ENOMEM;
	}
	return 0;
}

static int __init storm_init(void)
{
	int err;

	err = create_shared();
	if (!err)
		err = keep_partial();
	if (!err)
		err = start_jobs();
	if (err) {
		drop_partial();
		destroy_shared();
	}
	return err;
}

static void __exit storm_exit(void)
{
	stop_jobs();
	drop_partial();
	destroy_shared();
}

module_init(storm_init);
module_exit(storm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Everything at once that leaves SLUB's lists half done");
MODULE_INFO(test, "Y");
