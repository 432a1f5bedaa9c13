/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads of kernel memory that is not ours, and the few writes that isolate.c
 * makes.  With core/load.h the only place where such memory is touched; a fault
 * is a value here, never an oops.
 */
#ifndef _SLUBWATCH_MACCESS_H
#define _SLUBWATCH_MACCESS_H

#include <linux/mm_types.h>
#include <linux/uaccess.h>

#include "core/load.h"

/**
 * slw_read() - copy memory from any address whatever
 * @dst:	where to
 * @addr:	any value: NULL, a user address, a non-canonical one, a hole
 * @len:	bytes
 *
 * Context: any, NMI included.
 * Return: false when it could not be read; @dst is then undefined.
 */
bool slw_read(void *dst, unsigned long addr, size_t len);

/*
 * The same for one word; 0 when it could not be read.  Without the call and
 * what it does around its loop, where one load is all there is to do.
 */
static inline bool slw_read_long(unsigned long addr, unsigned long *val)
{
	*val = 0;
	return slw_is_kernel_address(addr) && slw_load(addr, val);
}

/* And for an unsigned int, as SLUB keeps its sizes. */
static inline bool slw_read_u32(unsigned long addr, u32 *val)
{
	*val = 0;
	return slw_read(val, addr, sizeof(*val));
}

/**
 * slw_store() - write a word of kernel memory
 * @addr:	an address that slw_load() takes, of a word that the caller holds
 *		by SLUB's own rules
 * @val:	what to write
 *
 * Context: any.
 * Return: false when the store faulted.
 */
static inline bool slw_store(unsigned long addr, unsigned long val)
{
	__put_kernel_nofault((unsigned long *)addr, &val, unsigned long, fault);
	return true;
fault:
	return false;
}

/* The same for an unsigned int. */
static inline bool slw_store_u32(unsigned long addr, u32 val)
{
	__put_kernel_nofault((u32 *)addr, &val, u32, fault);
	return true;
fault:
	return false;
}

/**
 * slw_read_string() - copy a string from any address whatever
 * @dst:	@size bytes, always ended by a NUL
 * @addr:	any value; no string is read where devices are mapped, that is, out
 *		of the vmalloc area, but for the kernel's image
 * @size:	at least 1; what is longer is cut
 *
 * Context: any.
 * Return: false when it could not be read up to its end or @size.
 */
bool slw_read_string(char *dst, unsigned long addr, size_t size);

/**
 * struct slw_memory_map - where the struct pages of all nodes are
 * @low:	the first one's address
 * @high:	the end of the last one; not above @low where that cannot be told
 *
 * In between are only struct pages, and holes where a load faults.
 */
struct slw_memory_map {
	unsigned long low;
	unsigned long high;
};

extern struct slw_memory_map slw_memory_map;

/* Learn it anew: memory may have come or gone.  Context: process. */
void slw_memory_map_update(void);

/* As slw_page_at(), by the kernel's own sections of memory. */
struct page *slw_page_in_section(unsigned long addr);

/**
 * slw_page_at() - is this the address of a struct page?
 * @addr: any value, for instance one found in a list of slabs
 *
 * Context: any.  With CONFIG_SPARSEMEM_VMEMMAP (every kernel in README) the
 * answer is arithmetic on @addr; nothing is read before it is known to be in
 * the memory map.  Memory that came since that was learned is asked for longer.
 * Return: the page, NULL if it is not one.
 */
static inline struct page *slw_page_at(unsigned long addr)
{
	unsigned long word;

	if (addr >= slw_memory_map.low && addr < slw_memory_map.high &&
	    !((addr - slw_memory_map.low) % sizeof(struct page)) &&
	    slw_load(addr, &word))
		return (struct page *)addr;
	return slw_page_in_section(addr);
}

/**
 * slw_page_of() - the page that a kernel address lies in
 * @addr: any value, for instance one found in a sheaf
 *
 * Context: any.
 * Return: the head page, NULL if @addr is not in the direct map or its struct
 * page was overwritten so that it leads to none.
 */
struct page *slw_page_of(unsigned long addr);

#endif /* _SLUBWATCH_MACCESS_H */
