// SPDX-License-Identifier: GPL-2.0
/*
 * The control surface: /sys/module/slubwatch/parameters/.
 *
 * Parameters and not debugfs files, which lockdown refuses to open for writing.
 * A bad value is refused with -EINVAL and one line that says what is accepted,
 * and changes nothing.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "config.h"
#include "patrol.h"
#include "pattern.h"

/**
 * struct number - a parameter that is a number in a range
 * @name:	of the parameter
 * @unit:	what it counts
 * @value:	the member of slw_config
 * @least:	smallest value accepted, besides 0 if @zero
 * @most:	largest
 * @zero:	0 is accepted too
 */
struct number {
	const char *name;
	const char *unit;
	unsigned int *value;
	unsigned int least;
	unsigned int most;
	bool zero;
};

static struct number period_ms = {
	"period_ms", "ms", &slw_config.period_ms, 1, 24 * 60 * 60 * 1000, .zero = true
};

static struct number cpu_permille = {
	"cpu_permille", "thousandths of a CPU", &slw_config.cpu_permille, 1, 1000
};

static struct number hold_us = {
	"hold_us", "us", &slw_config.hold_us, 5, 10000
};

static struct number unchanged_sweeps = {
	"unchanged_sweeps", "sweeps", &slw_config.unchanged_sweeps, 1, 1000
};

static struct number isolated_cpus = {
	"isolated_cpus", "(no or yes)", &slw_config.isolated_cpus, 0, 1
};

static struct number isolate_max = {
	"isolate_max", "slabs", &slw_config.isolate_max, 0, SLW_ISOLATE_MOST
};

static struct number watch_kib = {
	"watch_kib", "KiB", &slw_config.watch_kib, 64, 1024 * 1024
};

static struct number content = {
	"content", "(no, yes)", &slw_config.content, 0, 1
};

static int set_number(const char *val, const struct kernel_param *kp)
{
	const struct number *n = kp->arg;
	unsigned int value;

	if (kstrtouint(val, 0, &value) || value > n->most ||
	    (value < n->least && !(n->zero && !value))) {
		pr_err("slubwatch: %s takes %s%u to %u %s\n", n->name,
		       n->zero ? "0 or " : "", n->least, n->most, n->unit);
		return -EINVAL;
	}
	slw_config_set_number(n->value, value);
	slw_patrol_wake();
	return 0;
}

static int get_number(char *buf, const struct kernel_param *kp)
{
	const struct number *n = kp->arg;

	return sysfs_emit(buf, "%u\n", READ_ONCE(*n->value));
}

static const struct kernel_param_ops number_ops = {
	.set = set_number,
	.get = get_number,
};

static const struct {
	const char *name;
	unsigned int bit;
} actions[] = {
	{ "report",	SLW_ACTION_REPORT },
	{ "isolate",	SLW_ACTION_ISOLATE },
	{ "watch",	SLW_ACTION_WATCH },
	{ "panic",	SLW_ACTION_PANIC },
};

static unsigned int action_bit(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (sysfs_streq(name, actions[i].name))
			return actions[i].bit;
	return 0;
}

static int set_action(const char *val, const struct kernel_param *kp)
{
	unsigned int bits = SLW_ACTION_REPORT, bit;
	char copy[64], *rest = copy, *name;

	if (strscpy(copy, val, sizeof(copy)) < 0)
		copy[0] = '\0';
	while ((name = strsep(&rest, ","))) {
		bit = action_bit(name);
		if (!bit) {
			pr_err("slubwatch: action takes a comma list of report, isolate, watch, panic\n");
			return -EINVAL;
		}
		bits |= bit;
	}
	slw_config_set_number(&slw_config.action, bits);
	return 0;
}

static int get_action(char *buf, const struct kernel_param *kp)
{
	unsigned int action = slw_config_action(), i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (action & actions[i].bit)
			len += sysfs_emit_at(buf, len, "%s%s", len ? "," : "",
					     actions[i].name);
	return len + sysfs_emit_at(buf, len, "\n");
}

static const struct kernel_param_ops action_ops = {
	.set = set_action,
	.get = get_action,
};

/* Copy a list of patterns without its newline; -EINVAL if it is none. */
static int parse_pattern(const char *val, const char *name,
			 char copy[SLW_PATTERN_SIZE])
{
	ssize_t len = strscpy(copy, val, SLW_PATTERN_SIZE);

	if (len > 0 && copy[len - 1] == '\n')
		copy[--len] = '\0';
	if (len > 0 && slw_pattern_valid(copy))
		return 0;
	pr_err("slubwatch: %s takes a comma list of cache names with wildcards, !name excludes, %u bytes at most\n",
	       name, SLW_PATTERN_SIZE - 1);
	return -EINVAL;
}

/**
 * struct list - a parameter that is a list of caches
 * @name:	of the parameter
 * @value:	the member of slw_config
 * @lack:	what the running kernel lacks for any but none; NULL if nothing
 * @none:	what is stored for none; NULL if it is no special word
 * @apply:	what follows of a new list, if anything
 */
struct list {
	const char *name;
	char *value;
	const char *lack;
	const char *none;
	int (*apply)(const char *pattern);
};

static bool is_none(const struct list *l, const char *val)
{
	return l->none && (sysfs_streq(val, "") || sysfs_streq(val, "none"));
}

static int set_list(const char *val, const struct kernel_param *kp)
{
	const struct list *l = kp->arg;
	char copy[SLW_PATTERN_SIZE] = "";
	int err = 0;

	if (is_none(l, val)) {
		strscpy(copy, l->none, sizeof(copy));
	} else if (l->lack) {
		pr_err("slubwatch: %s takes only none here: %s\n", l->name,
		       l->lack);
		err = -EINVAL;
	} else {
		err = parse_pattern(val, l->name, copy);
	}
	if (err)
		return err;
	slw_config_set_pattern(l->value, copy);
	return l->apply(copy);
}

static int get_list(char *buf, const struct kernel_param *kp)
{
	const struct list *l = kp->arg;
	char copy[SLW_PATTERN_SIZE];

	slw_config_get_pattern(l->value, copy);
	return sysfs_emit(buf, "%s\n", *copy ? copy : "none");
}

static const struct kernel_param_ops list_ops = {
	.set = set_list,
	.get = get_list,
};

static bool is_loaded(void)
{
	return THIS_MODULE->state == MODULE_STATE_LIVE;
}

static int apply_caches(const char *pattern)
{
	slw_patrol_wake();
	return 0;
}

static struct list caches = {
	"caches", slw_config.caches, .apply = apply_caches
};

/* At load the caches are not known yet: main.c applies it then. */
static int apply_guard(const char *pattern)
{
	if (!is_loaded())
		return 0;
	kernel_param_unlock(THIS_MODULE);
	slw_patrol_apply_guard();
	kernel_param_lock(THIS_MODULE);
	return 0;
}

static struct list guard = {
	"guard", slw_config.guard, .none = "", .apply = apply_guard,
	.lack = IS_ENABLED(CONFIG_PREEMPT_RT) ?
		"PREEMPT_RT: a probe may not take the locks it would need" : NULL,
};

/*
 * Other parameters stay readable and writable meanwhile.  The file keeps the
 * module from going away: sysfs waits for its writers.
 */
static int run_scan(const char *pattern)
{
	int err;

	kernel_param_unlock(THIS_MODULE);
	err = slw_patrol_run(pattern, false);
	kernel_param_lock(THIS_MODULE);
	return err;
}

/* The first look at those caches, so that the next one can tell a difference. */
static int apply_watch(const char *pattern)
{
	return is_loaded() ? run_scan(pattern) : 0;
}

static struct list watch = {
	"watch", slw_config.watch, .apply = apply_watch
};

static int set_scan(const char *val, const struct kernel_param *kp)
{
	char copy[SLW_PATTERN_SIZE];
	int err;

	if (!is_loaded()) {
		pr_err("slubwatch: scan takes a value only once slubwatch is loaded\n");
		return -EINVAL;
	}
	if (sysfs_streq(val, "1"))
		return run_scan("*");
	if (sysfs_streq(val, "0") || sysfs_streq(val, "")) {
		pr_err("slubwatch: scan takes 1 or a comma list of cache names with wildcards\n");
		return -EINVAL;
	}
	err = parse_pattern(val, "scan", copy);
	return err ? err : run_scan(copy);
}

static const struct kernel_param_ops scan_ops = {
	.set = set_scan,
};

module_param_cb(period_ms, &number_ops, &period_ms, 0644);
MODULE_PARM_DESC(period_ms, "ms between patrol sweeps, 0 for none (1000)");
module_param_cb(cpu_permille, &number_ops, &cpu_permille, 0644);
MODULE_PARM_DESC(cpu_permille, "ceiling of the patrol's CPU use in thousandths of a CPU (10)");
module_param_cb(hold_us, &number_ops, &hold_us, 0644);
MODULE_PARM_DESC(hold_us, "longest time in us to hold a slab lock or keep interrupts off (50)");
module_param_cb(unchanged_sweeps, &number_ops, &unchanged_sweeps, 0644);
MODULE_PARM_DESC(unchanged_sweeps, "the patrol walks a node's slab that nobody used at least once in so many sweeps (4)");
module_param_cb(isolated_cpus, &number_ops, &isolated_cpus, 0644);
MODULE_PARM_DESC(isolated_cpus, "1: visit CPUs of isolcpus= and nohz_full= too (0)");
module_param_cb(caches, &list_ops, &caches, 0644);
MODULE_PARM_DESC(caches, "caches to patrol: comma list with wildcards, !name excludes (*)");
module_param_cb(action, &action_ops, NULL, 0644);
MODULE_PARM_DESC(action, "what to do at a finding: comma list of report, isolate, watch, panic (report)");
module_param_cb(isolate_max, &number_ops, &isolate_max, 0644);
MODULE_PARM_DESC(isolate_max, "slabs that action=isolate may take out of service since load (64)");
module_param_cb(guard, &list_ops, &guard, 0644);
MODULE_PARM_DESC(guard, "caches to check at each allocation (none)");
module_param_cb(watch, &list_ops, &watch, 0644);
MODULE_PARM_DESC(watch, "caches whose allocations and frees are followed, none for none (none)");
module_param_cb(watch_kib, &number_ops, &watch_kib, 0644);
MODULE_PARM_DESC(watch_kib, "KiB of memory for that, from the next start on (1024)");
module_param_cb(content, &number_ops, &content, 0644);
MODULE_PARM_DESC(content, "look into free objects, where it is known what they must hold (1)");
module_param_cb(scan, &scan_ops, NULL, 0200);
MODULE_PARM_DESC(scan, "write 1 or a list of caches: one complete sweep now");
