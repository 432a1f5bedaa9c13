// SPDX-License-Identifier: GPL-2.0
/*
 * Node structures that go away with their memory: see nodes.h.
 *
 * Two memory notifiers stand around SLUB's own (priority SLAB_CALLBACK_PRI, 1):
 * the first to be called closes the gate, the last opens it again.
 */
#include "memory/nodes.h"

#include <linux/memory.h>
#include <linux/notifier.h>
#include <linux/rwsem.h>

#include "memory/cache.h"

static DECLARE_RWSEM(gate);
static bool closed;	/* by us: one notifier may be there without the other */

static bool frees_nodes(unsigned long action)
{
	return action == MEM_OFFLINE || action == MEM_CANCEL_ONLINE;
}

static int close_gate(struct notifier_block *nb, unsigned long action, void *arg)
{
	if (frees_nodes(action)) {
		down_write(&gate);
		closed = true;
	}
	return NOTIFY_OK;
}

static int open_gate(struct notifier_block *nb, unsigned long action, void *arg)
{
	if (frees_nodes(action) && closed) {
		closed = false;
		up_write(&gate);
	}
	return NOTIFY_OK;
}

static struct notifier_block first = {
	.notifier_call = close_gate,
	.priority = 2,
};

static struct notifier_block last = {
	.notifier_call = open_gate,
	.priority = 0,
};

void slw_nodes_hold(void)
{
	down_read(&gate);
}

void slw_nodes_release(void)
{
	up_read(&gate);
}

int slw_nodes_init(void)
{
	int err;

	if (!slw_layout.slab.is_page)
		return 0;
	err = register_memory_notifier(&last);
	if (err)
		return err;
	err = register_memory_notifier(&first);
	if (err)
		unregister_memory_notifier(&last);
	return err;
}

void slw_nodes_exit(void)
{
	if (!slw_layout.slab.is_page)
		return;
	unregister_memory_notifier(&first);
	unregister_memory_notifier(&last);
}
