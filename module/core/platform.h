/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one header that stands between core/ and the world it is built for:
 * the kernel, or user space (unit tests, fuzzers, benchmarks).
 */
#ifndef _SLUBWATCH_CORE_PLATFORM_H
#define _SLUBWATCH_CORE_PLATFORM_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/prefetch.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/swab.h>
#include <linux/types.h>

#include <asm/page.h>

#define swab_long(w)		swab(w)

#else

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define PAGE_SIZE		4096ul
#define BITS_PER_LONG		(8 * (int)sizeof(long))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define prefetch(p)		__builtin_prefetch(p)
#define hweight_long(w)		((unsigned int)__builtin_popcountl(w))
#define swab_long(w)		\
	((unsigned long)(sizeof(long) == 8 ? __builtin_bswap64(w) : \
					     __builtin_bswap32(w)))
#define fallthrough		__attribute__((__fallthrough__))
#define noinline		__attribute__((__noinline__))
#define __init
#define __initconst
#define __printf(fmt, args)	__attribute__((__format__(printf, fmt, args)))

/* As the kernel's: returns what was written, not what there was to write. */
static inline __printf(3, 0) int vscnprintf(char *buf, size_t size,
					    const char *fmt, va_list args)
{
	int len = vsnprintf(buf, size, fmt, args);

	return len < (int)size ? len : (int)size - 1;
}

#endif /* __KERNEL__ */

#endif /* _SLUBWATCH_CORE_PLATFORM_H */
