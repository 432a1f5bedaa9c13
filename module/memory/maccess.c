// SPDX-License-Identifier: GPL-2.0
/*
 * Reads of kernel memory that is not ours: see maccess.h.
 */
#include "memory/maccess.h"

#include <linux/mm.h>

#include "compat.h"

bool slw_read(void *dst, unsigned long addr, size_t len)
{
	return slw_is_kernel_address(addr) &&
	       !copy_from_kernel_nofault(dst, (const void *)addr, len);
}

/*
 * The direct map's address of what may be in the kernel's image, where that is
 * in the vmalloc area: arm64.  Whatever @addr is, it is memory or 0.
 */
static unsigned long alias_of(unsigned long addr)
{
	unsigned long alias = 0;

#ifdef CONFIG_ARM64
	alias = (unsigned long)lm_alias(addr);
#endif
	return slw_page_of(alias) ? alias : 0;
}

/* In one go, or, close to the end of what is mapped, byte by byte. */
bool slw_read_string(char *dst, unsigned long addr, size_t size)
{
	size_t i = size - 1;

	dst[i] = '\0';
	if (is_vmalloc_addr((void *)addr))
		addr = alias_of(addr);
	if (slw_read(dst, addr, i))
		return true;
	for (i = 0; i < size - 1; i++)
		if (!slw_read(&dst[i], addr + i, 1) || !dst[i])
			break;
	if (i == size - 1)
		return true;
	dst[i] = '\0';
	return slw_read(&dst[i], addr + i, 1);
}

struct page *slw_page_in_section(unsigned long addr)
{
	struct page *page = (struct page *)addr;
	unsigned long pfn, word;

	if (!IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) && !slw_read_long(addr, &word))
		return NULL;	/* page_to_pfn() would read page->flags */
	pfn = page_to_pfn(page);
	/* Else the compiler takes the way there and back for the identity. */
	OPTIMIZER_HIDE_VAR(pfn);
	if (!pfn_valid(pfn) || pfn_to_page(pfn) != page)
		return NULL;
	/* A section that is just being taken offline has no memory map. */
	return slw_read_long(addr, &word) ? page : NULL;
}

static unsigned long map_at(unsigned long pfn)
{
	return (unsigned long)pfn_to_page(pfn);
}

struct slw_memory_map slw_memory_map;

void slw_memory_map_update(void)
{
	struct slw_memory_map map = { .low = ULONG_MAX };
	int node;

	if (!IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
		return;		/* it is in pieces, other things between them */
	for_each_online_node(node) {
		map.low = min(map.low, map_at(node_start_pfn(node)));
		map.high = max(map.high, map_at(node_end_pfn(node)));
	}
	slw_memory_map = map;
}

/*
 * A tail page's word leads to its head, and a descriptor that was overwritten
 * anywhere: a head is a struct page, and its own head, which PageSlab() asks for.
 */
static struct page *head_of(struct page *page)
{
	struct page *head = compound_head(page);

	if (head != page && !slw_page_at((unsigned long)head))
		return NULL;
	return compound_head(head) == head ? head : NULL;
}

struct page *slw_page_of(unsigned long addr)
{
	struct page *page;

	if (!virt_addr_valid((void *)addr))
		return NULL;
	page = slw_page_at((unsigned long)virt_to_page((void *)addr));
	return page ? head_of(page) : NULL;
}
