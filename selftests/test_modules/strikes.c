// SPDX-License-Identifier: GPL-2.0
/*
 * Damage by the hundred, each followed by what makes it hurt: allocations.
 *
 * Each time objects are brought where allocations take them from, the link of
 * one of the first is overwritten, and objects are allocated until the damage is
 * behind them.  What is told meanwhile is compared by the clock with what was
 * handed out: before the allocation that follows the bad link, later, or never.
 *
 * A thread of its own allocates: should it oops, it is gone, and the next strike
 * has another.
 */
#include "inject.h"

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/kdebug.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include <linux/sysfs.h>

#include "../../module/compat.h"
#include "../../module/slubwatch.h"

#define TEXT		0x0072006900560338	/* field case A1 */
#define FIRST_LINKS	4	/* the victim is one of so many */
#define BEHIND		6	/* allocations behind the one that follows it */
#define UNTIL_REFILL	600	/* allocations until a slab is taken for a sheaf */
#define TELL_MS		60	/* what is found is told by then, if it may be */
#define MUST_TELL_MS	10000	/* and if it must: a machine may have its CPU elsewhere */

static int link_held(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++) {
		if (inj_slab_of(j->stock.objects[i]) != j->slab)
			continue;
		*raw = inj_code(j->t, j->stock.objects[i], j->chain[j->i]);
		return 0;
	}
	return -EAGAIN;
}

/* A byte, a bit: any of them. */
static int link_any_byte(const struct job *j, unsigned long arg,
			 unsigned long *raw)
{
	return link_zero_byte(j, get_random_u32() % sizeof(long), raw);
}

static int link_any_bit(const struct job *j, unsigned long arg,
			unsigned long *raw)
{
	return link_flip(j, get_random_u32() % BITS_PER_LONG, raw);
}

static const struct damage {
	const char *name;
	int (*link)(const struct job *j, unsigned long arg, unsigned long *raw);
	unsigned long arg;
} damages[] = {
	{ "text-raw",	link_raw,	TEXT },
	{ "text-decoded", link_decoded,	TEXT },
	{ "byte",	link_any_byte },
	{ "bit",	link_any_bit },
	{ "other-slab",	link_other_slab },
	{ "in-use",	link_held },
	{ "self-loop",	link_back,	0 },
	{ "a-b-a",	link_back,	1 },
	{ "null",	link_decoded,	0 },
	/* Freed twice, which no link shows; with sheaves only. */
	{ "double-free" },
};

/**
 * struct tally - what became of one kind of damage
 * @n:		how often it was done
 * @before:	told before the allocation that would have followed it; out of
 *		sheaves, where that cannot be told: before anything wrong
 * @later:	told after that
 * @never:	not told
 * @wrong:	allocations that handed out what was in use, or is no object
 * @oopsed:	how often somebody oopsed
 */
static struct tally {
	unsigned int n;
	unsigned int before;
	unsigned int later;
	unsigned int never;
	unsigned int wrong;
	unsigned int oopsed;
} tallies[ARRAY_SIZE(damages)];

/**
 * struct strike - one injection
 * @j:		the job
 * @damage:	what is done
 * @pause_ms:	between the damage and the first allocation
 * @began:	the thread runs
 * @deadline:	until then a finding is in time
 * @wrong:	as in struct tally
 * @err:	why nothing came of it
 */
struct strike {
	struct job *j;
	const struct damage *damage;
	unsigned int pause_ms;
	struct completion began;
	u64 deadline;
	unsigned int wrong;
	int err;
};

/* The first finding and the first oops since they were set to 0. */
static u64 told_ns, oops_ns;

static int on_finding(struct notifier_block *nb, unsigned long kind, void *data)
{
	const struct slubwatch_finding *f = data;

	if (!READ_ONCE(told_ns))
		WRITE_ONCE(told_ns, f->time_ns);
	return NOTIFY_DONE;
}

static struct notifier_block listener = { .notifier_call = on_finding };

static int on_die(struct notifier_block *nb, unsigned long why, void *data)
{
	if (why == DIE_OOPS && !READ_ONCE(oops_ns))
		WRITE_ONCE(oops_ns, ktime_get_boot_fast_ns());
	return NOTIFY_DONE;
}

static struct notifier_block witness = { .notifier_call = on_die };

static int do_damage(struct job *j, const struct damage *damage)
{
	unsigned long raw;
	int err;

	j->i = get_random_u32() % FIRST_LINKS;
	if (j->i < damage->arg && damage->link == link_back)
		j->i = damage->arg;
	if (j->i + 2 >= j->nr)
		return -EAGAIN;
	err = damage->link(j, damage->arg, &raw);
	if (!err)
		inj_patch(j, j->chain[j->i] + j->t->g.offset, sizeof(raw), raw);
	return err;
}

static const struct damage *damage_now;

static int find_and_damage(struct job *j)
{
	return inj_place_find(j) ?: do_damage(j, damage_now);
}

static bool is_held(const struct stock *stock, unsigned long object)
{
	unsigned int i;

	for (i = 0; i < stock->n; i++)
		if (stock->objects[i] == object)
			return true;
	return false;
}

/* One more object; what ought not to have been handed out is not kept. */
static bool take_checked(struct strike *s)
{
	struct stock *stock = &s->j->stock;
	unsigned long object;

	if (inj_take(s->j->t, stock))
		return false;
	object = stock->objects[--stock->n];
	if (is_held(stock, object) || object % sizeof(long) ||
	    inj_slab_of(object) == 0 ||
	    (inj_slab_of(object) == s->j->slab &&
	     (object - (unsigned long)page_address((void *)s->j->slab) -
	      s->j->t->g.red_left) % s->j->t->g.size))
		s->wrong++;
	else
		stock->objects[stock->n++] = object;
	return true;
}

/* What is left of a bad list nobody is to meet; see module/react/isolate.c. */
static int drop_freelist(struct target *t, void *arg)
{
	struct job *j = arg;
	unsigned long kc = j->hub;

	if (word_at(kc + slw_layout.cpu.slab) == j->slab)
		WRITE_ONCE(*(unsigned long *)(kc + slw_layout.cpu.freelist), 0);
	return 0;
}

/*
 * A, B, A: into the sheaf, which takes anything.  Into one sheaf: room for them is
 * made first.
 */
static int free_twice(struct job *j)
{
	unsigned long object;
	int i;

	for (i = 0; i < 4; i++)
		if (inj_take(j->t, &j->stock))
			return -ENOMEM;
	object = j->stock.objects[j->stock.n - 1];
	inj_drop(j->t, &j->stock, j->stock.n - 1);
	inj_drop(j->t, &j->stock, j->stock.n - 1);
	j->stock.objects[j->stock.n++] = object;
	inj_drop(j->t, &j->stock, j->stock.n - 1);
	j->i = 0;
	return 0;
}

static bool is_in_time(const struct strike *s, unsigned int i)
{
	return s->j->t->capacity ? !s->wrong : i <= s->j->i;
}

static int take_until_behind(struct strike *s)
{
	struct job *j = s->j;
	unsigned int i, n = j->t->capacity ? UNTIL_REFILL : j->i + 1 + BEHIND;

	for (i = 0; i < n; i++) {
		if (!take_checked(s))
			return -ENOMEM;
		if (is_in_time(s, i))
			s->deadline = ktime_get_boot_fast_ns();
	}
	return 0;
}

/* The thread; it need not come to its end. */
static int break_and_take(void *arg)
{
	struct strike *s = arg;

	complete(&s->began);
	damage_now = s->damage;
	s->err = s->damage->link ? inj_place_locked(s->j, find_and_damage) :
				   free_twice(s->j);
	if (s->err)
		return 0;
	if (s->pause_ms)
		msleep(get_random_u32() % s->pause_ms);
	s->err = take_until_behind(s);
	return 0;
}

/* kthread_stop() comes back for one that has died in an oops, too. */
static int run_on_cpu(struct strike *s)
{
	struct task_struct *task;

	task = kthread_create(break_and_take, s, "slubwatch_strike");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	kthread_bind(task, s->j->cpu);
	init_completion(&s->began);
	wake_up_process(task);
	wait_for_completion(&s->began);
	kthread_stop(task);
	put_task_struct(task);
	return s->err;
}

/* What no link shows, or only some do, or is not promised out of sheaves, may be told. */
static bool must_be_told(const struct strike *s)
{
	const struct damage *d = s->damage;

	return !s->j->t->capacity && d->link && d->link != link_any_byte &&
	       d->link != link_any_bit && (d->link != link_decoded || d->arg);
}

static void settle(struct strike *s, struct tally *tally)
{
	int wait = must_be_told(s) ? MUST_TELL_MS : TELL_MS;
	u64 told, oops;

	while (!READ_ONCE(told_ns) && wait--)
		usleep_range(1000, 1500);
	told = READ_ONCE(told_ns);
	oops = READ_ONCE(oops_ns);
	if (oops && oops < s->deadline)
		s->deadline = oops;
	tally->oopsed += oops != 0;
	tally->n++;
	tally->wrong += s->wrong;
	if (!told)
		tally->never++;
	else if (told <= s->deadline)
		tally->before++;
	else
		tally->later++;
}

/* Those that the machine, which uses the cache too, was in the way of. */
#define TRIES	20

static int strike(struct job *j, unsigned int kind, unsigned int pause_ms)
{
	struct strike s = {
		.j = j, .damage = &damages[kind], .pause_ms = pause_ms,
	};
	int err, tries = TRIES;

	if (!s.damage->link && !j->t->capacity)
		return 0;
	do {
		inj_drop_all(j->t, &j->stock);
		j->nr_patches = 0;
		err = inj_place_arrange(j);
		if (!err) {
			WRITE_ONCE(told_ns, 0);
			WRITE_ONCE(oops_ns, 0);
			err = run_on_cpu(&s);
		}
	} while (err == -EAGAIN && tries--);
	if (!err) {
		settle(&s, &tallies[kind]);
		if (j->t->cpu_slab)
			inj_on_cpu(j->t, j->cpu, drop_freelist, j);
		else
			inj_place_locked(j, inj_restore);
		j->t->leaked = true;
	}
	j->nr_patches = 0;
	inj_drop_all(j->t, &j->stock);
	return err;
}

int inj_strikes(struct job *j, unsigned int n, unsigned int first,
		unsigned int pause_ms)
{
	int (*listen)(struct notifier_block *nb);
	unsigned int i;
	int err = 0;

	/* slubwatch need not be there. */
	listen = symbol_get(slubwatch_register_notifier);
	if (listen)
		listen(&listener);
	register_die_notifier(&witness);
	memset(tallies, 0, sizeof(tallies));
	for (i = 0; i < n && !err; i++)
		err = strike(j, (first + i) % ARRAY_SIZE(damages), pause_ms);
	unregister_die_notifier(&witness);
	if (listen) {
		symbol_put(slubwatch_register_notifier);
		listen = symbol_get(slubwatch_unregister_notifier);
		listen(&listener);
		symbol_put(slubwatch_unregister_notifier);
	}
	return err;
}

/* A line for each kind: name, injections, before, later, never, wrong, oopsed. */
int inj_strikes_show(char *buf)
{
	const struct tally *t = tallies;
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(damages); i++, t++)
		len += sysfs_emit_at(buf, len, "%s %u %u %u %u %u %u\n",
				     damages[i].name, t->n, t->before, t->later,
				     t->never, t->wrong, t->oopsed);
	return len;
}
