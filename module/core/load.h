/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one load of core/: a word inside a slab that the caller holds.
 */
#ifndef _SLUBWATCH_CORE_LOAD_H
#define _SLUBWATCH_CORE_LOAD_H

#include "platform.h"

#ifdef __KERNEL__
#include <linux/pgtable.h>
#include <linux/uaccess.h>

#ifdef CONFIG_X86_64
#include <asm/vsyscall.h>
#endif

/*
 * Can the CPU translate this address at all, and as one of the kernel's?
 *
 * copy_from_kernel_nofault() asks boot_cpu_data.x86_virt_bits, which stays 57 on
 * a CPU with LA57 when the kernel runs with four levels (5.10, or no5lvl); the
 * load then raises a general protection fault, which is fixed up but not
 * without a WARN.  The vsyscall page counts as user space in the fault handler,
 * which oopses for a load from there without asking for a fixup; the page before
 * it is left out because a load may reach across.
 */
static inline bool slw_is_kernel_address(unsigned long addr)
{
#ifdef CONFIG_X86_64
	return (long)addr >> __VIRTUAL_MASK_SHIFT == -1 &&
	       addr - (VSYSCALL_ADDR - PAGE_SIZE) >= 2 * PAGE_SIZE;
#else
	return (long)addr < 0;
#endif
}

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
static inline bool slw_is_kernel_address(unsigned long addr)
{
	return addr;
}

static inline bool slw_load(unsigned long addr, unsigned long *val)
{
	*val = *(const volatile unsigned long *)addr;
	return true;
}
#endif

#endif /* _SLUBWATCH_CORE_LOAD_H */
