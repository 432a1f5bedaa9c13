/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one load of core/: a word inside a slab that the caller holds.
 */
#ifndef _SLUBWATCH_CORE_LOAD_H
#define _SLUBWATCH_CORE_LOAD_H

#include "platform.h"

#ifdef __KERNEL__
#include <linux/uaccess.h>

/**
 * slw_load() - read a word of kernel memory that ought to be there
 * @addr:	a canonical kernel address: inside a slab or a structure of
 *		SLUB's, by range check or by construction; never a value taken
 *		from memory as it is (slw_read() of maccess.h takes any value)
 * @val:	filled on success
 *
 * A slab's pages are in the direct map, but a machine check or a hypervisor
 * may have taken one away: the fault is caught by the exception table.
 *
 * Context: any.
 * Return: false when the load faulted.
 */
static inline bool slw_load(unsigned long addr, unsigned long *val)
{
	__get_kernel_nofault(val, (unsigned long *)addr, unsigned long, fault);
	return true;
fault:
	return false;
}
#else
static inline bool slw_load(unsigned long addr, unsigned long *val)
{
	*val = *(const volatile unsigned long *)addr;
	return true;
}
#endif

#endif /* _SLUBWATCH_CORE_LOAD_H */
