// SPDX-License-Identifier: GPL-2.0
/*
 * Sweeps: see patrol.h.
 *
 * One sweep runs at a time, in the patrol thread or in whoever wrote the
 * parameter scan, under the sweep lock.  It pins all caches, visits one CPU
 * after the other by a bound worker that serves every cache in one go, then
 * walks the nodes' lists itself, and unpins.
 *
 * Locks, outermost first:
 *   sweep_lock		sweeps, the caches' statistics
 *   tell_lock		what is told, by sweeps and by the guard (tell.c)
 *   cpu_hotplug_lock	read, around one visit to one CPU
 *   a walker's slab locks, by trylock only
 */
#include "patrol.h"

#include <linux/cpu.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "config.h"
#include "counters.h"
#include "finding/finding.h"
#include "guard/guard.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "pattern.h"
#include "report/slubwatch_trace.h"
#include "walk/content.h"
#include "walk/pace.h"
#include "walk/scan.h"
#include "walk/unchanged.h"
#include "watch/watch.h"

/* Every walker there is; those whose place this kernel has are run. */
static const struct slw_walker *const walkers[] = {
	&slw_walk_cpu,
	&slw_walk_sheaves,
	&slw_walk_node,
	&slw_walk_barn,
};

/**
 * struct visit - a visit to one CPU
 * @work:	runs there
 * @done:	completed when it has run
 * @cpu:	the CPU
 * @next:	cache to go on with, NULL when all were served
 * @took:	ns it took there
 */
struct visit {
	struct work_struct work;
	struct completion done;
	int cpu;
	struct slw_cache *next;
	u64 took;
};

/* After this a CPU's worker is taken as not coming: an RT task has the CPU. */
#define ANSWER_TIMEOUT	(2 * HZ)

/* What a visit may take of its CPU before it lets others run. */
#define VISIT_NS	(2 * NSEC_PER_MSEC)

static DEFINE_MUTEX(sweep_lock);
static struct slw_scan *scan;		/* sweep_lock */
static struct slw_config config;	/* sweep_lock: copied at each start */
static bool cpus_skipped;		/* sweep_lock: a CPU was not seen whole */
static bool open;			/* sweep_lock: sweeps may run */
static u64 last_ns;
static u32 last_percent;
static u32 isolated_left_out;

static struct workqueue_struct *visits;
static struct task_struct *thread;
static DECLARE_WAIT_QUEUE_HEAD(waiting);
static bool woken;

static struct slw_cache *next_wanted(struct slw_cache *c)
{
	list_for_each_entry_continue(c, &slw_caches, entry)
		if (c->wanted)
			return c;
	return NULL;
}

static struct slw_cache *first_wanted(void)
{
	return next_wanted(list_entry(&slw_caches, struct slw_cache, entry));
}

static void run_walkers(struct slw_cache *c, bool per_cpu, int id)
{
	const struct slw_walker *w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(walkers); i++) {
		w = walkers[i];
		if (w->per_cpu == per_cpu && (!w->needs || slw_has_cap(w->needs)))
			w->walk(scan, c, id);
	}
}

/* On the CPU itself: every cache in one go, as long as the visit may last. */
static void visit_caches(struct work_struct *work)
{
	struct visit *v = container_of(work, struct visit, work);
	u64 began = ktime_get_mono_fast_ns();

	do {
		run_walkers(v->next, true, v->cpu);
		v->next = next_wanted(v->next);
	} while (v->next && !scan->nr_found &&
		 ktime_get_mono_fast_ns() - began < VISIT_NS);
	v->took = ktime_get_mono_fast_ns() - began;
	complete(&v->done);
}

/* False when the CPU is gone, or so busy that its worker never ran. */
static bool visit_once(struct visit *v)
{
	bool came = false;

	cpus_read_lock();
	if (cpu_online(v->cpu)) {
		reinit_completion(&v->done);
		queue_work_on(v->cpu, visits, &v->work);
		came = wait_for_completion_timeout(&v->done, ANSWER_TIMEOUT) ||
		       !cancel_work_sync(&v->work);
	}
	cpus_read_unlock();
	return came;
}

/* What a CPU has of it, as the walkers count that. */
static unsigned int lists_of_cpu(const struct slw_cache *c)
{
	return !!c->cpu_slab + (c->cpu_sheaves && c->sheaf_capacity);
}

/*
 * A CPU did not answer: the lists there of @c and of all behind it are due.  One
 * that went offline has none any more.
 */
static void miss_lists(int cpu, struct slw_cache *c)
{
	for (; c && cpu_online(cpu); c = next_wanted(c))
		c->now.lists_due += lists_of_cpu(c);
}

static void visit_cpu(int cpu)
{
	struct visit v = { .cpu = cpu, .next = first_wanted() };

	INIT_WORK_ONSTACK(&v.work, visit_caches);
	init_completion(&v.done);
	while (v.next && !slw_pace_over()) {
		scan->cpu = cpu;
		if (!visit_once(&v)) {
			slw_count(SLW_COUNT_SKIPPED_CPU, 1);
			cpus_skipped = true;
			miss_lists(cpu, v.next);
			break;
		}
		scan->cpu = -1;
		slw_pace_worked(v.took);
		slw_scan_flush(scan);
	}
	scan->cpu = -1;
	destroy_work_on_stack(&v.work);
}

static void walk_nodes(void)
{
	struct slw_cache *c;
	int node;

	for (c = first_wanted(); c; c = next_wanted(c)) {
		for (node = 0; node < nr_node_ids; node++) {
			if (slw_pace_over())
				return;
			scan->node = node;
			run_walkers(c, false, node);
		}
	}
	scan->node = -1;
}

/* A cache whose numbers make no sense is reported and not walked by them. */
static bool geometry_holds(struct slw_cache *c)
{
	const struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = SLUBWATCH_KIND_CACHE_NUMBERS,
		.object = c->g.cache,
		.raw = c->g.size,
		.decoded = c->g.oo,
	};

	if (slw_check_geometry(&c->g))
		return true;
	/* The second look: is it still so, or was it being set up? */
	if (slw_cache_capture(c) && slw_check_geometry(&c->g))
		return true;
	scan->place = SLUBWATCH_PLACE_CACHE;
	slw_scan_record(scan, c, NULL, &v);
	slw_scan_flush(scan);
	return false;
}

static void begin_sweep(const char *pattern, bool paced)
{
	struct slw_cache *c;

	slw_config_get(&config);
	slw_findings_sweep(++scan->sweep);
	scan->window.budget = config.hold_us * (u64)NSEC_PER_USEC;
	/* Who asks for a sweep asks for all of it. */
	scan->bound = paced ? config.unchanged_sweeps : 1;
	slw_memory_map_update();
	scan->cpu = -1;
	scan->node = -1;
	cpus_skipped = false;
	slw_pace_begin(paced ? config.cpu_permille : 0);
	slw_watch_update(config.watch, config.watch_kib);
	slw_caches_pin();
	slw_for_each_cache(c) {
		c->now = (struct slw_tally) {};
		c->content_cut = false;
		c->wanted = c->pinned &&
			    slw_pattern_match(pattern ?: config.caches, c->name) &&
			    geometry_holds(c);
		if (!c->wanted)
			continue;
		slw_watch_cache(c);
		slw_content_begin(c, config.content);
	}
}

/*
 * When was all of it walked?  A sweep that left out what was unchanged counts
 * only together with those before it: after so many of them as the bound says,
 * everything was walked since the first one ended.
 */
static void note_complete(struct slw_cache *c)
{
	u64 now = ktime_get_mono_fast_ns();

	if (!c->now.unchanged) {
		c->partly = 0;
		c->complete_ns = now;
		return;
	}
	if (!c->partly++)
		c->partly_ns = now;
	if (c->partly > scan->bound) {
		c->complete_ns = c->partly_ns;
		c->partly = 0;
	}
}

/* What a cache's part of the sweep came to. */
static void end_cache(struct slw_cache *c)
{
	slw_caches_lock();
	c->last = c->now;
	slw_caches_unlock();
	if (c->now.lists_done != c->now.lists_due || cpus_skipped) {
		c->partly = 0;
		return;
	}
	note_complete(c);
	if (!c->content_cut)
		slw_findings_close(c->g.cache);
}

/* What could not be read has lists all the same: at least one that is due. */
static u64 caches_unread(void)
{
	struct slw_cache *c;
	u64 n = 0;

	slw_for_each_cache(c)
		n += c->unread;
	return n;
}

static void end_sweep(u64 began)
{
	u64 due = caches_unread(), done = 0, slabs = 0, objects = 0;
	struct slw_cache *c;
	unsigned int i;

	for (c = first_wanted(); c; c = next_wanted(c)) {
		end_cache(c);
		due += c->now.lists_due + c->now.lists_left;
		done += c->now.lists_done;
		slabs += c->now.slabs;
		for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
			objects += c->now.objects[i];
	}
	last_percent = due ? div64_u64(done * 100, due) : 100;
	last_ns = ktime_get_mono_fast_ns() - began;
	slw_count(SLW_COUNT_SWEEPS, 1);
	trace_slubwatch_sweep(scan->sweep, last_ns, slabs, objects, due - done);
}

/* An isolated CPU is left alone; what is on its lists counts as not covered. */
static void leave_cpu(void)
{
	struct slw_cache *c;

	isolated_left_out++;
	for (c = first_wanted(); c; c = next_wanted(c))
		c->now.lists_left += lists_of_cpu(c);
}

static void visit_cpus(void)
{
	int cpu;

	isolated_left_out = 0;
	for_each_online_cpu(cpu) {
		if (config.isolated_cpus || !slw_cpu_is_isolated(cpu))
			visit_cpu(cpu);
		else
			leave_cpu();
	}
}

static int sweep(const char *pattern, bool paced)
{
	u64 began = ktime_get_mono_fast_ns();
	int err;

	begin_sweep(pattern, paced);
	visit_cpus();
	walk_nodes();
	err = slw_pace_over() ? -EINTR : 0;
	if (!err)
		end_sweep(began);
	/* Not the private cache, and not by what is not proven. */
	if (scan->proven)
		slw_guard_update(config.guard);
	slw_caches_unpin(slw_findings_gone);
	return err;
}

int slw_patrol_run(const char *pattern, bool paced)
{
	int err;

	if (!paced)
		slw_pace_hurry();
	err = mutex_lock_killable(&sweep_lock);
	if (!err) {
		err = open ? sweep(pattern, paced) : -ENODEV;
		mutex_unlock(&sweep_lock);
	}
	if (!paced)
		slw_pace_hurry_done();
	return err;
}

void slw_patrol_apply_guard(void)
{
	slw_pace_hurry();
	mutex_lock(&sweep_lock);
	if (open) {
		slw_config_get(&config);
		slw_caches_pin();
		slw_guard_update(config.guard);
		slw_caches_unpin(slw_findings_gone);
	}
	mutex_unlock(&sweep_lock);
	slw_pace_hurry_done();
}

/*
 * Parameters are read anew before and after every wait: one that was just set
 * to 0 means no more sweeps.  At nice 0: cpu_permille is what keeps the patrol
 * modest, and at nice 19 a busy machine, which is the one that crashes, was
 * looked at once a minute.
 */
static int patrol_loop(void *unused)
{
	unsigned int period;
	long wait;

	set_freezable();
	while (!kthread_should_stop()) {
		period = slw_config_period_ms();
		wait = period ? msecs_to_jiffies(period) : MAX_SCHEDULE_TIMEOUT;
		wait_event_freezable_timeout(waiting,
					     kthread_should_stop() ||
					     xchg(&woken, false), wait);
		if (period && slw_config_period_ms() && !kthread_should_stop())
			slw_patrol_run(NULL, true);
	}
	return 0;
}

void slw_patrol_wake(void)
{
	WRITE_ONCE(woken, true);
	wake_up(&waiting);
}

u64 slw_patrol_last_ns(void)
{
	return READ_ONCE(last_ns);
}

u32 slw_patrol_last_percent(void)
{
	return READ_ONCE(last_percent);
}

u32 slw_patrol_isolated(void)
{
	return READ_ONCE(isolated_left_out);
}

static void free_scan(void)
{
	vfree(scan->set);
	vfree(scan);
}

int slw_patrol_init(void)
{
	scan = vzalloc(sizeof(*scan));
	if (!scan)
		return -ENOMEM;
	slw_count_memory(PAGE_ALIGN(sizeof(*scan)));
	if (slw_has_cap(SLW_CAP_SHEAVES)) {
		scan->set = vzalloc(sizeof(*scan->set));
		if (!scan->set)
			goto err_unchanged;
		slw_count_memory(PAGE_ALIGN(sizeof(*scan->set)));
	}
	if (slw_unchanged_init())
		goto err_unchanged;
	visits = alloc_workqueue("slubwatch", WQ_PERCPU, 0);
	if (!visits)
		goto err_visits;
	return 0;

err_visits:
	slw_unchanged_exit();
err_unchanged:
	free_scan();
	return -ENOMEM;
}

void slw_patrol_open(void)
{
	mutex_lock(&sweep_lock);
	open = true;
	mutex_unlock(&sweep_lock);
}

int slw_patrol_start(void)
{
	mutex_lock(&sweep_lock);
	scan->proven = true;
	mutex_unlock(&sweep_lock);
	thread = kthread_run(patrol_loop, NULL, "slubwatch");
	return PTR_ERR_OR_ZERO(thread);
}

void slw_patrol_stop(void)
{
	slw_pace_stop();
	mutex_lock(&sweep_lock);
	open = false;
	mutex_unlock(&sweep_lock);
	if (!IS_ERR_OR_NULL(thread))
		kthread_stop(thread);
}

void slw_patrol_exit(void)
{
	destroy_workqueue(visits);
	slw_unchanged_exit();
	free_scan();
}
