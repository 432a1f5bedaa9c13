// SPDX-License-Identifier: GPL-2.0
/*
 * To be called at every allocation and free: see alloc_probe.h.
 *
 * The slab events are exported to modules.  That of freed pages is not, and is
 * found by its name among the kernel's tracepoints, all of which
 * for_each_kernel_tracepoint() tells modules of.
 */
#include "watch/alloc_probe.h"

#include <linux/kernel.h>
#include <linux/slab.h>		/* 6.1's kmem.h needs it and does not say so */
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>

#include "compat.h"

#ifdef SLW_KMEM_EVENTS_HAVE_CACHE
#define ALLOC_SIZES	size_t want, size_t got, gfp_t flags, int node
#define ALLOC_CACHE	struct kmem_cache *s, gfp_t flags, int node
#define FREED		const void *object, const struct kmem_cache *s
#define CACHE		((unsigned long)s)
#else
#define ALLOC_SIZES	size_t want, size_t got, gfp_t flags
#define ALLOC_CACHE	ALLOC_SIZES
#define FREED		const void *object
#define CACHE		0ul
#endif

static void on_alloc(const struct slw_alloc_hook *hook, unsigned long cache,
		     const void *object)
{
	if (object)
		hook->alloc(cache, (unsigned long)object);
}

static void on_free(const struct slw_alloc_hook *hook, unsigned long cache,
		    const void *object)
{
	if (object)
		hook->free(cache, (unsigned long)object);
}

static void on_kmalloc(void *hook, unsigned long site, const void *object,
		       ALLOC_SIZES)
{
	on_alloc(hook, 0, object);
}

static void on_kmem_cache_alloc(void *hook, unsigned long site,
				const void *object, ALLOC_CACHE)
{
	on_alloc(hook, CACHE, object);
}

static void on_kfree(void *hook, unsigned long site, const void *object)
{
	on_free(hook, 0, object);
}

static void on_kmem_cache_free(void *hook, unsigned long site, FREED)
{
	on_free(hook, CACHE, object);
}

#ifndef SLW_KMEM_EVENTS_HAVE_CACHE
static void on_alloc_node(void *hook, unsigned long site, const void *object,
			  ALLOC_SIZES, int node)
{
	on_alloc(hook, 0, object);
}

#define NODE_EVENTS(X) \
	X(kmalloc_node, on_alloc_node) \
	X(kmem_cache_alloc_node, on_alloc_node)
#else
#define NODE_EVENTS(X)
#endif

/* The event and its probe, of the type that the headers say. */
#define EVENTS(X) \
	X(kmalloc, on_kmalloc) \
	X(kmem_cache_alloc, on_kmem_cache_alloc) \
	NODE_EVENTS(X) \
	X(kfree, on_kfree) \
	X(kmem_cache_free, on_kmem_cache_free)

static const struct {
	struct tracepoint *tp;
	void *probe;
} events[] = {
#define EVENT(name, fn)		{ &__tracepoint_##name, fn },
	EVENTS(EVENT)
#undef EVENT
};

static void on_page_free(void *data, struct page *page, unsigned int order)
{
	const struct slw_alloc_hook *hook = data;

	hook->page_free(page, order);
}

static void __maybe_unused check_types(void)
{
#define CHECK_TYPE(name, fn)	check_trace_callback_type_##name(fn),
	EVENTS(CHECK_TYPE)
#undef CHECK_TYPE
	check_trace_callback_type_mm_page_free(on_page_free);
}

static void match_page_free(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, "mm_page_free"))
		*(struct tracepoint **)found = tp;
}

static struct tracepoint *page_free_event(void)
{
	struct tracepoint *tp = NULL;

	for_each_kernel_tracepoint(match_page_free, &tp);
	return tp;
}

static int hook_page_free(struct slw_alloc_hook *hook)
{
	struct tracepoint *tp;

	if (!hook->page_free)
		return 0;
	tp = page_free_event();
	return tp ? tracepoint_probe_register(tp, on_page_free, hook) : -ENOENT;
}

static void unhook_events(struct slw_alloc_hook *hook, unsigned int n)
{
	while (n--)
		tracepoint_probe_unregister(events[n].tp, events[n].probe, hook);
	tracepoint_synchronize_unregister();
}

int slw_alloc_hook(struct slw_alloc_hook *hook)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		err = tracepoint_probe_register(events[i].tp, events[i].probe,
						hook);
		if (err)
			goto undo;
	}
	err = hook_page_free(hook);
	if (!err)
		return 0;
undo:
	unhook_events(hook, i);
	return err;
}

void slw_alloc_unhook(struct slw_alloc_hook *hook)
{
	if (hook->page_free)
		tracepoint_probe_unregister(page_free_event(), on_page_free,
					    hook);
	unhook_events(hook, ARRAY_SIZE(events));
}
