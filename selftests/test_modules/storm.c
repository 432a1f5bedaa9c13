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
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "storm.h"

#define MAIL	512	/* objects on their way from CPU to CPU */
#define BURST	64	/* more than a CPU has at hand of most sizes */

static unsigned int threads = 1;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "threads for each load and CPU; 0: what is held only");

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

/**
 * struct load - one kind of load
 * @name:	as in the parameter "done"
 * @round:	one round of it, by one thread; may sleep
 * @end:	gives back what the thread holds
 * @nice:	of its threads
 * @rounds:	rounds done, by all threads
 */
struct load {
	const char *name;
	void (*round)(struct worker *w);
	void (*end)(struct worker *w);
	int nice;
	atomic64_t rounds;
};

u32 storm_dice(struct worker *w, u32 sides)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 17;
	w->seed ^= w->seed << 5;
	return w->seed % sides;
}

void storm_scribble(void *object, u32 size, u32 noise)
{
	u32 i;

	for (i = 0; i < size / sizeof(u32); i++)
		((u32 *)object)[i] = noise + i;
}

static void *take(unsigned int i, gfp_t gfp, u32 noise)
{
	void *object = kmem_cache_alloc(shared[i].s, gfp | __GFP_NOWARN);

	if (object)
		storm_scribble(object, shared[i].size, noise);
	return object;
}

/* Allocate and free at random, so that slabs empty and fill. */
static void round_mixed(struct worker *w)
{
	int n;

	for (n = 0; n < 64; n++) {
		u32 slot = storm_dice(w, HELD), i = storm_dice(w, ARRAY_SIZE(shared));

		if (w->held[slot])
			kmem_cache_free(shared[w->from[slot]].s, w->held[slot]);
		w->held[slot] = storm_dice(w, 2) ? take(i, GFP_KERNEL, w->seed) : NULL;
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
		u32 slot = storm_dice(w, MAIL);

		post(slot, take(slot % ARRAY_SIZE(shared), GFP_KERNEL, w->seed));
	}
}

static void round_bulk(struct worker *w)
{
	u32 i = storm_dice(w, ARRAY_SIZE(shared)), n = 1 + storm_dice(w, 64), k;
	void **p = w->held;

	if (!kmem_cache_alloc_bulk(shared[i].s, GFP_KERNEL, n, p))
		return;
	for (k = 0; k < n; k++)
		storm_scribble(p[k], shared[i].size, w->seed);
	k = storm_dice(w, n);
	if (k)
		kmem_cache_free_bulk(shared[i].s, k, p);
	for (; k < n; k++)
		kmem_cache_free(shared[i].s, p[k]);
}

struct rcu_object {
	struct rcu_head rcu;
	u32 noise[];
};

/*
 * No more than two times so much as this many rounds leave to RCU, some MiB: on a
 * machine that gets little of its CPUs a grace period takes seconds, and what waits
 * for it would be all of its memory.
 */
#define RCU_ROUNDS	64

static void round_rcu(struct worker *w)
{
	int n;

	if (!(w->rounds++ % RCU_ROUNDS)) {
		cond_synchronize_rcu(w->grace);
		w->grace = get_state_synchronize_rcu();
	}
	for (n = 0; n < 128; n++) {
		u32 size = sizeof(struct rcu_object) + storm_dice(w, 1000);
		struct rcu_object *object = kmalloc(size, GFP_KERNEL);

		if (!object)
			break;
		storm_scribble(object, size, w->seed);
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

/*
 * A mergeable cache also leaves the link behind that its name is in sysfs, until
 * there is another of that name (sysfs_slab_alias()): they take the same name
 * again.  The others are destroyed behind a grace period, and must not.
 */
static void name_churned(struct worker *w, u32 i, char *name, size_t size)
{
	if (shared[i].ctor || shared[i].flags & SLAB_TYPESAFE_BY_RCU)
		snprintf(name, size, "storm-churn-%u-%u", w->nr, w->churned++);
	else
		snprintf(name, size, "storm-churn-%u", w->nr);
}

/* A cache of its own, mergeable or not, that lives for a few allocations. */
static void round_churn(struct worker *w)
{
	u32 i = storm_dice(w, ARRAY_SIZE(shared)), k, n = storm_dice(w, HELD);
	struct kmem_cache *s;
	char name[32];

	name_churned(w, i, name, sizeof(name));
	mutex_lock(&churn_lock);
	s = kmem_cache_create(name, shared[i].size + 8 * storm_dice(w, 8), 0,
			      shared[i].flags, shared[i].ctor);
	mutex_unlock(&churn_lock);
	if (!s)
		return;
	for (k = 0; k < n; k++) {
		w->held[k] = kmem_cache_alloc(s, GFP_KERNEL);
		if (w->held[k])
			storm_scribble(w->held[k], shared[i].size, w->seed);
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
	kmem_cache_shrink(shared[storm_dice(w, ARRAY_SIZE(shared))].s);
	schedule_timeout_interruptible(1);
}

/* Takes many and gives them back: the CPU's sheaves are others then. */
static void turn_over(unsigned int i, u32 noise)
{
	void *burst[BURST];
	int n;

	for (n = 0; n < BURST; n++)
		burst[n] = take(i, GFP_ATOMIC, noise);
	while (n--)
		if (burst[n])
			kmem_cache_free(shared[i].s, burst[n]);
}

/* Takes some, and frees as many others. */
static void exchange(unsigned int i, u32 noise)
{
	u32 slot = i + noise % (MAIL / 2) / ARRAY_SIZE(shared) * ARRAY_SIZE(shared);
	int n;

	for (n = 0; n < BURST / 4 && slot < MAIL; n++, slot += ARRAY_SIZE(shared))
		post(slot, take(i, GFP_ATOMIC, noise));
}

/* In an interrupt that may come in the middle of anybody's allocation. */
static void in_interrupt_here(void *seed)
{
	u32 noise = (unsigned long)seed, i = noise % ARRAY_SIZE(shared);

	/* There SLUB takes sleeping locks. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return;
	/* Lockdep is to take this for a driver's handler, which PREEMPT_RT makes a thread. */
	lockdep_hardirq_threaded();
	noise /= ARRAY_SIZE(shared);
	if (noise % 16 == 0 && shared[i].size < 512)
		turn_over(i, noise);
	else if (noise % 16 < 4 && shared[i].size < 512)
		exchange(i, noise);
	else
		post(i, take(i, GFP_ATOMIC, noise));
}

static void round_interrupt(struct worker *w)
{
	int n, cpu;

	for (n = 0; n < 32; n++) {
		cpu = storm_dice(w, nr_cpu_ids);
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
	/* Its list is long: to meet a sweep in the same slab it must run often. */
	{ "held",	storm_round_held,	.nice = -10 },
#ifdef STORM_NMI
	{ "nmi",	storm_round_nmi },
#endif
};

static int get_done(char *buffer, const struct kernel_param *kp)
{
	int i, len = 0;

	for (i = 0; i < ARRAY_SIZE(loads); i++)
		len += scnprintf(buffer + len, PAGE_SIZE - len, "%s=%lld ",
				 loads[i].name,
				 (long long)atomic64_read(&loads[i].rounds));
	return len + scnprintf(buffer + len, PAGE_SIZE - len,
			       "(%lld objects taken in NMIs)\n",
			       (long long)storm_nmi_taken());
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
	if (IS_ERR(job->w.task))
		return PTR_ERR(job->w.task);
	set_user_nice(job->w.task, job->load->nice);
	return 0;
}

static void stop_jobs(void)
{
	u32 slot;

	if (!jobs)
		return;
	while (nr_jobs)
		kthread_stop(jobs[--nr_jobs].w.task);
	kvfree(jobs);
	/* Behind every interrupt that is still to come. */
	on_each_cpu(nothing_here, NULL, 1);
	storm_nmi_end();
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
	err = storm_nmi_begin();
	if (err) {
		kvfree(jobs);
		return err;
	}
	for (; nr_jobs < n; nr_jobs++) {
		err = start_job(nr_jobs);
		if (err) {
			stop_jobs();
			return err;
		}
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
		err = storm_hold();
	if (!err)
		err = start_jobs();
	if (err) {
		storm_drop();
		destroy_shared();
	}
	return err;
}

static void __exit storm_exit(void)
{
	stop_jobs();
	storm_drop();
	destroy_shared();
}

module_init(storm_init);
module_exit(storm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Everything at once that leaves SLUB's lists half done");
MODULE_INFO(test, "Y");
