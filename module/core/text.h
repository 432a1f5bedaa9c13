/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words written one behind the other into a buffer that does not grow.
 */
#ifndef _SLUBWATCH_CORE_TEXT_H
#define _SLUBWATCH_CORE_TEXT_H

#include "platform.h"

/**
 * struct slw_text - a text being written
 * @buf:	where to
 * @size:	bytes there
 * @len:	bytes written, without the NUL
 */
struct slw_text {
	char *buf;
	size_t size;
	size_t len;
};

/**
 * slw_say() - add to a text; what does not fit is cut
 * @t:		the text
 * @fmt:	as for printk()
 *
 * Context: any.
 */
__printf(2, 3) void slw_say(struct slw_text *t, const char *fmt, ...);

#endif /* _SLUBWATCH_CORE_TEXT_H */
