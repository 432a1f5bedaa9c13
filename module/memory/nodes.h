/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Node structures that go away with their memory.
 */
#ifndef _SLUBWATCH_NODES_H
#define _SLUBWATCH_NODES_H

#include <linux/types.h>

/**
 * slw_nodes_hold() - keep every kmem_cache_node where it is
 *
 * In 5.10 slab_mem_offline_callback() frees them when a node's last memory goes
 * offline; since v5.12 nothing does before the cache itself.  Held for one
 * window at a time: offlining waits for it.
 *
 * Context: process, may sleep.
 */
void slw_nodes_hold(void);
void slw_nodes_release(void);

/* Hear of memory going offline, where that matters.  Return: 0 or an errno. */
int slw_nodes_init(void);
void slw_nodes_exit(void);

#endif /* _SLUBWATCH_NODES_H */
