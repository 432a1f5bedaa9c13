// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations that no tracepoint tells of: see untold.h.
 */
#include "watch/untold.h"

#include <linux/atomic.h>
#include <linux/cpuhotplug.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "watch/remember.h"

static atomic_long_t hotplugs;
static int hotplug_state = -1;

static int on_hotplug(unsigned int cpu)
{
	atomic_long_inc(&hotplugs);
	return 0;
}

static int start_hotplug(void)
{
	hotplug_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
						  "slubwatch:untold",
						  on_hotplug, on_hotplug);
	return min(hotplug_state, 0);
}

static void stop_hotplug(void)
{
	if (hotplug_state >= 0)
		cpuhp_remove_state_nocalls(hotplug_state);
	hotplug_state = -1;
}

#ifdef CONFIG_KRETPROBES
/**
 * struct bulk - a bulk allocation under way
 * @objects:	where it puts them
 * @n:		how many were asked for
 */
struct bulk {
	void **objects;
	size_t n;
};

/* kmem_cache_alloc_bulk(cache, flags, n, objects) */
static int on_bulk(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct bulk *bulk = (void *)ri->data;

	bulk->n = regs_get_kernel_argument(regs, 2);
	bulk->objects = (void **)regs_get_kernel_argument(regs, 3);
	return 0;
}

NOKPROBE_SYMBOL(on_bulk);

/* Whether it has got them or not: to forget too much is no harm. */
static int on_bulk_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct bulk *bulk = (void *)ri->data;
	size_t i;

	for (i = 0; i < bulk->n; i++)
		slw_forget_object((unsigned long)bulk->objects[i]);
	return 0;
}

NOKPROBE_SYMBOL(on_bulk_return);

/* Bulk allocations under way at once before some are missed. */
#define MOST_ACTIVE	64

static struct kretprobe probe;
static bool probed;

static int probe_bulk(const char *name)
{
	probe = (struct kretprobe) {
		.kp.symbol_name = name,
		.entry_handler = on_bulk,
		.handler = on_bulk_return,
		.data_size = sizeof(struct bulk),
		.maxactive = MOST_ACTIVE,
	};
	return register_kretprobe(&probe);
}

static unsigned long missed(void)
{
	return READ_ONCE(probe.nmissed) + READ_ONCE(probe.kp.nmissed);
}

/* Since v6.10 the exported name has a suffix. */
static int start_probe(void)
{
	int err = probe_bulk("kmem_cache_alloc_bulk_noprof");

	if (err == -ENOENT)
		err = probe_bulk("kmem_cache_alloc_bulk");
	probed = !err;
	return err;
}

static void stop_probe(void)
{
	if (probed)
		unregister_kretprobe(&probe);
	probed = false;
}
#else
static unsigned long missed(void)
{
	return 0;
}

static int start_probe(void)
{
	return -EOPNOTSUPP;
}

static void stop_probe(void)
{
}
#endif

unsigned long slw_untold(void)
{
	return atomic_long_read(&hotplugs) + missed();
}

int slw_untold_start(void)
{
	int err = start_probe();

	if (!err)
		err = start_hotplug();
	if (err)
		slw_untold_stop();
	return err;
}

void slw_untold_stop(void)
{
	stop_hotplug();
	stop_probe();
}
