// SPDX-License-Identifier: GPL-2.0
/*
 * What is at an address: see point.h.
 */
#include "finding/point.h"

#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/string.h>

#include "compat.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"

static bool is_thing(struct slw_pointed *p, const char *what, const char *name)
{
	p->what = SLW_POINTEE_SYMBOL;
	scnprintf(p->name, sizeof(p->name), "%s%s", what, name);
	return true;
}

/* Without a symbol, %pS prints the address. */
static bool find_symbol(unsigned long addr, struct slw_pointed *p)
{
	snprintf(p->name, sizeof(p->name), "%pS", (void *)addr);
	if (!strncmp(p->name, "0x", 2)) {
		*p->name = '\0';
		return false;
	}
	p->what = SLW_POINTEE_SYMBOL;
	return true;
}

static bool find_cache(unsigned long addr, struct slw_pointed *p)
{
	char name[SLUBWATCH_CACHE_NAME];
	struct slw_geometry g;

	return slw_cache_find(addr, &g, name) && is_thing(p, "kmem_cache ", name);
}

static bool find_kfence(unsigned long addr, struct slw_pointed *p)
{
	return is_kfence_address((void *)addr) && is_thing(p, "KFENCE's pool", "");
}

static void find_object(unsigned long addr, const struct slw_slab *s,
			struct slw_pointed *p)
{
	struct slw_geometry g;
	unsigned long offset;

	if (!slw_cache_find(s->cache, &g, p->name) || !g.size)
		return;
	offset = addr - s->base - g.red_left;
	p->index = (u32)(offset / g.size);
	p->offset = (u32)(offset % g.size);
	if (addr < s->base + g.red_left || p->index >= s->objects)
		return;
	p->what = p->offset ? SLW_POINTEE_INSIDE : SLW_POINTEE_OBJECT;
}

/*
 * Of a free block only the first page is marked, with the block's order in its
 * private word (set_buddy_order() in mm/page_alloc.c), and a block begins at a
 * multiple of its size.
 */
static bool is_free_page(unsigned long addr)
{
	unsigned long pfn = virt_to_phys((void *)addr) >> PAGE_SHIFT, first;
	struct page *page;
	unsigned int order;

	for (order = 0; order <= SLW_LAST_ORDER; order++) {
		first = pfn & ~(BIT(order) - 1);
		if (!pfn_valid(first))
			return false;
		page = slw_page_at((unsigned long)pfn_to_page(first));
		if (page && PageBuddy(page) && page_private(page) >= order)
			return true;
	}
	return false;
}

void slw_point_at(unsigned long addr, struct slw_pointed *p)
{
	struct slw_slab s;

	*p = (struct slw_pointed) { .what = SLW_POINTEE_NOTHING };
	if (!slw_is_kernel_address(addr) || find_symbol(addr, p) ||
	    !virt_addr_valid((void *)addr))
		return;
	p->what = SLW_POINTEE_MEMORY;
	if (find_kfence(addr, p) || find_cache(addr, p))
		return;
	slw_capture_slab_of(addr, &s);
	if (s.is_slab)
		find_object(addr, &s, p);
	else if (is_free_page(addr))
		p->what = SLW_POINTEE_FREE_PAGE;
}
