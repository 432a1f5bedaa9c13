// SPDX-License-Identifier: GPL-2.0
/*
 * The control surface: see control.h.
 *
 * Parameters and not debugfs files, which lockdown refuses to open for writing.
 * A bad value is refused with -EINVAL and one line that says what is accepted,
 * and changes nothing.
 */
#include "control.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "pattern.h"
#include "react/isolate.h"
#include "walk/scan.h"

/**
 * struct number - a parameter that is a number in a range
 * @name:	of the parameter
 * @unit:	what it counts
 * @value:	now; read without a lock
 * @least:	smallest value accepted, besides 0 if @zero
 * @most:	largest
 * @zero:	0 is accepted too
 */
struct number {
	const char *name;
	const char *unit;
	unsigned int value;
	unsigned int least;
	unsigned int most;
	bool zero;
};

static struct number period_ms = {
	"period_ms", "ms", 1000, 1, 24 * 60 * 60 * 1000, .zero = true
};

static struct number cpu_permille = {
	"cpu_permille", "thousandths of a CPU", 10, 1, 1000
};

static struct number hold_us = {
	"hold_us", "us", 50, 5, 10000
};

static struct number unchanged_sweeps = {
	"unchanged_sweeps", "sweeps", 4, 1, 1000
};

static struct number isolated_cpus = {
	"isolated_cpus", "(no or yes)", 0, 0, 1
};

static struct number isolate_max = {
	"isolate_max", "slabs", SLW_ISOLATE_DEFAULT, 0, SLW_ISOLATE_MOST
};

static struct number watch_kib = {
	"watch_kib", "KiB", 1024, 64, 1024 * 1024
};

static struct number content = {
	"content", "(no, yes)", 1, 0, 1
};

static unsigned int action = SLW_ACTION_REPORT;

/* Protects the patterns; the kernel's param_lock is ours to hold meanwhile. */
static DEFINE_MUTEX(pattern_lock);
static char caches[SLW_PATTERN_SIZE] = "*";
static char watch[SLW_PATTERN_SIZE] = "none";
static char guard[SLW_PATTERN_SIZE];

static int set_number(const char *val, const struct kernel_param *kp)
{
	struct number *n = kp->arg;
	unsigned int value;

	if (kstrtouint(val, 0, &value) || value > n->most ||
	    (value < n->least && !(n->zero && !value))) {
		pr_err("slubwatch: %s takes %s%u to %u %s\n", n->name,
		       n->zero ? "0 or " : "", n->least, n->most, n->unit);
		return -EINVAL;
	}
	WRITE_ONCE(n->value, value);
	slw_scan_wake();
	return 0;
}

static int get_number(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(((struct number *)kp->arg)->value));
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
	WRITE_ONCE(action, bits);
	return 0;
}

static int get_action(char *buf, const struct kernel_param *kp)
{
	int len = 0;
	unsigned int i;

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

static int set_caches(const char *val, const struct kernel_param *kp)
{
	char copy[SLW_PATTERN_SIZE];
	int err = parse_pattern(val, "caches", copy);

	if (err)
		return err;
	mutex_lock(&pattern_lock);
	strscpy(caches, copy, sizeof(caches));
	mutex_unlock(&pattern_lock);
	slw_scan_wake();
	return 0;
}

static int get_caches(char *buf, const struct kernel_param *kp)
{
	int len;

	mutex_lock(&pattern_lock);
	len = sysfs_emit(buf, "%s\n", caches);
	mutex_unlock(&pattern_lock);
	return len;
}

static const struct kernel_param_ops caches_ops = {
	.set = set_caches,
	.get = get_caches,
};

/* What the running kernel leaves to guard with; NULL if it can. */
static const char *guard_lack(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return "PREEMPT_RT: a probe may not take the locks it would need";
	return NULL;
}

/* At load the caches are not known yet: main.c applies it then. */
static int apply_guard(void)
{
	if (THIS_MODULE->state != MODULE_STATE_LIVE)
		return 0;
	kernel_param_unlock(THIS_MODULE);
	slw_scan_apply_guard();
	kernel_param_lock(THIS_MODULE);
	return 0;
}

static int set_guard(const char *val, const struct kernel_param *kp)
{
	bool none = !*val || sysfs_streq(val, "") || sysfs_streq(val, "none");
	char copy[SLW_PATTERN_SIZE] = "";
	int err;

	if (!none && guard_lack()) {
		pr_err("slubwatch: guard takes only none here: %s\n",
		       guard_lack());
		return -EINVAL;
	}
	err = none ? 0 : parse_pattern(val, "guard", copy);
	if (err)
		return err;
	mutex_lock(&pattern_lock);
	strscpy(guard, copy, sizeof(guard));
	mutex_unlock(&pattern_lock);
	return apply_guard();
}

static int get_guard(char *buf, const struct kernel_param *kp)
{
	int len;

	mutex_lock(&pattern_lock);
	len = sysfs_emit(buf, "%s\n", *guard ? guard : "none");
	mutex_unlock(&pattern_lock);
	return len;
}

static const struct kernel_param_ops guard_ops = {
	.set = set_guard,
	.get = get_guard,
};

/*
 * Other parameters stay readable and writable meanwhile.  The file keeps the
 * module from going away: sysfs waits for its writers.
 */
static int run_scan(const char *pattern)
{
	int err;

	kernel_param_unlock(THIS_MODULE);
	err = slw_scan_run(pattern, false);
	kernel_param_lock(THIS_MODULE);
	return err;
}

static int set_scan(const char *val, const struct kernel_param *kp)
{
	char copy[SLW_PATTERN_SIZE];
	int err;

	if (THIS_MODULE->state != MODULE_STATE_LIVE) {
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

/* The first look at those caches, so that the next one can tell a difference. */
static int set_watch(const char *val, const struct kernel_param *kp)
{
	char copy[SLW_PATTERN_SIZE];
	int err = parse_pattern(val, "watch", copy);

	if (err)
		return err;
	mutex_lock(&pattern_lock);
	strscpy(watch, copy, sizeof(watch));
	mutex_unlock(&pattern_lock);
	return THIS_MODULE->state == MODULE_STATE_LIVE ? run_scan(copy) : 0;
}

static int get_watch(char *buf, const struct kernel_param *kp)
{
	int len;

	mutex_lock(&pattern_lock);
	len = sysfs_emit(buf, "%s\n", watch);
	mutex_unlock(&pattern_lock);
	return len;
}

static const struct kernel_param_ops watch_ops = {
	.set = set_watch,
	.get = get_watch,
};

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
module_param_cb(caches, &caches_ops, NULL, 0644);
MODULE_PARM_DESC(caches, "caches to patrol: comma list with wildcards, !name excludes (*)");
module_param_cb(action, &action_ops, NULL, 0644);
MODULE_PARM_DESC(action, "what to do at a finding: comma list of report, isolate, watch, panic (report)");
module_param_cb(isolate_max, &number_ops, &isolate_max, 0644);
MODULE_PARM_DESC(isolate_max, "slabs that action=isolate may take out of service since load (64)");
module_param_cb(guard, &guard_ops, NULL, 0644);
MODULE_PARM_DESC(guard, "caches to check at each allocation (none)");
module_param_cb(watch, &watch_ops, NULL, 0644);
MODULE_PARM_DESC(watch, "caches whose allocations and frees are followed, none for none (none)");
module_param_cb(watch_kib, &number_ops, &watch_kib, 0644);
MODULE_PARM_DESC(watch_kib, "KiB of memory for that, from the next start on (1024)");
module_param_cb(content, &number_ops, &content, 0644);
MODULE_PARM_DESC(content, "look into free objects, where it is known what they must hold (1)");
module_param_cb(scan, &scan_ops, NULL, 0200);
MODULE_PARM_DESC(scan, "write 1 or a list of caches: one complete sweep now");

void slw_config_get(struct slw_config *config)
{
	config->period_ms = READ_ONCE(period_ms.value);
	config->cpu_permille = READ_ONCE(cpu_permille.value);
	config->hold_us = READ_ONCE(hold_us.value);
	config->watch_kib = READ_ONCE(watch_kib.value);
	config->content = READ_ONCE(content.value);
	config->unchanged_sweeps = READ_ONCE(unchanged_sweeps.value);
	config->isolated_cpus = READ_ONCE(isolated_cpus.value);
	mutex_lock(&pattern_lock);
	strscpy(config->caches, caches, sizeof(config->caches));
	strscpy(config->watch, watch, sizeof(config->watch));
	strscpy(config->guard, guard, sizeof(config->guard));
	mutex_unlock(&pattern_lock);
}

unsigned int slw_config_action(void)
{
	return READ_ONCE(action);
}

unsigned int slw_config_isolate_max(void)
{
	return READ_ONCE(isolate_max.value);
}
