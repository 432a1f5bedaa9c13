// SPDX-License-Identifier: GPL-2.0
/*
 * How to be told of slubwatch's findings from another module: one line in the
 * log for each.  A real one would save what it needs for its own fleet, or
 * start a dump.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "slubwatch.h"

/* Process context, no lock of SLUB's held: sleeping and allocating are fine. */
static int on_finding(struct notifier_block *nb, unsigned long kind, void *data)
{
	const struct slubwatch_finding *f = data;

	pr_info("slubwatch_sample: finding %u: %s in %s, %s\n", f->seq,
		slubwatch_kind_name(kind), f->cache,
		slubwatch_place_name(f->place));
	return NOTIFY_OK;
}

static struct notifier_block notifier = {
	.notifier_call = on_finding,
};

static int __init sample_init(void)
{
	return slubwatch_register_notifier(&notifier);
}

static void __exit sample_exit(void)
{
	slubwatch_unregister_notifier(&notifier);
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("Logs slubwatch's findings, as an example");
MODULE_AUTHOR("The slubwatch authors");
MODULE_LICENSE("GPL");
