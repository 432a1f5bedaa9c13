// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch_inject - breaks SLUB's lists on purpose, and repairs them.
 *
 * Module parameters, in /sys/module/slubwatch_inject/parameters/:
 *
 *	inject	write "NAME PLACE TARGET" to break something; read what is
 *		broken now, and what slubwatch must say of it
 *	repair	write 1: put back what was there
 *	settle	write 1 once slubwatch has isolated it: go on without a repair
 *	half	Y: half of each slab stays in use, for
 *	before	so many slabs come before the victim's on a node's list
 *	again	write 1 once slubwatch has isolated it: free the other half, and
 *		break the new list of that slab in the same way (node-partial);
 *		or the NAME of another
 *	take	write N: allocate so many objects on the CPU whose lists are broken
 *	unmap	write PAGE once something is broken, or "sound": a page of a slab
 *		that cannot be read until it is repaired, or "none" is written
 *		(unmap.c); read the page's address, and the objects before it in
 *		the list, 0 if that is not known
 *	cpu	CPU whose lists are broken, -1 for the last one
 *	destroy	Y: at unload destroy a cache of which objects are leaked too
 *	races	Y: another CPU frees objects of the slab while it is broken
 *	by_device	leave the writing to a device: rows of one word only
 *	fill	write N: put free objects of the own cache in every place, N
 *		slabs for each CPU; 0: take them away
 *	strikes	write "N TARGET [FIRST [PAUSE]]": break what is allocated from, and
 *		allocate, N times; FIRST the kind of damage to begin with, PAUSE
 *		ms in between at most; read what came of it (strikes.c)
 *	census	read how many free objects the own cache has in each place
 *
 * and /sys/kernel/debug/slubwatch_inject/table, a line for each row, place and
 * target: "NAME PLACE TARGET KIND", where KIND is what slubwatch must say or
 * "nothing", or "-" and then what this machine lacks.
 *
 * Errors: -EINVAL no such row; -EOPNOTSUPP not on this machine; -EBUSY
 * something is broken; -EIO an object that should be out of service was handed
 * out; -EAGAIN the machine was in the way, try again; -ESTALE
 * what was written is no longer there, objects are leaked.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/nodemask.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../../module/memory/layout_btf.h"
#include "inject.h"

#define STOCK	4096	/* objects held for one injection at most */
#define FREE_ORDER	6

static struct dentry *dir;
static struct job *job;		/* kernel_param_lock() of this module */
static int cpu = -1;
static bool races, half;
static unsigned int before;
bool inj_by_device;
static bool has_mark;		/* slabs say whether they are on a node's list */

static const char *kind_name(int kind)
{
	static const char *const names[] = {
#define KIND_NAME(id, name, text) \
	[SLUBWATCH_KIND_##id] = name,
		SLUBWATCH_KINDS(KIND_NAME)
#undef KIND_NAME
	};

	return kind < 0 ? "nothing" : names[kind];
}

/* NULL if this row can be done here, else what is lacking. */
static const char *find_lack(const struct row *row, enum slubwatch_place place,
			     const struct target *t)
{
	if (row->needs & ~slw_layout.caps)
		return slw_cap_names[__ffs(row->needs & ~slw_layout.caps)];
	if (row->act == act_list_node && num_node_state(N_MEMORY) < 2)
		return "a second node with memory";
	if ((row->link == link_flip_ahead || row->link == link_flip_back) &&
	    !is_power_of_2(t->g.size))
		return "slots that are one bit apart";
	if (row->link == link_zero_raw_byte && !row->arg && !t->g.hardened &&
	    !(t->g.size & 0xff))
		return "a low byte that is not zero";
	if (row->act == act_mark && !has_mark)
		return "a mark of listed slabs";
	if (row->act == act_list_count && place == SLUBWATCH_PLACE_CPU_PARTIAL &&
	    !slw_has(slw_layout.slab.slabs))
		return "slab.slabs";
	return inj_place_missing(place, t);
}

static void release(struct job *j)
{
	kfree((void *)j->foreign);
	inj_heal(j);
	free_pages(j->no_slab, 1);
	j->foreign = 0;
	j->no_slab = 0;
	inj_drop_all(j->t, &j->stock);
	if (j->t->own)
		kmem_cache_shrink(j->t->s);
	j->row = NULL;
}

/* Never given back: whoever wrote there may do so again. */
static void leak(struct job *j)
{
	pr_err("slubwatch_inject: %s %s %s: changed meanwhile, %u objects are leaked\n",
	       j->row->name, inj_place_names[j->place], j->t->name, j->stock.n);
	j->t->leaked = true;
	j->stock.n = 0;
	j->nr_patches = 0;
	release(j);
}

static int find_and_break(struct job *j)
{
	int err = inj_place_find(j);

	if (!err)
		err = j->row->link ? inj_damage_link(j) :
				     j->row->act(j, j->row->arg);
	if (err)
		inj_restore(j);
	return err;
}

static void begin(struct job *j, const struct row *row,
		  enum slubwatch_place place, struct target *t)
{
	struct stock stock = j->stock;

	memset(j, 0, sizeof(*j));
	j->stock = stock;
	j->row = row;
	j->t = t;
	j->place = place;
	j->kind = inj_expects(row, place, t);
	j->near = row->near;
	j->before = before;
	j->races = races;
	j->half = races || half;
	j->node = -1;
	j->cpu = cpu >= 0 && cpu < nr_cpu_ids && cpu_online(cpu) ?
		 cpu : cpumask_last(cpu_online_mask);
	j->remote = cpumask_any_but(cpu_online_mask, j->cpu);
}

static int break_it(struct job *j)
{
	int err;

	j->foreign = (unsigned long)kmalloc(512, GFP_KERNEL);
	j->no_slab = __get_free_pages(GFP_KERNEL | __GFP_COMP, 1);
	/* So large that no CPU keeps it: it is with the page allocator at once. */
	j->free_page = __get_free_pages(GFP_KERNEL, FREE_ORDER);
	free_pages(j->free_page, FREE_ORDER);
	err = j->foreign && j->no_slab && j->free_page ? 0 : -ENOMEM;
	if (!err)
		err = inj_place_arrange(j);
	if (!err)
		err = inj_place_locked(j, find_and_break);
	if (err)
		release(j);
	else
		inj_race_begin(j);
	return err;
}

static const struct row *find_row(const char *name)
{
	unsigned int i;

	for (i = 0; i < inj_nr_rows; i++)
		if (!strcmp(inj_rows[i].name, name))
			return &inj_rows[i];
	return NULL;
}

static struct target *find_target(const struct row *row, const char *name)
{
	unsigned int i;

	for (i = 0; i < INJ_NR_TARGETS; i++)
		if (row->targets & BIT(i) && !strcmp(inj_targets[i].name, name))
			return &inj_targets[i];
	return NULL;
}

static int inject(const char *name, const char *place_name, const char *target)
{
	const struct row *row = find_row(name);
	int place = match_string(inj_place_names, SLUBWATCH_NR_PLACES,
				 place_name);
	struct target *t = row ? find_target(row, target) : NULL;
	const char *lack;

	if (!t || place < 0 || inj_expects(row, place, t) == INJ_NO_ROW) {
		pr_err("slubwatch_inject: no %s %s %s: see /sys/kernel/debug/slubwatch_inject/table\n",
		       name, place_name, target);
		return -EINVAL;
	}
	if (job->row)
		return -EBUSY;
	lack = find_lack(row, place, t);
	if (lack) {
		pr_err("slubwatch_inject: %s %s %s: this machine lacks %s\n",
		       name, place_name, target, lack);
		return -EOPNOTSUPP;
	}
	begin(job, row, place, t);
	return break_it(job);
}

static int set_inject(const char *val, const struct kernel_param *kp)
{
	char name[32], place[32], target[32];

	if (!job)
		return -EINVAL;		/* on the command line of insmod */
	if (sscanf(val, "%31s %31s %31s", name, place, target) != 3) {
		pr_err("slubwatch_inject: inject takes NAME PLACE TARGET\n");
		return -EINVAL;
	}
	return inject(name, place, target);
}

/* As slubwatch prints a word: an address as one, anything else as it is. */
static int emit_word(char *buf, int len, const char *name, unsigned long word)
{
	if (virt_addr_valid((void *)word))
		return sysfs_emit_at(buf, len, " %s=%p", name, (void *)word);
	return sysfs_emit_at(buf, len, " %s=0x%016lx", name, word);
}

/* Of a link: what was there, and the byte that differs if it is one. */
static int emit_link(const struct job *j, char *buf, int len)
{
	const struct patch *p = &j->patches[0];
	unsigned long differs = p->old ^ p->new, first;
	int at = len;

	at += emit_word(buf, at, "was", inj_code(j->t, p->old, j->chain[j->i]));
	first = differs ? __ffs(differs) / 8 : 0;
	if (differs && !(differs & ~(0xfful << 8 * first)))
		at += sysfs_emit_at(buf, at, " byte=%lu", first);
	return at - len;
}

static int get_inject(char *buf, const struct kernel_param *kp)
{
	const struct job *j = job;
	int len;

	if (!j->row)
		return 0;
	len = sysfs_emit(buf, "%s %s %s expect=%s cache=%s list=%s cpu=%d node=%d",
			 j->row->name, inj_place_names[j->place], j->t->name,
			 kind_name(j->kind), j->t->cache, inj_place_names[j->list],
			 j->list_cpu, j->list_node);
	len += sysfs_emit_at(buf, len, " object=%p struct=%p",
			     (void *)j->object, (void *)j->slab);
	len += emit_word(buf, len, "raw", j->raw);
	len += emit_word(buf, len, "decoded", j->decoded);
	if (j->row->link && j->nr_patches)
		len += emit_link(j, buf, len);
	return len + sysfs_emit_at(buf, len, "\n");
}

static const struct kernel_param_ops inject_ops = {
	.set = set_inject,
	.get = get_inject,
};

static int repair(void)
{
	int err;

	if (!job->row)
		return 0;
	inj_map();
	inj_race_end(job);
	err = inj_place_locked(job, inj_restore);
	if (err)
		leak(job);
	else
		release(job);
	return err;
}

static int set_repair(const char *val, const struct kernel_param *kp)
{
	return job && sysfs_streq(val, "1") ? repair() : -EINVAL;
}

static const struct kernel_param_ops repair_ops = {
	.set = set_repair,
};

static int settle(void)
{
	int err;

	if (!job->row)
		return 0;
	inj_map();
	inj_race_end(job);
	err = inj_settle(job);
	release(job);
	return err;
}

static int set_settle(const char *val, const struct kernel_param *kp)
{
	return job && sysfs_streq(val, "1") ? settle() : -EINVAL;
}

static const struct kernel_param_ops settle_ops = {
	.set = set_settle,
};

static int again(const struct row *row)
{
	if (!row || !job->row || job->place != SLUBWATCH_PLACE_NODE_PARTIAL || !job->half)
		return -EINVAL;
	inj_race_end(job);
	job->nr_patches = 0;
	job->row = row;
	return inj_place_again(job) ?: inj_place_locked(job, find_and_break);
}

static int set_again(const char *val, const struct kernel_param *kp)
{
	char name[32];

	if (!job || sscanf(val, "%31s", name) != 1)
		return -EINVAL;
	return again(strcmp(name, "1") ? find_row(name) : job->row);
}

static const struct kernel_param_ops again_ops = {
	.set = set_again,
};

static int set_unmap(const char *val, const struct kernel_param *kp)
{
	char what[16];

	if (!job || sscanf(val, "%15s", what) != 1)
		return -EINVAL;
	if (strcmp(what, "none"))
		return job->row ? inj_unmap(job, what) : -EINVAL;
	inj_map();
	return 0;
}

static int get_unmap(char *buf, const struct kernel_param *kp)
{
	return inj_unmap_show(buf);
}

static const struct kernel_param_ops unmap_ops = {
	.set = set_unmap,
	.get = get_unmap,
};

static int set_fill(const char *val, const struct kernel_param *kp)
{
	unsigned int slabs;

	if (!job || kstrtouint(val, 0, &slabs) || slabs > 100000)
		return -EINVAL;
	return job->row ? -EBUSY : inj_fill(slabs);
}

static const struct kernel_param_ops fill_ops = {
	.set = set_fill,
};

static int get_census(char *buf, const struct kernel_param *kp)
{
	return inj_census(buf);
}

static const struct kernel_param_ops census_ops = {
	.get = get_census,
};

/* "N TARGET [FIRST [PAUSE]]" */
static int set_strikes(const char *val, const struct kernel_param *kp)
{
	char name[32];
	unsigned int n, i, first = 0, pause_ms = 0;

	if (!job ||
	    sscanf(val, "%u %31s %u %u", &n, name, &first, &pause_ms) < 2)
		return -EINVAL;
	if (job->row)
		return -EBUSY;
	for (i = 0; i < INJ_NR_TARGETS; i++)
		if (!strcmp(inj_targets[i].name, name))
			break;
	if (i == INJ_NR_TARGETS)
		return -EINVAL;
	begin(job, &inj_rows[0], inj_targets[i].cpu_slab ?
	      SLUBWATCH_PLACE_CPU_FREELIST : SLUBWATCH_PLACE_NODE_PARTIAL,
	      &inj_targets[i]);
	job->row = NULL;
	return inj_strikes(job, n, first, pause_ms);
}

static int get_strikes(char *buf, const struct kernel_param *kp)
{
	return inj_strikes_show(buf);
}

static const struct kernel_param_ops strikes_ops = {
	.set = set_strikes,
	.get = get_strikes,
};

static long take_some(void *arg)
{
	long n = (long)arg;

	while (n--)
		inj_take(job->t, &job->stock);
	return 0;
}

static int set_take(const char *val, const struct kernel_param *kp)
{
	unsigned int n;

	return job && job->row && !kstrtouint(val, 0, &n) ?
	       work_on_cpu(job->cpu, take_some, (void *)(long)n) : -EINVAL;
}

static const struct kernel_param_ops take_ops = { .set = set_take };

module_param_cb(take, &take_ops, NULL, 0200);
MODULE_PARM_DESC(take, "write N: allocate so many where it is broken");

module_param_cb(strikes, &strikes_ops, NULL, 0644);
MODULE_PARM_DESC(strikes, "write N TARGET: damage and allocate, N times; read: what came of it");
module_param_cb(inject, &inject_ops, NULL, 0644);
MODULE_PARM_DESC(inject, "write NAME PLACE TARGET: break it; read: what is broken");
module_param_cb(repair, &repair_ops, NULL, 0200);
MODULE_PARM_DESC(repair, "write 1: put back what was there");
module_param_cb(settle, &settle_ops, NULL, 0200);
MODULE_PARM_DESC(settle, "write 1: it was isolated, go on without a repair");
module_param_cb(again, &again_ops, NULL, 0200);
MODULE_PARM_DESC(again, "write 1 or NAME: it was isolated, break the same slab once more");
module_param_cb(unmap, &unmap_ops, NULL, 0644);
MODULE_PARM_DESC(unmap, "write PAGE or none: a page of a slab that cannot be read");
module_param_cb(fill, &fill_ops, NULL, 0200);
MODULE_PARM_DESC(fill, "write N: free objects in every place of the own cache");
module_param_cb(census, &census_ops, NULL, 0444);
MODULE_PARM_DESC(census, "free objects in each place of the own cache");
module_param_named(destroy, inj_destroy_leaked, bool, 0644);
MODULE_PARM_DESC(destroy, "destroy a cache of which objects are leaked too, to see what the kernel says (no)");
module_param(races, bool, 0644);
MODULE_PARM_DESC(races, "another CPU frees objects of the slab meanwhile (no)");
module_param(half, bool, 0644);
MODULE_PARM_DESC(half, "half of each slab stays in use (no)");
module_param(before, uint, 0644);
MODULE_PARM_DESC(before, "slabs that come before the victim's on a node's list (0)");
module_param_named(by_device, inj_by_device, bool, 0644);
MODULE_PARM_DESC(by_device, "what is to be broken is told, and not written (N)");
module_param(cpu, int, 0644);
MODULE_PARM_DESC(cpu, "CPU whose lists are broken, -1 for the last (-1)");

static void show_line(struct seq_file *m, const struct row *row,
		      enum slubwatch_place place, const struct target *t)
{
	const char *lack = find_lack(row, place, t);

	seq_printf(m, "%s %s %s ", row->name, inj_place_names[place], t->name);
	if (lack)
		seq_printf(m, "- %s\n", lack);
	else
		seq_printf(m, "%s\n", kind_name(inj_expects(row, place, t)));
}

static void show_row(struct seq_file *m, const struct row *row)
{
	unsigned int place, i;

	for (place = 0; place < SLUBWATCH_NR_PLACES; place++)
		for (i = 0; i < INJ_NR_TARGETS; i++)
			if (row->targets & BIT(i) &&
			    inj_expects(row, place, &inj_targets[i]) != INJ_NO_ROW)
				show_line(m, row, place, &inj_targets[i]);
}

static int table_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < inj_nr_rows; i++)
		show_row(m, &inj_rows[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(table);

static int find_mark(struct job *j)
{
	int err = inj_place_find(j);

	if (!err)
		has_mark = inj_marked(j);
	return err;
}

static int __init learn_mark(struct job *j)
{
	int err;

	begin(j, &inj_rows[0], SLUBWATCH_PLACE_NODE_PARTIAL,
	      &inj_targets[INJ_OWN]);
	err = inj_place_arrange(j) ?: inj_place_locked(j, find_mark);
	release(j);
	return err;
}

static int __init inject_init(void)
{
	struct job *j;
	int err = slw_layout_init();

	if (err)
		return err;
	err = inj_targets_create();
	if (err)
		return err;
	j = kvzalloc(sizeof(*j), GFP_KERNEL);
	err = j ? inj_stock_init(&j->stock, STOCK) : -ENOMEM;
	if (!err)
		err = learn_mark(j);
	if (err) {
		if (j)
			kvfree(j->stock.objects);
		kvfree(j);
		inj_targets_destroy();
		return err;
	}
	dir = debugfs_create_dir("slubwatch_inject", NULL);
	debugfs_create_file("table", 0444, dir, NULL, &table_fops);
	job = j;
	return 0;
}

static void __exit inject_exit(void)
{
	debugfs_remove_recursive(dir);
	repair();
	inj_fill(0);
	kvfree(job->stock.objects);
	kvfree(job);
	inj_targets_destroy();
}

module_init(inject_init);
module_exit(inject_exit);

MODULE_DESCRIPTION("Breaks SLUB's lists on purpose, to test slubwatch");
MODULE_LICENSE("GPL");
MODULE_INFO(test, "Y");
