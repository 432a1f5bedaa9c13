// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch: watches SLUB's freelists while the kernel runs.
 *
 * This file is the ladder up and its mirror image down, nothing else.  The way
 * of the data:
 *
 *   memory/ -> walk/ -> core/ -> finding/ -> report/ -> react/
 *   reads      places   judges   keeps       says       acts
 *
 * patrol.c knows when, guard/ looks where objects are taken, watch/ remembers
 * who had them; control.c and debugfs.c are for people.  Who may include whom is
 * a table in scripts/check-style.
 *
 * Words: resolve (layout), read (maccess), capture (snapshot), decode (free
 * pointer), walk (lists), check (-> verdict), confirm (second look), record
 * (finding), report, react.  Symbols begin with slw_, public ones slubwatch_.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "finding/finding.h"
#include "guard/guard.h"
#include "memory/cache.h"
#include "memory/layout_btf.h"
#include "memory/nodes.h"
#include "patrol.h"
#include "react/react.h"
#include "selftest.h"
#include "watch/watch.h"

/* Find the caches and prove on a private one that walking them works. */
static int __init prove(void)
{
	struct kmem_cache *s = slw_selftest_create();
	int err;

	if (!s)
		return -ENOMEM;
	err = slw_caches_init(s);
	if (err == -ENOENT)
		pr_err("slubwatch: caches are not to be found: no kset \"slab\" (CONFIG_SLUB_TINY, or no sysfs)\n");
	if (err == -ENOMEM)
		pr_err("slubwatch: self-test: its cache was not added to sysfs\n");
	if (!err) {
		slw_patrol_open();
		err = slw_selftest_run(s);
	}
	kmem_cache_destroy(s);
	return err;
}

static int __init slubwatch_init(void)
{
	int err;

	err = slw_layout_init();
	if (err)
		goto err_layout;
	err = slw_nodes_init();
	if (err)
		goto err_nodes;
	err = slw_patrol_init();
	if (err)
		goto err_scan;
	err = prove();
	if (err)
		goto err_prove;
	err = slw_patrol_start();
	if (err)
		goto err_start;
	slw_patrol_apply_guard();
	slw_debugfs_init();
	pr_info("slubwatch: watching, era %s\n", slw_layout_era(&slw_layout));
	return 0;

err_start:
err_prove:
	slw_patrol_stop();
	slw_guard_exit();
	slw_watch_exit();
	slw_caches_exit();
	slw_react_exit();
	slw_findings_exit();
	slw_patrol_exit();
err_scan:
	slw_nodes_exit();
err_nodes:
err_layout:
	pr_err("slubwatch: not loaded (%d)\n", err);
	return err;
}

static void __exit slubwatch_exit(void)
{
	slw_debugfs_exit();
	slw_patrol_stop();
	slw_guard_exit();
	slw_watch_exit();
	slw_caches_exit();
	slw_react_exit();
	slw_findings_exit();
	slw_patrol_exit();
	slw_nodes_exit();
}

module_init(slubwatch_init);
module_exit(slubwatch_exit);

MODULE_DESCRIPTION("Watches SLUB's freelists for corruption, live");
MODULE_AUTHOR("The slubwatch authors");
MODULE_VERSION("0.1");
MODULE_LICENSE("GPL");
