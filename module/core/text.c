// SPDX-License-Identifier: GPL-2.0
/*
 * Words written one behind the other: see text.h.
 */
#include "text.h"

__printf(2, 3) void slw_say(struct slw_text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += (size_t)vscnprintf(t->buf + t->len, t->size - t->len, fmt,
				     args);
	va_end(args);
}
