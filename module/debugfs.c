// SPDX-License-Identifier: GPL-2.0
/*
 * Views: see debugfs.h.  All files are 0444, without ioctl or mmap, so that
 * they open under lockdown=integrity too.
 */
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/ktime.h>

#include "config.h"
#include "counters.h"
#include "finding/finding.h"
#include "guard/guard.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "patrol.h"
#include "pattern.h"
#include "report/report.h"
#include "walk/isolate.h"
#include "walk/window.h"
#include "watch/watch.h"

static struct dentry *dir;

/* Key in status and what it is summed up under. */
static const struct {
	const char *key;
	const char *sum;
} counter_keys[] = {
#define COUNTER_KEY(id, key, sum)	{ key, sum },
	SLW_COUNTERS(COUNTER_KEY)
#undef COUNTER_KEY
};

static const char *const place_keys[] = {
#define PLACE_KEY(id, name)		name,
	SLUBWATCH_PLACES(PLACE_KEY)
#undef PLACE_KEY
};

static u64 age_ms(u64 since)
{
	return div_u64(ktime_get_mono_fast_ns() - since, NSEC_PER_MSEC);
}

static void show_kernel(struct seq_file *m)
{
	u32 i;

	seq_printf(m, "version: %s\n", THIS_MODULE->version);
	seq_printf(m, "era: %s\n", slw_layout_era(&slw_layout));
	seq_puts(m, "capabilities:");
	for (i = 0; i < SLW_NR_CAPS; i++)
		if (slw_layout.caps & BIT(i))
			seq_printf(m, " %s", slw_cap_names[i]);
	seq_putc(m, '\n');
}

static const char *isolation_state(void)
{
	if (!(slw_config_action() & SLW_ACTION_ISOLATE))
		return "off";
	return slw_isolate_used() < slw_config_isolate_max() ? "on" : "used up";
}

static void show_state(struct seq_file *m)
{
	struct slw_config config;

	slw_config_get(&config);
	seq_printf(m, "state: %s\n", config.period_ms ? "patrolling" : "idle");
	seq_printf(m, "isolation: %s\n", isolation_state());
	seq_printf(m, "last_sweep_ms: %llu\n",
		   div_u64(slw_patrol_last_ns(), NSEC_PER_MSEC));
}

static u64 sum_of(const char *sum)
{
	unsigned int i;
	u64 total = 0;

	for (i = 0; i < SLW_NR_COUNTERS; i++)
		if (counter_keys[i].sum && !strcmp(counter_keys[i].sum, sum))
			total += atomic64_read(&slw_counters[i]);
	return total;
}

/* A sum stands in front of its parts. */
static void show_counters(struct seq_file *m)
{
	const char *last = "", *sum;
	unsigned int i;

	for (i = 0; i < SLW_NR_COUNTERS; i++) {
		sum = counter_keys[i].sum;
		if (sum && strcmp(sum, last)) {
			seq_printf(m, "%s: %llu\n", sum, sum_of(sum));
			last = sum;
		}
		seq_printf(m, "%s: %lld\n", counter_keys[i].key,
			   atomic64_read(&slw_counters[i]));
	}
}

static void show_places(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
		seq_printf(m, "objects_checked_%s: %lld\n", place_keys[i],
			   atomic64_read(&slw_place_objects[i]));
}

/* "hold_us_below_N: windows", the buckets that are not empty. */
static void show_windows(struct seq_file *m)
{
	unsigned int i;

	seq_printf(m, "max_hold_ns: %llu\n", slw_window_max_ns());
	for (i = 0; i < SLW_WINDOW_BUCKETS; i++)
		if (slw_window_bucket(i))
			seq_printf(m, "holds_below_%u_us: %llu\n", 1u << i,
				   slw_window_bucket(i));
}

static void show_coverage(struct seq_file *m)
{
	struct slw_config config;
	struct slw_cache *c;
	u64 oldest = 0;
	u32 caches = 0;

	slw_config_get(&config);
	slw_caches_lock();
	slw_for_each_cache(c) {
		if (!slw_pattern_match(config.caches, c->name))
			continue;
		caches++;
		oldest = max(oldest, age_ms(c->complete_ns));
	}
	slw_caches_unlock();
	seq_printf(m, "caches: %u\n", caches);
	seq_printf(m, "coverage_percent: %u\n", slw_patrol_last_percent());
	seq_printf(m, "isolated_cpus_left_out: %u\n", slw_patrol_isolated());
	seq_printf(m, "oldest_unchecked_ms: %llu\n", oldest);
}

static void show_guard(struct seq_file *m)
{
	struct slw_guard_status st;

	slw_guard_get_status(&st);
	seq_printf(m, "guarded_caches: %u\n", st.caches);
	seq_printf(m, "guarded_not_debug: %u\n", st.debug);
	seq_printf(m, "guard_looks: %llu\n", st.looks);
	seq_printf(m, "guard_elsewhere: %llu\n", st.elsewhere);
	seq_printf(m, "guard_races: %llu\n", st.races);
}

static int status_show(struct seq_file *m, void *unused)
{
	show_kernel(m);
	show_state(m);
	show_coverage(m);
	show_counters(m);
	slw_watch_show(m);
	show_places(m);
	show_windows(m);
	show_guard(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

/**
 * struct findings_view - a reader of the file findings
 * @r:		the finding at hand
 * @buf:	its report
 */
struct findings_view {
	struct slw_record r;
	char buf[SLW_REPORT_SIZE];
};

/* The position is the number of findings behind the reader. */
static void *findings_start(struct seq_file *m, loff_t *pos)
{
	struct findings_view *view = m->private;

	return slw_finding_get(*pos + 1, &view->r) ? view : NULL;
}

static void *findings_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct findings_view *view = v;

	*pos = view->r.f.seq;
	return findings_start(m, pos);
}

static void findings_stop(struct seq_file *m, void *v)
{
}

static int findings_show(struct seq_file *m, void *v)
{
	struct findings_view *view = v;

	slw_report_render(&view->r, view->buf);
	seq_printf(m, "%s\n", view->buf);
	return 0;
}

static const struct seq_operations findings_sops = {
	.start = findings_start,
	.next = findings_next,
	.stop = findings_stop,
	.show = findings_show,
};

static int findings_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &findings_sops,
				sizeof(struct findings_view));
}

static const struct file_operations findings_fops = {
	.owner = THIS_MODULE,
	.open = findings_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

/*
 * One row a cache: the columns every reader may rely on, then the free objects
 * by place.
 */
static void show_cache(struct seq_file *m, const struct slw_cache *c)
{
	u64 objects = 0;
	unsigned int i;

	for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
		objects += c->last.objects[i];
	seq_printf(m, "%-24s %8u %8u %9llu %8u %8llu %8u", c->name,
		   c->g.object_size, c->last.slabs, objects, c->findings,
		   age_ms(c->complete_ns), c->isolated);
	for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
		seq_printf(m, " %*u", (int)strlen(place_keys[i]),
			   c->last.objects[i]);
	seq_putc(m, '\n');
}

static int caches_show(struct seq_file *m, void *unused)
{
	struct slw_cache *c;
	unsigned int i;

	seq_printf(m, "%-24s %8s %8s %9s %8s %8s %8s", "name", "objsize",
		   "slabs", "free", "findings", "age_ms", "isolated");
	for (i = 0; i < SLUBWATCH_PLACE_CACHE; i++)
		seq_printf(m, " %s", place_keys[i]);
	seq_putc(m, '\n');

	slw_caches_lock();
	slw_for_each_cache(c)
		show_cache(m, c);
	slw_caches_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(caches);

void slw_debugfs_init(void)
{
	dir = debugfs_create_dir("slubwatch", NULL);
	debugfs_create_file("status", 0444, dir, NULL, &status_fops);
	debugfs_create_file("findings", 0444, dir, NULL, &findings_fops);
	debugfs_create_file("caches", 0444, dir, NULL, &caches_fops);
}

void slw_debugfs_exit(void)
{
	debugfs_remove_recursive(dir);
}
